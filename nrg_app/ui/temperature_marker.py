"""The line at the session's temperature in a plot against T, and how the mouse drags it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QObject, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QWidget

from nrg_app.ui.panels.numbers import fixed
from nrg_app.ui.panels.text import draw_line, line_width, plain, sym
from nrg_app.ui.temperature_slider import snapped_temperature
from nrg_app.ui.theme import Theme
from nrg_app.ui.train.axes import Axis

_REACH = 9.0  # logical pixels within which the pointer says that the marker can be moved


class TemperatureMarker(QObject):
    """A vertical line at T that follows the mouse; ``moved`` carries where to.

    Args:
        canvas: paints the plot and hands its mouse events over.
        place: returns the rectangle in which the mouse takes hold and the horizontal axis.
    """

    moved = Signal(float)

    def __init__(self, canvas: QWidget, place: Callable[[], tuple[QRectF, Axis]]) -> None:
        super().__init__(canvas)
        self._canvas, self._place = canvas, place
        self.temperature: float | None = None
        self.with_label = False
        self.dragging = False

    def set_temperature(self, temperature: float | None) -> None:
        """Move the line, or take it away."""
        if temperature != self.temperature:
            self.temperature = temperature
            self._canvas.update()

    def x(self) -> float | None:
        """Return where the line is, None if it is not in sight."""
        if self.temperature is None:
            return None
        frame, axis = self._place()
        share = float(axis.share(np.array(self.temperature)))
        return frame.left() + share * frame.width() if 0 <= share <= 1 else None

    def draw(self, painter: QPainter, theme: Theme) -> None:
        """Draw the line over the plot, with its label if there is one."""
        x = self.x()
        if x is None or self.temperature is None:
            return
        frame, _ = self._place()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setPen(QPen(QColor(theme.accent), 1.5 if self.dragging else 1.0))
        at = round(x) + 0.5
        painter.drawLine(QPointF(at, frame.top()), QPointF(at, frame.bottom()))
        if self.with_label:
            line = (sym("T"), plain(f" = {fixed(self.temperature, 3)}"))
            width = line_width(line, 11)
            left = at + 6 if at + 6 + width < frame.right() else at - 6 - width
            box = QRectF(left, frame.top() + 5, width, 16)
            painter.fillRect(box.adjusted(-2, 0, 2, 0), QColor(theme.plot))
            draw_line(painter, box, line, theme.accent, px=11)

    def press(self, event: QMouseEvent) -> None:
        """Take hold, wherever in the plot."""
        frame, _ = self._place()
        left = event.button() == Qt.MouseButton.LeftButton
        inside = frame.adjusted(-_REACH, 0, _REACH, 0).contains(event.position())
        if left and inside and self.temperature is not None:
            self.dragging = True
            self._drag(event)

    def move(self, event: QMouseEvent) -> None:
        """Follow a drag; elsewhere show that the line can be moved."""
        if self.dragging:
            self._drag(event)
            return
        x = self.x()
        near = x is not None and abs(event.position().x() - x) < _REACH
        shape = Qt.CursorShape.SizeHorCursor if near else Qt.CursorShape.ArrowCursor
        self._canvas.setCursor(shape)

    def release(self) -> None:
        """End a drag."""
        self.dragging = False
        self._canvas.update()

    def _drag(self, event: QMouseEvent) -> None:
        frame, axis = self._place()
        share = min(max((event.position().x() - frame.left()) / frame.width(), 0.0), 1.0)
        temperature = round(axis.low + share * (axis.high - axis.low), 3)
        if not event.modifiers() & Qt.KeyboardModifier.AltModifier:
            temperature = snapped_temperature(temperature)
        self.moved.emit(temperature)
