"""Run the commands of a set-up: progress shown, all output in a log, failures in a sentence."""

from __future__ import annotations

import contextlib
import errno
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TextIO

HEARTBEAT_SECONDS = 15.0
LINES_SHOWN_ON_FAILURE = 12

_NETWORK_SIGNS = re.compile(
    "NewConnectionError|ConnectTimeout|ReadTimeout|ProxyError|SSLError|Max retries exceeded"
    "|Failed to establish a new connection|Name or service not known|Temporary failure"
    "|Network is unreachable|Connection (refused|aborted|reset|broken)|timed out"
    "|getaddrinfo failed|nodename nor servname|RemoteDisconnected|IncompleteRead"
)
_NO_SPACE_SIGNS = re.compile(r"No space left on device|Errno 28\b|Disk quota exceeded|Errno 122\b")
_READ_ONLY_SIGNS = re.compile(r"Permission denied|Read-only file system|Errno (13|30)\b")
# pip's words for a requirement without a file for this Python, without and with a constraint on it.
_NO_RELEASE = re.compile(
    r"No matching distribution found for (\S+)|Cannot install (\S+) because these package versions"
)


class SetupError(Exception):
    """A set-up that cannot go on; the message is one sentence with the remedy."""


class NetworkError(SetupError):
    """The package index could not be reached; what is installed is still sound."""


class Progress:
    """Numbered steps with the time each took.

    Args:
        total: Number of steps.
    """

    def __init__(self, total: int) -> None:
        self._total = total
        self._done = 0
        self._start = time.monotonic()

    @contextlib.contextmanager
    def step(self, title: str) -> Iterator[None]:
        """Announce a step before its work and say how long it took afterwards."""
        self._done += 1
        say(f"[{self._done}/{self._total}] {title}")
        start = time.monotonic()
        yield
        now = time.monotonic()
        say(f"      done in {now - start:.1f} s ({now - self._start:.0f} s in all)")


def say(line: str) -> None:
    """Print a line at once, also into a pipe, so that it stays in order with other programs."""
    print(line, flush=True)


def run_logged(command: Sequence[str], log: Path, environment: Mapping[str, str]) -> list[str]:
    """Run a command with its output going to the end of a log file.

    While a command takes long, its latest line is shown now and then.

    Args:
        command: Program and arguments.
        log: File that the output is added to.
        environment: The whole environment of the command.

    Returns:
        The last lines that it printed.

    Raises:
        SetupError: if the command fails; its last lines are printed before, unless the network
            explains the failure.
    """
    lines: deque[str] = deque(maxlen=200)
    with log.open("a", encoding="utf-8") as output:
        output.write(f"\n$ {' '.join(command)}\n")
        process = subprocess.Popen(
            list(command),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
            env=dict(environment),
            start_new_session=True,
        )
        reader = threading.Thread(target=_copy_lines, args=(process, output, lines), daemon=True)
        reader.start()
        try:
            _wait_with_heartbeat(process, lines)
        finally:
            if process.poll() is None:
                _stop(process)
            reader.join()
    if process.returncode != 0:
        failure = explain_failure(list(lines), log)
        # Without a network pip complains of conflicts, which would only mislead.
        if not isinstance(failure, NetworkError):
            for line in list(lines)[-LINES_SHOWN_ON_FAILURE:]:
                print(f"      | {line[:160]}", file=sys.stderr, flush=True)
        raise failure
    return list(lines)


def _stop(process: subprocess.Popen[str]) -> None:
    """End a command with the programs that it started, before they write any further."""
    if os.name == "nt":
        process.terminate()
    else:
        os.killpg(process.pid, signal.SIGTERM)
    process.wait()


def _copy_lines(process: subprocess.Popen[str], output: TextIO, lines: deque[str]) -> None:
    assert process.stdout is not None
    with process.stdout:
        for line in process.stdout:
            # A full disk must not stop the reading: the command would hang on its full pipe.
            with contextlib.suppress(OSError):
                output.write(line)
                output.flush()
            if line.strip() and not line.startswith("WARNING: Location"):
                lines.append(line.rstrip())


def _wait_with_heartbeat(process: subprocess.Popen[str], lines: deque[str]) -> None:
    start = time.monotonic()
    while True:
        try:
            process.wait(timeout=HEARTBEAT_SECONDS)
            return
        except subprocess.TimeoutExpired:
            latest = lines[-1].strip() if lines else "working"
            say(f"      {time.monotonic() - start:.0f} s: {latest[:80]}")


def explain_failure(lines: Sequence[str], log: Path) -> SetupError:
    """Say in a sentence why a command failed, from what it printed.

    Args:
        lines: The last lines of its output.
        log: File that holds all of it.
    """
    text = "\n".join(lines)
    if _NO_SPACE_SIGNS.search(text):
        return _full_disk(log.parent.parent)
    if _NETWORK_SIGNS.search(text):
        return NetworkError(
            "The package index cannot be reached: check the network (or the proxy and index that "
            f"pip is configured with) and run this again; details are in {log}."
        )
    if missing := _NO_RELEASE.search(text):
        version = f"{sys.version_info[0]}.{sys.version_info[1]}"
        return SetupError(
            f"There is no {missing[1] or missing[2]} for Python {version} on this machine: "
            f"use a 64-bit Python from 3.11 to 3.14; details are in {log}."
        )
    if _READ_ONLY_SIGNS.search(text):
        return SetupError(
            f"A file could not be written: make {log.parent.parent} writable, or copy NRG to a "
            f"folder of your own, and run this again; details are in {log}."
        )
    return SetupError(f"The last command failed: see {log}, then run this again.")


def _full_disk(root: Path) -> SetupError:
    return SetupError(f"The disk that holds {root} is full: free about 3 GB and run this again.")


def explain_os_error(error: OSError, root: Path) -> SetupError:
    """Say in a sentence why a file of the set-up could not be written.

    Args:
        error: What the operating system reported.
        root: Folder of the checkout.
    """
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return _full_disk(root)
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return SetupError(
            f"The folder {root} cannot be written to: copy NRG to a folder of your own and run "
            "this again from there."
        )
    return SetupError(f"The set-up stopped ({error}): put that right and run this again.")
