"""Points of scans made without the parts that tests of reweighting do not need."""

from __future__ import annotations

import numpy as np

from nrg_app.analysis.scan_results import Measured, ScanPoint, SpinSeries
from nrg_app.analysis.scan_sources import wolff_series
from nrg_app.analysis.spin_series import chain_estimates
from nrg_app.physics.observables import Estimate


def wolff_point(size: int, temperature: float, samples: int, seed: tuple[int, int]) -> ScanPoint:
    """A Wolff point without free energy and exact values."""
    stream = np.random.SeedSequence(seed)
    series = wolff_series(size, temperature, samples, stream, lambda count: None)
    found = chain_estimates(size, temperature, series)
    return point(size, temperature, dict(found.estimates), series, found.tau, seed)


def point(
    size: int,
    temperature: float,
    estimates: dict[str, Estimate],
    series: SpinSeries | None = None,
    tau: Estimate | None = None,
    seed: tuple[int, int] = (0, 0),
) -> ScanPoint:
    """A point with these estimates."""
    empty = np.zeros((1, 1))
    return ScanPoint(
        size=size,
        temperature=temperature,
        estimator="wolff",
        samples=0,
        seed=seed,
        values={key: Measured(estimate) for key, estimate in estimates.items()},
        distances=np.arange(1),
        correlations=np.ones(1),
        correlation_errors=np.zeros(1),
        exact_correlations=None,
        tau=tau,
        ess=None,
        warnings=(),
        seconds=0.0,
        series=series or SpinSeries(empty, empty, empty, empty[:, :, None]),
    )
