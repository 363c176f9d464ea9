"""From the session to the sampler and back: asks for samples when the session changes.

The sampler's messages arrive on a thread of their own; here they become Qt signals of the
window's thread.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Protocol

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot

from nrg_app.session.client import SamplerClient
from nrg_app.session.document import Session
from nrg_app.session.messages import (
    MODEL_SAMPLERS,
    Message,
    ModelReady,
    ObservablesUpdate,
    SampleRequest,
    SamplerUpdate,
    SampleSet,
    WorkerFailure,
    WorkerReady,
)
from nrg_app.ui.panels.base import follow

_FORGET_AFTER = 64  # requests of which the time of asking is remembered


class Client(Protocol):
    """What the feed needs of a sampler client."""

    def request(self, request: SampleRequest) -> None:
        """Ask for samples."""

    def restart(self) -> None:
        """Start a new worker."""

    def close(self) -> None:
        """End the worker."""


ClientFactory = Callable[[Callable[[Message], None]], Client]


class SampleFeed(QObject):
    """Keeps one request in the air that always describes the newest session.

    Signals:
        samples_ready: a ``SampleSet`` came, and when it was asked for (``time.perf_counter``; None
            if the worker was still starting).
        observables_ready: an ``ObservablesUpdate`` came.
        sampler_ready: a ``SamplerUpdate`` came.
        model_ready: a ``ModelReady`` came.
        worker_ready: a ``WorkerReady`` came.
        failed: a ``WorkerFailure`` came.
        waiting: True when a request goes out, False when nothing is awaited any more.
    """

    samples_ready = Signal(object, object)
    observables_ready = Signal(object)
    sampler_ready = Signal(object)
    model_ready = Signal(object)
    worker_ready = Signal(object)
    failed = Signal(object)
    waiting = Signal(bool)
    _received = Signal(object)

    def __init__(
        self,
        session: Session,
        client_factory: ClientFactory = SamplerClient,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._factory = client_factory
        self._client: Client | None = None
        self._number = 0
        self._last: SampleRequest | None = None
        self._asked: dict[int, float | None] = {}
        self._ready = False
        self._held = self._wanted = False
        self._open = True
        self.alive = False
        self._received.connect(self._dispatch, Qt.ConnectionType.QueuedConnection)
        self._play = QTimer(self)
        self._play.setTimerType(Qt.TimerType.PreciseTimer)
        self._play.timeout.connect(self._next_draw)
        events = session.events
        follow(self, events.temperature, self._temperature_changed)
        follow(self, events.auto, self._temperature_changed)
        drawn = (events.seed, events.fine_seed, events.model, events.sampler, events.rival)
        for event in (*drawn, events.source, events.blend, events.latent_edits):
            follow(self, event, self._draw_changed)
        follow(self, events.playing, self._playing_changed)
        follow(self, events.speed, self._playing_changed)

    def start(self) -> None:
        """Start the worker and ask for the first samples."""
        if self._client is None and self._open:
            self._client = self._factory(self._received.emit)
            self.alive = True
            self.ask()
            self._playing_changed()

    def restart(self) -> None:
        """Start a new worker after the old one died."""
        if self._client is not None and self._open:
            self._client.restart()
            self.alive = True
            self._last = None
            self.ask()
            self._playing_changed()

    def close(self) -> None:
        """End the worker; nothing is asked or announced afterwards."""
        self._open = False
        self._play.stop()
        client, self._client = self._client, None
        if client is not None:
            client.close()

    @property
    def client(self) -> Client | None:
        """The client, None before the start and after the close."""
        return self._client

    def ask(self) -> None:
        """Ask for the samples that the session describes, unless they were asked for last."""
        if self._held:
            self._wanted = True
        if self._client is None or self._held or not self.alive:
            return
        request = self._session.sample_request(self._number + 1)
        if not self._is_possible(request):
            return
        if self._last is not None and request == replace(self._last, request_id=request.request_id):
            return
        self._number += 1
        self._last = request
        # The start of the worker is no measure of its speed.
        self._asked[request.request_id] = time.perf_counter() if self._ready else None
        if len(self._asked) > _FORGET_AFTER:
            del self._asked[min(self._asked)]
        self._client.request(request)
        self.waiting.emit(True)

    def reload(self) -> None:
        """Ask again although nothing was chosen: the file of the model has changed."""
        self._last = None
        self.ask()

    @staticmethod
    def _is_possible(request: SampleRequest) -> bool:
        return bool(request.model) or request.sampler not in MODEL_SAMPLERS

    @contextmanager
    def hold(self) -> Iterator[None]:
        """Change several attributes of the session and ask once, at the end, if one asks."""
        self._held, self._wanted = True, False
        try:
            yield
        finally:
            self._held = False
            if self._wanted:
                self.ask()

    def is_waiting(self) -> bool:
        """Return whether the answer to the newest request is still to come."""
        return self._number in self._asked

    def _forget_asked(self, request_id: int) -> float | None:
        """Return when a request was made; forget it and the older ones, which were dropped."""
        asked = self._asked.pop(request_id, None)
        for old in [number for number in self._asked if number < request_id]:
            del self._asked[old]
        return asked

    def _temperature_changed(self, _: object = None) -> None:
        if self._session.auto:
            self.ask()

    def _draw_changed(self, _: object = None) -> None:
        self.ask()

    def _playing_changed(self, _: object = None) -> None:
        if self._session.playing and self.alive:
            self._play.start(max(1, round(1000 / self._session.speed)))
        else:
            self._play.stop()

    def _next_draw(self) -> None:
        # A slow worker sets the pace: drawing ahead of it would only skip pictures.
        if not self.is_waiting():
            self._session.advance()

    @Slot(object)
    def _dispatch(self, message: Message) -> None:
        if not self._open:
            return
        if isinstance(message, SampleSet):
            self.samples_ready.emit(message, self._forget_asked(message.request_id))
            self._settle()
        elif isinstance(message, ObservablesUpdate):
            self.observables_ready.emit(message)
        elif isinstance(message, SamplerUpdate):
            self.sampler_ready.emit(message)
        elif isinstance(message, ModelReady):
            self.model_ready.emit(message)
        elif isinstance(message, WorkerReady):
            self._ready = True
            self.worker_ready.emit(message)
        elif isinstance(message, WorkerFailure):
            self._failed(message)

    def _failed(self, failure: WorkerFailure) -> None:
        if failure.fatal:
            self.alive = self._ready = False
            self._asked.clear()
            self._play.stop()
        elif failure.request_id is not None:
            self._forget_asked(failure.request_id)
            self._last = None
        self._settle()
        self.failed.emit(failure)

    def _settle(self) -> None:
        if not self.is_waiting():
            self.waiting.emit(False)
