"""The strip below a plot: how many standard errors every point is off."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter, QPen

from nrg_app.figures.plot_spec import PlotSpec, Series, residual_reach
from nrg_app.ui.math_text import parse
from nrg_app.ui.measure.marks import draw_points, series_color
from nrg_app.ui.painting import blend
from nrg_app.ui.panels.numbers import fixed
from nrg_app.ui.panels.text import plain, sym
from nrg_app.ui.theme import Theme
from nrg_app.ui.train.axes import Axis, Plot

_LEAST, _MOST = 34.0, 96.0
LABEL = (plain("Δ / "), sym("σ"))


def strip_height(height: float) -> float:
    """Return the height of the strip in a canvas, 0 where there is no room for one."""
    return 0.0 if height < 130 else min(max(0.24 * height, _LEAST), _MOST)


def draw_residuals(
    painter: QPainter, theme: Theme, frame: QRectF, x: Axis, spec: PlotSpec, *, with_title: bool
) -> None:
    """Draw the strip: bands of one and two standard errors, and the points."""
    reach = residual_reach(spec.residuals)
    plot = Plot(painter, theme, frame, x, Axis(-reach, reach))
    for band, strength in ((2.0, 0.35), (1.0, 0.8)):
        top, bottom = plot.py(band), plot.py(-band)
        box = QRectF(frame.left(), top, frame.width(), bottom - top)
        painter.fillRect(box, blend(theme.plot, theme.line, strength))
    half = reach / 2
    plot.draw_axes(
        x_label=parse(spec.x.title) if with_title else (),
        y_label=LABEL if frame.height() > 40 else (),
        x_ticks=spec.x.ticks or None,
        steps=bool(spec.x.ticks),
        y_ticks=(-half, 0.0, half) if frame.height() >= 44 else (-half, half),
        y_texts=lambda value: fixed(value, 0, plus=True),
    )
    painter.setPen(QPen(blend(theme.plot, theme.text, 0.7), 1.0))
    y = round(plot.py(0.0)) + 0.5
    painter.drawLine(QPointF(frame.left(), y), QPointF(frame.right(), y))
    for series in spec.residuals:
        # A wild point stays at the edge, where it is seen.
        inside = np.clip(series.y, -0.93 * reach, 0.93 * reach)
        shown = Series("", series.x, inside, "points", series.color, marker=series.marker)
        draw_points(plot, shown, series_color(theme, series.color))
    plot.draw_frame()
