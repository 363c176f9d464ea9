"""Exact values beside estimates: Kaufman, transfer matrices of small tori, Onsager and Yang."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from nrg_app.analysis.spin_series import second_moment_length
from nrg_app.physics import exact
from nrg_app.physics.small_torus import LARGEST_SMALL_TORUS, SmallTorus, small_torus

FloatArray = NDArray[np.float64]


def torus_curve(quantity: str, size: int, temperatures: FloatArray) -> FloatArray | None:
    """Kaufman's exact values on the ``L x L`` torus at temperatures (n,): (n,); else None.

    Known are "free_energy", "energy", "specific_heat" and "entropy".

    Raises:
        NRGError: if a temperature or the side is out of its range.

    Example:
        >>> torus_curve("specific_heat", 8, np.array([1.6, 3.2])).round(5).tolist()
        [0.26246, 0.36496]
    """
    t = np.asarray(temperatures, dtype=np.float64)
    curves: dict[str, Callable[[], FloatArray]] = {
        "free_energy": lambda: -t * exact.kaufman_log_partition(size, t) / size**2,
        "energy": lambda: exact.kaufman_energy(size, t),
        "specific_heat": lambda: exact.kaufman_specific_heat(size, t),
        "entropy": lambda: (
            exact.kaufman_energy(size, t) / t + exact.kaufman_log_partition(size, t) / size**2
        ),
    }
    return curves[quantity]() if quantity in curves else None


def infinite_curve(quantity: str, temperatures: FloatArray) -> FloatArray | None:
    """Exact values on the infinite lattice at temperatures (n,): (n,); else None.

    Known are those of :func:`torus_curve` (Onsager) and "abs_magnetization" (Yang); the specific
    heat is infinite at Tc.

    Raises:
        NRGError: if a temperature is out of its range.
    """
    t = np.asarray(temperatures, dtype=np.float64)
    curves: dict[str, Callable[[], FloatArray]] = {
        "free_energy": lambda: -t * exact.onsager_log_partition_per_site(t),
        "energy": lambda: exact.onsager_energy(t),
        "specific_heat": lambda: exact.onsager_specific_heat(t),
        "entropy": lambda: exact.onsager_energy(t) / t + exact.onsager_log_partition_per_site(t),
        "abs_magnetization": lambda: exact.yang_magnetization(t),
    }
    return curves[quantity]() if quantity in curves else None


def small_torus_value(quantity: str, size: int, temperature: float) -> float | None:
    """Exact magnetic quantities up to L = 8 by the transfer matrix; None elsewhere."""
    if size > LARGEST_SMALL_TORUS:
        return None
    known: dict[str, Callable[[SmallTorus], float]] = {
        "abs_magnetization": lambda torus: torus.abs_magnetization,
        "magnetization_squared": lambda torus: torus.magnetization_squared,
        "susceptibility": lambda torus: size**2 * torus.magnetization_squared,
        "binder": lambda torus: torus.binder,
        "half_correlation": lambda torus: float(torus.correlations[size // 2]),
        "correlation_length": lambda torus: second_moment_length(
            size, torus.magnetization_squared, torus.smallest_wave
        ),
    }
    return known[quantity](small_torus(size, temperature)) if quantity in known else None


def exact_value(quantity: str, size: int, temperature: float) -> float | None:
    """The exact value of a quantity on the ``L x L`` torus, None where none is known."""
    curve = torus_curve(quantity, size, np.array([temperature]))
    if curve is not None:
        return float(curve[0])
    return small_torus_value(quantity, size, temperature)
