"""What the painted plots of a panel share: where their axes lie, their keys, titles and tooltip."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt
from PySide6.QtGui import QHelpEvent, QPainter
from PySide6.QtWidgets import QToolTip, QWidget

from nrg_app.ui.panels.base import Canvas
from nrg_app.ui.panels.plot_parts import Key, draw_keys
from nrg_app.ui.panels.text import Line, draw_line
from nrg_app.ui.theme import Theme

_LEFT, _RIGHT, _TITLE = 48, 20, 32
_BOTTOM, _BOTTOM_LOW = 44, 24
LOW_PLOT = 150
"""Plots that are not higher have the title of the horizontal axis among its numbers."""


class PlotCanvas(Canvas):
    """A canvas with one frame of axes below a line of keys; a tooltip reads what is under it."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        # The choice between the plots lies to the left of the keys.
        self.title_left = 11.0

    def plot_rect(self) -> QRectF:
        """Return the frame of the axes."""
        bottom = _BOTTOM if self.height() > LOW_PLOT else _BOTTOM_LOW
        width, height = self.width() - _LEFT - _RIGHT, self.height() - _TITLE - bottom
        return QRectF(_LEFT, _TITLE, max(20, width), max(20, height))

    def draw_keys(self, painter: QPainter, keys: Sequence[Key]) -> None:
        """Draw the legend above the frame."""
        area = QRectF(self.title_left, 2, self.width() - self.title_left - _RIGHT + 4, 24)
        draw_keys(painter, area, keys, self.theme)

    def draw_x_title(self, painter: QPainter, title: Line, left: float, right: float) -> None:
        """Draw the title of the horizontal axis, in a low plot between the numbers at two places.

        Args:
            painter: of this canvas.
            title: what the axis shows.
            left: where a number stands, in logical pixels from the left.
            right: where the next one does.
        """
        frame = self.plot_rect()
        if self.height() > LOW_PLOT:
            box = QRectF(frame.left(), frame.bottom() + 21, frame.width(), 16)
        else:
            box = QRectF(left, frame.bottom() + 4, right - left, 16)
        draw_line(painter, box, title, self.theme.text, align=Qt.AlignmentFlag.AlignHCenter)

    def tooltip_at(self, position: QPointF) -> str:
        """Return what lies under a point in words, "" where there is nothing."""
        raise NotImplementedError

    def event(self, event: QEvent) -> bool:
        """Show what lies under the mouse in words as a tooltip."""
        if isinstance(event, QHelpEvent):
            QToolTip.showText(event.globalPos(), self.tooltip_at(QPointF(event.pos())))
            return True
        return super().event(event)
