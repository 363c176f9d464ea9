"""What a crash leaves behind: a text file on this machine that the user may read and copy.

While the program runs, a file holds its versions and what was done last; the interpreter adds the
stack when the operating system ends the process. A clean end removes it, so that one whose
process is gone tells of a crash. Nothing is sent anywhere.
"""

from __future__ import annotations

import contextlib
import faulthandler
import logging
import os
import platform
import threading
import traceback
from collections import deque
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TextIO

from platformdirs import user_log_dir

from nrg_app import __version__
from nrg_app.errors import NRGError
from nrg_app.files import write_bytes
from nrg_app.locks import FileLock

KEPT = 5  # reports beyond this number are deleted, the oldest first
LINES = 200
_FATAL = ("Fatal Python error:", "Windows fatal exception:")  # how the interpreter begins
_RUNNING, _CRASH = "running-", "crash-"
_MOST_BYTES = 2**18


def reports_folder() -> Path:
    """Return the folder of the user's logs and crash reports."""
    return Path(user_log_dir("nrg", appauthor=False))


class CrashRecorder:
    """Keeps what a report needs; one for each process.

    Args:
        folder: where files go; one that cannot be written costs the file, not the text.
        versions: lines on what the program runs on.
    """

    def __init__(self, folder: Path, versions: Sequence[str] = ()) -> None:
        self._folder = folder
        began = datetime.now()
        self._name = f"{began:%Y%m%d-%H%M%S}-{os.getpid()}"
        system = f"{platform.system()} {platform.release()} {platform.machine()}"
        self._head = "\n".join(
            (
                f"NRG {__version__}: report of a crash. It lies on this machine alone.",
                f"Started {began:%Y-%m-%d %H:%M:%S}, process {os.getpid()}",
                f"Python {platform.python_version()}, {system}",
                *versions,
                "",
                "What was done last:",
                "",
            )
        )
        self._lines: deque[str] = deque(maxlen=LINES)
        self._lock = threading.Lock()
        self._running: TextIO | None = None
        self._claim = FileLock(folder / f"{_RUNNING}{self._name}.lock")
        self._reports = 0

    def start(self) -> None:
        """Begin the file of this process; from now on the interpreter writes fatal signals to it.

        Without a folder that can be written there is none.
        """
        with contextlib.suppress(NRGError, OSError):
            if self._claim.acquire():
                path = self._folder / f"{_RUNNING}{self._name}.txt"
                self._running = path.open("w", encoding="utf-8", errors="replace")
                self._write(self._head)
                faulthandler.enable(self._running)

    def note(self, line: str) -> None:
        """Remember something that was done."""
        with self._lock:
            self._lines.append(line)
            # The disk may be full: the program goes on without the file.
            with contextlib.suppress(OSError, ValueError):
                if self._running is not None and self._running.tell() > _MOST_BYTES:
                    self._running.seek(0)
                    self._running.truncate()
                    self._write(self._head + "\n".join(self._lines) + "\n")
                else:
                    self._write(f"{line}\n")

    def _write(self, text: str) -> None:
        if self._running is not None:
            self._running.write(text)
            self._running.flush()

    def report(self, error: BaseException) -> tuple[str, Path | None]:
        """Write the report of an error that nothing has caught.

        Returns:
            The report, and its file; None if that cannot be written.
        """
        with self._lock:
            self._reports += 1
            number = self._reports
            done = "\n".join(self._lines)
        when = f"{datetime.now():%Y-%m-%d %H:%M:%S}"
        trace = "".join(traceback.format_exception(error))
        where = threading.current_thread().name
        text = f"{self._head}{done}\n\nError at {when} in {where}:\n\n{trace}"
        path = self._folder / f"{_CRASH}{self._name}-{number}.txt"
        try:
            write_bytes(path, text.encode("utf-8", "replace"))
        except NRGError:
            return text, None
        _forget_old(self._folder)
        return text, path

    def close(self) -> None:
        """Remove the file of this process: it ends as it should."""
        with self._lock:
            if self._running is None:
                return
            faulthandler.disable()
            with contextlib.suppress(OSError):
                self._running.close()
            with contextlib.suppress(OSError):
                Path(self._running.name).unlink()
            self._running = None
        self._claim.release()


class ReportHandler(logging.Handler):
    """Reports the errors that a process logs with their stack; the first few tell enough."""

    def __init__(self, recorder: CrashRecorder) -> None:
        super().__init__(logging.ERROR)
        self._recorder = recorder
        self._left = KEPT

    def emit(self, record: logging.LogRecord) -> None:
        """Report an error."""
        error = record.exc_info[1] if record.exc_info else None
        if error is not None and self._left > 0:
            self._left -= 1
            self._recorder.note(record.getMessage())
            self._recorder.report(error)


def reports(folder: Path) -> list[Path]:
    """Return all reports, newest first."""
    try:
        return sorted(folder.glob(f"{_CRASH}*.txt"), reverse=True)
    except OSError:
        return []


def crashes_before(folder: Path) -> list[Path]:
    """Return the reports of processes that were ended by a fatal signal, newest first.

    Each is returned once. Files of processes that ended otherwise, as when the machine was
    switched off, are removed.
    """
    found = []
    with contextlib.suppress(OSError):
        for path in sorted(folder.glob(f"{_RUNNING}*.txt"), reverse=True):
            lock = FileLock(path.with_suffix(".lock"))
            with contextlib.suppress(NRGError, OSError):
                if lock.acquire():
                    report = _settle(path)
                    found += [report] if report is not None else []
                    lock.release()
    _forget_old(folder)
    return [path for path in found if path.exists()]


def forget_process(folder: Path, pid: int | None) -> None:
    """Remove the file of a process that was ended on purpose; a crash stays to be found."""
    with contextlib.suppress(OSError):
        for path in folder.glob(f"{_RUNNING}*-{pid}.txt"):
            if not _is_fatal(path):
                path.unlink()
                path.with_suffix(".lock").unlink(missing_ok=True)


def read_report(path: Path) -> str:
    """Return the text of a report, "" if it cannot be read."""
    try:
        with path.open("rb") as stream:
            return stream.read(2 * _MOST_BYTES).decode("utf-8", "replace")
    except OSError:
        return ""


def _is_fatal(path: Path) -> bool:
    return any(word in read_report(path) for word in _FATAL)


def _settle(path: Path) -> Path | None:
    """Make a report of the file of a process that is gone, or remove it."""
    if not _is_fatal(path):
        path.unlink()
        return None
    report = path.with_name(path.name.replace(_RUNNING, _CRASH, 1))
    path.replace(report)
    return report


def _forget_old(folder: Path) -> None:
    for path in reports(folder)[KEPT:]:
        with contextlib.suppress(OSError):
            path.unlink()
