"""The painted body of the Renormalization flow panel: fields above latents, scale by scale."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, QSizeF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QShowEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget

from nrg_app.session.latents import is_latent
from nrg_app.ui import painting
from nrg_app.ui.panels.base import ARROWS, Canvas
from nrg_app.ui.panels.strip_flow import Cell, Flow, Place, Values
from nrg_app.ui.panels.strip_ground import Ground, count_line, ground_image
from nrg_app.ui.panels.strip_layout import StripLayout, at_scale, next_latent, strip_layout
from nrg_app.ui.panels.strip_marks import LockButton, draw_edit_marks
from nrg_app.ui.panels.text import line_width
from nrg_app.ui.theme import Theme

DOTTED_UP_TO = 8
LEAST_WIDTH = 640  # for six scales with their captions
NUDGE, FINE_NUDGE = 0.1, 0.01
_NUDGES = {Qt.Key.Key_Plus: NUDGE, Qt.Key.Key_Equal: NUDGE, Qt.Key.Key_Minus: -NUDGE}
_SELECT = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_DELETE = (Qt.Key.Key_Delete, Qt.Key.Key_Backspace)
PAGES = {Qt.Key.Key_PageUp: -1, Qt.Key.Key_PageDown: 1}


class StripCanvas(Canvas):
    """Paints one sample's flow. A click selects a latent.

    Signals:
        lock_clicked: a lock was pressed: its scale, and whether all coarser ones go along.
        latent_selected: the scale, row and column of the latent that is selected now, or None.
        latent_nudged: the wheel or a key changes the selected latent by this much.
        latent_restored: the selected latent is to lose its edit.
    """

    KEYS = frozenset({*ARROWS, *PAGES, *_NUDGES, *_SELECT, *_DELETE})
    lock_clicked = Signal(int, bool)
    latent_selected = Signal(object)
    latent_nudged = Signal(float)
    latent_restored = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumSize(LEAST_WIDTH, 200)
        self.flow = Flow()
        self.selection: Place | None = None
        self._edited: frozenset[Place] = frozenset()
        self._lock_set: frozenset[int] = frozenset()
        self._cell: Cell | None = None
        self._locks: dict[int, LockButton] = {}
        self._cache: dict[tuple[float, ...], QImage] = {}
        self._counts: tuple[int, ...] = ()
        self._ground_cache: tuple[tuple[Ground, QSize, float], QImage] | None = None

    # -- what to show ---------------------------------------------------------------------

    def set_flow(
        self, spins: NDArray[np.int8], fields: dict[int, Values], latents: dict[int, Values]
    ) -> None:
        """Show one sample: (L, L) spins, and per scale l the (l, l) field and latents."""
        other_scales = fields.keys() != self.flow.fields.keys()
        self.flow = Flow(spins, fields, latents, self.flow.view)
        if other_scales:
            self._cell = None
            self.select(None)
            self._counts = tuple(int(np.isfinite(latents[s]).sum()) for s in self.scales())
            self._make_locks()
        self.setAccessibleName(f"Renormalization flow, scales {max(fields)} to 1")
        self._describe()
        self.invalidate()

    def set_view(self, view: str) -> None:
        """Show the upper row as "field", "spins", "mean" or "majority"."""
        self.flow = replace(self.flow, view=view)
        self.invalidate()

    def set_locks(self, scales: frozenset[int]) -> None:
        """Mark scales as frozen."""
        self._lock_set = scales
        for lock in self._locks.values():
            lock.set_frozen(lock.scale in scales)
        self._place_locks()
        self.update()

    def set_edited(self, places: frozenset[Place]) -> None:
        """Mark latents as set by hand."""
        self._edited = places
        self.update()

    def select(self, place: Place | None) -> None:
        """Frame a latent, or none, and announce it."""
        if place != self.selection:
            self.selection = place
            self._describe()
            self.latent_selected.emit(place)
            self.update()

    def set_theme(self, theme: Theme) -> None:
        """Repaint in another theme."""
        for lock in self._locks.values():
            lock.set_theme(theme)
        super().set_theme(theme)

    def invalidate(self) -> None:
        """Forget the tiles' images and repaint."""
        self._cache.clear()
        super().invalidate()

    def scales(self) -> tuple[int, ...]:
        """Return the scales on show, finest first."""
        return tuple(sorted(self.flow.fields, reverse=True))

    def tiles(self) -> StripLayout:
        """Return where the tiles lie at the present size."""
        dpr = self.devicePixelRatioF()
        return strip_layout(self.width(), self.height(), self.scales() or (1,), dpr)

    def latent_count(self, scale: int) -> int:
        """Return how many latents a scale has: all cells but the kept ones."""
        return self._counts[self.scales().index(scale)]

    # -- locks ----------------------------------------------------------------------------

    def cursor_scale(self) -> int | None:
        """Return the scale of the tile under the cursor, None if there is none."""
        return self._cell[1] if self._cell is not None else None

    def lock(self, scale: int) -> LockButton:
        """Return the lock of a scale."""
        return self._locks[scale]

    def _make_locks(self) -> None:
        for lock in self._locks.values():
            lock.hide()
            lock.deleteLater()
        self._locks = {}
        for scale in self.scales():
            lock = LockButton(self.theme, scale, self)
            lock.set_frozen(scale in self._lock_set)
            lock.chosen.connect(self.lock_clicked)
            lock.show()
            self._locks[scale] = lock
        self._place_locks()

    def _place_locks(self) -> None:
        layout = self.tiles()
        for scale, lock in self._locks.items():
            area = layout.caption_rect(scale)
            count = line_width(count_line(self.latent_count(scale)), 12)
            lock.with_text = True
            lock.with_text = lock.sizeHint().width() + count + 6 <= area.width()
            size = lock.sizeHint()
            lock.setGeometry(round(area.left()), round(area.top()), size.width(), size.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Move the locks along."""
        super().resizeEvent(event)
        self._place_locks()

    def showEvent(self, event: QShowEvent) -> None:
        """Place the locks for the screen that the panel is on."""
        super().showEvent(event)
        self._place_locks()

    # -- reading a cell -------------------------------------------------------------------

    def cursor_text(self) -> str:
        """Return the reading of the cell under the cursor, "" if there is none."""
        if self._cell is None:
            return ""
        _, _, row, column = self._cell
        return f"({column}, {row}) {self.flow.reading(self._cell)}"

    def _set_cell(self, cell: Cell | None) -> None:
        if cell != self._cell:
            self._cell = cell
            self._describe()
            self.update()

    def _describe(self) -> None:
        cell = self._cell if self.selection is None else ("z", *self.selection)
        if cell is None:
            self.setAccessibleDescription("")
            return
        name, scale, row, column = cell
        kind = "Field" if name == "x" else "Latent"
        words = f"{kind} scale {scale}, site ({column}, {row}), {self.flow.reading(cell)}"
        self.setAccessibleDescription(words + (", selected" if self.selection else ""))

    # -- drawing --------------------------------------------------------------------------

    def _tile_image(self, name: str, scale: int, pixels: int) -> QImage:
        dpr = self.devicePixelRatioF()
        key = (ord(name), scale, pixels, dpr)
        if key not in self._cache:
            colors = self.flow.colors(name, scale, self.theme)
            self._cache[key] = painting.lattice_image(colors, pixels // scale, dpr)
        return self._cache[key]

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw all tiles with their titles, captions and arrows."""
        if not self.flow.fields:
            return
        painter = QPainter(self)
        layout = self.tiles()
        painting.draw_image(painter, QPointF(0, 0), self._ground(layout))
        for scale in layout.scales:
            self._draw_tile(painter, layout, "x", scale)
            self._draw_tile(painter, layout, "z", scale)

    def _draw_tile(self, painter: QPainter, layout: StripLayout, name: str, scale: int) -> None:
        theme = self.theme
        tile = layout.field_rect(scale) if name == "x" else layout.latent_rect(scale)
        painter.setOpacity(self.image_opacity())
        image = self._tile_image(name, scale, layout.pixels)
        corner = painting.draw_image(painter, tile.topLeft(), image)
        painter.setOpacity(1.0)
        tile = QRectF(corner, QSizeF(layout.side, layout.side))
        if name == "z" and scale in self._lock_set:
            painting.fill_frame(painter, tile, theme.accent, 2)
        else:
            painting.fill_frame(painter, tile, theme.strong_line, 1 / self.devicePixelRatioF())
        if name == "z" and scale <= DOTTED_UP_TO:
            self._draw_dots(painter, layout, tile, scale)
        if name == "z":
            self._draw_edits(painter, layout, tile, scale)
        if self._cell is not None and self._cell[:2] == (name, scale):
            if self.ring:
                painting.fill_frame(painter, tile.adjusted(-3, -3, 3, 3), theme.accent, 2)
            painting.draw_cell_marker(painter, layout.cell_rect(tile, scale, *self._cell[2:]))

    def _draw_dots(self, painter: QPainter, layout: StripLayout, tile: QRectF, scale: int) -> None:
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self.theme.text3))
        radius = 2 + layout.side / scale / 32
        for row, column in np.argwhere(np.isnan(self.flow.latents[scale])).tolist():
            center = layout.cell_rect(tile, scale, row, column).center()
            painter.drawEllipse(center, radius, radius)
        painter.restore()

    def _draw_edits(self, painter: QPainter, layout: StripLayout, tile: QRectF, scale: int) -> None:
        """Draw the marks of edited latents and the frame of the selected one."""
        edited = [place[1:] for place in self._edited if place[0] == scale]
        cells = [layout.cell_rect(tile, scale, *place) for place in edited]
        draw_edit_marks(painter, cells, self.theme.text)
        if self.selection is not None and self.selection[0] == scale:
            cell = layout.cell_rect(tile, scale, *self.selection[1:])
            painting.fill_frame(painter, cell, self.theme.panel, 3)
            painting.fill_frame(painter, cell, self.theme.accent, 2)

    def _ground(self, layout: StripLayout) -> QImage:
        """Return the words and arrows as an image, drawn anew only when they change."""
        reading = {self._cell[0]: self.cursor_text()} if self._cell else {}
        labels = self.flow.labels(reading)
        ground = Ground(layout, self.theme, self._counts, *labels, self._lock_set)
        key = (ground, self.size(), self.devicePixelRatioF())
        if self._ground_cache is None or self._ground_cache[0] != key:
            self._ground_cache = (key, ground_image(*key))
        return self._ground_cache[1]

    # -- input ----------------------------------------------------------------------------

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Read the cell under the mouse."""
        self._set_cell(self.tiles().hit(event.position()) if self.flow.fields else None)

    def leaveEvent(self, event: QEvent) -> None:
        """Stop reading."""
        self._set_cell(None)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Select the latent under the mouse, or none."""
        cell = self.tiles().hit(event.position()) if self.flow.fields else None
        if event.button() != Qt.MouseButton.LeftButton:
            super().mousePressEvent(event)
        elif cell is not None and cell[0] == "z" and is_latent(*cell[1:]):
            self.select(cell[1:])
        else:
            self.select(None)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Change the selected latent, with Shift in small steps."""
        if self.selection is None:
            event.ignore()
            return
        fine = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        # Some platforms turn the wheel sideways while Shift is held.
        delta = event.angleDelta().y() or event.angleDelta().x()
        self.latent_nudged.emit(delta / 120 * (FINE_NUDGE if fine else NUDGE))
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move the selection or the cursor; plus, minus and Delete act on the selection."""
        key = Qt.Key(event.key())
        if key == Qt.Key.Key_Escape and self.selection is not None:
            self.select(None)
        elif key not in self.KEYS or not self.flow.fields:
            super().keyPressEvent(event)
        elif self.selection is not None:
            self._act_on_selection(key)
        elif self._cell is None:
            self._set_cell(("x", self.scales()[0], 0, 0))
        elif key in ARROWS:
            self._step(*ARROWS[key])
        elif key in PAGES:
            self._set_cell(
                (self._cell[0], *at_scale(self._next(key, self._cell[1]), *self._cell[1:]))
            )
        elif key in _SELECT and self._cell[0] == "z" and is_latent(*self._cell[1:]):
            self.select(self._cell[1:])

    def _act_on_selection(self, key: Qt.Key) -> None:
        assert self.selection is not None
        if key in ARROWS:
            self.select(next_latent(*self.selection, *ARROWS[key]))
        elif key in _NUDGES:
            self.latent_nudged.emit(_NUDGES[key])
        elif key in _DELETE:
            self.latent_restored.emit()
        elif key in PAGES:
            place = at_scale(self._next(key, self.selection[0]), *self.selection)
            self.select(place if is_latent(*place) else next_latent(*place, 0, 1))

    def _step(self, down: int, right: int) -> None:
        """Move the cursor in a tile; columns wrap, rows lead on from the fields to the latents."""
        assert self._cell is not None
        name, scale, row, column = self._cell
        row, column = row + down, (column + right) % scale
        if not 0 <= row < scale:
            name, row = ("z" if name == "x" else "x"), row % scale
        self._set_cell((name, scale, row, column))

    def _next(self, key: Qt.Key, scale: int) -> int:
        """Return the next finer (Page Up) or coarser scale."""
        scales = self.scales()
        return scales[min(max(scales.index(scale) + PAGES[key], 0), len(scales) - 1)]
