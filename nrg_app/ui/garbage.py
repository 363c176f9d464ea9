"""Garbage is collected by the thread of the window alone.

Left to itself, Python collects in whichever thread happens to allocate. One that reads files
would then destroy widgets and items, which Qt allows to the thread of the window only.
"""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer

_STARTED_MS = 5000
_INTERVAL_MS = 1000


class GarbageCollector(QObject):
    """Collects from a timer as long as it lives, by the thresholds of the interpreter.

    What the start has made is left out: it stays for good, and to look through it would pause
    the window for 60 ms now and then.

    Args:
        parent: an object of the thread of the window that lives as long as the program.
    """

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        gc.disable()
        self._timer = QTimer(self)
        self._timer.setInterval(_INTERVAL_MS)
        self._timer.timeout.connect(self.collect)
        QTimer.singleShot(_STARTED_MS, self, self._begin)

    def _begin(self) -> None:
        gc.freeze()
        self._timer.start()

    def collect(self) -> None:
        """Collect the oldest generation that is due, and with it all younger ones."""
        counts, thresholds = gc.get_count(), gc.get_threshold()
        for generation in (2, 1, 0):
            if counts[generation] > thresholds[generation]:
                gc.collect(generation)
                return
