"""Reweighting between simulated temperatures against exact values, errors by coverage."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from nrg_app.analysis.exact_curves import exact_value
from nrg_app.analysis.multi_histogram import MultiHistogram, ThermalCurve
from nrg_app.analysis.scan import ScanSettings, scan
from nrg_app.errors import NRGError
from nrg_app.flows.neural_rg import NeuralRG
from nrg_app.physics.exact import kaufman_log_partition

from .thermal_points import wolff_point

SEEDS = 50
LIMIT = 4.0  # standard errors
BETWEEN = np.array([2.1, 2.7])
KEYS = (
    "energy",
    "specific_heat",
    "abs_magnetization",
    "susceptibility",
    "binder",
    "correlation_length",
)


@pytest.fixture(scope="module")
def curves() -> list[ThermalCurve]:
    """Curves of L = 4 between T = 2, 2.5 and 3, by 50 seeds."""
    return [
        MultiHistogram(
            [wolff_point(4, t, 500, (seed, i)) for i, t in enumerate((2.5, 2.0, 3.0))]
        ).curve(BETWEEN)
        for seed in range(SEEDS)
    ]


def covered(deviations: np.ndarray) -> None:
    """68 % within one standard error and mean squares of one, to 4 standard errors of 50 runs."""
    share = math.erf(math.sqrt(0.5))
    inside = (np.abs(deviations) < 1.0).sum()
    assert abs(inside - SEEDS * share) < LIMIT * math.sqrt(SEEDS * share * (1.0 - share))
    # 20 blocks widen the distribution to Student's with 19 degrees of freedom: by 19 / 17.
    assert (deviations**2).mean() < 19.0 / 17.0 + LIMIT * math.sqrt(2.0 / SEEDS)
    assert abs(deviations.mean()) < LIMIT / math.sqrt(SEEDS)


@pytest.mark.parametrize("key", KEYS)
def test_errors_between_the_simulated_temperatures_cover(
    key: str, curves: list[ThermalCurve]
) -> None:
    for i, temperature in enumerate(BETWEEN):
        exact = exact_value(key, 4, float(temperature))
        covered(np.array([c.estimate(key, i).deviation(exact) for c in curves]))


def test_errors_of_free_energy_differences_cover(curves: list[ThermalCurve]) -> None:
    exact = kaufman_log_partition(4, BETWEEN) - kaufman_log_partition(4, 2.0)
    for i in range(2):
        covered(np.array([c.estimate("log_partition", i).deviation(exact[i]) for c in curves]))


def test_more_temperatures_make_better_curves(curves: list[ThermalCurve]) -> None:
    alone = MultiHistogram([wolff_point(4, 2.5, 500, (0, 0))]).curve(np.array([2.5]))
    joint = MultiHistogram([wolff_point(4, t, 500, (0, i)) for i, t in enumerate((2.5, 2.6, 2.4))])
    assert joint.curve(np.array([2.5])).effective_samples > 2.0 * alone.effective_samples


def test_one_temperature_alone_is_the_plain_average() -> None:
    point = wolff_point(4, 2.3, 300, (1, 0))
    curve = MultiHistogram([point]).curve(np.array([2.3]))
    for key in KEYS:
        # Plain specific heats are widened by n / (n - 1).
        assert curve.values[key][0] == pytest.approx(
            point.values[key].estimate.value, rel=1.01 / 300 if key == "specific_heat" else 1e-9
        )


def test_weighted_samples_of_a_network_are_reweighted_too(small_model: NeuralRG) -> None:
    settings = ScanSettings(4, (2.0, 2.5, 3.0), "reweighted", 2000, seed=2)
    curve = MultiHistogram(list(scan(settings, small_model))).curve(BETWEEN)
    for key in KEYS:
        for i, temperature in enumerate(BETWEEN):
            exact = exact_value(key, 4, float(temperature))
            assert abs(curve.estimate(key, i).deviation(exact)) < LIMIT, (key, temperature)


def test_what_cannot_be_reweighted_is_refused() -> None:
    near, far = wolff_point(4, 2.0, 200, (1, 0)), wolff_point(8, 2.5, 200, (1, 1))
    with pytest.raises(NRGError, match="same lattice side"):
        MultiHistogram([near, far])
    with pytest.raises(NRGError, match="same lattice side"):
        MultiHistogram([])
    with pytest.raises(NRGError, match="'reweighted'"):
        MultiHistogram([replace(near, estimator="raw")])
    with pytest.raises(NRGError, match="do not overlap"):
        MultiHistogram([wolff_point(16, t, 200, (1, 2)) for t in (1.5, 4.0)])
    with pytest.raises(NRGError, match="simulated range T = 2 to 2"):
        MultiHistogram([near]).curve(np.array([2.1]))
