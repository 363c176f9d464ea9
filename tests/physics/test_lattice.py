"""The torus and the Ising energy."""

from __future__ import annotations

import numpy as np
import pytest

from nrg_app.errors import NRGError
from nrg_app.physics import lattice


@pytest.mark.parametrize("size", [2, 3, 4])
def test_energy_counts_every_bond_once(enumeration, size):
    listed = enumeration(size)
    np.testing.assert_array_equal(lattice.ising_energy(listed.spins), listed.energy)


@pytest.mark.parametrize("size", [2, 3, 8])
def test_ordered_lattice_has_two_bonds_a_site(size):
    ordered = np.ones((size, size), dtype=np.int8)
    assert lattice.ising_energy(ordered) == -2 * size**2
    np.testing.assert_array_equal(lattice.neighbour_sums(ordered), 4)


def test_energy_is_half_the_sum_over_neighbours(rng):
    spins = rng.choice(np.array([-1, 1], dtype=np.int8), (5, 8, 8))
    sums = lattice.neighbour_sums(spins)
    assert sums.dtype == np.int8
    twice = -(spins * sums).sum(axis=(1, 2), dtype=int)
    np.testing.assert_array_equal(2 * lattice.ising_energy(spins), twice)


def test_neighbours_wrap_around_and_do_not_mix_samples():
    spins = np.zeros((2, 4, 4))
    spins[0, 0, 0] = 1.0
    expected = np.zeros((4, 4))
    expected[[0, 0, 1, 3], [1, 3, 0, 0]] = 1.0
    np.testing.assert_array_equal(lattice.neighbour_sums(spins), [expected, np.zeros((4, 4))])


def test_energy_of_a_large_lattice_does_not_overflow():
    assert lattice.ising_energy(np.ones((256, 256), dtype=np.int8)) == -2 * 256**2


@pytest.mark.parametrize("size", [2, 4, 64, np.int64(32)])
def test_powers_of_two_are_sizes(size):
    assert lattice.validate_size(size) == size
    assert type(lattice.validate_size(size)) is int


@pytest.mark.parametrize("size", [0, 1, -4, 3, 12, 8.0, "8", None, True])
def test_other_sizes_are_refused_in_one_sentence(size):
    with pytest.raises(NRGError, match=r"^The lattice side must be a power of two.*\.$"):
        lattice.validate_size(size)


@pytest.mark.parametrize("size", [1, -3, 2.5])
def test_no_torus_is_smaller_than_two(size):
    with pytest.raises(NRGError, match="at least 2"):
        lattice.validate_side(size)
    assert lattice.validate_side(3) == 3


@pytest.mark.parametrize("temperature", [0.0, -1.0, np.inf, np.nan, "hot", None])
def test_impossible_temperatures_are_refused(temperature):
    with pytest.raises(NRGError, match=r"^The temperature must be a finite number above zero"):
        lattice.validate_temperature(temperature)


@pytest.mark.parametrize("temperature", [2, 2.0, np.float32(2.0), "2"])
def test_temperatures_become_floats(temperature):
    assert lattice.validate_temperature(temperature) == 2.0


@pytest.mark.parametrize(
    ("spins", "message"),
    [
        (np.ones((3, 4, 5)), "shape"),
        (np.ones(4), "shape"),
        (np.ones((0, 4, 4)), "at least one sample"),
        (np.ones((1, 1, 1)), "side 2 or more"),
        (np.zeros((1, 4, 4)), r"\+1 or -1"),
        (np.full((1, 4, 4), -128, dtype=np.int8), r"\+1 or -1"),
        (np.full((1, 4, 4), np.nan), r"\+1 or -1"),
    ],
)
def test_what_are_no_spins_is_refused(spins, message):
    with pytest.raises(NRGError, match=message):
        lattice.validate_spins(spins)


def test_one_picture_counts_as_one_sample():
    assert lattice.validate_spins([[1.0, -1.0], [1.0, 1.0]]).shape == (1, 2, 2)
