"""Scans against exact values: errors by coverage over 50 seeds, free energies, order, refusals."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
import pytest

from nrg_app.analysis.exact_curves import infinite_curve, torus_curve
from nrg_app.analysis.scan import ScanPoint, ScanSettings, scan
from nrg_app.analysis.scan_results import ESTIMATORS, QUANTITIES, Estimator, temperature_range
from nrg_app.errors import NRGError
from nrg_app.flows.neural_rg import NeuralRG
from nrg_app.physics.exact import CRITICAL_TEMPERATURE
from nrg_app.resources import models_dir

TC = float(CRITICAL_TEMPERATURE)
SEEDS = 50
LIMIT = 4.0  # standard errors


def one_point(model: NeuralRG, estimator: Estimator, samples: int, seed: int) -> ScanPoint:
    (point,) = scan(ScanSettings(4, (2.4,), estimator, samples, seed), model)
    return point


@pytest.fixture(scope="module", params=["reweighted", "independence", "refresh", "wolff"])
def runs(request: pytest.FixtureRequest, small_model: NeuralRG) -> list[ScanPoint]:
    """The same point by 50 seeds."""
    return [one_point(small_model, request.param, 640, seed) for seed in range(SEEDS)]


def covered(deviations: list[float]) -> None:
    """68 % within one standard error and mean squares of one, to 4 standard errors of 50 runs."""
    share = math.erf(math.sqrt(0.5))
    inside = sum(abs(d) < 1.0 for d in deviations)
    assert abs(inside - SEEDS * share) < LIMIT * math.sqrt(SEEDS * share * (1.0 - share))
    # A mean of squares of n normal numbers has the variance 2 / n; their own mean, 1 / n.
    assert np.square(deviations).mean() < 1.0 + LIMIT * math.sqrt(2.0 / SEEDS)
    assert abs(np.mean(deviations)) < LIMIT / math.sqrt(SEEDS)


@pytest.mark.parametrize("key", QUANTITIES)
def test_one_error_bar_covers_two_thirds_of_all_seeds(key: str, runs: list[ScanPoint]) -> None:
    deviations = [run.values[key].deviation for run in runs]
    assert None not in deviations
    covered(deviations)


def test_errors_of_correlations_cover(runs: list[ScanPoint]) -> None:
    for r in (1, 2):
        covered(
            [
                (run.correlations[r] - run.exact_correlations[r]) / run.correlation_errors[r]
                for run in runs
            ]
        )
    assert all(run.correlations[0] == pytest.approx(1.0) for run in runs)


def test_errors_shrink_with_the_root_of_the_samples(small_model: NeuralRG) -> None:
    few, many = (one_point(small_model, "wolff", n, 1) for n in (500, 8000))
    for key in QUANTITIES.keys() - {"free_energy", "entropy"}:
        ratio = few.values[key].estimate.error / many.values[key].estimate.error
        # An error from 500 samples is itself known to a few percent, or 15 % for a variance.
        assert ratio == pytest.approx(4.0, rel=0.5), key


def test_the_raw_free_energy_is_a_bound(small_model: NeuralRG) -> None:
    free = one_point(small_model, "raw", 2000, 1).values["free_energy"]
    assert free.deviation > LIMIT


def test_a_scan_agrees_with_kaufman_between_tabulated_temperatures(
    shipped_model: NeuralRG,
) -> None:
    settings = ScanSettings(16, (2.37, 1.93), "reweighted", 1000, 3)
    points = list(scan(settings, shipped_model))
    assert [point.temperature for point in points] == [2.37, 1.93]
    for point in points:
        for key in ("free_energy", "energy", "specific_heat", "entropy"):
            assert abs(point.values[key].deviation) < LIMIT, (point.temperature, key)
        assert point.values["binder"].exact is None
        assert point.values["binder"].deviation is None
        assert point.ess > 0.8


@pytest.mark.parametrize("estimator", ["reweighted", "independence", "wolff"])
def test_magnetic_averages_at_tc_are_those_of_the_transfer_matrix(estimator: Estimator) -> None:
    model = NeuralRG.load(models_dir() / "ising-8.safetensors")
    (point,) = scan(ScanSettings(8, (TC,), estimator, 4000, 5), model)
    values = point.values
    assert values["abs_magnetization"].exact == pytest.approx(0.777331, abs=5e-7)
    assert values["magnetization_squared"].exact == pytest.approx(0.646912, abs=5e-7)
    for key in (
        "abs_magnetization", "magnetization_squared", "susceptibility", "binder",
        "correlation_length",
    ):  # fmt: skip
        assert abs(values[key].deviation) < LIMIT, key
        assert 0.0 < values[key].estimate.error < 0.05 * values[key].exact, key


def test_wolff_climbs_to_every_free_energy() -> None:
    for point in scan(ScanSettings(8, (1.2, 2.0, TC, 3.5), "wolff", 400, 2)):
        for key in ("free_energy", "entropy"):
            assert abs(point.values[key].deviation) < LIMIT, (point.temperature, key)


def test_points_come_one_by_one_from_the_highest_temperature() -> None:
    shares: list[float] = []
    running = scan(ScanSettings(4, (2.0, 3.0, 2.5, 2.0), samples=200), tick=shares.append)
    assert isinstance(running, Iterator)
    assert next(running).temperature == 3.0
    assert shares[-1] == pytest.approx(1.0 / 3.0)
    assert [point.temperature for point in running] == [2.5, 2.0]
    assert shares == sorted(shares)
    assert shares[-1] == 1.0


def test_a_tick_that_raises_ends_the_scan() -> None:
    def stop(share: float) -> None:
        raise InterruptedError

    with pytest.raises(InterruptedError):
        next(scan(ScanSettings(4, (2.0,), samples=200), tick=stop))


@pytest.mark.parametrize("estimator", ESTIMATORS)
def test_a_seed_repeats_a_point(estimator: Estimator, small_model: NeuralRG) -> None:
    first, second, other = (one_point(small_model, estimator, 200, seed) for seed in (5, 5, 6))
    assert first.values == second.values
    assert first.values != other.values


def test_frozen_spins_have_no_error_and_say_so() -> None:
    (point,) = scan(ScanSettings(4, (0.2,), samples=200))
    assert point.values["energy"].deviation is None
    assert any("never changed" in warning for warning in point.warnings)


def test_curves_are_those_of_kaufman_onsager_and_yang() -> None:
    t = np.array([1.9, TC, 3.1])
    for key in ("free_energy", "energy", "specific_heat", "entropy"):
        # Away from Tc corrections are exponentially small, but that below it two signs are two
        # states: ln 2 / N.
        two = {"free_energy": -t[0] * math.log(2.0), "entropy": math.log(2.0)}.get(key, 0.0)
        shifts = np.array([two / 64**2, 0.0])
        assert torus_curve(key, 64, t)[[0, 2]] == pytest.approx(
            infinite_curve(key, t)[[0, 2]] + shifts, rel=1e-8
        )
    assert infinite_curve("abs_magnetization", t)[1:].tolist() == [0.0, 0.0]
    assert infinite_curve("specific_heat", t)[1] == math.inf
    assert torus_curve("binder", 8, t) is infinite_curve("binder", t) is None


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"temperatures": ()}, "at least one temperature"),
        ({"temperatures": (-1.0,)}, "above zero"),
        ({"samples": 10}, "at least 128 samples"),
        ({"size": 1}, "lattice side"),
        ({"estimator": "luck"}, "no estimator 'luck'"),
        ({"seed": -1}, "seed"),
    ],
)
def test_bad_settings_are_refused(settings: dict[str, object], sentence: str) -> None:
    good = {"size": 4, "temperatures": (2.0,)}
    with pytest.raises(NRGError, match=sentence):
        ScanSettings(**(good | settings))


def test_a_network_of_another_side_is_refused(small_model: NeuralRG) -> None:
    for model in (None, small_model):
        with pytest.raises(NRGError, match="network of side 8"):
            scan(ScanSettings(8, (2.0,), "raw"), model)


@pytest.mark.parametrize(("low", "high", "points"), [(2.0, 1.0, 3), (1.0, 2.0, 1), (1.0, 2.0, 0)])
def test_a_range_without_extent_is_refused(low: float, high: float, points: int) -> None:
    with pytest.raises(NRGError, match="no range"):
        temperature_range(low, high, points)
