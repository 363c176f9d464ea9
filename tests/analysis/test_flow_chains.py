"""All Markov chains that use a flow against exact averages, with flows from useless to good.

Every average must lie within 4 of its standard errors; seeds are fixed.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from functools import partial

import numpy as np
import pytest
import torch

from nrg_app.analysis.chain_series import ChainSeries, summarize_chains
from nrg_app.analysis.importance import draw
from nrg_app.analysis.independence import independence_metropolis
from nrg_app.analysis.latent_hmc import QUARTER_TURN, latent_hmc
from nrg_app.analysis.refresh import partial_refresh
from nrg_app.errors import NRGError
from nrg_app.flows.neural_rg import NeuralRG
from nrg_app.physics.exact import CRITICAL_TEMPERATURE, kaufman_energy, kaufman_specific_heat
from nrg_app.physics.observables import Estimate, measure_series

TC = float(CRITICAL_TEMPERATURE)
LIMIT = 4.0  # standard errors
SAMPLERS = {
    "independence": independence_metropolis,
    "refresh": partial_refresh,
    "hmc": latent_hmc,
}
Enumeration = Callable[[int, float], dict[str, float]]
Maker = Callable[[int], NeuralRG]


def run(name: str, model: NeuralRG, temperature: float, lengths: tuple[int, int, int], seed: int):
    chains, steps, burn_in = lengths
    return SAMPLERS[name](
        model,
        temperature,
        chains=chains,
        steps=steps,
        burn_in=burn_in,
        generator=torch.Generator().manual_seed(seed),
    )


def assert_exact(estimates: Mapping[str, Estimate], reference: Mapping[str, float]) -> None:
    deviations = {key: estimates[key].deviation(value) for key, value in reference.items()}
    assert all(abs(d) < LIMIT for d in deviations.values()), deviations


@pytest.mark.parametrize(
    ("name", "lengths"),
    [
        ("independence", (200, 200, 20)),
        ("refresh", (200, 100, 20)),
        ("hmc", (200, 16, 6)),
    ],
)
def test_chains_find_the_averages_of_all_states(
    name: str, lengths: tuple[int, int, int], small_model: NeuralRG, enumeration: Enumeration
) -> None:
    summary = summarize_chains(run(name, small_model, TC, lengths, seed=1).series)
    assert_exact(summary.estimates, enumeration(4, TC))
    assert summary.warnings == ()
    assert 0.5 <= summary.tau["energy"].value < 5


@pytest.mark.parametrize(
    ("name", "lengths"),
    [
        ("independence", (400, 80, 60)),
        ("refresh", (400, 80, 60)),
        ("hmc", (400, 24, 10)),
    ],
)
def test_a_useless_flow_only_slows_a_chain_down(
    name: str, lengths: tuple[int, int, int], untrained: Maker, enumeration: Enumeration
) -> None:
    model, temperature = untrained(2), 3.0
    exact = enumeration(2, temperature)
    draws = draw(model, temperature, 10_000, torch.Generator().manual_seed(3))
    raw = measure_series(2, temperature, draws.energies, draws.magnetizations)
    assert abs(raw["energy"].deviation(exact["energy"])) > 2 * LIMIT
    summary = summarize_chains(run(name, model, temperature, lengths, seed=2).series)
    assert_exact(summary.estimates, exact)


@pytest.mark.parametrize(
    ("name", "lengths"),
    [("independence", (128, 20, 5)), ("refresh", (128, 30, 5)), ("hmc", (32, 8, 1))],
)
def test_the_shipped_model_agrees_with_kaufman(
    name: str, lengths: tuple[int, int, int], shipped_model: NeuralRG
) -> None:
    estimates = summarize_chains(run(name, shipped_model, TC, lengths, seed=4).series).estimates
    exact = {
        "energy": float(kaufman_energy(16, TC)),
        "specific_heat": float(kaufman_specific_heat(16, TC)),
    }
    assert_exact(estimates, exact)


@pytest.mark.parametrize("name", SAMPLERS)
def test_the_same_seed_gives_the_same_chain(name: str, untrained: Maker) -> None:
    first, second = (run(name, untrained(2), 2.0, (3, 8, 2), seed=5).series for _ in range(2))
    assert first.energies.shape == (3, 8)
    assert np.array_equal(first.energies, second.energies)
    assert np.array_equal(first.magnetizations, second.magnetizations)


@pytest.mark.parametrize("name", SAMPLERS)
def test_runs_without_extent_are_refused(name: str, untrained: Maker) -> None:
    with pytest.raises(NRGError, match="at least 1 chain"):
        run(name, untrained(2), 2.0, (0, 8, 0), seed=6)


def assert_covered(runs: list[Estimate], exact: float) -> None:
    """Of independent runs 68 % lie within one error bar, to 4 binomial standard errors."""
    share = math.erf(math.sqrt(0.5))
    inside = sum(abs(estimate.deviation(exact)) < 1 for estimate in runs)
    error = math.sqrt(len(runs) * share * (1 - share))
    assert abs(inside - len(runs) * share) < LIMIT * error


@pytest.mark.parametrize("key", ["energy", "specific_heat", "abs_magnetization", "binder"])
def test_errors_of_importance_sampling_cover(
    key: str, small_model: NeuralRG, enumeration: Enumeration
) -> None:
    draws = draw(small_model, TC, 100 * 100, torch.Generator().manual_seed(7))
    series = (draws.energies, draws.magnetizations, draws.log_weights)
    runs = zip(*(values.reshape(100, 100) for values in series), strict=True)
    estimator = partial(measure_series, 4, TC)
    assert_covered([estimator(*values)[key] for values in runs], enumeration(4, TC)[key])


def test_errors_of_independence_metropolis_cover(
    small_model: NeuralRG, enumeration: Enumeration
) -> None:
    series = run("independence", small_model, TC, (400, 50, 10), seed=8).series
    groups = [slice(start, start + 4) for start in range(0, 400, 4)]
    runs = [
        summarize_chains(ChainSeries(4, TC, series.energies[g], series.magnetizations[g])).estimates
        for g in groups
    ]
    for key, exact in enumeration(4, TC).items():
        assert_covered([estimates[key] for estimates in runs], exact)


def test_acceptance_and_effective_size_are_those_of_the_weights(small_model: NeuralRG) -> None:
    result = run("independence", small_model, TC, (200, 50, 10), seed=9)
    w = draw(small_model, TC, 20_000, torch.Generator().manual_seed(10)).log_weights
    weights = np.exp(w - w.max())
    assert result.ess == pytest.approx(weights.mean() ** 2 / (weights**2).mean(), rel=0.1)
    # In equilibrium a state has the chance of its weight; errors of both sides are below 1 %.
    state, proposal = np.random.default_rng(0).permutation(w).reshape(2, -1)
    chances = np.exp(np.minimum(proposal - state, 0.0))
    expected = np.average(chances, weights=np.exp(state - w.max()))
    assert result.acceptance == pytest.approx(expected, abs=0.04)
    assert result.warnings == ()


def test_proposals_of_which_few_count_are_a_warning(untrained: Maker) -> None:
    result = run("independence", untrained(8), TC, (50, 20, 0), seed=11)
    assert result.ess < 0.01
    assert "proposals count as independent" in result.warnings[0]


def test_finer_refreshes_are_accepted_more_often(shipped_model: NeuralRG) -> None:
    result = run("refresh", shipped_model, TC, (128, 12, 0), seed=12)
    assert list(result.acceptance) == [0, 1, 2, 4, 8]
    # About 300 proposals of each kind: a standard error of the difference is 0.025.
    assert result.acceptance[8] > result.acceptance[0] > 0.6


def test_hmc_adapts_its_leaps_to_the_flow(small_model: NeuralRG, untrained: Maker) -> None:
    good = run("hmc", small_model, TC, (100, 8, 5), seed=13)
    bad = run("hmc", untrained(4), TC, (20, 8, 3), seed=13)
    assert bad.angle < good.angle <= QUARTER_TURN
    assert good.angle * good.leaps <= QUARTER_TURN + 1e-9
    # 100 chains of 8 steps know the acceptance to 0.02; the burn-in is short.
    assert 0.6 < good.acceptance < 1
