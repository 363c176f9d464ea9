"""The isometric projection of the layers, one square per scale, the finest at the bottom."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPolygonF, QTransform

_TOP, _BOTTOM, _LEFT, _LABELS = 42.0, 16.0, 16.0, 76.0
_LIFT = 0.245  # distance of two layers of spread 1, in sides of a layer


@dataclass(frozen=True)
class StackGeometry:
    """Layers in a canvas of a size in logical pixels.

    ``scales`` run from the finest, at the bottom, to the coarsest. Angles are in degrees:
    ``tilt`` 90 looks straight down, ``turn`` rotates about the vertical.
    """

    scales: tuple[int, ...]
    width: float
    height: float
    tilt: float
    turn: float
    spread: float

    @property
    def _steep(self) -> float:
        return math.sin(math.radians(self.tilt))

    @property
    def _lift(self) -> float:
        return _LIFT * self.spread * math.cos(math.radians(self.tilt))

    @property
    def _extent(self) -> float:
        """Width of a turned square of side 1."""
        turn = math.radians(self.turn)
        return abs(math.cos(turn)) + abs(math.sin(turn))

    @cached_property
    def side(self) -> float:
        """Return the side of a layer: the largest that fits."""
        high = self._extent * self._steep + (len(self.scales) - 1) * self._lift
        room_x = max(40.0, self.width - _LEFT - _LABELS)
        room_y = max(40.0, self.height - _TOP - _BOTTOM)
        return min(room_x / self._extent, room_y / high)

    def center(self, level: int) -> QPointF:
        """Return the middle of a layer, counted from the bottom."""
        stack = (len(self.scales) - 1) * self._lift * self.side
        middle = _TOP + (self.height - _TOP - _BOTTOM) / 2 + stack / 2
        x = _LEFT + (self.width - _LEFT - _LABELS) / 2
        return QPointF(x, middle - level * self._lift * self.side)

    def transform(self, level: int) -> QTransform:
        """Return the map from the square (0, 0) ... (1, 1), columns and rows, to the canvas."""
        middle = self.center(level)
        result = QTransform()
        result.translate(middle.x(), middle.y())
        result.scale(self.side, self.side * self._steep)
        result.rotate(self.turn)
        result.translate(-0.5, -0.5)
        return result

    def corners(self, level: int, cell: QRectF) -> QPolygonF:
        """Return the outline of a part of a layer, in shares of its side."""
        outline = QPolygonF(
            [cell.topLeft(), cell.topRight(), cell.bottomRight(), cell.bottomLeft()]
        )
        return self.transform(level).map(outline)

    def right_end(self, level: int) -> QPointF:
        """Return the rightmost corner of a layer."""
        outline = self.corners(level, QRectF(0, 0, 1, 1))
        return max(outline.toList(), key=lambda point: point.x())

    def cell_at(self, position: QPointF) -> tuple[int, int, int] | None:
        """Return scale, row and column of the cell that is seen at a point, None beside all."""
        for level in reversed(range(len(self.scales))):
            inverse, possible = self.transform(level).inverted()
            at = inverse.map(position)
            if possible and 0 <= at.x() < 1 and 0 <= at.y() < 1:
                scale = self.scales[level]
                return scale, int(at.y() * scale), int(at.x() * scale)
        return None


def block(scale: int, row: int, column: int, other: int) -> QRectF:
    """Return what of another scale's layer lies above or below a cell, in shares of the side.

    A finer layer shows the cell itself, a coarser one the cell that contains it.

    >>> block(8, 3, 4, 2)
    PySide6.QtCore.QRectF(0.500000, 0.000000, 0.500000, 0.500000)
    """
    if other < scale:
        row, column, scale = row * other // scale, column * other // scale, other
    return QRectF(column / scale, row / scale, 1 / scale, 1 / scale)
