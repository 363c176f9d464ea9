"""A plot painted from its description, with a movable line at the temperature of the session."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPixmap,
)
from PySide6.QtWidgets import QToolTip, QWidget

from nrg_app.figures.plot_spec import PlotSpec, Series
from nrg_app.physics.observables import Estimate
from nrg_app.ui.math_text import parse
from nrg_app.ui.math_text import plain as words
from nrg_app.ui.measure.marks import (
    draw_arrows,
    draw_curve,
    draw_keys,
    draw_points,
    key_rows,
    series_color,
)
from nrg_app.ui.measure.notes import box_points, clear_place, data_points
from nrg_app.ui.measure.residual_strip import draw_residuals, strip_height
from nrg_app.ui.panels.base import Canvas
from nrg_app.ui.panels.controls import draw_focus_ring
from nrg_app.ui.panels.numbers import fixed
from nrg_app.ui.panels.text import line_width
from nrg_app.ui.temperature_marker import TemperatureMarker
from nrg_app.ui.theme import Theme
from nrg_app.ui.train.axes import NOTE_HEIGHT, Axis, Plot

_LEFT, _RIGHT, _TOP, _BOTTOM, _TITLE, _KEY = 60, 14, 8, 22, 18, 20
_REACH = 9.0  # logical pixels within which points are read


def number_text(value: float) -> str:
    """Return a tick label of a logarithmic axis.

    >>> number_text(20.0), number_text(0.5)
    ('20', '0.5')
    """
    if 1e-3 <= value < 1e5:
        return f"{value:g}"
    return f"10{str(round(math.log10(value))).translate(_SUPERSCRIPTS)}"


_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


class PlotCanvas(Canvas):
    """Paints a ``PlotSpec``.

    ``marker_moved`` carries the temperature to which the marker was dragged.
    """

    KEYS = frozenset({Qt.Key.Key_PageUp, Qt.Key.Key_PageDown})
    marker_moved = Signal(float)

    def __init__(self, theme: Theme, spec: PlotSpec, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self.spec = spec
        self.marker = TemperatureMarker(self, self._marker_place)
        self.marker.moved.connect(self.marker_moved)
        self.with_title = True
        self.with_keys = True
        self.with_residuals = True
        self._picture: QPixmap | None = None
        self._drawn: tuple[object, ...] = ()
        self.setMinimumSize(120, 80)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.set_spec(spec)

    def set_spec(self, spec: PlotSpec) -> None:
        """Show something else."""
        self.spec = spec
        self.setAccessibleName(f"{spec.title} {words(spec.symbol)} against {words(spec.x.label)}")
        count = sum(len(s.x) for s in spec.series if s.look == "points")
        told = ", ".join(f"{name} {text}" for name, text in spec.provenance.items())
        self.setAccessibleDescription(f"{count} points. {told}" if count else "No points yet.")
        self.invalidate()

    def set_parts(self, *, title: bool, keys: bool, label: bool, residuals: bool) -> None:
        """Choose what is drawn beside the plot."""
        self.marker.with_label = label
        if (title, keys, residuals) != (self.with_title, self.with_keys, self.with_residuals):
            self.with_title, self.with_keys, self.with_residuals = title, keys, residuals
            self.invalidate()
        self.update()

    # -- geometry -------------------------------------------------------------------------

    def frame(self) -> QRectF:
        """Return the frame of the axes, without the strip of residuals."""
        top = _TOP + self._key_rows() * _KEY
        bottom = self.height() - _BOTTOM - (_TITLE if self.with_title else 0)
        width = max(40, self.width() - _LEFT - _RIGHT)
        return QRectF(_LEFT, top, width, max(30, bottom - top - self._strip()))

    def _key_rows(self) -> int:
        width = max(40, self.width() - _LEFT - _RIGHT)
        return key_rows(self.spec.series, width) if self.with_keys else 0

    def _strip(self) -> float:
        shown = self.with_residuals and bool(self.spec.residuals)
        return strip_height(self.height()) if shown else 0.0

    def _axes(self) -> tuple[Axis, Axis]:
        spec = self.spec
        return Axis(*spec.x_limits(), spec.x.log), Axis(*spec.y_limits(), spec.y.log)

    def _marker_place(self) -> tuple[QRectF, Axis]:
        return self.frame().adjusted(0, 0, 0, self._strip()), self._axes()[0]

    # -- drawing --------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the plot from its picture and the marker on it."""
        dpr = self.devicePixelRatioF()
        state = (self.version, self.size(), dpr)
        if self._picture is None or self._drawn != state:
            self._picture = QPixmap(self.size() * dpr)
            self._picture.setDevicePixelRatio(dpr)
            self._picture.fill(Qt.GlobalColor.transparent)
            painter = QPainter(self._picture)
            self._draw(painter)
            painter.end()
            self._drawn = state
        painter = QPainter(self)
        painter.drawPixmap(0, 0, self._picture)
        self.marker.draw(painter, self.theme)
        if self.ring and self.hasFocus():
            draw_focus_ring(painter, QRectF(self.rect()), self.theme.accent)

    def _draw(self, painter: QPainter) -> None:
        spec, theme, frame = self.spec, self.theme, self.frame()
        x, y = self._axes()
        plot = Plot(painter, theme, frame, x, y)
        strip = self._strip()
        plot.draw_axes(
            x_label=parse(spec.x.title) if self.with_title and not strip else (),
            y_label=parse(spec.y.title),
            y_ticks=y.ticks(max(3, round(frame.height() / 34))),
            x_ticks=spec.x.ticks or None,
            x_texts=not strip,
            steps=bool(spec.x.ticks),
            y_texts=number_text if spec.y.log else None,
        )
        for level in spec.levels:
            plot.draw_level(level.value, theme.text, dash=True)
        marks = [
            (plot.draw_mark(p, theme.text3, dotted=True), text)
            for p, text in spec.marks
            if x.low <= p <= x.high
        ]
        for series in spec.series:
            self._draw_series(plot, series)
        for place, text in marks:
            plot.draw_note(frame.bottom(), parse(text), theme.text2, left=place + 2)
        self._draw_notes(plot)
        plot.draw_frame()
        if strip:
            below = QRectF(frame.left(), frame.bottom() + 1, frame.width(), strip - 1)
            draw_residuals(painter, theme, below, x, spec, with_title=self.with_title)
        if self.with_keys:
            height = self._key_rows() * _KEY
            area = QRectF(frame.left(), frame.top() - height - 2, frame.width(), height)
            draw_keys(painter, theme, area, spec.series)

    def _draw_notes(self, plot: Plot) -> None:
        """Write the words of the levels and of the plot where they cover least of the data."""
        spec, frame = self.spec, plot.frame
        taken = data_points(plot, spec.series)
        notes: list[tuple[str, tuple[float, ...]]] = []
        if spec.note:
            whole = line_width(parse(spec.note), 11) + 8 <= frame.width()
            for text in [spec.note] if whole else spec.note.split("; "):
                notes.append((text, (frame.top() + 2, frame.bottom(), frame.top() + 18)))
        for level in spec.levels:
            y = plot.py(level.value)
            notes.append((level.text, (y + 2, y - NOTE_HEIGHT - 2)))
        for text, tops in notes:
            line = parse(text)
            box = clear_place(frame, line_width(line, 11) + 8, tops, taken)
            plot.draw_note(box.top(), line, self.theme.text2, left=box.left())
            taken = np.concatenate([taken, box_points(box)])

    def _draw_series(self, plot: Plot, series: Series) -> None:
        color = series_color(self.theme, series.color)
        if series.look == "points":
            draw_points(plot, series, color)
        elif series.look == "arrows":
            draw_arrows(plot, series, color)
        else:
            draw_curve(plot, series, color)

    # -- mouse and keys -------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Grab the marker, wherever in the plot."""
        self.marker.press(event)
        super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Follow a drag; elsewhere show that the marker can be moved."""
        self.marker.move(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End a drag."""
        self.marker.release()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move the marker to the next point with the Page keys."""
        temperature = self.marker.temperature
        if event.key() not in self.KEYS or temperature is None:
            super().keyPressEvent(event)
            return
        points = [s.x for s in self.spec.series if s.look == "points"]
        places = np.unique(np.concatenate([*points, np.empty(0)]))
        up = event.key() == Qt.Key.Key_PageUp
        beyond = places > temperature + 1e-9 if up else places < temperature - 1e-9
        if beyond.any():
            self.marker_moved.emit(float(places[beyond][0 if up else -1]))

    # -- reading --------------------------------------------------------------------------

    def tooltip_at(self, position: QPointF) -> str:
        """Return the numbers of the nearest point, "" without one."""
        x, y = self._axes()
        frame, best = self.frame(), (_REACH**2, "")
        for series in self.spec.series:
            if series.look not in ("points", "arrows") or not len(series.x):
                continue
            left = frame.left() + x.share(series.x) * frame.width()
            top = frame.bottom() - y.share(series.y) * frame.height()
            away = (left - position.x()) ** 2 + (top - position.y()) ** 2
            k = int(np.argmin(np.where(np.isfinite(away), away, np.inf)))
            if away[k] < best[0]:
                best = (float(away[k]), self._reading(series, k))
        return best[1]

    def _reading(self, series: Series, k: int) -> str:
        error = math.nan if series.error is None else float(series.error[k])
        value = Estimate(float(series.y[k]), error).brackets()
        if series.error is None:
            value = fixed(float(series.y[k]), 5)
        name = f"{words(series.name)}: " if series.name else ""
        spec = self.spec
        return f"{name}{words(spec.x.label)} = {series.x[k]:.6g}, {words(spec.y.label)} = {value}"

    def event(self, event: QEvent) -> bool:
        """Show the numbers of a point as a tooltip."""
        if isinstance(event, QHelpEvent):
            QToolTip.showText(event.globalPos(), self.tooltip_at(QPointF(event.pos())))
            return True
        return super().event(event)
