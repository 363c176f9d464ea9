"""The rulers of the Sample panel: sites, or wave numbers in units of pi."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter

from nrg_app.ui.panels.sample_views import axis_title, wave_text
from nrg_app.ui.panels.text import draw_line, draw_text
from nrg_app.ui.panels.torus_view import TorusView
from nrg_app.ui.theme import Theme

_CENTER, _RIGHT = Qt.AlignmentFlag.AlignHCenter, Qt.AlignmentFlag.AlignRight
_TITLE = 34  # room of an axis title along the ruler


def mark_text(number: int, cells: int, *, reciprocal: bool) -> str:
    """Return the number at a mark: a site's, or a wave number in units of pi.

    >>> mark_text(8, 32, reciprocal=False), mark_text(24, 32, reciprocal=True)
    ('8', '0.5')
    """
    return wave_text(number, cells) if reciprocal else str(number)


def draw_rulers(
    painter: QPainter, rect: QRectF, view: TorusView, theme: Theme, *, reciprocal: bool
) -> None:
    """Draw marks and numbers to the left of and below the picture in ``rect``."""
    dpr = painter.device().devicePixelRatioF()
    for vertical in (True, False):
        for number, place in view.marks(vertical=vertical, middle=reciprocal):
            text = mark_text(number, view.cells, reciprocal=reciprocal)
            _draw_mark(painter, rect, place / dpr, text, theme, vertical, titled=reciprocal)
    if reciprocal:
        left = QRectF(rect.left() - 34, rect.bottom() - 13, 30, 12)
        draw_line(painter, left, axis_title(vertical=True), theme.text, px=10, align=_RIGHT)
        below = QRectF(rect.right() - _TITLE, rect.bottom() + 5, _TITLE, 12)
        draw_line(painter, below, axis_title(vertical=False), theme.text, px=10, align=_RIGHT)


def _draw_mark(
    painter: QPainter,
    rect: QRectF,
    place: float,
    text: str,
    theme: Theme,
    vertical: bool,
    titled: bool,
) -> None:
    hair = 1 / painter.device().devicePixelRatioF()
    place = min(place, rect.width() - hair)
    hidden = titled and place > rect.width() - _TITLE - 8
    fill = QColor(theme.text3)
    if vertical:
        y = rect.top() + place
        painter.fillRect(QRectF(rect.left() - 5, y, 5, hair), fill)
        # The first and the last number stay beside the image.
        y = min(max(y, rect.top() + 5), rect.bottom() - 5)
        box, align = QRectF(rect.left() - 34, y - 6, 27, 12), _RIGHT
    else:
        x = rect.left() + place
        painter.fillRect(QRectF(x, rect.bottom(), hair, 5), fill)
        x = min(max(x, rect.left() + 3), rect.right() - 5)
        box, align = QRectF(x - 15, rect.bottom() + 5, 30, 12), _CENTER
    if hidden:
        return
    if vertical and titled:
        # Upright, "-0.0625" would not fit beside the picture.
        painter.save()
        painter.translate(rect.left() - 13, max(y, rect.top() + 8))
        painter.rotate(-90)
        draw_text(painter, QRectF(-20, -6, 40, 12), text, theme.text2, px=10, align=_CENTER)
        painter.restore()
    else:
        draw_text(painter, box, text, theme.text2, px=10, align=align)
