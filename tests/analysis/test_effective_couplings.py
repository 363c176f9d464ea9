"""Effective couplings against Hamiltonians that are known, and their flow."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest

from nrg_app.analysis.effective_couplings import (
    COUPLED,
    count_surroundings,
    coupling_flow,
    fit_couplings,
)
from nrg_app.analysis.operators import operator_sums
from nrg_app.errors import NRGError
from nrg_app.physics.exact import CRITICAL_TEMPERATURE

TC = float(CRITICAL_TEMPERATURE)
SEEDS = 50
LIMIT = 4.0  # standard errors


@pytest.fixture(scope="module")
def counts_of() -> Callable[[tuple[float, ...]], np.ndarray]:
    """How often surroundings occur on the 4 x 4 torus with known couplings, by enumeration."""
    bits = np.arange(2**16)[:, None] >> np.arange(16) & 1
    spins = (2 * bits - 1).astype(np.int8).reshape(-1, 4, 4)
    sums, groups = np.unique(operator_sums(spins, COUPLED), axis=0, return_inverse=True)
    counts = np.stack([count_surroundings(spins[groups == k]) for k in range(len(sums))])

    def weigh(couplings: tuple[float, ...]) -> np.ndarray:
        weights = np.exp(sums @ couplings - (sums @ couplings).max())
        return np.rint(1e12 * np.tensordot(weights, counts, 1)).astype(np.int64)

    return weigh


@pytest.mark.parametrize(
    "couplings",
    [
        (0.05, 0.0, 0.0, 0.0, 0.0),
        (1.0 / TC, 0.0, 0.0, 0.0, 0.0),
        (0.30, 0.09, -0.02, 0.01, 0.015),
    ],
)
def test_couplings_of_an_enumerated_torus_are_found(counts_of, couplings) -> None:
    found = fit_couplings(np.stack([counts_of(couplings)] * 2))
    assert [estimate.value for estimate in found] == pytest.approx(couplings, abs=1e-8)
    assert [estimate.error for estimate in found] == pytest.approx([0.0] * 5, abs=1e-8)


def test_errors_of_the_couplings_cover() -> None:
    runs = [
        coupling_flow(8, [2.5], samples=200, bins=20, seed=seed).paths[0].levels[0]
        for seed in range(SEEDS)
    ]
    share = math.erf(math.sqrt(0.5))
    for number, known in enumerate((1.0 / 2.5, 0.0, 0.0, 0.0, 0.0)):
        off = np.array([run.couplings[number].deviation(known) for run in runs])
        inside = (np.abs(off) < 1.0).sum()
        # Binomial, to 4 standard errors; 20 bins widen the squares by 19 / 17.
        assert abs(inside - SEEDS * share) < LIMIT * math.sqrt(SEEDS * share * (1.0 - share))
        assert np.square(off).mean() < 19.0 / 17.0 + LIMIT * math.sqrt(2.0 / SEEDS)
        assert abs(off.mean()) < LIMIT / math.sqrt(SEEDS)


def test_differences_from_tc_grow_under_coarse_graining() -> None:
    flow = coupling_flow(32, [2.1, TC, 2.4], samples=3000, seed=2)
    below, at, above = (
        [(sum(c.value for c in level.couplings[:2]), level.couplings[:2]) for level in path.levels]
        for path in flow.paths
    )
    assert [level.side for level in flow.paths[0].levels] == [32, 16, 8, 4]

    def difference(path: list, level: int) -> tuple[float, float]:
        (here, pairs), (there, others) = path[level], at[level]
        return here - there, math.hypot(*(pair.error for pair in (*pairs, *others)))

    for path, sign in ((below, 1), (above, -1)):
        (first, first_error), (last, last_error) = difference(path, 0), difference(path, 2)
        assert sign * first > 3.0 * first_error
        assert sign * (last - first) > 2.0 * math.hypot(first_error, last_error)
    # At Tc the couplings stay: 0.4407 at the start, and then those of the fixed point.
    change, error = at[2][0] - at[1][0], math.hypot(*(p.error for p in (*at[1][1], *at[2][1])))
    assert abs(change) < 3.0 * error


def test_frozen_spins_have_no_couplings() -> None:
    (level, *_) = coupling_flow(8, [0.3], samples=40, seed=1).paths[0].levels
    assert all(math.isnan(estimate.value) for estimate in level.couplings)


def test_too_few_samples_are_refused() -> None:
    with pytest.raises(NRGError, match="at least 2 bins"):
        coupling_flow(8, [2.0], samples=10, bins=20)
