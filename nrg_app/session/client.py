"""The window's end of the sampler worker: spawn it, ask it, notice when it dies."""

from __future__ import annotations

import threading
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import Any

from nrg_app.session import worker as sampler_worker
from nrg_app.session.link import Link
from nrg_app.session.messages import Message, SampleRequest, SampleSet, WorkerFailure

DIED = "The sampler stopped unexpectedly. Restart it to go on."

WorkerMain = Callable[["Connection[Any, Any]"], None]


class SamplerClient:
    """Owns one worker process at a time.

    Requests never queue up: one is in flight, and of those that come meanwhile only the newest
    waits. ``on_message`` is called from a reader thread, never from the caller's.

    Args:
        on_message: receives every message of the worker, and a fatal ``WorkerFailure`` when the
            process ends without being asked to.
        worker_main: what the process runs with its end of the pipe.
    """

    def __init__(
        self, on_message: Callable[[Message], None], worker_main: WorkerMain = sampler_worker.main
    ) -> None:
        self._on_message = on_message
        self._worker_main = worker_main
        # Reentrant, so that on_message may itself make a request.
        self._lock = threading.RLock()
        self._last: SampleRequest | None = None
        self._in_flight: SampleRequest | None = None
        self._waiting: SampleRequest | None = None
        self._link: Link | None = self._start()

    @property
    def pid(self) -> int | None:
        """Process id of the worker, None when there is none."""
        with self._lock:
            return self._link.process.pid if self._link else None

    def request(self, request: SampleRequest) -> None:
        """Ask for samples; an older request that was not sent yet is forgotten."""
        with self._lock:
            self._last = request
            if self._in_flight is None:
                self._send(request)
            else:
                self._waiting = request

    def restart(self) -> None:
        """Replace the worker by a new process and repeat the last request."""
        self.close()
        with self._lock:
            self._link = self._start()
            if self._last is not None:
                self._send(self._last)

    def close(self) -> None:
        """End the worker and its reader thread; no message comes afterwards."""
        with self._lock:
            link = self._link
            self._forget_link()
        if link is not None:
            link.close()

    def _start(self) -> Link:
        return Link(self._worker_main, self._receive, name="nrg-sampler")

    def _forget_link(self) -> None:
        self._link = self._in_flight = self._waiting = None

    def _send(self, request: SampleRequest) -> None:
        if self._link is not None:
            self._in_flight, self._waiting = request, None
            self._link.send(request)

    def _receive(self, link: Link, received: Message | None) -> None:
        message = WorkerFailure(DIED, fatal=True) if received is None else received
        with self._lock:
            if link is not self._link:
                return
            if isinstance(message, WorkerFailure) and message.fatal:
                self._forget_link()
            elif isinstance(message, SampleSet | WorkerFailure) and self._answers(message):
                self._in_flight = None
                if self._waiting is not None:
                    self._send(self._waiting)
        self._on_message(message)

    def _answers(self, message: SampleSet | WorkerFailure) -> bool:
        return self._in_flight is not None and message.request_id == self._in_flight.request_id
