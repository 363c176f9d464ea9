"""The pages of the Measure workspace, each made when it is first needed or in quiet moments."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

from nrg_app.session.layout import Arrangement
from nrg_app.session.measure.orders import Kind
from nrg_app.ui.measure.page import MeasurePage
from nrg_app.ui.measure.pages import PAGES, Page

Making = Generator[None, None, MeasurePage]
"""Makes a page in pieces, so that the window can answer in between."""
_PIECE_MS = 120  # from one piece to the next


class PageStack(QStackedWidget):
    """Makes and holds pages; the window opens sooner without those that nobody looks at.

    ``made`` carries a new page.
    """

    made = Signal(object)

    def __init__(self, make: Callable[[Page], Making], parent: QWidget) -> None:
        super().__init__(parent)
        self._make = make
        self.pages: dict[Kind, MeasurePage] = {}
        self._later: dict[str, Arrangement] = {}
        self._making: dict[Kind, Making] = {}
        self._quiet = QTimer(self)
        self._quiet.setInterval(_PIECE_MS)
        self._quiet.timeout.connect(self._make_piece)

    def page(self, kind: Kind) -> MeasurePage:
        """Return a page, made now if it is needed for the first time."""
        if kind not in self.pages:
            making = self._making.pop(kind, None) or self._make(_of(kind))
            while kind not in self.pages:
                self._take_piece(kind, making)
        return self.pages[kind]

    def prepare(self, kind: Kind) -> None:
        """Make a page in quiet moments, unless there is one."""
        if kind not in self.pages and kind not in self._making:
            self._making[kind] = self._make(_of(kind))
            self._quiet.start()

    def _make_piece(self) -> None:
        kind = next(iter(self._making), None)
        if kind is None:
            self._quiet.stop()
        else:
            self._take_piece(kind, self._making[kind])

    def _take_piece(self, kind: Kind, making: Making) -> None:
        try:
            next(making)
        except StopIteration as end:
            page: MeasurePage = end.value
            self._making.pop(kind, None)
            self.pages[kind] = page
            self.addWidget(page)
            page.space.set_places(self._later.pop(page.layout_name, ()))
            self.made.emit(page)

    def arrangements(self) -> dict[str, Arrangement]:
        """Return where the panels of every page are, or will be once it is made."""
        made = {page.layout_name: page.space.places() for page in self.pages.values()}
        return {page.layout_name: () for page in PAGES} | self._later | made

    def arrange(self, panels: Mapping[str, Arrangement]) -> None:
        """Put the panels of the pages that are named to other places."""
        made = {page.layout_name: page for page in self.pages.values()}
        for name in {page.layout_name for page in PAGES} & set(panels):
            if name in made:
                made[name].space.set_places(panels[name])
            else:
                self._later[name] = panels[name]

    def reset(self) -> None:
        """Put the panels of every page to their default places."""
        self._later.clear()
        for page in self.pages.values():
            page.reset_places()


def _of(kind: Kind) -> Page:
    return next(page for page in PAGES if page.kind == kind)
