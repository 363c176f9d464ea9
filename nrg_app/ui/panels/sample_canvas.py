"""The painted body of the Sample panel: lattice image, rulers, cell marker, zoom and pan."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QWidget

from nrg_app.session.views import Zoom
from nrg_app.ui import painting
from nrg_app.ui.panels.base import ARROWS, Canvas
from nrg_app.ui.panels.numbers import fixed
from nrg_app.ui.panels.sample_legend import draw_legend
from nrg_app.ui.panels.sample_rulers import draw_rulers
from nrg_app.ui.panels.sample_views import VIEWS, Cell, SampleView, Shown
from nrg_app.ui.panels.text import Line, line_text
from nrg_app.ui.panels.torus_view import TorusView
from nrg_app.ui.theme import Theme

_LEFT, _TOP, _RIGHT = 31, 2, 12
_RULER, _LEGEND = 22, 29
_LEGEND_WIDTH = 352
_DRAG = 3  # logical pixels before a press becomes a drag
_NOTCH = 120  # of a wheel, in Qt's eighths of a degree
_ZOOM_KEYS = {Qt.Key.Key_Plus: 1, Qt.Key.Key_Equal: 1, Qt.Key.Key_Minus: -1}


class SampleCanvas(Canvas):
    """Paints one sample; the mouse or the arrow keys read one cell.

    The wheel or + and - zoom in whole device pixels, a drag moves the torus under the frame, a
    double click shows all of it again.

    Signals:
        zoomed: the user shows another part of the lattice; a ``Zoom``.
    """

    zoomed = Signal(object)
    KEYS = frozenset((*ARROWS, *_ZOOM_KEYS))

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumSize(200, 160)
        self._shown: Shown | None = None
        self._view: SampleView = VIEWS["spins"]
        self._walls = True
        self._cell: Cell | None = None
        self._cache: tuple[tuple[object, ...], QImage] | None = None
        # Sites and wave vectors are different tori, zoomed each on its own.
        self._torus: dict[bool, TorusView] = {}
        self._zoom = Zoom()
        self._pressed: QPointF | None = None
        self._dragged = False
        self._turned = 0

    # -- what to show ---------------------------------------------------------------------

    def set_sample(self, shown: Shown) -> None:
        """Show one sample of a set."""
        if self._shown is not None and shown.spins.shape != self._shown.spins.shape:
            self._cell = None
            self._torus.clear()
        self._shown = shown
        size = len(shown.spins)
        name = f"Sample, {size} by {size} spins, magnetization "
        self.setAccessibleName(name + fixed(float(shown.spins.mean()), 2))
        self._describe()
        self.invalidate()

    def set_view(self, view: str) -> None:
        """Show a view of ``VIEWS`` by its name."""
        if VIEWS[view].reciprocal != self._view.reciprocal:
            self._cell = None
        self._view = VIEWS[view]
        self._describe()
        self.invalidate()

    def set_walls(self, on: bool) -> None:
        """Draw domain walls or not."""
        self._walls = on
        self.invalidate()

    def set_zoom(self, zoom: Zoom) -> None:
        """Show a part of the lattice."""
        if zoom != self._zoom:
            self._zoom = zoom
            self._torus.pop(False, None)
            self.update()

    # -- geometry -------------------------------------------------------------------------

    def torus(self) -> TorusView:
        """Return which part of the lattice, or of the wave vectors, the frame shows."""
        cells = 1 if self._shown is None else len(self._shown.spins)
        width = self.width() - _LEFT - _RIGHT
        height = self.height() - _TOP - _RULER - _LEGEND
        fit = painting.integer_scale(width, height, cells, self.devicePixelRatioF())
        view = self._torus.get(self._view.reciprocal)
        if view is None:
            zoom = Zoom() if self._view.reciprocal else self._zoom
            view = TorusView.of(zoom, cells, fit)
        elif view.fit != fit:
            view = view.refitted(fit)
        self._torus[self._view.reciprocal] = view
        return view

    def scale(self) -> int:
        """Return the side of a cell in device pixels."""
        return self.torus().scale

    def image_rect(self) -> QRectF:
        """Return where the image goes, in logical pixels before snapping to device pixels."""
        side = self.torus().side / self.devicePixelRatioF()
        spare_x = max(0.0, self.width() - _LEFT - _RIGHT - side)
        spare_y = max(0.0, self.height() - _TOP - _RULER - _LEGEND - side)
        # Centred in the panel, but never over the ruler's numbers.
        x = max(_LEFT, min((self.width() - side) / 2, _LEFT + spare_x))
        return QRectF(x, _TOP + spare_y / 2, side, side)

    def cell_at(self, position: QPointF) -> Cell | None:
        """Return the (row, column) under a point, None beside the image."""
        if self._shown is None or not self.image_rect().contains(position):
            return None
        x, y = self._in_frame(position)
        last = self.torus().side - 1
        return self.torus().cell_at(min(x, last), min(y, last))

    def _in_frame(self, position: QPointF) -> tuple[float, float]:
        """Return a point in device pixels of the frame."""
        dpr, corner = self.devicePixelRatioF(), self.image_rect().topLeft()
        return (position.x() - corner.x()) * dpr, (position.y() - corner.y()) * dpr

    # -- zoom and pan ---------------------------------------------------------------------

    def zoom(self, steps: int, at: QPointF | None = None) -> None:
        """Zoom by steps about a point, the middle of the frame if there is none."""
        where = self.image_rect().center() if at is None else at
        self._set_torus(self.torus().zoomed(steps, *self._in_frame(where)))

    def show_whole(self) -> None:
        """Show the whole lattice again."""
        view = self.torus()
        self._set_torus(TorusView.whole(view.cells, view.fit))

    def _set_torus(self, view: TorusView) -> None:
        if view == self.torus():
            return
        self._torus[self._view.reciprocal] = view
        self.update()
        if not self._view.reciprocal:
            self._zoom = view.zoom
            self.zoomed.emit(self._zoom)

    # -- reading a cell -------------------------------------------------------------------

    def readings(self) -> Sequence[Line]:
        """Return what the legend may read, from long to short."""
        if self._shown is None:
            return [()]
        if self._cell is None:
            return self._view.summary(self._shown)
        return self._view.reading(self._shown, self._cell)

    def cursor_text(self) -> str:
        """Return the legend's longest reading as plain text."""
        return line_text(self.readings()[0])

    def _set_cell(self, cell: Cell | None) -> None:
        if cell != self._cell:
            self._cell = cell
            self._describe()
            self.update()

    def _describe(self) -> None:
        self.setAccessibleDescription(self.cursor_text())

    # -- drawing --------------------------------------------------------------------------

    def _image(self, shown: Shown) -> QImage:
        view, dpr = self.torus(), self.devicePixelRatioF()
        key = (self.version, view, dpr)
        if self._cache is None or self._cache[0] != key:
            self._cache = (key, self._paint_image(shown, view, dpr))
        return self._cache[1]

    def _paint_image(self, shown: Shown, view: TorusView, dpr: float) -> QImage:
        rows, columns, above, before = view.visible()
        part = np.ix_(rows, columns)
        colors = self._view.colors(shown, self.theme)[part]
        image = painting.lattice_image(colors, view.scale, dpr)
        if self._has_walls():
            painting.draw_walls(image, shown.spins[part], view.scale, self.theme.wall)
        if image.width() == view.side:
            return image
        cropped = image.copy(before, above, view.side, view.side)
        cropped.setDevicePixelRatio(dpr)
        return cropped

    def _has_walls(self) -> bool:
        return self._walls and not self._view.reciprocal

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the lattice, the rulers, the marker and the legend."""
        shown = self._shown
        if shown is None:
            return
        painter = QPainter(self)
        rect = self.image_rect()
        painter.setOpacity(self.image_opacity())
        rect.moveTopLeft(painting.draw_image(painter, rect.topLeft(), self._image(shown)))
        painter.setOpacity(1.0)
        reciprocal = self._view.reciprocal
        draw_rulers(painter, rect, self.torus(), self.theme, reciprocal=reciprocal)
        self._draw_marker(painter, rect)
        if self.ring:
            painting.fill_frame(painter, rect, self.theme.accent, 2)
        width = min(max(rect.width(), _LEGEND_WIDTH), self.width() - 2 * _RIGHT)
        x = min(max(rect.center().x() - width / 2, _RIGHT), self.width() - _RIGHT - width)
        area = QRectF(x, self.height() - _LEGEND - 1, width, 24)
        legend = self._view.legend(shown, self.theme)
        walls = self._has_walls()
        draw_legend(painter, area, legend, self.readings(), self.theme, walls=walls)

    def _draw_marker(self, painter: QPainter, rect: QRectF) -> None:
        if self._cell is None:
            return
        view, dpr = self.torus(), self.devicePixelRatioF()
        row, column = self._cell
        side = view.scale / dpr
        painter.save()
        if not view.is_whole:
            painter.setClipRect(rect)
        for y in view.places(row, vertical=True):
            for x in view.places(column, vertical=False):
                corner = rect.topLeft() + QPointF(x / dpr, y / dpr)
                painting.draw_cell_marker(painter, QRectF(corner, corner + QPointF(side, side)))
        painter.restore()

    # -- input ----------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take hold of the picture."""
        if event.button() == Qt.MouseButton.LeftButton and self.cell_at(event.position()):
            self._pressed, self._dragged = event.position(), False
        else:
            super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Move what is held, else read the cell under the mouse."""
        if self._pressed is None:
            self._set_cell(self.cell_at(event.position()))
            return
        moved = event.position() - self._pressed
        if not self._dragged and moved.manhattanLength() < _DRAG:
            return
        self._dragged = True
        self.setCursor(Qt.CursorShape.ClosedHandCursor)
        dpr = self.devicePixelRatioF()
        dx, dy = round(moved.x() * dpr), round(moved.y() * dpr)
        # What rounding left out is moved next time.
        self._pressed += QPointF(dx / dpr, dy / dpr)
        self._set_torus(self.torus().panned(dx, dy))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go of the picture."""
        self._pressed = None
        self.unsetCursor()
        self._set_cell(self.cell_at(event.position()))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Show the whole lattice again."""
        self.show_whole()
        self._set_cell(self.cell_at(event.position()))

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom about the cursor, one step a notch."""
        if self.cell_at(event.position()) is None:
            event.ignore()
            return
        # Touchpads send fractions of a notch.
        self._turned += event.angleDelta().y()
        steps = int(self._turned / _NOTCH)
        self._turned -= steps * _NOTCH
        if steps:
            self.zoom(steps, event.position())
            self._set_cell(self.cell_at(event.position()))
        event.accept()

    def leaveEvent(self, event: QEvent) -> None:
        """Stop reading."""
        self._turned = 0
        self._set_cell(None)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move the cursor, or zoom."""
        key = Qt.Key(event.key())
        if self._shown is None or key not in self.KEYS:
            super().keyPressEvent(event)
        elif key in _ZOOM_KEYS:
            self.zoom(_ZOOM_KEYS[key])
        else:
            self._move_cell(*ARROWS[key])

    def _move_cell(self, down: int, right: int) -> None:
        cells = self.torus().cells
        row, column = self._cell or (0, 0)
        if self._cell is not None:
            row, column = (row + down) % cells, (column + right) % cells
        self._set_torus(self.torus().revealing(row, column))
        self._set_cell((row, column))
