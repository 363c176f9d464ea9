"""Where the sites of every scale lie and which neighbours a new site can see.

Sites are numbered in *generation order*: site 0 is scale 1; the octave that doubles a lattice of
side ``m`` appends ``3 m^2`` new sites in six stages, the (odd, odd) site of every 2 x 2 cell, then
the (even, odd) and the (odd, even) ones, each first in the even cells and then in the odd cells
of a checkerboard of cells.  Coarse site ``(a, b)`` is fine site ``(2 a, 2 b)``, so generation
order is the same on every scale and the fields of the coarse lattices are its prefixes.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt

IntArray = npt.NDArray[np.int64]

_CORNERS = ((1, 1), (0, 1), (1, 0))
BLOCK_RADIUS = 2
"""Chebyshev radius of what a disentangler sees."""


@dataclass(frozen=True)
class Stage:
    """New sites that are generated together, and the known sites that each of them sees.

    Attributes:
        start: Number of sites known before the stage.
        count: Number of new sites.
        neighbours: Generation-order index of the seen sites, ``(n_neighbours, count)``: row ``k``
            holds the site at the same displacement from every new site.
    """

    start: int
    count: int
    neighbours: IntArray


@cache
def generation_order(size: int) -> IntArray:
    """Lattice coordinates of the sites in generation order, ``(size^2, 2)``."""
    if size == 1:
        return np.zeros((1, 2), dtype=np.int64)
    half = size // 2
    coarse = 2 * generation_order(half)
    cells = np.stack(np.meshgrid(np.arange(half), np.arange(half), indexing="ij"), -1)
    cells = cells.reshape(-1, 2)
    parity = cells.sum(1) % 2
    new = [2 * cells[parity == p] + corner for corner in _CORNERS for p in (0, 1)]
    return np.concatenate([coarse, *new])


@cache
def raster_to_generation(size: int) -> IntArray:
    """Generation-order index of every raster site ``x * size + y``: ``(size^2,)``."""
    order = generation_order(size)
    ranks = np.empty(size * size, dtype=np.int64)
    ranks[order[:, 0] * size + order[:, 1]] = np.arange(size * size)
    return ranks


@cache
def octave_stages(size: int, radius: int) -> tuple[Stage, ...]:
    """The stages that fill a lattice of side ``size`` from its half.

    A stage sees all known sites within Chebyshev distance ``radius`` (periodic images included
    on lattices smaller than the window, so that all octaves beyond the first have equal stages).
    The first octave (``size`` 2) has one cell and three stages of one site.
    """
    order = generation_order(size)
    ranks = raster_to_generation(size)
    counts = [size * size // 8] * 6 if size > 2 else [1, 1, 1]
    stages = []
    start = size * size // 4
    for count in counts:
        sites = order[start : start + count]
        reach = range(-radius, radius + 1) if size > 2 else range(2)
        rows = []
        for dx in reach:
            for dy in reach:
                seen = (sites + np.array((dx, dy))) % size
                index = ranks[seen[:, 0] * size + seen[:, 1]]
                if (index < start).all():
                    rows.append(index)
        stages.append(Stage(start, count, np.stack(rows)))
        start += count
    return tuple(stages)


@cache
def block_stage(size: int, radius: int) -> tuple[Stage, npt.NDArray[np.bool_]]:
    """The coarse sites of a lattice of side ``size`` and the other sites that each of them sees.

    Returns:
        The stage, whose neighbours are all but the coarse sites within Chebyshev distance
        ``radius`` (once each on a lattice of side 2), and which of its rows are the other three
        sites of the coarse site's own 2 x 2 cell.
    """
    order = generation_order(size)
    ranks = raster_to_generation(size)
    count = size * size // 4
    sites = order[:count]
    reach = range(-radius, radius + 1) if size > 2 else range(2)
    rows, in_cell = [], []
    for dx in reach:
        for dy in reach:
            seen = (sites + np.array((dx, dy))) % size
            index = ranks[seen[:, 0] * size + seen[:, 1]]
            if (index >= count).all():
                rows.append(index)
                in_cell.append((dx, dy) in _CORNERS)
    return Stage(0, count, np.stack(rows)), np.array(in_cell)
