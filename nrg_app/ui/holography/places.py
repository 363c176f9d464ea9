"""Where the panels of the Holography workspace go."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRect

from nrg_app.ui.docks.areas import GAP
from nrg_app.ui.fonts import scaled
from nrg_app.ui.holography.job_bar import HEIGHT

_DISK, _UPPER = 620, 484  # width of the disk and height of the layers in the design
_LEAST_RIGHT, _LEAST_DISK = 380, 400
_LEAST_LOWER = 240
_BAR, _LEAST_TABS = 300, 190  # widths of the controls of an analysis and of the tabs beside them
_TABS = 30


@dataclass(frozen=True)
class Slot:
    """A place in the right column: tabs and controls above one panel."""

    tabs: QRect
    bar: QRect
    panel: QRect
    low_panel: QRect

    def of(self, with_bar: bool) -> QRect:
        """Return the place of the panel, with its controls above it or without."""
        return self.panel if with_bar else self.low_panel


@dataclass(frozen=True)
class Places:
    """Rectangles; ``lower`` is None where the right column holds one panel at a time."""

    disk: QRect
    upper: Slot
    lower: Slot | None


def arrange(width: int, height: int) -> Places:
    """Return where the panels of a workspace of this size go."""
    free = width - 3 * GAP
    disk = min(max(round(free * _DISK / 1144), _LEAST_DISK), free - _LEAST_RIGHT)
    disk = min(disk, max(_LEAST_DISK, height))
    left, right = 2 * GAP + disk, free - disk
    first = QRect(GAP, GAP, disk, height - 2 * GAP)
    full = height - 2 * GAP
    upper = round(full * _UPPER / 810)
    if full - upper - GAP < _LEAST_LOWER or right < scaled(_BAR) + scaled(_LEAST_TABS):
        return Places(first, _slot(left, GAP, right, full, stacked=True), None)
    lower = QRect(left, 2 * GAP + upper, right, full - upper - GAP)
    return Places(
        first,
        _slot(left, GAP, right, upper, stacked=False),
        _slot(left, lower.top(), right, lower.height(), stacked=False),
    )


def _slot(left: int, top: int, width: int, height: int, *, stacked: bool) -> Slot:
    """Return a slot, its controls beside the tabs or, stacked, below them."""
    beside = scaled(_BAR)
    tabs = QRect(left, top, width if stacked else width - beside, _TABS)
    below = top + _TABS + (HEIGHT if stacked else 0)
    bar = (
        QRect(left, top + _TABS, width, HEIGHT)
        if stacked
        else QRect(left + width - beside, top - 2, beside, HEIGHT)
    )
    panel = QRect(left, below, width, top + height - below)
    low = QRect(left, top + _TABS, width, height - _TABS)
    return Slot(tabs, bar, panel, low)
