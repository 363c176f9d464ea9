"""Which part of a torus a square frame shows: zoom and pan in whole device pixels."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from nrg_app.session.views import Zoom

_FEWEST_CELLS = 4  # across the frame, at the strongest zoom


@dataclass(frozen=True)
class TorusView:
    """A frame of ``cells * fit`` device pixels over a torus of ``cells`` x ``cells`` cells.

    Attributes:
        cells: side of the torus.
        fit: side of a cell in device pixels when the whole torus fills the frame.
        scale: side of a cell now, at least ``fit``.
        left: device pixels of the enlarged torus to the left of the frame, 0 ... period - 1.
        top: the same above the frame.
    """

    cells: int
    fit: int
    scale: int
    left: int = 0
    top: int = 0

    @classmethod
    def whole(cls, cells: int, fit: int) -> TorusView:
        """Show everything, with cell (0, 0) in the corner."""
        return cls(cells, fit, fit)

    @classmethod
    def of(cls, zoom: Zoom, cells: int, fit: int) -> TorusView:
        """Show the part that a zoom means, as nearly as whole device pixels can."""
        whole = cls.whole(cells, fit)
        scale = round(zoom.factor * fit)
        if scale <= fit and (zoom.row, zoom.column) == (0.5, 0.5):
            return whole
        scale = min(max(scale, fit), max(fit, whole.side // _FEWEST_CELLS))
        middle = whole.side / 2
        return whole._at(scale, zoom.column * cells, zoom.row * cells, middle, middle)

    @property
    def zoom(self) -> Zoom:
        """Which part is shown, without pixels."""
        if self.is_whole:
            return Zoom()
        period, middle = self.cells * self.scale, self.side / 2
        row, column = (((start + middle) / period) % 1.0 for start in (self.top, self.left))
        return Zoom(self.scale / self.fit, row, column)

    @property
    def side(self) -> int:
        """Side of the frame in device pixels."""
        return self.cells * self.fit

    @property
    def is_whole(self) -> bool:
        """Whether nothing is zoomed or moved."""
        return (self.scale, self.left, self.top) == (self.fit, 0, 0)

    def zoomed(self, steps: int, x: float, y: float) -> TorusView:
        """Enlarge by steps of about an eighth; the point (x, y) of the frame stays in place.

        Going back to the smallest scale shows the whole torus from its corner.
        """
        scale = self.scale
        for _ in range(abs(steps)):
            scale += max(1, scale // 8) if steps > 0 else -max(1, scale // 9)
        scale = min(scale, max(self.fit, self.side // _FEWEST_CELLS))
        if scale <= self.fit:
            return self.whole(self.cells, self.fit)
        return self._at(scale, (self.left + x) / self.scale, (self.top + y) / self.scale, x, y)

    def panned(self, dx: int, dy: int) -> TorusView:
        """Move the torus under the frame; it wraps round."""
        period = self.cells * self.scale
        return replace(self, left=(self.left - dx) % period, top=(self.top - dy) % period)

    def refitted(self, fit: int) -> TorusView:
        """Return the view in a frame of another size: the same centre, the same magnification."""
        if self.is_whole:
            return self.whole(self.cells, fit)
        scale = max(fit, round(self.scale * fit / self.fit))
        middle = self.side / 2
        row, column = (self.top + middle) / self.scale, (self.left + middle) / self.scale
        new_middle = self.cells * fit / 2
        return replace(self, fit=fit)._at(scale, column, row, new_middle, new_middle)

    def revealing(self, row: int, column: int) -> TorusView:
        """Move as little as needed for a cell to lie inside the frame."""
        return self.panned(self._hidden(column, self.left), self._hidden(row, self.top))

    def _hidden(self, cell: int, start: int) -> int:
        period, room = self.cells * self.scale, self.side - self.scale
        at = (cell * self.scale - start) % period
        if at <= room:
            return 0
        beyond, before = room - at, period - at
        return beyond if -beyond < before else before

    def _at(self, scale: int, column: float, row: float, x: float, y: float) -> TorusView:
        period = self.cells * scale
        left, top = round(column * scale - x) % period, round(row * scale - y) % period
        return replace(self, scale=scale, left=left, top=top)

    def cell_at(self, x: float, y: float) -> tuple[int, int]:
        """Return the (row, column) at a point of the frame, in device pixels."""
        row, column = int(self.top + y) // self.scale, int(self.left + x) // self.scale
        return row % self.cells, column % self.cells

    def visible(self) -> tuple[NDArray[np.intp], NDArray[np.intp], int, int]:
        """Return rows and columns that the frame touches, and how far the first ones stick out."""
        rows, above = self._span(self.top)
        columns, before = self._span(self.left)
        return rows, columns, above, before

    def _span(self, start: int) -> tuple[NDArray[np.intp], int]:
        first, out = divmod(start, self.scale)
        count = -(-(out + self.side) // self.scale)
        return (first + np.arange(count)) % self.cells, out

    def places(self, cell: int, *, vertical: bool) -> list[int]:
        """Return where a row or column starts in the frame; two places if an edge cuts it."""
        start = self.top if vertical else self.left
        at = (cell * self.scale - start) % (self.cells * self.scale)
        return [at for at in (at, at - self.cells * self.scale) if -self.scale < at < self.side]

    def marks(self, *, vertical: bool, middle: bool = False) -> list[tuple[int, float]]:
        """Return the ruler's marks: (number of the cell, its place in the frame).

        They lie at the edge before a cell or in its middle, about four to the frame, at multiples
        of a power of two. A frame that shows the whole torus ends with mark ``cells``.
        """
        step = 1
        while 8 * step * self.scale <= self.side:
            step *= 2
        start = self.top if vertical else self.left
        shift = (self.scale - 1) / 2 if middle else 0.0
        marks = []
        for number in range(0, 2 * self.cells + 1, step):
            place = number * self.scale - start + shift
            if 0 <= place <= (self.side - 1 if middle else self.side):
                last = number == self.cells and start == 0
                marks.append((number if last else number % self.cells, place))
        return marks
