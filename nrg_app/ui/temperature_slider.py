"""The temperature slider: a track under the exact specific heat of the lattice, with T in it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QKeyEvent,
    QLinearGradient,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractSlider, QWidget

from nrg_app.physics.exact import CRITICAL_TEMPERATURE, kaufman_specific_heat
from nrg_app.ui.painting import blend
from nrg_app.ui.panels.numbers import fixed
from nrg_app.ui.panels.text import draw_line, draw_text, sub, sym, text_width
from nrg_app.ui.panels.text import plain as upright
from nrg_app.ui.theme import Theme

LOW, HIGH = 1.5, 3.5
SNAP = 0.01
STEP, FINE_STEP, PAGE_STEP = 0.01, 0.001, 0.1

_INSET = 8  # from the widget's edge to the track's ends
_CURVE_TOP, _CURVE_BOTTOM, _TRACK, _TICKS, _LABELS = 8.0, 50.0, 56.0, 67.0, 83.0
_KNOB = 8.0
_HEIGHT = 96
_POINTS = 113
# Steps, and for Home and End the temperature itself.
_KEYS = {
    Qt.Key.Key_Left: -STEP,
    Qt.Key.Key_Down: -STEP,
    Qt.Key.Key_Right: STEP,
    Qt.Key.Key_Up: STEP,
    Qt.Key.Key_PageDown: -PAGE_STEP,
    Qt.Key.Key_PageUp: PAGE_STEP,
    Qt.Key.Key_Home: LOW,
    Qt.Key.Key_End: HIGH,
}


def snapped_temperature(temperature: float) -> float:
    """Return Tc for a temperature within 0.01 of it, otherwise the temperature itself."""
    near = abs(temperature - CRITICAL_TEMPERATURE) <= SNAP
    return CRITICAL_TEMPERATURE if near else temperature


class TemperatureSlider(QAbstractSlider):
    """Drag, click, wheel or arrow keys choose T in J/k_B between 1.5 and 3.5.

    ``moved`` carries the chosen temperature. A drag snaps to Tc unless Alt is held; Shift makes
    wheel and keys ten times finer. ``sliderPressed`` and ``sliderReleased`` enclose a drag.
    """

    moved = Signal(float)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme = theme
        self._temperature = CRITICAL_TEMPERATURE
        self._size = 0
        self._curve: NDArray[np.float64] | None = None
        self._peak = 1.0
        self._heat = 0.0
        self._dragging = False
        self._ring = False
        # The integer range serves accessibility tools only: thousandths of T.
        self.setRange(round(1000 * LOW), round(1000 * HIGH))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setFixedHeight(_HEIGHT)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName("Temperature")

    def set_theme(self, theme: Theme) -> None:
        """Repaint in another theme."""
        self.theme = theme
        self.update()

    def set_size(self, size: int) -> None:
        """Show the specific heat of another lattice side."""
        temperatures = np.linspace(LOW, HIGH, _POINTS)
        heat = np.asarray(kaufman_specific_heat(size, temperatures), dtype=np.float64)
        self._peak = float(heat.max())
        self._curve = heat / self._peak
        self._size = size
        self._measure()
        self.update()

    def _measure(self) -> None:
        """Find the specific heat at the marker."""
        if self._size:
            # The curve's points are too far apart to read it off at the peak.
            self._heat = float(kaufman_specific_heat(self._size, self._temperature))

    def temperature(self) -> float:
        """Return the temperature on show."""
        return self._temperature

    def set_temperature(self, temperature: float) -> None:
        """Show a temperature without emitting ``moved``; one off the scale sits at its end."""
        if temperature != self._temperature:
            self._temperature = temperature
            blocked = self.blockSignals(True)
            self.setValue(round(1000 * temperature))
            self.blockSignals(blocked)
            self._measure()
            self.update()

    def sizeHint(self) -> QSize:
        """Return the size in the wide sidebar."""
        return QSize(240, _HEIGHT)

    def x_of(self, temperature: float) -> float:
        """Return where a temperature lies on the track, in pixels of the widget."""
        share = (min(max(temperature, LOW), HIGH) - LOW) / (HIGH - LOW)
        return _INSET + share * (self.width() - 2 * _INSET)

    def temperature_at(self, x: float) -> float:
        """Return the temperature at a position, rounded to 0.001."""
        share = (x - _INSET) / max(1, self.width() - 2 * _INSET)
        return round(LOW + min(max(share, 0.0), 1.0) * (HIGH - LOW), 3)

    def _choose(self, temperature: float) -> None:
        bounded = min(max(temperature, LOW), HIGH)
        if bounded != self._temperature:
            self.set_temperature(bounded)
            self.moved.emit(bounded)

    def _nudge(self, amount: float) -> None:
        self._choose(round(self._temperature + amount, 3))

    def _drag_to(self, event: QMouseEvent) -> None:
        temperature = self.temperature_at(event.position().x())
        if not event.modifiers() & Qt.KeyboardModifier.AltModifier:
            temperature = snapped_temperature(temperature)
        self._choose(temperature)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Jump to the pressed place and start a drag."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._dragging = True
            self.setSliderDown(True)
            self._drag_to(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Follow a drag."""
        if self._dragging:
            self._drag_to(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End a drag."""
        self._dragging = False
        self.setSliderDown(False)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Step by 0.01 a notch, with Shift by 0.001."""
        delta = event.angleDelta()
        notches = (delta.y() or delta.x()) / 120
        fine = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
        self._nudge(notches * (FINE_STEP if fine else STEP))
        event.accept()

    def event(self, event: QEvent) -> bool:
        """Keep the slider's own keys from the window's shortcuts while it has the focus."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride:
            # Unlike other controls with Shift too, which makes the steps finer.
            event.setAccepted(event.key() in _KEYS)
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Step with arrows and Page keys, jump with Home and End."""
        fine = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
        target = _KEYS.get(Qt.Key(event.key()))
        if target is None:
            event.ignore()
        elif abs(target) == STEP:
            self._nudge(target * (0.1 if fine else 1.0))
        elif abs(target) == PAGE_STEP:
            self._nudge(target)
        else:
            self._choose(target)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show the ring if the keyboard came here."""
        self._ring = event.reason() in (
            Qt.FocusReason.TabFocusReason,
            Qt.FocusReason.BacktabFocusReason,
        )
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Hide the ring."""
        self._ring = False
        super().focusOutEvent(event)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw curve, ticks, track and knob."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._curve is not None:
            self._draw_curve(painter, self._curve)
            self._draw_marker(painter)
        self._draw_ticks(painter)
        self._draw_track(painter)

    def _draw_curve(self, painter: QPainter, curve: NDArray[np.float64]) -> None:
        theme = self.theme
        left, right = self.x_of(LOW), self.x_of(HIGH)
        xs = np.linspace(left, right, len(curve))
        ys = _CURVE_BOTTOM - curve * (_CURVE_BOTTOM - _CURVE_TOP)
        line = QPainterPath(QPointF(xs[0], ys[0]))
        for x, y in zip(xs[1:], ys[1:], strict=True):
            line.lineTo(x, y)
        area = QPainterPath(line)
        area.lineTo(right, _CURVE_BOTTOM)
        area.lineTo(left, _CURVE_BOTTOM)
        area.closeSubpath()
        shade = QLinearGradient(0, _CURVE_TOP, 0, _CURVE_BOTTOM)
        for position, alpha in ((0.0, 0.34), (1.0, 0.05)):
            color = QColor(theme.accent)
            color.setAlphaF(alpha)
            shade.setColorAt(position, color)
        painter.fillPath(area, shade)
        painter.setPen(QPen(blend(theme.accent, theme.bar, 0.2), 1.25))
        painter.drawPath(line)
        value = f" = {fixed(self._heat, 3)}"
        caption = (sym("c"), upright("("), sym("T"), upright(")"), upright(value))
        box = QRectF(right - 100, 0, 100, 16)
        draw_line(painter, box, caption, theme.text3, px=11, align=Qt.AlignmentFlag.AlignRight)

    def _draw_marker(self, painter: QPainter) -> None:
        """Draw the line at T from the track to the curve; it is dragged like the knob."""
        if not LOW <= self._temperature <= HIGH:
            return
        x, color = self.x_of(self._temperature), QColor(self.theme.accent)
        y = _CURVE_BOTTOM - self._heat / self._peak * (_CURVE_BOTTOM - _CURVE_TOP)
        painter.setPen(QPen(color, 1.0))
        painter.drawLine(QPointF(x, _TRACK), QPointF(x, y))
        painter.setPen(QPen(QColor(self.theme.bar), 1.5))
        painter.setBrush(color)
        painter.drawEllipse(QPointF(x, y), 3.5, 3.5)

    def _draw_ticks(self, painter: QPainter) -> None:
        theme, center = self.theme, Qt.AlignmentFlag.AlignHCenter
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        for tenth in range(round(10 * LOW), round(10 * HIGH) + 1):
            major = tenth % 5 == 0
            x = round(self.x_of(tenth / 10))
            height, color = (7, theme.text2) if major else (4, theme.strong_line)
            painter.fillRect(QRectF(x, _TICKS, 1, height), QColor(color))
            if major:
                text = fixed(tenth / 10, 1)
                # Large letters would stick out at the ends.
                half = text_width(text, 11) / 2
                middle = min(max(float(x), half), self.width() - half)
                box = QRectF(middle - 20, _LABELS - 8, 40, 16)
                draw_text(painter, box, text, theme.text2, px=11, align=center)
        x = round(self.x_of(CRITICAL_TEMPERATURE))
        painter.fillRect(QRectF(x - 0.5, _TICKS, 2, 10), QColor(theme.accent))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        label = (sym("T"), sub("c"))
        box = QRectF(x - 20, _LABELS - 8, 40, 16)
        draw_line(painter, box, label, theme.accent, px=11, weight=600, align=center)

    def _draw_track(self, painter: QPainter) -> None:
        theme = self.theme
        painter.setPen(Qt.PenStyle.NoPen)
        x, left = self.x_of(self._temperature), self.x_of(LOW)
        for end, color in ((self.x_of(HIGH), theme.strong_line), (x, theme.accent)):
            painter.setBrush(QColor(color))
            painter.drawRoundedRect(QRectF(left, _TRACK - 2, end - left, 4), 2, 2)
        center = QPointF(x, _TRACK)
        for radius, color in ((_KNOB + 2, theme.bar), (_KNOB, theme.accent), (3.0, theme.panel)):
            painter.setBrush(QColor(color))
            painter.drawEllipse(center, radius, radius)
        if self._ring:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(theme.accent), 2.0))
            painter.drawEllipse(center, _KNOB + 3, _KNOB + 3)
