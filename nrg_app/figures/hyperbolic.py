"""The Poincaré disk: rings of scales and geodesics, as complex numbers inside the unit circle."""

from __future__ import annotations

import cmath
import math

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.complex128]
_ENDS = 4.0  # a geodesic is drawn so far into infinity: within 0.0004 of the rim


def ring_radius(scale: int) -> float:
    """Return the radius of the ring of a scale l = 2^(k + 1): (2^k - 1) / (2^k + 1).

    The hyperbolic distance from the centre is k ln 2, so that all octaves are equally deep.
    Scale 1 shares the centre with scale 2.

    >>> [round(ring_radius(scale), 3) for scale in (1, 2, 4, 8, 32)]
    [0.0, 0.0, 0.333, 0.6, 0.882]
    """
    cells = max(1.0, scale / 2)
    return (cells - 1.0) / (cells + 1.0)


def depth(scale: int) -> float:
    """Return the hyperbolic distance of the ring of a scale from the centre.

    >>> round(depth(8), 3)
    1.386
    """
    return math.log(max(1.0, scale / 2))


def node_radius(scale: int, count: int, rim: float) -> float:
    """Return the radius of the nodes of a ring, smaller outwards and where they are many.

    Args:
        scale: of the ring.
        count: nodes on it.
        rim: radius of the disk, in any unit.
    """
    if scale <= 2:
        return (0.034 if scale == 1 else 0.075) * rim
    ring = ring_radius(scale)
    room = 2 * math.pi * ring * rim / count
    # The next ring outwards, and the rim, must stay visible.
    gap = (ring_radius(2 * scale) - ring) * rim
    return min((0.066 - 0.04 * ring) * rim, 0.36 * room, 0.3 * gap)


def on_circle(turns: float, radius: float = 1.0) -> complex:
    """Return the point at a share of a turn, clockwise from the top; y points downwards.

    >>> on_circle(0.25).real, round(on_circle(0.25).imag, 12) + 0.0
    (1.0, 0.0)
    """
    return radius * cmath.exp(2j * math.pi * (turns - 0.25))


def geodesic(start: complex, end: complex, count: int = 16) -> Points:
    """Return points of the geodesic between two points of the disk, at equal distances.

    It is a diameter after the isometry that moves ``start`` to the centre.
    """
    moved = (end - start) / (1.0 - start.conjugate() * end)
    length = abs(moved)
    if length < 1e-12:
        return np.full(count, start)
    steps = np.tanh(np.linspace(0.0, math.atanh(length), count)) * (moved / length)
    result: Points = (steps + start) / (1.0 + start.conjugate() * steps)
    return result


def ideal_geodesic(first: float, last: float, count: int = 64) -> Points:
    """Return the geodesic between two points of the rim, by their turns, from ``last`` back.

    ``first`` < ``last`` < ``first`` + 1; the points run at equal distances from near ``last`` to
    near ``first``, on the side of the rim's arc between them.
    """
    half = math.pi * (last - first)
    # The point nearest to the centre; beyond half a turn it lies on the far side of it.
    nearest = math.tan(math.pi / 4 - half / 2)
    line = 1j * np.tanh(np.linspace(_ENDS, -_ENDS, count))
    bent: Points = (line + nearest) / (1.0 + nearest * line) * on_circle((first + last) / 2)
    return bent


def cone_outline(first: float, last: float, count: int = 64) -> Points:
    """Return the region between an arc of the rim, by the turns of its ends, and its geodesic.

    A whole turn or more gives the disk.
    """
    if last - first >= 1.0 - 1e-9:
        return np.exp(2j * math.pi * np.linspace(0.0, 1.0, 2 * count))
    arc = np.exp(2j * math.pi * (np.linspace(first, last, count) - 0.25))
    return np.concatenate([arc, ideal_geodesic(first, last, count)])
