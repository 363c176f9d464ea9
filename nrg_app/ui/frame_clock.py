"""How fast pictures reach the screen: response, painting time, pictures per second."""

from __future__ import annotations

import time
from collections import deque

_WINDOW = 1.0  # seconds


class FrameClock:
    """Fed by the window at each repaint; all times in seconds of ``time.perf_counter``."""

    def __init__(self) -> None:
        self._painted: deque[float] = deque()
        self._pending: list[float] = []
        self._pictures = 0
        self.latency: float | None = None
        self.frame: float | None = None

    def picture_came(self, asked: float | None) -> None:
        """Note that a new picture waits for the next repaint, and when it was asked for."""
        self._pictures += 1
        if asked is not None:
            self._pending.append(asked)

    def repainted(self, start: float, end: float) -> None:
        """Note a repaint of the window; only those with a new picture count."""
        if not self._pictures:
            return
        self._pictures = 0
        self._painted.append(end)
        self.frame = end - start
        if self._pending:
            self.latency = end - self._pending[-1]
            self._pending.clear()

    def rate(self, now: float | None = None) -> int | None:
        """Return how many pictures were painted in the last second, None for none."""
        moment = time.perf_counter() if now is None else now
        while self._painted and self._painted[0] < moment - _WINDOW:
            self._painted.popleft()
        return len(self._painted) or None
