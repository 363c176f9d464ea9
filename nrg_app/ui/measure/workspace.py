"""The Measure workspace: tabs, plots, the Measurement panel, and how they share the space."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QGuiApplication,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QShowEvent,
)
from PySide6.QtWidgets import QWidget

from nrg_app.errors import NRGError
from nrg_app.figures.plot_spec import PlotSpec
from nrg_app.figures.plot_tables import table_text
from nrg_app.session.document import Session
from nrg_app.session.measure.orders import Kind, ScanOrder
from nrg_app.session.measure.rows import values_text
from nrg_app.session.measure.scan_plots import TITLES
from nrg_app.session.views import Quantity
from nrg_app.ui.actions import Actions, set_icon, tool_tip
from nrg_app.ui.docks.areas import GAP
from nrg_app.ui.measure.column import MeasurePanel
from nrg_app.ui.measure.desk import NAMES, MeasureDesk
from nrg_app.ui.measure.pages import PAGES, first_plots, page_lines, page_plots, page_tables
from nrg_app.ui.measure.places import TABS, column_place, is_narrow, plot_places
from nrg_app.ui.measure.plot_panel import PlotPanel
from nrg_app.ui.model_list import ModelEntry
from nrg_app.ui.panels.base import Panel, follow
from nrg_app.ui.panels.controls import IconButton, Segmented
from nrg_app.ui.theme import Theme
from nrg_app.ui.themed import Themed


class Measure(Themed):
    """The panels of the workspace and their connections to the desk of measurements.

    Signals:
        figure_asked: plots are to be exported as a figure; specs and the stem of a file name.
        table_asked: plots are to be written as numbers; specs, suffix and stem.
        spoke: a sentence for the user and its kind.
        activity: words for the status bar, "" while nothing is measured.
    """

    figure_asked = Signal(object, str)
    table_asked = Signal(object, str, str)
    spoke = Signal(str, str)
    activity = Signal(str)

    def __init__(
        self,
        session: Session,
        actions: Actions,
        desk: MeasureDesk,
        theme: Theme,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(theme, parent)
        self.setAccessibleName("Measure")
        self.session, self.desk, self._actions = session, desk, actions
        self.tabs = Segmented(theme, [(p.kind, p.tab) for p in PAGES], "Measurement", self)
        self.drawer = IconButton(theme, "tune-variant", "Measurement panel", checkable=True)
        self.drawer.setParent(self)
        self.panels_by_kind: dict[Kind, list[PlotPanel]] = {
            page.kind: [PlotPanel(session, theme, s, self) for s in first_plots(page.kind)]
            for page in PAGES
        }
        self.column = MeasurePanel(session, actions, theme, self)
        self._maximised: PlotPanel | None = None
        self._connect()
        self._view_changed()

    @property
    def kind(self) -> Kind:
        """The kind of measurement on show."""
        return self.session.measure.page

    @property
    def plots(self) -> list[PlotPanel]:
        """The panels of the page on show, in reading order."""
        return self.panels_by_kind[self.kind]

    @property
    def panels(self) -> tuple[Panel, ...]:
        """All panels on show, in reading order."""
        return (*self.plots, self.column)

    def _connect(self) -> None:
        desk, actions = self.desk, self._actions
        self.tabs.changed.connect(self.show_page)
        self.drawer.toggled.connect(lambda _: self._place())
        desk.changed.connect(self._show_job)
        desk.result_came.connect(self._result_came)
        desk.exact_came.connect(self._exact_came)
        self.column.form_changed.connect(self._form_changed)
        self.column.export_asked.connect(self.export_page)
        actions["measure"].triggered.connect(self.toggle_measurement)
        actions["measure_clear"].triggered.connect(lambda: desk.clear(self.kind))
        follow(self, self.session.events.temperature, self._temperature_changed)
        follow(self, self.session.events.measure, self._view_changed)
        for kind, panels in self.panels_by_kind.items():
            for number, panel in enumerate(panels):
                panel.maximise_requested.connect(lambda p=panel: self.toggle_maximised(p))
                panel.ordered.connect(lambda key, p=panel: self._export([p.spec], key))
                panel.marker_moved.connect(self._set_temperature)
                panel.placeholder_activated.connect(actions["measure"].trigger)
                if kind == "scan":
                    panel.quantity_chosen.connect(lambda key, n=number: self.set_quantity(n, key))

    # -- commands -------------------------------------------------------------------------

    def toggle_measurement(self) -> None:
        """Start what the form asks for, or stop the job."""
        if self.desk.active is not None:
            self.desk.stop()
            return
        try:
            order = self.column.forms[self.kind].order()
        except NRGError as error:
            self.spoke.emit(str(error), "error")
            return
        self.desk.start(order)
        self._want_exact()

    def show_page(self, kind: Kind) -> None:
        """Show another kind of measurement."""
        self.session.measure = replace(self.session.measure, page=kind)

    def set_quantity(self, number: int, key: Quantity) -> None:
        """Show another quantity in one of the plots of a scan."""
        view = self.session.measure
        keys = tuple(key if n == number else old for n, old in enumerate(view.quantities))
        self.session.measure = replace(view, quantities=keys)

    def _view_changed(self, _: object = None) -> None:
        kind = self.kind
        if self._maximised is not None and self._maximised not in self.plots:
            self._maximised = None
        self.tabs.set_current(kind)
        for other, panels in self.panels_by_kind.items():
            for panel in panels:
                panel.setVisible(other == kind)
        self.column.show_page(kind)
        self._show_page()
        self._show_job()
        self._place()

    def set_models(self, entries: list[ModelEntry], current: str) -> None:
        """Offer models; ``current`` is the session's."""
        self.column.set_models(entries, current)

    def export_page(self, key: str) -> None:
        """Export all plots of the page, or copy its table."""
        if key == "table":
            tables = page_tables(self.desk, self.kind, self.session.temperature)
            QGuiApplication.clipboard().setText(values_text(tables))
            self.spoke.emit("The values have been copied.", "ok")
            return
        self._export([panel.spec for panel in self.plots], key)

    def export_figure(self) -> None:
        """Export what is on show: the large plot, or all of the page."""
        alone = self._maximised
        self._export([alone.spec] if alone is not None else [p.spec for p in self.plots], "figure")

    def _export(self, specs: list[PlotSpec], key: str) -> None:
        shown = [spec for spec in specs if not spec.is_empty()]
        if not shown:
            self.spoke.emit("There is nothing to export yet. Start a measurement first.", "warning")
            return
        stem = f"nrg-{self.kind}" + (f"-{shown[0].key}" if len(specs) == 1 else "")
        if key == "copy":
            QGuiApplication.clipboard().setText(table_text(shown))
            self.spoke.emit("The data have been copied.", "ok")
        elif key == "figure":
            self.figure_asked.emit(shown, stem)
        else:
            self.table_asked.emit(shown, key, stem)

    def _set_temperature(self, temperature: float) -> None:
        self.session.temperature = temperature

    # -- showing --------------------------------------------------------------------------

    def _result_came(self, kind: Kind) -> None:
        if kind == self.kind and self.isVisible():
            self._show_page()
        if kind == "scan":
            self._want_exact()

    def _exact_came(self) -> None:
        if self.kind == "scan":
            self._show_page()

    def _form_changed(self) -> None:
        self._show_job()
        self._want_exact()

    def _want_exact(self) -> None:
        """Ask for the exact curves that belong to the scan, or to the one that is set up."""
        if not self.isVisible():
            return
        result = self.desk.results.get("scan")
        order = result.order if result is not None else self.desk.order
        if not isinstance(order, ScanOrder):
            try:
                order = self.column.forms["scan"].order()
            except NRGError:
                return
        assert isinstance(order, ScanOrder)
        settings = order.settings
        self.desk.want_exact(settings.size, min(settings.temperatures), max(settings.temperatures))

    def _show_page(self) -> None:
        """Give every panel of the page what it shows."""
        kind, temperature = self.kind, self.session.temperature
        specs = page_plots(self.desk, kind, self.session.measure.quantities, temperature)
        lines = page_lines(self.desk, kind)
        page = next(page for page in PAGES if page.kind == kind)
        for panel, spec in zip(self.plots, specs, strict=True):
            panel.set_spec(spec, lines)
            linked = page.linked and spec.key != "correlation"
            panel.set_temperature(temperature if linked else None)
            if kind == "scan":
                panel.set_quantities(list(TITLES.items()), spec.key)
        self._show_emptiness(page.empty)
        self._show_numbers()

    def _show_emptiness(self, words: str) -> None:
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
                panel.show_placeholder(words, "Start measurement")
            else:
                panel.show_placeholder("Nothing measured yet.")

    def _show_numbers(self) -> None:
        tables = page_tables(self.desk, self.kind, self.session.temperature)
        plots = [panel.spec for panel in self.plots]
        self.column.set_results(tables, plots, plots[0].provenance)

    def _temperature_changed(self, temperature: float) -> None:
        if self.kind != "scan" or not self.isVisible():
            return
        for number, panel in enumerate(self.plots):
            if self.session.measure.quantities[number] == "correlation":
                specs = page_plots(self.desk, "scan", ("correlation",), temperature)
                panel.set_spec(specs[0], panel.lines)
            else:
                panel.set_temperature(temperature)
        self._show_numbers()

    def _show_job(self) -> None:
        desk, action = self.desk, self._actions["measure"]
        running = desk.active is not None
        problem = "" if running else self.column.forms[self.kind].problem()
        text = "Stop" if running else "Start measurement"
        action.setText(text)
        action.setToolTip(problem or tool_tip(text, action))
        action.setEnabled(not problem)
        set_icon(action, "stop" if running else "play")
        idle = desk.active != self.kind
        self._actions["measure_clear"].setEnabled(idle and self.kind in desk.results)
        name = NAMES[desk.active].capitalize() if desk.active is not None else ""
        self.column.set_job(desk.progress if running else None, name, desk.remaining())
        self._show_emptiness(next(page.empty for page in PAGES if page.kind == self.kind))
        self.activity.emit(f"Measuring \N{MIDDLE DOT} {desk.progress.words}" if running else "")

    # -- space ----------------------------------------------------------------------------

    def toggle_maximised(self, panel: PlotPanel) -> None:
        """Give a panel the whole workspace, or put everything back."""
        self._maximised = None if self._maximised is panel else panel
        self._place()

    def sizeHint(self) -> QSize:
        """Return the size in the design."""
        return QSize(1168, 826)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Arrange the panels anew."""
        self._place()

    def showEvent(self, event: QShowEvent) -> None:
        """Bring back the newest results at the first sight."""
        super().showEvent(event)
        self.desk.load()
        self._show_page()
        self._want_exact()

    def _place(self) -> None:
        width, height, alone = self.width(), self.height(), self._maximised
        narrow = is_narrow(width)
        with_column = alone is None and (self.drawer.isChecked() or not narrow)
        self.drawer.setVisible(narrow and alone is None)
        self.tabs.setVisible(alone is None)
        size = self.tabs.sizeHint()
        self.tabs.setGeometry(QRect(GAP, (GAP + TABS - size.height()) // 2, size.width(), 24))
        rightmost = width - GAP - (column_place(width, height).width() + GAP if with_column else 0)
        self.drawer.move(rightmost - 24, (GAP + TABS - 24) // 2)
        places = plot_places(width, height, len(self.plots), with_column)
        bottom = max(place.bottom() for place in places)
        for number, (panel, place) in enumerate(zip(self.plots, places, strict=True)):
            panel.setVisible(alone is None or panel is alone)
            lone = self.rect().adjusted(GAP, GAP, -GAP, -GAP)
            panel.setGeometry(lone if panel is alone else place)
            panel.set_maximised(panel is alone)
            scan = self.kind == "scan"
            panel.set_parts(
                bottom=not scan or place.bottom() >= bottom - 1,
                labelled=scan and number == 0,
                keyed=not scan,
            )
        self.column.setGeometry(column_place(width, height))
        self.column.setVisible(with_column)
        self.column.raise_()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the ground."""
        QPainter(self).fillRect(self.rect(), QColor(self.theme.window))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Put a maximised panel back, or close the drawer, with Escape."""
        if event.key() == Qt.Key.Key_Escape and self._maximised is not None:
            self.toggle_maximised(self._maximised)
        elif event.key() == Qt.Key.Key_Escape and self.drawer.isChecked():
            self.drawer.setChecked(False)
        else:
            super().keyPressEvent(event)
