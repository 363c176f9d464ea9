"""The window's end of the training worker: start a run, command it, notice when it dies."""

from __future__ import annotations

import threading
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from nrg_app.session import training_worker
from nrg_app.session.link import Link
from nrg_app.session.training_messages import (
    ENDED,
    TrainingCommand,
    TrainingFailure,
    TrainingMessage,
    TrainingState,
)

DIED = "The training stopped unexpectedly. Resume it from its last checkpoint."
_PATIENCE = 10.0  # seconds for the last step and the checkpoint

TrainingMain = Callable[["Connection[Any, Any]", str], None]


class TrainingClient:
    """Owns at most one training process; a process trains one run.

    ``on_message`` is called from a reader thread, never from the caller's.

    Args:
        on_message: receives every message of the worker, and a ``TrainingFailure`` when the
            process ends without being asked to.
        worker_main: what the process runs with its end of the pipe and the run's folder.
    """

    def __init__(
        self,
        on_message: Callable[[TrainingMessage], None],
        worker_main: TrainingMain = training_worker.main,
    ) -> None:
        self._on_message = on_message
        self._worker_main = worker_main
        self._lock = threading.RLock()
        self._link: Link | None = None
        self._begun = False

    @property
    def pid(self) -> int | None:
        """Process id of the worker, None when there is none."""
        with self._lock:
            return self._link.process.pid if self._link else None

    def start(self, folder: Path) -> None:
        """Start or resume the run in a folder; another one is saved and ended meanwhile."""
        link, patience = self._take()
        if link is not None:
            threading.Thread(target=link.close, args=(patience,), name="nrg-closing").start()
        with self._lock:
            self._begun = False
            self._link = Link(
                self._worker_main, self._receive, name="nrg-training", arguments=(str(folder),)
            )

    def send(self, command: TrainingCommand) -> None:
        """Ask the worker for something, if there is one."""
        with self._lock:
            if self._link is not None:
                self._link.send(command)

    def close(self) -> None:
        """Let the worker save its run and end it; no message comes afterwards."""
        link, patience = self._take()
        if link is not None:
            link.close(patience)

    def _take(self) -> tuple[Link | None, float]:
        """Tell the worker to end, and return its link and how long it may take."""
        with self._lock:
            link, self._link = self._link, None
        if link is not None:
            link.send("close")
        # A worker that has not begun has nothing to save.
        return link, _PATIENCE if self._begun else 0.0

    def _receive(self, link: Link, received: TrainingMessage | None) -> None:
        message = TrainingFailure(DIED) if received is None else received
        with self._lock:
            if link is not self._link:
                return
            self._begun = True
            ended = isinstance(message, TrainingState) and message.status in ENDED
            if ended or isinstance(message, TrainingFailure):
                self._link = None
        self._on_message(message)
