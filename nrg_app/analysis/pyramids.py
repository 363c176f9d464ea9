"""Coefficients of a pyramid, cell by cell, so that equal pairs of all cells count together.

Both the latents of a flow and a Haar transform have three coefficients for every 2 x 2 cell of
every scale.  What one pair of coefficients knows of each other is the same for all cells of the
lattice (of one parity for a flow, whose stages follow a checkerboard of cells).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nrg_app.physics.lattice import Spins

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Pyramid:
    """Coefficients of every scale but the coarsest.

    Attributes:
        size: Lattice side ``L``.
        cells: For every scale ``l`` = 2, 4 ... L the coefficients ``(n, 3, l / 2, l / 2)``.
        places: For every scale the position of the three coefficients in their cell ``(3, 2)``,
            in finest lattice spacings.
        parities: Whether even and odd cells differ.
    """

    size: int
    cells: dict[int, FloatArray]
    places: dict[int, FloatArray]
    parities: bool


def latent_pyramid(latents: NDArray[np.floating], size: int) -> Pyramid:
    """The latents ``(n, L^2)`` of a flow, in generation order, as a pyramid.

    Raises:
        NRGError: if their number is not that of the lattice.
    """
    raise NotImplementedError


def haar_pyramid(values: Spins | FloatArray) -> Pyramid:
    """The orthonormal Haar transform of spins or fields ``(n, L, L)``.

    The three coefficients of a cell are differences along rows, along columns and along both,
    in this order, and sit at the centre of the cell.
    """
    raise NotImplementedError
