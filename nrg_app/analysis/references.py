"""What the estimates of a network are compared with: exact values, else long Wolff runs."""

from __future__ import annotations

import numpy as np

from nrg_app.analysis.chains import Series, block_jackknife
from nrg_app.physics import exact
from nrg_app.physics.monte_carlo import wolff
from nrg_app.physics.observables import (
    Estimate,
    energies,
    half_correlations,
    magnetizations,
    measure_series,
    weighted_mean,
)
from nrg_app.physics.small_torus import LARGEST_SMALL_TORUS, small_torus

_BLOCKS = 50


def exact_values(size: int, temperature: float) -> dict[str, Estimate]:
    """Kaufman's free energy, energy and specific heat per site of the torus, without error."""
    log_z = float(exact.kaufman_log_partition(size, temperature))
    values = {
        "free_energy": -temperature * log_z / size**2,
        "energy": float(exact.kaufman_energy(size, temperature)),
        "specific_heat": float(exact.kaufman_specific_heat(size, temperature)),
    }
    return {key: Estimate(value, 0.0) for key, value in values.items()}


def small_torus_values(size: int, temperature: float) -> dict[str, Estimate]:
    """Magnetic quantities of the torus up to ``L = 8`` by the transfer matrix, without error."""
    if size > LARGEST_SMALL_TORUS:
        return {}
    torus = small_torus(size, temperature)
    values = {
        "abs_magnetization": torus.abs_magnetization,
        "susceptibility": size**2 * torus.magnetization_squared,
        "binder": torus.binder,
        "half_correlation": float(torus.correlations[size // 2]),
    }
    return {key: Estimate(value, 0.0) for key, value in values.items()}


def reference_values(size: int, temperature: float, samples: int, seed: int) -> dict[str, Estimate]:
    """Exact values, and from a Wolff chain what is not known exactly; see :func:`wolff_values`."""
    known = exact_values(size, temperature) | small_torus_values(size, temperature)
    return wolff_values(size, temperature, samples, seed) | known


def wolff_values(size: int, temperature: float, samples: int, seed: int) -> dict[str, Estimate]:
    """Values of a Wolff chain.

    Args:
        size: Lattice side.
        temperature: T in J/k_B.
        samples: Length of the chain after thermalisation.
        seed: Seed of the chain.

    Returns:
        Keys as in :class:`nrg_app.analysis.importance.Evaluation`; errors by block jackknife.

    Raises:
        NRGError: if an argument is out of its range.
    """
    spins = wolff(size, temperature, samples, seed=seed)

    def estimate(energy: Series, magnetization: Series, far: Series) -> dict[str, Estimate]:
        found = measure_series(size, temperature, energy, magnetization)
        return found | {"half_correlation": weighted_mean(far)}

    series = (energies(spins), magnetizations(spins), np.asarray(half_correlations(spins)))
    return block_jackknife(estimate, *series, blocks=_BLOCKS)
