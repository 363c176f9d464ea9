"""The square lattice on a torus and the Ising energy.

Sites are ``[row, column]``; both directions are periodic.  On the smallest torus, ``L = 2``, the
left and the right neighbour of a site are the same site, joined by two bonds.
"""

from __future__ import annotations

import math
import operator
from typing import Any, SupportsIndex

import numpy as np
import numpy.typing as npt

from nrg_app.errors import NRGError

Spins = npt.NDArray[np.int8]


def validate_size(size: SupportsIndex) -> int:
    """The lattice side as an ``int``, if it is a power of two.

    Raises:
        NRGError: if the side is no whole number, below 2, or not a power of two.

    Example:
        >>> validate_size(16)
        16
    """
    side = _whole_number(size)
    if side < 2 or side & (side - 1):
        raise NRGError(
            f"The lattice side must be a power of two, at least 2, but {size!r} was given; "
            "choose for example 16 or 32."
        )
    return side


def validate_side(size: SupportsIndex) -> int:
    """The lattice side as an ``int``, for results that hold on any torus, even or odd.

    Raises:
        NRGError: if the side is no whole number or below 2.
    """
    side = _whole_number(size)
    if side < 2:
        raise NRGError(
            f"The lattice side must be a whole number, at least 2, but {size!r} was given."
        )
    return side


def validate_temperature(temperature: float) -> float:
    """The temperature as a ``float``, in units of ``J / k_B``.

    Raises:
        NRGError: if it is no number, not finite, or not above zero.

    Example:
        >>> validate_temperature(2)
        2.0
    """
    try:
        value = float(temperature)
    except (TypeError, ValueError):
        value = math.nan
    if not (math.isfinite(value) and value > 0.0):
        raise NRGError(
            f"The temperature must be a finite number above zero, but {temperature!r} was given."
        )
    return value


def validate_spins(spins: npt.ArrayLike) -> Spins:
    """Spin configurations as an int8 array ``(n, L, L)``; one configuration ``(L, L)`` gets n = 1.

    Raises:
        NRGError: if the shape is wrong, there is no configuration, or a value is not +1 or -1.
    """
    array = np.asarray(spins)
    if array.ndim == 2:
        array = array[None]
    if array.ndim != 3 or array.shape[1] != array.shape[2]:
        raise NRGError(
            f"Spins must have the shape (samples, L, L), but an array of shape {array.shape} "
            "was given."
        )
    if array.shape[0] == 0 or array.shape[1] < 2:
        raise NRGError("Spins must hold at least one sample of a lattice of side 2 or more.")
    # The absolute value would overflow silently for int8 -128, hence two comparisons.
    if not np.all((array == 1) | (array == -1)):
        raise NRGError("Spins must all be +1 or -1; convert the picture to two colours first.")
    return array.astype(np.int8, copy=False)


def neighbour_sums(spins: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Sum over the four nearest neighbours of every site, ``(..., L, L)``, in the same dtype.

    Example:
        >>> neighbour_sums(np.ones((2, 2), dtype=np.int8)).tolist()
        [[4, 4], [4, 4]]
    """
    rows = np.roll(spins, 1, axis=-2) + np.roll(spins, -1, axis=-2)
    columns = np.roll(spins, 1, axis=-1) + np.roll(spins, -1, axis=-1)
    return np.asarray(rows + columns, dtype=spins.dtype)


def ising_energy(spins: Spins) -> npt.NDArray[np.int64]:
    """Total energy ``-sum s_i s_j`` over the ``2 N`` bonds, ``(..., L, L) -> (...)``, units of J.

    Example:
        >>> int(ising_energy(np.ones((4, 4), dtype=np.int8)))
        -32
    """
    right_and_down = np.roll(spins, -1, axis=-1) + np.roll(spins, -1, axis=-2)
    total = (spins * right_and_down).sum(axis=(-2, -1), dtype=np.int64)
    return np.asarray(-total, dtype=np.int64)


def _whole_number(size: SupportsIndex) -> int:
    """The side as an ``int``, or 0 (which no caller accepts) if it is no whole number."""
    if isinstance(size, bool):
        return 0
    try:
        return operator.index(size)
    except TypeError:
        return 0
