"""A lattice, tiles or a strip of scales in a box of a sheet, with the colour bar below."""

from __future__ import annotations

import math

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.colors import Colormap
from numpy.typing import NDArray

from nrg_app.figures import style
from nrg_app.figures.cluster_colors import cluster_colors
from nrg_app.figures.contents import SPINS, ColorScale, FlowPicture, Picture, Tiles, Values
from nrg_app.figures.flow_strip import LATENT_SYMBOL, Strip, arrange_strip, draw_strip
from nrg_app.figures.look import Look
from nrg_app.figures.markup import mathtext
from nrg_app.figures.sheet import Box, Sheet, dots
from nrg_app.physics.clusters import spin_clusters

_LEFT, _RIGHT, _TOP = 6.4, 2.0, 7.0
_RULER, _KEY = 4.2, 9.5  # millimetres of the numbers below a lattice and of its colours
_GAP = 0.8  # between tiles
_LABEL = 14.0  # beside rows that have a name
_LARGEST = 100.0


def color_map(colors: ColorScale, look: Look) -> Colormap:
    """Return the colour map of a scale."""
    if colors.kind == "diverging":
        return style.field_colors(look)
    return style.share_colors(look) if colors.kind == "share" else style.spin_colors(look)


def mapped(values: Values, colors: ColorScale) -> tuple[NDArray[np.floating], float, float]:
    """Return values with the ends of their colours, both as logarithms if the scale is one."""
    numbers = np.asarray(values, dtype=np.float64)
    if not colors.log:
        return numbers, colors.low, colors.high
    logs = np.log10(np.maximum(numbers, colors.low))
    return logs, math.log10(colors.low), math.log10(colors.high)


def draw_key(sheet: Sheet, colors: ColorScale, x: int, y: int, width: int) -> None:
    """Draw what explains the colours into a line from (x, y) on."""
    bar = max(dots(10.0), min(width // 2, dots(30.0)))
    left = x + max(dots(5.0), (width - bar) // 2)
    if colors.kind in ("spins", "clusters"):
        words = ("−1", "+1") if colors.kind == "spins" else ("−1 dark", "+1 light")
        for number, (word, color) in enumerate(zip(words, style.SPIN_COLORS, strict=True)):
            at = x + number * dots(14.0)
            if colors.kind == "spins":
                sheet.axes(at, y, dots(1.9), dots(1.9)).set_facecolor(color)
            sheet.text(at + dots(2.6 if colors.kind == "spins" else 0.0), y + dots(1.9), word)
        return
    symbol, table = mathtext(colors.symbol), color_map(colors, sheet.look)
    if colors.kind == "diverging":
        sheet.color_bar(left, y, bar, symbol, colors.high, table)
    else:
        ticks = {0.0: f"{colors.low:g}", 1.0: f"{colors.high:g}"}
        sheet.color_bar(left, y, bar, symbol, 1.0, table, ticks)


# -- one lattice --------------------------------------------------------------------------


def picture_height(picture: Picture, width: int) -> int:
    """Return the height in dots that suits a lattice of a width."""
    side = max(0, min(width - dots(_LEFT + _RIGHT), dots(_LARGEST)))
    note = 3.0 if picture.note else 0.0
    return dots(_TOP + _RULER + _KEY + note) + side


def draw_picture(sheet: Sheet, picture: Picture, box: Box, letter: str) -> None:
    """Draw a lattice with rulers as large as whole dots for every cell allow."""
    count, below = len(picture.values), dots(_RULER + _KEY + (3.0 if picture.note else 0.0))
    room = min(box.width - dots(_LEFT + _RIGHT), box.height - dots(_TOP) - below)
    side = max(1, room // count) * count
    x, y = box.x + dots(_LEFT), box.y + dots(_TOP)
    x += max(0, (box.width - dots(_LEFT + _RIGHT) - side) // 2)
    if picture.colors.kind == "clusters":
        spins = np.where(np.asarray(picture.values) > 0, 1, -1).astype(np.int8)
        clusters = spin_clusters(spins)
        painted = style.rgb(cluster_colors(clusters, spins)[clusters.labels])
        axes = sheet.cells(x, y, side, painted, 1.0, None)
    else:
        values, low, high = mapped(picture.values, picture.colors)
        table = color_map(picture.colors, sheet.look)
        axes = sheet.cells(x, y, side, values, high, table, low=low)
    if picture.walls:
        axes.add_collection(
            LineCollection(
                walls(picture.values), colors=sheet.look.wall, linewidths=0.6 * sheet.look.size,
                capstyle="projecting",
            )
        )  # fmt: skip
    draw_rule(sheet, axes, count, waves=picture.waves)
    sheet.heading(box, x, picture.title, picture.symbol, letter)
    top = y + side + dots(_RULER)
    if picture.note:
        sheet.words(x, top + dots(2.2), picture.note)
        top += dots(3.0)
    draw_key(sheet, picture.colors, x, top + dots(0.8), side)


def draw_rule(
    sheet: Sheet, axes: Axes, size: int, *, numbers: bool = True, waves: bool = False
) -> None:
    """Put ticks at the quarters of the lattice, numbered at its ends and middle."""
    places = [size * k / 4 for k in range(5)] if size >= 4 else [0, size]
    names = [f"{place:g}" if k % 2 == 0 else "" for k, place in enumerate(places)]
    if waves:
        places, names = [0.5, size // 2 + 0.5], ["−1", "0"]
    axes.set_xticks(places, labels=names)
    axes.set_yticks(places, labels=names if numbers else [""] * len(places))
    sheet.style_tick_labels(axes)


def walls(values: Values) -> list[tuple[tuple[int, int], tuple[int, int]]]:
    """Return the inner edges between unlike signs as ((x, y), (x, y)), counted in cells."""
    up = np.asarray(values) > 0
    upright = np.argwhere(up[:, 1:] != up[:, :-1]).tolist()
    level = np.argwhere(up[1:] != up[:-1]).tolist()
    return [((c + 1, r), (c + 1, r + 1)) for r, c in upright] + [
        ((c, r + 1), (c + 1, r + 1)) for r, c in level
    ]


# -- tiles --------------------------------------------------------------------------------


def _tile_side(tiles: Tiles, width: int) -> int:
    columns = tiles.values.shape[1]
    left = _LABEL if any(tiles.row_labels) else _RIGHT
    room = (width - dots(left + _RIGHT) - (columns - 1) * dots(_GAP)) // columns
    return max(0, min(room, dots(_LARGEST / 3.0)))


def _tiles_head(tiles: Tiles) -> int:
    return dots(_TOP + (3.4 if any(tiles.column_labels) else 0.0))


def tiles_height(tiles: Tiles, width: int) -> int:
    """Return the height in dots that suits tiles of a width."""
    rows = tiles.values.shape[0]
    below = dots(_KEY + (3.6 if tiles.note else 0.0))
    return _tiles_head(tiles) + rows * _tile_side(tiles, width) + (rows - 1) * dots(_GAP) + below


def draw_tiles(sheet: Sheet, tiles: Tiles, box: Box, letter: str) -> None:
    """Draw the tiles; every cell is as many whole dots as fit, at least one."""
    rows, columns, count, _ = tiles.values.shape
    head, below = _tiles_head(tiles), dots(_KEY + (3.6 if tiles.note else 0.0))
    room = (box.height - head - below - (rows - 1) * dots(_GAP)) // rows
    side = max(1, min(_tile_side(tiles, box.width), room) // count) * count
    left = dots(_LABEL if any(tiles.row_labels) else _RIGHT)
    total = columns * side + (columns - 1) * dots(_GAP)
    x = box.x + left + max(0, (box.width - left - dots(_RIGHT) - total) // 2)
    y = box.y + head
    table, pitch = color_map(tiles.colors, sheet.look), side + dots(_GAP)
    for row in range(rows):
        for column in range(columns):
            values = tiles.values[row, column]
            if np.isnan(values).all():
                continue
            numbers, low, high = mapped(values, tiles.colors)
            if tiles.alone:
                high = float(np.nanmax(numbers)) or 1.0
            at = (x + column * pitch, y + row * pitch)
            sheet.cells(*at, side, numbers, high, table, low=low)
    for row, words in enumerate(tiles.row_labels):
        sheet.words(x - dots(1.4), y + row * pitch + side // 2, words, ha="right")
    for column, words in enumerate(tiles.column_labels):
        sheet.words(x + column * pitch + side // 2, y - dots(1.2), words, ha="center")
    sheet.heading(box, x, tiles.title, tiles.symbol, letter)
    top = y + rows * pitch
    draw_key(sheet, tiles.colors, x, top + dots(0.8), total)
    if tiles.note:
        sheet.words(x, top + dots(_KEY + 1.6), tiles.note)


# -- scales -------------------------------------------------------------------------------


def flow_height(flow: FlowPicture, width: int) -> int:
    """Return the height in dots that suits a strip of a width."""
    return _strip(flow, Box(0, 0, width, 2**20)).bottom + dots(_KEY + 2.0)


def _strip(flow: FlowPicture, box: Box) -> Strip:
    size, count = max(flow.upper), len(flow.upper)
    right = box.x + box.width - dots(_RIGHT)
    largest = min(dots(15.0) * box.width // dots(86.0), dots(24.0))
    # Headings, both rows with what is between them, and the colour bars.
    largest = min(largest, (box.height - dots(_TOP + 6.4 + 3.8 + _KEY)) // 2)
    top = box.y + dots(_TOP - 2.0)
    return arrange_strip(size, count, box.x + dots(_LEFT), right, top, largest=max(size, largest))


def draw_flow(sheet: Sheet, flow: FlowPicture, box: Box, letter: str) -> None:
    """Draw both rows of the strip and their colours."""
    strip = _strip(flow, box)
    table = color_map(flow.colors, sheet.look)
    symbol = r"$s_{\ell}$" if flow.colors.symbol == SPINS.symbol else r"$x_{\ell}$"
    draw_strip(sheet, strip, flow.upper, flow.latents, (table, flow.colors.high), symbol)
    left = strip.lefts[0]
    sheet.heading(box, left, flow.title, flow.symbol, letter)
    half = (box.width - dots(_LEFT + _RIGHT)) // 2
    y = strip.bottom + dots(2.6)
    if flow.colors.kind == "spins":
        draw_key(sheet, flow.colors, left, y, half)
    else:
        bar = min(half // 2, dots(30.0))
        sheet.color_bar(left + dots(5.0), y, bar, symbol, flow.colors.high, table)
    bar = min(half // 2, dots(30.0))
    table = style.field_colors(sheet.look)
    sheet.color_bar(left + half + dots(5.0), y, bar, LATENT_SYMBOL, 3.0, table)
