"""The line under the sample: what the colours mean on the left, a reading on the right."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter

from nrg_app.ui import painting
from nrg_app.ui.panels.sample_views import Bar, Swatches
from nrg_app.ui.panels.text import Line, draw_line, draw_text, line_width, plain, text_width
from nrg_app.ui.theme import Theme

_GAP = 9
_SHORTEST_BAR = 16.0
_RIGHT = Qt.AlignmentFlag.AlignRight
_WALL = "domain wall"


def draw_legend(
    painter: QPainter,
    area: QRectF,
    legend: Swatches | Bar,
    readings: Sequence[Line],
    theme: Theme,
    *,
    walls: bool,
) -> None:
    """Draw the longest reading that fits, then as much of the legend as there is room for.

    A colour bar keeps its room: without it the colours say nothing.
    """
    least = _bar_room(legend) + _SHORTEST_BAR + _GAP if isinstance(legend, Bar) else 0.0
    fitting = (line for line in readings if line_width(line, 12) + least <= area.width())
    line = next(fitting, readings[-1])
    draw_line(painter, area, line, theme.text2, align=_RIGHT)
    room = QRectF(area)
    room.setRight(area.right() - line_width(line, 12) - _GAP)
    if isinstance(legend, Swatches):
        _draw_swatches(painter, room, legend, theme)
    else:
        _draw_bar(painter, room, legend, theme)
    if walls and room.width() >= 20 + text_width(_WALL, 12):
        y = room.center().y()
        painter.fillRect(QRectF(room.left(), round(y) - 1, 15, 1.5), QColor(theme.text2))
        room.setLeft(room.left() + 20)
        draw_text(painter, room, _WALL, theme.text2)


def _draw_swatches(painter: QPainter, room: QRectF, legend: Swatches, theme: Theme) -> None:
    if sum(26 + text_width(text, 12) for _, text in legend.items) - 10 > room.width():
        return
    for color, text in legend.items:
        box = QRectF(room.left(), round(room.center().y() - 5.5), 11, 11)
        painter.fillRect(box, QColor(color))
        hair = 1 / painter.device().devicePixelRatioF()
        painting.fill_frame(painter, box, theme.strong_line, hair)
        after = room.adjusted(16, 0, 0, 0)
        room.setLeft(draw_text(painter, after, text, theme.text2) + 10)


def _bar_name(legend: Bar) -> Line:
    return (legend.symbol, plain("  " + legend.labels[0]))


def _bar_room(legend: Bar) -> float:
    """Return the width of the labels around a colour bar."""
    return line_width(_bar_name(legend), 11) + text_width(legend.labels[1], 11) + 12


def _draw_bar(painter: QPainter, room: QRectF, legend: Bar, theme: Theme) -> None:
    length = min(64.0, room.width() - _bar_room(legend))
    if length < _SHORTEST_BAR:
        return
    x = draw_line(painter, room, _bar_name(legend), theme.text2, px=11)
    bar = QRectF(x + 6, round(room.center().y() - 4), length, 8)
    painting.draw_color_bar(painter, bar, legend.table, theme.strong_line)
    after = QRectF(bar.right() + 6, room.top(), 40, room.height())
    room.setLeft(draw_text(painter, after, legend.labels[1], theme.text2, px=11) + 16)
