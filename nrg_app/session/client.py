"""The window's end of the sampler worker: spawn it, ask it, notice when it dies."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import threading
from collections.abc import Callable, Iterator
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Any

from nrg_app.session import worker as sampler_worker
from nrg_app.session.messages import Message, SampleRequest, SampleSet, WorkerFailure

DIED = "The sampler stopped unexpectedly. Restart it to go on."
_PATIENCE = 0.4  # seconds
_THREAD_VARIABLES = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")

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
        self._link: _Link | None = _Link(worker_main, self._receive)

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
            self._link = _Link(self._worker_main, self._receive)
            if self._last is not None:
                self._send(self._last)

    def close(self) -> None:
        """End the worker and its reader thread; no message comes afterwards."""
        with self._lock:
            link = self._link
            self._forget_link()
        if link is not None:
            link.close()

    def _forget_link(self) -> None:
        self._link = self._in_flight = self._waiting = None

    def _send(self, request: SampleRequest) -> None:
        if self._link is not None:
            self._in_flight, self._waiting = request, None
            self._link.send(request)

    def _receive(self, link: _Link, message: Message) -> None:
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


class _Link:
    """One worker process, the pipe to it and the thread that reads the pipe.

    The reader alone receives, closes the pipe and reaps the process.
    """

    def __init__(self, worker_main: WorkerMain, receive: Callable[[_Link, Message], None]) -> None:
        context = multiprocessing.get_context("spawn")
        self._connection, remote = context.Pipe()
        self.process: BaseProcess = context.Process(
            target=worker_main, args=(remote,), name="nrg-sampler", daemon=True
        )
        with _one_thread_each():
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

    def close(self) -> None:
        """End the process. It has nothing to save, so nothing is lost by ending it at once."""
        self.process.kill()
        if threading.current_thread() is not self._reader:
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
            self._receive(self, WorkerFailure(DIED, fatal=True))

    def _next(self) -> Message | None:
        """Return the worker's next message, None once it is gone."""
        wait([self._connection, self.process.sentinel])
        try:
            # Messages sent just before the end are still delivered.
            if self._connection.poll():
                message: Message = self._connection.recv()
                return message
        except (EOFError, OSError):
            pass
        return None
