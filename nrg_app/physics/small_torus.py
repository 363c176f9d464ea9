"""Exact magnetic averages of small tori by the transfer matrix of their rows.

Kaufman's solution has no field, so that moments of the magnetization are not among its results.
Up to ``L = 8`` the ``2^L x 2^L`` transfer matrix ``V`` gives them: with ``z^k`` for every row of
``k`` down spins, ``Tr V(z)^L`` is the generating function of the number of down spins, and its
values at the roots of unity give the distribution by a Fourier transform.
"""

from __future__ import annotations

import functools
import math
from dataclasses import dataclass
from typing import SupportsIndex

import numpy as np
import numpy.typing as npt

from nrg_app.errors import NRGError
from nrg_app.physics.lattice import validate_side, validate_temperature

FloatArray = npt.NDArray[np.float64]

LARGEST_SMALL_TORUS = 8


@dataclass(frozen=True, eq=False)
class SmallTorus:
    """Exact averages, rounding below 1e-12.

    Attributes:
        abs_magnetization: ``<|m|>`` per site.
        magnetization_squared: ``<m^2>``.
        binder: ``1 - <m^4> / (3 <m^2>^2)``.
        correlations: ``<s(0) s(r)>`` along an axis, ``r = 0 ... L // 2``, ``(L // 2 + 1,)``.
        smallest_wave: ``<|sum_x s(x) exp(i k x)|^2> / N`` at ``k = 2 pi / L`` along an axis.
    """

    abs_magnetization: float
    magnetization_squared: float
    binder: float
    correlations: FloatArray
    smallest_wave: float


def small_torus(size: SupportsIndex, temperature: float) -> SmallTorus:
    """Exact averages of the ``L x L`` torus, ``L`` up to 8, in about 0.3 s.

    Args:
        size: Lattice side, 2 to 8.
        temperature: In units of ``J / k_B``.

    Raises:
        NRGError: if the side is larger or an argument is out of its range.

    Example:
        >>> exact = small_torus(8, 2.269185314213022)
        >>> round(exact.abs_magnetization, 6), round(exact.magnetization_squared, 6)
        (0.777331, 0.646912)
    """
    side = validate_side(size)
    if side > LARGEST_SMALL_TORUS:
        raise NRGError(
            f"Exact magnetic averages are known up to a side of {LARGEST_SMALL_TORUS}, not {side}."
        )
    return _averages(side, validate_temperature(temperature))


@functools.lru_cache(maxsize=256)
def _averages(size: int, temperature: float) -> SmallTorus:
    rows = 1.0 - 2.0 * (np.arange(2**size)[:, None] >> np.arange(size) & 1).astype(np.float64)
    # Energies above that of aligned spins, so that no exponential overflows.
    within = (rows * np.roll(rows, 1, axis=1)).sum(1) - size
    between = rows @ rows.T - size
    half = np.exp(0.5 * within / temperature)
    matrix = half[:, None] * np.exp(between / temperature) * half
    correlations, wave = _two_point(size, matrix, rows)
    magnetization = 1.0 - 2.0 * np.arange(size**2 + 1) / size**2
    p = _distribution(size, matrix, rows)
    second, fourth = float(p @ magnetization**2), float(p @ magnetization**4)
    return SmallTorus(
        abs_magnetization=float(p @ np.abs(magnetization)),
        magnetization_squared=second,
        binder=1.0 - fourth / (3.0 * second**2),
        correlations=correlations,
        smallest_wave=wave,
    )


def _distribution(size: int, matrix: FloatArray, rows: FloatArray) -> FloatArray:
    """Probability of 0 ... N down spins, ``(N + 1,)``."""
    n_sites = size**2
    down = 0.5 * (size - rows.sum(1))
    values = np.empty(n_sites // 2 + 1, dtype=np.complex128)
    for j in range(len(values)):
        root = np.exp(-2j * math.pi * j / (n_sites + 1) * down)
        power = np.linalg.matrix_power(root[:, None] * matrix, size // 2)
        values[j] = (power * (power if size % 2 == 0 else power @ (root[:, None] * matrix)).T).sum()
    # The distribution is real, so that the other half of its transform is the conjugate.
    counts = np.fft.irfft(values, n_sites + 1)
    return np.asarray(counts / counts.sum())


def _two_point(size: int, matrix: FloatArray, rows: FloatArray) -> tuple[FloatArray, float]:
    """Correlations along a row ``(L // 2 + 1,)``, and the smallest wave."""
    powers = [np.linalg.matrix_power(matrix, y) for y in range(size + 1)]
    weights = np.diagonal(powers[size])
    partition = weights.sum()
    products = [(rows * np.roll(rows, r, axis=1)).mean(1) for r in range(size // 2 + 1)]
    correlations = np.array([weights @ product for product in products]) / partition
    amplitude = rows @ np.exp(2j * math.pi * np.arange(size) / size)
    # <A(row 0) A*(row y)> summed over y; rows a distance y apart are joined by V^y and V^(L - y).
    total = sum(
        amplitude @ (powers[y] * powers[size - y].T) @ amplitude.conj() for y in range(size)
    )
    return correlations, float(np.real(total)) / float(partition) / size
