"""The usual default places: columns at the sides, a row at the bottom, the rest in the middle."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from PySide6.QtCore import QRect

from nrg_app.ui.panels.base import Panel

Area = Literal["left", "centre", "right", "bottom"]
GAP = 8  # between panels and around them
COLUMN, ROW = 296, 280  # sizes of side columns and of a bottom row in the design


@dataclass(frozen=True)
class Entry:
    """A panel of a workspace: its name in saved layouts, and where it goes by default."""

    name: str
    panel: Panel
    area: Area = "centre"


def spread(first: int, length: int, count: int) -> list[tuple[int, int]]:
    """Return starts and lengths of ``count`` parts of a length, with gaps between them.

    >>> spread(8, 616, 2)
    [(8, 304), (320, 304)]
    """
    part = (length - (count - 1) * GAP) / count
    starts = [round(first + k * (part + GAP)) for k in range(count + 1)]
    return [(a, b - a - GAP) for a, b in pairwise(starts)]


def by_area(entries: Sequence[Entry], width: int, height: int) -> dict[str, QRect]:
    """Return default rectangles in a workspace of this size, with gaps all around.

    Panels of a side column lie one below the other; those of the middle and of the bottom row
    side by side.
    """
    inside = QRect(0, 0, width, height).adjusted(GAP, GAP, -GAP, -GAP)
    names: dict[Area, list[str]] = {"left": [], "centre": [], "right": [], "bottom": []}
    for entry in entries:
        names[entry.area].append(entry.name)
    places: dict[str, QRect] = {}
    sides: tuple[Area, Area] = ("left", "right")
    for side in sides:
        if names[side]:
            column = QRect(inside)
            column.setWidth(min(COLUMN, inside.width() // 3))
            if side == "right":
                column.moveRight(inside.right())
                inside.setRight(column.left() - GAP - 1)
            else:
                inside.setLeft(column.right() + GAP + 1)
            cells = spread(column.top(), column.height(), len(names[side]))
            for name, (top, length) in zip(names[side], cells, strict=True):
                places[name] = QRect(column.left(), top, column.width(), length)
    if names["bottom"]:
        row = QRect(inside)
        row.setHeight(min(ROW, inside.height() // 2) if names["centre"] else inside.height())
        row.moveBottom(inside.bottom())
        inside.setBottom(row.top() - GAP - 1)
        places |= _in_row(names["bottom"], row)
    if names["centre"]:
        places |= _in_row(names["centre"], inside)
    return places


def _in_row(names: Sequence[str], row: QRect) -> dict[str, QRect]:
    cells = spread(row.left(), row.width(), len(names))
    return {
        name: QRect(left, row.top(), length, row.height())
        for name, (left, length) in zip(names, cells, strict=True)
    }


def divided(whole: QRect, side: str) -> tuple[QRect, QRect]:
    """Return a third at the "left", "right", "top" or "bottom" of a rectangle, and the rest.

    >>> divided(QRect(0, 0, 308, 100), "left")
    (PySide6.QtCore.QRect(0, 0, 100, 100), PySide6.QtCore.QRect(108, 0, 200, 100))
    """
    across = side in ("left", "right")
    length = ((whole.width() if across else whole.height()) - GAP) // 3
    part, rest = QRect(whole), QRect(whole)
    if across:
        part.setWidth(length)
        rest.setLeft(part.right() + 1 + GAP)
    else:
        part.setHeight(length)
        rest.setTop(part.bottom() + 1 + GAP)
    if side in ("right", "bottom"):
        part.moveBottomRight(whole.bottomRight())
        rest.moveTopLeft(whole.topLeft())
    return part, rest


def mapped(place: QRect, whole: QRect, rest: QRect) -> QRect:
    """Return where a rectangle in ``whole`` lies after ``whole`` shrank to ``rest``.

    >>> mapped(QRect(50, 0, 50, 50), QRect(0, 0, 100, 100), QRect(0, 40, 100, 60))
    PySide6.QtCore.QRect(50, 40, 50, 30)
    """
    across, down = rest.width() / whole.width(), rest.height() / whole.height()
    return QRect(
        rest.x() + round((place.x() - whole.x()) * across),
        rest.y() + round((place.y() - whole.y()) * down),
        round(place.width() * across),
        round(place.height() * down),
    )
