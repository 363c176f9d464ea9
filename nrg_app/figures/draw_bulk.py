"""The bulk in a box of a sheet: the Poincaré disk of one lattice line, and the stack of scales."""

from __future__ import annotations

import math

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, PatchCollection, PolyCollection
from matplotlib.patches import Circle
from numpy.typing import NDArray

from nrg_app.figures import style
from nrg_app.figures.contents import LATENTS, ColorScale, DiskPicture, StackPicture
from nrg_app.figures.draw_picture import color_map, draw_key, mapped
from nrg_app.figures.hyperbolic import geodesic, node_radius, on_circle, ring_radius
from nrg_app.figures.palette import round_limit
from nrg_app.figures.sheet import Box, Sheet, dots

_TOP, _KEY, _EDGE = 7.0, 9.5, 2.0
_LIFT = 0.245  # distance of two layers of spread 1, in sides of a layer
_REACH = 1.3  # half side of the disk's axes, with the bars of the response outside the rim
_BAR = (1.07, 0.17)  # where a bar begins, and the length of the longest
_POINTS = 12


def bulk_height(picture: DiskPicture | StackPicture, width: int) -> int:
    """Return the height in dots that suits a picture of the bulk of a width."""
    share = 1.0 if isinstance(picture, DiskPicture) else 0.85
    side = max(0, min(width - dots(2 * _EDGE), dots(100.0)))
    return round(share * side) + dots(_TOP + _KEY + 1.0)


def _free_axes(sheet: Sheet, box: Box) -> tuple[Axes, int, int]:
    """Return square axes without a frame in the middle of a box, their left end and side."""
    side = min(box.width - dots(2 * _EDGE), box.height - dots(_TOP + _KEY))
    left = box.x + (box.width - side) // 2
    axes = sheet.axes(left, box.y + dots(_TOP), side, side)
    axes.set_axis_off()
    return axes, left, side


# -- the disk -----------------------------------------------------------------------------


def draw_disk(sheet: Sheet, disk: DiskPicture, box: Box, letter: str) -> None:
    """Draw the tree of latents on rings by scale, the spins on the rim, and the response."""
    look, size = sheet.look, len(disk.spins)
    axes, left, side = _free_axes(sheet, box)
    reach = _REACH if disk.response is not None else 1.1
    axes.set_xlim(-reach, reach)
    axes.set_ylim(reach, -reach)
    thin = sheet.line_points
    rings = [1.0, *(ring_radius(scale) for scale in sorted(disk.latents)[2:])]
    axes.add_collection(
        PatchCollection(
            [Circle((0, 0), radius) for radius in rings],
            facecolor="none", edgecolor=look.faint, linewidths=thin,
        )
    )  # fmt: skip
    axes.add_collection(LineCollection(_edges(disk), colors=look.muted, linewidths=thin))
    _draw_nodes(sheet, axes, disk)
    squares = [_square(site, size) for site in range(size)]
    colors = [style.SPIN_COLORS[int(spin > 0)] for spin in disk.spins.tolist()]
    axes.add_collection(
        PolyCollection(squares, facecolors=colors, edgecolors=look.ground, linewidths=thin)
    )
    y = box.y + dots(_TOP) + side + dots(1.4)
    if disk.response is None:
        draw_key(sheet, LATENTS, left, y, side)
    else:
        limit = round_limit(disk.response)
        _draw_response(sheet, axes, disk.response, limit)
        scale = ColorScale("diverging", -limit, limit, "∂$x$/∂$z$")
        half = box.width // 2 - dots(_EDGE)
        draw_key(sheet, LATENTS, box.x + dots(_EDGE), y, half)
        draw_key(sheet, scale, box.x + half + dots(6.0), y, half - dots(6.0))
    sheet.heading(box, box.x + dots(_EDGE), disk.title, disk.symbol, letter)


def _node(scale: int, index: int, size: int) -> complex:
    """Return a node's place above the middle of the sites that descend from it."""
    width = size if scale == 1 else 2 * size // scale
    return on_circle((index + 0.5) * width / size, ring_radius(scale))


def _edges(disk: DiskPicture) -> list[NDArray[np.float64]]:
    size, lines = len(disk.spins), []
    for scale, values in disk.latents.items():
        if scale > 2:
            lines += [
                geodesic(_node(scale, k, size), _node(scale // 2, k // 2, size), _POINTS)
                for k in range(len(values))
            ]
    lines += [
        geodesic(_node(size, site // 2, size), on_circle((site + 0.5) / size, 0.999), _POINTS)
        for site in range(size)
    ]
    return [np.stack([line.real, line.imag], axis=1) for line in lines]


def _draw_nodes(sheet: Sheet, axes: Axes, disk: DiskPicture) -> None:
    """Draw the latents, the coarsest last: scale 1 lies on scale 2."""
    size, table = len(disk.spins), style.field_colors(sheet.look)
    for scale in sorted(disk.latents, reverse=True):
        values = disk.latents[scale]
        radius = node_radius(scale, len(values), 1.0)
        places = [_node(scale, k, size) for k in range(len(values))]
        circles = [Circle((place.real, place.imag), radius) for place in places]
        shares = np.clip(0.5 + 0.5 * np.asarray(values) / LATENTS.high, 0.0, 1.0)
        axes.add_collection(
            PatchCollection(
                circles, facecolors=table(shares), edgecolors=sheet.look.ink,
                linewidths=sheet.line_points, zorder=3,
            )
        )  # fmt: skip


def _square(site: int, size: int) -> list[tuple[float, float]]:
    ray, half = on_circle((site + 0.5) / size), min(0.02, 0.25 * 2 * math.pi / size)
    points = [
        ray * complex(1 + half * a, half * b) for a, b in ((1, 1), (1, -1), (-1, -1), (-1, 1))
    ]
    return [(point.real, point.imag) for point in points]


def _draw_response(sheet: Sheet, axes: Axes, response: NDArray, limit: float) -> None:
    """Draw a bar outside every site, as long as the site's answer is large."""
    size, table, bars = len(response), style.field_colors(sheet.look), []
    inner, longest = _BAR
    for site, value in enumerate(response.tolist()):
        outer = inner + max(0.006, longest * min(1.0, abs(value) / limit))
        ends = (on_circle((site + 0.1) / size), on_circle((site + 0.9) / size))
        corners = (ends[0] * inner, ends[0] * outer, ends[1] * outer, ends[1] * inner)
        bars.append([(corner.real, corner.imag) for corner in corners])
    shares = np.clip(0.5 + 0.5 * response / limit, 0.0, 1.0)
    axes.add_collection(PolyCollection(bars, facecolors=table(shares), linewidths=0.0))


# -- the stack ----------------------------------------------------------------------------


def draw_stack(sheet: Sheet, stack: StackPicture, box: Box, letter: str) -> None:
    """Draw the layers from the bottom up, every cell as a polygon of its own."""
    axes, left, side = _free_axes(sheet, box)
    scales, table = sorted(stack.layers, reverse=True), color_map(stack.colors, sheet.look)
    steep = math.sin(math.radians(stack.tilt))
    lift = _LIFT * stack.spread * math.cos(math.radians(stack.tilt))
    extent = sum(abs(part(math.radians(stack.turn))) for part in (math.cos, math.sin))
    high = extent * steep + (len(scales) - 1) * lift
    # Room at the right for the names of the scales.
    reach = max(extent * 1.28, high)
    axes.set_xlim(-0.5 * extent, reach - 0.5 * extent)
    axes.set_ylim(0.5 * reach, -0.5 * reach)
    for level, scale in enumerate(scales):
        middle = 0.5 * (len(scales) - 1) * lift - level * lift
        shift = np.array([0.0, middle])
        corners = _turned(scale, stack.turn, steep) + shift
        values, low, end = mapped(stack.layers[scale], stack.colors)
        paint = table((values.ravel() - low) / (end - low))
        paint[np.isnan(values.ravel())] = table(np.ma.masked_all(1))[0]
        axes.add_collection(
            PolyCollection(
                list(corners), facecolors=paint, edgecolors="face", linewidths=0.1,
                zorder=2 * level,
            )
        )  # fmt: skip
        outline = _turned(1, stack.turn, steep)[0] + shift
        axes.add_collection(
            PolyCollection(
                [outline], facecolors="none", edgecolors=sheet.look.muted,
                linewidths=sheet.line_points, zorder=2 * level + 1,
            )
        )  # fmt: skip
        tip = outline[np.argmax(outline[:, 0])]
        at = left + round((tip[0] + 0.5 * extent) / reach * side) + dots(1.4)
        y = box.y + dots(_TOP) + round((0.5 + tip[1] / reach) * side) + dots(0.9)
        sheet.words(at, y, f"$ℓ$ = {scale}")
    y = box.y + dots(_TOP) + side + dots(1.4)
    draw_key(sheet, stack.colors, left, y, side)
    sheet.heading(box, box.x + dots(_EDGE), stack.title, stack.symbol, letter)


def _turned(scale: int, turn: float, steep: float) -> NDArray[np.float64]:
    """Return the corners (l l, 4, 2) of the cells of a layer of side 1 around the origin."""
    rows, columns = np.divmod(np.arange(scale**2), scale)
    x = (columns[:, None] + np.array([0, 1, 1, 0])) / scale - 0.5
    y = (rows[:, None] + np.array([0, 0, 1, 1])) / scale - 0.5
    cos, sin = math.cos(math.radians(turn)), math.sin(math.radians(turn))
    return np.stack([cos * x - sin * y, steep * (sin * x + cos * y)], axis=2)
