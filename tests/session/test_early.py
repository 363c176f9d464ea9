"""A sampler that starts before the window, and what its process loads."""

from __future__ import annotations

import os
import queue
import subprocess
import sys
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

import nrg_app
from nrg_app.session.client import DIED
from nrg_app.session.early import EarlySampler
from nrg_app.session.messages import Message, WorkerFailure

PATIENCE = 120.0  # seconds; only a failing test waits that long

_STARTS_A_PROCESS = """
import sys
from nrg_app.session.link import Link

print("loaded", flush=True)
if __name__ == "__main__":
    Link(print, lambda link, message: None, name="test").close(60.0)
"""


def test_what_was_said_before_there_was_a_listener_is_not_lost() -> None:
    sampler = EarlySampler(Connection.close)
    inbox: queue.Queue[Message] = queue.Queue()
    while not sampler._held:
        assert sampler._client.pid is not None or sampler._held
    sampler(inbox.put)
    assert inbox.get(timeout=PATIENCE) == WorkerFailure(DIED, fatal=True)
    sampler.close()


def test_a_worker_does_not_run_the_main_module_again(tmp_path: Path) -> None:
    script = tmp_path / "starts.py"
    script.write_text(_STARTS_A_PROCESS)
    path = str(Path(nrg_app.__file__).parents[1])
    done = subprocess.run(
        [sys.executable, str(script)],
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=True,
        timeout=PATIENCE,
    )
    lines = done.stdout.splitlines()
    assert lines[0] == "loaded"
    assert "Connection" in lines[1]
    assert len(lines) == 2


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no such class")
@pytest.mark.parametrize("forbidden", [False, True])
def test_a_training_steps_back(forbidden: bool) -> None:
    code = """
import os, sys
from nrg_app.session.priority import step_back

def refuse(*arguments):
    raise PermissionError

if sys.argv[1] == "True":
    os.sched_setscheduler = refuse
step_back()
print(os.sched_getscheduler(0) == os.SCHED_IDLE, os.nice(0))
"""
    command = [sys.executable, "-c", code, str(forbidden)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=PATIENCE)
    # The tests may be run at another priority themselves.
    own = os.nice(0)
    wanted = ["False", str(min(19, own + 19))] if forbidden else ["True", str(own)]
    assert done.stdout.split() == wanted
