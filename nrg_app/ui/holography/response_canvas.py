"""The plot below the disk: what every site of the line answers to the active latent."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from nrg_app.figures.palette import round_limit
from nrg_app.ui import painting
from nrg_app.ui.holography.disk_marks import map_color
from nrg_app.ui.painting import blend, hairline
from nrg_app.ui.panels.base import Canvas
from nrg_app.ui.panels.numbers import fixed
from nrg_app.ui.panels.text import Line, draw_text, plain, sym
from nrg_app.ui.theme import Theme
from nrg_app.ui.train.axes import Axis, Plot

RESPONSE: Line = (plain("\u2202"), sym("x"), plain(" / \u2202"), sym("z"))
_LEFT, _RIGHT, _TOP, _BOTTOM = 52.0, 14.0, 6.0, 38.0


class ResponseCanvas(Canvas):
    """Paints one bar per site; the span of the tree is shaded."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self.setMinimumHeight(96)
        self.setAccessibleName("Boundary response")
        self._response: NDArray[np.float64] | None = None
        self._span = (0, 0)
        self._kind = "row"
        self._size = 32

    def set_line(self, size: int, kind: str) -> None:
        """Take the number of sites and what the line is: "row", "column" or "diagonal"."""
        self._size, self._kind = size, kind
        self.update()

    def set_response(self, response: NDArray[np.float64] | None, span: tuple[int, int]) -> None:
        """Show answers (L,), None while they are unknown, and the sites below the latent."""
        self._response, self._span = response, span
        if response is None:
            self.setAccessibleDescription("")
        else:
            site = int(np.abs(response).argmax())
            words = f"largest {fixed(float(response[site]), 2)} at site {site}"
            self.setAccessibleDescription(words)
        self.update()

    def sizeHint(self) -> QSize:
        """Return the size in the design."""
        return QSize(618, 156)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw axes, shade and bars."""
        painter, theme = QPainter(self), self.theme
        frame = QRectF(
            _LEFT, _TOP, max(40.0, self.width() - _LEFT - _RIGHT),
            max(30.0, self.height() - _TOP - _BOTTOM),
        )  # fmt: skip
        response = self._response
        limit = 1.0 if response is None else round_limit(response)
        plot = Plot(painter, theme, frame, Axis(0.0, self._size), Axis(-1.08 * limit, 1.08 * limit))
        first, last = self._span
        if last > first:
            left, right = plot.px(first), plot.px(last)
            shade = blend(theme.plot, theme.accent, 0.14)
            painter.fillRect(QRectF(left, frame.top(), right - left, frame.height()), shade)
        every = max(1, self._size // 8)
        plot.draw_axes(
            x_label=(plain(f"site along the {self._kind}"),),
            y_label=RESPONSE,
            x_ticks=[float(k) for k in range(0, self._size + 1, every)],
            y_ticks=(-limit, 0.0, limit),
        )
        if response is None:
            words = "Point at a latent of the disk, or press an arrow key there."
            if last > first:
                words = "Computing the response\N{HORIZONTAL ELLIPSIS}"
            box = QRectF(frame.left(), frame.center().y() - 22, frame.width(), 16)
            draw_text(painter, box, words, theme.text3, px=11, align=Qt.AlignmentFlag.AlignHCenter)
        else:
            self._draw_bars(plot, response, limit)
        zero = round(plot.py(0.0)) + 0.5
        painter.setPen(hairline(theme.text3))
        painter.drawLine(QPointF(frame.left(), zero), QPointF(frame.right(), zero))
        plot.draw_frame()

    def _draw_bars(self, plot: Plot, response: NDArray[np.float64], limit: float) -> None:
        table = painting.gradient(self.theme.diverging)
        zero = plot.py(0.0)
        for site, value in enumerate(response.tolist()):
            left, right, y = plot.px(site + 0.08), plot.px(site + 0.92), plot.py(value)
            bar = QRectF(left, min(y, zero), right - left, max(1.0, abs(y - zero)))
            plot.painter.fillRect(bar, map_color(table, value, limit))
