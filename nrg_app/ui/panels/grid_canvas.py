"""The painted body of the Independent samples panel: small lattices in a grid."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRectF, QSizeF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QHelpEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QToolTip, QWidget

from nrg_app.ui import painting
from nrg_app.ui.panels.base import ARROWS, Canvas
from nrg_app.ui.panels.numbers import fixed
from nrg_app.ui.panels.text import draw_line, draw_text, plain, sym, text_width
from nrg_app.ui.theme import Theme

# The same margins as the Sample panel, so that pictures and footers line up.
_PADDING, _TOP, _BOTTOM, _FOOTER = 11, 2, 51, 30
_GAPS = (8, 4, 2)


@dataclass(frozen=True)
class GridLayout:
    """How the samples lie: columns, rows, pixels per cell (device) and the gap (logical)."""

    columns: int
    rows: int
    scale: int
    gap: int


@lru_cache(maxsize=16)
def grid_layout(
    width: float, height: float, count: int, cells: int, dpr: float, square: int = 5
) -> GridLayout:
    """Return the arrangement with the largest cells that shows all samples.

    A square of side ``square`` is preferred, then wider gaps. If not even one device pixel per
    cell fits, as many whole samples as possible are shown.
    """

    def scale_of(columns: int, rows: int, gap: int) -> int:
        across = (width - gap * (columns - 1)) / columns
        down = (height - gap * (rows - 1)) / rows
        return int(min(across, down) * dpr / cells + 1e-6)

    order = [square, *(c for c in range(1, count + 1) if c != square)]
    best = GridLayout(0, 0, 0, 0)
    for gap in _GAPS:
        for columns in order:
            rows = -(-count // columns)
            scale = scale_of(columns, rows, gap)
            if scale > best.scale:
                best = GridLayout(columns, rows, scale, gap)
    if best.scale:
        return best
    gap, side = _GAPS[-1], cells / dpr
    columns = max(1, int((width + gap) / (side + gap)))
    return GridLayout(columns, max(1, int((height + gap) / (side + gap))), 1, gap)


class GridCanvas(Canvas):
    """Paints the samples.

    ``chosen`` carries the index that was clicked or moved to, ``aimed`` the one that was clicked
    or moved to with Ctrl.
    """

    KEYS = frozenset(ARROWS) | {Qt.Key.Key_Home, Qt.Key.Key_End}
    chosen = Signal(int)
    aimed = Signal(int)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumSize(180, 140)
        self._spins: NDArray[np.int8] | None = None
        self._mean = ""
        self._selected = 0
        self._target: int | None = None
        self._hovered: int | None = None
        self._cache: tuple[tuple[float, ...], list[QImage]] | None = None

    def set_samples(self, spins: NDArray[np.int8], mean: str) -> None:
        """Show (n, L, L) spins and the text of their mean |m|."""
        self._spins, self._mean = spins, mean
        self._describe()
        self.invalidate()

    def set_selected(self, index: int) -> None:
        """Frame the sample that is shown large."""
        self._selected = index
        self._describe()
        self.update()

    def set_target(self, index: int | None) -> None:
        """Frame the sample that the shown one is on its way to, with dashes."""
        self._target = index
        self._describe()
        self.update()

    def footer_text(self) -> str:
        """Return the footer's left side as plain text."""
        return f"\u27e8|m|\u27e9 = {self._mean}"

    def sample_text(self, index: int) -> str:
        """Return one sample in words."""
        assert self._spins is not None
        magnetization = fixed(float(self._spins[index].mean()), 2)
        return f"Sample {index + 1} of {len(self._spins)}, m = {magnetization}"

    def _describe(self) -> None:
        if self._spins is None:
            return
        self.setAccessibleName(f"Independent samples, {self.footer_text()}")
        if self._selected < len(self._spins):
            words = f"{self.sample_text(self._selected)}, shown"
            if self._target is not None:
                words += f", on its way to sample {self._target + 1}"
            self.setAccessibleDescription(words)

    # -- geometry -------------------------------------------------------------------------

    def grid(self) -> GridLayout:
        """Return the present arrangement."""
        count, cells = (25, 32) if self._spins is None else self._spins.shape[:2]
        width = self.width() - 2 * _PADDING
        height = self.height() - _TOP - _BOTTOM
        return grid_layout(width, height, count, cells, self.devicePixelRatioF())

    def tile_rect(self, index: int) -> QRectF:
        """Return where a sample goes; an empty rectangle if it has no room."""
        if self._spins is None:
            return QRectF()
        grid = self.grid()
        row, column = divmod(index, grid.columns)
        if row >= grid.rows:
            return QRectF()
        side = grid.scale * self._spins.shape[1] / self.devicePixelRatioF()
        pitch = side + grid.gap
        spare_x = self.width() - 2 * _PADDING - (grid.columns * pitch - grid.gap)
        spare_y = self.height() - _TOP - _BOTTOM - (grid.rows * pitch - grid.gap)
        x = _PADDING + max(0.0, spare_x / 2) + column * pitch
        y = _TOP + max(0.0, spare_y / 2) + row * pitch
        return QRectF(x, y, side, side)

    def index_at(self, position: QPointF) -> int | None:
        """Return the sample under a point."""
        count = 0 if self._spins is None else len(self._spins)
        return next((i for i in range(count) if self.tile_rect(i).contains(position)), None)

    # -- drawing --------------------------------------------------------------------------

    def _images(self) -> list[QImage]:
        assert self._spins is not None
        scale, dpr = self.grid().scale, self.devicePixelRatioF()
        key = (self.version, scale, dpr)
        if self._cache is None or self._cache[0] != key:
            down, up = self.theme.spin_down, self.theme.spin_up
            colors = painting.spin_colors(self._spins, down, up)
            self._cache = (key, [painting.lattice_image(c, scale, dpr) for c in colors])
        return self._cache[1]

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the samples, the frames and the footer."""
        if self._spins is None:
            return
        painter = QPainter(self)
        theme = self.theme
        for index, image in enumerate(self._images()):
            rect = self.tile_rect(index)
            if rect.isEmpty():
                break
            painter.setOpacity(self.image_opacity())
            corner = painting.draw_image(painter, rect.topLeft(), image)
            painter.setOpacity(1.0)
            drawn = QRectF(corner, QSizeF(rect.width(), rect.height()))
            if index == self._selected:
                painting.fill_frame(painter, drawn, theme.accent, 2)
                if self.ring:
                    painting.fill_frame(painter, drawn.adjusted(-3, -3, 3, 3), theme.accent, 1)
            elif index == self._target:
                painter.setPen(QPen(QColor(theme.accent), 2, Qt.PenStyle.DashLine))
                painter.drawRect(drawn.adjusted(-1, -1, 1, 1))
            elif index == self._hovered:
                painting.fill_frame(painter, drawn, theme.text3, 1)
        self._draw_footer(painter)

    def _draw_footer(self, painter: QPainter) -> None:
        theme = self.theme
        area = QRectF(_PADDING, self.height() - _FOOTER, self.width() - 2 * _PADDING, 24)
        line = (plain("\u27e8|"), sym("m"), plain("|\u27e9"), plain(f" = {self._mean}"))
        end = draw_line(painter, area, line, theme.text2)
        for hint in ("click to show, Ctrl-click to blend", "click to enlarge"):
            if area.right() - end > text_width(hint, 12) + 12:
                draw_text(painter, area, hint, theme.text3, align=Qt.AlignmentFlag.AlignRight)
                break

    # -- input ----------------------------------------------------------------------------

    def event(self, event: QEvent) -> bool:
        """Show a sample in words as a tooltip."""
        if isinstance(event, QHelpEvent):
            index = self.index_at(QPointF(event.pos()))
            QToolTip.showText(event.globalPos(), "" if index is None else self.sample_text(index))
            return True
        return super().event(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Read the cell under the mouse."""
        self._hover(self.index_at(event.position()))

    def leaveEvent(self, event: QEvent) -> None:
        """Stop reading."""
        self._hover(None)

    def _hover(self, index: int | None) -> None:
        if index != self._hovered:
            self._hovered = index
            hand, arrow = Qt.CursorShape.PointingHandCursor, Qt.CursorShape.ArrowCursor
            self.setCursor(arrow if index is None else hand)
            self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose what was clicked."""
        index = self.index_at(event.position())
        if index is None or event.button() != Qt.MouseButton.LeftButton:
            super().mousePressEvent(event)
        elif event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.aimed.emit(index)
        else:
            self.chosen.emit(index)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Show the next sample in a direction, or with Ctrl make it the target of the shown one."""
        key = Qt.Key(event.key())
        if key not in self.KEYS or self._spins is None:
            super().keyPressEvent(event)
            return
        aiming = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        start = self._selected if self._target is None or not aiming else self._target
        grid = self.grid()
        last = min(len(self._spins), grid.columns * grid.rows) - 1
        if key in ARROWS:
            down, right = ARROWS[key]
            index = start + down * grid.columns + right
        else:
            index = 0 if key == Qt.Key.Key_Home else last
        if 0 <= index <= last:
            (self.aimed if aiming else self.chosen).emit(index)
