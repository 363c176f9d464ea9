"""Multi-histogram reweighting in temperature between simulated points.

Samples of all temperatures together estimate the density of states at every energy level,

    p(E) = H(E) / sum_k n_k exp(f_k - beta_k E),    exp(-f_k) = sum_E p(E) exp(-beta_k E),

with the number ``H(E)`` of samples at a level and ``n_k`` of samples at a temperature, both
divided by ``2 tau`` (Ferrenberg and Swendsen, PRL 63, 1195, 1989).  The ``f_k`` minimise a convex
function (Zhu and Hummer, J. Comput. Chem. 33, 453, 2012), found by Newton steps; with the
discrete levels of the Ising model the method is the same as MBAR (Shirts and Chodera, J. Chem.
Phys. 129, 124105, 2008).  Errors are those of a block jackknife of everything, the ``f_k`` too.

Example:
    >>> from nrg_app.analysis.scan import ScanSettings, scan
    >>> settings = ScanSettings(size=4, temperatures=(2.0, 2.5, 3.0), samples=1000, seed=1)
    >>> curve = MultiHistogram(list(scan(settings))).curve(np.array([2.25]))
    >>> print(curve.estimate("binder", 0).brackets())  # exactly 0.6197
    0.617(2)
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from nrg_app.analysis.scan_results import ScanPoint
from nrg_app.analysis.spin_series import second_moment_length
from nrg_app.errors import NRGError
from nrg_app.physics.observables import Estimate

FloatArray = NDArray[np.float64]

_BLOCKS = 20
_ITERATIONS = 100
_TOLERANCE = 1e-10  # of a gradient relative to the number of samples
# Neighbours whose mean energies lie further apart than this many of their widths do not overlap.
_FARTHEST = 2.5


@dataclass(frozen=True, eq=False)
class ThermalCurve:
    """Quantities at many temperatures between the simulated ones.

    Attributes:
        size: Lattice side L.
        temperatures: T in J/k_B, (n,).
        values: "energy", "specific_heat", "abs_magnetization", "magnetization_squared",
            "susceptibility", "binder", "correlation_length"; also "log_partition", ln Z minus
            that at the lowest simulated temperature, in nats; each (n,).
        errors: Their standard errors by block jackknife, (n,); those of neighbouring
            temperatures are strongly correlated.
        replicas: The values with one block left out in turn, each (blocks, n).
        effective_samples: Number of independent samples that count at each temperature, (n,).
    """

    size: int
    temperatures: FloatArray
    values: Mapping[str, FloatArray]
    errors: Mapping[str, FloatArray]
    replicas: Mapping[str, FloatArray]
    effective_samples: FloatArray

    def estimate(self, quantity: str, index: int) -> Estimate:
        """One value with its error."""
        return Estimate(float(self.values[quantity][index]), float(self.errors[quantity][index]))


def jackknife_error(replicas: FloatArray) -> FloatArray:
    """Standard errors from values with one block left out in turn, (blocks, ...): (...)."""
    return np.asarray(np.sqrt((len(replicas) - 1) * replicas.var(axis=0)))


class MultiHistogram:
    """The samples of several temperatures of one lattice, combined.

    Args:
        points: Of scans that yield exact averages: of any estimator but "raw".

    Raises:
        NRGError: if there is no point, they differ in their side, one is raw, or neighbouring
            temperatures do not overlap.

    Attributes:
        size: Lattice side L.
        temperatures: The simulated ones, rising, (k,).
    """

    def __init__(self, points: Sequence[ScanPoint]) -> None:
        ordered = _checked(points)
        self.size = ordered[0].size
        self.temperatures = np.array([point.temperature for point in ordered])
        self._betas = 1.0 / self.temperatures
        samples = [_Samples(point) for point in ordered]
        self._levels = np.unique(np.concatenate([part.energies for part in samples]))
        # What every block adds to the sums of the features, (blocks, 5, levels), and to n_k.
        self._sums = np.zeros((_BLOCKS, 5, len(self._levels)))
        self._counts = np.zeros((_BLOCKS, len(samples)))
        for k, part in enumerate(samples):
            level = np.searchsorted(self._levels, part.energies)
            for feature, values in enumerate(part.features):
                np.add.at(self._sums[:, feature], (part.blocks, level), values)
            self._counts[:, k] = np.bincount(part.blocks, part.features[0], _BLOCKS)
        start = _trapezoids(self._betas, np.array([part.mean_energy() for part in samples]))
        counts, hits = self._counts.sum(0), self._sums[:, 0].sum(0)
        self._free = _solve(self._betas, self._levels, counts, hits, start)
        self._replica_free = [
            _solve(self._betas, self._levels, counts - less, hits - fewer, self._free)
            for less, fewer in zip(self._counts, self._sums[:, 0], strict=True)
        ]

    def curve(self, temperatures: FloatArray) -> ThermalCurve:
        """Everything at temperatures (n,).

        Raises:
            NRGError: if one lies outside the simulated range.
        """
        t = np.atleast_1d(np.asarray(temperatures, dtype=np.float64))
        low, high = self.temperatures[0], self.temperatures[-1]
        slack = 1e-9 * high
        if t.size == 0 or not ((t >= low - slack) & (t <= high + slack)).all():
            raise NRGError(
                f"Reweighting covers the simulated range T = {low:g} to {high:g} only; choose "
                "temperatures inside it."
            )
        counts, sums = self._counts.sum(0), self._sums.sum(0)
        values, effective = self._averages(t, counts, sums, self._free)
        parts = [
            self._averages(t, counts - less, sums - fewer, free)[0]
            for less, fewer, free in zip(self._counts, self._sums, self._replica_free, strict=True)
        ]
        replicas = {key: np.stack([part[key] for part in parts]) for key in values}
        errors = {key: jackknife_error(values) for key, values in replicas.items()}
        return ThermalCurve(self.size, t, values, errors, replicas, effective)

    def _averages(
        self, t: FloatArray, counts: FloatArray, sums: FloatArray, free: FloatArray
    ) -> tuple[dict[str, FloatArray], FloatArray]:
        """Quantities, and the effective number of samples, each (n,)."""
        n_sites = self.size**2
        logs = -np.outer(1.0 / t, self._levels) - _log_mixture(
            self._betas, self._levels, counts, free
        )
        # Levels that only the omitted block reached have no samples here.
        logs = np.where(sums[0] > 0.0, logs, -np.inf)
        top = logs.max(axis=1)
        weights = np.exp(logs - top[:, None])
        total = weights @ sums[0]
        magnitude, second, fourth, wave = (weights @ sums[1:].T / total[:, None]).T
        energy = weights @ (sums[0] * self._levels) / total
        squares = (self._levels - energy[:, None]) ** 2
        variance = (weights * squares) @ sums[0] / total
        lengths = [
            second_moment_length(self.size, *pair) for pair in zip(second, wave, strict=True)
        ]
        values = {
            "energy": energy / n_sites,
            "specific_heat": variance / (n_sites * t**2),
            "abs_magnetization": magnitude,
            "magnetization_squared": second,
            "susceptibility": n_sites * second,
            "binder": 1.0 - fourth / (3.0 * second**2),
            "correlation_length": np.array(lengths),
            "log_partition": np.log(total) + top + free[0],
        }
        return values, total**2 / (weights**2 @ sums[0])


class _Samples:
    """Samples of one temperature: energies, blocks, and features times weights (5, n).

    The features are 1, |m|, m^2, m^4 and the smallest wave; the weights add up to the effective
    number of samples.
    """

    def __init__(self, point: ScanPoint) -> None:
        series = point.series
        self.energies = series.energies.ravel()
        n = len(self.energies)
        if series.log_weights is None:
            tau = point.tau.value if point.tau is not None else 0.5
            weights = np.full(n, 1.0 / max(1.0, 2.0 * tau) if math.isfinite(tau) else 1.0)
        else:
            logs = series.log_weights.ravel()
            weights = np.exp(logs - logs.max())
            weights *= weights.sum() / (weights**2).sum()
        m = series.magnetizations.ravel()
        wave = series.smallest_wave.ravel()
        self.features = weights * np.stack((np.ones(n), np.abs(m), m**2, m**4, wave))
        self.blocks = np.arange(n) * _BLOCKS // n

    def mean_energy(self) -> float:
        return float(self.features[0] @ self.energies / self.features[0].sum())


def _checked(points: Sequence[ScanPoint]) -> list[ScanPoint]:
    """The points in the order of rising temperatures."""
    if not points or len({point.size for point in points}) > 1:
        raise NRGError("Reweighting needs points of a scan, all of the same lattice side.")
    if any(point.estimator == "raw" for point in points):
        raise NRGError(
            "Samples of a network without weights have no temperature that one could reweight; "
            "scan with the estimator 'reweighted' instead."
        )
    ordered = sorted(points, key=lambda point: point.temperature)
    for cold, hot in pairwise(ordered):
        gap = hot.series.energies.mean() - cold.series.energies.mean()
        if gap > _FARTHEST * (hot.series.energies.std() + cold.series.energies.std()):
            raise NRGError(
                f"The energies at T = {cold.temperature:g} and {hot.temperature:g} do not overlap "
                "for reweighting; scan more temperatures between them."
            )
    return ordered


def _trapezoids(betas: FloatArray, energies: FloatArray) -> FloatArray:
    """``f = -ln Z`` up to a constant, from ``df / d beta = <E>``."""
    slopes = 0.5 * (energies[1:] + energies[:-1])
    return np.concatenate(([0.0], np.cumsum(np.diff(betas) * slopes)))


def _log_mixture(
    betas: FloatArray, levels: FloatArray, counts: FloatArray, free: FloatArray
) -> FloatArray:
    """``ln sum_k n_k exp(f_k - beta_k E)`` at every level, (levels,)."""
    return np.asarray(np.logaddexp.reduce(np.log(counts) + free - np.outer(levels, betas), axis=1))


def _solve(
    betas: FloatArray, levels: FloatArray, counts: FloatArray, hits: FloatArray, start: FloatArray
) -> FloatArray:
    """The ``f_k``, the first one 0: ``sum_E H ln sum_k n_k e^(f_k - beta_k E) - n f`` is least.

    Args:
        betas: Inverse temperatures (k,).
        levels: Energies (m,) in J.
        counts: Effective samples of every temperature (k,).
        hits: Effective samples at every level (m,).
        start: First guess (k,).
    """
    free: FloatArray = start - start[0]
    for _ in range(_ITERATIONS):
        mixture = _log_mixture(betas, levels, counts, free)
        shares = np.exp(np.log(counts) + free - np.outer(levels, betas) - mixture[:, None])
        expected = hits @ shares
        gradient = expected - counts
        if np.abs(gradient).max() < _TOLERANCE * counts.sum():
            break
        hessian = np.diag(expected) - shares.T @ (hits[:, None] * shares)
        step = np.zeros_like(free)
        step[1:] = np.linalg.solve(hessian[1:, 1:], gradient[1:])
        # Far from the minimum Newton's step overshoots; f then moves by one unit at most.
        free -= step / max(1.0, float(np.abs(step).max()))
    return free
