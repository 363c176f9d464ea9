"""Processes of the program killed at random moments: what the window says, and what is kept."""

from __future__ import annotations

import contextlib
import json
import os
import queue
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from nrg_app.session.client import DIED as SAMPLER_DIED
from nrg_app.session.training_client import DIED as TRAINING_DIED
from nrg_app.session.training_messages import TrainingPoint
from nrg_app.session.training_runs import RunFolder, read_events

from .driven_window import AUTOSAVE

ROOT = Path(__file__).parents[2]
NIGHTLY = os.environ.get("HYPOTHESIS_PROFILE") == "nightly"
WORKER_KILLS, PROGRAM_KILLS = (12, 10) if NIGHTLY else (2, 1)
PATIENCE = 240.0  # seconds; only a failing test waits that long
BUSY = 2.0  # seconds that a busy machine may be late with an autosave
SEED = 1

Event = dict[str, Any]
pytestmark = pytest.mark.timeout(10 * PATIENCE if NIGHTLY else 5 * PATIENCE)


class Program:
    """A program with a timer in the place of its user, and what it has told."""

    def __init__(self, home: Path, how: str) -> None:
        homes = {f"XDG_{name}_HOME": str(home / name) for name in ("CONFIG", "DATA", "STATE")}
        self.home, self.events = home, list[Event]()
        self._heard = 0
        self._news: queue.SimpleQueue[Event | None] = queue.SimpleQueue()
        self._errors = (home / f"{how}.txt").open("w+", encoding="utf-8")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.e2e.driven_window", how],
            stdout=subprocess.PIPE, stderr=self._errors, text=True, start_new_session=True,
            env={**os.environ, "PYTHONPATH": str(ROOT), **homes},
        )  # fmt: skip
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        with self.process.stdout:
            for line in self.process.stdout:
                # The last line of a killed process may be incomplete.
                with contextlib.suppress(ValueError):
                    self._news.put(json.loads(line))
        self._news.put(None)

    def wait_for(self, event: str, why: str, **content: Any) -> Event:
        """Return the first event of a kind with some content since :meth:`forget`."""
        deadline = time.monotonic() + PATIENCE
        number, wanted = self._heard, {"event": event, **content}.items()
        while number < len(self.events) or self._hear(deadline - time.monotonic()):
            if self.events[number].items() >= wanted:
                return self.events[number]
            number += 1
        pytest.fail(f"no '{event}' with {content} came ({why}):\n{self.errors()}")

    def _hear(self, patience: float) -> bool:
        """Wait for the next event and return whether one came."""
        with contextlib.suppress(queue.Empty):
            told = self._news.get(timeout=max(0.0, patience))
            self.events += [] if told is None else [told]
            return told is not None
        return False

    def forget(self) -> None:
        """Wait for later events from now on."""
        self.told("")
        self._heard = len(self.events)

    def told(self, event: str) -> list[Event]:
        """Return what was told of a kind, in all that has come so far."""
        with contextlib.suppress(queue.Empty):
            while (told := self._news.get_nowait()) is not None:
                self.events.append(told)
        return [told for told in self.events if told["event"] == event]

    def errors(self) -> str:
        self._errors.seek(0)
        return self._errors.read()

    def workers(self) -> list[psutil.Process]:
        return psutil.Process(self.process.pid).children(recursive=True)

    def kill(self, *, all_processes: bool) -> float:
        """Kill the window's process or all at once; return when."""
        now = time.monotonic()
        if all_processes:
            os.killpg(self.process.pid, signal.SIGKILL)
        else:
            self.process.kill()
        self.process.wait(PATIENCE)
        while self._hear(PATIENCE):
            pass
        return now

    def close(self) -> None:
        """End it as a user does, without complaints."""
        self.process.terminate()
        assert self.process.wait(PATIENCE) == 0, self.errors()
        assert "Traceback" not in self.errors()

    def end(self) -> None:
        """Leave nothing behind, whatever has happened."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(PATIENCE)
        self._reader.join(PATIENCE)
        self._errors.close()


class Programs:
    """Starts programs in one home."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self._all: list[Program] = []

    def start(self, how: str) -> Program:
        self._all.append(Program(self.home, how))
        return self._all[-1]

    def end(self) -> None:
        for program in self._all:
            program.end()

    def run(self) -> RunFolder:
        (record,) = (self.home / "DATA" / "nrg" / "runs").glob("*/run.json")
        return RunFolder(record.parent)


@pytest.fixture
def programs(tmp_path: Path) -> Iterator[Programs]:
    programs = Programs(tmp_path)
    yield programs
    programs.end()


def moments(what: str, longest: float, count: int) -> list[float]:
    """Return random times in seconds."""
    chance = random.Random(f"{SEED} {what}")
    return [chance.uniform(0.0, longest) for _ in range(count)]


def ends(process: psutil.Process) -> bool:
    """Wait for the end of a process, which nobody may collect, and return whether it came."""
    deadline = time.monotonic() + PATIENCE
    with contextlib.suppress(psutil.NoSuchProcess):
        while process.status() != psutil.STATUS_ZOMBIE:
            if time.monotonic() > deadline:
                return False
            time.sleep(0.02)
    return True


def assert_goes_on(run: RunFolder, why: str) -> None:
    """See that the steps of a run's points only grow."""
    steps = [event.steps for event in read_events(run) if isinstance(event, TrainingPoint)]
    assert steps == sorted(set(steps)), why


def test_a_window_survives_its_killed_workers_which_come_back(programs: Programs) -> None:
    program = programs.start("begin")
    said = {"sampler": SAMPLER_DIED, "training": TRAINING_DIED}
    expected = []
    pids = {name: program.wait_for("started", "at the start", worker=name)["pid"] for name in said}
    kills = [(name, moment) for name in said for moment in moments(name, 3.0, WORKER_KILLS)]
    random.Random(SEED).shuffle(kills)
    for name, moment in kills:
        why = f"seed {SEED}, {name} killed after {moment:.3f} s"
        time.sleep(moment)
        saved = max((told["steps"] for told in program.told("saved")), default=0)
        program.forget()
        os.kill(pids[name], signal.SIGKILL)
        expected.append(said[name])
        told = program.wait_for("message", why)
        assert (told["text"], told["kind"]) == (said[name], "error"), why
        pids[name] = program.wait_for("started", why, worker=name)["pid"]
        works = program.wait_for("works", why, worker=name, pid=pids[name])
        if name == "training":
            assert works["steps"] > saved, why
            assert_goes_on(programs.run(), why)
    program.forget()
    program.wait_for("changed", "in the end")
    assert [told["text"] for told in program.told("message")] == expected
    program.close()
    assert_goes_on(programs.run(), f"seed {SEED}, in the end")
    assert not list(program.home.rglob("crash-*.txt"))


@pytest.mark.parametrize("part", ["window", "all"])
@pytest.mark.parametrize("number", range(PROGRAM_KILLS))
def test_a_killed_program_comes_back_with_its_session_and_its_training(
    programs: Programs, part: str, number: int
) -> None:
    moment = moments(part, 6.0, PROGRAM_KILLS)[number]
    why = f"seed {SEED}, {part} killed after {moment:.3f} s"
    first = programs.start("begin")
    first.wait_for("changed", why)
    time.sleep(moment)
    workers = first.workers()
    killed = first.kill(all_processes=part == "all")
    saved = max((told["steps"] for told in first.told("saved")), default=0)
    assert all(map(ends, workers)), why
    old = [
        told["number"] for told in first.told("changed") if told["time"] < killed - AUTOSAVE - BUSY
    ]

    second = programs.start("again")
    (_, run) = second.wait_for("runs", why)["texts"]
    # A training that outlives its window saves itself.
    assert run in ("ising-4-a, interrupted", "ising-4-a, paused")[: 1 if part == "all" else 2], why
    if old:
        assert second.wait_for("restored", why)["number"] >= max(old), why
    assert second.wait_for("works", why, worker="training")["steps"] > saved, why
    second.wait_for("works", why, worker="sampler")
    offered = {"There are unsaved changes from last time."}
    assert {told["text"] for told in second.told("message")} <= offered, why
    second.close()
    assert_goes_on(programs.run(), why)
