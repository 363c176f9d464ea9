"""The small panels of what was measured last: gap by scale, gap by temperature, P(|m|)."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from nrg_app.physics.exact import CRITICAL_TEMPERATURE
from nrg_app.session.document import Session
from nrg_app.session.training_curves import RunCurves
from nrg_app.session.training_messages import (
    AbsMagnetization,
    GapsByScale,
    GapsByTemperature,
)
from nrg_app.ui.painting import blend, hairline
from nrg_app.ui.panels.base import Canvas, Panel, follow
from nrg_app.ui.panels.controls import Segmented
from nrg_app.ui.panels.numbers import fixed
from nrg_app.ui.panels.text import ELL, draw_line, draw_text, plain, sub, sym, text_width
from nrg_app.ui.temperature_marker import TemperatureMarker
from nrg_app.ui.theme import Theme
from nrg_app.ui.train.axes import Axis, Plot
from nrg_app.ui.train.progress_plots import BOTTOM, LEFT, RIGHT, TOP

_SCALE_LEFT = 56
_UNIT = 1e3
_RIGHT_ALIGN = Qt.AlignmentFlag.AlignRight


def scale_color(theme: Theme, scale: int) -> str:
    """Return the colour of a scale; those finer than the finest of the theme share its colour."""
    return theme.scale_colors[min(scale, max(theme.scale_colors))]


class ScaleCanvas(Canvas):
    """Paints one bar per scale with its error."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self.setMinimumSize(150, 120)
        self.setAccessibleName("Gap by scale")
        self._gaps: GapsByScale | None = None

    def set_gaps(self, gaps: GapsByScale) -> None:
        """Show the share of every scale."""
        self._gaps = gaps
        parts = (
            f"scale {scale}: {fixed(_UNIT * value, 2)} e-3"
            for scale, (value, _) in gaps.gaps.items()
        )
        self.setAccessibleDescription(", ".join(parts))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw axis and bars, the finest scale on top."""
        if self._gaps is None:
            return
        painter, theme = QPainter(self), self.theme
        rows = sorted(self._gaps.gaps.items(), reverse=True)
        ends = [_UNIT * (value + error) for _, (value, error) in rows]
        starts = [_UNIT * (value - error) for _, (value, error) in rows]
        frame = QRectF(
            _SCALE_LEFT, TOP, max(40, self.width() - _SCALE_LEFT - 46),
            max(40, self.height() - TOP - BOTTOM),
        )  # fmt: skip
        low, high = min(0.0, *starts), max(0.0, *ends)
        x = Axis(low, high if high > low else low + 1.0)
        plot = Plot(painter, theme, frame, x, Axis(0.0, 1.0))
        painter.fillRect(frame, QColor(theme.panel))
        self._draw_axis(plot)
        pitch = frame.height() / len(rows)
        bar = min(14.0, 0.6 * pitch)
        for number, (scale, (value, error)) in enumerate(rows):
            y = frame.top() + (number + 0.5) * pitch
            self._draw_bar(plot, y, bar, scale, _UNIT * value, _UNIT * error)
        painter.setPen(hairline(theme.text3))
        painter.drawLine(QPointF(plot.px(0.0), frame.top()), QPointF(plot.px(0.0), frame.bottom()))

    def _draw_axis(self, plot: Plot) -> None:
        theme, painter, frame = self.theme, plot.painter, plot.frame
        ticks = plot.x.ticks(max(2, round(frame.width() / 45)))
        for tick, text in zip(ticks, plot.x.tick_texts(ticks), strict=True):
            x = plot.px(tick)
            grid = blend(theme.panel, theme.line, 0.8)
            painter.fillRect(QRectF(x, frame.top(), 1, frame.height()), grid)
            box = QRectF(x - 30, frame.bottom() + 5, 60, 14)
            draw_text(painter, box, text, theme.text2, px=11, align=Qt.AlignmentFlag.AlignHCenter)
        box = QRectF(frame.left(), frame.bottom() + 20, frame.width(), 16)
        label = (plain("share of the gap \u00d7 10\u00b3"),)
        draw_line(painter, box, label, theme.text2, px=11, align=Qt.AlignmentFlag.AlignHCenter)

    def _draw_bar(
        self, plot: Plot, y: float, height: float, scale: int, value: float, error: float
    ) -> None:
        theme, painter = self.theme, plot.painter
        label = (sym(ELL), plain(f" = {scale}"))
        box = QRectF(0, y - 8, _SCALE_LEFT - 8, 16)
        draw_line(painter, box, label, theme.text2, px=11, align=_RIGHT_ALIGN)
        zero, end = plot.px(0.0), plot.px(value)
        bar = QRectF(min(zero, end), y - height / 2, abs(end - zero), height)
        painter.fillRect(bar, QColor(scale_color(theme, scale)))
        left, right = plot.px(value - error), plot.px(value + error)
        painter.setPen(QPen(QColor(theme.text), 1.0))
        middle = round(y) + 0.5
        painter.drawLine(QPointF(left, middle), QPointF(right, middle))
        box = QRectF(max(right, zero) + 6, y - 8, 60, 16)
        draw_text(painter, box, fixed(value, 2), theme.text, px=11, weight=600)


class ScalePanel(Panel):
    """Shows which scale the gap comes from."""

    def __init__(self, session: Session, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(session, theme, "Gap by scale", parent)
        self.canvas = ScaleCanvas(theme)
        self.set_body(self.canvas)

    def set_curves(self, curves: RunCurves) -> None:
        """Show the newest measurement of a run."""
        if curves.scales is None:
            self.set_subtitle("")
            self.show_placeholder("Measured every few seconds at the critical temperature.")
            return
        self.canvas.set_gaps(curves.scales)
        total = _UNIT * sum(value for value, _ in curves.scales.gaps.values())
        self.set_subtitle(f"sum {fixed(total, 2)} \u00d7 10\u207b\u00b3")
        self.show_body()


class PhysicsCanvas(Canvas):
    """Paints the gap by temperature, or the distribution of |m| at Tc beside Wolff's."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self.setMinimumSize(150, 120)
        self.setAccessibleName("Gap by temperature")
        self.gaps: GapsByTemperature | None = None
        self.magnetization: AbsMagnetization | None = None
        self._histogram = False
        self.marker = TemperatureMarker(self, lambda: (self._frame(), self._temperatures()))

    def set_histogram(self, histogram: bool) -> None:
        """Show the distribution of |m| instead of the gap."""
        self._histogram = histogram
        self.setAccessibleName("Distribution of |m|" if histogram else "Gap by temperature")
        self.update()

    def has_data(self) -> bool:
        """Return whether there is something to paint."""
        return (self.magnetization if self._histogram else self.gaps) is not None

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the chosen plot."""
        painter, frame = QPainter(self), self._frame()
        if self._histogram and self.magnetization is not None:
            self._draw_histogram(painter, frame, self.magnetization)
        elif not self._histogram and self.gaps is not None:
            self._draw_gaps(painter, frame, self.gaps)
            self.marker.draw(painter, self.theme)

    def _frame(self) -> QRectF:
        return QRectF(
            LEFT, TOP, max(40, self.width() - LEFT - RIGHT), max(40, self.height() - TOP - BOTTOM)
        )

    def _temperatures(self) -> Axis:
        measured = np.array([1.5, 3.5]) if self.gaps is None else self.gaps.temperatures
        return Axis(float(measured.min()) - 0.1, float(measured.max()) + 0.1)

    def _is_against_temperature(self) -> bool:
        return not self._histogram and self.gaps is not None

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Grab the line at the session's temperature."""
        if self._is_against_temperature():
            self.marker.press(event)
        super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Follow a drag."""
        if self._is_against_temperature():
            self.marker.move(event)
        else:
            self.unsetCursor()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End a drag."""
        self.marker.release()

    def _draw_gaps(self, painter: QPainter, frame: QRectF, found: GapsByTemperature) -> None:
        theme = self.theme
        values, errors = _UNIT * found.gaps, _UNIT * found.errors
        top = float((values + errors).max())
        low = min(0.0, float((values - errors).min()))
        x = self._temperatures()
        plot = Plot(painter, theme, frame, x, Axis(low, low + 1.15 * max(top - low, 1e-3)))
        plot.draw_axes(x_label=(sym("T"),), y_label=(plain("gap \u00d7 10\u00b3"),))
        if x.low < CRITICAL_TEMPERATURE < x.high:
            place = plot.draw_mark(CRITICAL_TEMPERATURE, theme.text3, dotted=True)
            box = QRectF(place + 4, frame.top() + 2, 20, 14)
            draw_line(painter, box, (sym("T"), sub("c")), theme.text2, px=11)
        band = blend(theme.plot, theme.accent, 0.3)
        plot.draw_band(found.temperatures, values - errors, values + errors, band)
        plot.draw_smooth(found.temperatures, values, theme.accent)
        painter.setRenderHint(painter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.accent))
        for t, value in zip(found.temperatures.tolist(), values.tolist(), strict=True):
            painter.drawEllipse(QPointF(plot.px(t), plot.py(value)), 2.5, 2.5)
        plot.draw_frame()

    def _draw_histogram(self, painter: QPainter, frame: QRectF, found: AbsMagnetization) -> None:
        theme = self.theme
        tops = [found.network] + ([found.wolff] if found.wolff is not None else [])
        high = 1.25 * max(float(density.max()) for density in tops)
        plot = Plot(painter, theme, frame, Axis(0.0, 1.03), Axis(0.0, max(high, 1e-9)))
        plot.draw_axes(
            x_label=(plain("|"), sym("m"), plain("|")),
            y_label=(sym("P"), plain("(|"), sym("m"), plain("|)")),
        )
        fill = blend(theme.plot, theme.accent, 0.42 if theme.dark else 0.36)
        edges = found.edges.tolist()
        for left, right, density in zip(edges, edges[1:], found.network.tolist(), strict=False):
            a, b, y = plot.px(left), min(plot.px(right), frame.right()), plot.py(density)
            painter.fillRect(QRectF(a + 0.5, y, b - a - 0.5, frame.bottom() - y), fill)
        if found.wolff is not None:
            middles = (found.edges[1:] + found.edges[:-1]) / 2
            plot.draw_smooth(middles, found.wolff, theme.text, 1.0)
        self._draw_key(painter, frame, found.wolff is not None)
        plot.draw_frame()

    def _draw_key(self, painter: QPainter, frame: QRectF, wolff: bool) -> None:
        x = frame.left() + 8
        items = [("network", self.theme.accent, 8.0)]
        items += [("Wolff", self.theme.text, 2.0)] if wolff else []
        for text, color, thickness in items:
            painter.fillRect(
                QRectF(x, frame.top() + 11 - thickness / 2, 9, thickness), QColor(color)
            )
            box = QRectF(x + 13, frame.top() + 3, 80, 16)
            draw_text(painter, box, text, self.theme.text2, px=11)
            x += text_width(text, 11) + 24


class PhysicsPanel(Panel):
    """Shows the gap by temperature or the order parameter at Tc."""

    def __init__(self, session: Session, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(session, theme, "Quality", parent)
        self.views = Segmented(theme, (("gap", "Gap by T"), ("m", "P(|m|)")), "Measurement")
        self.views.set_current("gap")
        self.header.add_tool(self.views)
        self.canvas = PhysicsCanvas(theme)
        self.canvas.setMouseTracking(True)
        self.canvas.marker.set_temperature(session.temperature)
        self.canvas.marker.moved.connect(lambda t: setattr(session, "temperature", t))
        follow(self, session.events.temperature, self.canvas.marker.set_temperature)
        self.views.changed.connect(self._choose)
        self.set_body(self.canvas)

    def set_curves(self, curves: RunCurves) -> None:
        """Show the newest measurements of a run."""
        self.canvas.gaps, self.canvas.magnetization = curves.temperatures, curves.magnetization
        self._choose(self.views.current())

    def _choose(self, key: str) -> None:
        canvas = self.canvas
        canvas.set_histogram(key == "m")
        if not canvas.has_data():
            self.set_subtitle("")
            self.show_placeholder("Measured every few seconds.")
            return
        self.show_body()
        if canvas.gaps is not None and key == "gap":
            worst = _UNIT * float(np.max(canvas.gaps.gaps))
            self.set_subtitle(
                f"max {fixed(worst, 2)} \u00d7 10\u207b\u00b3", f"max {fixed(worst, 2)}"
            )
        else:
            self.set_subtitle((plain("at "), sym("T"), sub("c")))
