"""The painted histogram P(m) of the magnetization, with the Wolff line and the shown sample."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QWidget

from nrg_app.session.messages import Histogram
from nrg_app.ui.painting import blend, fill_frame
from nrg_app.ui.panels.numbers import fixed
from nrg_app.ui.panels.plot_canvas import PlotCanvas
from nrg_app.ui.panels.plot_parts import Key, draw_x_tick, draw_y_tick, draw_y_title
from nrg_app.ui.panels.text import draw_text, plain, sym
from nrg_app.ui.theme import Theme

_LIMIT = 1.09
_CENTER = Qt.AlignmentFlag.AlignHCenter


def nice_ticks(top: float, most: int = 4) -> list[float]:
    """Return at most ``most`` round values from 0 to at most ``top``, beside 0 itself.

    >>> nice_ticks(2.2), nice_ticks(0.0)
    ([0.0, 1.0, 2.0], [0.0])
    """
    if not top > 0:
        return [0.0]
    rough = top / most
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(m * power for m in (1, 2, 5, 10) if m * power >= rough)
    return [step * k for k in range(int(top / step + 1e-9) + 1)]


def _curves(histogram: Histogram) -> dict[str, NDArray[np.float64]]:
    """Return the distributions that hold samples, by name."""
    curves = {"network": histogram.network_density, "Wolff": histogram.wolff_density}
    return {name: c for name, c in curves.items() if c is not None and np.any(c > 0)}


class OrderParameterPlot(PlotCanvas):
    """Paints P(m): bars for the network, a line for Wolff, a dashed line for the shown sample."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self.setAccessibleName("Order parameter, distribution of the magnetization per site")
        self._histogram: Histogram | None = None
        self._shown: float | None = None
        self._top = 1.0

    def set_histogram(self, histogram: Histogram | None) -> None:
        """Show a distribution, or that there is none yet."""
        if histogram is not None and not _curves(histogram):
            histogram = None
        self._histogram = histogram
        self._top = 1.0
        if histogram is not None:
            self._top = 1.12 * max(float(values.max()) for values in _curves(histogram).values())
        self.update()

    def set_shown(self, magnetization: float) -> None:
        """Mark the magnetization of the sample that is shown large."""
        self._shown = magnetization
        self.setAccessibleDescription(f"Shown sample, m = {fixed(magnetization, 2)}")
        self.update()

    # -- geometry -------------------------------------------------------------------------

    def _x(self, magnetization: float) -> float:
        frame = self.plot_rect()
        return frame.center().x() + magnetization / _LIMIT * frame.width() / 2

    def _y(self, density: float) -> float:
        frame = self.plot_rect()
        return frame.bottom() - density / self._top * frame.height()

    def _points(
        self, magnetizations: NDArray[np.float64], densities: NDArray[np.float64]
    ) -> tuple[list[float], list[float]]:
        frame = self.plot_rect()
        x = frame.center().x() + magnetizations * (frame.width() / 2 / _LIMIT)
        y = frame.bottom() - densities * (frame.height() / self._top)
        return x.tolist(), y.tolist()

    # -- drawing --------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the axes, the distributions and the mark of the shown sample."""
        painter = QPainter(self)
        frame = self.plot_rect()
        painter.fillRect(frame, QColor(self.theme.plot))
        self._draw_title(painter)
        self._draw_axes(painter, frame)
        if self._histogram is None:
            text = "Too few draws"
            draw_text(painter, frame, text, self.theme.text3, align=_CENTER)
        else:
            painter.setOpacity(self.image_opacity())
            self._draw_bars(painter)
            self._draw_wolff(painter)
            painter.setOpacity(1.0)
        self._draw_shown(painter, frame)
        fill_frame(painter, frame, self.theme.strong_line, 1 / self.devicePixelRatioF())

    def _draw_title(self, painter: QPainter) -> None:
        theme = self.theme
        keys = {
            "network": Key((plain("network"),), theme.accent),
            "Wolff": Key((plain("Wolff"),), theme.text, Qt.PenStyle.SolidLine),
        }
        names = _curves(self._histogram) if self._histogram is not None else ()
        self.draw_keys(painter, [keys[name] for name in names])

    def _draw_axes(self, painter: QPainter, frame: QRectF) -> None:
        theme = self.theme
        ticks = nice_ticks(self._top, 4 if frame.height() > 80 else 2)
        decimals = 0 if len(ticks) < 2 else max(0, -math.floor(math.log10(ticks[1]) + 1e-9))
        for tick in ticks:
            text = fixed(tick, decimals if tick else 0)
            draw_y_tick(painter, frame, self._y(tick), text, theme)
        for tick in (-1.0, -0.5, 0.0, 0.5, 1.0):
            text = fixed(tick, 1 if tick % 1 else 0)
            draw_x_tick(painter, frame, self._x(tick), text, theme)
        self.draw_x_title(painter, (sym("m"),), self._x(0.5), self._x(1.0))
        draw_y_title(painter, frame, (sym("P"), plain("("), sym("m"), plain(")")), theme)

    def _draw_bars(self, painter: QPainter) -> None:
        assert self._histogram is not None
        fill = blend(self.theme.plot, self.theme.accent, 0.42 if self.theme.dark else 0.36)
        density = self._histogram.network_density
        ends, _ = self._points(self._histogram.edges, np.zeros(len(density) + 1))
        _, tops = self._points(np.zeros(len(density)), density)
        bottom = self.plot_rect().bottom()
        for left, right, y in zip(ends, ends[1:], tops, strict=False):
            painter.fillRect(QRectF(left + 0.5, y, right - left - 0.5, bottom - y), fill)

    def _draw_wolff(self, painter: QPainter) -> None:
        assert self._histogram is not None
        if self._histogram.wolff_density is None:
            return
        middles = (self._histogram.edges[1:] + self._histogram.edges[:-1]) / 2
        xs, ys = self._points(middles, self._histogram.wolff_density)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(self.theme.text), 1.0))
        painter.drawPolyline(QPolygonF([QPointF(x, y) for x, y in zip(xs, ys, strict=True)]))
        painter.restore()

    def _draw_shown(self, painter: QPainter, frame: QRectF) -> None:
        if self._shown is None:
            return
        x = round(self._x(self._shown)) + 0.5
        pen = QPen(QColor(self.theme.warning), 1.5)
        pen.setDashPattern([3.0, 2.0])
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        painter.setPen(pen)
        painter.drawLine(QPointF(x, frame.bottom()), QPointF(x, frame.top()))

    # -- reading --------------------------------------------------------------------------

    def tooltip_at(self, position: QPointF) -> str:
        """Return what the bin under a point holds, "" beside the bins."""
        frame = self.plot_rect()
        if self._histogram is None or not frame.contains(position):
            return ""
        magnetization = (position.x() - frame.center().x()) / frame.width() * 2 * _LIMIT
        edges = self._histogram.edges
        index = int(np.searchsorted(edges, magnetization, side="right")) - 1
        if not 0 <= index < len(edges) - 1:
            return ""
        low, high = fixed(float(edges[index]), 2), fixed(float(edges[index + 1]), 2)
        curves = _curves(self._histogram).items()
        values = ", ".join(f"{name} {values[index]:.3g}" for name, values in curves)
        return f"m from {low} to {high}: {values}"
