"""What of the disk stays while values change: ground, rings, tree, words. Drawn once."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import (
    QColor,
    QImage,
    QPainter,
    QPen,
    QRadialGradient,
)

from nrg_app.figures.hyperbolic import on_circle, ring_radius
from nrg_app.ui.holography.disk_layout import BAR, BAR_GAP, DiskLayout
from nrg_app.ui.painting import blend, draw_color_bar, gradient
from nrg_app.ui.panels.numbers import fixed
from nrg_app.ui.panels.strip_flow import LATENT_RANGE
from nrg_app.ui.panels.text import ELL, Line, draw_line, draw_text, line_width, plain, sym
from nrg_app.ui.theme import Theme

_KEY_BAR = 76
_KINDS = {"horizontal": "row", "vertical": "column", "diagonal": "diagonal"}


@dataclass(frozen=True)
class Ground:
    """All that the ground depends on; equal grounds look the same.

    ``limit`` is the end of the colour bar of the response, 0 for none.
    """

    layout: DiskLayout
    theme: Theme
    limit: float


def line_words(direction: str) -> str:
    """Return what a line of the lattice is called: "row", "column" or "diagonal"."""
    return _KINDS[direction]


def ground_image(ground: Ground, dpr: float) -> QImage:
    """Draw the ground on a transparent image."""
    layout, theme = ground.layout, ground.theme
    image = QImage(
        round(layout.width * dpr),
        round(layout.height * dpr),
        QImage.Format.Format_ARGB32_Premultiplied,
    )
    image.setDevicePixelRatio(dpr)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    _draw_disk(painter, layout, theme)
    _draw_words(painter, ground)
    painter.end()
    return image


def _draw_disk(painter: QPainter, layout: DiskLayout, theme: Theme) -> None:
    middle, radius = layout.center, layout.radius
    light = QRadialGradient(middle, radius)
    light.setColorAt(0.0, blend(theme.plot, theme.raised, 0.9 if theme.dark else 0.6))
    light.setColorAt(1.0, QColor(theme.plot))
    painter.setPen(QPen(QColor(theme.strong_line), 1.0))
    painter.setBrush(light)
    painter.drawEllipse(middle, radius, radius)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(QColor(theme.line), 1.0))
    for scale in layout.slice.scales[2:]:
        ring = ring_radius(scale) * radius
        painter.drawEllipse(middle, ring, ring)
    painter.setPen(QPen(QColor(theme.text3), 1.0))
    painter.setOpacity(0.6)
    for edge in layout.edges.values():
        painter.drawPath(edge)
    painter.setOpacity(1.0)


def _draw_words(painter: QPainter, ground: Ground) -> None:
    layout, theme = ground.layout, ground.theme
    kind = line_words(layout.slice.direction)
    lines: tuple[Line, ...] = (
        (plain(f"boundary: one lattice {kind}, {layout.slice.size} sites"),),
        (plain("bulk: latents on rings by scale "), sym(ELL)),
    )
    for number, line in enumerate(lines):
        box = QRectF(12, 2 + 16 * number, layout.width, 16)
        draw_line(painter, box, line, theme.text3, px=11)
    _draw_sites(painter, layout, theme)
    _draw_key(painter, layout, (plain("latent "), sym("z")), LATENT_RANGE, theme, left=True)
    if ground.limit:
        words = (plain("response \u2202"), sym("x"), plain("/\u2202"), sym("z"))
        _draw_key(painter, layout, words, ground.limit, theme, left=False)


def draw_ring_labels(painter: QPainter, layout: DiskLayout, theme: Theme) -> None:
    """Write the scales of the rings on patches of ground, between the first and the last node."""
    middle = layout.center
    for scale in layout.slice.scales[2:]:
        y = middle.y() - ring_radius(scale) * layout.radius
        text = str(scale)
        width = line_width((plain(text),), 11) + 6
        box = QRectF(middle.x() - width / 2, y - 7, width, 14)
        painter.setOpacity(0.8)
        painter.fillRect(box, QColor(theme.plot))
        painter.setOpacity(1.0)
        draw_text(painter, box, text, theme.text2, px=11, align=Qt.AlignmentFlag.AlignHCenter)


def _draw_sites(painter: QPainter, layout: DiskLayout, theme: Theme) -> None:
    """Number four sites beyond the bars."""
    size = layout.slice.size
    distance = 1.0 + (BAR_GAP + BAR + 3.0) / layout.radius
    for site in (size // 8, 3 * size // 8, 5 * size // 8, 7 * size // 8):
        at = layout.pixel(on_circle((site + 0.5) / size, distance))
        right = at.x() > layout.center.x()
        box = QRectF(at.x() + (2 if right else -32), at.y() - 7, 30, 14)
        align = Qt.AlignmentFlag.AlignLeft if right else Qt.AlignmentFlag.AlignRight
        draw_text(painter, box, str(site), theme.text3, px=10, align=align)


def _draw_key(
    painter: QPainter, layout: DiskLayout, words: Line, limit: float, theme: Theme, *, left: bool
) -> None:
    """Draw a colour bar with its words at a lower corner."""
    end = f"\u00b1{fixed(limit, 0 if limit >= 3 else 1 if limit >= 0.3 else 2)}"
    top, width, last = layout.height - 20, line_width(words, 11), line_width((plain(end),), 11)
    x = 12.0 if left else layout.width - 12 - width - _KEY_BAR - last - 14
    draw_line(painter, QRectF(x, top, width + 4, 16), words, theme.text2, px=11)
    bar = QRectF(round(x + width + 7), top + 5, _KEY_BAR, 7)
    draw_color_bar(painter, bar, gradient(theme.diverging), theme.strong_line)
    draw_text(painter, QRectF(bar.right() + 6, top, last + 4, 16), end, theme.text3, px=11)


def corner_box(layout: DiskLayout) -> QRectF:
    """Return where the reading of a latent is written."""
    return QRectF(layout.width - 168, 2, 156, 70)
