"""The pages of the Measure workspace, each made when it is first needed."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

from nrg_app.session.layout import Arrangement
from nrg_app.session.measure.orders import Kind
from nrg_app.ui.measure.page import MeasurePage
from nrg_app.ui.measure.pages import PAGES, Page


class PageStack(QStackedWidget):
    """Makes and holds pages; the window opens sooner without those that nobody looks at.

    ``made`` carries a new page.
    """

    made = Signal(object)

    def __init__(self, make: Callable[[Page], MeasurePage], parent: QWidget) -> None:
        super().__init__(parent)
        self._make = make
        self.pages: dict[Kind, MeasurePage] = {}
        self._later: dict[str, Arrangement] = {}

    def page(self, kind: Kind) -> MeasurePage:
        """Return a page, made now if it is needed for the first time."""
        if kind not in self.pages:
            page = self._make(next(page for page in PAGES if page.kind == kind))
            self.pages[kind] = page
            self.addWidget(page)
            page.space.set_places(self._later.pop(page.layout_name, ()))
            self.made.emit(page)
        return self.pages[kind]

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
