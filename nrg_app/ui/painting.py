"""Pixels for lattices: colour maps, exact scaling in device pixels, domain walls, hairlines.

A lattice becomes one QImage whose cells are whole device pixels, so drawing it is a copy and
nothing is ever smoothed. All colours are 0xAARRGGBB as numpy ``uint32``.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen

from nrg_app.figures.palette import CIVIDIS as CIVIDIS
from nrg_app.figures.palette import Colors as Colors
from nrg_app.figures.palette import from_oklab as from_oklab
from nrg_app.figures.palette import gradient as gradient


def rgb32(color: str) -> int:
    """Return an opaque 0xFFRRGGBB for a colour such as "#2C5C9E"."""
    return 0xFF000000 | int(color.lstrip("#"), 16)


def blend(color: str, other: str, share: float) -> QColor:
    """Return ``color`` mixed with a share 0..1 of ``other``, in sRGB."""
    a, b = QColor(color), QColor(other)
    mixed = [
        round(x + (y - x) * share)
        for x, y in zip(a.getRgb()[:3], b.getRgb()[:3], strict=True)  # type: ignore[index]
    ]
    return QColor(*mixed)


def colorize(
    values: NDArray[np.floating[Any]],
    low: float,
    high: float,
    table: Colors,
    missing: str = "#000000",
) -> Colors:
    """Return the colours of an array: [low, high] spans the table, NaN takes ``missing``."""
    absent = np.isnan(values)
    position = (np.where(absent, low, values) - low) * ((len(table) - 1) / (high - low))
    colors: Colors = table[np.rint(position).clip(0, len(table) - 1).astype(np.intp)]
    colors[absent] = rgb32(missing)
    return colors


def spin_colors(spins: NDArray[Any], down: str, up: str) -> Colors:
    """Return the two colours of an array of signs; zero and above counts as up."""
    return np.where(spins >= 0, np.uint32(rgb32(up)), np.uint32(rgb32(down)))


def integer_scale(width: float, height: float, cells: int, dpr: float) -> int:
    """Return the side of a cell in device pixels: the largest whole number that fits, at least 1.

    ``width`` and ``height`` are in logical pixels, ``dpr`` device pixels per logical one.
    """
    return max(1, int(min(width, height) * dpr / cells + 1e-6))


def lattice_images(colors: Colors, scale: int, dpr: float = 1.0) -> list[QImage]:
    """Return (n, h, w) colours as n images of ``scale`` x ``scale`` pixel cells."""
    enlarged = np.ascontiguousarray(np.repeat(np.repeat(colors, scale, axis=1), scale, axis=2))
    _, height, width = enlarged.shape
    images = []
    for pixels in enlarged:
        # The copy takes the pixels along: QImage only borrows numpy's buffer.
        image = QImage(pixels.data, width, height, 4 * width, QImage.Format.Format_RGB32).copy()
        image.setDevicePixelRatio(dpr)
        images.append(image)
    return images


def lattice_image(colors: Colors, scale: int, dpr: float = 1.0) -> QImage:
    """Return an (h, w) array of colours as an image of ``scale`` x ``scale`` pixel cells."""
    return lattice_images(colors[None], scale, dpr)[0]


def wall_width(scale: int, dpr: float) -> int:
    """Return the width of a domain wall in device pixels: 1.5 logical, a fifth of small cells."""
    return max(1, min(round(1.5 * dpr), scale // 5))


def draw_walls(image: QImage, spins: NDArray[Any], scale: int, color: str) -> None:
    """Draw the domain walls onto an image made by :func:`lattice_image` with that scale.

    They are the inner edges between unlike neighbours; walls across the periodic boundary would
    lie on the frame and are left out.
    """
    # Thousands of lines at a time: filling pixels takes a tenth of what a painter takes.
    pixels = np.frombuffer(image.bits(), np.uint32).reshape(image.height(), image.width())
    width = wall_width(scale, image.devicePixelRatio())
    _fill_walls(pixels, spins[:, 1:] != spins[:, :-1], scale, width, color)
    _fill_walls(pixels.T, (spins[1:] != spins[:-1]).T, scale, width, color)


def _fill_walls(
    pixels: Colors, walls: NDArray[np.bool_], scale: int, width: int, color: str
) -> None:
    """Fill the vertical walls (h, w - 1) between the columns of a lattice.

    They reach across the walls that meet them, so that corners are closed.
    """
    before, after = width // 2, width - width // 2
    inside = np.repeat(walls, scale, axis=0)
    filled = inside.copy()
    for step in range(1, before + 1):
        filled[:-step] |= inside[step:]
    for step in range(1, after + 1):
        filled[step:] |= inside[:-step]
    rows, columns = np.nonzero(filled)
    columns = (columns + 1) * scale
    for offset in range(-before, after):
        pixels[rows, columns + offset] = rgb32(color)


def snapped(painter: QPainter, point: QPointF) -> QPointF:
    """Return the point moved to the nearest corner of a device pixel."""
    transform = painter.deviceTransform()
    device = transform.map(point)
    inverse, _ = transform.inverted()
    return inverse.map(QPointF(round(device.x()), round(device.y())))


def draw_image(painter: QPainter, corner: QPointF, image: QImage) -> QPointF:
    """Draw an image pixel for pixel and return the snapped corner where it went."""
    at = snapped(painter, corner)
    painter.drawImage(at, image)
    return at


def hairline(color: str | QColor) -> QPen:
    """Return a pen of one device pixel at any scale."""
    pen = QPen(QColor(color), 0)
    pen.setCosmetic(True)
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
    return pen


def fill_frame(painter: QPainter, inner: QRectF, color: str | QColor, thickness: float) -> None:
    """Paint a frame of a thickness in logical pixels around (outside) a rectangle.

    It is made of filled bars, so its corners are square and its edges stay on device pixels.
    """
    outer = inner.adjusted(-thickness, -thickness, thickness, thickness)
    fill = QColor(color)
    painter.fillRect(QRectF(outer.left(), outer.top(), outer.width(), thickness), fill)
    painter.fillRect(QRectF(outer.left(), inner.bottom(), outer.width(), thickness), fill)
    painter.fillRect(QRectF(outer.left(), inner.top(), thickness, inner.height()), fill)
    painter.fillRect(QRectF(inner.right(), inner.top(), thickness, inner.height()), fill)


def draw_cell_marker(painter: QPainter, cell: QRectF) -> None:
    """Outline one cell in white between black lines, visible on any colour."""
    fill_frame(painter, cell, "#FFFFFF", 2.0)
    fill_frame(painter, cell, "#000000", 1.0 / painter.device().devicePixelRatioF())
    fill_frame(painter, cell.adjusted(-2, -2, 2, 2), "#000000", 1.0)


def draw_color_bar(painter: QPainter, bar: QRectF, table: Colors, frame: str) -> None:
    """Draw a horizontal colour bar with a hairline frame."""
    dpr = painter.device().devicePixelRatioF()
    width, height = max(1, round(bar.width() * dpr)), max(1, round(bar.height() * dpr))
    columns = table[np.linspace(0, len(table) - 1, width).astype(np.intp)]
    image = lattice_image(np.repeat(columns[None, :], height, axis=0), 1, dpr)
    corner = draw_image(painter, bar.topLeft(), image)
    fill_frame(painter, QRectF(corner, bar.size()), frame, 1.0 / dpr)
