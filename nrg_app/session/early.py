"""A sampler whose process starts before there is a window to hear it."""

from __future__ import annotations

import threading
from collections.abc import Callable

from nrg_app.session import worker as sampler_worker
from nrg_app.session.client import SamplerClient, WorkerMain
from nrg_app.session.messages import Message


class EarlySampler:
    """Starts the sampler's process at once, so that its libraries load beside the window's.

    An instance is the factory that a window asks for its client: what the process has said before
    is delivered then.

    Args:
        worker_main: what the process runs with its end of the pipe.
    """

    def __init__(self, worker_main: WorkerMain = sampler_worker.main) -> None:
        self._lock = threading.Lock()
        self._held: list[Message] = []
        self._listener: Callable[[Message], None] | None = None
        self._client = SamplerClient(self._hear, worker_main)

    def __call__(self, on_message: Callable[[Message], None]) -> SamplerClient:
        """Return the client; its messages go to ``on_message`` from now on."""
        with self._lock:
            for message in self._held:
                on_message(message)
            self._held.clear()
            self._listener = on_message
        return self._client

    def close(self) -> None:
        """End the process, if the window has not done so."""
        self._client.close()

    def _hear(self, message: Message) -> None:
        with self._lock:
            listener = self._listener
            if listener is None:
                self._held.append(message)
                return
        listener(message)
