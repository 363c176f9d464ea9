"""The measurements of a window: the job that is on, and the result of every kind that is shown.

Messages of the job arrive on a thread of their own; here they become Qt signals of the window's
thread. At most one job is on at a time.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from typing import Protocol

from PySide6.QtCore import QObject, Qt, Signal, Slot

from nrg_app.errors import NRGError
from nrg_app.session.document import Session
from nrg_app.session.measure.client import MeasureClient
from nrg_app.session.measure.orders import (
    KINDS,
    Ended,
    Failure,
    Kind,
    Message,
    Order,
    Progress,
    Result,
    kind_of,
)
from nrg_app.session.measure.scan_plots import ExactCurves, exact_curves
from nrg_app.session.measure.store import newest, save_result
from nrg_app.ui.panels.base import follow

_log = logging.getLogger(__name__)
NAMES: dict[Kind, str] = {
    "scan": "temperature scan",
    "scaling": "finite-size scaling",
    "mcrg": "Monte Carlo RG",
    "race": "race of samplers",
}


class Measurements(Protocol):
    """What the desk needs of a measurement client."""

    def start(self, order: Order) -> None:
        """Carry out an order."""

    def cancel(self) -> None:
        """End the job at once."""

    def close(self) -> None:
        """End the job and its process."""


MeasureFactory = Callable[[Callable[[Message], None]], Measurements]


class MeasureDesk(QObject):
    """Holds the job, and what it has found until it ends: then that belongs to the session.

    Kinds that the session has no result of show what was measured last on this machine, or the
    example that comes with the program.

    Signals:
        changed: a job has begun, ended or moved on.
        result_came: there is a new result of a kind.
        exact_came: exact curves have been computed.
        spoke: a sentence for the user and its kind ("ok", "warning", "error").
        failed: the job cannot go on; a sentence.
    """

    changed = Signal()
    result_came = Signal(str)
    exact_came = Signal()
    spoke = Signal(str, str)
    failed = Signal(str)
    _received = Signal(int, object)
    _loaded = Signal(str, object)
    _computed = Signal(object, object)

    def __init__(
        self,
        session: Session,
        factory: MeasureFactory = MeasureClient,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._factory = factory
        self._client: Measurements | None = None
        self._open = True
        self._number = 0
        self.active: Kind | None = None
        self.order: Order | None = None
        self.progress = Progress(0.0, "")
        self._live: dict[Kind, Result | None] = {}
        self._others: dict[Kind, Result] = {}
        self._known = self.results
        self.exact: ExactCurves | None = None
        self._wanted: tuple[int, float, float] | None = None
        self._began = 0.0
        self._asked = False
        self._received.connect(self._dispatch, Qt.ConnectionType.QueuedConnection)
        self._loaded.connect(self._take_loaded, Qt.ConnectionType.QueuedConnection)
        self._computed.connect(self._take_exact, Qt.ConnectionType.QueuedConnection)
        follow(self, session.events.results, self._tell)

    @property
    def results(self) -> dict[Kind, Result]:
        """The results on show; that of a job on top of an older one of its kind."""
        mine = {kind_of(r): r for r in self._session.results if isinstance(r, Result)}
        return {
            kind: result
            for kind, result in ({**self._others, **mine, **self._live}).items()
            if result is not None
        }

    # -- commands -------------------------------------------------------------------------

    def load(self) -> None:
        """Read the newest results in a thread of its own, once."""
        if not self._asked:
            self._asked = True
            self._in_thread(self._read_all)

    def start(self, order: Order) -> None:
        """Carry out an order; the result of its kind begins anew."""
        if self._client is None:
            self._client = self._factory(self._receive)
        # What an earlier job still had to say is not about this one.
        self._number += 1
        self.order, self.active = order, kind_of(order)
        self.progress = Progress(0.0, "Starting")
        self._began = time.monotonic()
        self._live = {self.active: None}
        self._client.start(order)
        self._tell(moved=True)

    def stop(self) -> None:
        """End the job; what it has found so far stays."""
        if self.active is None or self._client is None:
            return
        kind, self.active = self.active, None
        self._number += 1
        self._client.cancel()
        found = self._live.get(kind) is not None
        self._keep(kind)
        what = "; its points stay" if found else " before it had found anything"
        self.spoke.emit(f"The {NAMES[kind]} has been stopped{what}.", "ok")
        self._tell(moved=True)

    def clear(self, kind: Kind) -> None:
        """Forget the result of a kind."""
        self._others.pop(kind, None)
        self._set_result(kind, None)
        self._tell()

    def retry(self) -> None:
        """Carry out the last order again."""
        if self.order is not None:
            self.start(self.order)

    def close(self) -> None:
        """End the job; nothing is announced afterwards."""
        self._open = False
        client, self._client = self._client, None
        if client is not None:
            client.close()

    def remaining(self) -> float | None:
        """Return the seconds that the job still needs, None until that can be told."""
        fraction, spent = self.progress.fraction, time.monotonic() - self._began
        if self.active is None or fraction < 0.02 or spent < 1.0:
            return None
        return spent * (1.0 - fraction) / fraction

    def want_exact(self, size: int, low: float, high: float) -> None:
        """Ask for exact curves; they are computed in a thread of their own."""
        if (size, low, high) == self._wanted:
            return
        self._wanted = (size, low, high)
        self._in_thread(lambda: self._compute(size, low, high))

    # -- threads --------------------------------------------------------------------------

    def _in_thread(self, work: Callable[[], None]) -> None:
        threading.Thread(target=work, name="nrg-measurements", daemon=True).start()

    def _read_all(self) -> None:
        for kind in KINDS:
            result = newest(kind)
            if result is not None and self._open:
                self._loaded.emit(kind, result)

    def _compute(self, size: int, low: float, high: float) -> None:
        try:
            curves = exact_curves(size, low, high)
        except NRGError as error:
            _log.warning("Exact curves: %s", error)
            return
        if self._open:
            self._computed.emit((size, low, high), curves)

    def _keep(self, kind: Kind) -> None:
        """Put what the job has found into the session, and on the disk."""
        result = self._live.pop(kind, None)
        if result is not None:
            self._set_result(kind, result)
            self._in_thread(lambda: self._write(result))

    def _set_result(self, kind: Kind, result: Result | None) -> None:
        others = tuple(
            r for r in self._session.results if not isinstance(r, Result) or kind_of(r) != kind
        )
        self._session.results = others if result is None else (*others, result)

    def _tell(self, _: object = None, *, moved: bool = False) -> None:
        """Announce the kinds that show another result than before, and then any change once.

        ``moved`` says that there is a change of the job.
        """
        before, self._known = self._known, self.results
        news = [kind for kind in KINDS if before.get(kind) is not self._known.get(kind)]
        for kind in news:
            self.result_came.emit(kind)
        if news or moved:
            self.changed.emit()

    def _write(self, result: Result) -> None:
        try:
            save_result(result)
        except NRGError as error:
            _log.warning("The measurement was not kept: %s", error)

    # -- messages -------------------------------------------------------------------------

    def _receive(self, message: Message) -> None:
        self._received.emit(self._number, message)

    @Slot(int, object)
    def _dispatch(self, number: int, message: Message) -> None:
        if not self._open or number != self._number or self.active is None:
            return
        kind = self.active
        if isinstance(message, Progress):
            self.progress = message
            self.changed.emit()
        elif isinstance(message, Failure):
            self.active = None
            self._keep(kind)
            self._tell(moved=True)
            self.failed.emit(message.message)
        elif isinstance(message, Ended):
            self.active = None
            self._keep(kind)
            self.spoke.emit(f"The {NAMES[kind]} has finished.", "ok")
            self._tell(moved=True)
        else:
            self._live[kind] = message
            self._tell()

    @Slot(str, object)
    def _take_loaded(self, kind: Kind, result: Result) -> None:
        self._others[kind] = result
        self._tell()

    @Slot(object, object)
    def _take_exact(self, wanted: tuple[int, float, float], curves: ExactCurves) -> None:
        # Curves that were asked for earlier may come later.
        if wanted == self._wanted:
            self.exact = curves
            self.exact_came.emit()
