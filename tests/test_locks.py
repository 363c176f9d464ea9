"""Locks between processes: one holder, who is named, and none that is dead."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from nrg_app.errors import NRGError
from nrg_app.locks import FileLock

HOLDER = """
import sys, time
from pathlib import Path
from nrg_app.locks import FileLock
print(FileLock(Path(sys.argv[1])).acquire(), flush=True)
time.sleep(300)
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "folder" / "run.lock"


@pytest.fixture
def other(path: Path) -> Iterator[subprocess.Popen[str]]:
    root = Path(__file__).parents[1]
    arguments = [sys.executable, "-c", HOLDER, str(path)]
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True, cwd=root) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "True\n"
        yield process
        process.kill()


def test_another_process_keeps_the_lock_and_is_named(
    path: Path, other: subprocess.Popen[str]
) -> None:
    lock = FileLock(path)
    assert not lock.acquire()
    assert not lock.acquire(0.2)
    assert lock.holder() == other.pid
    lock.release()
    assert path.exists()


def test_the_lock_of_a_killed_process_is_taken_over(
    path: Path, other: subprocess.Popen[str]
) -> None:
    other.send_signal(signal.SIGKILL)
    other.wait()
    lock = FileLock(path)
    assert path.exists()
    assert lock.holder() is None
    assert lock.acquire()
    lock.release()
    assert not path.exists()


def test_a_lock_can_be_taken_again(path: Path) -> None:
    lock, second = FileLock(path), FileLock(path)
    for _ in range(2):
        assert lock.acquire()
        assert not second.acquire()
        lock.release()


@pytest.mark.skipif(sys.platform == "win32", reason="it locks in another way")
def test_a_file_system_without_locks_is_named(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    monkeypatch.setattr("fcntl.flock", refuse)
    with pytest.raises(NRGError, match="file system without locks"):
        FileLock(path).acquire(1.0)
    assert FileLock(path).holder() is None


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("")
    with pytest.raises(NRGError, match=r"Cannot write .*run\.lock"):
        FileLock(tmp_path / "taken" / "run.lock").acquire()
