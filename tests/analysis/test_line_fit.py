"""Straight lines: exact ones, coverage of errors with and without scatter, groups, too few."""

from __future__ import annotations

import math

import numpy as np
import pytest

from nrg_app.analysis.line_fit import fit_line

SEEDS = 200
LIMIT = 4.0  # standard errors
SLOPE, START = -4.5, 1.2


def lines(scatter: float, points: int = 12) -> list:
    generator = np.random.default_rng(8)
    x = np.linspace(0.0, 3.0, points)
    errors = np.where(np.arange(points) % 2 == 0, 0.05, 0.2)
    return [
        fit_line(
            x,
            START
            + SLOPE * x
            + errors * generator.standard_normal(points)
            + scatter * generator.standard_normal(points),
            errors,
        )
        for _ in range(SEEDS)
    ]


@pytest.mark.parametrize("scatter", [0.0, 0.5])
def test_errors_of_slope_and_intercept_cover(scatter: float) -> None:
    found = lines(scatter)
    share = math.erf(math.sqrt(0.5))
    for off in (
        [line.slope.deviation(SLOPE) for line in found],
        [line.intercepts[0].deviation(START) for line in found],
    ):
        inside = sum(abs(d) < 1.0 for d in off)
        # Binomial; the fitted scatter has its own error, which widens the tails by a little.
        spread = math.sqrt(SEEDS * share * (1.0 - share))
        assert abs(inside - SEEDS * share) < LIMIT * spread
        assert abs(np.mean(off)) < LIMIT / math.sqrt(SEEDS)


def test_scatter_beyond_the_errors_is_found() -> None:
    found = np.array([line.scatter for line in lines(0.5)])
    # Each is known to 1 / sqrt(2 * 10 degrees of freedom), and their mean 14 times as well.
    assert abs(found.mean() - 0.5) < 0.05
    assert np.median([line.scatter for line in lines(0.0)]) < 0.05


def test_groups_have_intercepts_of_their_own() -> None:
    x = np.arange(8.0)
    groups = np.arange(8) % 2
    line = fit_line(x, 2.0 * x + 3.0 * groups, np.full(8, 0.1), groups)
    assert line.slope.value == pytest.approx(2.0)
    assert [start.value for start in line.intercepts] == pytest.approx([0.0, 3.0])
    assert line.scatter == 0.0
    assert line.r_squared == pytest.approx(1.0)


@pytest.mark.parametrize("x", [[1.0, 2.0], [1.0, 1.0, 1.0]])
def test_too_few_different_points_say_nothing(x: list[float]) -> None:
    line = fit_line(np.array(x), np.array(x), np.full(len(x), 0.1))
    assert math.isnan(line.slope.value)
    assert math.isnan(line.r_squared)
