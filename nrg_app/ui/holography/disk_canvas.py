"""The painted Poincaré disk: hover shows a latent's cone and what the boundary answers."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QSize, Qt, Signal
from PySide6.QtGui import QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QWidget

from nrg_app.figures.palette import round_limit
from nrg_app.session.bulk_slice import BulkSlice, Place
from nrg_app.ui import painting
from nrg_app.ui.holography import disk_marks as marks
from nrg_app.ui.holography.disk_ground import Ground, draw_ring_labels, ground_image
from nrg_app.ui.holography.disk_layout import DiskLayout, Node
from nrg_app.ui.panels.base import ARROWS, Canvas
from nrg_app.ui.panels.numbers import fixed
from nrg_app.ui.panels.strip_canvas import FINE_NUDGE, NUDGE, PAGES
from nrg_app.ui.panels.strip_flow import LATENT_RANGE
from nrg_app.ui.theme import Theme

_NUDGES = {Qt.Key.Key_Plus: NUDGE, Qt.Key.Key_Equal: NUDGE, Qt.Key.Key_Minus: -NUDGE}
_PIN = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_RESTORE = (Qt.Key.Key_Delete, Qt.Key.Key_Backspace)


class DiskCanvas(Canvas):
    """Paints one line of a sample.

    Signals:
        activated: another latent is looked at: its place, or None.
        pinned: the pinned latent has changed: its place, or None.
        nudged: the wheel or a key changes the pinned latent by this much.
        restored: the pinned latent is to lose its edit.
    """

    KEYS = frozenset({*ARROWS, *PAGES, *_NUDGES, *_PIN, *_RESTORE})
    activated = Signal(object)
    pinned = Signal(object)
    nudged = Signal(float)
    restored = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumSize(240, 160)
        self.setAccessibleName("Poincaré disk")
        self.slice: BulkSlice | None = None
        self.response: NDArray[np.float64] | None = None
        self.cone: marks.Cone | None = None
        self._values: dict[Node, float] = {}
        self._spins: NDArray[np.int8] = np.ones(1, np.int8)
        self._cursor: Node | None = None
        self._pin: Node | None = None
        self._layout: DiskLayout | None = None
        self._ground: tuple[tuple[Ground, float], QImage] | None = None
        self._scene: tuple[tuple[object, ...], QImage] | None = None

    # -- what to show ---------------------------------------------------------------------

    def set_line(
        self, line: BulkSlice, spins: NDArray[np.int8], latents: dict[int, NDArray[np.float32]]
    ) -> None:
        """Show a line of a sample: (L, L) spins, and per scale l the (l, l) latents."""
        if line != self.slice:
            kept = self._pin is not None and self.slice is not None
            same = kept and self.slice.size == line.size  # type: ignore[union-attr]
            self.slice = line
            self.response = self.cone = None
            self._cursor = None
            self.pin(self._pin if same else None, announce=kept)
        self._spins = spins[line.sites]
        self._values = {
            node: float(latents[place[0]][place[1], place[2]]) for place, node in line.nodes.items()
        }
        self._describe()
        self.update()

    def set_response(self, response: NDArray[np.float64] | None) -> None:
        """Show the answers (L,) of the line's sites to the active latent, None while unknown."""
        self.response = response
        self._describe()
        self.update()

    def set_cone(self, cone: marks.Cone | None) -> None:
        """Show which sites the active latent can move."""
        self.cone = cone
        self._describe()
        self.update()

    def active(self) -> Node | None:
        """Return the latent that is looked at: the pinned one, or the one under the cursor."""
        return self._pin if self._pin is not None else self._cursor

    def active_place(self) -> Place | None:
        """Return scale, row and column of the active latent."""
        node = self.active()
        return None if node is None or self.slice is None else self.slice.place(*node)

    def is_pinned(self) -> bool:
        """Return whether a latent stays while the mouse moves on."""
        return self._pin is not None

    def pin(self, node: Node | None, *, announce: bool = True) -> None:
        """Hold a latent, or none."""
        before = self.active()
        self._pin = node
        self._changed(before)
        if announce:
            self.pinned.emit(self.active_place() if node is not None else None)

    def limit(self) -> float:
        """Return the end of the colour bar of the response."""
        return 1.0 if self.response is None else round_limit(self.response)

    def _changed(self, before: Node | None) -> None:
        if self.active() != before:
            self.response = self.cone = None
            self.activated.emit(self.active_place())
        self._describe()
        self.update()

    def _describe(self) -> None:
        node = self.active()
        if node is None or node not in self._values:
            self.setAccessibleDescription("")
            return
        words = f"Latent scale {node[0]} index {node[1]}, {fixed(self._values[node], 2)}"
        if self.cone is not None:
            words += f", cone of {self.cone.tree[1] - self.cone.tree[0]} sites"
            words += f" and {self.cone.count()} around" if self.cone.count() else ""
        if self.response is not None:
            words += f", largest response {fixed(float(np.abs(self.response).max()), 2)}"
        self.setAccessibleDescription(words + (", pinned" if self.is_pinned() else ""))

    # -- drawing --------------------------------------------------------------------------

    def layout_of_disk(self) -> DiskLayout | None:
        """Return where everything lies at the present size."""
        if self.slice is None:
            return None
        wanted = (self.slice, float(self.width()), float(self.height()))
        if (
            self._layout is None
            or (self._layout.slice, self._layout.width, self._layout.height) != wanted
        ):
            self._layout = DiskLayout(*wanted)
        return self._layout

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the ground, then all that moves."""
        layout = self.layout_of_disk()
        if layout is None or not self._values:
            return
        painter, theme, node = QPainter(self), self.theme, self.active()
        painting.draw_image(painter, QPointF(0, 0), self._scene_image(layout))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        bright = frozenset() if node is None else frozenset(layout.slice.kin(*node)[1])
        marks.draw_bars(painter, layout, self.response, self.limit(), theme)
        marks.draw_sites(painter, layout, self._spins, theme)
        painter.setOpacity(self.image_opacity())
        marks.draw_nodes(painter, layout, self._values, LATENT_RANGE, bright, theme)
        painter.setOpacity(1.0)
        if node is not None:
            self._draw_active(painter, layout, node)

    def _draw_active(self, painter: QPainter, layout: DiskLayout, node: Node) -> None:
        middle, radius = layout.pixel(layout.point(node)), layout.node_radius(node[0])
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        marks.draw_ring(
            painter, middle, radius, self.theme, pinned=self.is_pinned(), focus=self.ring
        )
        span = layout.slice.span(*node)
        cone = self.cone or marks.Cone(span, span)
        marks.draw_reading(painter, layout, node, self._values[node], cone, self.theme)

    def _ground_image(self, layout: DiskLayout) -> QImage:
        limit = 0.0 if self.response is None else self.limit()
        key = (Ground(layout, self.theme, limit), self.devicePixelRatioF())
        if self._ground is None or self._ground[0] != key:
            self._ground = (key, ground_image(*key))
        return self._ground[1]

    def _scene_image(self, layout: DiskLayout) -> QImage:
        """Return the ground with the cone on it, drawn anew when another latent is active."""
        ground, node = self._ground_image(layout), self.active()
        key = (ground.cacheKey(), node, self.cone)
        if self._scene is None or self._scene[0] != key:
            image = QImage(ground)
            painter = QPainter(image)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            if node is not None and self.cone is not None:
                marks.draw_cone(painter, layout, self.cone, self.theme)
            if node is not None:
                marks.draw_kin(painter, layout, node, self.theme)
            draw_ring_labels(painter, layout, self.theme)
            painter.end()
            self._scene = (key, image)
        return self._scene[1]

    def sizeHint(self) -> QSize:
        """Return the size in the design."""
        return QSize(618, 580)

    # -- input ----------------------------------------------------------------------------

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Look at the latent under the mouse."""
        layout = self.layout_of_disk()
        self._move(None if layout is None else layout.node_at(event.position()))

    def leaveEvent(self, event: QEvent) -> None:
        """Stop looking; a pinned latent stays."""
        self._move(None)

    def _move(self, node: Node | None) -> None:
        before = self.active()
        if node != self._cursor:
            self._cursor = node
            hand, arrow = Qt.CursorShape.PointingHandCursor, Qt.CursorShape.ArrowCursor
            self.setCursor(arrow if node is None else hand)
            self._changed(before)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Pin the latent under the mouse; the pinned one, or none, unpins."""
        layout = self.layout_of_disk()
        if event.button() != Qt.MouseButton.LeftButton or layout is None:
            super().mousePressEvent(event)
            return
        node = layout.node_at(event.position())
        self.pin(None if node == self._pin else node)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Change the pinned latent, with Shift in small steps."""
        if not self.is_pinned():
            event.ignore()
            return
        fine = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        # Some platforms turn the wheel sideways while Shift is held.
        delta = event.angleDelta().y() or event.angleDelta().x()
        self.nudged.emit(delta / 120 * (FINE_NUDGE if fine else NUDGE))
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Walk along a ring or between rings; Enter pins, plus and minus change what is pinned."""
        key = Qt.Key(event.key())
        if key == Qt.Key.Key_Escape and self.is_pinned():
            self.pin(None)
        elif key not in self.KEYS or self.slice is None:
            super().keyPressEvent(event)
        elif key in _PIN:
            self.pin(None if self.is_pinned() else self._cursor)
        elif key in _NUDGES and self.is_pinned():
            self.nudged.emit(_NUDGES[key])
        elif key in _RESTORE and self.is_pinned():
            self.restored.emit()
        elif key in ARROWS or key in PAGES:
            self._walk(key)

    def _walk(self, key: Qt.Key) -> None:
        assert self.slice is not None
        start = self.active()
        if start is None:
            node = (self.slice.size, 0)
        elif key in ARROWS:
            down, right = ARROWS[key]
            node = (start[0], (start[1] + right + down) % self.slice.count(start[0]))
        elif key == Qt.Key.Key_PageUp:
            node = self.slice.parent(*start) or start
        elif start[0] < self.slice.size:
            node = (2 * start[0], 2 * start[1] if start[0] > 1 else 0)
        else:
            node = start
        if self.is_pinned():
            self.pin(node)
        self._move(node)
