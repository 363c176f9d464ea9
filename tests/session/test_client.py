"""The worker process, driven through its client: real processes, a small untrained model."""

from __future__ import annotations

import itertools
import os
import queue
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import pytest

from nrg_app.session.client import SamplerClient
from nrg_app.session.messages import (
    Message,
    ModelReady,
    ObservablesUpdate,
    SampleRequest,
    SampleSet,
    WorkerFailure,
    WorkerReady,
)
from nrg_app.session.sampling import LoadedModel, sample

PATIENCE = 120.0  # seconds; only a failing test waits that long
M = TypeVar("M")


class Inbox:
    """Collects messages in order and waits for some of them."""

    def __init__(self) -> None:
        self.seen: list[Message] = []
        self._queue: queue.Queue[Message] = queue.Queue()

    def put(self, message: Message) -> None:
        self._queue.put(message)

    def wait(self, kind: type[M], wanted: Callable[[M], bool] = lambda message: True) -> M:
        deadline = time.monotonic() + PATIENCE
        while True:
            message = self._queue.get(timeout=max(0.1, deadline - time.monotonic()))
            self.seen.append(message)
            if isinstance(message, kind) and wanted(message):
                return message

    def wait_for_answer(self, request: SampleRequest) -> SampleSet:
        return self.wait(SampleSet, lambda m: m.request_id == request.request_id)

    def wait_for_update(self) -> ObservablesUpdate:
        return self.wait(ObservablesUpdate)

    def wait_for_failure(self) -> WorkerFailure:
        return self.wait(WorkerFailure)

    def is_empty(self) -> bool:
        return self._queue.empty()


class Shared:
    """One worker for all tests that leave it alive; each test hears only its own messages."""

    def __init__(self) -> None:
        self.inbox = Inbox()
        self.client = SamplerClient(lambda message: self.inbox.put(message))


@pytest.fixture(scope="module")
def shared() -> Iterator[Shared]:
    shared = Shared()
    yield shared
    shared.client.close()


@pytest.fixture
def inbox() -> Inbox:
    return Inbox()


@pytest.fixture
def client(shared: Shared, inbox: Inbox) -> SamplerClient:
    shared.inbox = inbox
    return shared.client


@pytest.fixture
def own_client(inbox: Inbox) -> Iterator[SamplerClient]:
    client = SamplerClient(inbox.put)
    yield client
    client.close()


_numbers = itertools.count(1)


@pytest.fixture
def request_(model_file: str) -> SampleRequest:
    return SampleRequest(next(_numbers), model_file, temperature=2.3, seed=5, count=4)


def another(request: SampleRequest, **changes: Any) -> SampleRequest:
    return replace(request, request_id=next(_numbers), **changes)


def is_running(pid: int) -> bool:
    """Whether a process runs; one that has ended but was not fetched by its parent does not."""
    try:
        status = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False
    return status.rpartition(")")[2].split()[0] != "Z"


def test_it_says_when_it_is_ready_and_what_it_has_loaded(
    own_client: SamplerClient, inbox: Inbox, request_: SampleRequest
) -> None:
    own_client.request(request_)
    inbox.wait_for_answer(request_)
    assert [type(m) for m in inbox.seen[:3]] == [WorkerReady, ModelReady, SampleSet]


def test_an_answer_is_the_same_in_every_process(
    client: SamplerClient, inbox: Inbox, request_: SampleRequest, loaded: LoadedModel
) -> None:
    client.request(request_)
    answer = inbox.wait_for_answer(request_)
    here = sample(request_, loaded)
    assert np.array_equal(answer.spins, here.spins)
    for scale in (1, 2, 4):
        assert np.array_equal(answer.coarse_fields[scale], here.coarse_fields[scale])
        assert np.array_equal(answer.latents[scale], here.latents[scale], equal_nan=True)


def test_a_model_file_that_was_written_again_is_loaded_again(
    client: SamplerClient, inbox: Inbox, request_: SampleRequest, tmp_path: Path
) -> None:
    path = tmp_path / "training.safetensors"
    path.write_bytes(Path(request_.model).read_bytes())
    for modified in (1_000_000_000, 1_000_000_100):
        os.utime(path, (modified, modified))
        request = another(request_, model=str(path))
        client.request(request)
        assert inbox.wait(ModelReady).model == str(path)
        inbox.wait_for_answer(request)


def test_a_flood_of_requests_is_answered_by_the_newest(
    client: SamplerClient, inbox: Inbox, request_: SampleRequest
) -> None:
    flood = [another(request_, temperature=1.5 + 0.01 * k) for k in range(200)]
    for request in flood:
        client.request(request)
    inbox.wait_for_answer(flood[-1])
    answered = [m.request_id for m in inbox.seen if isinstance(m, SampleSet)]
    assert len(answered) < 100
    assert answered == sorted(answered)


def test_observables_grow_while_nothing_is_asked_and_start_anew_at_another_temperature(
    client: SamplerClient, inbox: Inbox, request_: SampleRequest
) -> None:
    for temperature in (2.71, 2.72):
        request = another(request_, temperature=temperature)
        client.request(request)
        inbox.wait_for_answer(request)
        update = inbox.wait_for_update()
        assert (update.model, update.temperature) == (request_.model, temperature)
        # A small model may have all its draws in the first update, which is then the last one.
        while update.draws < 1000 or update.wolff_draws < 1000:
            before, update = update, inbox.wait_for_update()
            assert update.draws >= before.draws
            assert update.wolff_draws >= before.wolff_draws
            assert update.draws + update.wolff_draws > before.draws + before.wolff_draws


def test_a_bad_model_is_one_sentence_and_the_worker_lives_on(
    client: SamplerClient, inbox: Inbox, request_: SampleRequest, tmp_path: Path
) -> None:
    path = tmp_path / "broken.safetensors"
    path.write_bytes(b"nothing of the kind")
    bad = another(request_, model=str(path))
    client.request(bad)
    failure = inbox.wait_for_failure()
    assert (failure.fatal, failure.request_id) == (False, bad.request_id)
    assert "broken.safetensors" in failure.message
    assert "\n" not in failure.message
    client.request(request_)
    inbox.wait_for_answer(request_)


def test_an_impossible_temperature_is_one_sentence(
    client: SamplerClient, inbox: Inbox, request_: SampleRequest
) -> None:
    client.request(replace(request_, temperature=-1.0))
    failure = inbox.wait_for_failure()
    assert not failure.fatal
    assert "temperature" in failure.message


def test_no_model_falls_back_to_monte_carlo(
    client: SamplerClient, inbox: Inbox, request_: SampleRequest
) -> None:
    client.request(replace(request_, model=""))
    assert inbox.wait_for_answer(request_).sampler == "wolff"


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs Unix signals")
def test_a_killed_worker_is_reported_and_can_be_restarted(
    own_client: SamplerClient, inbox: Inbox, request_: SampleRequest
) -> None:
    own_client.request(request_)
    first = inbox.wait_for_answer(request_)
    pid = own_client.pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    failure = inbox.wait_for_failure()
    assert failure.fatal
    assert failure.message.endswith(".")
    assert own_client.pid is None
    assert not is_running(pid)
    # Asking a dead worker does no harm, and the restart repeats the newest request.
    newest = another(request_)
    own_client.request(newest)
    own_client.restart()
    second = inbox.wait_for_answer(newest)
    assert np.array_equal(first.spins, second.spins)

    pid = own_client.pid
    assert pid is not None
    assert is_running(pid)
    own_client.close()
    own_client.close()
    assert not is_running(pid)
    assert own_client.pid is None
    own_client.request(request_)
    assert sum(isinstance(m, WorkerFailure) for m in inbox.seen) == 1


def test_a_worker_that_dies_at_once_is_reported(inbox: Inbox, request_: SampleRequest) -> None:
    client = SamplerClient(inbox.put, worker_main=Connection.close)
    client.request(request_)
    assert inbox.wait_for_failure().fatal
    client.close()


def test_closing_while_the_worker_starts(own_client: SamplerClient, inbox: Inbox) -> None:
    pid = own_client.pid
    assert pid is not None
    own_client.close()
    assert not is_running(pid)
    assert inbox.is_empty()


def test_restarting_from_the_reader_thread(inbox: Inbox, request_: SampleRequest) -> None:
    def restart_once(message: Message) -> None:
        inbox.put(message)
        if isinstance(message, WorkerFailure) and len(failures) < 1:
            failures.append(message)
            client.restart()

    failures: list[WorkerFailure] = []
    client = SamplerClient(restart_once, worker_main=Connection.close)
    client.request(request_)
    inbox.wait_for_failure()
    inbox.wait_for_failure()
    assert client.pid is None
    client.close()


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="needs /proc")
def test_no_worker_outlives_its_window() -> None:
    code = (
        "import os, threading; from nrg_app.session.client import SamplerClient;"
        "ready = threading.Event(); client = SamplerClient(lambda message: ready.set());"
        "ready.wait(60); print(client.pid, flush=True); os._exit(1)"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    pid = int(run.stdout)
    deadline = time.monotonic() + PATIENCE
    while is_running(pid) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not is_running(pid)
