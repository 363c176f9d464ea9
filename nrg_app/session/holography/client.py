"""The window's end: one process for responses, started when it is needed, and one per analysis."""

from __future__ import annotations

import threading
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import Any

from nrg_app.session.holography import responder, worker
from nrg_app.session.holography.messages import (
    Ended,
    Failure,
    JobOrder,
    Message,
    Response,
    ResponseOrder,
)
from nrg_app.session.link import Link

DIED = "The analysis stopped unexpectedly. Start it again."
RESPONDER_DIED = "The responses stopped unexpectedly. Point at a latent again to restart them."
_Main = Callable[..., None]


class HolographyClient:
    """Owns at most two processes.

    Of the responses one is in flight, and of those that are asked for meanwhile only the newest
    waits. An analysis is ended by ending its process. ``on_message`` is called from reader
    threads, never from the caller's.

    Args:
        on_message: receives every message, and a fatal ``Failure`` when a process ends without
            being asked to.
        responder_main: what the process of the responses runs with its end of the pipe.
        worker_main: what the process of an analysis runs with its end of the pipe and the order.
    """

    def __init__(
        self,
        on_message: Callable[[Message], None],
        responder_main: Callable[[Connection[Any, Any]], None] = responder.main,
        worker_main: Callable[[Connection[Any, Any], JobOrder], None] = worker.main,
    ) -> None:
        self._on_message = on_message
        self._responder_main: _Main = responder_main
        self._worker_main: _Main = worker_main
        self._lock = threading.RLock()
        self._responder: Link | None = None
        self._job: Link | None = None
        self._in_flight = False
        self._waiting: ResponseOrder | None = None

    def ask(self, order: ResponseOrder) -> None:
        """Ask for a response; an older order that was not sent yet is forgotten."""
        with self._lock:
            if self._responder is None:
                self._responder = Link(self._responder_main, self._receive, name="nrg-responses")
                self._in_flight = False
            if self._in_flight:
                self._waiting = order
            else:
                self._send(order)

    def start(self, order: JobOrder) -> None:
        """Carry out an analysis; one that is under way is ended."""
        self.cancel()
        with self._lock:
            self._job = Link(
                self._worker_main, self._receive_job, name="nrg-analysis", arguments=(order,)
            )

    def cancel(self) -> None:
        """End the analysis at once; no message of it comes afterwards."""
        with self._lock:
            link, self._job = self._job, None
        if link is not None:
            # Ending a process takes some milliseconds, for which the window does not wait.
            threading.Thread(target=link.close, name="nrg-ending", daemon=True).start()

    def close(self) -> None:
        """End all processes; no message comes afterwards."""
        with self._lock:
            links = (self._responder, self._job)
            self._responder = self._job = self._waiting = None
        for link in links:
            if link is not None:
                link.close()

    def _send(self, order: ResponseOrder) -> None:
        assert self._responder is not None
        self._in_flight, self._waiting = True, None
        self._responder.send(order)

    def _receive(self, link: Link, received: Response | Failure | None) -> None:
        with self._lock:
            if link is not self._responder:
                return
            if received is None:
                self._responder = self._waiting = None
            else:
                self._in_flight = False
                if self._waiting is not None:
                    self._send(self._waiting)
        self._on_message(Failure(RESPONDER_DIED, fatal=True) if received is None else received)

    def _receive_job(self, link: Link, received: Message | None) -> None:
        message = Failure(DIED, fatal=True) if received is None else received
        with self._lock:
            if link is not self._job:
                return
            if isinstance(message, Ended | Failure):
                self._job = None
        self._on_message(message)
