"""What a scan keeps of spin configurations, and the estimates that follow.

Every estimate is a smooth function ``F`` of means ``<a>, <b> ...`` and fluctuates as the scalar
``psi = dF/da a + dF/db b + ...`` does.  Chains give its error by the Gamma method (Wolff,
hep-lat/0306017, section 3); independent samples with weights by the delta method.

The second-moment correlation length is ``sqrt(S(0) / S(k) - 1) / (2 sin(pi / L))`` with the
structure factor ``S`` at 0 and at the smallest wave vector ``k = 2 pi / L`` (Cooper, Freedman and
Preston, Nucl. Phys. B 210, 210, 1982).  Nothing is subtracted from S(0), so that below Tc it grows
with the lattice.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nrg_app.analysis.autocorrelation import Autocorrelation, autocorrelation
from nrg_app.analysis.scan_results import SpinSeries
from nrg_app.physics.lattice import Spins
from nrg_app.physics.observables import Estimate, correlations, energies, magnetizations

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Influence:
    """A value, and the scalar of every configuration with whose mean it fluctuates.

    Attributes:
        value: The estimate.
        psi: Same shape as the energies, up to a constant.
    """

    value: float
    psi: FloatArray


def keep(spins: Spins, log_weights: FloatArray | None = None) -> SpinSeries:
    """What is kept of spins (n, L, L), one step of n chains: arrays (n, 1).

    Args:
        spins: +1 or -1.
        log_weights: (n,), in nats.
    """
    weights = None if log_weights is None else log_weights[:, None]
    return SpinSeries(
        energies(spins)[:, None],
        magnetizations(spins)[:, None],
        smallest_waves(spins)[:, None],
        correlations(spins)[:, None],
        weights,
    )


def join(parts: Sequence[SpinSeries], *, axis: int) -> SpinSeries:
    """Put series behind each other: axis 0 makes more chains, axis 1 longer ones."""
    weights = [part.log_weights for part in parts if part.log_weights is not None]
    return SpinSeries(
        np.concatenate([part.energies for part in parts], axis),
        np.concatenate([part.magnetizations for part in parts], axis),
        np.concatenate([part.smallest_wave for part in parts], axis),
        np.concatenate([part.correlations for part in parts], axis),
        np.concatenate(weights, axis) if weights else None,
    )


def as_one_chain(series: SpinSeries) -> SpinSeries:
    """Configurations in one row, (1, n): what were chains is one after the other."""
    weights = series.log_weights
    return SpinSeries(
        series.energies.reshape(1, -1),
        series.magnetizations.reshape(1, -1),
        series.smallest_wave.reshape(1, -1),
        series.correlations.reshape(1, -1, series.correlations.shape[-1]),
        None if weights is None else weights.reshape(1, -1),
    )


def smallest_waves(spins: Spins) -> FloatArray:
    """``|sum_x s(x) exp(i k x)|^2 / N`` at ``k = 2 pi / L``, mean of both axes: (n,)."""
    size = spins.shape[-1]
    phase = np.exp(2j * math.pi * np.arange(size) / size)
    rows, columns = (spins.sum(axis, dtype=np.float64) @ phase for axis in (1, 2))
    return np.asarray(0.5 * (np.abs(rows) ** 2 + np.abs(columns) ** 2) / size**2)


def influences(
    size: int, temperature: float, series: SpinSeries, weights: FloatArray
) -> dict[str, Influence]:
    """Every quantity but free energy and entropy, with its influences.

    Args:
        size: Lattice side L.
        temperature: T in J/k_B.
        series: At least two configurations.
        weights: Of the energies' shape; they add up to one.
    """
    n_sites = size**2

    def mean(values: FloatArray) -> float:
        return float((weights * values).sum())

    energy, squared = series.energies, series.magnetizations**2
    magnitude, wave = np.abs(series.magnetizations), series.smallest_wave
    # n / (n - 1) for equal weights: the estimated mean takes that share of the variance.
    unbias = 1.0 / max(1.0 - float((weights**2).sum()), np.finfo(np.float64).eps)
    deviations = (energy - mean(energy)) ** 2 * unbias / (n_sites * temperature**2)
    second, fourth, wave_mean = mean(squared), mean(squared**2), mean(wave)
    curvature = squared**2 / second**2 - 2.0 * fourth * squared / second**3
    return {
        "energy": Influence(mean(energy) / n_sites, energy / n_sites),
        "specific_heat": Influence(mean(deviations), deviations),
        "abs_magnetization": Influence(mean(magnitude), magnitude),
        "magnetization_squared": Influence(second, squared),
        "susceptibility": Influence(n_sites * second, n_sites * squared),
        "binder": Influence(1.0 - fourth / (3.0 * second**2), -curvature / 3.0),
        "correlation_length": _length(size, second, wave_mean, squared, wave),
    }


def _length(
    size: int, second: float, wave_mean: float, squared: FloatArray, wave: FloatArray
) -> Influence:
    length = second_moment_length(size, second, wave_mean)
    if not math.isfinite(length):
        return Influence(math.nan, np.full_like(squared, math.nan))
    n_sites = size**2
    ratio = n_sites * second / wave_mean
    slope = length / (2.0 * (ratio - 1.0))
    return Influence(length, slope * (n_sites * squared - ratio * wave) / wave_mean)


def second_moment_length(size: int, second: float, wave: float) -> float:
    """Second-moment correlation length in sites; NaN if noise leaves none.

    Args:
        size: Lattice side L.
        second: ``<m^2>``.
        wave: ``S`` at the smallest wave vector.

    Example:
        >>> round(second_moment_length(8, 0.646912, 4.0), 3)
        3.995
    """
    excess = size**2 * second / wave - 1.0 if wave > 0.0 else math.nan
    return math.sqrt(excess) / (2.0 * math.sin(math.pi / size)) if excess > 0.0 else math.nan


@dataclass(frozen=True, eq=False)
class ChainEstimates:
    """Estimates from chains.

    Attributes:
        estimates: As of :func:`influences`, with errors by the Gamma method.
        correlations: G(r) and errors, each (L // 2 + 1,).
        tau: Of the slower of energy and |m| in steps; NaN if the spins never changed.
        closed: Whether the chains are long enough for it.
    """

    estimates: Mapping[str, Estimate]
    correlations: tuple[FloatArray, FloatArray]
    tau: Estimate
    closed: bool


def chain_estimates(size: int, temperature: float, series: SpinSeries) -> ChainEstimates:
    """Everything that chains of at least 8 steps say."""
    weights = np.full(series.energies.shape, 1.0 / series.energies.size)
    found = influences(size, temperature, series, weights)
    memory = {key: _memory(influence.psi) for key, influence in found.items()}
    shown = [memory["energy"], memory["abs_magnetization"]]
    taus = [m.tau for m in shown]
    return ChainEstimates(
        estimates={key: Estimate(found[key].value, memory[key].error) for key in found},
        correlations=_correlations(series, weights, lambda psi: _memory(psi).error),
        tau=max(taus, key=lambda tau: -1.0 if math.isnan(tau.value) else tau.value),
        closed=all(m.closed for m in shown),
    )


def _memory(psi: FloatArray) -> Autocorrelation:
    if np.isnan(psi).any():
        return Autocorrelation(Estimate(math.nan, math.nan), math.nan, closed=False)
    return autocorrelation(psi)


def _correlations(
    series: SpinSeries, weights: FloatArray, error: Callable[[FloatArray], float]
) -> tuple[FloatArray, FloatArray]:
    values = np.einsum("cs,csr->r", weights, series.correlations)
    errors = [error(series.correlations[:, :, r]) for r in range(1, len(values))]
    # Every spin squared is one.
    return values, np.array([0.0, *errors])


@dataclass(frozen=True, eq=False)
class WeightedEstimates:
    """Estimates from independent samples.

    Attributes:
        estimates: As of :func:`influences`, with errors by the delta method.
        correlations: G(r) and errors, each (L // 2 + 1,).
        shifts: By how much every sample moves the energy per site, (n,); their sum is 0.
    """

    estimates: Mapping[str, Estimate]
    correlations: tuple[FloatArray, FloatArray]
    shifts: FloatArray


def weighted_estimates(
    size: int, temperature: float, series: SpinSeries, weights: FloatArray
) -> WeightedEstimates:
    """Everything that independent samples with weights (1, n), which add up to one, say."""
    found = influences(size, temperature, series, weights)

    def shift(psi: FloatArray) -> FloatArray:
        return np.asarray(weights * (psi - (weights * psi).sum())).ravel()

    return WeightedEstimates(
        estimates={k: Estimate(i.value, spread(shift(i.psi))) for k, i in found.items()},
        correlations=_correlations(series, weights, lambda psi: spread(shift(psi))),
        shifts=shift(found["energy"].psi),
    )


def spread(shifts: FloatArray) -> float:
    """Standard error from what each of n independent samples moves an estimate by, (n,)."""
    n = len(shifts)
    return math.sqrt(n / (n - 1) * float(shifts @ shifts))
