"""Parts that the painted plots share: legend keys, ticks with grid lines, axis titles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from nrg_app.ui.painting import blend
from nrg_app.ui.panels.text import Line, draw_line, draw_text, line_width
from nrg_app.ui.theme import Theme

_CENTER, _RIGHT = Qt.AlignmentFlag.AlignHCenter, Qt.AlignmentFlag.AlignRight


@dataclass(frozen=True)
class Key:
    """A legend entry: a filled box, or a line in a pen style."""

    line: Line
    color: str
    style: Qt.PenStyle | None = None

    @property
    def width(self) -> float:
        """Width with the gap before the next entry."""
        return line_width(self.line, 12) + (31 if self.style else 24)


def draw_keys(painter: QPainter, area: QRectF, keys: Sequence[Key], theme: Theme) -> None:
    """Draw legend entries at the right of an area; the last ones give way if it is narrow."""
    while keys and sum(key.width for key in keys) - 11 > area.width():
        keys = keys[:-1]
    x = area.right() - sum(key.width for key in keys) + 11
    for key in keys:
        y = round(area.center().y())
        if key.style is None:
            painter.fillRect(QRectF(x, y - 5, 9, 9), QColor(key.color))
            x += 13
        else:
            painter.setPen(QPen(QColor(key.color), 1.5, key.style))
            painter.drawLine(QPointF(x, y + 0.5), QPointF(x + 16, y + 0.5))
            x += 20
        box = QRectF(x, area.top(), area.right() - x, area.height())
        x = draw_line(painter, box, key.line, theme.text2) + 11


def draw_x_tick(painter: QPainter, frame: QRectF, x: float, text: str, theme: Theme) -> None:
    """Draw a grid line, a tick and its number below the frame."""
    hair = 1 / painter.device().devicePixelRatioF()
    painter.fillRect(QRectF(x, frame.top(), hair, frame.height()), grid_color(theme))
    painter.fillRect(QRectF(x, frame.bottom(), hair, 4), QColor(theme.text3))
    box = QRectF(x - 20, frame.bottom() + 5, 40, 14)
    draw_text(painter, box, text, theme.text2, px=11, align=_CENTER)


def draw_y_tick(painter: QPainter, frame: QRectF, y: float, text: str, theme: Theme) -> None:
    """Draw a grid line and its number to the left of the frame."""
    hair = 1 / painter.device().devicePixelRatioF()
    painter.fillRect(QRectF(frame.left(), y, frame.width(), hair), grid_color(theme))
    box = QRectF(0, y - 7, frame.left() - 5, 14)
    draw_text(painter, box, text, theme.text2, px=11, align=_RIGHT)


def draw_y_title(painter: QPainter, frame: QRectF, title: Line, theme: Theme) -> None:
    """Draw the title of the vertical axis upwards at the left."""
    painter.save()
    painter.translate(14, frame.center().y())
    painter.rotate(-90)
    draw_line(painter, QRectF(-40, -8, 80, 16), title, theme.text, align=_CENTER)
    painter.restore()


def grid_color(theme: Theme) -> QColor:
    """Return the colour of grid lines."""
    return blend(theme.plot, theme.line, 0.55)
