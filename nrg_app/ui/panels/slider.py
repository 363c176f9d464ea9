"""A small slider for panel headers and dialogs: a value on a linear track."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractSlider, QSizePolicy, QWidget

from nrg_app.ui.panels.controls import CONTROL_HEIGHT, claims_key, draw_focus_ring
from nrg_app.ui.theme import Theme

_KEYS = (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down)
_MARGIN = 7


class Slider(QAbstractSlider):
    """A value from ``low`` to ``high`` in ``steps`` steps; ``moved`` carries what the user chose.

    Where zero lies inside the range the filled part of the track starts there.
    """

    moved = Signal(float)

    def __init__(
        self,
        theme: Theme,
        label: str,
        low: float,
        high: float,
        steps: int,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.theme = theme
        self._label, self._low, self._high = label, low, high
        self.setOrientation(Qt.Orientation.Horizontal)
        self.setRange(0, steps)
        self.setSingleStep(1)
        self.setPageStep(max(1, steps // 10))
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(label)
        self._silent = False
        self.valueChanged.connect(self._value_changed)

    def set_theme(self, theme: Theme) -> None:
        """Repaint in another theme."""
        self.theme = theme
        self.update()

    def number(self) -> float:
        """Return the value that the knob stands for."""
        return self._low + (self._high - self._low) * self.value() / self.maximum()

    def set_number(self, number: float) -> None:
        """Show a value without emitting ``moved``."""
        self._silent = True
        share = (number - self._low) / (self._high - self._low)
        self.setValue(round(share * self.maximum()))
        self._silent = False

    def _value_changed(self) -> None:
        self.update()
        if not self._silent:
            self.moved.emit(self.number())

    def sizeHint(self) -> QSize:
        """Return the size in a header."""
        return QSize(96, CONTROL_HEIGHT)

    def event(self, event: QEvent) -> bool:
        """Keep the arrow keys from the window's shortcuts."""
        return claims_key(event, _KEYS) or super().event(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Jump to the pressed place."""
        self.setSliderDown(True)
        self._drag_to(event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Follow a drag."""
        if self.isSliderDown():
            self._drag_to(event.position())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End the drag."""
        self.setSliderDown(False)

    def _drag_to(self, position: QPointF) -> None:
        share = (position.x() - _MARGIN) / max(1, self.width() - 2 * _MARGIN)
        self.setValue(round(min(max(share, 0.0), 1.0) * self.maximum()))

    def _x(self, number: float) -> float:
        share = (number - self._low) / (self._high - self._low)
        return _MARGIN + (self.width() - 2 * _MARGIN) * share

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw track and knob."""
        theme = self.theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        y = self.height() / 2
        start = self._x(min(max(0.0, self._low), self._high))
        knob = self._x(self.number())
        track = (_MARGIN, self.width() - _MARGIN, theme.strong_line)
        filled = (min(start, knob), max(start, knob), theme.accent)
        for left, right, color in (track, filled):
            painter.setBrush(QColor(color))
            painter.drawRoundedRect(QRectF(left, y - 2, right - left, 4), 2, 2)
        for radius, color in ((7, theme.panel), (5, theme.accent)):
            painter.setBrush(QColor(color))
            painter.drawEllipse(QPointF(knob, y), radius, radius)
        if self.hasFocus():
            draw_focus_ring(painter, QRectF(self.rect()), theme.accent)
