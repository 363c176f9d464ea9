"""The painted layer stack: every scale as a tilted square, a cell's column under the mouse."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPolygonF,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget

from nrg_app.session.bulk_view import SPREADS, TILTS, BulkView
from nrg_app.ui import painting
from nrg_app.ui.holography.stack_geometry import StackGeometry, block
from nrg_app.ui.panels.base import ARROWS, Canvas
from nrg_app.ui.panels.controls import draw_focus_ring
from nrg_app.ui.panels.sample_views import FIELD_RANGE
from nrg_app.ui.panels.strip_canvas import PAGES
from nrg_app.ui.panels.strip_flow import LATENT_RANGE, Flow
from nrg_app.ui.panels.text import ELL, Line, draw_line, draw_text, plain, sym
from nrg_app.ui.theme import Theme

_SPREAD_KEYS = {Qt.Key.Key_Plus: 0.1, Qt.Key.Key_Equal: 0.1, Qt.Key.Key_Minus: -0.1}
_TILT_STEP, _TURN_STEP = 2.0, 5.0
_DEGREES = 0.4  # per pixel of a drag
_LEAST_PIXELS = 256  # of a layer's image: enlarged first, cells keep sharp edges when tilted
_OPACITY = 0.92


class StackCanvas(Canvas):
    """Paints the layers of one sample; ``viewed`` carries a view that the user has chosen."""

    KEYS = frozenset({*ARROWS, *PAGES, *_SPREAD_KEYS, Qt.Key.Key_Home})
    viewed = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumSize(200, 160)
        self.setAccessibleName("Layer stack")
        self.flow = Flow()
        self.view = BulkView()
        self.cell: tuple[int, int, int] | None = None
        self._drag: tuple[QPointF, BulkView] | None = None
        self._images: dict[int, QImage] = {}

    # -- what to show ---------------------------------------------------------------------

    def set_flow(self, flow: Flow) -> None:
        """Show one sample."""
        if flow.fields.keys() != self.flow.fields.keys():
            self.cell = None
        self.flow = flow
        self._describe()
        self.invalidate()

    def set_view(self, view: BulkView) -> None:
        """Look from elsewhere, or at other layers."""
        if view.layers != self.view.layers:
            self._images.clear()
        self.view = view
        self._describe()
        self.update()

    def invalidate(self) -> None:
        """Forget the layers' images and repaint."""
        self._images.clear()
        super().invalidate()

    def geometry_of_stack(self) -> StackGeometry:
        """Return where the layers lie."""
        scales = tuple(sorted(self.flow.fields, reverse=True)) or (1,)
        view = self.view
        return StackGeometry(scales, self.width(), self.height(), view.tilt, view.turn, view.spread)

    def _row(self) -> str:
        return "x" if self.view.layers == "field" else "z"

    def _describe(self) -> None:
        view = self.view
        words = (
            f"{view.layers.capitalize()} of {len(self.flow.fields)} scales, tilt "
            f"{view.tilt:.0f}°, turn {view.turn:.0f}°, spread {view.spread:.1f}"
        )
        if self.cell is not None and self.flow.fields:
            words += f"; {self.reading()}"
        self.setAccessibleDescription(words)

    def reading(self) -> str:
        """Return the cell under the cursor in words."""
        assert self.cell is not None
        scale, row, column = self.cell
        value = self.flow.reading((self._row(), scale, row, column))
        return f"scale {scale}, site ({column}, {row}), {value}"

    # -- drawing --------------------------------------------------------------------------

    def _image(self, scale: int) -> QImage:
        if scale not in self._images:
            colors = self.flow.colors(self._row(), scale, self.theme)
            enlarge = max(1, _LEAST_PIXELS // scale)
            self._images[scale] = painting.lattice_image(colors, enlarge)
        return self._images[scale]

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the layers from the bottom up, then the words."""
        if not self.flow.fields:
            return
        painter, geometry = QPainter(self), self.geometry_of_stack()
        for level in range(len(geometry.scales)):
            self._draw_layer(painter, geometry, level)
        self._draw_column(painter, geometry)
        self._draw_words(painter, geometry)
        if self.ring:
            draw_focus_ring(painter, QRectF(self.rect()), self.theme.accent)

    def _draw_layer(self, painter: QPainter, geometry: StackGeometry, level: int) -> None:
        scale, theme = geometry.scales[level], self.theme
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setOpacity(self.image_opacity() * (_OPACITY if level else 1.0))
        painter.setTransform(geometry.transform(level), True)
        painter.drawImage(QRectF(0, 0, 1, 1), self._image(scale))
        painter.restore()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(theme.text3), 1.0))
        painter.drawPolygon(geometry.corners(level, QRectF(0, 0, 1, 1)))
        end = geometry.right_end(level)
        y, left = round(end.y()) + 0.5, end.x() + 6
        painter.drawLine(QPointF(left, y), QPointF(left + 14, y))
        line: Line = (sym(ELL), plain(f" = {scale}"))
        strong = self.cell is not None and self.cell[0] == scale
        color = theme.accent if strong else theme.text2
        draw_line(painter, QRectF(left + 20, y - 8, 60, 16), line, color)

    def _draw_column(self, painter: QPainter, geometry: StackGeometry) -> None:
        """Draw the cell and what lies above and below it on every layer."""
        if self.cell is None:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        accent = QColor(self.theme.accent)
        outlines = [
            geometry.corners(level, block(*self.cell, scale))
            for level, scale in enumerate(geometry.scales)
        ]
        own = geometry.scales.index(self.cell[0])
        painter.setPen(QPen(accent, 1.0))
        # Below, the cell is a prism; above, it widens to the cells that contain it.
        for corner in range(4):
            painter.drawPolyline(QPolygonF([outline.at(corner) for outline in outlines]))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for level, outline in enumerate(outlines):
            painter.setPen(QPen(accent, 2.5 if level == own else 1.4))
            painter.drawPolygon(outline)

    def _draw_words(self, painter: QPainter, geometry: StackGeometry) -> None:
        theme, right = self.theme, self.width() - 12
        draw_text(painter, QRectF(12, 2, right, 16), "fine \u2192 coarse, bottom to top",
                  theme.text3, px=11)  # fmt: skip
        if self.cell is not None:
            words: Line = self._reading_line()
        else:
            words = (plain("drag to tilt and turn \N{MIDDLE DOT} wheel to spread"),)
        draw_line(painter, QRectF(12, 18, right, 16), words, theme.text3, px=11)
        limit, symbol = (FIELD_RANGE, "x") if self._row() == "x" else (LATENT_RANGE, "z")
        draw_text(painter, QRectF(right - 60, 2, 60, 16), f"\u00b1{limit:g}", theme.text3, px=11,
                  align=Qt.AlignmentFlag.AlignRight)  # fmt: skip
        bar = QRectF(right - 104, 7, 76, 7)
        painting.draw_color_bar(painter, bar, painting.gradient(theme.diverging), theme.strong_line)
        box = QRectF(bar.left() - 30, 2, 22, 16)
        draw_line(painter, box, (sym(symbol),), theme.text2, align=Qt.AlignmentFlag.AlignRight)

    def _reading_line(self) -> Line:
        assert self.cell is not None
        scale, row, column = self.cell
        value = self.flow.reading((self._row(), *self.cell))
        symbol = self._row()
        return (
            sym(symbol),
            plain(f" ({column}, {row}) of "),
            sym(ELL),
            plain(f" = {scale}: {value}"),
        )

    def sizeHint(self) -> QSize:
        """Return the size in the design."""
        return QSize(522, 450)

    # -- input ----------------------------------------------------------------------------

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Tilt and turn while dragged, else read the cell under the mouse."""
        if self._drag is not None:
            start, view = self._drag
            moved = event.position() - start
            self._choose(
                tilt=view.tilt + _DEGREES * moved.y(), turn=view.turn - _DEGREES * moved.x()
            )
        elif self.flow.fields:
            self._set_cell(self.geometry_of_stack().cell_at(event.position()))

    def _set_cell(self, cell: tuple[int, int, int] | None) -> None:
        if cell != self.cell:
            self.cell = cell
            self._describe()
            self.update()

    def leaveEvent(self, event: QEvent) -> None:
        """Stop reading."""
        self._set_cell(None)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin to drag."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._drag = (event.position(), self.view)
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
        else:
            super().mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End the drag."""
        self._drag = None
        self.unsetCursor()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Spread the layers."""
        self._choose(spread=self.view.spread * math.exp(event.angleDelta().y() / 1200))
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Turn and tilt with the arrows, spread with plus and minus, reset with Home."""
        key = Qt.Key(event.key())
        if key not in self.KEYS or not self.flow.fields:
            super().keyPressEvent(event)
        elif key in ARROWS:
            up, right = ARROWS[key]
            view = self.view
            self._choose(tilt=view.tilt - _TILT_STEP * up, turn=view.turn + _TURN_STEP * right)
        elif key in _SPREAD_KEYS:
            self._choose(spread=self.view.spread + _SPREAD_KEYS[key])
        elif key == Qt.Key.Key_Home:
            fresh = BulkView()
            self._choose(tilt=fresh.tilt, turn=fresh.turn, spread=fresh.spread)
        else:
            self._step_scale(PAGES[key])

    def _step_scale(self, step: int) -> None:
        """Read the cell at the corner of the next scale."""
        scales = self.geometry_of_stack().scales
        if self.cell is None:
            self._set_cell((scales[0], 0, 0))
            return
        level = min(max(scales.index(self.cell[0]) - step, 0), len(scales) - 1)
        scale, row, column = self.cell
        other = scales[level]
        self._set_cell((other, row * other // scale, column * other // scale))

    def _choose(self, **values: float) -> None:
        changes: dict[str, Any] = {name: float(value) for name, value in values.items()}
        if "tilt" in changes:
            changes["tilt"] = round(float(np.clip(changes["tilt"], *TILTS)), 1)
        if "turn" in changes:
            changes["turn"] = round(changes["turn"] % 360.0, 1)
        if "spread" in changes:
            changes["spread"] = round(float(np.clip(changes["spread"], *SPREADS)), 3)
        self.viewed.emit(replace(self.view, **changes))
