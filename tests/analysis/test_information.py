"""Mutual information: Gaussian pairs of known correlation, and pairs on the lattices of latents."""

from __future__ import annotations

import math

import numpy as np
import pytest

from nrg_app.analysis.information import gaussian_information, neighbour_pairs, parent_pairs
from nrg_app.errors import NRGError

LIMIT = 4.0  # standard errors


def gaussian_pairs(rho: float, n: int, pairs: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    first, second = np.random.default_rng(seed).standard_normal((2, n, pairs))
    # The scales differ, on which information does not depend.
    return 3.0 * first, rho * first + math.sqrt(1.0 - rho**2) * second


@pytest.mark.parametrize("rho", [-0.6, 0.1, 0.9])
def test_gaussian_pairs_have_the_information_of_their_correlation(rho: float) -> None:
    found = gaussian_information(*gaussian_pairs(rho, 2000, 60, seed=1), np.random.default_rng(2))
    exact = -0.5 * math.log(1.0 - rho**2)
    assert exact > 8 * found.error
    assert abs(found.deviation(exact)) < LIMIT


def test_independent_variables_have_none_and_the_error_is_right() -> None:
    rng = np.random.default_rng(3)
    found = [
        gaussian_information(*gaussian_pairs(0.0, 500, 20, seed), rng) for seed in range(100, 200)
    ]
    values, errors = np.array([(f.value, f.error) for f in found]).T
    # Without the floor the mean would be 1 / (2 n) = 0.001.
    assert abs(values.mean()) < LIMIT * values.std() / 10
    assert LIMIT * values.std() / 10 < 0.0005
    # The spread of 100 values is known to 7 %.
    assert values.std() == pytest.approx(np.sqrt((errors**2).mean()), rel=LIMIT * 0.07)


def test_equal_variables_give_a_finite_number() -> None:
    values = np.random.default_rng(4).standard_normal((100, 1))
    found = gaussian_information(values, values, np.random.default_rng(5))
    assert 10.0 < found.value < math.inf


def test_too_few_samples_are_refused() -> None:
    with pytest.raises(NRGError, match="blocks"):
        gaussian_information(np.ones((5, 1)), np.ones((5, 1)), np.random.default_rng(6))


def grid(size: int) -> np.ndarray:
    """Sites numbered row by row as a lattice of latents, NaN where a coarser scale's lie."""
    cells = np.arange(1.0, size**2 + 1).reshape(1, size, size)
    if size > 1:
        cells[:, ::2, ::2] = np.nan
    return cells


def test_neighbours_are_the_bonds_between_held_sites() -> None:
    left, right = neighbour_pairs(grid(4))
    found = {tuple(sorted(pair)) for pair in zip(left[0], right[0], strict=True)}
    # Rows of the lattice of side 4: . 2 . 4 / 5 6 7 8 / . 10 . 12 / 13 14 15 16.
    across = {(5, 6), (6, 7), (7, 8), (5, 8), (13, 14), (14, 15), (15, 16), (13, 16)}
    down = {(2, 6), (6, 10), (10, 14), (2, 14), (4, 8), (8, 12), (12, 16), (4, 16)}
    assert found == across | down
    assert left.shape == (1, 16)


def test_a_parent_is_the_coarser_site_of_the_cell() -> None:
    children, parents = parent_pairs(grid(4), grid(2))
    found = set(zip(children[0], parents[0], strict=True))
    # The lattice of side 2 is . 2 / 3 4: the first cell has no parent on it.
    assert found == {(4, 2), (7, 2), (8, 2), (10, 3), (13, 3), (14, 3), (12, 4), (15, 4), (16, 4)}
    children, parents = parent_pairs(grid(2), grid(1))
    assert set(zip(children[0], parents[0], strict=True)) == {(2, 1), (3, 1), (4, 1)}
