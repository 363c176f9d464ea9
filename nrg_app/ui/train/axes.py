"""Plots as the Train workspace draws them: axes, raw and smoothed curves, bands, marks."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLine, QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from nrg_app.ui.painting import blend, fill_frame
from nrg_app.ui.panels.numbers import fixed
from nrg_app.ui.panels.text import Line, draw_line, draw_text, line_width, text_width
from nrg_app.ui.theme import Theme

Series = NDArray[np.float64]
_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_CENTER, _RIGHT = Qt.AlignmentFlag.AlignHCenter, Qt.AlignmentFlag.AlignRight
NOTE_HEIGHT = 17
_SMOOTH_STEP = 4  # pixels between the points of a smoothed curve


def power_text(value: float, digits: int = 0) -> str:
    """Return a positive number as a power of ten.

    >>> power_text(0.001), power_text(0.00052, 1)
    ('10⁻³', '5.2 × 10⁻⁴')
    """
    exponent = math.floor(math.log10(value) + 1e-9)
    mantissa = f"{value / 10.0**exponent:.{digits}f}"
    if float(mantissa) >= 10.0:
        mantissa, exponent = f"{1:.{digits}f}", exponent + 1
    power = f"10{str(exponent).translate(_SUPERSCRIPTS)}"
    return power if float(mantissa) == 1.0 and not digits else f"{mantissa} × {power}"


def step_text(steps: float) -> str:
    """Return a number of steps as an axis writes it.

    >>> step_text(0), step_text(500), step_text(2500)
    ('0', '500', '2.5 k')
    """
    return f"{steps / 1000:g} k" if steps >= 1000 else f"{steps:g}"


@dataclass(frozen=True)
class Axis:
    """A range of values, linear or logarithmic."""

    low: float
    high: float
    log: bool = False

    def share(self, values: Series) -> Series:
        """Return where values lie, 0 at the low end and 1 at the high one; NaN off a log axis."""
        if not self.log:
            return (values - self.low) / (self.high - self.low)
        positive = np.where(values > 0.0, values, np.nan)
        result: Series = np.log(positive / self.low) / math.log(self.high / self.low)
        return result

    def ticks(self, most: int) -> list[float]:
        """Return about ``most`` round values within the range, two at least on a linear axis."""
        if self.log:
            return self._log_ticks(most)
        ticks: list[float] = []
        parts = max(1, most)
        while len(ticks) < 2:
            step = _round_step((self.high - self.low) / parts)
            first = math.ceil(self.low / step - 1e-9)
            last = math.floor(self.high / step + 1e-9)
            ticks = [round(k * step, 12) for k in range(first, last + 1)]
            parts += 1
        return ticks

    def _log_ticks(self, most: int) -> list[float]:
        first, last = math.floor(math.log10(self.low)), math.ceil(math.log10(self.high))
        for factors in ((1, 2, 5), (1,)):
            ticks = [f * 10.0**k for k in range(first, last + 1) for f in factors]
            inside = [t for t in ticks if self.low * 0.999 <= t <= self.high * 1.001]
            if len(inside) <= most:
                return inside
        every = -(-len(inside) // max(1, most))
        return inside[::every]

    def tick_texts(self, ticks: Sequence[float]) -> list[str]:
        """Return the labels of ticks, with as many decimals as their distance needs."""
        if self.log:
            return [power_text(tick) for tick in ticks]
        step = ticks[1] - ticks[0] if len(ticks) > 1 else max(abs(self.high), 1e-12)
        decimals = max(0, -math.floor(math.log10(step) + 1e-9))
        # A step such as 0.25 needs one more than 0.2.
        decimals += abs(step * 10**decimals - round(step * 10**decimals)) > 1e-6
        return [fixed(tick, decimals) for tick in ticks]


def _round_step(rough: float) -> float:
    power = 10.0 ** math.floor(math.log10(rough))
    return next(m * power for m in (1, 2, 2.5, 5, 10) if m * power >= rough * 0.999)


class Plot:
    """One frame with its axes, for one painting.

    Args:
        painter: paints.
        theme: the colours.
        frame: of the axes, in logical pixels.
        x: horizontal axis.
        y: vertical axis.
    """

    def __init__(self, painter: QPainter, theme: Theme, frame: QRectF, x: Axis, y: Axis) -> None:
        self.painter, self.theme, self.frame, self.x, self.y = painter, theme, frame, x, y
        self._hair = 1.0 / painter.device().devicePixelRatioF()
        painter.fillRect(frame, QColor(theme.plot))

    def px(self, value: float) -> float:
        """Return the horizontal place of a value."""
        return self.frame.left() + float(self.x.share(np.array(value))) * self.frame.width()

    def py(self, value: float) -> float:
        """Return the vertical place of a value."""
        return self.frame.bottom() - float(self.y.share(np.array(value))) * self.frame.height()

    # -- axes -----------------------------------------------------------------------------

    def draw_axes(
        self,
        *,
        x_label: Line = (),
        y_label: Line = (),
        x_texts: bool = True,
        x_ticks: Sequence[float] | None = None,
        steps: bool = False,
        y_ticks: Sequence[float] | None = None,
        y_texts: Callable[[float], str] | None = None,
    ) -> None:
        """Draw grid, ticks and labels; ``steps`` writes the x axis as numbers of steps."""
        theme, painter, frame = self.theme, self.painter, self.frame
        grid = blend(theme.plot, theme.line, 0.55)
        widest = 0.0
        ticks = list(y_ticks or self.y.ticks(max(2, round(frame.height() / 40))))
        words = [y_texts(tick) for tick in ticks] if y_texts else self.y.tick_texts(ticks)
        for tick, text in zip(ticks, words, strict=True):
            y = self.py(tick)
            painter.fillRect(QRectF(frame.left(), y, frame.width(), self._hair), grid)
            box = QRectF(frame.left() - 65, y - 7, 60, 14)
            draw_text(painter, box, text, theme.text2, px=11, align=_RIGHT)
            widest = max(widest, text_width(text, 11))
        marks = list(x_ticks or self.x.ticks(max(2, round(frame.width() / 62))))
        texts = [step_text(t) for t in marks] if steps else self.x.tick_texts(marks)
        for tick, text in zip(marks, texts, strict=True):
            x = self.px(tick)
            painter.fillRect(QRectF(x, frame.top(), self._hair, frame.height()), grid)
            if x_texts:
                painter.fillRect(QRectF(x, frame.bottom(), self._hair, 4), QColor(theme.text3))
                box = QRectF(x - 30, frame.bottom() + 5, 60, 14)
                draw_text(painter, box, text, theme.text2, px=11, align=_CENTER)
        if x_label and x_texts:
            box = QRectF(frame.left(), frame.bottom() + 20, frame.width(), 16)
            draw_line(painter, box, x_label, theme.text2, px=11, align=_CENTER)
        if y_label:
            painter.save()
            painter.translate(max(9.0, frame.left() - widest - 20), frame.center().y())
            painter.rotate(-90)
            half = frame.height() / 2
            box = QRectF(-half, -8, 2 * half, 16)
            draw_line(painter, box, y_label, theme.text2, align=_CENTER)
            painter.restore()

    def draw_frame(self) -> None:
        """Draw the frame; last, so that it lies on the curves."""
        fill_frame(self.painter, self.frame, self.theme.strong_line, self._hair)

    # -- data -----------------------------------------------------------------------------

    def points(self, xs: Series, ys: Series) -> tuple[Series, Series]:
        """Return places in pixels, those far outside brought to just outside."""
        frame = self.frame
        x = frame.left() + self.x.share(xs) * frame.width()
        y = frame.bottom() - np.clip(self.y.share(ys), -0.5, 1.5) * frame.height()
        return x, y

    def draw_raw(self, xs: Series, ys: Series, color: str | QColor) -> None:
        """Draw a noisy curve as what it covers of every column of pixels, over what is unknown."""
        known = np.isfinite(self.y.share(ys))
        if known.sum() < 2:
            return
        x, y = self.points(xs[known], ys[known])
        columns = np.rint(x).astype(np.intp)
        first = np.flatnonzero(np.diff(columns, prepend=columns[0] - 1))
        tops, bottoms = np.minimum.reduceat(y, first), np.maximum.reduceat(y, first)
        # Each column reaches to the point before it, so that the curve is connected.
        before = y[np.maximum(first - 1, 0)]
        tops, bottoms = np.minimum(tops, before), np.maximum(bottoms, before)
        pen = QPen(QColor(color), 0)
        pen.setCosmetic(True)
        self._clipped(antialias=False)
        self.painter.setPen(pen)
        columns = columns[first]
        rows = zip(
            columns.tolist(), tops.astype(int).tolist(), bottoms.astype(int).tolist(), strict=True
        )
        if len(first) < len(x) or len(first) > 0.5 * (columns[-1] - columns[0] + 1):
            self.painter.drawLines([QLine(c, top, c, bottom) for c, top, bottom in rows])
        else:
            pairs = zip(x.tolist(), y.tolist(), strict=True)
            self.painter.drawPolyline(QPolygonF([QPointF(a, b) for a, b in pairs]))
        self.painter.restore()

    def draw_smooth(self, xs: Series, ys: Series, color: str | QColor, width: float = 2.0) -> None:
        """Draw a smooth curve through a point every few pixels, the last one included."""
        most = max(2, int(self.frame.width() / _SMOOTH_STEP))
        every = max(1, len(xs) // most)
        regular, breaks = np.arange(0, len(xs), every), np.flatnonzero(np.isnan(ys))
        chosen = np.unique(np.concatenate([regular, breaks, [len(xs) - 1]]))
        pen = QPen(QColor(color), width)
        # Flat ends leave notches between steep pieces, square ones would blur the noise.
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        self._segments(xs[chosen], ys[chosen], pen)

    def draw_band(self, xs: Series, low: Series, high: Series, color: QColor) -> None:
        """Fill the region between two curves."""
        known = np.isfinite(self.y.share(low)) & np.isfinite(self.y.share(high))
        if known.sum() < 2:
            return
        every = max(1, int(known.sum()) // max(2, int(self.frame.width() / _SMOOTH_STEP)))
        xs, low, high = (part[known][::every] for part in (xs, low, high))
        x, top = self.points(xs, high)
        _, bottom = self.points(xs, low)
        outline = [QPointF(a, b) for a, b in zip(x.tolist(), top.tolist(), strict=True)]
        outline += [
            QPointF(a, b) for a, b in zip(x[::-1].tolist(), bottom[::-1].tolist(), strict=True)
        ]
        # Its edges lie under a smooth curve; smoothing them would cost more than all the rest.
        self._clipped(antialias=False)
        self.painter.setPen(Qt.PenStyle.NoPen)
        self.painter.setBrush(color)
        self.painter.drawPolygon(QPolygonF(outline))
        self.painter.restore()

    def draw_level(
        self, value: float, color: str, *, start: float | None = None, end: float | None = None,
        dash: bool = False,
    ) -> None:  # fmt: skip
        """Draw a horizontal line of a value from ``start`` to ``end``, the whole width if None."""
        left = self.frame.left() if start is None else self.px(start)
        right = self.frame.right() if end is None else self.px(end)
        y = round(self.py(value)) + 0.5
        if not self.frame.top() <= y <= self.frame.bottom():
            return
        self._clipped()
        pen = QPen(QColor(color), 1.0 if dash else 1.5)
        if dash:
            pen.setDashPattern([4.0, 3.0])
        self.painter.setPen(pen)
        self.painter.drawLine(QPointF(left, y), QPointF(right, y))
        self.painter.restore()

    def draw_mark(self, value: float, color: str, *, dotted: bool = False) -> float:
        """Draw a vertical line at a value and return its place."""
        x = round(self.px(value)) + 0.5
        pen = QPen(QColor(color), 1.0)
        if dotted:
            pen.setDashPattern([1.0, 2.0])
        self.painter.setPen(pen)
        self.painter.drawLine(QPointF(x, self.frame.top()), QPointF(x, self.frame.bottom()))
        return x

    def draw_note(
        self,
        top: float,
        text: Line,
        color: str,
        *,
        left: float | None = None,
        bold: bool = False,
    ) -> float:
        """Write a line on a patch of ground, at the right end by default; return its right end.

        ``top`` is brought into the frame.
        """
        weight = 600 if bold else 400
        frame, width = self.frame, line_width(text, 11, weight) + 8
        top = min(max(top, frame.top() + 2), frame.bottom() - NOTE_HEIGHT - 1)
        x = frame.right() - width - 2 if left is None else left
        box = QRectF(x, top, width, NOTE_HEIGHT)
        self.painter.setOpacity(0.85)
        self.painter.fillRect(box, QColor(self.theme.plot))
        self.painter.setOpacity(1.0)
        draw_line(self.painter, box.adjusted(4, 0, -4, 0), text, color, px=11, weight=weight)
        return box.right()

    def _segments(self, xs: Series, ys: Series, pen: QPen) -> None:
        """Draw a curve in separate pieces, ten times faster than as one with joints."""
        x, y = self.points(xs, ys)
        points = [QPointF(a, b) for a, b in zip(x.tolist(), y.tolist(), strict=True)]
        known = np.isfinite(y).tolist()
        pieces = [
            QLineF(points[k], points[k + 1])
            for k in range(len(points) - 1)
            if known[k] and known[k + 1]
        ]
        self._clipped()
        self.painter.setPen(pen)
        self.painter.drawLines(pieces)
        self.painter.restore()

    def _clipped(self, *, antialias: bool = True) -> None:
        self.painter.save()
        self.painter.setRenderHint(QPainter.RenderHint.Antialiasing, antialias)
        self.painter.setClipRect(self.frame)
