"""The status bar: what the machine does at the left, what is shown and how fast at the right."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from nrg_app.ui.fonts import CAPTION
from nrg_app.ui.math_text import MathLabel
from nrg_app.ui.painting import hairline
from nrg_app.ui.panels.numbers import DASH, fixed, thousands
from nrg_app.ui.theme import Theme
from nrg_app.ui.themed import Themed

HEIGHT = 26


class _Dot(Themed):
    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self.role = "text3"
        self.setFixedSize(7, HEIGHT)

    def set_role(self, role: str) -> None:
        self.role = role
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(getattr(self.theme, self.role)))
        painter.drawEllipse(QRectF(0, self.height() / 2 - 3.5, 7, 7))


class _Bar(Themed):
    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self.setFixedSize(25, HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setPen(hairline(self.theme.strong_line))
        painter.drawLine(12, 7, 12, self.height() - 7)


class StatusBar(Themed):
    """26 pixels at the bottom of the window."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self.setAccessibleName("Status")
        self.setFixedHeight(HEIGHT)
        self._dot = _Dot(theme)
        self.device = self._label("Starting the sampler")
        self.activity = self._label("Idle")
        self.model = self._label("No model")
        self.state = self._label()
        self.latency = self._label()
        self.frame = self._label()
        self.rate = self._label()
        layout = QHBoxLayout(self)
        layout.setContentsMargins(16, 0, 16, 0)
        layout.setSpacing(0)
        layout.addWidget(self._dot)
        layout.addSpacing(7)
        self._add(layout, self.device, self.activity, self.model)
        layout.addStretch(1)
        self._add(layout, self.state, self.latency, self.frame, self.rate)
        self.latency.setToolTip("From a change of T to the painted picture")
        self.frame.setToolTip("Painting of one picture")
        self.rate.setToolTip("Pictures painted in the last second")
        self.set_speed(None, None, None)

    def _label(self, text: str = "") -> MathLabel:
        return MathLabel(self.theme, text, "text2", px=CAPTION)

    def _add(self, layout: QHBoxLayout, *labels: MathLabel) -> None:
        for number, label in enumerate(labels):
            if number:
                layout.addWidget(_Bar(self.theme))
            layout.addWidget(label)

    def set_device(self, text: str, role: str) -> None:
        """Show what computes; ``role`` colours the dot ("ok", "warning", "error", "text3")."""
        self.device.set_text(text)
        self._dot.set_role(role)

    def set_state(self, temperature: float, seed: int) -> None:
        """Show T and seed."""
        self.state.set_text(f"$T$ = {fixed(temperature, 3)}\u2002seed {thousands(seed)}")

    def set_speed(self, latency: float | None, frame: float | None, rate: int | None) -> None:
        """Show response and painting time in seconds and pictures per second, None for unknown."""
        self.latency.set_text(f"response {_milliseconds(latency)}")
        self.frame.set_text(f"frame {_milliseconds(frame)}")
        self.rate.set_text(f"{DASH if rate is None else rate} fps")

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the ground and the line above."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(self.theme.bar))
        painter.setPen(hairline(self.theme.line))
        painter.drawLine(0, 0, self.width(), 0)


def _milliseconds(seconds: float | None) -> str:
    if seconds is None:
        return f"{DASH} ms"
    milliseconds = 1000 * seconds
    return f"{fixed(milliseconds, 1 if milliseconds < 100 else 0)} ms"
