"""How the series of a plot are painted: curves, points with error bars, arrows, and their keys."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF
from shiboken6 import VoidPtr

from nrg_app.figures.plot_spec import Series
from nrg_app.ui.math_text import parse
from nrg_app.ui.panels.text import draw_line, line_width
from nrg_app.ui.theme import Theme
from nrg_app.ui.train.axes import Plot

_SIZE = 3.0  # half the width of a point
_DASHES = {"dashed": [5.0, 3.0], "dotted": [1.0, 2.5]}
_HEAD = 6.0


def series_color(theme: Theme, name: str) -> QColor:
    """Return the colour of what a series stands for."""
    if name.isdigit():
        return QColor(list(theme.scale_colors.values())[int(name)])
    roles = {
        "network": theme.accent,
        "muted": theme.text3,
        "cold": theme.diverging[0],
        "warm": theme.diverging[-1],
    }
    return QColor(roles.get(name, theme.text))


def _pen(series: Series, color: QColor) -> QPen:
    pen = QPen(color, 1.25)
    if series.look in _DASHES:
        pen.setDashPattern(_DASHES[series.look])
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    return pen


def _begin(plot: Plot) -> QPainter:
    painter = plot.painter
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setClipRect(plot.frame)
    return painter


def draw_curve(plot: Plot, series: Series, color: QColor) -> None:
    """Draw a line through the points, broken where a value is unknown."""
    painter = _begin(plot)
    painter.setPen(_pen(series, color))
    x, y = plot.points(series.x, series.y)
    known = np.isfinite(x) & np.isfinite(y)
    ends = np.flatnonzero(np.diff(known.astype(int), prepend=0, append=0))
    for first, last in zip(ends[::2], ends[1::2], strict=True):
        painter.drawPolyline(_polygon(x[first:last], y[first:last]))
    painter.restore()


def _polygon(x: np.ndarray, y: np.ndarray) -> QPolygonF:
    """Return a polygon of corners (n,), filled at once: making a QPointF of each is slow."""
    polygon = QPolygonF()
    polygon.resize(len(x))
    # The stubs know neither the arguments of VoidPtr nor that it is a buffer.
    memory = VoidPtr(polygon.data(), 16 * len(x), True)  # type: ignore[call-arg, arg-type]
    corners = np.frombuffer(memory, dtype=np.float64)  # type: ignore[call-overload]
    corners[:] = np.stack([x, y], 1).ravel()
    return polygon


def draw_points(plot: Plot, series: Series, color: QColor) -> None:
    """Draw points with their error bars; bars shorter than a point are not seen."""
    painter = _begin(plot)
    x, y = plot.points(series.x, series.y)
    bars = []
    if series.error is not None:
        # On a logarithmic axis a bar may end below everything.
        least = plot.y.low if plot.y.log else -math.inf
        _, low = plot.points(series.x, np.maximum(series.y - series.error, least))
        _, high = plot.points(series.x, series.y + series.error)
        bars += _bars(x, low, x, high)
    if series.x_error is not None:
        left, _ = plot.points(series.x - series.x_error, series.y)
        right, _ = plot.points(series.x + series.x_error, series.y)
        bars += _bars(left, y, right, y)
    painter.setPen(QPen(color, 1.0))
    painter.drawLines(bars)
    hollow = series.hollow if series.hollow is not None else np.zeros(len(x), dtype=bool)
    for place_x, place_y, is_open in zip(x.tolist(), y.tolist(), hollow.tolist(), strict=True):
        if math.isfinite(place_x) and math.isfinite(place_y):
            ground = QColor(plot.theme.plot) if is_open else color
            draw_marker(painter, QPointF(place_x, place_y), series.marker, color, ground)
    painter.restore()


def _bars(x0: np.ndarray, y0: np.ndarray, x1: np.ndarray, y1: np.ndarray) -> list[QLineF]:
    ends = np.stack([x0, y0, x1, y1], axis=1)
    return [QLineF(*end) for end in ends[np.isfinite(ends).all(axis=1)].tolist()]


def draw_marker(
    painter: QPainter, place: QPointF, marker: int, color: QColor, fill: QColor
) -> None:
    """Draw a point: a circle, square, triangle, diamond or triangle on its tip."""
    painter.setPen(QPen(color, 1.0))
    painter.setBrush(fill)
    x, y, r = place.x(), place.y(), _SIZE
    if marker == 0:
        painter.drawEllipse(place, r - 0.2, r - 0.2)
    elif marker == 1:
        painter.drawRect(QRectF(x - r + 0.5, y - r + 0.5, 2 * r - 1, 2 * r - 1))
    else:
        corners = {
            2: [(0, -r), (r, r - 1), (-r, r - 1)],
            3: [(0, -r), (r, 0), (0, r), (-r, 0)],
            4: [(0, r), (r, 1 - r), (-r, 1 - r)],
        }[marker]
        painter.drawPolygon(QPolygonF([QPointF(x + a, y + b) for a, b in corners]))


def draw_arrows(plot: Plot, series: Series, color: QColor) -> None:
    """Draw points joined by arrows."""
    painter = _begin(plot)
    x, y = plot.points(series.x, series.y)
    painter.setPen(QPen(color, 1.25))
    for k in range(len(x) - 1):
        start, end = QPointF(x[k], y[k]), QPointF(x[k + 1], y[k + 1])
        line = QLineF(start, end)
        if line.length() < 2 * _SIZE + 1:
            continue
        line.setLength(line.length() - _SIZE - 1)
        painter.drawLine(line)
        angle = math.atan2(line.dy(), line.dx())
        for turn in (2.7, -2.7):
            tip_x = line.x2() + _HEAD * math.cos(angle + turn)
            tip_y = line.y2() + _HEAD * math.sin(angle + turn)
            painter.drawLine(line.p2(), QPointF(tip_x, tip_y))
    painter.restore()
    draw_points(plot, series, color)


def _key_places(series: Sequence[Series], width: float) -> list[tuple[float, int, Series]]:
    """Return left end, row and series of every key; one name alone needs none."""
    named = [s for s in series if s.name]
    places: list[tuple[float, int, Series]] = []
    x, row = 0.0, 0
    for one in named if len(named) > 1 else []:
        need = key_width(one)
        if x and x + need > width:
            x, row = 0.0, row + 1
        places.append((x, row, one))
        x += need + 12
    return places


def key_rows(series: Sequence[Series], width: float) -> int:
    """Return how many lines the key of a plot takes."""
    places = _key_places(series, width)
    return places[-1][1] + 1 if places else 0


def draw_keys(painter: QPainter, theme: Theme, area: QRectF, series: Sequence[Series]) -> None:
    """Name the series from the left, in as many lines as they need."""
    places = _key_places(series, area.width())
    if not places:
        return
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    height = area.height() / (places[-1][1] + 1)
    for x, row, one in places:
        box = QRectF(area.left() + x, area.top() + row * height, area.width() - x, height)
        draw_key(painter, theme, box, one)
    painter.restore()


def _sign(series: Series) -> float:
    return 9.0 if series.look in ("points", "arrows") else 18.0


def key_width(series: Series) -> float:
    """Return the width of the sign of a series and its name."""
    return _sign(series) + 5 + line_width(parse(series.name), 11)


def draw_key(painter: QPainter, theme: Theme, area: QRectF, series: Series) -> None:
    """Draw the sign of a series and its name."""
    color, sign = series_color(theme, series.color), _sign(series)
    y = round(area.center().y()) + 0.5
    if series.look in ("points", "arrows"):
        draw_marker(painter, QPointF(area.left() + 4.5, y), series.marker, color, color)
    else:
        painter.setPen(_pen(series, color))
        painter.drawLine(QPointF(area.left(), y), QPointF(area.left() + sign, y))
    box = QRectF(area.left() + sign + 5, area.top(), area.width(), area.height())
    draw_line(painter, box, parse(series.name), theme.text2, px=11)
