"""The trainings of a window: which run is shown, which one runs, and what it says.

Messages of the worker arrive on a thread of their own; here they become Qt signals of the
window's thread. At most one run is on at a time; any other may be looked at meanwhile.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QObject, Qt, Signal, Slot

from nrg_app.errors import NRGError
from nrg_app.session.deleted_runs import bring_back, delete_run, remove_deleted
from nrg_app.session.training_client import TrainingClient
from nrg_app.session.training_curves import RunCurves
from nrg_app.session.training_messages import (
    ENDED,
    CheckpointWritten,
    Diagnostic,
    ModelExported,
    TrainingCommand,
    TrainingFailure,
    TrainingMark,
    TrainingMessage,
    TrainingPoint,
    TrainingState,
    TrainingStatus,
)
from nrg_app.session.training_runs import (
    RunFolder,
    RunRecord,
    create_run,
    list_runs,
    read_events,
    runs_dir,
)
from nrg_app.session.training_settings import RunSettings


class Trainings(Protocol):
    """What the desk needs of a training client."""

    def start(self, folder: Path) -> None:
        """Start or resume a run."""

    def send(self, command: TrainingCommand) -> None:
        """Ask the running one for something."""

    def close(self) -> None:
        """Save and end the running one."""


TrainingFactory = Callable[[Callable[[TrainingMessage], None]], Trainings]


class TrainingDesk(QObject):
    """Holds the list of runs, the shown one and the active one.

    Signals:
        changed: the list, the choice, or the state of the active run.
        point_came: the shown run has a new ``TrainingPoint`` or ``TrainingMark``.
        picture_came: the shown run has a new diagnostic.
        curves_changed: another history is shown or compared.
        exported: the active run has written its model, a ``ModelExported``.
        spoke: a sentence for the user and its kind ("ok", "warning", "error").
        failed: the active run cannot go on; a sentence.
        deleted: a run was put away; its name, and its folder for :meth:`bring_back`.
    """

    changed = Signal()
    point_came = Signal()
    picture_came = Signal(object)
    curves_changed = Signal()
    exported = Signal(object)
    spoke = Signal(str, str)
    failed = Signal(str)
    deleted = Signal(str, object)
    _received = Signal(object, object)
    _loaded = Signal(str, object)

    def __init__(
        self, factory: TrainingFactory = TrainingClient, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._factory = factory
        self._client: Trainings | None = None
        self._open = True
        self.runs: list[RunRecord] = list_runs()
        self.shown = ""
        self.active = ""
        self.status: TrainingStatus = "new"
        self.waiting = False
        self.saved_at: float | None = None
        self.following = False
        self.curves = RunCurves()
        self.compared = ""
        self.compared_curves: RunCurves | None = None
        self._live = RunCurves()
        self._client_number = 0
        self._failed = ""
        self._received.connect(self._dispatch, Qt.ConnectionType.QueuedConnection)
        self._loaded.connect(self._show_loaded, Qt.ConnectionType.QueuedConnection)
        threading.Thread(target=remove_deleted, name="nrg-deleted", daemon=True).start()

    # -- runs -----------------------------------------------------------------------------

    def record(self, name: str) -> RunRecord | None:
        """Return the record of a run, None if there is none of this name."""
        return next((run for run in self.runs if run.name == name), None)

    def shown_record(self) -> RunRecord | None:
        """Return the record of the shown run, None while a new one is set up."""
        return self.record(self.shown)

    def shown_status(self) -> TrainingStatus:
        """Return the state of the shown run; one that lost its process counts as paused."""
        if self.shown and self.shown == self.active:
            return self.status
        record = self.shown_record()
        if record is None:
            return "new"
        return record.status if record.status in ENDED else "paused"

    def is_training(self) -> bool:
        """Return whether a run is on and not paused."""
        return bool(self.active) and self.status not in ("paused", *ENDED)

    def show(self, name: str) -> None:
        """Show a run, or with "" the form of a new one."""
        if self.record(name) is None:
            name = ""
        self.shown = name
        if name == self.compared:
            self.compared, self.compared_curves = "", None
        if name and name == self.active:
            self.curves = self._live
        else:
            self.curves = RunCurves()
            self._load(name)
        self.changed.emit()
        self.curves_changed.emit()

    def compare(self, name: str) -> None:
        """Lay the curves of another run over the shown ones, none with ""."""
        self.compared = name if self.record(name) is not None else ""
        self.compared_curves = None
        self._load(self.compared)
        self.changed.emit()
        self.curves_changed.emit()

    def delete(self) -> None:
        """Put the shown run away, unless it is on."""
        name = self.shown
        if not name or name == self.active:
            return
        try:
            away = delete_run(name)
        except NRGError as error:
            self.spoke.emit(str(error), "error")
            return
        self.runs = list_runs()
        self.show("")
        self.deleted.emit(name, away)

    def bring_back(self, away: Path) -> None:
        """Undo :meth:`delete` and show the run."""
        try:
            name = bring_back(away)
        except NRGError as error:
            self.spoke.emit(str(error), "error")
            return
        self.runs = list_runs()
        self.show(name)

    def _load(self, name: str) -> None:
        """Read a history in a thread of its own: it may be long."""
        if not name:
            return
        folder = RunFolder(runs_dir() / name)

        def read() -> None:
            curves = RunCurves.of(read_events(folder))
            if self._open:
                self._loaded.emit(name, curves)

        threading.Thread(target=read, name="nrg-history", daemon=True).start()

    @Slot(str, object)
    def _show_loaded(self, name: str, curves: RunCurves) -> None:
        if name == self.active and not len(self._live):
            self._live = curves
        if name == self.shown:
            self.curves = self._live if name == self.active else curves
        if name == self.compared:
            self.compared_curves = curves
        self.curves_changed.emit()

    # -- commands -------------------------------------------------------------------------

    def start(self, settings: RunSettings) -> None:
        """Begin a new run and show it."""
        try:
            folder = create_run(settings)
        except NRGError as error:
            self.spoke.emit(str(error), "error")
            return
        self.runs = list_runs()
        self._begin(folder.name, RunCurves())

    def resume(self) -> None:
        """Go on with the shown run."""
        if self.shown and self.shown == self.active:
            self._command("resume")
        elif self.shown:
            self._begin(self.shown, self.curves)

    def resume_failed(self) -> None:
        """Go on with the run that has just failed."""
        self.show(self._failed)
        self.resume()

    def pause(self) -> None:
        """Save the active run and let it wait."""
        self._command("pause")

    def stop(self) -> None:
        """Finish the active run now, with a model."""
        self._command("stop")

    def save(self) -> None:
        """Write a checkpoint of the active run."""
        self._send("save")

    def export(self) -> None:
        """Ask the active run for its present model."""
        self._send("export")

    def set_following(self, on: bool) -> None:
        """Ask the active run for its model again and again, or no longer."""
        if on != self.following:
            self.following = on
            self._send("follow" if on else "unfollow")
            self.changed.emit()

    def close(self) -> None:
        """Save and end the active run; nothing is announced afterwards."""
        self._open = False
        client, self._client = self._client, None
        if client is not None:
            client.close()

    def _begin(self, name: str, curves: RunCurves) -> None:
        if self._client is None:
            self._client = self._factory(self._receive)
        # What an earlier process still had to say is not about this run.
        self._client_number += 1
        self.active, self.shown = name, name
        self._live = self.curves = curves
        self.status, self.waiting, self.following = "running", True, False
        self.saved_at = None
        self._client.start(runs_dir() / name)
        self.changed.emit()
        self.curves_changed.emit()

    def _command(self, command: TrainingCommand) -> None:
        if self.active:
            self.waiting = True
            self._send(command)
            self.changed.emit()

    def _send(self, command: TrainingCommand) -> None:
        if self._client is not None and self.active:
            self._client.send(command)

    # -- messages -------------------------------------------------------------------------

    def _receive(self, message: TrainingMessage) -> None:
        self._received.emit(self._client_number, message)

    @Slot(object, object)
    def _dispatch(self, number: int, message: TrainingMessage) -> None:
        if not self._open or number != self._client_number:
            return
        self._live.add(message)
        seen = self.shown == self.active
        if isinstance(message, TrainingState):
            self._enter(message.status)
        elif isinstance(message, TrainingFailure):
            self._fail(message.message)
        elif isinstance(message, ModelExported):
            self.exported.emit(message)
        elif isinstance(message, CheckpointWritten):
            self.saved_at = time.monotonic()
        elif isinstance(message, TrainingMark):
            if message.kind == "rollback":
                text = "The training met numbers that are not finite"
                self.spoke.emit(f"{text}: {message.text}.", "warning")
            self.point_came.emit() if seen else None
        elif isinstance(message, TrainingPoint):
            self._count(message)
            self.point_came.emit() if seen else None
        elif isinstance(message, Diagnostic) and seen:
            self.picture_came.emit(message)

    def _count(self, point: TrainingPoint) -> None:
        record = self.record(self.active)
        if record is not None:
            record.steps, record.seconds, record.size = point.steps, point.seconds, point.size
            record.fraction, record.gap = point.fraction, point.gap

    def _enter(self, status: TrainingStatus) -> None:
        self.status, self.waiting = status, False
        record = self.record(self.active)
        if record is not None and status != "measuring":
            record.status = status
        if status in ENDED:
            self.spoke.emit(f"The training {self.active} has {_PAST[status]}.", "ok")
            self.active, self.following = "", False
        self.changed.emit()

    def _fail(self, sentence: str) -> None:
        record = self.record(self.active)
        if record is not None:
            record.status = "paused"
        self._failed, self.active = self.active, ""
        self.waiting = self.following = False
        self.changed.emit()
        self.failed.emit(sentence)


_PAST = {"finished": "finished", "stopped": "been stopped"}
