"""Where the panels of a page of the Measure workspace go."""

from __future__ import annotations

from PySide6.QtCore import QRect

from nrg_app.ui.docks.areas import COLUMN, GAP, spread

TABS = 32  # height of the row of tabs above the page
_COLUMNS = 2
_LEAST_PLOTS = 640  # width below which the column becomes a drawer


def is_narrow(width: int) -> bool:
    """Return whether the Measurement panel is a drawer that is opened when it is needed."""
    return width - COLUMN - 3 * GAP < _LEAST_PLOTS


def plot_places(width: int, height: int, count: int, with_column: bool) -> list[QRect]:
    """Return where the plots of a page of this size go: two abreast, as high as there is room."""
    across = spread(GAP, width - 2 * GAP - (COLUMN + GAP if with_column else 0), _COLUMNS)
    down = spread(GAP, height - 2 * GAP, -(-count // _COLUMNS))
    cells = [QRect(left, top, wide, high) for top, high in down for left, wide in across]
    return cells[:count]


def column_place(width: int, height: int) -> QRect:
    """Return where the Measurement panel goes."""
    return QRect(width - COLUMN - GAP, GAP, COLUMN, height - 2 * GAP)
