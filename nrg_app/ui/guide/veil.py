"""The veil over the renormalization strip that leaves bright what a step has reached."""

from __future__ import annotations

from itertools import pairwise

from PySide6.QtCore import QEvent, QObject, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from nrg_app.ui.guide.steps import Arrow, Step, Tile
from nrg_app.ui.painting import fill_frame
from nrg_app.ui.panels.strip_canvas import StripCanvas
from nrg_app.ui.panels.strip_layout import StripLayout
from nrg_app.ui.panels.strip_marks import draw_arrow

_DIM = 0.84  # share of the panel's colour over what is not there yet
_FRAME = 3.0
_AROUND = 4.0  # frames and focus rings lie outside the tiles


class SlowVeil(QWidget):
    """Covers a canvas and lets the mouse through."""

    def __init__(self, canvas: StripCanvas) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self._step: Step | None = None
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()
        canvas.installEventFilter(self)

    def set_step(self, step: Step | None) -> None:
        """Show a step, or with None nothing."""
        self._step = step
        self.setGeometry(self._canvas.rect())
        self.setVisible(step is not None)
        self.raise_()
        self.update()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keep covering the canvas, and the locks that it makes anew."""
        if event.type() == QEvent.Type.Resize:
            self.setGeometry(self._canvas.rect())
        elif event.type() == QEvent.Type.ChildAdded and self.isVisible():
            self.raise_()
        return False

    def paintEvent(self, event: QPaintEvent) -> None:
        """Dim what is not there yet; frame the active tile; draw the arrows that act."""
        step, layout = self._step, self._canvas.tiles()
        if step is None or step.active[1] not in layout.scales:
            return
        painter = QPainter(self)
        dim = QColor(self._canvas.theme.panel)
        dim.setAlphaF(_DIM)
        for scale in layout.scales:
            for tile in (("x", scale), ("z", scale)):
                if tile not in step.shown:
                    painter.fillRect(_area(layout, tile), dim)
        acting = {frozenset(arrow) for arrow in step.arrows}
        for pair in _pairs(layout):
            if frozenset(pair) not in acting:
                painter.fillRect(_between(layout, pair), dim)
        for arrow in step.arrows:
            self._draw_arrow(painter, layout, arrow)
        fill_frame(painter, _rect(layout, step.active), self._canvas.theme.accent, _FRAME)

    def _draw_arrow(self, painter: QPainter, layout: StripLayout, arrow: Arrow) -> None:
        """Draw an arrow in place of the strip's own ones."""
        theme = self._canvas.theme
        area = _between(layout, arrow)
        painter.fillRect(area, QColor(theme.panel))
        (start, _), (_, end_scale) = arrow
        if arrow[0][0] == arrow[1][0]:
            y = round(area.center().y()) - 0.5
            ends = QPointF(area.left() + 1, y), QPointF(area.right() - 1, y)
            forward = layout.scales.index(end_scale) > layout.scales.index(arrow[0][1])
        else:
            x = round(area.center().x()) - 0.5
            ends = QPointF(x, area.top()), QPointF(x, area.bottom())
            forward = start == "x"
        first, last = ends if forward else ends[::-1]
        draw_arrow(painter, first, last, theme.accent)


def _pairs(layout: StripLayout) -> list[Arrow]:
    """Return all pairs of tiles that the strip joins by arrows."""
    scales = layout.scales
    across: list[Arrow] = [(("x", a), ("x", b)) for a, b in pairwise(scales)]
    return across + [(("x", scale), ("z", scale)) for scale in scales]


def _rect(layout: StripLayout, tile: Tile) -> QRectF:
    name, scale = tile
    return layout.field_rect(scale) if name == "x" else layout.latent_rect(scale)


def _area(layout: StripLayout, tile: Tile) -> QRectF:
    """Return a tile with its title or caption and what is drawn around it."""
    name, scale = tile
    words = layout.title_rect(scale) if name == "x" else layout.caption_rect(scale)
    rect = _rect(layout, tile).adjusted(-_AROUND, -_AROUND, _AROUND, _AROUND)
    return rect.united(words)


def _between(layout: StripLayout, pair: Arrow) -> QRectF:
    """Return the place of the arrows between two neighbouring tiles."""
    left, right = sorted((_rect(layout, tile) for tile in pair), key=lambda r: (r.left(), r.top()))
    if pair[0][0] == pair[1][0]:
        around = _AROUND + 1
        y = left.center().y()
        return QRectF(left.right() + around, y - 15, right.left() - left.right() - 2 * around, 30)
    return QRectF(right.center().x() - 6, left.bottom() + 3.5, 12, right.top() - left.bottom() - 7)
