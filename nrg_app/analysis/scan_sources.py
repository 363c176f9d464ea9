"""Where the spins of a scan come from: the network, chains with its proposals, or Wolff."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import torch
from numpy.typing import NDArray

from nrg_app.analysis.autocorrelation import MIN_STEPS
from nrg_app.analysis.chain_series import Chains, efficiency_warning
from nrg_app.analysis.importance import batch_size, log_mean_exp
from nrg_app.analysis.independence import IndependenceChains
from nrg_app.analysis.latent_density import LatentDensity
from nrg_app.analysis.refresh import RefreshChains
from nrg_app.analysis.scan_results import SpinSeries
from nrg_app.analysis.spin_series import (
    ChainEstimates,
    as_one_chain,
    chain_estimates,
    join,
    keep,
    spread,
    weighted_estimates,
)
from nrg_app.flows.neural_rg import NeuralRG
from nrg_app.physics.lattice import Spins
from nrg_app.physics.monte_carlo import wolff
from nrg_app.physics.observables import (
    Estimate,
    effective_sample_size,
    largest_weight_share,
)

FloatArray = NDArray[np.float64]
Work = Callable[[int], None]
"""Told how many configurations were made since the last call."""

_CHAINS = 32
_SHORTEST_BURN_IN = 16
_SITES_AT_A_TIME = 2**18
# Configurations behind the free energy of a flow's chains: a quarter of them, not too few.
_FREE_ENERGY_SHARE, _FEWEST_FREE = 4, 256
# A weight that is this share of all cannot have a trustworthy error.
_HEAVY = 0.05


@dataclass(frozen=True, eq=False)
class Reading:
    """What was found at one temperature; fields as in ``ScanPoint``."""

    estimates: Mapping[str, Estimate]
    correlations: tuple[FloatArray, FloatArray]
    tau: Estimate | None
    ess: float | None
    warnings: tuple[str, ...]
    series: SpinSeries


def read_network(
    model: NeuralRG,
    temperature: float,
    samples: int,
    generator: torch.Generator,
    work: Work,
    *,
    reweighted: bool,
) -> Reading:
    """Independent samples of a network, as they are or with importance weights."""
    series = _draw(model, temperature, samples, generator, work)
    assert series.log_weights is not None
    log_weights = series.log_weights.ravel()
    equal = np.full(samples, 1.0 / samples)
    weights = _normalised(log_weights) if reweighted else equal
    found = weighted_estimates(model.size, temperature, series, weights[None])
    scale = -temperature / model.size**2
    if reweighted:
        log_z, log_z_shifts = log_mean_exp(log_weights).value, weights - equal
    else:
        log_z = float(log_weights.mean())
        log_z_shifts = (log_weights - log_z) / samples
    volume = float(model.target.log_volume(np.array([temperature]))[0])
    free = scale * (log_z - volume)
    free_shifts = scale * log_z_shifts
    energy = found.estimates["energy"].value
    # The same samples tell energy and free energy: their errors are not independent.
    entropy = Estimate(
        (energy - free) / temperature, spread((found.shifts - free_shifts) / temperature)
    )
    thermal = {"free_energy": Estimate(free, spread(free_shifts)), "entropy": entropy}
    ess = effective_sample_size(log_weights)
    warnings = _weight_warnings(ess, log_weights) if reweighted else ()
    return Reading(
        estimates={**found.estimates, **thermal},
        correlations=found.correlations,
        tau=None,
        ess=ess,
        warnings=warnings,
        series=series if reweighted else replace(series, log_weights=None),
    )


def _draw(
    model: NeuralRG, temperature: float, samples: int, generator: torch.Generator, work: Work
) -> SpinSeries:
    parts = []
    at_a_time = batch_size(model.size)
    for start in range(0, samples, at_a_time):
        n = min(at_a_time, samples - start)
        drawn = model.sample(temperature, n, generator=generator)
        log_weights = model.log_weight(drawn, temperature).double().numpy()
        parts.append(keep(_spins(model, drawn.field, generator), log_weights))
        work(n)
    return as_one_chain(join(parts, axis=0))


def _spins(model: NeuralRG, fields: torch.Tensor, generator: torch.Generator) -> Spins:
    uniform = torch.rand(fields.shape, generator=generator)
    spins: Spins = model.target.spins_from_field(fields, uniform).numpy()
    return spins


def _normalised(log_weights: FloatArray) -> FloatArray:
    weights = np.exp(log_weights - log_weights.max())
    return np.asarray(weights / weights.sum())


def _weight_warnings(ess: float, log_weights: FloatArray) -> tuple[str, ...]:
    few = efficiency_warning(ess, "samples")
    share = largest_weight_share(log_weights)
    if few or share < _HEAVY:
        return few
    return (
        f"One sample carries {share:.0%} of all weight, so that the errors may be too small; "
        "take more samples.",
    )


def read_flow_chains(
    model: NeuralRG,
    temperature: float,
    samples: int,
    kind: Literal["independence", "refresh"],
    generator: torch.Generator,
    work: Work,
) -> Reading:
    """Chains whose proposals come from a network; exact in the limit of many steps.

    The free energy is that of importance sampling with samples of the network that the chains do
    not see, so that its error is independent of theirs.
    """
    chains, steps = _extent(samples)
    density = LatentDensity(model, temperature)
    start = density.normal(chains, generator)
    moving: Chains = (
        IndependenceChains(density, start, generator)
        if kind == "independence"
        else RefreshChains(model, temperature, start, generator)
    )
    for _ in range(_burn_in(steps)):
        moving.advance()
        work(chains)
    parts = []
    for _ in range(steps):
        moving.advance()
        parts.append(keep(_spins(model, moving.state.fields, generator)))
        work(chains)
    series = join(parts, axis=1)
    found = chain_estimates(model.size, temperature, series)
    draws = _free_draws(samples)
    free = read_network(model, temperature, draws, generator, work, reweighted=True)
    warnings = (*free.warnings, *chain_warnings(found))
    return chain_reading(
        temperature, series, found, free.estimates["free_energy"], free.ess, warnings
    )


def flow_chain_work(samples: int) -> int:
    """How many configurations :func:`read_flow_chains` makes for ``samples`` that count."""
    chains, steps = _extent(samples)
    return chains * (steps + _burn_in(steps)) + _free_draws(samples)


def _extent(samples: int) -> tuple[int, int]:
    """Number of chains, and of the steps of each."""
    chains = max(1, min(_CHAINS, samples // (2 * MIN_STEPS)))
    return chains, -(-samples // chains)


def _burn_in(steps: int) -> int:
    """Steps before those that count; a flow's chain starts close to equilibrium."""
    return max(_SHORTEST_BURN_IN, steps // 4)


def _free_draws(samples: int) -> int:
    return max(_FEWEST_FREE, samples // _FREE_ENERGY_SHARE)


def wolff_series(
    size: int, temperature: float, samples: int, seed: np.random.SeedSequence, work: Work
) -> SpinSeries:
    """One chain of Wolff's clusters, (1, samples)."""
    parts: list[SpinSeries] = []
    at_a_time = max(16, _SITES_AT_A_TIME // size**2)
    last: Spins | None = None
    for start in range(0, samples, at_a_time):
        n = min(at_a_time, samples - start)
        number = int(seed.spawn(1)[0].generate_state(1)[0])
        if last is None:
            spins = wolff(size, temperature, n, seed=number)
        else:
            spins = wolff(size, temperature, n, seed=number, n_thermal=0, start=last)
        last = spins[-1]
        parts.append(keep(spins))
        work(n)
    return as_one_chain(join(parts, axis=0))


def chain_reading(
    temperature: float,
    series: SpinSeries,
    found: ChainEstimates,
    free: Estimate,
    ess: float | None,
    warnings: tuple[str, ...],
) -> Reading:
    """Chains beside a free energy that is independent of them."""
    energy = found.estimates["energy"]
    entropy = Estimate(
        (energy.value - free.value) / temperature,
        math.hypot(energy.error, free.error) / temperature,
    )
    return Reading(
        estimates={**found.estimates, "free_energy": free, "entropy": entropy},
        correlations=found.correlations,
        tau=found.tau,
        ess=ess,
        warnings=warnings,
        series=series,
    )


def chain_warnings(found: ChainEstimates) -> tuple[str, ...]:
    """Plain sentences on what makes the errors of chains doubtful."""
    if math.isnan(found.tau.value):
        return ("The spins never changed, so that no error can be given; take more samples.",)
    if not found.closed:
        return (
            "The chains are shorter than their memory, so the errors are too small; take more "
            "samples.",
        )
    return ()
