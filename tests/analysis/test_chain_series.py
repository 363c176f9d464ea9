"""Estimates from chains: values, errors and warnings."""

from __future__ import annotations

import numpy as np
import pytest

from nrg_app.analysis.chain_series import (
    ChainSeries,
    efficiency_warning,
    summarize_chains,
    validate_lengths,
)
from nrg_app.errors import NRGError
from nrg_app.physics.observables import measure_series


def independent(chains: int, steps: int) -> ChainSeries:
    rng = np.random.default_rng(1)
    m = rng.uniform(-1, 1, (chains, steps))
    return ChainSeries(4, 2.0, -20 * m**2 + rng.normal(size=m.shape), m)


def test_of_independent_steps_the_estimates_are_the_familiar_ones() -> None:
    series = independent(50, 400)
    summary = summarize_chains(series)
    expected = measure_series(4, 2.0, series.energies.ravel(), series.magnetizations.ravel())
    assert set(summary.estimates) == set(expected)
    for key, estimate in expected.items():
        assert summary.estimates[key].value == estimate.value
        # The window may pick up noise of a few times sqrt(2 / 20,000) = 1 %.
        assert summary.estimates[key].error == pytest.approx(estimate.error, rel=0.05), key
    assert summary.tau["energy"].value == pytest.approx(0.5, rel=0.1)
    assert summary.efficiency == pytest.approx(1.0, rel=0.1)
    assert summary.warnings == ()


def test_a_repeated_step_doubles_tau() -> None:
    once = independent(50, 400)
    twice = ChainSeries(4, 2.0, once.energies.repeat(2, 1), once.magnetizations.repeat(2, 1))
    assert summarize_chains(twice).tau["energy"].value == pytest.approx(1.0, rel=0.1)
    errors = [summarize_chains(s).estimates["binder"].error for s in (once, twice)]
    assert errors[1] == pytest.approx(errors[0], rel=0.1)


def test_less_than_a_percent_of_independent_steps_is_a_warning() -> None:
    once = independent(10, 100)
    slow = ChainSeries(4, 2.0, once.energies.repeat(120, 1), once.magnetizations.repeat(120, 1))
    summary = summarize_chains(slow)
    assert summary.efficiency < 0.01
    assert "count as independent" in summary.warnings[0]
    assert efficiency_warning(0.01, "proposals") == ()


def test_chains_that_are_too_short_or_stand_still_are_a_warning() -> None:
    once = independent(10, 10)
    short = ChainSeries(
        4, 2.0, once.energies[:, :1].repeat(20, 1), once.magnetizations.repeat(2, 1)
    )
    assert "shorter than their memory" in summarize_chains(short).warnings[0]
    still = ChainSeries(4, 2.0, np.full((3, 9), -32.0), np.ones((3, 9)))
    assert "never changed" in summarize_chains(still).warnings[0]


@pytest.mark.parametrize("lengths", [(0, 8, 0), (1, 7, 0), (1, 8, -1)])
def test_runs_without_extent_are_refused(lengths: tuple[int, int, int]) -> None:
    with pytest.raises(NRGError, match="at least 1 chain"):
        validate_lengths(*lengths)
