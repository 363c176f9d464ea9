"""Where the panels of the Train workspace go."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRect

from nrg_app.ui.docks.areas import COLUMN, GAP, ROW, spread

_LEAST_PLOTS = 620  # width below which the column becomes a drawer
_LEAST_UPPER = 300


@dataclass(frozen=True)
class Places:
    """Rectangles of the panels; ``row`` holds as many small ones as have room."""

    free_energy: QRect
    row: tuple[QRect, ...]
    run: QRect


def is_narrow(width: int) -> bool:
    """Return whether the run panel is a drawer that is opened when it is needed."""
    return width - COLUMN - 3 * GAP < _LEAST_PLOTS


def arrange(width: int, height: int, with_run: bool) -> Places:
    """Return where the panels of a workspace of this size go, with the run panel or without."""
    plots = width - 2 * GAP - (COLUMN + GAP if with_run else 0)
    free = height - 3 * GAP
    low = max(200, min(ROW, free - _LEAST_UPPER))
    upper = free - low
    count = 3 if plots >= _LEAST_PLOTS else 2
    top = 2 * GAP + upper
    row = tuple(QRect(left, top, part, low) for left, part in spread(GAP, plots, count))
    run = QRect(width - COLUMN - GAP, GAP, COLUMN, height - 2 * GAP)
    return Places(QRect(GAP, GAP, plots, upper), row, run)
