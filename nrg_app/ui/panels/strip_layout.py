"""Where the tiles of the renormalization strip lie."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF

from nrg_app.session.latents import is_latent
from nrg_app.ui.fonts import scaled

TITLE, BETWEEN, CAPTION = 22, 22, 24
_LABELS, _NARROW_LABELS, _NARROW = 96, 92, 960
_RIGHT = 16
_LEAST_PITCH = 92  # from one row to the next, for the labels
_MIN_GAP, _MAX_GAP = 20, 110


@dataclass(frozen=True)
class StripLayout:
    """Tiles of the scales, finest first, in two rows: fields above latents.

    ``pixels`` is the side of a tile in device pixels, a multiple of every scale; ``side`` is the
    same in logical pixels, as are ``left`` (first tile), ``pitch``, ``top`` and ``labels`` (x of
    the label column) and ``between`` (the space between the rows).
    """

    scales: tuple[int, ...]
    pixels: int
    side: float
    left: float
    pitch: float
    top: float
    labels: float
    between: float = BETWEEN

    def _x(self, scale: int) -> float:
        return self.left + self.scales.index(scale) * self.pitch

    def field_rect(self, scale: int) -> QRectF:
        """Return the tile of x_l."""
        return QRectF(self._x(scale), self.top, self.side, self.side)

    def latent_rect(self, scale: int) -> QRectF:
        """Return the tile of z_l."""
        return self.field_rect(scale).translated(0, self.side + self.between)

    def title_rect(self, scale: int) -> QRectF:
        """Return the line above a field tile."""
        return QRectF(self._x(scale), self.top - TITLE, self.side, TITLE - 2)

    def caption_rect(self, scale: int) -> QRectF:
        """Return the line below a latent tile."""
        tile = self.latent_rect(scale)
        return QRectF(tile.left(), tile.bottom() + 3, self.side, CAPTION - 4)

    def cell_rect(self, tile: QRectF, scale: int, row: int, column: int) -> QRectF:
        """Return one cell of a tile."""
        side = self.side / scale
        return QRectF(tile.left() + column * side, tile.top() + row * side, side, side)

    def hit(self, position: QPointF) -> tuple[str, int, int, int] | None:
        """Return (row name "x" or "z", scale, row, column) of the cell under a point."""
        for scale in self.scales:
            for name, tile in (("x", self.field_rect(scale)), ("z", self.latent_rect(scale))):
                if tile.contains(position):
                    row = int((position.y() - tile.top()) / self.side * scale)
                    column = int((position.x() - tile.left()) / self.side * scale)
                    return name, scale, min(row, scale - 1), min(column, scale - 1)
        return None


def strip_layout(width: float, height: float, scales: tuple[int, ...], dpr: float) -> StripLayout:
    """Return the layout with the largest tiles that fit.

    All tiles have one size, a multiple of the finest scale in device pixels, so that every cell
    of every scale is a whole number of pixels.
    """
    finest, count = max(scales), len(scales)
    labels = scaled(_LABELS if width >= _NARROW else _NARROW_LABELS)
    across = (width - labels - _RIGHT - (count - 1) * _MIN_GAP) / count
    down = (height - TITLE - BETWEEN - CAPTION) / 2
    pixels = finest * max(1, int(min(across, down) * dpr / finest + 1e-6))
    side = pixels / dpr
    pitch = side + _MAX_GAP
    if count > 1:
        pitch = min(pitch, (width - labels - _RIGHT - side) / (count - 1))
    used = labels + (count - 1) * pitch + side + _RIGHT
    start = max(0.0, (width - used) / 2)
    spare = max(0.0, height - TITLE - BETWEEN - CAPTION - 2 * side)
    # Low tiles move apart, so that the labels beside them do not meet.
    apart = int(min(spare, max(0.0, scaled(_LEAST_PITCH) - BETWEEN - side)))
    return StripLayout(
        scales,
        pixels,
        side,
        round(start + labels),
        pitch,
        TITLE + int((spare - apart) / 2),
        start + 11,
        BETWEEN + apart,
    )


def next_latent(scale: int, row: int, column: int, down: int, right: int) -> tuple[int, int, int]:
    """Return (scale, row, column) of the next latent in a direction, around the torus.

    >>> next_latent(4, 0, 1, 0, 1), next_latent(4, 3, 1, 1, 0), next_latent(2, 0, 1, 0, 1)
    ((4, 0, 3), (4, 0, 1), (2, 0, 1))
    """
    for _ in range(scale):
        row, column = (row + down) % scale, (column + right) % scale
        if is_latent(scale, row, column):
            break
    return scale, row, column


def at_scale(other: int, scale: int, row: int, column: int) -> tuple[int, int, int]:
    """Return (scale, row, column) of the cell at the same place of the lattice on another scale.

    >>> at_scale(2, 8, 5, 3), at_scale(16, 8, 5, 3)
    ((2, 1, 0), (16, 10, 6))
    """
    return other, row * other // scale, column * other // scale
