"""The Holography workspace: its panels, how they share the space, and their analyses."""

from __future__ import annotations

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

from nrg_app.figures.plot_tables import table_text
from nrg_app.session.bulk_slice import Place
from nrg_app.session.document import Session
from nrg_app.session.holography.messages import JobOrder, Kind, Response, Result
from nrg_app.session.messages import SampleSet
from nrg_app.ui.docks.areas import GAP
from nrg_app.ui.holography.analysis_panels import AnalysisPanel, WaveletPanel
from nrg_app.ui.holography.desk import HolographyDesk
from nrg_app.ui.holography.disk_panel import ConeShape, DiskPanel
from nrg_app.ui.holography.job_bar import HeaderChoice, JobBar
from nrg_app.ui.holography.places import Slot, arrange
from nrg_app.ui.holography.stack_panel import StackPanel
from nrg_app.ui.panels.base import Panel, follow
from nrg_app.ui.panels.controls import Segmented
from nrg_app.ui.theme import Theme
from nrg_app.ui.themed import Themed

UPPER = (("stack", "Layers"), ("wavelets", "Wavelets"))
LOWER = (("distance", "Distance"), ("collapse", "Information"), ("energy", "Energy"))
_ESTIMATORS = [("gaussian", "Gaussian"), ("ksg", "KSG")]


class Holography(Themed):
    """The panels of the workspace and their connections to the desk of analyses.

    Signals:
        figure_asked: plots are to be exported as a figure; specs and the stem of a file name.
        table_asked: plots are to be written as numbers; specs, suffix and stem.
        spoke: a sentence for the user and its kind.
        activity: words for the status bar, "" while nothing is analysed.
    """

    figure_asked = Signal(object, str)
    table_asked = Signal(object, str, str)
    spoke = Signal(str, str)
    activity = Signal(str)

    def __init__(
        self,
        session: Session,
        desk: HolographyDesk,
        theme: Theme,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(theme, parent)
        self.setAccessibleName("Holography")
        self.session, self.desk = session, desk
        self._samples: SampleSet | None = None
        self._outdated = False
        self._maximised: Panel | None = None
        self.disk = DiskPanel(session, theme, self)
        self.stack = StackPanel(session, theme, self)
        self.wavelets = WaveletPanel(session, theme, self)
        self.distance = self._plots("information", (("distance", "Bulk distance"),))
        self.collapse = self._plots("information", (("collapse", "Mutual information"),))
        self.energy = self._plots(
            "energy", (("energy", "Renormalized energy"), ("slopes", "Slope by scale"))
        )
        self.upper_tabs = self._tabs(UPPER, "Upper panel")
        self.upper_bar = JobBar(session, theme, (16, 64, 256), "wavelets", self)
        self.lower_tabs = self._tabs(LOWER, "Lower panel")
        self.all_tabs = self._tabs((*UPPER, *LOWER), "Panel", padding=13)
        self.lower_bar = JobBar(session, theme, (512, 2048, 8192), "the bulk", self)
        self.estimator = HeaderChoice(theme, "Estimator of mutual information", 92)
        self.estimator.set_choices(_ESTIMATORS)
        self.estimator.setToolTip("Linear dependence alone, or nearest neighbours (slow)")
        self.collapse.header.add_tool(self.estimator)
        self._connect()
        self._show_results()
        self._show_job()

    def _plots(self, kind: Kind, plots: tuple[tuple[str, str], ...]) -> AnalysisPanel:
        return AnalysisPanel(self.session, self.theme, kind, plots, self)

    def _tabs(
        self, choices: tuple[tuple[str, str], ...], label: str, padding: int = 18
    ) -> Segmented:
        tabs = Segmented(self.theme, choices, label, self, padding=padding)
        tabs.set_current(choices[0][0])
        tabs.changed.connect(self._tab_chosen)
        return tabs

    @property
    def panels(self) -> dict[str, Panel]:
        """All panels by name, in reading order."""
        return {
            "disk": self.disk,
            "stack": self.stack,
            "wavelets": self.wavelets,
            "distance": self.distance,
            "collapse": self.collapse,
            "energy": self.energy,
        }

    @property
    def analyses(self) -> tuple[AnalysisPanel, ...]:
        """The panels that show results of analyses."""
        return (self.wavelets, self.distance, self.collapse, self.energy)

    def _connect(self) -> None:
        desk = self.desk
        desk.response_came.connect(self._response_came)
        desk.response_failed.connect(self._response_failed)
        desk.job_changed.connect(self._show_job)
        desk.results_changed.connect(self._show_results)
        desk.failed.connect(self._failed)
        self.disk.asked.connect(self._ask)
        for bar in (self.upper_bar, self.lower_bar):
            bar.started.connect(lambda bar=bar: self.measure(bar))
            bar.cancelled.connect(desk.cancel)
            bar.chosen.connect(self._show_results)
        for panel in self.panels.values():
            panel.maximise_requested.connect(lambda chosen=panel: self.toggle_maximised(chosen))
        for panel in self.analyses:
            panel.ordered.connect(lambda key, panel=panel: self._export(key, panel))
            bar = self._bar_of(panel)
            panel.placeholder_activated.connect(
                lambda bar=bar, panel=panel: self.measure(bar, panel)
            )
            panel.retry_requested.connect(lambda bar=bar, panel=panel: self.measure(bar, panel))
        follow(self, self.session.events.model, self._model_changed)

    # -- samples --------------------------------------------------------------------------

    def set_shape(self, shape: ConeShape | None) -> None:
        """Take the stencils of the model."""
        self.disk.set_shape(shape)

    def set_sample_set(self, samples: SampleSet) -> None:
        """Show a new set; while the workspace is out of sight it only remembers it."""
        self._samples = samples
        self._outdated = not self.isVisible()
        if not self._outdated:
            self._show_samples()

    def _show_samples(self) -> None:
        if self._samples is not None:
            self._outdated = False
            self.disk.set_sample_set(self._samples)
            self.stack.set_sample_set(self._samples)

    def set_waiting(self, waiting: bool) -> None:
        """Tell the panels with pictures that newer ones were asked for."""
        if self.isVisible():
            self.disk.set_waiting(waiting)
            self.stack.set_waiting(waiting)

    def showEvent(self, event: QShowEvent) -> None:
        """Show the newest set."""
        super().showEvent(event)
        if self._outdated:
            self._show_samples()

    # -- responses ------------------------------------------------------------------------

    def _ask(self, place: Place | None) -> None:
        shown = self.disk.sample_latents()
        if place is None or shown is None:
            self.desk.forget_response()
        else:
            samples, latents = shown
            self.desk.ask(samples.model, samples.temperature, latents, place)

    def _response_came(self, response: Response) -> None:
        self.disk.set_response(response)

    def _response_failed(self, sentence: str) -> None:
        self.disk.show_error(sentence, retry=False)

    # -- analyses -------------------------------------------------------------------------

    def shown_results(self) -> list[Result]:
        """Return the results of every kind at the model and the chosen temperatures."""
        found = {}
        for panel in self.analyses:
            temperature = self._bar_of(panel).temperature()
            found[panel.kind] = self.desk.result(panel.kind, self.session.model, temperature)
        return [result for result in found.values() if result is not None]

    def _bar_of(self, panel: AnalysisPanel) -> JobBar:
        return self.upper_bar if panel is self.wavelets else self.lower_bar

    def measure(self, bar: JobBar, panel: AnalysisPanel | None = None) -> None:
        """Start the analysis of a panel, by default of the one in front."""
        if not self.session.model:
            self.spoke.emit("No model is loaded. Open a model first.", "warning")
            return
        if self.desk.job is not None:
            self.spoke.emit("An analysis is running; wait for it or cancel it.", "warning")
            return
        shown = panel or self._front(bar)
        shown.clear_error()
        self.desk.start(
            JobOrder(
                kind=shown.kind,
                model=self.session.model,
                temperature=bar.temperature(),
                samples=bar.count(),
                estimator=self.estimator.current(),  # type: ignore[arg-type]
                seed=self.session.seed,
            )
        )

    def show_example(self) -> None:
        """Pin a latent of the middle scales and measure with few samples, for a picture."""
        line = self.disk.canvas.slice
        if line is not None:
            scale = max(4, line.size // 4)
            self.disk.canvas.pin((min(scale, line.size), 1))
            self.lower_bar.counts.set_current("512")
            self.measure(self.lower_bar)

    def is_busy(self) -> bool:
        """Return whether a response or an analysis is awaited."""
        canvas = self.disk.canvas
        waiting = canvas.active() is not None and canvas.response is None
        return waiting or self.desk.job is not None

    def _front(self, bar: JobBar) -> AnalysisPanel:
        if bar is self.upper_bar:
            return self.wavelets
        panel = self.panels[self._current_lower()]
        assert isinstance(panel, AnalysisPanel)
        return panel

    def _model_changed(self, _: object = None) -> None:
        self._show_results()
        self._show_job()

    def _show_results(self) -> None:
        for panel in self.analyses:
            bar = self._bar_of(panel)
            panel.set_result(self.desk.result(panel.kind, self.session.model, bar.temperature()))

    def _show_job(self) -> None:
        job = self.desk.job
        for bar in (self.upper_bar, self.lower_bar):
            mine = job is not None and (job.kind == "wavelets") == (bar is self.upper_bar)
            progress = None if job is None else self.desk.progress
            bar.show_job(progress, mine=mine, possible=bool(self.session.model))
        for panel in self.analyses:
            panel.set_waiting(job is not None and job.kind == panel.kind)
        self.activity.emit(self.desk.words())

    def _failed(self, sentence: str) -> None:
        for panel in self.analyses:
            if panel.isVisible():
                panel.show_error(sentence)
        self.spoke.emit(sentence, "error")

    def _export(self, key: str, panel: AnalysisPanel) -> None:
        """Do what a panel's data menu says: "copy", "csv", "npz" or "figure"."""
        specs = panel.specs()
        if not specs:
            self.spoke.emit("There are no numbers yet. Measure first.", "warning")
            return
        order = self.desk.result(panel.kind, self.session.model, self._bar_of(panel).temperature())
        assert order is not None
        stem = f"nrg-{specs[0].key}-T{order.order.temperature:.3f}"
        if key == "copy":
            QGuiApplication.clipboard().setText(table_text(specs))
            self.spoke.emit("The numbers of the plot are on the clipboard.", "ok")
        elif key == "figure":
            self.figure_asked.emit(specs, stem)
        else:
            self.table_asked.emit(specs, key, stem)

    # -- space ----------------------------------------------------------------------------

    def show_panel(self, name: str) -> None:
        """Bring a panel of the right column to the front."""
        if name in dict(UPPER):
            self.upper_tabs.set_current(name)
        elif name in dict(LOWER):
            self.lower_tabs.set_current(name)
        if name in dict((*UPPER, *LOWER)):
            self.all_tabs.set_current(name)
        self._place()

    def _tab_chosen(self, name: str) -> None:
        self.show_panel(name)

    def _current_lower(self) -> str:
        if not self.all_tabs.isHidden() and self.all_tabs.current() in dict(LOWER):
            return self.all_tabs.current()
        return self.lower_tabs.current()

    def toggle_maximised(self, panel: Panel) -> None:
        """Give a panel the whole workspace, or put everything back."""
        self._maximised = None if self._maximised is panel else panel
        for shown in self.analyses:
            shown.set_maximised(shown is self._maximised)
        self._place()

    def sizeHint(self) -> QSize:
        """Return the size in the design."""
        return QSize(1168, 826)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Arrange the panels anew."""
        self._place()

    def _place(self) -> None:
        alone = self._maximised
        places = arrange(self.width(), self.height())
        lower = places.lower
        shown: dict[Panel, QRect] = {}
        for part in (
            self.upper_tabs,
            self.lower_tabs,
            self.all_tabs,
            self.upper_bar,
            self.lower_bar,
        ):
            part.hide()
        if alone is not None:
            shown[alone] = self.rect().adjusted(GAP, GAP, -GAP, -GAP)
        else:
            shown[self.disk] = places.disk
            if lower is None:
                self._fill(places.upper, self.all_tabs, self.all_tabs.current(), shown)
            else:
                self._fill(places.upper, self.upper_tabs, self.upper_tabs.current(), shown)
                self._fill(lower, self.lower_tabs, self.lower_tabs.current(), shown)
        for panel in self.panels.values():
            if panel in shown:
                panel.setGeometry(shown[panel])
            panel.setVisible(panel in shown)

    def _fill(self, slot: Slot, tabs: Segmented, name: str, shown: dict[Panel, QRect]) -> None:
        """Put tabs, controls and the panel in front into a slot."""
        tabs.move(slot.tabs.topLeft())
        tabs.fit(slot.tabs.width())
        tabs.show()
        panel = self.panels[name]
        with_bar = isinstance(panel, AnalysisPanel)
        if isinstance(panel, AnalysisPanel):
            bar = self._bar_of(panel)
            bar.setGeometry(slot.bar)
            bar.show()
        shown[panel] = slot.of(with_bar)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the ground."""
        QPainter(self).fillRect(self.rect(), QColor(self.theme.window))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Put a maximised panel back with Escape."""
        if event.key() == Qt.Key.Key_Escape and self._maximised is not None:
            self.toggle_maximised(self._maximised)
        else:
            super().keyPressEvent(event)
