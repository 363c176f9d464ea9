"""What of the renormalization strip stays while samples change: words, colour keys, arrows.

It takes longer to draw than the tiles, so the canvas keeps it as an image.
"""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QImage, QPainter

from nrg_app.ui.panels.numbers import thousands
from nrg_app.ui.panels.strip_layout import StripLayout
from nrg_app.ui.panels.strip_marks import ICON, RowLabel, draw_arrow, draw_label, draw_title
from nrg_app.ui.panels.text import Line, draw_line, line_width, plain, sym
from nrg_app.ui.theme import Theme


@dataclass(frozen=True)
class Ground:
    """All that the ground depends on; equal grounds look the same.

    ``counts`` are the numbers of latents of the layout's scales; ``upper`` and ``lower`` the
    labels of the two rows; the scales of ``locks`` have grey arrows from their latents.
    """

    layout: StripLayout
    theme: Theme
    counts: tuple[int, ...]
    upper: RowLabel
    lower: RowLabel
    locks: frozenset[int]


def count_line(count: int) -> Line:
    """Return the caption that counts a scale's latents."""
    return (plain(f"{thousands(count)} "), sym("z"))


def ground_image(ground: Ground, size: QSize, dpr: float) -> QImage:
    """Draw a ground on a transparent image of a size in logical pixels."""
    image = QImage(
        round(size.width() * dpr),
        round(size.height() * dpr),
        QImage.Format.Format_ARGB32_Premultiplied,
    )
    image.setDevicePixelRatio(dpr)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    _draw_labels(painter, ground)
    for scale, count in zip(ground.layout.scales, ground.counts, strict=True):
        draw_title(painter, ground.layout.title_rect(scale), scale, ground.theme)
        area = ground.layout.caption_rect(scale)
        right = Qt.AlignmentFlag.AlignRight
        line = count_line(count)
        if line_width(line, 12) + ICON <= area.width():
            draw_line(painter, area, line, ground.theme.text2, align=right)
    _draw_arrows(painter, ground)
    painter.end()
    return image


def _draw_labels(painter: QPainter, ground: Ground) -> None:
    layout = ground.layout
    finest = layout.scales[0]
    width = layout.left - layout.labels - 6
    for label, tile in (
        (ground.upper, layout.field_rect(finest)),
        (ground.lower, layout.latent_rect(finest)),
    ):
        area = QRectF(layout.labels, tile.top(), width, tile.height())
        draw_label(painter, area, ground.theme, label)


def _draw_arrows(painter: QPainter, ground: Ground) -> None:
    layout, theme = ground.layout, ground.theme
    for finer, coarser in zip(layout.scales, layout.scales[1:], strict=False):
        left = layout.field_rect(finer).right() + 6
        right = layout.field_rect(coarser).left() - 6
        y = round(layout.field_rect(finer).center().y()) - 0.5
        draw_arrow(painter, QPointF(left, y - 8), QPointF(right, y - 8), theme.text2)
        draw_arrow(painter, QPointF(right, y + 8), QPointF(left, y + 8), theme.accent)
    for scale in layout.scales:
        tile = layout.latent_rect(scale)
        color = theme.text3 if scale in ground.locks else theme.accent
        foot = QPointF(round(tile.center().x()) - 0.5, tile.top() - 4)
        draw_arrow(painter, foot, foot - QPointF(0, 14), color)
