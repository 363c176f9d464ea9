"""The sweep: T to and fro between the ends of the slider."""

from __future__ import annotations

import time

from PySide6.QtCore import QObject, QTimer

from nrg_app.session.document import Session
from nrg_app.ui.panels.base import follow
from nrg_app.ui.temperature_slider import HIGH, LOW

RATE = 0.2  # J/k_B per second
_TICK_MS = 33


class Sweep(QObject):
    """Moves ``session.temperature``; any other change of T ends it through ``stopped_by``."""

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
            self._clock = time.perf_counter()
            self._timer.start()
        else:
            self._timer.stop()

    def advance(self, seconds: float) -> None:
        """Move T by the distance of a time span and turn round at the ends."""
        self._exact += self._direction * RATE * seconds
        if not LOW < self._exact < HIGH:
            self._direction = 1.0 if self._exact <= LOW else -1.0
            self._exact = min(max(self._exact, LOW), HIGH)
        self._moving = True
        self._session.temperature = round(self._exact, 3)
        self._moving = False

    def _tick(self) -> None:
        now = time.perf_counter()
        # After a pause of the machine the sweep goes on from where it was.
        self.advance(min(now - self._clock, 0.2))
        self._clock = now

    def _temperature_changed(self, temperature: float) -> None:
        if not self._moving:
            self._exact = min(max(temperature, LOW), HIGH)
