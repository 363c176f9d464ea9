"""The sweep: T moves between the ends of the slider, in one of three ways."""

from __future__ import annotations

import time

from PySide6.QtCore import QObject, QTimer, Signal

from nrg_app.session.document import Session
from nrg_app.ui.panels.base import follow
from nrg_app.ui.temperature_slider import HIGH, LOW

_TICK_MS = 33


class Sweep(QObject):
    """Moves ``session.temperature`` as ``session.sweep`` says.

    From a T that was set by other means it goes on there.

    Signals:
        finished: a single pass has come to its end.
    """

    finished = Signal()

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._direction = 1.0
        self._exact = session.temperature
        self._moving = False
        self._clock = time.perf_counter()
        self._timer = QTimer(self)
        self._timer.setInterval(_TICK_MS)
        self._timer.timeout.connect(self._tick)
        follow(self, session.events.temperature, self._temperature_changed)

    def is_running(self) -> bool:
        """Return whether T moves."""
        return self._timer.isActive()

    def set_running(self, running: bool) -> None:
        """Start from the present T, or stop."""
        if running:
            self._exact = min(max(self._session.temperature, LOW), HIGH)
            if self._session.sweep.mode == "once" and self._exact == HIGH:
                self._exact = LOW
            self._clock = time.perf_counter()
            self._timer.start()
        else:
            self._timer.stop()

    def advance(self, seconds: float) -> None:
        """Move T by the distance of a time span, and do what the mode says at the ends."""
        if self._session.sweep.mode != "to_and_fro":
            self._direction = 1.0
        self._exact += self._direction * self._session.sweep.rate * seconds
        ended = self._direction > 0 and self._exact >= HIGH
        if self._session.sweep.mode == "loop" and ended:
            self._exact = LOW + (self._exact - HIGH) % (HIGH - LOW)
        elif not LOW < self._exact < HIGH:
            self._direction = 1.0 if self._exact <= LOW else -1.0
            self._exact = min(max(self._exact, LOW), HIGH)
        self._moving = True
        self._session.temperature = round(self._exact, 3)
        self._moving = False
        if self._session.sweep.mode == "once" and ended:
            self.set_running(False)
            self.finished.emit()

    def _tick(self) -> None:
        now = time.perf_counter()
        # After a pause of the machine the sweep goes on from where it was.
        self.advance(min(now - self._clock, 0.2))
        self._clock = now

    def _temperature_changed(self, temperature: float) -> None:
        if not self._moving:
            self._exact = min(max(temperature, LOW), HIGH)
