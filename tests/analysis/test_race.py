"""The race of samplers: dynamical exponents that are known, fits of exact laws, refusals."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from nrg_app.analysis.race import race, race_rows
from nrg_app.analysis.race_results import METROPOLIS_Z, RACERS, RaceRow, dynamical_exponents
from nrg_app.analysis.timing import timed_chain
from nrg_app.errors import NRGError
from nrg_app.flows.neural_rg import NeuralRG
from nrg_app.physics.exact import CRITICAL_TEMPERATURE
from nrg_app.physics.observables import Estimate

TC = float(CRITICAL_TEMPERATURE)
SEEDS = 50
LIMIT = 4.0  # standard errors


def chain_row(racer: str, size: int, steps: int) -> RaceRow:
    """A row of a chain of fixed length, so that the seed decides everything but the rate."""
    chain = timed_chain(racer, size, TC, math.inf, seed=1, longest=steps)  # type: ignore[arg-type]
    assert not chain.short
    return RaceRow(
        racer, size, None, 1, chain.steps, 1.0, chain.energy.tau, chain.abs_magnetization.tau,
        None, None, chain.short,
    )  # type: ignore[arg-type]  # fmt: skip


def test_metropolis_slows_down_as_is_known_and_wolff_hardly() -> None:
    rows = [
        chain_row(racer, size, steps)
        for racer, steps in (("metropolis", 2**19), ("wolff", 2**15))
        for size in (8, 16, 32)
    ]
    fits = {(fit.racer, fit.observable): fit for fit in dynamical_exponents(rows)}
    slow = fits["metropolis", "abs_magnetization"]
    assert slow.sizes == (8, 16, 32)
    assert slow.z.error < 0.1
    # Of the literature, for large lattices.
    assert abs(slow.z.value - METROPOLIS_Z.value) < 3.0 * math.hypot(
        slow.z.error, METROPOLIS_Z.error
    )
    for observable in ("energy", "abs_magnetization"):
        fast = fits["wolff", observable]
        assert 0.0 < fast.z.value < 0.8
        assert slow.z.value - fast.z.value > 10.0 * math.hypot(slow.z.error, fast.z.error)


def row(size: int, tau: float, error: float) -> RaceRow:
    memory = Estimate(tau, error)
    return RaceRow("wolff", size, None, 1, 10**6, 1e5, memory, memory, None, None, False)


def test_one_error_of_the_exponent_covers_two_thirds_of_all_seeds() -> None:
    generator = np.random.default_rng(5)
    off = []
    for _ in range(SEEDS):
        taus = {size: 0.3 * size**1.3 for size in (8, 16, 32, 64)}
        rows = [
            row(size, tau * (1.0 + 0.02 * generator.standard_normal()), 0.02 * tau)
            for size, tau in taus.items()
        ]
        off.append(dynamical_exponents(rows)[0].z.deviation(1.3))
    # The error is widened by scatter but never narrowed: a little more than two thirds.
    assert 24 <= sum(abs(d) < 1.0 for d in off) <= 46
    assert abs(np.mean(off)) < LIMIT / math.sqrt(SEEDS)


def test_a_power_law_is_found_and_short_chains_are_left_out() -> None:
    rows = [row(size, 0.5 * size**2.0, 0.01) for size in (8, 16, 32)]
    energy, magnetization = dynamical_exponents([*rows, replace(row(64, 1.0, 0.1), bound=True)])
    for fit in (energy, magnetization):
        assert fit.sizes == (8, 16, 32)
        assert fit.z.value == pytest.approx(2.0, abs=1e-9)
        assert fit.amplitude == pytest.approx(0.5, rel=1e-6)
    assert dynamical_exponents(rows[:1]) == ()


def test_all_samplers_run_on_one_lattice(small_model: NeuralRG) -> None:
    result = race([small_model], 2.5, seconds=0.02, seed=3)
    assert [found.racer for found in result.rows] == list(RACERS)
    assert result.exponents == ()
    for found in result.rows:
        assert found.size == 4
        assert found.steps * found.chains >= 8
        assert (found.model is None) == (found.racer in ("metropolis", "wolff"))
        tau = max(found.tau_energy.value, found.tau_magnetization.value)
        rate = found.independent_per_second.value
        assert rate == pytest.approx(found.steps_per_second / (2.0 * tau))


def test_bad_races_are_refused(small_model: NeuralRG) -> None:
    for models in ([], [small_model, small_model]):
        with pytest.raises(NRGError, match="at least one model"):
            next(race_rows(models, 2.5))
    with pytest.raises(NRGError, match="some time"):
        next(race_rows([small_model], 2.5, seconds=0.0))
    with pytest.raises(NRGError, match="temperature"):
        next(race_rows([small_model], -1.0))
