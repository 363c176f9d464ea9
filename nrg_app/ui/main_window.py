"""The window: builds the parts, connects them, and takes everything down on close."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

from PySide6.QtCore import QEvent, QRect, QSize, Qt, QTimer
from PySide6.QtGui import (
    QCloseEvent,
    QDragEnterEvent,
    QDropEvent,
    QKeyEvent,
    QResizeEvent,
    QShowEvent,
)
from PySide6.QtWidgets import QApplication, QHBoxLayout, QVBoxLayout, QWidget

from nrg_app.session.client import SamplerClient
from nrg_app.session.document import Session
from nrg_app.session.holography.client import HolographyClient
from nrg_app.session.measure.client import MeasureClient
from nrg_app.session.messages import (
    ModelReady,
    SamplerUpdate,
    SampleSet,
    WorkerFailure,
)
from nrg_app.session.training_client import TrainingClient
from nrg_app.ui import theme as themes
from nrg_app.ui.actions import Actions, set_icon
from nrg_app.ui.activity import Activity
from nrg_app.ui.commands import Commands
from nrg_app.ui.dialogs import Dialogs
from nrg_app.ui.documents import Documents
from nrg_app.ui.encode import Encoder
from nrg_app.ui.exports import Exports
from nrg_app.ui.feed import ClientFactory, SampleFeed
from nrg_app.ui.frame_clock import FrameClock
from nrg_app.ui.guide.guide import Guide
from nrg_app.ui.holography.desk import HolographyFactory
from nrg_app.ui.holography.disk_panel import cone_shape
from nrg_app.ui.icons import window_icon
from nrg_app.ui.job_messages import connect_jobs
from nrg_app.ui.measure.desk import MeasureFactory
from nrg_app.ui.message_bar import WindowMessage
from nrg_app.ui.models import Models
from nrg_app.ui.panel_commands import PanelCommands
from nrg_app.ui.panels.base import follow
from nrg_app.ui.panels.slider import Slider
from nrg_app.ui.pauses import paint_later
from nrg_app.ui.preferences import Preferences
from nrg_app.ui.shell import Shell
from nrg_app.ui.sidebar import Sidebar
from nrg_app.ui.snapshots import Snapshots
from nrg_app.ui.statusbar import StatusBar
from nrg_app.ui.theme import Theme
from nrg_app.ui.topbar import TopBar
from nrg_app.ui.train.desk import TrainingFactory
from nrg_app.ui.turns import in_turns
from nrg_app.ui.undo import History
from nrg_app.ui.workspaces import Workspaces

NARROW_BELOW = 1200
SMALLEST = QSize(960, 620)
_SPEED_MS = 250


class MainWindow(QWidget):
    """One session in one window.

    Args:
        session: the document; the window starts from what it says.
        preferences: what was remembered, and where to remember it.
        client_factory: starts the sampler, once the window is on the screen.
        training_factory: makes the client of the trainings, which starts none by itself.
        measure_factory: makes the client of the measurements, likewise.
        holography_factory: makes the client of the holographic analyses, likewise.
        autosave_folder: where unsaved changes are kept, None to keep none.
    """

    def __init__(
        self,
        session: Session,
        preferences: Preferences,
        client_factory: ClientFactory = SamplerClient,
        training_factory: TrainingFactory = TrainingClient,
        measure_factory: MeasureFactory = MeasureClient,
        holography_factory: HolographyFactory = HolographyClient,
        *,
        autosave_folder: Path | None = None,
    ) -> None:
        super().__init__()
        self.session = session
        self.preferences = preferences
        self.theme = preferences.theme
        self.clock = FrameClock()
        self.samples: SampleSet | None = None
        self._draws = 0
        self._started = False
        self.setWindowIcon(window_icon())
        self.setMinimumSize(SMALLEST)
        self.setAcceptDrops(True)
        self.actions_ = Actions(self)
        self.feed = SampleFeed(session, client_factory, self)
        self._build(training_factory, measure_factory, holography_factory)
        self.commands = Commands(session, self.actions_, self)
        self.dialogs = Dialogs(session, self.message, self)
        self.encoder = Encoder(self)
        self.activity = Activity(session, self.commands.sweep, self.feed, self.status, self)
        self.exports = Exports(self)
        self._connect()
        self.models = Models(session, preferences.model, self.message.show_message, self)
        self.models.changed.connect(self._model_changed)
        self._model_changed()
        self._show_state()
        self.documents = Documents(self, autosave_folder)
        self.history = self._make_history()
        self.snapshots = Snapshots(self)
        self.panel_commands = PanelCommands(self.workspaces, self.actions_, self)
        self.panel_commands.export_asked.connect(self.exports.export_panel)
        self.shell = Shell(self)
        self.workspaces.set_layout(self.preferences.layout)
        self._speed_timer = QTimer(self)
        self._speed_timer.setInterval(_SPEED_MS)
        self._speed_timer.timeout.connect(self._show_speed)
        self._speed_timer.start()
        self.guide = Guide(self)

    def _build(
        self,
        training_factory: TrainingFactory,
        measure_factory: MeasureFactory,
        holography_factory: HolographyFactory,
    ) -> None:
        session, theme = self.session, self.theme
        self.message = WindowMessage(theme, self)
        self.top = TopBar(self.actions_, theme)
        self.sidebar = Sidebar(session, self.actions_, theme)
        self.workspaces = Workspaces(
            session,
            self.actions_,
            self.preferences,
            theme,
            training_factory,
            measure_factory,
            holography_factory,
        )
        self.explore = self.workspaces.explore
        self.status = StatusBar(theme)
        middle = QHBoxLayout()
        middle.setSpacing(0)
        middle.addWidget(self.sidebar)
        middle.addWidget(self.workspaces, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.top)
        layout.addLayout(middle, 1)
        layout.addWidget(self.status)

    def _connect(self) -> None:
        feed, events, actions = self.feed, self.session.events, self.actions_
        feed.samples_ready.connect(self._samples_came)
        feed.observables_ready.connect(self.explore.set_observables)
        feed.sampler_ready.connect(self._sampler_came)
        feed.model_ready.connect(self._model_came)
        feed.failed.connect(self._failed)
        feed.waiting.connect(self.explore.set_waiting)
        feed.waiting.connect(self.workspaces.holography.set_waiting)
        follow(self, events.temperature, self._show_state)
        follow(self, events.seed, self._show_state)
        self.sidebar.run.seed.edited.connect(self.commands.set_first_seed)
        for panel in self.explore.panels:
            panel.placeholder_activated.connect(actions["open_model"].trigger)
            panel.retry_requested.connect(feed.ask)
        for name, slot in {
            "open_model": lambda: self.dialogs.ask_open(models=True),
            "model_details": lambda: self.dialogs.show_model(self.theme, self.models.entry),
            "restart": self._forget_draws,
            "whole": self.explore.sample.canvas.show_whole,
            "theme": self.toggle_theme,
            "full_screen": self._toggle_full_screen,
            "shortcuts": lambda: self.dialogs.show_shortcuts(self.theme),
            "quit": self.close,
        }.items():
            actions[name].triggered.connect(slot)
        holography, train = self.workspaces.holography, self.workspaces.train
        for part in (holography.disk, holography.stack):
            part.placeholder_activated.connect(actions["open_model"].trigger)
        train.adopted.connect(self._adopt)
        connect_jobs(self.workspaces, self.message, self.activity)
        self._show_theme_icon()

    def _make_history(self) -> History:
        history = History(self.session, self.actions_, self.feed, self)
        self.documents.replaced.connect(history.clear)
        sliders = self.workspaces.findChildren(Slider)
        for slider in (self.sidebar.temperature.slider, self.sidebar.run.speed, *sliders):
            slider.sliderPressed.connect(history.begin_drag)
            slider.sliderReleased.connect(history.end_drag)
        return history

    def _adopt(self, model: str, going: bool) -> None:
        """Use a model that a training has written, perhaps again, and go to Explore if asked."""
        if model == self.session.model:
            self.models.read(model)
            self.feed.reload()
        else:
            self.models.choose(model)
        if going:
            self.workspaces.show_name("explore")

    # Samples

    def _model_changed(self) -> None:
        entry, side = self.models.entry, self.sidebar
        side.model.set_entries(self.models.entries)
        side.model.set_entry(entry)
        side.sampler.set_flow_available(entry is not None)
        if entry is not None:
            side.temperature.set_size(entry.size)
        trained = entry.temperature_range if entry else None
        side.temperature.set_trained_range(trained)
        self.explore.set_trained_range(trained)
        self.activity.set_model(entry)
        self.workspaces.holography.set_shape(cone_shape(entry))
        self.workspaces.measure.set_models(self.models.entries, self.session.model)

    def _model_came(self, ready: ModelReady) -> None:
        if ready.model == self.session.model:
            # A training may have written another model to the same file.
            if self.models.entry is not None and self.models.entry.size != ready.size:
                self.models.read(ready.model)
            self.activity.model_loaded()

    def _sampler_came(self, update: SamplerUpdate) -> None:
        here = (self.session.model, self.session.temperature)
        if (update.model, update.temperature) == here:
            self.sidebar.sampler.set_update(update)
            self.explore.observables.set_sampler(update)

    def _samples_came(self, samples: SampleSet, asked: float | None) -> None:
        self.samples = samples
        self._draws += len(samples.spins)
        self.clock.picture_came(asked)
        self.explore.set_sample_set(samples)
        self.workspaces.holography.set_sample_set(samples)
        self.sidebar.run.set_draws(self._draws)

    def _failed(self, failure: WorkerFailure) -> None:
        if failure.fatal:
            self.message.show_message(
                failure.message, "error", button="Restart", action=self.feed.restart
            )
        else:
            self.message.show_message(
                failure.message, "error", button="Retry", action=self.feed.ask
            )

    def _forget_draws(self) -> None:
        self._draws = 0
        self.sidebar.run.set_draws(0)

    def stop_motion(self) -> None:
        """End playing and the sweep."""
        self.session.playing = False
        self.actions_["sweep"].setChecked(False)

    # Appearance

    def toggle_theme(self) -> None:
        """Change between dark and light."""
        self.preferences.appearance = "light" if self.theme.dark else "dark"
        self.change_theme(self.preferences.theme)

    def change_theme(self, theme: Theme) -> None:
        """Give the whole application a theme in pieces, so that the window answers in between."""
        self.setUpdatesEnabled(False)
        in_turns(self, self._take_theme(theme), self._show_again)

    def _show_again(self) -> None:
        paint_later(*self._painted())
        self.setUpdatesEnabled(True)

    def _take_theme(self, theme: Theme) -> Iterator[None]:
        self.theme = theme
        self._show_theme_icon()
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        themes.apply(app, theme)
        parts = (self.top, self.sidebar, self.status, self.message, *self.workspaces.parts())
        for part in parts:
            yield
            part.set_theme(theme)
        yield
        self.guide.set_theme(theme)
        self.shell.set_theme(theme)
        self.dialogs.set_theme(theme)
        self.encoder.set_theme(theme)

    def _painted(self) -> tuple[QWidget, ...]:
        """Return what is drawn in the window, in parts of which each is drawn quickly."""
        return (self.top, self.sidebar, *self.workspaces.on_show().panels, self.status)

    def _show_theme_icon(self) -> None:
        icon = "weather-night" if self.theme.dark else "white-balance-sunny"
        set_icon(self.actions_["theme"], icon)

    def _toggle_full_screen(self, on: bool) -> None:
        paint_later(*self._painted())
        if on:
            self.showFullScreen()
        else:
            self.showNormal()

    def _show_state(self, _: object = None) -> None:
        self.status.set_state(self.session.temperature, self.session.seed)

    def _show_speed(self) -> None:
        clock = self.clock
        self.status.set_speed(clock.latency, clock.frame, clock.rate())

    # Qt events

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Dismiss something with Escape."""
        if event.key() == Qt.Key.Key_Escape:
            self.shell.escape()
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        """Time the repaints: Qt paints all that is due while it handles an update request."""
        if event.type() != QEvent.Type.UpdateRequest:
            return super().event(event)
        start = time.perf_counter()
        result = super().event(event)
        self.clock.repainted(start, time.perf_counter())
        return result

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Take the narrow sidebar in a small window."""
        self.sidebar.set_narrow(self.width() < NARROW_BELOW)
        left, top = self.sidebar.minimumWidth(), self.top.height()
        bottom = self.height() - self.status.height()
        self.message.set_area(QRect(left, top, self.width() - left, bottom - top))

    def showEvent(self, event: QShowEvent) -> None:
        """Start the sampler once the window is there."""
        super().showEvent(event)
        if not self._started:
            self._started = True
            QTimer.singleShot(0, self.feed.start)
            QTimer.singleShot(0, self.documents.start)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take session and model files."""
        if self.documents.dropped(event.mimeData()) is not None:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Open what was dropped."""
        path = self.documents.dropped(event.mimeData())
        if path is not None:
            event.acceptProposedAction()
            self.documents.open_file(path)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Remember the state and end every process."""
        self.stop_motion()
        self.documents.close()
        self._speed_timer.stop()
        self.dialogs.close()
        self.encoder.close()
        self.feed.close()
        self.shell.close()
        # Out of sight first: a training may take some seconds to finish its step and save.
        self.hide()
        self.workspaces.desk.close()
        self.workspaces.measure_desk.close()
        self.workspaces.holography_desk.close()
        self.workspaces.remember()
        self.preferences.geometry = self.saveGeometry()
        self.preferences.layout = self.workspaces.layout_state()
        self.preferences.model = self.session.model
        self.preferences.temperature = self.session.temperature
        self.preferences.save()
        event.accept()
