"""Importance sampling against exact sums over all states of a 2 x 2 lattice."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from nrg_app.analysis.importance import (
    Draws,
    Evaluation,
    draw,
    evaluate,
    join,
    log_mean_exp,
    mean,
    summarize,
)
from nrg_app.errors import NRGError
from nrg_app.flows.architecture import Architecture
from nrg_app.flows.card import ModelCard
from nrg_app.flows.hierarchy import HierarchicalFlow
from nrg_app.flows.neural_rg import NeuralRG
from nrg_app.physics.observables import energies, magnetizations

SIZE, TEMPERATURE, N = 2, 3.0, 20_000
LIMIT = 4.0  # standard errors


@pytest.fixture(scope="module")
def model() -> NeuralRG:
    """An untrained flow: far from its target, but its weights put that right."""
    shape = Architecture(size=SIZE, width=8, radius=1)
    with torch.random.fork_rng():
        torch.manual_seed(0)
        flow = HierarchicalFlow(shape).requires_grad_(False)
    return NeuralRG(flow, ModelCard(name="untrained", architecture=shape, program_version="test"))


@pytest.fixture(scope="module")
def evaluation(model: NeuralRG) -> Evaluation:
    generator = torch.Generator().manual_seed(1)
    return evaluate(model, TEMPERATURE, N, 4096, generator)


@pytest.fixture(scope="module")
def exact() -> dict[str, float]:
    bits = np.arange(2**4)[:, None] >> np.arange(4) & 1
    spins = (2 * bits - 1).astype(np.int8).reshape(-1, 2, 2)
    energy, m = energies(spins), magnetizations(spins)
    boltzmann = np.exp(-energy / TEMPERATURE)
    p = boltzmann / boltzmann.sum()
    variance = p @ energy**2 - (p @ energy) ** 2
    return {
        "free_energy": -TEMPERATURE * math.log(boltzmann.sum()) / 4,
        "energy": float(p @ energy) / 4,
        "specific_heat": float(variance) / (4 * TEMPERATURE**2),
        "abs_magnetization": float(p @ np.abs(m)),
        "magnetization_squared": float(p @ m**2),
        "susceptibility": float(4 * (p @ m**2)),
        "binder": float(1 - (p @ m**4) / (3 * (p @ m**2) ** 2)),
        # At side 2 half a lattice is one step, and a torus of 4 sites has 8 bonds.
        "half_correlation": -float(p @ energy) / 8,
    }


def test_weighted_estimates_are_those_of_the_target(
    evaluation: Evaluation, exact: dict[str, float]
) -> None:
    assert set(evaluation.reweighted) == set(exact)
    for key, reference in exact.items():
        estimate = evaluation.reweighted[key]
        assert estimate.error > 0
        assert abs(estimate.deviation(reference)) < LIMIT, key


def test_the_partition_function_is_exact_within_its_error(
    evaluation: Evaluation, exact: dict[str, float]
) -> None:
    log_z = evaluation.log_partition_per_site
    assert abs(log_z.deviation(-exact["free_energy"] / TEMPERATURE)) < LIMIT


def test_the_plain_free_energy_is_an_upper_bound_and_the_gap_its_distance(
    evaluation: Evaluation, exact: dict[str, float]
) -> None:
    bound = evaluation.raw["free_energy"]
    assert bound.deviation(exact["free_energy"]) > LIMIT
    difference = (bound.value - exact["free_energy"]) / TEMPERATURE
    assert evaluation.gap.value == pytest.approx(difference, rel=1e-9)
    assert evaluation.gap.error == pytest.approx(bound.error / TEMPERATURE, rel=1e-9)


def test_quality_numbers(evaluation: Evaluation) -> None:
    assert 0.01 < evaluation.ess < 1
    assert 1 / N < evaluation.largest_weight_share < 0.1


def test_the_same_seed_gives_the_same_evaluation(model: NeuralRG) -> None:
    first, second = (
        evaluate(model, 2.0, 100, 30, torch.Generator().manual_seed(3)) for _ in range(2)
    )
    assert first == second


def test_batches_are_joined_in_order(model: NeuralRG) -> None:
    generator = torch.Generator().manual_seed(3)
    parts = [draw(model, 2.0, n, generator) for n in (30, 30, 30, 10)]
    together = evaluate(model, 2.0, 100, 30, torch.Generator().manual_seed(3))
    assert summarize(model, 2.0, join(parts)) == together


def test_equal_weights_change_nothing(model: NeuralRG) -> None:
    rng = np.random.default_rng(5)
    energy = rng.integers(-2, 3, 50) * 4.0
    magnetization, far = rng.integers(-2, 3, (2, 50)) / 2
    draws = Draws(np.full(50, -7.0), energy, magnetization, np.stack([np.ones(50), far], axis=1))
    evaluation = summarize(model, 2.0, draws)
    assert evaluation.ess == pytest.approx(1.0)
    assert evaluation.largest_weight_share == pytest.approx(1 / 50)
    for key, estimate in evaluation.raw.items():
        assert evaluation.reweighted[key].value == pytest.approx(estimate.value)


def test_the_mean_of_a_log_normal_weight() -> None:
    weights = np.random.default_rng(6).normal(-800.0, 0.5, 50_000)
    # ln <e^w> = mean + variance / 2; the offset would overflow without care.
    assert abs(log_mean_exp(weights).deviation(-800.0 + 0.125)) < LIMIT
    assert abs(mean(weights).deviation(-800.0)) < LIMIT
    assert mean(weights).error == pytest.approx(0.5 / math.sqrt(50_000), rel=0.02)


@pytest.mark.parametrize(("n", "batch"), [(1, 10), (0, 10), (10, 0)])
def test_too_few_samples_are_refused(model: NeuralRG, n: int, batch: int) -> None:
    with pytest.raises(NRGError, match="at least 2 samples"):
        evaluate(model, 2.0, n, batch, torch.Generator())
