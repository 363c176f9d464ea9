"""Information in pyramids of known correlations, and of spins against conformal field theory."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from nrg_app.analysis.mutual_information import (
    Information,
    bulk_information,
    critical_spin_information,
    decay,
    running_bulk_information,
    running_decay,
    spin_information,
)
from nrg_app.analysis.pair_estimators import Estimator
from nrg_app.analysis.pyramids import Pyramid, haar_pyramid
from nrg_app.errors import NRGError
from nrg_app.physics.exact import CRITICAL_TEMPERATURE, kaufman_energy
from nrg_app.physics.monte_carlo import wolff

TC = float(CRITICAL_TEMPERATURE)
SIZE = 16
SEEDS = 50
LIMIT = 4.0  # standard errors
RHO = 0.4
EXACT = -0.5 * math.log(1.0 - RHO**2)


def white(n: int, seed: int) -> Pyramid:
    """A pyramid without any information, of the shape of Haar's."""
    pyramid = haar_pyramid(np.zeros((2, SIZE, SIZE)))
    rng = np.random.default_rng(seed)
    cells = {
        scale: rng.standard_normal((n, *values.shape[1:]))
        for scale, values in pyramid.cells.items()
    }
    return Pyramid(SIZE, cells, pyramid.places, colours=1)


def neighbourly(n: int, seed: int) -> Pyramid:
    """Coefficients with correlation RHO to those of the next row of cells, at scales 8 and 16."""
    pyramid = white(n, seed)
    # (a e(x) + b e(x + 1)) with a^2 + b^2 = 1 and a b = RHO.
    angle = 0.5 * math.asin(2.0 * RHO)
    for scale in (8, 16):
        cells = pyramid.cells[scale]
        pyramid.cells[scale] = math.cos(angle) * cells + math.sin(angle) * np.roll(cells, -1, 2)
    return pyramid


def coloured(n: int, seed: int) -> Pyramid:
    """At scale 16 cells of one colour know of the next row, those of another of the opposite."""
    pyramid = white(n, seed)
    cells, own = pyramid.cells[16], math.sqrt(1.0 - RHO**2)
    cells[:, :, 1::2, ::2] = own * cells[:, :, 1::2, ::2] + RHO * cells[:, :, ::2, ::2]
    below = np.roll(cells[:, :, 1::2, 1::2], 1, 2)
    cells[:, :, ::2, 1::2] = own * cells[:, :, ::2, 1::2] - RHO * below
    return replace(pyramid, colours=4)


def inherited(n: int, seed: int) -> Pyramid:
    """The first coefficient of the first child has correlation RHO to that of its cell."""
    pyramid = white(n, seed)
    child, parent = pyramid.cells[16][:, 0, ::2, ::2], pyramid.cells[8][:, 0]
    pyramid.cells[16][:, 0, ::2, ::2] = math.sqrt(1.0 - RHO**2) * child + RHO * parent
    return pyramid


def deviations(found: Information, expected: np.ndarray) -> np.ndarray:
    return (found.information - expected) / found.errors


@pytest.mark.parametrize("estimator", ["gaussian", "ksg"])
def test_information_within_scales_is_that_of_the_neighbours(estimator: Estimator) -> None:
    found = decay(neighbourly(1000, seed=1), seed=2, estimator=estimator)
    ratios = found.separations * found.scales / (2 * SIZE)
    # Of the two axes one has it; beyond the next cell there is none.
    near = (ratios == 1.0) & (found.scales >= 8)
    expected = np.where(near, EXACT / 2, 0.0)
    assert np.abs(deviations(found, expected)).max() < LIMIT
    np.testing.assert_array_equal(found.significant, near)
    assert (found.errors[near] < 0.1 * EXACT).all()


@pytest.mark.parametrize("estimator", ["gaussian", "ksg"])
def test_cells_of_different_colours_count_apart(estimator: Estimator) -> None:
    found = decay(coloured(1000, seed=1), seed=2, estimator=estimator)
    # Of the two axes one has it, and of its four colours two.
    near = (found.separations == 2.0) & (found.scales == 16)
    expected = np.where(near, EXACT / 4, 0.0)
    assert np.abs(deviations(found, expected)).max() < LIMIT
    np.testing.assert_array_equal(found.significant, near)


def test_information_between_scales_is_that_of_the_children() -> None:
    found = bulk_information(inherited(1000, seed=3), seed=4)
    # Cells of side 2 and 4, the centre of a child off that of its cell along both axes; of 3 x 3
    # coefficients and four children one pair knows of each other.
    of_both = (found.scales == 16) & (found.others == 8)
    nearest = of_both & np.isclose(found.separations, math.sqrt(2.0))
    assert nearest.sum() == 1
    expected = np.where(nearest, EXACT / 36, 0.0)
    off = deviations(found, expected)
    assert np.abs(off[nearest]) < LIMIT
    # Of many points some lie beyond three errors by chance.
    assert np.mean(np.abs(off) < 2.0) > 0.85
    assert found.significant[nearest].all()
    assert found.significant.mean() < 0.05


def test_errors_cover_and_floors_are_subtracted_over_seeds() -> None:
    found = [decay(neighbourly(200, seed), seed=seed) for seed in range(SEEDS)]
    ratios = found[0].separations * found[0].scales / (2 * SIZE)
    expected = np.where((ratios == 1.0) & (found[0].scales >= 8), EXACT / 2, 0.0)
    off = np.stack([deviations(f, expected) for f in found])
    # Of 50 normal numbers 34.1 +- 3.3 lie within one standard error, and their mean is known to
    # 1 / sqrt(50).
    for column in off.T:
        assert 34.1 - LIMIT * 3.3 < np.sum(np.abs(column) < 1.0) <= 34.1 + LIMIT * 3.3
        assert np.sum(np.abs(column) < 2.0) > 41
    values = np.stack([f.information for f in found])
    error = values.std(0, ddof=1) / math.sqrt(SEEDS)
    assert (np.abs(values.mean(0) - expected) < LIMIT * error).all()
    # With the floors it would be seen.
    floors = np.mean([f.floors for f in found], axis=0)
    assert (floors[expected == 0.0] > LIMIT * error[expected == 0.0]).all()


def test_the_floor_falls_with_the_number_of_translations() -> None:
    n = 128
    found = [decay(white(n, seed), seed=seed) for seed in range(SEEDS)]
    floors = np.mean([f.floors for f in found], axis=0)
    cells = (found[0].scales // 2) ** 2
    # At half a turn both directions are one pair: there are half as many.
    half_turn = found[0].separations == SIZE / 2
    expected = np.where(half_turn, 2.0, 1.0) / (2 * n * cells)
    # Squares of normal numbers: three coefficients, two axes and two shuffles for every seed.
    error = expected * math.sqrt(2.0 / (12 * SEEDS))
    assert (np.abs(floors - expected) < LIMIT * error).all()


def test_each_scale_comes_after_the_other() -> None:
    parts = list(running_decay(white(64, seed=7), seed=8))
    assert [sorted(set(p.scales.tolist())) for p in parts] == [[4], [4, 8], [4, 8, 16]]
    assert [p.done for p in parts] == pytest.approx([1 / 3, 2 / 3, 1.0])
    assert [p.done for p in running_bulk_information(white(64, seed=7), seed=8)][-1] == 1.0


def binary(correlation: np.ndarray) -> np.ndarray:
    """Information of two spins of zero mean by the definition."""
    joint = np.stack([0.25 * (1 + correlation), 0.25 * (1 - correlation)])
    return np.asarray((2 * joint * np.log(4 * joint)).sum(0))


def torus_to_plane(z: np.ndarray) -> np.ndarray:
    """Critical correlation on the square torus over that of the plane, at distance z L.

    P. Di Francesco, H. Saleur and J.-B. Zuber, Nucl. Phys. B 290, 527 (1987).
    """
    q, k = math.exp(-math.pi), np.arange(8)[:, None]
    odd = 2.0 * q ** ((k + 0.5) ** 2)

    def thetas(x: np.ndarray) -> list[np.ndarray]:
        even = 2.0 * q ** (k[1:] ** 2) * np.cos(2 * k[1:] * math.pi * x)
        return [
            ((-1.0) ** k * odd * np.sin((2 * k + 1) * math.pi * x)).sum(0),
            (odd * np.cos((2 * k + 1) * math.pi * x)).sum(0),
            1.0 + even.sum(0),
            1.0 + ((-1.0) ** k[1:] * even).sum(0),
        ]

    slope = float(((-1.0) ** k * odd * (2 * k + 1) * math.pi).sum())
    spins = sum(np.abs(theta) for theta in thetas(z / 2)) / sum(thetas(np.zeros(1))[1:])
    return np.asarray((slope * z / thetas(z)[0]) ** 0.25 * spins)


def test_spins_at_the_critical_point_follow_the_torus_of_conformal_field_theory() -> None:
    size = 32
    found = spin_information(wolff(size, TC, 4000, seed=1, steps_between=10), seed=1)
    r = found.separations
    # Neighbours: exact, from the energy of 2 bonds per site.
    neighbours = -float(kaufman_energy(size, TC)) / 2
    off = (found.information[0] - binary(np.array([neighbours]))[0]) / found.errors[0]
    assert abs(off) < LIMIT
    # The plane's 0.2474 r^(-1/2) belongs to G^2 / 2; on the lattice it is right to 1 % from r = 4.
    plane = np.sqrt(2.0 * critical_spin_information(r))
    expected = binary(plane * torus_to_plane(r / size))
    far = r >= 4
    assert np.abs(found.information - expected)[far].max() < LIMIT * found.errors[far].max()
    assert (found.errors[far] < 0.02 * expected[far]).all()
    assert critical_spin_information(4.0) == pytest.approx(0.2474 / 2, rel=1e-3)


def test_independent_spins_have_none() -> None:
    spins = np.random.default_rng(3).choice(np.array([-1, 1], np.int8), (400, 16, 16))
    found = spin_information(spins, seed=1)
    assert np.abs(found.information / found.errors).max() < LIMIT
    assert not found.significant.any()


@pytest.mark.parametrize("measure", [decay, bulk_information])
def test_too_few_samples_are_refused(measure: Callable[..., Information]) -> None:
    with pytest.raises(NRGError, match="at least 32"):
        measure(white(31, seed=9), seed=1)
    with pytest.raises(NRGError, match="at least 32"):
        spin_information(np.ones((31, 8, 8), np.int8), seed=1)
