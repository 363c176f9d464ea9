"""What the estimates of a network are compared with: exact values, else long Wolff runs."""

from __future__ import annotations

import numpy as np

from nrg_app.analysis.chains import Series, block_jackknife
from nrg_app.analysis.exact_curves import small_torus_value
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


def reference_values(size: int, temperature: float, samples: int, seed: int) -> dict[str, Estimate]:
    """Exact values, and from a Wolff chain what is not known exactly; see :func:`wolff_values`."""
    values = wolff_values(size, temperature, samples, seed) | exact_values(size, temperature)
    for key in values:
        known = small_torus_value(key, size, temperature)
        if known is not None:
            values[key] = Estimate(known, 0.0)
    return values


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
