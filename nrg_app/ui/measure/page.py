"""One page of the Measure workspace: the plots of a kind of measurement and its column."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QRect
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QAbstractButton, QWidget

from nrg_app.session.document import Session
from nrg_app.session.measure.orders import Kind
from nrg_app.session.measure.scan_plots import TITLES
from nrg_app.ui.docks.areas import Entry
from nrg_app.ui.docks.workspace import DockedWorkspace
from nrg_app.ui.measure.column import MeasurePanel
from nrg_app.ui.measure.desk import MeasureDesk
from nrg_app.ui.measure.pages import Page, page_lines, page_plots, page_tables
from nrg_app.ui.measure.places import column_place, is_narrow, plot_places
from nrg_app.ui.measure.plot_panel import PlotPanel
from nrg_app.ui.pauses import paint_later
from nrg_app.ui.theme import Theme

COLUMN = "measurement"
"""Name of the Measurement panel in layouts; the plots are "plot1", "plot2" and so on."""
_ALIGNED = 8  # pixels by which the edges of plots over the same axis may miss each other


class MeasurePage(DockedWorkspace):
    """Shows what the desk has of one kind of measurement.

    Args:
        session: the document.
        desk: of measurements.
        page: which one it is.
        plots: its plots.
        column: its Measurement panel.
        drawer: is checked while the column is wanted in a narrow window.
        theme: the colours.
    """

    def __init__(
        self,
        session: Session,
        desk: MeasureDesk,
        page: Page,
        plots: list[PlotPanel],
        column: MeasurePanel,
        drawer: QAbstractButton,
        theme: Theme,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(page.tab, theme, parent)
        self.session, self.desk = session, desk
        self._page, self._drawer = page, drawer
        self.plots, self.column = plots, column

    def make_docks(self) -> Iterator[None]:
        """Dock the plots and the column, in pieces; the page is not to be shown before."""
        entries = [Entry(f"plot{k}", panel) for k, panel in enumerate(self.plots, 1)]
        yield from self.take_panels((*entries, Entry(COLUMN, self.column)))
        self.layout_changed.connect(self._show_parts)
        self._drawer.toggled.connect(lambda _: self.place_again())

    @property
    def kind(self) -> Kind:
        """The kind of measurement."""
        return self._page.kind

    @property
    def layout_name(self) -> str:
        """The name of the page in layouts."""
        return self._page.layout_name

    # -- showing --------------------------------------------------------------------------

    def show_results(self) -> None:
        """Give every panel what it shows."""
        paint_later(*self.panels)
        kind, temperature = self.kind, self.session.temperature
        specs = page_plots(self.desk, kind, self.session.measure.quantities, temperature)
        lines = page_lines(self.desk, kind)
        for panel, spec in zip(self.plots, specs, strict=True):
            panel.set_spec(spec, lines)
            linked = self._page.linked and spec.key != "correlation"
            panel.set_temperature(temperature if linked else None)
            if kind == "scan":
                panel.set_quantities(list(TITLES.items()), spec.key)
        self.show_emptiness()
        self._show_numbers()

    def show_emptiness(self) -> None:
        """Say in the first panel how to begin, and in others that there is nothing."""
        busy = self.desk.active == self.kind
        for number, panel in enumerate(self.plots):
            if self.kind == "scan" or not panel.spec.is_empty():
                panel.show_body()
            elif busy:
                panel.show_placeholder("Waiting for the measurement.")
            elif self.kind in self.desk.results:
                panel.show_placeholder("This could not be told from the measurement.")
            elif number == 0:
                panel.show_placeholder(self._page.empty, "Start measurement")
            else:
                panel.show_placeholder("Nothing measured yet.")

    def _show_numbers(self) -> None:
        tables = page_tables(self.desk, self.kind, self.session.temperature)
        plots = [panel.spec for panel in self.plots]
        self.column.set_results(tables, plots, plots[0].provenance)

    def follow_temperature(self, temperature: float) -> None:
        """Move the markers, and show what belongs to another temperature."""
        if not self._page.linked:
            return
        for number, panel in enumerate(self.plots):
            if self.session.measure.quantities[number] == "correlation":
                specs = page_plots(self.desk, self.kind, ("correlation",), temperature)
                panel.set_spec(specs[0], panel.lines)
            else:
                panel.set_temperature(temperature)
        self._show_numbers()

    def large_plot(self) -> PlotPanel | None:
        """Return the plot that fills the page, None if none does."""
        panels = (panel for panel in self.plots if self.name_of(panel) == self.space.maximised)
        return next(panels, None)

    def figure_of(self, name: str) -> str:
        """Return the name in figures of what a panel shows, "" for the column."""
        keys = {self.name_of(panel): panel.spec.key for panel in self.plots}
        return f"{self.kind}.{keys[name]}" if name in keys else ""

    # -- space ----------------------------------------------------------------------------

    def default_places(self, width: int, height: int) -> dict[str, QRect]:
        """Return where panels are docked in a page of this size, with gaps all around."""
        with_column = self._drawer.isChecked() or not is_narrow(width)
        places = plot_places(width, height, len(self.plots), with_column)
        found = {f"plot{k}": place for k, place in enumerate(places, 1)}
        return found | ({COLUMN: column_place(width, height)} if with_column else {})

    def needs_drawer(self, width: int) -> bool:
        """Return whether the column has no place of its own in a page of this width."""
        default = not self.space.places() and not self.space.maximised
        return default and is_narrow(width)

    def _show_parts(self) -> None:
        """Let plots over the same axis name it once, and the first one say the temperature."""
        if not self.is_complete():  # Qt may tell of a size while the docks are being made
            return
        large, scan = self.large_plot(), self.kind == "scan"
        first = next(self._docked_plots(), None)
        for panel in self.plots:
            panel.set_maximised(panel is large)
            panel.set_parts(
                bottom=not scan or not self._stands_on_another(panel),
                labelled=scan and panel is first,
                keyed=not scan,
            )

    def _docked_plots(self) -> Iterator[PlotPanel]:
        """Yield the plots that can be seen in the window."""
        for panel in self.plots:
            dock = self.dock(panel)
            if dock.is_on_show() and not dock.isFloating():
                yield panel

    def _stands_on_another(self, panel: PlotPanel) -> bool:
        """Return whether a plot with the same axis lies below."""
        if self.dock(panel).isFloating():
            return False
        above = self.dock(panel).geometry()
        for other in self._docked_plots():
            below = self.dock(other).geometry()
            misses = (below.left() - above.left(), below.right() - above.right())
            if below.top() > above.bottom() and max(map(abs, misses)) <= _ALIGNED:
                return True
        return False

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Arrange the panels anew."""
        super().resizeEvent(event)
        self._show_parts()

    def showEvent(self, event: QShowEvent) -> None:
        """Show what every plot has to name where it stands."""
        super().showEvent(event)
        self._show_parts()
