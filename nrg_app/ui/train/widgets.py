"""Small painted parts of the Training run panel: progress bar, growth, samples, a stop button."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from nrg_app.ui import painting
from nrg_app.ui.icons import draw_icon
from nrg_app.ui.panels.controls import PaintedButton, draw_box
from nrg_app.ui.panels.text import draw_line, draw_text, plain, sym, text_width
from nrg_app.ui.theme import Theme
from nrg_app.ui.themed import Themed

_SURE_MS = 3000
_COLUMNS, _SHOWN = 4, 12
_GAP = 4


class ProgressBar(Themed):
    """A bar 6 px high."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self._fraction = 0.0
        self.setFixedHeight(6)
        self.set_fraction(0.0)

    def set_fraction(self, fraction: float) -> None:
        """Show a share from 0 to 1."""
        self._fraction = fraction
        self.setAccessibleName(f"Progress, {100 * fraction:.0f} percent")
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw track and bar."""
        painter, rect = QPainter(self), QRectF(self.rect())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        for share, color in ((1.0, self.theme.strong_line), (self._fraction, self.theme.accent)):
            if share > 0.0:
                painter.setBrush(QColor(color))
                painter.drawRoundedRect(
                    QRectF(0, 0, max(rect.height(), share * rect.width()), rect.height()), 3, 3
                )


class Growth(Themed):
    """The lattices of a training as a chain of circles: done, present, to come."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self._sizes: tuple[int, ...] = ()
        self.present: int | None = None
        self._finished = False
        self.setFixedHeight(46)

    def set_stages(
        self, sizes: tuple[int, ...], present: int | None, *, finished: bool = False
    ) -> None:
        """Show lattice sides and the present one, None before the start."""
        self._sizes, self.present, self._finished = sizes, present, finished
        words = " to ".join(str(size) for size in sizes)
        now = "" if present is None else f", now {present}"
        self.setAccessibleName(f"Growth of the lattice, {words}{now}")
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the chain with its labels."""
        if not self._sizes:
            return
        theme, painter = self.theme, QPainter(self)
        count = len(self._sizes)
        first, last = 14.0, self.width() - 18.0
        xs = [first + (last - first) * k / max(1, count - 1) for k in range(count)]
        present = -1 if self.present is None else self._sizes.index(self.present)
        if self._finished:
            present = count
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for number in range(count - 1):
            color = theme.accent if number < present else theme.strong_line
            painter.setPen(QPen(QColor(color), 2.0))
            painter.drawLine(QPointF(xs[number] + 11, 13), QPointF(xs[number + 1] - 11, 13))
        for number, (x, size) in enumerate(zip(xs, self._sizes, strict=True)):
            self._draw_stage(painter, x, number, present, size)

    def _draw_stage(
        self, painter: QPainter, x: float, number: int, present: int, size: int
    ) -> None:
        theme, circle = self.theme, QRectF(x - 10, 3, 20, 20)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        done, now = number < present, number == present
        painter.setPen(QPen(QColor(theme.accent if done or now else theme.strong_line), 1.5))
        painter.setBrush(QColor(theme.accent if done else theme.tint if now else theme.panel))
        painter.drawEllipse(circle)
        if done:
            draw_icon(painter, circle, "check", theme.on_accent, 13)
        else:
            color = theme.accent if now else theme.text3
            center = Qt.AlignmentFlag.AlignHCenter
            draw_text(painter, circle, str(number + 1), color, px=11, weight=600, align=center)
        line = (sym("L"), plain(f" = {size}"))
        width = text_width(f"L = {size}", 12) + 6
        left = min(max(0.0, x - width / 2), self.width() - width)
        box = QRectF(left, 27, width, 16)
        color = theme.text if now else theme.text2
        draw_line(painter, box, line, color, weight=600 if now else 400)


class SampleTiles(Themed):
    """Spins of a few samples, four to a row, in whole device pixels."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self._spins: NDArray[np.int8] | None = None
        self.setAccessibleName("Samples now, at the critical temperature from fixed noise")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._resize()

    def set_spins(self, spins: NDArray[np.int8] | None) -> None:
        """Show samples (n, L, L), or none."""
        self._spins = spins
        self._resize()
        self.update()

    def _scale(self) -> int:
        cells = 32 if self._spins is None else self._spins.shape[-1]
        side = (self.width() - (_COLUMNS - 1) * _GAP) / _COLUMNS
        return painting.integer_scale(side, side, cells, self.devicePixelRatioF())

    def _side(self) -> float:
        cells = 32 if self._spins is None else self._spins.shape[-1]
        return self._scale() * cells / self.devicePixelRatioF()

    def _resize(self) -> None:
        count = _SHOWN if self._spins is None else len(self._spins)
        rows = -(-count // _COLUMNS)
        self.setFixedHeight(round(rows * self._side() + (rows - 1) * _GAP))

    def resizeEvent(self, event: object) -> None:
        """Take the height that the width asks for."""
        self._resize()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the samples, or empty frames."""
        painter, side, theme = QPainter(self), self._side(), self.theme
        count = _SHOWN if self._spins is None else len(self._spins)
        for index in range(count):
            row, column = divmod(index, _COLUMNS)
            corner = QPointF(column * (side + _GAP), row * (side + _GAP))
            if self._spins is None:
                box = QRectF(corner, QPointF(corner.x() + side, corner.y() + side))
                painter.fillRect(box, QColor(theme.raised))
            else:
                painting.draw_image(painter, corner, self._image(self._spins[index]))

    def _image(self, spins: NDArray[np.int8]) -> QImage:
        colors = painting.spin_colors(spins, self.theme.spin_down, self.theme.spin_up)
        return painting.lattice_image(colors, self._scale(), self.devicePixelRatioF())


class StopButton(PaintedButton):
    """Stops when it is pressed twice; ``confirmed`` is the second press."""

    confirmed = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self.setFixedHeight(32)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_SURE_MS)
        self._timer.timeout.connect(lambda: self._ask(False))
        self._asking = False
        self._ask(False)
        self.clicked.connect(self._pressed)

    def _ask(self, asking: bool) -> None:
        self._asking = asking
        self.setText("Stop now?" if asking else "Stop")
        name = "Stop now? Press again to finish the training here" if asking else "Stop training"
        self.setAccessibleName(name)
        self.setToolTip("Finish here and measure the model; asks once")
        self.update()

    def _pressed(self) -> None:
        if self._asking:
            self._timer.stop()
            self._ask(False)
            self.confirmed.emit()
        else:
            self._ask(True)
            self._timer.start()

    def sizeHint(self) -> QSize:
        """Return room for the longer text."""
        return QSize(round(text_width("Stop now?", 13, 600)) + 42, 32)

    def draw_face(self, painter: QPainter, rect: QRectF) -> None:
        """Draw box, icon and text in the colour of errors."""
        theme = self.theme
        lit = self.isEnabled() and (self.underMouse() or self._asking)
        draw_box(painter, rect, theme.hover if lit else theme.raised, theme.strong_line)
        color = theme.error if self.isEnabled() else theme.text3
        width = text_width(self.text(), 13, 600) + 20
        x = rect.center().x() - width / 2
        draw_icon(painter, QRectF(x, 0, 14, rect.height()), "stop", color, 14)
        box = QRectF(x + 20, 0, rect.width(), rect.height())
        draw_text(painter, box, self.text(), color, px=13, weight=600)
