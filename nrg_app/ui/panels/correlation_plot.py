"""The painted correlation function G(r) of network and Wolff, with the exact decay at Tc."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QWidget

from nrg_app.physics.exact import critical_correlation
from nrg_app.physics.observables import Estimate
from nrg_app.session.messages import Correlation
from nrg_app.ui.painting import fill_frame
from nrg_app.ui.panels.plot_canvas import PlotCanvas
from nrg_app.ui.panels.plot_parts import Key, draw_x_tick, draw_y_tick, draw_y_title
from nrg_app.ui.panels.text import draw_text, plain, sub, sym
from nrg_app.ui.theme import Theme

_LEAST = 1e-3  # end of the logarithmic axis of G
_NEAREST = 0.25  # where the asymptote begins, in lattice constants
_TICK_ROOM = 15.0  # logical pixels between numbers
_POINTS = 96


@dataclass(frozen=True)
class Axes:
    """The mapping from (r, G) to a frame, linear or logarithmic in both."""

    frame: QRectF
    longest: float
    lowest: float
    log: bool

    def x(self, distance: float) -> float:
        """Return where a distance lies."""
        share = distance / self.longest
        if self.log:
            share = math.log(max(distance, 1e-9)) / math.log(self.longest)
        return self.frame.left() + 5 + share * (self.frame.width() - 10)

    def y(self, value: float) -> float:
        """Return where a value lies; the logarithm ends at the lowest value."""
        share = (value - self.lowest) / (1.0 - self.lowest)
        if self.log:
            share = 1 - math.log(max(value, self.lowest)) / math.log(self.lowest)
        return self.frame.bottom() - 4 - share * (self.frame.height() - 8)

    def x_ticks(self) -> list[float]:
        """Return round distances: powers of two, or evenly spaced ones."""
        if self.log:
            return [2.0**k for k in range(int(math.log2(self.longest)) + 1)]
        step = max(1.0, 2.0 ** math.floor(math.log2(self.longest / 4)))
        return [step * k for k in range(int(self.longest / step) + 1)]

    def y_ticks(self) -> list[float]:
        """Return round values that keep a distance for their numbers, from the top down."""
        if self.log:
            digits = (1, 2, 5) if self.lowest < 0.1 else range(1, 10)
            decades = range(math.floor(math.log10(self.lowest)), 1)
            candidates = sorted((m * 10.0**d for d in decades for m in digits), reverse=True)
        else:
            steps = (0.25, 0.5, 1.0)
            step = next((s for s in steps if self.y(0.0) - self.y(s) >= _TICK_ROOM), 1.0)
            candidates = [step * k for k in range(round(1 / step), -5, -1)]
        ticks: list[float] = []
        for tick in candidates:
            far = not ticks or self.y(tick) - self.y(ticks[-1]) >= _TICK_ROOM
            if self.lowest <= tick <= 1.0 and far:
                ticks.append(tick)
        return ticks


class CorrelationPlot(PlotCanvas):
    """Paints G(r): points with error bars for the network, a dashed line for Wolff.

    The dotted line is the exact decay of the infinite lattice at Tc.
    """

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self.setAccessibleName("Correlation function G of the distance r along the axes")
        self._correlation: Correlation | None = None
        self._reweighted = False
        self._log = False

    def set_correlation(self, correlation: Correlation | None) -> None:
        """Show a correlation function, or that there is none yet."""
        self._correlation = correlation
        self.update()

    def set_reweighted(self, on: bool) -> None:
        """Show the importance-weighted estimate of the network instead of the raw one."""
        self._reweighted = on
        self.update()

    def set_log(self, on: bool) -> None:
        """Make both axes logarithmic, or linear."""
        self._log = on
        self.update()

    # -- geometry -------------------------------------------------------------------------

    def axes(self) -> Axes:
        """Return the axes that hold everything on show."""
        curves, correlation = self._curves(), self._correlation
        longest = 2.0 if correlation is None else max(2.0, float(correlation.distances[-1]))
        lowest = 0.0
        if self._log:
            seen = [float(v[v > 0].min()) for v, _ in curves.values() if (v > 0).any()]
            lowest = min(max(0.8 * min(seen, default=0.5), _LEAST), 0.5)
        elif curves:
            ends = [float((values - errors).min()) for values, errors in curves.values()]
            lowest = min(0.0, *ends)
        return Axes(self.plot_rect(), longest, lowest, self._log)

    def _curves(self) -> dict[str, tuple[np.ndarray, np.ndarray]]:
        """Return what there is to show, by name: values and errors."""
        if self._correlation is None:
            return {}
        network = self._correlation.reweighted if self._reweighted else self._correlation.network
        curves = {
            "reweighted" if self._reweighted else "network": network,
            "Wolff": self._correlation.wolff,
        }
        return {name: curve for name, curve in curves.items() if curve is not None}

    # -- drawing --------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the axes and the curves."""
        painter = QPainter(self)
        axes, theme, curves = self.axes(), self.theme, self._curves()
        painter.fillRect(axes.frame, QColor(theme.plot))
        self._draw_keys(painter, list(curves))
        self._draw_axes(painter, axes)
        painter.save()
        painter.setClipRect(axes.frame)
        self._draw_asymptote(painter, axes)
        if not curves:
            center = Qt.AlignmentFlag.AlignHCenter
            draw_text(painter, axes.frame, "Too few draws", theme.text3, align=center)
        painter.setOpacity(self.image_opacity())
        for name, (values, errors) in curves.items():
            if name == "Wolff":
                self._draw_line(painter, axes, values)
            else:
                self._draw_points(painter, axes, values, errors)
        painter.restore()
        fill_frame(painter, axes.frame, theme.strong_line, 1 / self.devicePixelRatioF())

    def _draw_keys(self, painter: QPainter, names: list[str]) -> None:
        theme = self.theme
        styles = {"Wolff": (theme.text, Qt.PenStyle.DashLine)}
        keys = [Key((plain(name),), *styles.get(name, (theme.accent, None))) for name in names]
        limit = (sym("T"), sub("c"), plain(", "), sym("L"), plain(" \u2192 \u221e"))
        keys.append(Key(limit, theme.text, Qt.PenStyle.DotLine))
        self.draw_keys(painter, keys)

    def _draw_axes(self, painter: QPainter, axes: Axes) -> None:
        theme, frame = self.theme, axes.frame
        for tick in axes.y_ticks():
            text = f"{tick:g}".replace("-", "\u2212")
            draw_y_tick(painter, frame, axes.y(tick), text, theme)
        places = [axes.x(tick) for tick in axes.x_ticks()]
        for x, tick in zip(places, axes.x_ticks(), strict=True):
            draw_x_tick(painter, frame, x, f"{tick:g}", theme)
        self.draw_x_title(painter, (sym("r"),), *places[-2:])
        draw_y_title(painter, frame, (sym("G"), plain("("), sym("r"), plain(")")), theme)

    def _draw_asymptote(self, painter: QPainter, axes: Axes) -> None:
        distances = np.geomspace(_NEAREST, 1.1 * axes.longest, _POINTS)
        values = critical_correlation(distances)
        points = zip(distances.tolist(), np.minimum(values, 1.2).tolist(), strict=True)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(self.theme.text), 1.0, Qt.PenStyle.DotLine))
        painter.drawPolyline(QPolygonF([QPointF(axes.x(r), axes.y(g)) for r, g in points]))

    def _draw_line(self, painter: QPainter, axes: Axes, values: np.ndarray) -> None:
        start = 1 if axes.log else 0
        points = [QPointF(axes.x(r), axes.y(float(g))) for r, g in enumerate(values)][start:]
        painter.setPen(QPen(QColor(self.theme.text), 1.0, Qt.PenStyle.DashLine))
        painter.drawPolyline(QPolygonF(points))

    def _draw_points(
        self, painter: QPainter, axes: Axes, values: np.ndarray, errors: np.ndarray
    ) -> None:
        color = QColor(self.theme.accent)
        for r, (value, error) in enumerate(zip(values.tolist(), errors.tolist(), strict=True)):
            if axes.log and (r == 0 or value <= 0):
                continue
            x, y = axes.x(r), axes.y(value)
            painter.setPen(QPen(color, 1.0))
            low, high = axes.y(value - error), axes.y(value + error)
            if low - high > 5:
                painter.drawLine(QPointF(x, low), QPointF(x, high))
                for end in (low, high):
                    painter.drawLine(QPointF(x - 2.5, end), QPointF(x + 2.5, end))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(color)
            painter.drawEllipse(QPointF(x, y), 2.5, 2.5)

    # -- reading --------------------------------------------------------------------------

    def tooltip_at(self, position: QPointF) -> str:
        """Return the numbers at the nearest distance, "" beside the plot."""
        axes = self.axes()
        if self._correlation is None or not axes.frame.contains(position):
            return ""
        first = 1 if axes.log else 0
        places = [abs(axes.x(r) - position.x()) for r in self._correlation.distances[first:]]
        r = first + int(np.argmin(places))
        words = [f"r = {r}"]
        for name, (values, errors) in self._curves().items():
            words.append(f"{name} {Estimate(float(values[r]), float(errors[r])).brackets()}")
        if r:
            limit = f"{float(critical_correlation(r)):.4f}"
            words.append(f"infinite lattice at T<sub>c</sub> {limit}")
        return ", ".join(words)
