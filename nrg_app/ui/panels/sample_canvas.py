"""The painted body of the Sample panel: lattice image, rulers, cell marker, legend."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from nrg_app.ui import painting
from nrg_app.ui.panels.base import ARROWS, Canvas
from nrg_app.ui.panels.numbers import fixed, signed_integer
from nrg_app.ui.panels.text import (
    Line,
    Run,
    draw_line,
    draw_text,
    line_text,
    line_width,
    plain,
    sym,
    text_width,
)
from nrg_app.ui.theme import Theme

# The median of |x| is 6 at Tc and 8 at T = 1.6; 95 % lie below 10 and 12.
FIELD_RANGE = 10.0
_LEFT, _TOP, _RIGHT = 31, 2, 12
_RULER, _LEGEND = 22, 29
_LEGEND_WIDTH = 352
_CENTER, _RIGHT_ALIGN = Qt.AlignmentFlag.AlignHCenter, Qt.AlignmentFlag.AlignRight


def ruler_ticks(size: int) -> list[int]:
    """Return the ruler's marks: the four quarters of the lattice.

    >>> ruler_ticks(32), ruler_ticks(2)
    ([0, 8, 16, 24, 32], [0, 1, 2])
    """
    return list(range(0, size + 1, max(1, size // 4)))


class SampleCanvas(Canvas):
    """Paints one sample; the mouse or the arrow keys read one cell."""

    KEYS = frozenset(ARROWS)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumSize(200, 160)
        self._spins: NDArray[np.int8] | None = None
        self._field: NDArray[np.float32] | None = None
        self._view = "spins"
        self._walls = True
        self._cell: tuple[int, int] | None = None
        self._cache: tuple[tuple[float, ...], QImage] | None = None

    # -- what to show ---------------------------------------------------------------------

    def set_sample(self, spins: NDArray[np.int8], field: NDArray[np.float32]) -> None:
        """Show (L, L) spins and the field x that they were drawn from."""
        if self._spins is not None and spins.shape != self._spins.shape:
            self._cell = None
        self._spins, self._field = spins, field
        size = len(spins)
        name = f"Sample, {size} by {size} spins, magnetization {fixed(float(spins.mean()), 2)}"
        self.setAccessibleName(name)
        self._describe()
        self.invalidate()

    def set_view(self, view: str) -> None:
        """Show "spins", "field" or "probability"."""
        self._view = view
        self.invalidate()

    def set_walls(self, on: bool) -> None:
        """Draw domain walls or not."""
        self._walls = on
        self.invalidate()

    # -- geometry -------------------------------------------------------------------------

    def scale(self) -> int:
        """Return the side of a cell in device pixels."""
        cells = 1 if self._spins is None else len(self._spins)
        width = self.width() - _LEFT - _RIGHT
        height = self.height() - _TOP - _RULER - _LEGEND
        return painting.integer_scale(width, height, cells, self.devicePixelRatioF())

    def image_rect(self) -> QRectF:
        """Return where the image goes, in logical pixels before snapping to device pixels."""
        cells = 1 if self._spins is None else len(self._spins)
        side = self.scale() * cells / self.devicePixelRatioF()
        spare_x = max(0.0, self.width() - _LEFT - _RIGHT - side)
        spare_y = max(0.0, self.height() - _TOP - _RULER - _LEGEND - side)
        # Centred in the panel, but never over the ruler's numbers.
        x = max(_LEFT, min((self.width() - side) / 2, _LEFT + spare_x))
        return QRectF(x, _TOP + spare_y / 2, side, side)

    def cell_at(self, position: QPointF) -> tuple[int, int] | None:
        """Return the (row, column) under a point, None beside the image."""
        rect = self.image_rect()
        if self._spins is None or not rect.contains(position):
            return None
        cells = len(self._spins)
        row = int((position.y() - rect.top()) / rect.height() * cells)
        column = int((position.x() - rect.left()) / rect.width() * cells)
        return min(row, cells - 1), min(column, cells - 1)

    # -- reading a cell -------------------------------------------------------------------

    def cursor_line(self) -> Line:
        """Return what the legend reads: the cell under the cursor, else the magnetization."""
        if self._spins is None or self._field is None:
            return ()
        if self._cell is None:
            return (sym("m"), plain(f" = {fixed(float(self._spins.mean()), 3)}"))
        row, column = self._cell
        x = float(self._field[row, column])
        site = plain(f"site ({column}, {row})  ")
        spin = plain(f" = {signed_integer(int(self._spins[row, column]))}  ")
        if self._view == "probability":
            probability = fixed(1 / (1 + math.exp(-2 * x)), 3)
            return (site, sym("s"), spin, sym("P"), plain(f" = {probability}"))
        return (site, sym("s"), spin, sym("x"), plain(f" = {fixed(x, 2)}"))

    def cursor_text(self) -> str:
        """Return the legend's reading as plain text."""
        return line_text(self.cursor_line())

    def _set_cell(self, cell: tuple[int, int] | None) -> None:
        if cell != self._cell:
            self._cell = cell
            self._describe()
            self.update()

    def _describe(self) -> None:
        self.setAccessibleDescription(self.cursor_text())

    # -- drawing --------------------------------------------------------------------------

    def _colors(self) -> painting.Colors:
        assert self._spins is not None
        assert self._field is not None
        theme = self.theme
        if self._view == "field":
            table = painting.gradient(theme.diverging)
            return painting.colorize(self._field, -FIELD_RANGE, FIELD_RANGE, table)
        if self._view == "probability":
            with np.errstate(over="ignore"):
                probability = 1 / (1 + np.exp(-2 * self._field))
            return painting.colorize(probability, 0, 1, painting.gradient(painting.CIVIDIS))
        return painting.spin_colors(self._spins, theme.spin_down, theme.spin_up)

    def _image(self) -> QImage:
        scale, dpr = self.scale(), self.devicePixelRatioF()
        key = (self.version, scale, dpr)
        if self._cache is None or self._cache[0] != key:
            image = painting.lattice_image(self._colors(), scale, dpr)
            if self._walls and self._spins is not None:
                painting.draw_walls(image, self._spins, scale, self.theme.wall)
            self._cache = (key, image)
        return self._cache[1]

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the lattice, the rulers, the marker and the legend."""
        if self._spins is None:
            return
        painter = QPainter(self)
        rect = self.image_rect()
        painter.setOpacity(self.image_opacity())
        rect.moveTopLeft(painting.draw_image(painter, rect.topLeft(), self._image()))
        painter.setOpacity(1.0)
        self._draw_rulers(painter, rect)
        if self._cell is not None:
            side = rect.width() / len(self._spins)
            row, column = self._cell
            corner = QPointF(rect.left() + column * side, rect.top() + row * side)
            painting.draw_cell_marker(painter, QRectF(corner, corner + QPointF(side, side)))
        if self.ring:
            painting.fill_frame(painter, rect, self.theme.accent, 2)
        self._draw_legend(painter, rect)

    def _draw_rulers(self, painter: QPainter, rect: QRectF) -> None:
        assert self._spins is not None
        size, theme = len(self._spins), self.theme
        hair = 1 / self.devicePixelRatioF()
        fill = QColor(theme.text3)
        for tick in ruler_ticks(size):
            offset = min(tick * rect.width() / size, rect.width() - hair)
            y, x = rect.top() + offset, rect.left() + offset
            painter.fillRect(QRectF(rect.left() - 5, y, 5, hair), fill)
            painter.fillRect(QRectF(x, rect.bottom(), hair, 5), fill)
            # The first and the last number stay beside the image.
            y = min(max(y, rect.top() + 5), rect.bottom() - 5)
            left = QRectF(rect.left() - 34, y - 6, 27, 12)
            draw_text(painter, left, str(tick), theme.text2, px=10, align=_RIGHT_ALIGN)
            x = min(max(x, rect.left() + 3), rect.right() - 5)
            below = QRectF(x - 15, rect.bottom() + 5, 30, 12)
            draw_text(painter, below, str(tick), theme.text2, px=10, align=_CENTER)

    def _draw_legend(self, painter: QPainter, rect: QRectF) -> None:
        width = min(max(rect.width(), _LEGEND_WIDTH), self.width() - 2 * _RIGHT)
        x = min(max(rect.center().x() - width / 2, _RIGHT), self.width() - _RIGHT - width)
        area = QRectF(x, self.height() - _LEGEND - 1, width, 24)
        line = self.cursor_line()
        draw_line(painter, area, line, self.theme.text2, align=_RIGHT_ALIGN)
        room = QRectF(area)
        room.setRight(area.right() - line_width(line, 12) - 9)
        if self._view == "spins":
            for color, spin in ((self.theme.spin_up, 1), (self.theme.spin_down, -1)):
                end = self._legend_key(painter, room, color, signed_integer(spin))
                room.setLeft(end + 10)
        elif self._view == "field":
            table = painting.gradient(self.theme.diverging)
            labels = (f"\u2212{FIELD_RANGE:.0f}", f"+{FIELD_RANGE:.0f}")
            room.setLeft(self._legend_bar(painter, room, table, labels, sym("x")) + 16)
        else:
            table = painting.gradient(painting.CIVIDIS)
            room.setLeft(self._legend_bar(painter, room, table, ("0", "1"), sym("P")) + 16)
        if self._walls and room.width() >= 20 + text_width("domain wall", 12):
            y = room.center().y()
            painter.fillRect(QRectF(room.left(), round(y) - 1, 15, 1.5), QColor(self.theme.text2))
            room.setLeft(room.left() + 20)
            draw_text(painter, room, "domain wall", self.theme.text2)

    def _legend_key(self, painter: QPainter, area: QRectF, color: str, text: str) -> float:
        box = QRectF(area.left(), round(area.center().y() - 5.5), 11, 11)
        painter.fillRect(box, QColor(color))
        painting.fill_frame(painter, box, self.theme.strong_line, 1 / self.devicePixelRatioF())
        after = area.adjusted(16, 0, 0, 0)
        return draw_text(painter, after, text, self.theme.text2)

    def _legend_bar(
        self,
        painter: QPainter,
        area: QRectF,
        table: painting.Colors,
        labels: tuple[str, str],
        symbol: Run,
    ) -> float:
        theme = self.theme
        name = (symbol, plain("  " + labels[0]))
        around = line_width(name, 11) + text_width(labels[1], 11) + 12
        length = min(64.0, area.width() - around)
        if length < 16:
            return area.left()
        x = draw_line(painter, area, name, theme.text2, px=11)
        bar = QRectF(x + 6, round(area.center().y() - 4), length, 8)
        painting.draw_color_bar(painter, bar, table, theme.strong_line)
        after = QRectF(bar.right() + 6, area.top(), 40, area.height())
        return draw_text(painter, after, labels[1], theme.text2, px=11)

    # -- input ----------------------------------------------------------------------------

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Read the cell under the mouse."""
        self._set_cell(self.cell_at(event.position()))

    def leaveEvent(self, event: QEvent) -> None:
        """Stop reading."""
        self._set_cell(None)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move the cursor."""
        move = ARROWS.get(Qt.Key(event.key()))
        if move is None or self._spins is None:
            super().keyPressEvent(event)
            return
        cells = len(self._spins)
        row, column = self._cell or (0, 0)
        if self._cell is not None:
            row, column = (row + move[0]) % cells, (column + move[1]) % cells
        self._set_cell((row, column))
