"""Estimators of information on Gaussian pairs, for which it is -ln(1 - rho^2) / 2."""

from __future__ import annotations

import math

import numpy as np
import pytest

from nrg_app.analysis.pair_estimators import (
    Estimator,
    PairInformation,
    gaussian_estimate,
    ksg_estimate,
    pair_information,
)
from nrg_app.errors import NRGError

SEEDS = 50
LIMIT = 4.0  # standard errors
ESTIMATORS: list[Estimator] = ["gaussian", "ksg"]


def exact(rho: float) -> float:
    return -0.5 * math.log(1.0 - rho**2)


def pairs(rho: float, n: int, places: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    x, noise = np.random.default_rng(seed).standard_normal((2, n, places))
    # The units differ, on which information does not depend.
    return 5.0 * x, rho * x + math.sqrt(1.0 - rho**2) * noise


def over_seeds(rho: float, n: int, places: int, estimator: Estimator) -> list[PairInformation]:
    return [
        pair_information(
            *pairs(rho, n, places, seed), np.random.default_rng(1000 + seed), estimator=estimator
        )
        for seed in range(SEEDS)
    ]


@pytest.mark.parametrize("estimator", ESTIMATORS)
@pytest.mark.parametrize("rho", [-0.9, 0.3, 0.6])
def test_estimates_are_the_information_of_the_correlation(rho: float, estimator: Estimator) -> None:
    found = pair_information(
        *pairs(rho, 1000, 4, seed=1), np.random.default_rng(2), estimator=estimator
    )
    assert found.significant
    assert abs(found.information - exact(rho)) < LIMIT * found.error
    assert found.error < 0.2 * exact(rho) + 0.005


@pytest.mark.parametrize("estimator", ESTIMATORS)
def test_errors_cover_the_exact_value(estimator: Estimator) -> None:
    found = over_seeds(0.5, 300, 2, estimator)
    off = np.array([(f.information - exact(0.5)) / f.error for f in found])
    # Of 50 normal numbers 34.1 +- 3.3 lie within one standard error and 47.7 +- 1.5 within two.
    assert 34.1 - LIMIT * 3.3 < np.sum(np.abs(off) < 1.0) < 34.1 + LIMIT * 3.3
    assert np.sum(np.abs(off) < 2.0) > 47.7 - LIMIT * 1.5
    assert abs(off.mean()) < LIMIT / math.sqrt(SEEDS)


@pytest.mark.parametrize("estimator", ESTIMATORS)
def test_without_its_floor_nothing_is_nothing(estimator: Estimator) -> None:
    found = over_seeds(0.0, 200, 2, estimator)
    values, errors = np.array([(f.information, f.error) for f in found]).T
    spread = values.std(ddof=1)
    assert abs(values.mean()) < LIMIT * spread / math.sqrt(SEEDS)
    # The spread of 50 normal numbers is known to 10 %; these have longer tails.
    assert spread == pytest.approx(math.sqrt((errors**2).mean()), rel=LIMIT * 0.1)
    assert sum(f.significant for f in found) <= 3
    if estimator == "gaussian":
        # 1 / (2 n places), which has the spread sqrt(2) times itself, over four shuffles each.
        floor, error = 1 / 800, math.sqrt(2) / 800 / math.sqrt(4 * SEEDS)
        assert abs(np.mean([f.floor for f in found]) - floor) < LIMIT * error


def test_nearest_neighbours_see_what_is_not_linear() -> None:
    x, noise = np.random.default_rng(5).standard_normal((2, 2000))
    y = np.abs(x) + 0.1 * noise
    assert gaussian_estimate(x, y - y.mean()) < 0.01
    assert pair_information(x, y, np.random.default_rng(6), estimator="ksg").information > 0.5


def test_nearest_neighbours_do_not_depend_on_how_a_variable_is_told() -> None:
    x, y = (values[:, 0] for values in pairs(0.8, 4000, 1, seed=7))
    plain, bent = ksg_estimate(x, y), ksg_estimate(np.sinh(x / 5.0), y**3)
    # Kraskov et al. find spreads of about 0.8 / sqrt(n) for this correlation.
    assert abs(plain - exact(0.8)) < LIMIT * 0.8 / math.sqrt(4000)
    assert abs(bent - exact(0.8)) < LIMIT * 0.8 / math.sqrt(4000)


def test_equal_variables_give_a_finite_number() -> None:
    x = np.random.default_rng(8).standard_normal(100)
    assert 10.0 < gaussian_estimate(x, x) < math.inf


def test_too_few_are_refused() -> None:
    rng = np.random.default_rng(9)
    with pytest.raises(NRGError, match="at least 32"):
        pair_information(np.ones(31), np.ones(31), rng)
    with pytest.raises(NRGError, match="too few for 4 neighbours"):
        ksg_estimate(np.arange(4.0), np.arange(4.0))


def test_errors_of_neighbours_are_the_scatter_of_repetitions() -> None:
    rng = np.random.default_rng(8)
    found = []
    for _ in range(40):
        x, noise = rng.standard_normal((2, 400))
        found.append(pair_information(x, 0.6 * x + 0.8 * noise, rng, estimator="ksg"))
    scatter = np.std([one.information for one in found], ddof=1)
    error = np.sqrt(np.mean([one.error**2 for one in found]))
    # A bootstrap of the local terms alone gives 0.75 to 0.8.
    assert 0.85 < error / scatter < 1.3
