"""The painted body of the Renormalization flow panel: fields above latents, scale by scale."""

from __future__ import annotations

import math

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
)
from PySide6.QtWidgets import QWidget

from nrg_app.ui import painting
from nrg_app.ui.panels.base import ARROWS, Canvas
from nrg_app.ui.panels.numbers import fixed, signed_integer
from nrg_app.ui.panels.sample_views import FIELD_RANGE
from nrg_app.ui.panels.strip_ground import Ground, count_line, ground_image
from nrg_app.ui.panels.strip_layout import StripLayout, strip_layout
from nrg_app.ui.panels.strip_marks import LockButton, RowLabel
from nrg_app.ui.panels.text import line_width
from nrg_app.ui.theme import Theme

LATENT_RANGE = 3.0
DOTTED_UP_TO = 8
Values = NDArray[np.float32]
Cell = tuple[str, int, int, int]


class StripCanvas(Canvas):
    """Paints one sample's flow; ``lock_clicked`` carries the scale whose lock was pressed."""

    KEYS = frozenset(ARROWS) | {Qt.Key.Key_PageUp, Qt.Key.Key_PageDown}
    lock_clicked = Signal(int)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumSize(480, 200)
        self._spins: NDArray[np.int8] | None = None
        self._fields: dict[int, Values] = {}
        self._latents: dict[int, Values] = {}
        self._view = "field"
        self._frozen_scale = 0
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
        other_scales = fields.keys() != self._fields.keys()
        self._spins, self._fields, self._latents = spins, fields, latents
        if other_scales:
            self._cell = None
            self._counts = tuple(int(np.isfinite(latents[s]).sum()) for s in self.scales())
            self._make_locks()
        self.setAccessibleName(f"Renormalization flow, scales {max(fields)} to 1")
        self._describe()
        self.invalidate()

    def set_view(self, view: str) -> None:
        """Show the upper row as "field" or "spins"."""
        self._view = view
        self.invalidate()

    def set_frozen_scale(self, scale: int) -> None:
        """Mark all scales up to and including one as frozen; 0 marks none."""
        self._frozen_scale = scale
        for lock in self._locks.values():
            lock.set_frozen(lock.scale <= scale)
        self._place_locks()
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
        return tuple(sorted(self._fields, reverse=True))

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
            lock.set_frozen(scale <= self._frozen_scale)
            # The default argument keeps this scale; the lambda holds no reference to the lock.
            lock.clicked.connect(lambda *_, scale=scale: self.lock_clicked.emit(scale))
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
        return f"({column}, {row}) {self._value_text(self._cell)}"

    def _value_text(self, cell: Cell) -> str:
        name, scale, row, column = cell
        value = float((self._fields if name == "x" else self._latents)[scale][row, column])
        if math.isnan(value):
            return "kept"
        if name == "x" and self._view == "spins":
            return signed_integer(int(self._signs(scale)[row, column]))
        return fixed(value, 2)

    def _set_cell(self, cell: Cell | None) -> None:
        if cell != self._cell:
            self._cell = cell
            self._describe()
            self.update()

    def _describe(self) -> None:
        if self._cell is None:
            self.setAccessibleDescription("")
            return
        name, scale, row, column = self._cell
        kind = "Field" if name == "x" else "Latent"
        value = self._value_text(self._cell)
        self.setAccessibleDescription(f"{kind} scale {scale}, site ({column}, {row}), {value}")

    # -- drawing --------------------------------------------------------------------------

    def _signs(self, scale: int) -> NDArray[np.int8]:
        """Return the spins of the finest scale, the signs of the field at the coarser ones."""
        if self._spins is not None and scale == len(self._spins):
            return self._spins
        return np.where(self._fields[scale] >= 0, 1, -1).astype(np.int8)

    def _tile_colors(self, name: str, scale: int) -> painting.Colors:
        theme = self.theme
        table = painting.gradient(theme.diverging)
        if name == "z":
            limit = LATENT_RANGE
            return painting.colorize(self._latents[scale], -limit, limit, table, theme.kept)
        if self._view == "spins":
            return painting.spin_colors(self._signs(scale), theme.spin_down, theme.spin_up)
        return painting.colorize(self._fields[scale], -FIELD_RANGE, FIELD_RANGE, table)

    def _tile_image(self, name: str, scale: int, pixels: int) -> QImage:
        dpr = self.devicePixelRatioF()
        key = (ord(name), scale, pixels, dpr)
        if key not in self._cache:
            colors = self._tile_colors(name, scale)
            self._cache[key] = painting.lattice_image(colors, pixels // scale, dpr)
        return self._cache[key]

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw all tiles with their titles, captions and arrows."""
        if not self._fields:
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
        if name == "z" and scale <= self._frozen_scale:
            painting.fill_frame(painter, tile, theme.accent, 2)
        else:
            painting.fill_frame(painter, tile, theme.strong_line, 1 / self.devicePixelRatioF())
        if name == "z" and scale <= DOTTED_UP_TO:
            self._draw_dots(painter, layout, tile, scale)
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
        for row, column in np.argwhere(np.isnan(self._latents[scale])).tolist():
            center = layout.cell_rect(tile, scale, row, column).center()
            painter.drawEllipse(center, radius, radius)
        painter.restore()

    def _ground(self, layout: StripLayout) -> QImage:
        """Return the words and arrows as an image, drawn anew only when they change."""
        reading = {self._cell[0]: self.cursor_text()} if self._cell else {}
        if self._view == "field":
            upper = RowLabel("x", ("coarse field",), FIELD_RANGE, reading.get("x", ""))
        else:
            upper = RowLabel("x", ("spins", "coarse: sign"), 0.0, reading.get("x", ""))
        lower = RowLabel("z", ("latents", "N(0, 1)"), LATENT_RANGE, reading.get("z", ""))
        ground = Ground(layout, self.theme, self._counts, upper, lower, self._frozen_scale)
        key = (ground, self.size(), self.devicePixelRatioF())
        if self._ground_cache is None or self._ground_cache[0] != key:
            self._ground_cache = (key, ground_image(*key))
        return self._ground_cache[1]

    # -- input ----------------------------------------------------------------------------

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Read the cell under the mouse."""
        self._set_cell(self.tiles().hit(event.position()) if self._fields else None)

    def leaveEvent(self, event: QEvent) -> None:
        """Stop reading."""
        self._set_cell(None)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move the cursor."""
        key = Qt.Key(event.key())
        if key not in self.KEYS or not self._fields:
            super().keyPressEvent(event)
            return
        if self._cell is None:
            self._set_cell(("x", self.scales()[0], 0, 0))
        elif key in ARROWS:
            self._step(*ARROWS[key])
        else:
            self._change_scale(1 if key == Qt.Key.Key_PageDown else -1)

    def _step(self, down: int, right: int) -> None:
        """Move inside a tile; columns wrap, rows lead on from the fields to the latents."""
        assert self._cell is not None
        name, scale, row, column = self._cell
        row, column = row + down, (column + right) % scale
        if not 0 <= row < scale:
            name, row = ("z" if name == "x" else "x"), row % scale
        self._set_cell((name, scale, row, column))

    def _change_scale(self, step: int) -> None:
        assert self._cell is not None
        name, scale, row, column = self._cell
        scales = self.scales()
        index = min(max(scales.index(scale) + step, 0), len(scales) - 1)
        other = scales[index]
        self._set_cell((name, other, row * other // scale, column * other // scale))
