"""The left half of the status bar: the machine, what it does, how good the model is."""

from __future__ import annotations

import time

from PySide6.QtCore import QObject, QTimer

from nrg_app.physics.observables import Estimate
from nrg_app.session.document import Session
from nrg_app.session.messages import ObservablesUpdate, WorkerFailure, WorkerReady
from nrg_app.ui.feed import SampleFeed
from nrg_app.ui.model_list import ModelEntry
from nrg_app.ui.panels.base import follow
from nrg_app.ui.panels.numbers import fixed
from nrg_app.ui.statusbar import StatusBar
from nrg_app.ui.sweep import Sweep

_QUIET_S = 1.5  # after the last news of a measurement it counts as over
_TICK_MS = 300
_DOT = " \N{MIDDLE DOT} "


class Activity(QObject):
    """Keeps the status bar's words up to date."""

    def __init__(
        self,
        session: Session,
        sweep: Sweep,
        feed: SampleFeed,
        status: StatusBar,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._session, self._sweep, self._feed, self._status = session, sweep, feed, status
        self._measured = 0.0
        self._loaded = False
        self._training = ""
        self._job = ""
        self._entry: ModelEntry | None = None
        feed.worker_ready.connect(self._worker_ready)
        feed.observables_ready.connect(self._observables)
        feed.failed.connect(self._failed)
        follow(self, session.events.playing, self._show)
        follow(self, session.events.speed, self._show)
        self._timer = QTimer(self)
        self._timer.setInterval(_TICK_MS)
        self._timer.timeout.connect(self._show)
        self._timer.start()

    def set_model(self, entry: ModelEntry | None) -> None:
        """Say that a model is about to be loaded, or that there is none."""
        self._entry = entry
        self._loaded = False
        self._status.model.set_text("Loading the model" if entry else "No model")

    def model_loaded(self) -> None:
        """Say that the model was loaded."""
        self._loaded = True
        self._status.model.set_text("Model loaded")

    def set_training(self, words: str) -> None:
        """Say how the training goes, "" for no training."""
        self._training = words
        self._show()

    def set_measurement(self, words: str) -> None:
        """Say how the measurement goes, "" for none."""
        self._job = words
        self._show()

    def _worker_ready(self, ready: WorkerReady) -> None:
        threads = f"{ready.threads} thread" + ("s" if ready.threads != 1 else "")
        self._status.set_device(f"{ready.device}{_DOT}{threads}", "ok")

    def _observables(self, update: ObservablesUpdate) -> None:
        self._measured = time.perf_counter()
        if update.gap is not None and update.model == self._session.model:
            text = f"Gap {Estimate(*update.gap).brackets()} per site"
            if update.ess is not None:
                text += f"{_DOT}ESS {fixed(update.ess, 2)}"
            self._status.model.set_text(text)

    def _failed(self, failure: WorkerFailure) -> None:
        if failure.fatal:
            self._status.set_device("Sampler stopped", "error")
            self._show()

    def _show(self, _: object = None) -> None:
        self._status.activity.set_text(self._words())

    def _words(self) -> str:
        if self._job or self._training:
            return self._job or self._training
        if not self._feed.alive:
            return "Idle"
        if self._session.playing:
            return f"Sampling{_DOT}{fixed(self._session.speed, 0)} draws / s"
        if self._sweep.is_running():
            return "Sweeping"
        measuring = time.perf_counter() - self._measured < _QUIET_S
        return "Measuring" if measuring else "Idle"
