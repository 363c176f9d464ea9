"""The holographic analyses of a window: what was asked for, what runs, and what came of it.

Messages of the processes arrive on threads of their own; here they become Qt signals of the
window's thread. One analysis runs at a time.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Qt, Signal, Slot

from nrg_app.session.document import Session
from nrg_app.session.holography.client import HolographyClient
from nrg_app.session.holography.messages import (
    Ended,
    Failure,
    JobOrder,
    Kind,
    Message,
    PlotsResult,
    Progress,
    Response,
    ResponseOrder,
    Result,
    WaveletsResult,
)
from nrg_app.ui.panels.base import follow
from nrg_app.ui.train.run_panel import duration

KEPT = 24  # analyses that a session holds
_SAME_T = 5e-4
NAMES: dict[Kind, str] = {
    "wavelets": "Wavelets",
    "information": "Mutual information",
    "energy": "Renormalized energy",
}


class Analyses(Protocol):
    """What the desk needs of a client."""

    def ask(self, order: ResponseOrder) -> None:
        """Ask for a response."""

    def start(self, order: JobOrder) -> None:
        """Carry out an analysis."""

    def cancel(self) -> None:
        """End the analysis."""

    def close(self) -> None:
        """End everything."""


HolographyFactory = Callable[[Callable[[Message], None]], Analyses]


class HolographyDesk(QObject):
    """Holds the analysis that runs; what it has found belongs to the session when it ends.

    Signals:
        response_came: the newest ``Response`` that was asked for.
        job_changed: an analysis has begun, gone on or ended.
        results_changed: there is a new or better result.
        failed: an analysis could not go on; a sentence.
        response_failed: a response could not be computed; a sentence.
    """

    response_came = Signal(object)
    job_changed = Signal()
    results_changed = Signal()
    failed = Signal(str)
    response_failed = Signal(str)
    _received = Signal(int, object)

    def __init__(
        self,
        session: Session,
        factory: HolographyFactory = HolographyClient,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._factory = factory
        self._client: Analyses | None = None
        self._open = True
        self._number = 0
        self._jobs = 0
        self.job: JobOrder | None = None
        self.progress = Progress(0.0, "")
        self._began = 0.0
        self._live: Result | None = None
        self._received.connect(self._dispatch, Qt.ConnectionType.QueuedConnection)
        follow(self, session.events.results, self._tell)

    # -- responses ------------------------------------------------------------------------

    def ask(
        self,
        model: str,
        temperature: float,
        latents: dict[int, NDArray[np.float32]],
        place: tuple[int, int, int],
    ) -> None:
        """Ask how a sample's field answers to one latent; answers to older orders are dropped."""
        self._number += 1
        self._reach().ask(ResponseOrder(self._number, model, temperature, latents, place))

    def forget_response(self) -> None:
        """Drop the answer that is still to come."""
        self._number += 1

    # -- analyses -------------------------------------------------------------------------

    def start(self, order: JobOrder) -> None:
        """Begin an analysis; the one under way ends."""
        self._jobs += 1
        self.job, self.progress = order, Progress(0.0, "Starting")
        self._began = time.monotonic()
        self._reach().start(order)
        self.job_changed.emit()

    def cancel(self) -> None:
        """End the analysis; what it has found stays."""
        if self._client is not None and self.job is not None:
            self._jobs += 1
            self.job = None
            self._client.cancel()
            self._keep()
            self.job_changed.emit()

    def result(self, kind: Kind, model: str, temperature: float) -> Result | None:
        """Return the newest result of a kind at a model and a temperature."""
        kept = [self._live, *reversed(self._session.results)]
        matching = (
            found
            for found in kept
            if isinstance(found, Result)
            and (found.order.kind, found.order.model) == (kind, model)
            and abs(found.order.temperature - temperature) < _SAME_T
        )
        return next(matching, None)

    def words(self) -> str:
        """Return what runs, for the status bar, "" for nothing."""
        if self.job is None:
            return ""
        percent = f"{100 * self.progress.fraction:.0f} %"
        told = ", ".join(filter(None, (percent, self.time_left())))
        return f"{NAMES[self.job.kind]} \N{MIDDLE DOT} {told}"

    def time_left(self) -> str:
        """Return how long the analysis still takes, as "12 s left"; "" until that can be told."""
        fraction, spent = self.progress.fraction, time.monotonic() - self._began
        if self.job is None or fraction < 0.02 or spent < 1.0:
            return ""
        return f"{duration(spent * (1.0 - fraction) / fraction)} left"

    def close(self) -> None:
        """End all processes; nothing is announced afterwards."""
        self._open = False
        client, self._client = self._client, None
        if client is not None:
            client.close()

    def _reach(self) -> Analyses:
        if self._client is None:
            self._client = self._factory(self._receive)
        return self._client

    def _tell(self, _: object) -> None:
        self.results_changed.emit()

    # -- messages -------------------------------------------------------------------------

    def _receive(self, message: Message) -> None:
        self._received.emit(self._jobs, message)

    @Slot(int, object)
    def _dispatch(self, job: int, message: Message) -> None:
        if not self._open:
            return
        if isinstance(message, Response):
            if message.number == self._number:
                self.response_came.emit(message)
        elif isinstance(message, Failure) and message.number is not None:
            if message.number == self._number:
                self.response_failed.emit(message.message)
        elif job == self._jobs and self.job is not None:
            self._hear(message)

    def _hear(self, message: Message) -> None:
        if isinstance(message, Progress):
            self.progress = message
            self.job_changed.emit()
        elif isinstance(message, WaveletsResult | PlotsResult):
            self._live = message
            self.results_changed.emit()
        elif isinstance(message, Ended | Failure):
            self.job = None
            self._keep()
            self.job_changed.emit()
            if isinstance(message, Failure):
                self.failed.emit(message.message)

    def _keep(self) -> None:
        """Put what the analysis has found into the session, in place of one of the same order."""
        live, self._live = self._live, None
        if live is not None:
            results = self._session.results
            others = [r for r in results if not isinstance(r, Result)]
            mine = [r for r in results if isinstance(r, Result) and r.order != live.order]
            self._session.results = (*others, *mine[1 - KEPT :], live)
