"""The window's end of a measurement: start a job, end it, notice when it dies."""

from __future__ import annotations

import threading
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import Any

from nrg_app.session.link import Link
from nrg_app.session.measure import worker
from nrg_app.session.measure.orders import Ended, Failure, Message, Order

DIED = "The measurement stopped unexpectedly. Start it again."

WorkerMain = Callable[["Connection[Any, Any]", Order], None]


class MeasureClient:
    """Owns at most one process; a process carries out one order.

    ``on_message`` is called from a reader thread, never from the caller's.

    Args:
        on_message: receives every message of the job, and a ``Failure`` when the process ends
            without being asked to.
        worker_main: what the process runs with its end of the pipe and the order.
    """

    def __init__(
        self, on_message: Callable[[Message], None], worker_main: WorkerMain = worker.main
    ) -> None:
        self._on_message = on_message
        self._worker_main = worker_main
        self._lock = threading.RLock()
        self._link: Link | None = None

    @property
    def pid(self) -> int | None:
        """Process id of the job, None when there is none."""
        with self._lock:
            return self._link.process.pid if self._link else None

    def start(self, order: Order) -> None:
        """Carry out an order; one that is under way is ended."""
        self.cancel()
        with self._lock:
            self._link = Link(
                self._worker_main, self._receive, name="nrg-measure", arguments=(order,)
            )

    def cancel(self) -> None:
        """End the job at once; no message of it comes afterwards."""
        with self._lock:
            link, self._link = self._link, None
        if link is not None:
            # Ending a process takes some milliseconds, for which the window does not wait.
            threading.Thread(target=link.close, name="nrg-ending", daemon=True).start()

    def close(self) -> None:
        """End the job and wait for its process."""
        with self._lock:
            link, self._link = self._link, None
        if link is not None:
            link.close()

    def _receive(self, link: Link, received: Message | None) -> None:
        message = Failure(DIED) if received is None else received
        with self._lock:
            if link is not self._link:
                return
            if isinstance(message, Ended | Failure):
                self._link = None
        self._on_message(message)
