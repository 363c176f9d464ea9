"""The Train workspace: its panels, how they share the space, and what its controls do."""

from __future__ import annotations

import time

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QWidget

from nrg_app.errors import NRGError
from nrg_app.session.document import Session
from nrg_app.session.training_curves import RunCurves
from nrg_app.session.training_messages import (
    ENDED,
    Diagnostic,
    FixedNoise,
    GapsByScale,
    ModelExported,
)
from nrg_app.session.training_runs import RunFolder, RunRecord, runs_dir
from nrg_app.session.training_settings import SIZES, RunSettings
from nrg_app.ui.actions import Actions, set_icon, tool_tip
from nrg_app.ui.docks.areas import Entry
from nrg_app.ui.docks.workspace import DockedWorkspace
from nrg_app.ui.model_list import readable_entries, shipped_entries
from nrg_app.ui.panels.controls import IconButton
from nrg_app.ui.theme import Theme
from nrg_app.ui.train.desk import TrainingDesk
from nrg_app.ui.train.form import Choice
from nrg_app.ui.train.free_energy import FreeEnergyPanel
from nrg_app.ui.train.main_action import main_action
from nrg_app.ui.train.places import arrange, is_narrow
from nrg_app.ui.train.progress_plots import CurvesPanel
from nrg_app.ui.train.run_panel import RunPanel, duration
from nrg_app.ui.train.snapshot_plots import PhysicsPanel, ScalePanel

_EMPTY = "No training yet. Choose a lattice and a time, and start."


class Train(DockedWorkspace):
    """The panels of the workspace and their connections to the desk of trainings.

    ``adopted`` carries the path of a model file that Explore is to show, and whether to go there;
    ``activity`` the words for the status bar, "" while nothing is trained.
    """

    adopted = Signal(str, bool)
    activity = Signal(str)

    def __init__(
        self,
        session: Session,
        actions: Actions,
        desk: TrainingDesk,
        theme: Theme,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__("Train", theme, parent)
        self.desk, self._actions = desk, actions
        self._adopting = False
        self._offered: list[str] | None = None
        self._target: float | None = None
        self._batches: list[int] = []
        self.curves = CurvesPanel(session, theme)
        self.scales = ScalePanel(session, theme)
        self.physics = PhysicsPanel(session, theme)
        self.run = RunPanel(session, actions, theme)
        self.compare = Choice(theme, "Compare with run")
        self.compare.setFixedHeight(24)
        self.drawer = IconButton(theme, "tune-variant", "Training run", checkable=True)
        self.drawer.toggled.connect(lambda _: self.place_again())
        self.free_energy = FreeEnergyPanel(session, theme, (self.compare,))
        self.free_energy.header.add_tool(self.drawer)
        self.set_panels(
            (
                Entry("free_energy", self.free_energy),
                Entry("curves", self.curves, "bottom"),
                Entry("scales", self.scales, "bottom"),
                Entry("physics", self.physics, "bottom"),
                Entry("run", self.run, "right"),
            )
        )
        self.layout_changed.connect(self._offer_drawer)
        self._connect()
        self._show()
        self._show_curves()

    @property
    def expected_gap(self) -> float | None:
        """The gap that the shown run expects at its end, None where that is unknown."""
        return self._target

    def _connect(self) -> None:
        desk, run = self.desk, self.run
        desk.changed.connect(self._show)
        desk.curves_changed.connect(self._show_curves)
        desk.point_came.connect(self._show_point)
        desk.picture_came.connect(self._show_picture)
        desk.exported.connect(self._exported)
        run.run_chosen.connect(desk.show)
        run.stop_confirmed.connect(desk.stop)
        run.duplicate_asked.connect(self._duplicate)
        run.grow_asked.connect(self._grow)
        run.delete_asked.connect(desk.delete)
        run.form.changed.connect(self._show_action)
        self.compare.activated.connect(lambda _: desk.compare(self.compare.current()))
        self.free_energy.placeholder_activated.connect(self._actions["train"].trigger)
        self._actions["train"].triggered.connect(self.toggle_training)
        self._actions["adopt"].triggered.connect(self.adopt)
        self._actions["follow"].toggled.connect(desk.set_following)

    # -- commands -------------------------------------------------------------------------

    def toggle_training(self) -> None:
        """Start, pause or resume, whatever the shown run is ready for."""
        desk = self.desk
        status = desk.shown_status()
        if desk.shown and desk.shown == desk.active:
            if status == "running":
                desk.pause()
            elif status == "paused":
                desk.resume()
        elif status == "new" and not desk.shown:
            self._start()
        elif status != "finished":
            desk.resume()

    def _start(self) -> None:
        try:
            settings = self.run.form.settings()
        except NRGError as error:
            self.desk.spoke.emit(str(error), "error")
            return
        self.desk.start(settings)

    def adopt(self) -> None:
        """Use the shown run's weights in Explore: ask a running one for them first."""
        if self.desk.shown == self.desk.active and self.desk.status != "measuring":
            self._adopting = True
            self.desk.export()
        elif self._has_model():
            self.adopted.emit(str(self._folder().model), True)

    def _exported(self, model: ModelExported) -> None:
        if self._adopting or self.desk.following:
            going, self._adopting = self._adopting, False
            self.adopted.emit(model.path, going)

    def _duplicate(self) -> None:
        record = self.desk.shown_record()
        if record is not None:
            self.desk.show("")
            self.run.form.set_settings(record.settings)

    def _grow(self) -> None:
        """Open the form for a run that continues the shown run's model on a larger lattice."""
        record = self.desk.shown_record()
        if record is None:
            return
        model = str(self._folder().model)
        settings = record.settings.model_copy(
            update={
                "start": model,
                "recipe": "standard",
                "size": min(2 * (record.size or record.settings.size), SIZES[-1]),
            }
        )
        self.desk.show("")
        self.run.form.set_settings(settings)

    def _folder(self) -> RunFolder:
        return RunFolder(runs_dir() / self.desk.shown)

    def _has_model(self) -> bool:
        return bool(self.desk.shown) and self._folder().model.exists()

    # -- showing --------------------------------------------------------------------------

    def _show(self) -> None:
        desk = self.desk
        record, status = desk.shown_record(), desk.shown_status()
        self.run.set_runs(desk.runs, desk.shown, desk.active)
        if record is None:
            self._offer_models()
        self._show_run()
        others = [run for run in desk.runs if run.name != desk.shown]
        self.compare.set_choices([("", "Compare with"), *((r.name, r.name) for r in others)])
        self.compare.set_current(desk.compared)
        self.compare.setProperty("wanted", bool(others and record is not None))
        self.free_energy.header.arrange()
        active = bool(desk.shown) and desk.shown == desk.active
        self.run.stop.setEnabled(active and not desk.waiting and status != "measuring")
        self.run.stop.setVisible(active)
        self.run.delete.setEnabled(bool(desk.shown) and not active)
        self._actions["adopt"].setEnabled(
            (active and status in ("running", "paused")) or self._has_model()
        )
        self._actions["follow"].setEnabled(active)
        self._actions["follow"].setChecked(desk.following)
        self._show_action()
        self._tell()

    def _show_run(self) -> None:
        desk = self.desk
        self.run.set_run(
            desk.shown_record(),
            desk.shown_status(),
            desk.curves,
            model=self._has_model(),
            waiting=desk.waiting and desk.shown == desk.active,
        )

    def _offer_models(self) -> None:
        """Let the form start from shipped models and from those of runs."""
        folders = [RunFolder(runs_dir() / run.name) for run in self.desk.runs]
        models = [str(folder.model) for folder in folders if folder.model.exists()]
        if models != self._offered:
            self._offered = models
            self.run.form.set_models(shipped_entries() + readable_entries(models))

    def _show_action(self) -> None:
        """Let the main button say what it does now."""
        desk, action = self.desk, self._actions["train"]
        now = main_action(desk, valid=bool(desk.shown) or self._is_valid())
        action.setText(now.text)
        action.setToolTip(now.obstacle or tool_tip(now.text, action))
        action.setEnabled(now.enabled)
        set_icon(action, now.icon)

    def _is_valid(self) -> bool:
        try:
            self.run.form.settings()
        except NRGError:
            return False
        return True

    def _show_curves(self) -> None:
        desk = self.desk
        curves = desk.curves
        record = desk.shown_record()
        self._read_settings(None if record is None else record.settings)
        if not len(curves):
            self._show_empty(record)
        self._draw(curves)
        self.scales.set_curves(curves)
        self.physics.set_curves(curves)
        if record is not None:
            self._show_run()

    def _read_settings(self, settings: RunSettings | None) -> None:
        """Remember what the curves are measured against."""
        self._target = None if settings is None else settings.expected_gap()
        try:
            stages = [] if settings is None else settings.make_recipe().stages
        except NRGError:
            stages = []
        self._batches = [stage.batch for stage in stages]

    def _show_empty(self, record: RunRecord | None) -> None:
        if record is None:
            button = "" if self.desk.is_training() else "Start training"
            self.free_energy.show_placeholder(_EMPTY, button)
            words = "Curves appear with the first steps."
        else:
            words = "Waiting for the first steps."
            self.free_energy.show_placeholder(words)
        self.curves.show_placeholder(words)

    def _draw(self, curves: RunCurves) -> None:
        desk = self.desk
        other, name = desk.compared_curves, desk.compared
        self.free_energy.set_curves(curves, other, name, self._target)
        stage = len(self._batches) if curves.last is None else curves.last.stage
        # The least possible ESS is one sample of a batch.
        batch = self._batches[stage] if stage < len(self._batches) else None
        self.curves.set_curves(curves, other, batch)

    def showEvent(self, event: QShowEvent) -> None:
        """Catch up with what came while another workspace was on show."""
        super().showEvent(event)
        record = self.desk.shown_record()
        if record is not None:
            self._draw(self.desk.curves)
            self.run.show_point(record, self.desk.curves.last)

    def _show_point(self) -> None:
        record = self.desk.shown_record()
        if record is None:
            return
        if self.isVisible():
            self._draw(self.desk.curves)
            self.run.show_point(record, self.desk.curves.last)
        if record.size != self.run.growth.present:
            self._show_run()
        self._tell()

    def _show_picture(self, picture: Diagnostic) -> None:
        if isinstance(picture, FixedNoise):
            self.run.samples.set_spins(picture.spins)
        elif isinstance(picture, GapsByScale):
            self.scales.set_curves(self.desk.curves)
        else:
            self.physics.set_curves(self.desk.curves)

    def _tell(self) -> None:
        desk = self.desk
        record = desk.record(desk.active)
        if record is None or desk.status in ENDED:
            self.activity.emit("")
            return
        words = {"paused": "Training paused", "measuring": "Measuring the model"}
        running = f"Training \N{MIDDLE DOT} step {record.steps}"
        if desk.saved_at is not None:
            running += f" \N{MIDDLE DOT} saved {duration(time.monotonic() - desk.saved_at)} ago"
        self.activity.emit(words.get(desk.status, running))

    # -- space ----------------------------------------------------------------------------

    def default_places(self, width: int, height: int) -> dict[str, QRect]:
        """Return where panels are docked in a workspace of this size, with gaps all around."""
        with_run = self.drawer.isChecked() or not is_narrow(width)
        places = arrange(width, height, with_run)
        names = ("curves", "scales", "physics")
        found = {"free_energy": places.free_energy, **dict(zip(names, places.row, strict=False))}
        return found | ({"run": places.run} if with_run else {})

    def _offer_drawer(self) -> None:
        """Show the drawer's button where the default places need it."""
        default = not self.space.places() and not self.space.maximised
        self.drawer.setProperty("wanted", default and is_narrow(self.width()))
        self.free_energy.header.arrange()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Arrange the panels anew."""
        super().resizeEvent(event)
        self._offer_drawer()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Put a maximised panel back, or close the drawer, with Escape."""
        if event.key() == Qt.Key.Key_Escape and not self.space.maximised and self._close_drawer():
            return
        super().keyPressEvent(event)

    def _close_drawer(self) -> bool:
        closed = self.drawer.isChecked()
        self.drawer.setChecked(False)
        return closed
