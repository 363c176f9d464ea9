"""A worker process, the pipe to it and the thread that reads the pipe."""

from __future__ import annotations

import contextlib
import logging
import multiprocessing
import os
import sys
import threading
from collections.abc import Callable, Iterator
from multiprocessing.connection import wait
from multiprocessing.process import BaseProcess
from types import ModuleType
from typing import Any

from nrg_app.crash_reports import CrashRecorder, ReportHandler, forget_process, reports_folder

_PATIENCE = 0.4  # seconds
_THREAD_VARIABLES = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")


@contextlib.contextmanager
def _one_thread_each() -> Iterator[None]:
    """Let a process that starts now use one thread for linear algebra.

    Its arrays are small; on a busy machine more threads wait for each other, up to 40 times
    longer. The libraries read the environment once, when they load.
    """
    before = dict(os.environ)
    os.environ.update({name: "1" for name in _THREAD_VARIABLES})
    try:
        yield
    finally:
        for name in _THREAD_VARIABLES:
            if name in before:
                os.environ[name] = before[name]
            else:
                del os.environ[name]


@contextlib.contextmanager
def _without_main() -> Iterator[None]:
    """Let a process that starts now not run the main module again.

    What it runs comes from modules of its own; loading the command line, or a whole window, would
    keep it for up to a second.
    """
    main = sys.modules["__main__"]
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = main


def _run(worker_main: Callable[..., None], *arguments: Any) -> None:
    """Run a worker in its process; a fatal signal and what nobody foresaw leave a report."""
    recorder = CrashRecorder(reports_folder(), (multiprocessing.current_process().name,))
    recorder.start()
    logging.getLogger("nrg_app").addHandler(ReportHandler(recorder))
    try:
        worker_main(*arguments)
    finally:
        recorder.close()


class Link:
    """One worker process and its messages.

    The reader alone receives, closes the pipe and reaps the process.

    Args:
        worker_main: what the process runs with its end of the pipe and ``arguments``.
        receive: gets this link and every message, from the reader's thread; None at the end.
        name: of the process.
        arguments: picklable.
    """

    def __init__(
        self,
        worker_main: Callable[..., None],
        receive: Callable[[Link, Any], None],
        *,
        name: str,
        arguments: tuple[Any, ...] = (),
    ) -> None:
        context = multiprocessing.get_context("spawn")
        self._connection, remote = context.Pipe()
        self.process: BaseProcess = context.Process(
            target=_run, args=(worker_main, remote, *arguments), name=name, daemon=True
        )
        with _one_thread_each(), _without_main():
            self.process.start()
        # With our copy of the worker's end closed, its death reads as the end of the stream.
        remote.close()
        self._closing = threading.Lock()
        self._receive = receive
        self._reader = threading.Thread(target=self._read, name="nrg-reader", daemon=True)
        self._reader.start()

    def send(self, message: object) -> None:
        """Send to the worker; a dead one is reported by the reader, not here."""
        with self._closing, contextlib.suppress(OSError):
            self._connection.send(message)

    def close(self, patience: float = 0.0) -> None:
        """End the process: at once, or after so many seconds if it does not end by itself."""
        elsewhere = threading.current_thread() is not self._reader
        if patience and elsewhere:
            self._reader.join(patience)
        if self._reader.is_alive():
            self.process.kill()
            if elsewhere:
                self._reader.join(2 * _PATIENCE)

    def _read(self) -> None:
        try:
            while (message := self._next()) is not None:
                self._receive(self, message)
        finally:
            self.process.join(_PATIENCE)
            if self.process.is_alive():
                self.process.kill()
                self.process.join(_PATIENCE)
            with self._closing:
                self._connection.close()
            forget_process(reports_folder(), self.process.pid)
            self._receive(self, None)

    def _next(self) -> object:
        """Return the worker's next message, None once it is gone."""
        wait([self._connection, self.process.sentinel])
        try:
            # Messages sent just before the end are still delivered.
            if self._connection.poll():
                return self._connection.recv()
        except (EOFError, OSError):
            pass
        return None
