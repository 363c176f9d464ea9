"""The key of the curves, as a block of lines."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from nrg_app.figures.plot_spec import PlotSpec, Series
from nrg_app.ui.math_text import plain as words
from nrg_app.ui.measure.marks import draw_key
from nrg_app.ui.theme import Theme
from nrg_app.ui.themed import Themed

_ROW = 20


class KeyList(Themed):
    """Names every kind of curve of several plots once."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self.series: tuple[Series, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_plots(self, plots: list[PlotSpec]) -> None:
        """Take the names from plots."""
        named = {s.name: s for spec in plots for s in spec.series if s.name}
        if [(s.name, s.color) for s in self.series] == [(s.name, s.color) for s in named.values()]:
            return
        self.series = tuple(named.values())
        self.setAccessibleName("Key: " + ", ".join(words(name) for name in named))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """Return the height of all lines."""
        return QSize(200, max(1, len(self.series) * _ROW))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw one line for each name."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for number, series in enumerate(self.series):
            box = QRectF(0, number * _ROW, self.width(), _ROW)
            draw_key(painter, self.theme, box, series)
