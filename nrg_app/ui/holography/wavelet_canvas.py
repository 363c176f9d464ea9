"""Mean patterns of every scale as tiles: what a latent writes and reads, and Haar's wavelet."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QHelpEvent, QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QToolTip, QWidget

from nrg_app.session.holography.messages import WaveletsResult
from nrg_app.ui import painting
from nrg_app.ui.panels.base import Canvas
from nrg_app.ui.panels.numbers import fixed
from nrg_app.ui.panels.text import ELL, Line, draw_line, draw_text, plain, sym
from nrg_app.ui.theme import Theme

_LABELS, _TOP, _GAP, _MARGIN, _KEY = 76.0, 20.0, 6.0, 12.0, 20.0
_ROWS: tuple[tuple[str, Line, str], ...] = (
    ("response", (plain("|\u2202"), sym("x"), plain("/\u2202"), sym("z"), plain("|")), "written"),
    ("reading", (plain("|\u2202"), sym("z"), plain("/\u2202"), sym("x"), plain("|")), "read"),
    ("Haar", (plain("Haar"),), "wavelet"),
)


class WaveletCanvas(Canvas):
    """Paints the tiles; each is as bright as its own largest value."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self.setMinimumSize(240, 120)
        self.setAccessibleName("Wavelets, response, reading and Haar by scale")
        self._result: WaveletsResult | None = None
        self._images: dict[tuple[int, int, int], QImage] = {}

    def set_result(self, result: WaveletsResult) -> None:
        """Show patterns."""
        self._result = result
        scales = ", ".join(map(str, result.scales))
        self.setAccessibleDescription(f"Scales {scales}; a tile is centred on the latent's site")
        self.invalidate()

    def invalidate(self) -> None:
        """Forget the tiles' images and repaint."""
        self._images.clear()
        super().invalidate()

    # -- geometry -------------------------------------------------------------------------

    def _side(self) -> float:
        """Return the side of a tile in logical pixels: whole device pixels for every site."""
        assert self._result is not None
        size = self._result.responses.shape[-1]
        columns = len(self._result.scales)
        wide = (self.width() - _LABELS - _MARGIN - (columns - 1) * _GAP) / columns
        high = (self.height() - _TOP - _KEY - 2 * _GAP) / 3
        room, dpr = max(8.0, min(wide, high)), self.devicePixelRatioF()
        return max(int(room * dpr / size) * size, min(size, int(room * dpr))) / dpr

    def tile_rect(self, row: int, column: int) -> QRectF:
        """Return where a tile goes; columns run from the finest scale."""
        side = self._side()
        return QRectF(_LABELS + column * (side + _GAP), _TOP + row * (side + _GAP), side, side)

    def _pattern(self, row: int, column: int) -> NDArray[np.float64]:
        assert self._result is not None
        found = self._result
        kind = (found.responses, found.readings, found.haar)[row]
        pattern: NDArray[np.float64] = kind[len(found.scales) - 1 - column]
        return pattern

    # -- drawing --------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the tiles with their labels and the colour bar."""
        if self._result is None:
            return
        painter, theme = QPainter(self), self.theme
        scales = self._result.scales[::-1]
        center = Qt.AlignmentFlag.AlignHCenter
        for column, scale in enumerate(scales):
            tile = self.tile_rect(0, column)
            box = QRectF(tile.left() - _GAP, 0, tile.width() + 2 * _GAP, _TOP - 3)
            draw_line(
                painter, box, (sym(ELL), plain(f" = {scale}")), theme.text2, px=11, align=center
            )
            for row in range(3):
                self._draw_tile(painter, row, column)
        for row, (_, line, words) in enumerate(_ROWS):
            tile = self.tile_rect(row, 0)
            box = QRectF(_MARGIN, tile.center().y() - 16, _LABELS - _MARGIN, 16)
            draw_line(painter, box, line, theme.text)
            draw_text(painter, box.translated(0, 16), words, theme.text3, px=11)
        self._draw_key(painter)

    def _draw_tile(self, painter: QPainter, row: int, column: int) -> None:
        tile, dpr = self.tile_rect(row, column), self.devicePixelRatioF()
        pixels = round(tile.width() * dpr)
        key = (row, column, pixels)
        if key not in self._images:
            pattern = self._pattern(row, column)
            largest = float(np.nanmax(pattern)) or 1.0
            table = painting.gradient(painting.CIVIDIS)
            colors = painting.colorize(pattern, 0.0, largest, table)
            image = painting.lattice_image(colors, max(1, pixels // len(pattern)))
            if pixels < len(pattern):
                smooth = Qt.TransformationMode.SmoothTransformation
                image = image.scaled(pixels, pixels, Qt.AspectRatioMode.IgnoreAspectRatio, smooth)
            image.setDevicePixelRatio(dpr)
            self._images[key] = image
        corner = painting.draw_image(painter, tile.topLeft(), self._images[key])
        frame = QRectF(corner, tile.size())
        painting.fill_frame(painter, frame, self.theme.strong_line, 1 / dpr)

    def _draw_key(self, painter: QPainter) -> None:
        theme = self.theme
        top = self.tile_rect(2, 0).bottom() + 5
        draw_text(painter, QRectF(_LABELS, top, 20, 14), "0", theme.text3, px=11)
        bar = QRectF(_LABELS + 12, top + 4, 76, 7)
        painting.draw_color_bar(
            painter, bar, painting.gradient(painting.CIVIDIS), theme.strong_line
        )
        box = QRectF(bar.right() + 6, top, 400, 14)
        draw_text(painter, box, "largest value of each tile", theme.text3, px=11)

    def sizeHint(self) -> QSize:
        """Return the size in the design."""
        return QSize(522, 250)

    def tip(self, position: QPointF) -> str:
        """Return what a tile shows in words, "" beside all tiles."""
        if self._result is None:
            return ""
        for row, (name, _, _) in enumerate(_ROWS):
            for column, scale in enumerate(self._result.scales[::-1]):
                if self.tile_rect(row, column).contains(position):
                    largest = float(np.nanmax(self._pattern(row, column)))
                    return f"{name}, scale {scale}: largest {fixed(largest, 3)}"
        return ""

    def event(self, event: QEvent) -> bool:
        """Show the largest value of a tile as a tooltip."""
        if isinstance(event, QHelpEvent):
            QToolTip.showText(event.globalPos(), self.tip(QPointF(event.pos())))
            return True
        return super().event(event)
