"""Monte Carlo RG against exact derivatives and the exact exponents."""

from __future__ import annotations

import math

import numpy as np
import pytest

from nrg_app.analysis.mcrg import measure_exponents, running_exponents
from nrg_app.analysis.operators import EVEN, ODD, operator_sums
from nrg_app.analysis.rg_results import EXACT_MAGNETIC, EXACT_THERMAL
from nrg_app.flows.neural_rg import NeuralRG


@pytest.mark.parametrize("size", [4, 8, 64, 128])
def test_operators_are_sums_of_products_over_all_images(size: int) -> None:
    spins = np.where(np.random.default_rng(size).random((3, size, size)) < 0.4, -1, 1)
    for operator in (*EVEN, *ODD):
        expected = np.zeros(3)
        for shape in operator.shapes:
            product = np.ones((3, size, size))
            for row, column in shape:
                product *= np.roll(spins, (-row, -column), axis=(1, 2))
            expected += product.sum((1, 2))
        assert np.array_equal(operator_sums(spins.astype(np.int8), [operator])[:, 0], expected)


def test_the_number_of_images_is_that_of_the_square() -> None:
    images = {operator.name: len(operator.shapes) for operator in (*EVEN, *ODD)}
    assert images == {
        "nearest": 2, "next-nearest": 2, "plaquette": 1, "third": 2, "ring": 1, "knight": 4,
        "fifth": 2, "spin": 1, "corner": 4, "row": 2, "wedge": 4,
    }  # fmt: skip


def test_free_spins_have_exactly_known_derivatives() -> None:
    # Without coupling a majority of four spins, ties at random, has <s' s> = E|sum of 4| / 4 = 3/8.
    # Four spins move it: dm'/dh = 4 * 3/8; two bonds join blocks: dK'/dK = 2 * (3/8)^2.
    found = measure_exponents(8, 1e6, samples=20_000, bins=40, seed=5).steps[0]
    for estimate, derivative in (
        (found.magnetic[0], 4 * 3 / 8),
        (found.thermal[0], 2 * (3 / 8) ** 2),
    ):
        assert abs(estimate.value - math.log2(derivative)) < 4 * estimate.error
        assert estimate.error < 0.1
    # One spin of four: dm'/dh = 1.
    one = measure_exponents(8, 1e6, rule="decimation", samples=20_000, bins=40, seed=5).steps[0]
    assert abs(one.magnetic[0].value) < 4 * one.magnetic[0].error


@pytest.mark.parametrize(("size", "samples", "sides"), [(32, 10_000, (16, 8)), (64, 8000, (16, 8))])
def test_the_estimates_are_the_exponents_of_onsager_and_yang(
    size: int, samples: int, sides: tuple[int, int]
) -> None:
    found = measure_exponents(size, samples=samples, seed=3)
    assert (found.reported.side, found.reported.blocked_side) == sides
    for estimate, step, exact in (
        (found.y_t, found.reported.y_t, EXACT_THERMAL),
        (found.y_h, found.reported.y_h, EXACT_MAGNETIC),
    ):
        assert abs(estimate.value / exact - 1) < 0.03
        assert abs(estimate.value - exact) < 3 * estimate.error
        assert step.error <= estimate.error < 0.03


def test_the_first_iteration_still_feels_the_start() -> None:
    first, second = measure_exponents(32, samples=10_000, seed=3).steps[:2]
    # Beside the fixed point, on its stable side; that is what the estimate's error allows for.
    assert first.y_h.value - EXACT_MAGNETIC > 5 * first.y_h.error
    assert abs(second.y_h.value - EXACT_MAGNETIC) < 0.5 * (first.y_h.value - EXACT_MAGNETIC)


def test_one_error_of_the_estimates_covers_two_thirds_of_all_seeds() -> None:
    runs = [measure_exponents(16, samples=2000, seed=seed) for seed in range(50)]
    for off in (
        [run.y_t.deviation(EXACT_THERMAL) for run in runs],
        [run.y_h.deviation(EXACT_MAGNETIC) for run in runs],
    ):
        # Binomial with p = .68 of 50: 34 and 3.3; 3 standard errors.
        assert 24 <= sum(abs(d) < 1 for d in off) <= 44
        assert sum(abs(d) < 3 for d in off) >= 48


def test_coarse_fields_of_a_network_are_close_to_the_exponents(shipped_model: NeuralRG) -> None:
    found = measure_exponents(16, rule="encoded", model=shipped_model, samples=2000, seed=1)
    assert found.origin.model == shipped_model.card.name
    # Its scales are no fixed point of one transformation; see the module's table.
    assert abs(found.y_t.value - EXACT_THERMAL) < 3 * found.y_t.error
    assert abs(found.y_h.value / EXACT_MAGNETIC - 1) < 0.05
    assert [step.side for step in found.steps] == [16, 8]


def test_errors_cover_the_mean_of_many_runs() -> None:
    runs = [measure_exponents(8, samples=640, bins=20, seed=seed).steps[0] for seed in range(50)]
    for estimates in ([run.thermal[0] for run in runs], [run.y_h for run in runs]):
        mean = np.mean([estimate.value for estimate in estimates])
        inside = sum(abs(e.value - mean) < e.error for e in estimates)
        # Binomial with p = .68 of 50: 34 and 3.3; 3 standard errors.
        assert 24 <= inside <= 44


def test_results_so_far_come_early_and_without_failing() -> None:
    # After two bins of 16 some operators have not been told apart yet.
    *early, last = running_exponents(16, samples=800, bins=50, seed=1)
    assert [found.done for found in early[:2]] == [32, 48]
    assert math.isfinite(last.steps[1].y_h.value)
