"""The Free energy panel: the variational free energy above its gap, step by step."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from nrg_app.session.document import Session
from nrg_app.session.training_curves import RunCurves, energy_range, smooth, smooth_error
from nrg_app.ui.painting import blend
from nrg_app.ui.panels.base import Canvas, Panel
from nrg_app.ui.panels.controls import IconButton, Segmented
from nrg_app.ui.panels.numbers import fixed
from nrg_app.ui.panels.text import (
    Line,
    draw_text,
    plain,
    sub,
    sym,
    text_width,
)
from nrg_app.ui.theme import Theme
from nrg_app.ui.train.axes import NOTE_HEIGHT, Axis, Plot, Series, power_text

_LEFT, _RIGHT, _TOP, _BOTTOM, _BETWEEN = 74, 18, 8, 42, 10
_GAP_SHARE = 0.37
_GAP_LABEL: Line = (plain("gap"), plain(", mean over "), sym("T"))
_ROOMY = 110
SUBTITLE: Line = (plain("per site, near "), sym("T"), plain(" = "), sym("T"), sub("c"))


def raw_color(theme: Theme) -> QColor:
    """Return the pale colour of raw curves."""
    return blend(theme.plot, theme.accent, 0.45)


def other_color(theme: Theme) -> str:
    """Return the colour of a run that is compared."""
    return theme.scale_colors[16]


def step_axis(*curves: RunCurves | None) -> Axis:
    """Return the axis of steps that holds all runs and what they expect to do yet."""
    ends = [10.0]
    for run in curves:
        if run is not None and run.last is not None:
            last, steps = run.last, float(run.last.steps)
            ahead = last.remaining * last.steps_per_second
            ends.append(max(1.12 * steps, min(steps + ahead, 2.5 * steps)))
    return Axis(0.0, max(ends))


def gap_axis(gaps: Series, target: float | None) -> Axis:
    """Return a logarithmic range that shows the smoothed gaps and the target."""
    positive = gaps[np.isfinite(gaps) & (gaps > 0.0)]
    if not len(positive):
        return Axis(1e-4, 1.0, log=True)
    low, high = float(positive.min()), float(np.percentile(positive, 97))
    if target is not None:
        low = min(low, target)
    return Axis(0.6 * low, max(2.0 * high, 4.0 * low), log=True)


class FreeEnergyCanvas(Canvas):
    """Paints the two plots; in the ``log`` view the gap has the whole height."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self.setMinimumSize(260, 160)
        self.setAccessibleName("Free energy of the training")
        self._curves = RunCurves()
        self._other: RunCurves | None = None
        self._other_name = ""
        self._target: float | None = None
        self._log_only = False

    def set_curves(
        self, curves: RunCurves, other: RunCurves | None, other_name: str, target: float | None
    ) -> None:
        """Show a run, one to compare with if any, and the gap that is expected."""
        self._curves, self._other, self._other_name = curves, other, other_name
        self._target = target
        self.update()

    def set_log_only(self, log_only: bool) -> None:
        """Show the gap alone."""
        self._log_only = log_only
        self.update()

    def frames(self) -> tuple[QRectF, QRectF]:
        """Return the frames of free energy (empty in the log view) and gap."""
        width = max(40, self.width() - _LEFT - _RIGHT)
        height = max(60, self.height() - _TOP - _BOTTOM)
        if self._log_only:
            return QRectF(), QRectF(_LEFT, _TOP, width, height)
        gap = round(_GAP_SHARE * (height - _BETWEEN))
        upper = height - _BETWEEN - gap
        low = QRectF(_LEFT, _TOP + upper + _BETWEEN, width, gap)
        return QRectF(_LEFT, _TOP, width, upper), low

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw both plots."""
        if not len(self._curves):
            return
        painter = QPainter(self)
        upper, lower = self.frames()
        x = step_axis(self._curves, self._other)
        if not upper.isEmpty():
            self._draw_free_energy(painter, upper, x)
        self._draw_gap(painter, lower, x)

    def _draw_free_energy(self, painter: QPainter, frame: QRectF, x: Axis) -> None:
        theme, curves = self.theme, self._curves
        plot = Plot(painter, theme, frame, x, Axis(*energy_range(curves)))
        plot.draw_axes(
            y_label=(sym("f"), sub("var"), plain(" per site")), x_texts=False, steps=True
        )
        steps, starts = curves.column("steps"), curves.stage_starts()
        values, errors = curves.free_energy()
        level, error = smooth(values, starts), smooth_error(errors, starts)
        breaks = _broken(level, starts)
        plot.draw_raw(steps, values, raw_color(theme))
        band = blend(theme.plot, theme.accent, 0.3)
        plot.draw_band(steps, breaks - error, breaks + error, band)
        self._draw_exact(plot)
        if self._other is not None and len(self._other):
            other, _ = self._other.free_energy()
            begins = self._other.stage_starts()
            line = _broken(smooth(other, begins), begins)
            plot.draw_smooth(self._other.column("steps"), line, other_color(theme), 1.5)
        plot.draw_smooth(steps, breaks, theme.accent)
        self._draw_marks(plot, texts=True)
        self._draw_values(plot, float(level[-1]), float(error[-1]))
        plot.draw_frame()

    def _draw_exact(self, plot: Plot) -> None:
        """Draw the exact value of every lattice, the last one to the end of the axis."""
        curves = self._curves
        starts, steps, exact = (
            curves.stage_starts(), curves.column("steps"), curves.column("exact"),
        )  # fmt: skip
        for number, row in enumerate(starts):
            last = number + 1 == len(starts)
            end = None if last else float(steps[starts[number + 1]])
            start = 0.0 if number == 0 else float(steps[row])
            plot.draw_level(float(exact[row]), self.theme.text, start=start, end=end)

    def _draw_values(self, plot: Plot, level: float, error: float) -> None:
        """Write the last value of the network and the exact one beside their lines."""
        point, theme = self._curves.last, self.theme
        if point is None or level != level:
            return
        exact = float(self._curves.column("exact")[-1])
        y = plot.py(exact)
        text = (
            plain("exact (Kaufman, "),
            sym("L"),
            plain(f" = {point.size})  {fixed(exact, 4)}"),
        )
        plot.draw_note(y + 2, text, theme.text)
        network = f"network  {fixed(level, 4)} \u00b1 {error:.1g}"
        above = min(plot.py(level), y) - NOTE_HEIGHT - 6
        plot.draw_note(above, (plain(network),), theme.accent, bold=True)

    def _draw_gap(self, painter: QPainter, frame: QRectF, x: Axis) -> None:
        theme, curves = self.theme, self._curves
        steps, gaps, starts = curves.column("steps"), curves.column("gap"), curves.stage_starts()
        level = smooth(gaps, starts)
        error = smooth_error(curves.column("gap_error"), starts)
        shown, other = level, None
        if self._other is not None and len(self._other):
            begins = self._other.stage_starts()
            other = _broken(smooth(self._other.column("gap"), begins), begins)
            shown = np.concatenate([level, other])
        plot = Plot(painter, theme, frame, x, gap_axis(shown, self._target))
        plot.draw_axes(
            y_label=_GAP_LABEL if frame.height() > _ROOMY else _GAP_LABEL[:1],
            x_label=(plain("training step"),),
            steps=True,
        )
        breaks = _broken(level, starts)
        plot.draw_raw(steps, gaps, raw_color(theme))
        band = blend(theme.plot, theme.accent, 0.3)
        plot.draw_band(steps, np.maximum(breaks - error, plot.y.low), breaks + error, band)
        if other is not None and self._other is not None:
            plot.draw_smooth(self._other.column("steps"), other, other_color(theme), 1.5)
        plot.draw_smooth(steps, breaks, theme.accent)
        if self._target is not None:
            plot.draw_level(self._target, theme.text2, dash=True)
            text = f"expected at Tc, about {power_text(self._target)}"
            top = plot.py(self._target) + 1
            plot.draw_note(top, _target_line(text), theme.text2)
        self._draw_marks(plot, texts=self._log_only)
        plot.draw_frame()

    def _draw_marks(self, plot: Plot, *, texts: bool) -> None:
        theme, frame = self.theme, plot.frame
        free = frame.left()
        for mark in self._curves.marks:
            warning = mark.kind == "rollback"
            x = plot.draw_mark(mark.steps, theme.warning if warning else theme.text3)
            if texts and x >= free:
                color = theme.warning if warning else theme.text2
                free = plot.draw_note(frame.top() + 3, (plain(mark.text),), color, left=x + 3)
        if self._curves.last is not None:
            plot.draw_mark(self._curves.last.steps, theme.text2, dotted=True)


def _target_line(text: str) -> Line:
    before, _, after = text.partition("Tc")
    return (plain(before), sym("T"), sub("c"), plain(after))


def _broken(values: Series, starts: np.ndarray) -> Series:
    """Return a curve with a gap (NaN) where another lattice begins."""
    result = values.copy()
    result[starts[starts > 0]] = np.nan
    return result


class _Key(QWidget):
    """The legend in the header: a short line and a word for each curve."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.theme = theme
        self._other = ""

    def set_theme(self, theme: Theme) -> None:
        self.theme = theme
        self.update()

    def set_other(self, name: str) -> None:
        self._other = name
        self.updateGeometry()
        self.update()

    def _items(self) -> list[tuple[str, str]]:
        items = [("network", self.theme.accent), ("exact", self.theme.text)]
        return items + ([(self._other, other_color(self.theme))] if self._other else [])

    def sizeHint(self) -> QSize:
        width = sum(text_width(text, 12) + 24 for text, _ in self._items())
        return QSize(round(width), 24)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        x = 0.0
        for text, color in self._items():
            painter.fillRect(QRectF(x, 11, 9, 2), QColor(color))
            box = QRectF(x + 13, 0, 300, self.height())
            x = draw_text(painter, box, text, self.theme.text2) + 11


class FreeEnergyPanel(Panel):
    """Shows how the variational free energy closes on the exact one."""

    def __init__(
        self,
        session: Session,
        theme: Theme,
        tools: Sequence[QWidget] = (),
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(session, theme, "Variational free energy", parent)
        self.set_subtitle(SUBTITLE)
        self._key = _Key(theme)
        self.views = Segmented(theme, (("both", "Linear + log"), ("log", "Log")), "Scale")
        self.views.set_current("both")
        self.maximise = IconButton(theme, "arrow-expand", "Maximise Free energy")
        self.maximise.clicked.connect(self.maximise_requested)
        self.header.add_tool(self._key, optional=True)
        for tool in tools:
            self.header.add_tool(tool)
        self.header.add_tool(self.views)
        self.header.add_tool(self.maximise)
        self.canvas = FreeEnergyCanvas(theme)
        self.views.changed.connect(lambda key: self.canvas.set_log_only(key == "log"))
        self.set_body(self.canvas)

    def set_curves(
        self, curves: RunCurves, other: RunCurves | None, other_name: str, target: float | None
    ) -> None:
        """Show a run, one to compare with if any, and the gap that is expected."""
        self.canvas.set_curves(curves, other, other_name, target)
        self._key.set_other(other_name if other is not None else "")
        self.header.arrange()
        self._describe(curves)
        if len(curves):
            self.show_body()

    def _describe(self, curves: RunCurves) -> None:
        point = curves.last
        if point is None:
            return
        text = f"step {point.steps}, L = {point.size}, gap {point.gap:.2g} per site"
        self.canvas.setAccessibleDescription(text)
