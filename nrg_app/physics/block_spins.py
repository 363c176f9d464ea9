"""Conventional block variables of Ising configurations, to compare a coarse field with.

Kadanoff's blocks (Physics 2, 263, 1966) of side L / l, for every coarser lattice of side l.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray


def block_means(spins: NDArray[np.int8], side: int) -> NDArray[np.float64]:
    """Return the mean spin of every block, (side, side), of spins (L, L) with side dividing L.

    >>> block_means(np.array([[1, 1], [1, -1]], dtype=np.int8), 1).tolist()
    [[0.5]]
    """
    width = len(spins) // side
    blocks = spins.reshape(side, width, side, width)
    means: NDArray[np.float64] = blocks.mean(axis=(1, 3), dtype=np.float64)
    return means


def majority_spins(spins: NDArray[np.int8], side: int) -> NDArray[np.int8]:
    """Return the sign of the majority in every block, 0 where there are as many of either sign.

    >>> majority_spins(np.array([[1, 1, 1, -1], [1, -1, -1, 1]] * 2, dtype=np.int8), 2).tolist()
    [[1, 0], [1, 0]]
    """
    signs: NDArray[Any] = np.sign(block_means(spins, side))
    return signs.astype(np.int8)


def is_decimation(fine: NDArray[Any], coarse: NDArray[Any]) -> bool:
    """Return whether a field (l/2, l/2) is one site in four of the finer one, (l, l).

    A network with disentanglers has a learned block variable instead.
    """
    return np.allclose(fine[::2, ::2], coarse, atol=1e-3)
