"""The Measure workspace: its pages, what is measured on them, and what is taken along."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from PySide6.QtCore import QPoint, QRect, QSize, Qt, QTimer, Signal
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
from nrg_app.session.views import Quantity
from nrg_app.ui.actions import Actions, set_icon, tool_tip
from nrg_app.ui.docks.areas import GAP
from nrg_app.ui.measure.column import MeasurePanel
from nrg_app.ui.measure.desk import NAMES, MeasureDesk
from nrg_app.ui.measure.page import MeasurePage
from nrg_app.ui.measure.page_stack import Making, PageStack
from nrg_app.ui.measure.pages import PAGES, Page, first_plots, page_tables
from nrg_app.ui.measure.places import TABS
from nrg_app.ui.measure.plot_panel import PlotPanel
from nrg_app.ui.model_list import ModelEntry
from nrg_app.ui.panels.base import follow
from nrg_app.ui.panels.controls import CONTROL_HEIGHT, IconButton, Segmented
from nrg_app.ui.theme import Theme
from nrg_app.ui.themed import Themed

_QUIET_MS = 4000  # after the start, until what may be looked at next is read and made


class Measure(Themed):
    """The pages of the workspace and their connections to the desk of measurements.

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
        self.stack = PageStack(self._make_page, self)
        self._models: tuple[list[ModelEntry], str] = ([], "")
        self._connect()
        self._view_changed()
        self._show_job()
        QTimer.singleShot(_QUIET_MS, self, self._prepare)

    @property
    def kind(self) -> Kind:
        """The kind of measurement on show."""
        return self.session.measure.page

    @property
    def page(self) -> MeasurePage:
        """The page on show."""
        return self.stack.page(self.kind)

    @property
    def plots(self) -> list[PlotPanel]:
        """The plots of the page on show, in reading order."""
        return self.page.plots

    @property
    def column(self) -> MeasurePanel:
        """The Measurement panel of the page on show."""
        return self.page.column

    def _connect(self) -> None:
        desk, actions = self.desk, self._actions
        self.tabs.changed.connect(self.show_page)
        desk.changed.connect(self._show_job)
        desk.result_came.connect(self._result_came)
        desk.exact_came.connect(self._exact_came)
        actions["measure"].triggered.connect(self.toggle_measurement)
        actions["measure_clear"].triggered.connect(lambda: desk.clear(self.kind))
        follow(self, self.session.events.temperature, self._temperature_changed)
        follow(self, self.session.events.measure, self._view_changed)

    def _make_page(self, of: Page) -> Making:
        session, theme, plots = self.session, self.theme, []
        for spec in first_plots(of.kind):
            plots.append(PlotPanel(session, theme, spec))
            yield
        form = of.form(theme)
        yield
        column = MeasurePanel(session, self._actions, form, theme)
        yield
        page = MeasurePage(session, self.desk, of, plots, column, self.drawer, theme, self.stack)
        yield from page.make_docks()
        page.column.form.set_models(*self._models)
        page.column.form.changed.connect(self._form_changed)
        page.column.export_asked.connect(self.export_page)
        page.layout_changed.connect(self._place)
        for number, panel in enumerate(page.plots):
            panel.ordered.connect(partial(self._export_plot, panel))
            panel.marker_moved.connect(self._set_temperature)
            panel.placeholder_activated.connect(self._actions["measure"].trigger)
            if page.kind == "scan":
                panel.quantity_chosen.connect(partial(self.set_quantity, number))
        if theme is not self.theme:
            page.set_theme(self.theme)
        return page

    def _prepare(self) -> None:
        self.desk.load()
        self.stack.prepare(self.kind)

    # -- commands -------------------------------------------------------------------------

    def toggle_measurement(self) -> None:
        """Start what the form asks for, or stop the job."""
        if self.desk.active is not None:
            self.desk.stop()
            return
        try:
            order = self.column.form.order()
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
        self.tabs.set_current(self.kind)
        if self.isVisible():
            self._show_page()

    def _show_page(self) -> None:
        page = self.page
        self.stack.setCurrentWidget(page)
        page.show_results()
        self._show_job()
        self._place()
        self._want_exact()

    def set_models(self, entries: list[ModelEntry], current: str) -> None:
        """Offer models; ``current`` is the session's."""
        self._models = (entries, current)
        for page in self.stack.pages.values():
            page.column.form.set_models(entries, current)

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
        alone = self.page.large_plot()
        self._export([alone.spec] if alone is not None else [p.spec for p in self.plots], "figure")

    def _export_plot(self, panel: PlotPanel, key: str) -> None:
        self._export([panel.spec], key)

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
            self.page.show_results()
        if kind == "scan":
            self._want_exact()

    def _exact_came(self) -> None:
        if self.kind == "scan" and self.isVisible():
            self.page.show_results()

    def _form_changed(self) -> None:
        self._show_job()
        self._want_exact()

    def _want_exact(self) -> None:
        """Ask for the exact curves that belong to the scan, or to the one that is set up."""
        if not self.isVisible() or "scan" not in self.stack.pages:
            return
        result = self.desk.results.get("scan")
        order = result.order if result is not None else self.desk.order
        if not isinstance(order, ScanOrder):
            try:
                order = self.stack.page("scan").column.form.order()
            except NRGError:
                return
        assert isinstance(order, ScanOrder)
        settings = order.settings
        self.desk.want_exact(settings.size, min(settings.temperatures), max(settings.temperatures))

    def _temperature_changed(self, temperature: float) -> None:
        if self.isVisible():
            self.page.follow_temperature(temperature)

    def _show_job(self) -> None:
        desk, action = self.desk, self._actions["measure"]
        running = desk.active is not None
        page = self.stack.pages.get(self.kind)
        problem = "" if running or page is None else page.column.form.problem()
        text = "Stop" if running else "Start measurement"
        action.setText(text)
        action.setToolTip(problem or tool_tip(text, action))
        action.setEnabled(not problem)
        set_icon(action, "stop" if running else "play")
        idle = desk.active != self.kind
        self._actions["measure_clear"].setEnabled(idle and self.kind in desk.results)
        if page is not None:
            name = NAMES[desk.active].capitalize() if desk.active is not None else ""
            page.column.set_job(desk.progress if running else None, name, desk.remaining())
            page.show_emptiness()
        self.activity.emit(f"Measuring \N{MIDDLE DOT} {desk.progress.words}" if running else "")

    # -- space ----------------------------------------------------------------------------

    def sizeHint(self) -> QSize:
        """Return the size in the design."""
        return QSize(1168, 826)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Arrange the tabs and the page anew."""
        self._place()

    def showEvent(self, event: QShowEvent) -> None:
        """Show the newest results."""
        super().showEvent(event)
        self.desk.load()
        self._show_page()
        for page in PAGES:
            self.stack.prepare(page.kind)

    def _place(self) -> None:
        """Put the tabs above the page unless a panel of it is large."""
        page = self.stack.pages.get(self.kind)
        if page is None:
            return
        top = 0 if page.space.maximised else TABS
        self.stack.setGeometry(self.rect().adjusted(0, top, 0, 0))
        self.tabs.setVisible(top > 0)
        above = (GAP + TABS - CONTROL_HEIGHT) // 2
        self.tabs.setGeometry(QRect(QPoint(GAP, above), self.tabs.sizeHint()))
        self.drawer.setVisible(page.needs_drawer(self.width()))
        self.drawer.move(self.width() - GAP - CONTROL_HEIGHT, above)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the ground."""
        QPainter(self).fillRect(self.rect(), QColor(self.theme.window))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Put a maximised panel back, or close the drawer, with Escape."""
        if event.key() == Qt.Key.Key_Escape and self.page.space.maximised:
            self.page.restore()
        elif event.key() == Qt.Key.Key_Escape and self.drawer.isChecked():
            self.drawer.setChecked(False)
        else:
            super().keyPressEvent(event)
