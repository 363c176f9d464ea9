"""The training worker, driven through its client: a real process and a few steps."""

from __future__ import annotations

import os
import queue
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import pytest

from nrg_app.flows.neural_rg import NeuralRG
from nrg_app.session.training_client import DIED, TrainingClient
from nrg_app.session.training_messages import (
    CheckpointWritten,
    FixedNoise,
    ModelExported,
    TrainingFailure,
    TrainingMessage,
    TrainingPoint,
    TrainingState,
)
from nrg_app.session.training_runs import RunFolder, create_run, read_events
from nrg_app.session.training_settings import RunSettings

PATIENCE = 280.0  # seconds; only a failing test waits that long
M = TypeVar("M")


class Inbox:
    """Waits for messages, in order."""

    def __init__(self) -> None:
        self._queue: queue.Queue[TrainingMessage] = queue.Queue()

    def put(self, message: TrainingMessage) -> None:
        self._queue.put(message)

    def wait(self, kind: type[M], wanted: Callable[[M], bool] = lambda message: True) -> M:
        deadline = time.monotonic() + PATIENCE
        while True:
            message = self._queue.get(timeout=max(0.1, deadline - time.monotonic()))
            if isinstance(message, kind) and wanted(message):
                return message
            if isinstance(message, TrainingFailure) and kind is not TrainingFailure:
                raise AssertionError(message.message)

    def wait_for_state(self, status: str) -> None:
        self.wait(TrainingState, lambda state: state.status == status)


@pytest.fixture(autouse=True)
def _own_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))


@pytest.fixture
def inbox() -> Inbox:
    return Inbox()


@pytest.fixture
def client(inbox: Inbox) -> Iterator[TrainingClient]:
    client = TrainingClient(inbox.put)
    yield client
    client.close()


@pytest.fixture
def folder() -> RunFolder:
    return create_run(RunSettings(size=4, width=8, minutes=60.0))


def test_a_run_is_paused_resumed_saved_at_the_end_and_continued(
    client: TrainingClient, inbox: Inbox, folder: RunFolder
) -> None:
    client.start(folder.path)
    inbox.wait_for_state("running")
    point = inbox.wait(TrainingPoint)
    assert point.size == 4
    assert inbox.wait(FixedNoise).spins.shape == (12, 4, 4)
    client.send("pause")
    saved = inbox.wait(CheckpointWritten)
    inbox.wait_for_state("paused")
    assert folder.load().status == "paused"
    client.send("resume")
    inbox.wait_for_state("running")
    assert inbox.wait(TrainingPoint).steps > saved.steps
    client.close()
    record = folder.load()
    assert record.status == "paused"
    assert record.steps > saved.steps
    assert client.pid is None

    client.start(folder.path)
    inbox.wait_for_state("running")
    assert inbox.wait(TrainingPoint).steps > record.steps
    client.send("export")
    exported = inbox.wait(ModelExported)
    assert NeuralRG.load(exported.path).size == exported.size == 4
    client.send("stop")
    inbox.wait_for_state("stopped")
    assert folder.load().status == "stopped"
    assert NeuralRG.load(folder.model).card.gaps
    assert any(isinstance(message, TrainingPoint) for message in read_events(folder))


def test_a_killed_worker_is_announced_and_leaves_a_run_that_can_be_resumed(
    client: TrainingClient, inbox: Inbox, folder: RunFolder
) -> None:
    client.start(folder.path)
    inbox.wait(TrainingPoint)
    assert client.pid is not None
    os.kill(client.pid, signal.SIGKILL)
    assert inbox.wait(TrainingFailure).message == DIED
    assert folder.load().status == "running"
    assert folder.checkpoint.exists()


def test_a_run_that_cannot_begin_says_why(
    client: TrainingClient, inbox: Inbox, folder: RunFolder
) -> None:
    folder.checkpoint.write_bytes(b"no checkpoint")
    client.start(folder.path)
    failure = inbox.wait(TrainingFailure)
    assert "model.checkpoint" in failure.message
    assert failure.message.endswith(".")
