"""Where the panels of the Holography workspace go."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRect

from nrg_app.ui.docks.areas import GAP

_DISK, _UPPER = 620, 484  # width of the disk and height of the layers in the design
_LEAST_RIGHT, _LEAST_DISK = 380, 400
_LEAST_LOWER = 260


@dataclass(frozen=True)
class Places:
    """Rectangles; ``lower`` is ``upper`` where the right column holds one panel at a time."""

    disk: QRect
    upper: QRect
    lower: QRect


def arrange(width: int, height: int) -> Places:
    """Return where the panels of a workspace of this size go."""
    free, full = width - 3 * GAP, height - 2 * GAP
    disk = min(max(round(free * _DISK / 1144), _LEAST_DISK), free - _LEAST_RIGHT)
    disk = min(disk, max(_LEAST_DISK, height))
    first = QRect(GAP, GAP, disk, full)
    column = QRect(2 * GAP + disk, GAP, free - disk, full)
    upper = round(full * _UPPER / 810)
    if full - upper - GAP < _LEAST_LOWER:
        return Places(first, column, column)
    return Places(
        first,
        QRect(column.left(), GAP, column.width(), upper),
        QRect(column.left(), 2 * GAP + upper, column.width(), full - upper - GAP),
    )
