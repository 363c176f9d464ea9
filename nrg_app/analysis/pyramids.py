"""Coefficients of a pyramid, cell by cell, so that equal pairs of all cells count together.

Both the latents of a flow and a Haar transform have three coefficients for every 2 x 2 cell of
every scale.  What one pair of coefficients knows of each other is the same for all cells of the
lattice (of one colour for a flow, which fills cells of different colours one after the other).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from nrg_app.errors import NRGError
from nrg_app.flows.geometry import generation_order
from nrg_app.physics.lattice import Spins, validate_size

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

_CORNERS = np.array([[1, 1], [0, 1], [1, 0]])


@dataclass(frozen=True, eq=False)
class Pyramid:
    """Coefficients of every scale but scale 1.

    Attributes:
        size: Lattice side ``L``.
        cells: For every scale ``l`` = 2, 4 ... L the coefficients ``(n, 3, l / 2, l / 2)``.
        places: For every scale the position of the three coefficients in their cell ``(3, 2)``,
            in finest lattice spacings.
        colours: Kinds of cells that differ: 1 for none, 2 for those of a checkerboard, 4 for the
            parities of the row and of the column.
    """

    size: int
    cells: dict[int, FloatArray]
    places: dict[int, FloatArray]
    colours: Literal[1, 2, 4]

    @property
    def samples(self) -> int:
        """Number of samples ``n``."""
        return len(self.cells[self.size])

    def depth(self, scale: int) -> int:
        """Side ``u = 2 L / l`` of the cells of a scale, in finest lattice spacings."""
        return 2 * self.size // scale

    def colour(self, rows: IntArray, columns: IntArray) -> IntArray:
        """Number of the colour of cells, from 0."""
        if self.colours == 4:
            return 2 * (rows % 2) + columns % 2
        return (rows + columns) % self.colours


def latent_pyramid(latents: NDArray[np.floating], size: int, colours: Literal[2, 4]) -> Pyramid:
    """The latents ``(n, L^2)`` of a flow, in generation order, as a pyramid.

    Args:
        latents: Of samples.
        size: Lattice side L.
        colours: Of the flow's cells.

    Raises:
        NRGError: if their number is not that of the lattice.

    Example:
        >>> pyramid = latent_pyramid(np.arange(16.0)[None], 4, 2)
        >>> pyramid.cells[2].ravel().tolist(), pyramid.cells[4].shape, pyramid.depth(4)
        ([1.0, 2.0, 3.0], (1, 3, 2, 2), 2)
    """
    side = validate_size(size)
    if latents.ndim != 2 or latents.shape[1] != side * side:
        raise NRGError(
            f"A flow of side {side} has {side * side} latents, but an array of shape "
            f"{latents.shape} was given."
        )
    cells, places = {}, {}
    scale = 2
    while scale <= side:
        new = slice(scale * scale // 4, scale * scale)
        sites = generation_order(scale)[new]
        corner = np.argmax((sites[:, None] % 2 == _CORNERS).all(2), axis=1)
        grid = np.empty((len(latents), 3, scale // 2, scale // 2))
        grid[:, corner, sites[:, 0] // 2, sites[:, 1] // 2] = latents[:, new]
        cells[scale], places[scale] = grid, _CORNERS * (side / scale)
        scale *= 2
    return Pyramid(side, cells, places, colours)


def haar_pyramid(values: Spins | FloatArray) -> Pyramid:
    """The orthonormal Haar transform of spins or fields ``(n, L, L)``.

    The three coefficients of a cell are differences along rows, along columns and along both,
    in this order, and sit at the centre of the cell.

    Raises:
        NRGError: if the side is not a power of two.

    Example:
        >>> pyramid = haar_pyramid(np.array([[[1.0, 1.0], [-1.0, -1.0]]]))
        >>> pyramid.cells[2].ravel().tolist()
        [2.0, 0.0, 0.0]
    """
    side = validate_size(values.shape[-1])
    coarse = np.asarray(values, dtype=np.float64)
    cells, places = {}, {}
    for scale in (side >> k for k in range(side.bit_length() - 1)):
        # Sums and differences, first along columns and then along rows.
        left, right = coarse[:, :, ::2], coarse[:, :, 1::2]
        total, difference = left + right, left - right
        rows = total[:, ::2] - total[:, 1::2]
        columns = difference[:, ::2] + difference[:, 1::2]
        both = difference[:, ::2] - difference[:, 1::2]
        cells[scale] = 0.5 * np.stack((rows, columns, both), 1)
        places[scale] = np.full((3, 2), (2 * side // scale - 1) / 2)
        coarse = 0.5 * (total[:, ::2] + total[:, 1::2])
    order = sorted(cells)
    return Pyramid(side, {s: cells[s] for s in order}, {s: places[s] for s in order}, colours=1)
