"""Making a figure, a movie or a file of data in its own process: the window never waits for it."""

from __future__ import annotations

import contextlib
import logging
import multiprocessing
import threading
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Protocol

from PySide6.QtCore import QObject, Qt, Signal

from nrg_app.errors import NRGError
from nrg_app.faults import sentence

_log = logging.getLogger(__name__)


class Order(Protocol):
    """A figure and where to put it; it is sent to the process that draws it."""

    @property
    def path(self) -> Path:
        """The file to write."""
        ...

    def write(self, tell: Callable[[float], None]) -> None:
        """Draw the figure into the file, and tell the finished share if it takes long.

        Raises:
            NRGError: if that is not possible.
        """


class _Cancelled(Exception):
    """The window has asked for the end."""


def draw(connection: Connection[Any, Any], order: Order) -> None:
    """Draw a figure and send "" or a sentence that says why not; runs in the process."""

    def tell(share: float) -> None:
        if connection.poll():
            raise _Cancelled
        connection.send(share)

    try:
        order.write(tell)
        answer = ""
    except NRGError as error:
        answer = str(error)
    except (MemoryError, OSError, RuntimeError) as error:
        answer = sentence(error, f"The export of {order.path.name}", "try again", _log)
    except _Cancelled:
        answer = f"{order.path.name} was cancelled; no file was written."
    with contextlib.suppress(OSError):
        connection.send(answer)


class ExportJob(QObject):
    """Draws one figure at a time.

    ``finished`` carries the path and "" or a sentence that says what went wrong, ``progressed``
    the path and the finished share of what takes long.
    """

    finished = Signal(object, str)
    progressed = Signal(object, float)
    _ended = Signal(object, str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lock = threading.Lock()
        self._process: Any = None
        self._connection: Any = None
        self._thread: threading.Thread | None = None
        self._closed = False
        self._ended.connect(self._end, Qt.ConnectionType.QueuedConnection)

    def is_running(self) -> bool:
        """Return whether a figure is being drawn."""
        return self._thread is not None

    def start(self, order: Order) -> None:
        """Draw a figure.

        Raises:
            NRGError: while another figure is being drawn.
        """
        if self.is_running():
            raise NRGError("Another file is being exported; wait for it to finish.")
        self._thread = threading.Thread(
            target=self._work, args=(order,), name="nrg-export", daemon=True
        )
        self._thread.start()

    def cancel(self) -> None:
        """Ask for the end of what takes long; it leaves no file."""
        if self._connection is not None:
            with contextlib.suppress(OSError):
                self._connection.send("cancel")

    def close(self) -> None:
        """Give up a figure that is being drawn; the file is left as it was."""
        with self._lock:
            self._closed = True
            if self._process is not None and self._process.is_alive():
                self._process.kill()
        if self._thread is not None:
            self._thread.join(5)

    def _work(self, order: Order) -> None:
        context = multiprocessing.get_context("spawn")
        own, other = context.Pipe()
        answer = f"{order.path.name} was not written: the export stopped. Try again."
        with self._lock:
            if self._closed:
                return
            self._process = context.Process(
                target=draw, args=(other, order), name="nrg-export", daemon=True
            )
            self._process.start()
        other.close()
        self._connection = own
        with contextlib.suppress(EOFError, OSError):
            while isinstance(said := own.recv(), float):
                if not self._closed:
                    self.progressed.emit(order.path, said)
            answer = said
        self._process.join()
        self._connection = None
        own.close()
        if not self._closed:
            self._ended.emit(order.path, answer)

    def _end(self, path: Path, answer: str) -> None:
        if self._thread is not None:
            self._thread.join()
        self._thread = self._process = None
        self.finished.emit(path, answer)
