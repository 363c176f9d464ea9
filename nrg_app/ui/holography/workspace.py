"""The Holography workspace: its panels, how they share the space, and their analyses."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from PySide6.QtCore import QRect, Signal
from PySide6.QtGui import QGuiApplication, QShowEvent
from PySide6.QtWidgets import QWidget

from nrg_app.figures.contents import Content
from nrg_app.figures.plot_tables import table_text
from nrg_app.session.bulk_slice import Place
from nrg_app.session.document import Session
from nrg_app.session.holography.contents import wavelet_tiles
from nrg_app.session.holography.messages import JobOrder, Kind, Response, Result, WaveletsResult
from nrg_app.session.messages import SampleSet
from nrg_app.ui.docks.areas import Entry
from nrg_app.ui.docks.workspace import DockedWorkspace
from nrg_app.ui.holography.analysis_panels import AnalysisPanel, WaveletPanel
from nrg_app.ui.holography.desk import HolographyDesk
from nrg_app.ui.holography.disk_panel import ConeShape, DiskPanel
from nrg_app.ui.holography.job_settings import JobSettings
from nrg_app.ui.holography.places import arrange
from nrg_app.ui.holography.stack_panel import StackPanel
from nrg_app.ui.panels.base import follow
from nrg_app.ui.theme import Theme


class Holography(DockedWorkspace):
    """The panels of the workspace and their connections to the desk of analyses.

    Signals:
        figure_asked: plots are to be exported as a figure; contents and the stem of a file name.
        table_asked: plots are to be written as numbers; contents, suffix and stem.
        panel_asked: a picture is to be exported; its name in figures and what is wanted.
        spoke: a sentence for the user and its kind.
        activity: words for the status bar, "" while nothing is analysed.
    """

    figure_asked = Signal(object, str)
    table_asked = Signal(object, str, str)
    panel_asked = Signal(str, str)
    spoke = Signal(str, str)
    activity = Signal(str)

    def __init__(
        self,
        session: Session,
        desk: HolographyDesk,
        theme: Theme,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__("Holography", theme, parent)
        self.session, self.desk = session, desk
        self._samples: SampleSet | None = None
        self._outdated = False
        self._asking: AnalysisPanel | None = None
        self.wavelet_settings = JobSettings(session, (16, 64, 256), self)
        self.settings = JobSettings(session, (512, 2048, 8192), self)
        self.disk = DiskPanel(session, theme)
        self.stack = StackPanel(session, theme)
        self.wavelets = WaveletPanel(session, theme, self.wavelet_settings)
        self.distance = self._plots("information", "Distance", ("distance", "Bulk distance"))
        self.collapse = self._plots(
            "information", "Information", ("collapse", "Mutual information")
        )
        self.energy = self._plots(
            "energy", "Energy", ("energy", "Renormalized energy"), ("slopes", "Slope by scale")
        )
        self.set_panels(
            (
                Entry("disk", self.disk),
                Entry("stack", self.stack),
                Entry("wavelets", self.wavelets),
                Entry("distance", self.distance),
                Entry("collapse", self.collapse),
                Entry("energy", self.energy),
            )
        )
        self._connect()
        self._show_results()
        self._show_job()

    def _plots(self, kind: Kind, tab: str, *plots: tuple[str, str]) -> AnalysisPanel:
        return AnalysisPanel(self.session, self.theme, kind, plots, self.settings, tab)

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
        self.disk.more.ordered.connect(partial(self.panel_asked.emit, "disk"))
        self.stack.more.ordered.connect(partial(self.panel_asked.emit, "stack"))
        for settings in (self.wavelet_settings, self.settings):
            settings.changed.connect(self._show_results)
        for panel in self.analyses:
            panel.ordered.connect(partial(self._export, panel))
            panel.bar.started.connect(partial(self.measure, panel))
            panel.bar.cancelled.connect(desk.cancel)
            panel.placeholder_activated.connect(partial(self.measure, panel))
            panel.retry_requested.connect(partial(self.measure, panel))
        self.layout_changed.connect(self._show_maximised)
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
        found = {panel.kind: self._result(panel) for panel in self.analyses}
        return [result for result in found.values() if result is not None]

    def _result(self, panel: AnalysisPanel) -> Result | None:
        return self.desk.result(panel.kind, self.session.model, panel.settings.temperature())

    def measure(self, panel: AnalysisPanel) -> None:
        """Start the analysis of a panel."""
        if not self.session.model:
            self.spoke.emit("No model is loaded. Open a model first.", "warning")
            return
        if self.desk.job is not None:
            self.spoke.emit("An analysis is running; wait for it or cancel it.", "warning")
            return
        panel.clear_error()
        self._asking = panel
        choices = panel.settings.choices
        self.desk.start(
            JobOrder(
                kind=panel.kind,
                model=self.session.model,
                temperature=panel.settings.temperature(),
                samples=choices.count,
                estimator=choices.estimator,
                seed=self.session.seed,
            )
        )

    def show_example(self) -> None:
        """Pin a latent of the middle scales and measure with few samples, for a picture."""
        line = self.disk.canvas.slice
        if line is not None:
            scale = max(4, line.size // 4)
            self.disk.canvas.pin((min(scale, line.size), 1))
            self.settings.choices = replace(self.settings.choices, count=512)
            self.measure(self.distance)

    def is_busy(self) -> bool:
        """Return whether a response or an analysis is awaited."""
        canvas = self.disk.canvas
        waiting = canvas.active() is not None and canvas.response is None
        return waiting or self.desk.job is not None

    def _model_changed(self, _: object = None) -> None:
        self._show_results()
        self._show_job()

    def _show_results(self) -> None:
        for panel in self.analyses:
            panel.set_result(self._result(panel))

    def _show_job(self) -> None:
        job = self.desk.job
        progress = None if job is None else self.desk.progress
        for panel in self.analyses:
            mine = job is not None and job.kind == panel.kind
            panel.bar.show_job(
                progress, mine=mine, possible=bool(self.session.model), left=self.desk.time_left()
            )
            panel.set_waiting(mine)
        self.activity.emit(self.desk.words())

    def _failed(self, sentence: str) -> None:
        if self._asking is not None:
            self._asking.show_error(sentence)
        self.spoke.emit(sentence, "error")

    def _export(self, panel: AnalysisPanel, key: str) -> None:
        """Do what a panel's data menu says: "copy", "csv", "npz" or "figure"."""
        specs = panel.specs()
        if not specs:
            self.spoke.emit("There are no numbers yet. Measure first.", "warning")
            return
        result = self._result(panel)
        assert result is not None
        stem = f"nrg-{specs[0].key}-T{result.order.temperature:.3f}"
        if key == "copy":
            QGuiApplication.clipboard().setText(table_text(specs))
            self.spoke.emit("The numbers of the plot are on the clipboard.", "ok")
            return
        # The patterns are no plot: they have no place among the columns of one.
        contents: tuple[Content, ...] = specs
        if isinstance(result, WaveletsResult) and key != "csv":
            contents = (wavelet_tiles(result), *specs)
        if key == "figure":
            self.figure_asked.emit(contents, stem)
        else:
            self.table_asked.emit(contents, key, stem)

    # -- space ----------------------------------------------------------------------------

    def default_places(self, width: int, height: int) -> dict[str, QRect]:
        """Return where panels are docked in a workspace of this size, with gaps all around."""
        places = arrange(width, height)
        return {
            "disk": places.disk,
            **dict.fromkeys(("stack", "wavelets"), places.upper),
            **dict.fromkeys(("distance", "collapse", "energy"), places.lower),
        }

    def _show_maximised(self) -> None:
        for panel in self.analyses:
            panel.set_maximised(self.space.maximised == self.name_of(panel))
