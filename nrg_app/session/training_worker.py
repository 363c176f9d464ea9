"""The training worker: a process that trains one run, says how it goes and saves it.

It runs at low priority so that the window and its sampler stay fluid. It ends with the window,
however that ends, and leaves a checkpoint behind. torch is imported here only once it runs.
"""

from __future__ import annotations

import contextlib
import logging
import signal
import time
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from nrg_app.errors import NRGError
from nrg_app.faults import sentence
from nrg_app.locks import FileLock
from nrg_app.session.models import model_path
from nrg_app.session.priority import step_back
from nrg_app.session.training_messages import (
    CheckpointWritten,
    FixedNoise,
    ModelExported,
    TrainingCommand,
    TrainingFailure,
    TrainingMark,
    TrainingMessage,
    TrainingPoint,
    TrainingState,
    TrainingStatus,
)
from nrg_app.session.training_runs import RunFolder, forget_undone, write_event
from nrg_app.training import events

if TYPE_CHECKING:
    from nrg_app.flows.neural_rg import NeuralRG
    from nrg_app.session.training_diagnostics import Diagnostics
    from nrg_app.training.trainer import Trainer

CHECKPOINT_INTERVAL = 30.0
REPORT_INTERVAL = 0.2
FOLLOW_INTERVAL = 10.0
_LOG_INTERVAL = 2.0
PATIENCE = 10.0  # seconds

_log = logging.getLogger(__name__)


def main(connection: Connection[Any, Any], folder: str) -> None:
    """Run the process: train the run in ``folder`` until it ends, is stopped or the pipe closes."""
    # Ctrl+C in the terminal is the window's business; we end with the pipe.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    import torch

    torch.set_num_threads(1)
    try:
        worker = _Worker(connection, RunFolder(Path(folder)))
        # Only now: on a busy machine the libraries would take minutes to load.
        step_back()
        worker.run()
    except Exception as error:
        with contextlib.suppress(OSError):
            connection.send(TrainingFailure(_sentence(error)))


class _Stop(Exception):
    """The user has stopped the training."""


class _Worker:
    """State of the process: the trainer, the run's record and what is to be said when."""

    def __init__(self, connection: Connection[Any, Any], folder: RunFolder) -> None:
        from nrg_app.session.training_diagnostics import Diagnostics

        self._connection = connection
        self._folder = folder
        self._lock = self._claim()
        self._record = folder.load()
        self._trainer = self._open()
        forget_undone(folder, self._trainer.counters.steps)
        self._diagnostics: Diagnostics = Diagnostics()
        self._log_file: TextIO
        self._following = False
        self._next_log = self._next_export = 0.0
        self._samples: FixedNoise | None = None
        # A folder that cannot be written is found out now and not after the training.
        self._trainer.save()

    def _claim(self) -> FileLock:
        """Take the run; its last process may still be saving it."""
        lock = FileLock(self._folder.lock)
        if not lock.acquire(PATIENCE):
            raise NRGError(
                f"{self._folder.name} is training in another window (process {lock.holder()}); "
                "close that one first."
            )
        return lock

    def _open(self) -> Trainer:
        from nrg_app.flows.neural_rg import NeuralRG
        from nrg_app.training.trainer import Trainer

        folder = self._folder
        if folder.checkpoint.exists():
            return Trainer.resume(
                folder.checkpoint,
                checkpoint_interval=CHECKPOINT_INTERVAL,
                report_interval=REPORT_INTERVAL,
            )
        settings = self._record.settings
        return Trainer(
            settings.make_recipe(),
            folder.name,
            checkpoint=folder.checkpoint,
            checkpoint_interval=CHECKPOINT_INTERVAL,
            report_interval=REPORT_INTERVAL,
            start=NeuralRG.load(model_path(settings.start)).flow if settings.start else None,
        )

    def run(self) -> None:
        """Train; a closed pipe means that the window is gone, and the run is saved for later."""
        with self._folder.events.open("a", encoding="utf-8") as self._log_file:
            try:
                self._enter("running")
                for event in self._trainer.run():
                    self._tell(event)
                    self._obey()
                    self._look()
                self._end("finished")
            except _Stop:
                self._end("stopped")
            except (EOFError, BrokenPipeError, ConnectionResetError):
                self._save()
                self._store("paused")
            finally:
                self._lock.release()

    # -- saying -----------------------------------------------------------------------------------

    def _tell(self, event: events.Event) -> None:
        message = self._message(event)
        if message is None:
            return
        self._connection.send(message)
        now = time.monotonic()
        if isinstance(message, CheckpointWritten):
            self._store("running")
            self._trainer.model().save(self._folder.model)
            if self._samples is not None:
                write_event(self._log_file, self._samples)
        elif not isinstance(message, TrainingPoint) or now >= self._next_log:
            self._next_log = now + _LOG_INTERVAL
            write_event(self._log_file, message)

    def _message(self, event: events.Event) -> TrainingMessage | None:
        steps, seconds = self._trainer.counters.steps, self._trainer.counters.seconds
        match event:
            case events.Progress():
                point = _point(event, steps, seconds)
                record = self._record
                record.steps, record.seconds, record.size = steps, seconds, event.size
                record.fraction, record.gap = event.fraction, event.gap
                return point
            case events.StageStarted(index=index, size=size, grown=grown):
                self._record.size = size
                if index == 0 or self._trainer.counters.step > 0:
                    return None
                if grown:
                    return TrainingMark(steps, "growth", f"L = {size // 2} → {size}", size)
                return TrainingMark(steps, "polish", "next stage", size)
            case events.RolledBack(learning_rate_factor=factor):
                text = f"rolled back, rate × {factor:g}"
                return TrainingMark(steps, "rollback", text, self._record.size)
            case events.CheckpointSaved():
                return CheckpointWritten(steps)
        return None

    def _look(self) -> None:
        result = self._diagnostics.slice(self._trainer)
        if isinstance(result, FixedNoise):
            self._samples = result
        elif result is not None:
            write_event(self._log_file, result)
        if result is not None:
            self._connection.send(result)
        if self._following and time.monotonic() >= self._next_export:
            self._export()

    def _enter(self, status: TrainingStatus) -> None:
        self._store(status)
        self._connection.send(TrainingState(status))

    # -- obeying ----------------------------------------------------------------------------------

    def _obey(self) -> None:
        while self._connection.poll():
            command: TrainingCommand = self._connection.recv()
            if command == "pause":
                self._pause()
            else:
                self._carry_out(command)

    def _pause(self) -> None:
        self._save()
        self._trainer.model().save(self._folder.model)
        self._enter("paused")
        while (command := self._connection.recv()) != "resume":
            self._carry_out(command)
        self._enter("running")

    def _carry_out(self, command: TrainingCommand) -> None:
        match command:
            case "stop":
                raise _Stop
            case "close":
                raise EOFError
            case "save":
                self._save()
            case "export":
                self._export()
            case "follow" | "unfollow":
                self._following = command == "follow"
                if self._following:
                    self._export()

    def _save(self) -> None:
        steps = self._trainer.save().step
        with contextlib.suppress(OSError):
            self._connection.send(CheckpointWritten(steps))

    def _export(self) -> None:
        self._next_export = time.monotonic() + FOLLOW_INTERVAL
        self._write_model(self._trainer.model())

    def _write_model(self, model: NeuralRG) -> None:
        model.save(self._folder.model)
        steps = self._trainer.counters.steps
        self._connection.send(ModelExported(str(self._folder.model), model.size, steps))

    def _end(self, status: TrainingStatus) -> None:
        """Save everything, then measure the model for its card."""
        from nrg_app.session.training_diagnostics import card_gaps, fixed_noise_spins

        self._save()
        self._store(status)
        model = self._trainer.model()
        self._write_model(model)
        samples = FixedNoise(self._trainer.counters.steps, fixed_noise_spins(model))
        write_event(self._log_file, samples)
        self._connection.send(samples)
        self._connection.send(TrainingState("measuring"))
        model.card.gaps = card_gaps(model)
        self._write_model(model)
        self._connection.send(TrainingState(status))

    def _store(self, status: TrainingStatus) -> None:
        self._record.status = status
        self._folder.store(self._record)


def _point(event: events.Progress, steps: int, seconds: float) -> TrainingPoint:
    return TrainingPoint(
        steps=steps,
        size=event.size,
        stage=event.stage,
        gap=event.gap,
        gap_error=event.gap_error,
        critical_gap=event.critical_gap,
        critical_gap_error=event.critical_gap_error,
        ess=event.ess,
        learning_rate=event.learning_rate,
        gradient_norm=event.gradient_norm,
        steps_per_second=event.steps_per_second,
        fraction=event.fraction,
        seconds=seconds,
        remaining=event.remaining,
    )


def _sentence(error: Exception) -> str:
    return sentence(error, "The training", "resume it from its last checkpoint", _log)
