"""Coarse fields that are known block variables, and those of the decimating flow."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
import torch

from nrg_app.analysis.coarse_fields import (
    block_correlations,
    block_means,
    carried_magnetization,
    compare_coarse_fields,
    encode_spins,
    majority,
    measure_coarse_fields,
)
from nrg_app.errors import NRGError
from nrg_app.flows.neural_rg import NeuralRG
from nrg_app.physics.monte_carlo import wolff

TEMPERATURE = 2.4
LIMIT = 4.0  # standard errors


def random_state(n: int, size: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """A field of independent normal numbers with independent spins."""
    rng = np.random.default_rng(seed)
    spins = (2 * rng.integers(0, 2, (n, size, size)) - 1).astype(np.int8)
    return rng.standard_normal((n, size, size)), spins


def test_the_block_mean_is_found_where_it_is() -> None:
    field, spins = random_state(200, 8, seed=1)
    found = block_correlations(2.5 * block_means(field, 4), field, spins, np.random.default_rng(2))
    assert found["corner_mean"].value == pytest.approx(1.0)
    # The block around a coarse site shares a quarter of its sites with the one that starts there.
    assert abs(found["centred_mean"].deviation(0.25)) < LIMIT
    assert found["centred_mean"].error < 0.05
    for key in ("corner_majority", "centred_majority", "decimated"):
        assert abs(found[key].deviation(0.0)) < LIMIT
    centred = block_means(np.roll(field, 2, (1, 2)), 4)
    found = block_correlations(centred, field, spins, np.random.default_rng(2))
    assert found["centred_mean"].value == pytest.approx(1.0)


def test_the_site_in_the_middle_of_the_centred_block_is_the_coarse_site() -> None:
    field = np.zeros((20, 8, 8))
    field[:, 3:5, 4:6] = 1.0
    spins = np.ones((20, 8, 8), dtype=np.int8)
    # Around site (4, 4) lies the block of rows and columns 2 to 5: it holds all that there is.
    coarse = np.zeros((20, 2, 2))
    coarse[:, 1, 1] = 1.0
    found = block_correlations(coarse, field, spins, np.random.default_rng(3))
    assert found["centred_mean"].value == pytest.approx(1.0)
    assert found["corner_mean"].value == pytest.approx(math.sqrt(0.5))


def test_independent_fields_are_not_correlated_and_spins_of_a_sublattice_are() -> None:
    field, spins = random_state(200, 8, seed=4)
    coarse = spins[:, ::2, ::2].astype(np.float64)
    found = block_correlations(coarse, field, spins, np.random.default_rng(5))
    assert found["decimated"].value == pytest.approx(1.0)
    assert abs(found["corner_mean"].deviation(0.0)) < LIMIT
    # Of the 8 states of the 3 other spins of a block 4 agree with the majority for s and 3 tie:
    # P(majority = s) = (4 + 3 / 2) / 8, twice that less one is the correlation.
    assert abs(found["corner_majority"].deviation(0.375)) < LIMIT
    assert found["corner_majority"].error < 0.05


def test_ties_of_the_majority_are_random_and_all_else_is_not() -> None:
    block = np.array([[1, 1], [-1, -1]], dtype=np.int8)
    decided = majority(np.tile(block, (500, 2, 2)), 2, np.random.default_rng(6))
    assert set(np.unique(decided)) == {-1.0, 1.0}
    assert abs(decided.mean()) < LIMIT / math.sqrt(decided.size)
    up = np.array([[[1, 1], [1, -1]]], dtype=np.int8)
    assert [majority(s * up, 2, np.random.default_rng(7)).item() for s in (1, -1)] == [1.0, -1.0]


def test_signs_of_all_spins_carry_the_whole_magnetization_and_noise_none_of_it() -> None:
    field, spins = random_state(400, 4, seed=8)
    assert carried_magnetization(0.1 * spins, spins).value == pytest.approx(1.0)
    # A squared correlation of n independent pairs is about 1 / n.
    assert carried_magnetization(field, spins).value < LIMIT**2 / 400
    # One of 16 independent spins explains a sixteenth of the variance of their mean.
    share = carried_magnetization(spins[:, :1, :1].astype(float), spins)
    assert abs(share.deviation(1 / 16)) < LIMIT


def test_a_decimating_flow_carries_the_spins_of_its_sublattice(shipped_model: NeuralRG) -> None:
    spins = wolff(16, TEMPERATURE, 300, seed=9)
    sample = encode_spins(shipped_model, spins, TEMPERATURE, torch.Generator().manual_seed(10))
    scales = compare_coarse_fields(shipped_model, spins, sample, np.random.default_rng(11))
    assert [found.scale for found in scales] == [1, 2, 4, 8, 16]
    finest = scales[-1]
    assert finest.corner_mean.value == finest.centred_mean.value == pytest.approx(1.0)
    # The coarse field is the field at its sites: on every scale it knows its spin equally well.
    field = sample.field.numpy().astype(float)
    exact = (field * spins).mean() / math.sqrt((field**2).mean())
    for found in scales:
        assert abs(found.decimated.deviation(exact)) < LIMIT
        assert found.corner_majority.value < found.decimated.value or found.scale == 16
    # A flow this close to its target leaves next to nothing between its latents.
    for found in scales[1:]:
        assert abs(found.neighbours.value) < 0.01
        assert abs(found.parents.value) < 0.01
    assert math.isnan(scales[0].neighbours.value)
    assert math.isnan(scales[0].parents.value)


def test_a_useless_flow_leaves_information_between_latents(
    small_model: NeuralRG, untrained: Callable[[int], NeuralRG]
) -> None:
    trained, other = (
        measure_coarse_fields(model, TEMPERATURE, samples=400, seed=12)[-1]
        for model in (small_model, untrained(4))
    )
    for better, worse in (
        (trained.neighbours, other.neighbours),
        (trained.parents, other.parents),
    ):
        assert worse.value > 4 * better.value
        assert worse.value > 2 * LIMIT * worse.error


def test_the_same_seed_gives_the_same_comparison(small_model: NeuralRG) -> None:
    first, second, third = (
        measure_coarse_fields(small_model, 2.0, samples=64, seed=seed)[1:] for seed in (1, 1, 2)
    )
    assert first == second
    assert first != third


def test_too_few_samples_are_refused(small_model: NeuralRG) -> None:
    with pytest.raises(NRGError, match="at least 32"):
        measure_coarse_fields(small_model, 2.0, samples=31, seed=1)
