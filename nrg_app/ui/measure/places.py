"""Where the panels of the Measure workspace go."""

from __future__ import annotations

from PySide6.QtCore import QRect

from nrg_app.ui.docks.areas import GAP

COLUMN = 296
TABS = 32  # height of the row of tabs
_LEAST_PLOTS = 640  # width below which the column becomes a drawer


def is_narrow(width: int) -> bool:
    """Return whether the Measurement panel is a drawer that is opened when it is needed."""
    return width - COLUMN - 3 * GAP < _LEAST_PLOTS


def plot_places(width: int, height: int, count: int, with_column: bool) -> list[QRect]:
    """Return where the plots go: two abreast, as high as there is room for."""
    right = width - (COLUMN + GAP if with_column else 0)
    top, columns = GAP + TABS, 2
    rows = -(-count // columns)
    part = (right - GAP) / columns
    share = (height - top - GAP - (rows - 1) * GAP) / rows
    places = []
    for number in range(count):
        row, column = divmod(number, columns)
        left, end = round(GAP + column * part), round((column + 1) * part)
        upper = top + round(row * (share + GAP))
        lower = top + round(row * (share + GAP) + share)
        places.append(QRect(left, upper, end - left, lower - upper))
    return places


def column_place(width: int, height: int) -> QRect:
    """Return where the Measurement panel goes."""
    return QRect(width - COLUMN - GAP, GAP, COLUMN, height - 2 * GAP)
