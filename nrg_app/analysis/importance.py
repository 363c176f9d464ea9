"""Thermodynamics from samples of a flow, plain and with importance weights.

With log-weights w = -U(x) - ln q(x) of samples x of q (Noe et al., Science 365, eaaw1147, 2019;
Nicoli et al., PRE 101, 023304, 2020):

- lnZ of the target is ln <e^w>, exactly in the limit of many samples;
- <w> is a lower bound of it, and the distance per site is the free-energy gap;
- averages with weights e^w are those of the target, averages without are the flow's own.

Every estimate is a smooth function of means, so its error follows from the spread of the
samples' influences on it (delta method).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from nrg_app.errors import NRGError
from nrg_app.flows.neural_rg import NeuralRG
from nrg_app.physics.exact import kaufman_log_partition
from nrg_app.physics.observables import (
    Estimate,
    correlations,
    effective_sample_size,
    energies,
    largest_weight_share,
    magnetizations,
    measure_series,
    weighted_mean,
)

FloatArray = NDArray[np.float64]
_SITES_AT_A_TIME = 2**18


@dataclass(frozen=True, eq=False)
class Draws:
    """What is kept of each sample, (n,) float64 unless said otherwise.

    Attributes:
        log_weights: w = -U(x) - ln q(x), in nats.
        energies: total energy of the spins drawn from the field, in J.
        magnetizations: magnetization per site of the same spins.
        correlations: (n, L // 2 + 1), s(x) s(x + r) of the same spins for r = 0 ... L // 2,
            averaged over sites and axes.
    """

    log_weights: FloatArray
    energies: FloatArray
    magnetizations: FloatArray
    correlations: FloatArray

    def __len__(self) -> int:
        return len(self.log_weights)


@dataclass(frozen=True)
class Evaluation:
    """Quality of a flow at one temperature, and what it says of the model.

    Attributes:
        gap: free-energy gap per site, (exact lnZ - <w>) / N, in nats.
        ess: effective sample size as a fraction, 0 to 1.
        largest_weight_share: share of the largest weight, 1/n to 1; a large one is a warning
            that ``ess`` itself is too optimistic.
        log_partition_per_site: lnZ / N of the spins by importance sampling, in nats.
        raw: estimates without weights: "free_energy" (the variational bound), "energy",
            "specific_heat", "abs_magnetization", "magnetization_squared", "susceptibility",
            "binder", as in :func:`nrg_app.physics.observables.measure`, and "half_correlation",
            G(L/2).
        reweighted: the same with weights; "free_energy" is -T lnZ / N.
    """

    gap: Estimate
    ess: float
    largest_weight_share: float
    log_partition_per_site: Estimate
    raw: Mapping[str, Estimate]
    reweighted: Mapping[str, Estimate]


def evaluate(
    model: NeuralRG, temperature: float, n: int, batch: int, generator: torch.Generator
) -> Evaluation:
    """Draw ``n`` samples in batches and estimate everything from them.

    Args:
        model: the flow.
        temperature: T in J/k_B.
        n: number of samples, at least 2.
        batch: how many are drawn at a time.
        generator: source of all random numbers.

    Raises:
        NRGError: if ``n`` or ``batch`` is too small or the temperature is not positive.
    """
    if n < 2 or batch < 1:
        raise NRGError("An evaluation needs at least 2 samples, drawn at least 1 at a time.")
    counts = [min(batch, n - start) for start in range(0, n, batch)]
    parts = [draw(model, temperature, count, generator) for count in counts]
    return summarize(model, temperature, join(parts))


def batch_size(size: int) -> int:
    """How many samples of side ``size`` to draw at a time: enough for speed, little memory."""
    return max(1, min(256, _SITES_AT_A_TIME // size**2))


def draw(model: NeuralRG, temperature: float, n: int, generator: torch.Generator) -> Draws:
    """Draw ``n`` samples of the flow at once."""
    sample = model.sample(temperature, n, generator=generator)
    uniform = torch.rand(sample.field.shape, generator=generator)
    spins = model.target.spins_from_field(sample.field, uniform).numpy()
    return keep(model.log_weight(sample, temperature).double().numpy(), spins)


def keep(log_weights: FloatArray, spins: NDArray[np.int8]) -> Draws:
    """What is kept of spins (n, L, L) with their log-weights (n,)."""
    return Draws(log_weights, energies(spins), magnetizations(spins), correlations(spins))


def join(parts: Sequence[Draws]) -> Draws:
    """Return the samples of all parts."""
    return Draws(
        np.concatenate([part.log_weights for part in parts]),
        np.concatenate([part.energies for part in parts]),
        np.concatenate([part.magnetizations for part in parts]),
        np.concatenate([part.correlations for part in parts]),
    )


def summarize(model: NeuralRG, temperature: float, draws: Draws) -> Evaluation:
    """Estimate everything from samples, at least 2 of them."""
    n_sites = model.size**2
    log_z = model.log_partition_target(temperature)
    # lnZ of the spins differs from that of the field by a known volume.
    volume = log_z - kaufman_log_partition(model.size, temperature)
    bound = mean(draws.log_weights)
    total = log_mean_exp(draws.log_weights)
    series = (model.size, temperature, draws.energies, draws.magnetizations)
    far, half = "half_correlation", draws.correlations[:, -1]
    raw = measure_series(*series) | {far: weighted_mean(half)}
    reweighted = measure_series(*series, draws.log_weights) | {
        far: weighted_mean(half, draws.log_weights)
    }
    return Evaluation(
        gap=_linear(bound, log_z, -1 / n_sites),
        ess=effective_sample_size(draws.log_weights),
        largest_weight_share=largest_weight_share(draws.log_weights),
        log_partition_per_site=_linear(total, volume, 1 / n_sites),
        raw={"free_energy": _linear(bound, volume, -temperature / n_sites), **raw},
        reweighted={"free_energy": _linear(total, volume, -temperature / n_sites), **reweighted},
    )


def mean(values: FloatArray) -> Estimate:
    """Return the mean of independent values (n,), n > 1, with its standard error."""
    return Estimate(float(values.mean()), float(values.std(ddof=1)) / math.sqrt(len(values)))


def log_mean_exp(log_weights: FloatArray) -> Estimate:
    """Return ln <e^w> of independent log-weights (n,), n > 1, with its standard error."""
    largest = log_weights.max()
    scaled = mean(np.exp(log_weights - largest))
    return Estimate(float(largest) + math.log(scaled.value), scaled.error / scaled.value)


def _linear(estimate: Estimate, origin: float, factor: float) -> Estimate:
    """Return factor * (estimate - origin)."""
    return Estimate(factor * (estimate.value - origin), abs(factor) * estimate.error)
