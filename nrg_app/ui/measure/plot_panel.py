"""A panel with one plot, its data menu and the line that says what was run."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, Signal
from PySide6.QtGui import QAction, QActionGroup, QResizeEvent
from PySide6.QtWidgets import QMenu, QWidget

from nrg_app.figures.plot_spec import PlotSpec
from nrg_app.session.document import Session
from nrg_app.ui.math_text import parse
from nrg_app.ui.measure.plot_canvas import PlotCanvas
from nrg_app.ui.panels.base import Panel
from nrg_app.ui.panels.controls import IconButton
from nrg_app.ui.panels.data_button import DataButton
from nrg_app.ui.panels.text import Line, line_text, plain
from nrg_app.ui.theme import Theme

_LOW = 210  # height below which a panel has no room for the key of its curves


def full_name(spec: PlotSpec) -> str:
    """Return what a plot is called beside others."""
    return f"{spec.title} {line_text(parse(spec.symbol))}".rstrip()


class PlotPanel(Panel):
    """Shows a plot.

    Signals:
        ordered: the key of an entry of the data menu was chosen.
        quantity_chosen: another quantity is wanted in this panel.
        marker_moved: the marker was dragged to a temperature.
    """

    ordered = Signal(str)
    quantity_chosen = Signal(str)
    marker_moved = Signal(float)

    def __init__(
        self, session: Session, theme: Theme, spec: PlotSpec, parent: QWidget | None = None
    ) -> None:
        super().__init__(session, theme, spec.title, parent)
        self.spec = spec
        self._titled = ("", "")
        self.lines: tuple[str, ...] = ()
        self._maximised = False
        self._bottom = True
        self._labelled = False
        self._keyed = True
        self.canvas = PlotCanvas(theme, spec)
        self.canvas.marker_moved.connect(self.marker_moved)
        self.quantities = QMenu("Quantity", self)
        self._group = QActionGroup(self.quantities)
        self.choice = IconButton(theme, "chevron-down", "Choose the quantity")
        self.choice.setProperty("wanted", False)
        self.choice.clicked.connect(lambda: self._open(self.quantities, self.choice))
        self.more = DataButton(theme)
        self.more.ordered.connect(self.ordered)
        self.data = self.more.menu
        self.maximise = IconButton(theme, "arrow-expand", "Maximise")
        self.maximise.clicked.connect(self.maximise_requested)
        for tool in (self.choice, self.more, self.maximise):
            self.header.add_tool(tool)
        self.set_body(self.canvas)
        self.set_spec(spec)

    def set_quantities(self, choices: Sequence[tuple[str, str]], current: str) -> None:
        """Offer other quantities as (key, title) pairs."""
        if [action.data() for action in self._group.actions()] != [key for key, _ in choices]:
            self._offer(choices)
        for action in self._group.actions():
            action.setChecked(action.data() == current)

    def _offer(self, choices: Sequence[tuple[str, str]]) -> None:
        for action in self._group.actions():
            action.deleteLater()
        for key, title in choices:
            action = QAction(title, self._group)
            action.setCheckable(True)
            action.setData(key)
            action.triggered.connect(lambda _=False, chosen=key: self.quantity_chosen.emit(chosen))
            self.quantities.addAction(action)
        self.choice.setProperty("wanted", bool(choices))
        self.header.arrange()

    def set_spec(self, spec: PlotSpec, lines: tuple[str, ...] = ()) -> None:
        """Show a plot; ``lines`` say what was run as markup, the first that fits is shown."""
        self.spec, self.lines = spec, lines
        if self._titled != (spec.title, spec.symbol):
            self._titled = (spec.title, spec.symbol)
            self.show_title(spec)
        name = full_name(spec)
        for button, words in ((self.more, "Data of"), (self.maximise, "Maximise")):
            button.setAccessibleName(f"{words} {name}")
        self.choice.setAccessibleName(f"Choose the quantity, {name}")
        symbol: Line = parse(spec.symbol)
        dot = plain(" \N{MIDDLE DOT} ")
        told: list[Line] = [(*symbol, dot, *parse(line)) for line in lines]
        self.set_subtitle(*told, symbol)
        full = "\n".join(f"{name}: {words}" for name, words in spec.provenance.items())
        self.header.setToolTip(full)
        self.canvas.set_spec(spec)

    def show_title(self, spec: PlotSpec) -> None:
        """Name the plot; several collapses share a title: the symbol tells them apart."""
        self.set_title(spec.title, name=full_name(spec))

    def set_temperature(self, temperature: float | None) -> None:
        """Move the marker."""
        self.canvas.marker.set_temperature(temperature)

    def set_parts(self, *, bottom: bool, labelled: bool, keyed: bool) -> None:
        """Tell where the panel stands: only the lowest ones of linked plots name the axis.

        ``labelled`` writes T at the marker, ``keyed`` names the curves.
        """
        self._bottom, self._labelled, self._keyed = bottom, labelled, keyed
        self._arrange()

    def set_maximised(self, maximised: bool) -> None:
        """Tell whether the panel has the whole workspace."""
        self._maximised = maximised
        icon = "arrow-collapse" if maximised else "arrow-expand"
        self.maximise.icon_name = icon
        self.maximise.update()
        self._arrange()

    def _arrange(self) -> None:
        alone = self._maximised
        self.canvas.set_parts(
            title=alone or self._bottom,
            keys=alone or (self._keyed and self.height() >= _LOW),
            label=alone or self._labelled,
            residuals=True,
        )

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave out the key of the curves in a low panel."""
        super().resizeEvent(event)
        self._arrange()

    @staticmethod
    def _open(menu: QMenu, button: QWidget) -> None:
        corner = button.mapToGlobal(QPoint(button.width(), button.height() + 2))
        menu.popup(corner - QPoint(menu.sizeHint().width(), 0))
