"""Monte Carlo RG against exact derivatives and the exact exponents."""

from __future__ import annotations

import math

import numpy as np
import pytest

from nrg_app.analysis.mcrg import measure_exponents, running_exponents
from nrg_app.analysis.operators import EVEN, ODD, operator_sums
from nrg_app.analysis.rg_results import EXACT_MAGNETIC, EXACT_THERMAL


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


def test_the_second_iteration_has_the_exponents_of_onsager_and_yang() -> None:
    step = measure_exponents(32, samples=10_000, seed=3).steps[1]
    assert (step.side, step.blocked_side) == (16, 8)
    for estimate, exact in ((step.y_t, EXACT_THERMAL), (step.y_h, EXACT_MAGNETIC)):
        assert abs(estimate.value / exact - 1) < 0.03
        assert abs(estimate.value - exact) < 3 * estimate.error


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
