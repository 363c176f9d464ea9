"""Reading and writing of session files beside the window, one after the other."""

from __future__ import annotations

from collections.abc import Callable
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any, TypeVar

from PySide6.QtCore import QObject, Qt, Signal

from nrg_app.errors import NRGError

T = TypeVar("T")
_Job = tuple[Callable[[], Any], Callable[[Any], None], Callable[[NRGError], None]]


class FileWork(QObject):
    """Does jobs in the order in which they were asked for, in a thread of its own."""

    _finished = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._jobs: SimpleQueue[_Job | None] = SimpleQueue()
        self._news: SimpleQueue[Callable[[], None]] = SimpleQueue()
        self._pending = 0
        self._thread: Thread | None = None
        self._finished.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    def run(
        self, work: Callable[[], T], done: Callable[[T], None], failed: Callable[[NRGError], None]
    ) -> None:
        """Do some work soon, and tell the window's thread what came of it.

        Args:
            work: may raise ``NRGError``; runs in the other thread.
            done: is given what ``work`` returns.
            failed: is given the error.
        """
        self._pending += 1
        self._jobs.put((work, done, failed))
        if self._thread is None:
            self._thread = Thread(target=self._work, name="nrg-files", daemon=True)
            self._thread.start()

    def wait(self) -> None:
        """Wait until everything is done and told."""
        while self._pending:
            self._tell(self._news.get())

    def close(self) -> None:
        """Wait, and end the thread."""
        self.wait()
        if self._thread is not None:
            self._jobs.put(None)
            self._thread.join()
            self._thread = None

    def _work(self) -> None:
        while (job := self._jobs.get()) is not None:
            self._news.put(_outcome(*job))
            self._finished.emit()

    def _deliver(self) -> None:
        try:
            tell = self._news.get_nowait()
        except Empty:
            return  # ``wait`` was faster
        self._tell(tell)

    def _tell(self, tell: Callable[[], None]) -> None:
        self._pending -= 1
        tell()


def _outcome(
    work: Callable[[], Any], done: Callable[[Any], None], failed: Callable[[NRGError], None]
) -> Callable[[], None]:
    """Do some work and return what tells of it."""
    try:
        result = work()
    except NRGError as error:
        reason = error
        return lambda: failed(reason)
    except Exception as error:
        unexpected = error
        return lambda: _raise(unexpected)
    return lambda: done(result)


def _raise(error: Exception) -> None:
    raise error
