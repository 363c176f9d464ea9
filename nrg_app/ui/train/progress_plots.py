"""The small panel of curves by step: effective sample size, or the optimizer's figures."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from nrg_app.session.document import Session
from nrg_app.session.training_curves import RunCurves, smooth
from nrg_app.ui.panels.base import Canvas, Panel
from nrg_app.ui.panels.controls import Segmented
from nrg_app.ui.panels.numbers import thousands
from nrg_app.ui.panels.text import plain
from nrg_app.ui.theme import Theme
from nrg_app.ui.train.axes import NOTE_HEIGHT, Axis, Plot, power_text
from nrg_app.ui.train.free_energy import other_color, raw_color, step_axis

LEFT, RIGHT, TOP, BOTTOM = 58, 14, 8, 40
_LOWEST_ESS = 1e-3


class CurvesCanvas(Canvas):
    """Paints the effective sample size, or gradient norm above learning rate."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self.setMinimumSize(150, 120)
        self.setAccessibleName("Effective sample size by step")
        self._curves = RunCurves()
        self._other: RunCurves | None = None
        self._batch: int | None = None
        self._optimizer = False

    def set_curves(self, curves: RunCurves, other: RunCurves | None, batch: int | None) -> None:
        """Show a run and one to compare with; ``batch`` gives the floor 1 / n of the ESS."""
        self._curves, self._other, self._batch = curves, other, batch
        self.update()

    def set_optimizer(self, optimizer: bool) -> None:
        """Show the optimizer's figures instead of the effective sample size."""
        self._optimizer = optimizer
        name = "Gradient norm and learning rate" if optimizer else "Effective sample size"
        self.setAccessibleName(f"{name} by step")
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the chosen curves."""
        if not len(self._curves):
            return
        painter = QPainter(self)
        frame = QRectF(
            LEFT, TOP, max(40, self.width() - LEFT - RIGHT), max(40, self.height() - TOP - BOTTOM)
        )
        if self._optimizer:
            self._draw_optimizer(painter, frame)
        else:
            self._draw_ess(painter, frame)

    def _draw_ess(self, painter: QPainter, frame: QRectF) -> None:
        theme, curves = self.theme, self._curves
        ess = 100.0 * curves.column("ess")
        floor = 100.0 / self._batch if self._batch else None
        low = min(float(np.nanmin(ess)), floor or 100.0)
        plot = Plot(
            painter, theme, frame, step_axis(curves, self._other),
            Axis(max(_LOWEST_ESS, 0.7 * low), 115.0, log=True),
        )  # fmt: skip
        plot.draw_axes(
            y_label=(plain("ESS (%)"),), x_label=(plain("training step"),), steps=True,
            y_texts=_percent,
        )  # fmt: skip
        if self._other is not None and len(self._other):
            line = smooth(100.0 * self._other.column("ess"), self._other.stage_starts())
            plot.draw_smooth(self._other.column("steps"), line, other_color(theme), 1.5)
        steps = curves.column("steps")
        plot.draw_raw(steps, ess, raw_color(theme))
        plot.draw_smooth(steps, smooth(ess, curves.stage_starts()), theme.accent)
        if floor is not None:
            plot.draw_level(floor, theme.text2, dash=True)
            text = f"floor 1 / {thousands(self._batch or 0)} draws"
            plot.draw_note(plot.py(floor) - NOTE_HEIGHT - 1, (plain(text),), theme.text2)
        self._draw_marks(plot)
        plot.draw_frame()

    def _draw_optimizer(self, painter: QPainter, frame: QRectF) -> None:
        theme, curves = self.theme, self._curves
        half = (frame.height() - 10) / 2
        steps, x = curves.column("steps"), step_axis(curves)
        for number, (name, label) in enumerate(
            (("gradient_norm", "gradient norm"), ("learning_rate", "rate"))
        ):
            values = curves.column(name)
            top = frame.top() + number * (half + 10)
            known = values[np.isfinite(values) & (values > 0)]
            low, high = (float(known.min()), float(known.max())) if len(known) else (0.1, 1.0)
            plot = Plot(
                painter, theme, QRectF(frame.left(), top, frame.width(), half), x,
                Axis(0.7 * low, max(1.4 * high, 2.0 * low), log=True),
            )  # fmt: skip
            plot.draw_axes(
                y_label=(plain(label),), x_label=(plain("training step"),), steps=True,
                x_texts=number == 1,
            )  # fmt: skip
            if name == "gradient_norm":
                plot.draw_raw(steps, values, raw_color(theme))
                plot.draw_smooth(steps, smooth(values, curves.stage_starts()), theme.accent)
            else:
                plot.draw_raw(steps, values, theme.text)
            self._draw_marks(plot)
            plot.draw_frame()

    def _draw_marks(self, plot: Plot) -> None:
        for mark in self._curves.marks:
            warning = mark.kind == "rollback"
            plot.draw_mark(mark.steps, self.theme.warning if warning else self.theme.text3)


def _percent(value: float) -> str:
    return f"{value:g}" if value >= 0.01 else power_text(value)


class CurvesPanel(Panel):
    """Shows the effective sample size or the optimizer, by step."""

    def __init__(self, session: Session, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(session, theme, "Progress", parent)
        self.views = Segmented(theme, (("ess", "ESS"), ("optimizer", "Optimizer")), "Curves")
        self.views.set_current("ess")
        self.header.add_tool(self.views)
        self.canvas = CurvesCanvas(theme)
        self.views.changed.connect(self._choose)
        self.set_body(self.canvas)
        self._ess = ""

    def set_curves(self, curves: RunCurves, other: RunCurves | None, batch: int | None) -> None:
        """Show a run and one to compare with."""
        self.canvas.set_curves(curves, other, batch)
        if not len(curves):
            self.set_subtitle("")
        else:
            self.show_body()
            ess = smooth(curves.column("ess"), curves.stage_starts())[-1]
            self._ess = f"{100 * ess:.3g} %"
            self.canvas.setAccessibleDescription(f"Effective sample size {self._ess}")
            self._choose(self.views.current())

    def _choose(self, key: str) -> None:
        self.canvas.set_optimizer(key == "optimizer")
        self.set_subtitle(self._ess if key == "ess" else "")
