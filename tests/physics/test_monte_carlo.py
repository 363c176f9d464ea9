"""Wolff and Metropolis against enumeration and Kaufman.

Means of chains are compared within 4 standard errors; the errors come from 50 blocks, each many
autocorrelation times long.
"""

from __future__ import annotations

import numpy as np
import pytest

from nrg_app.errors import NRGError
from nrg_app.physics import exact
from nrg_app.physics.exact import CRITICAL_TEMPERATURE as TC
from nrg_app.physics.monte_carlo import clusters_per_step, metropolis, wolff
from nrg_app.physics.observables import energies, magnetizations, measure_series

SAMPLERS = [wolff, metropolis]
N_BLOCKS = 50


def block_estimates(spins, temperature):
    """Mean and standard error of every observable from its values in the blocks."""
    size = spins.shape[1]
    energy, magnetization = energies(spins), magnetizations(spins)
    blocks = [
        measure_series(size, temperature, e, m)
        for e, m in zip(np.split(energy, N_BLOCKS), np.split(magnetization, N_BLOCKS), strict=True)
    ]
    table = {key: np.array([block[key].value for block in blocks]) for key in blocks[0]}
    return {
        key: (values.mean(), values.std(ddof=1) / np.sqrt(N_BLOCKS))
        for key, values in table.items()
    }


@pytest.mark.parametrize("sampler", SAMPLERS)
@pytest.mark.parametrize("temperature", [1.5, TC, 4.0])
def test_averages_are_those_of_all_configurations(enumeration, sampler, temperature):
    spins = sampler(4, temperature, 40_000, seed=11, steps_between=2)
    expected = enumeration(4).observables(temperature)
    for key, (value, error) in block_estimates(spins, temperature).items():
        # Within a block of 800 the Binder ratio is biased by about a tenth of its block error.
        assert abs(value - expected[key]) < 4.0 * error, key


@pytest.mark.parametrize("sampler", SAMPLERS)
@pytest.mark.parametrize("size", [2, 3])
def test_every_configuration_is_as_frequent_as_it_should_be(enumeration, sampler, size):
    temperature, n = 3.0, 20_000
    spins = sampler(size, temperature, n, seed=12, steps_between=20)
    bits = 2 ** np.arange(size**2)
    counts = np.bincount(((spins.reshape(n, -1) + 1) // 2) @ bits, minlength=2 ** (size**2))
    expected = n * enumeration(size).probabilities(temperature)
    # Rare configurations are put together, so that chi^2 has its known distribution.
    rare = expected < 10.0
    counts = np.append(counts[~rare], counts[rare].sum())
    expected = np.append(expected[~rare], expected[rare].sum() + 1e-9)
    chi_squared = ((counts - expected) ** 2 / expected).sum()
    freedom = len(counts) - 1 - (not rare.any())
    assert abs(chi_squared - freedom) < 4.0 * np.sqrt(2.0 * freedom)


@pytest.mark.parametrize(
    ("sampler", "temperature"),
    [(wolff, 1.8), (wolff, TC), (wolff, 2.6), (wolff, 10.0), (metropolis, 1.8), (metropolis, 3.0)],
)
def test_energy_and_specific_heat_are_kaufmans(sampler, temperature):
    found = block_estimates(sampler(16, temperature, 10_000, seed=13), temperature)
    for key, expected in (
        ("energy", exact.kaufman_energy(16, temperature)),
        ("specific_heat", exact.kaufman_specific_heat(16, temperature)),
    ):
        value, error = found[key]
        assert abs(value - expected) < 4.0 * error, key


def test_critical_torus_has_the_known_binder_ratio_and_susceptibility():
    size = 32
    found = block_estimates(wolff(size, TC, 10_000, seed=14), TC)
    # Salas and Sokal (2000): 0.61069 and 1.0922 L^(7/4), up to corrections below 0.1 % here.
    value, error = found["binder"]
    assert abs(value - 0.61069) < 4.0 * error + 6e-4
    value, error = found["susceptibility"]
    assert abs(value / size**1.75 - 1.0922) < 4.0 * error / size**1.75 + 2e-3


@pytest.mark.parametrize("sampler", SAMPLERS)
def test_same_seed_same_chain(sampler):
    first = sampler(8, 2.3, 5, seed=3)
    assert first.shape == (5, 8, 8)
    assert first.dtype == np.int8
    assert set(np.unique(first)) == {-1, 1}
    np.testing.assert_array_equal(first, sampler(8, 2.3, 5, seed=3))
    assert not np.array_equal(first, sampler(8, 2.3, 5, seed=4))


@pytest.mark.parametrize("sampler", SAMPLERS)
def test_numpys_global_generator_is_left_alone(sampler):
    before = np.random.get_state()[1].copy()  # noqa: NPY002
    sampler(4, 2.0, 3, seed=5)
    np.testing.assert_array_equal(before, np.random.get_state()[1])  # noqa: NPY002


@pytest.mark.parametrize("sampler", SAMPLERS)
def test_chain_goes_on_from_its_start(sampler, rng):
    start = rng.choice(np.array([-1, 1], dtype=np.int8), (8, 8))
    kept = start.copy()
    # So cold that Metropolis can only lower the energy, and Wolff flips whole domains.
    sample = sampler(8, 1e-3, 1, seed=6, n_thermal=0, steps_between=1, start=start)
    np.testing.assert_array_equal(start, kept)
    assert energies(sample)[0] <= energies(start)[0]


def test_both_signs_of_the_ordered_phase_start_equally_often():
    signs = [np.sign(metropolis(4, 0.5, 1, seed=seed, n_thermal=0).sum()) for seed in range(200)]
    # Binomial: 4 standard errors of the sum of 200 signs.
    assert abs(sum(signs)) < 4.0 * np.sqrt(200.0)


@pytest.mark.parametrize("temperature", [0.2, 1.8, TC, 2.4, 3.0, 20.0, 1e9])
def test_a_step_flips_about_every_site_once(temperature):
    clusters = clusters_per_step(16, temperature)
    assert isinstance(clusters, int)
    squared = magnetizations(wolff(16, temperature, 500, seed=7)) ** 2
    # The mean size of a cluster is N <m^2>; "about" is within a factor of two.
    assert 0.5 < clusters * squared.mean() < 2.0


@pytest.mark.parametrize("sampler", SAMPLERS)
@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"size": 1}, "lattice side"),
        ({"temperature": 0.0}, "temperature"),
        ({"n_samples": 0}, "number of samples"),
        ({"seed": -1}, "seed"),
        ({"n_thermal": -1}, "steps"),
        ({"steps_between": 0}, "steps"),
        ({"start": np.ones((4, 4))}, "8 x 8"),
        ({"start": np.zeros((8, 8))}, r"\+1 or -1"),
    ],
)
def test_impossible_chains_are_refused_in_one_sentence(sampler, change, message):
    arguments = {"size": 8, "temperature": 2.0, "n_samples": 1, "seed": 1} | change
    with pytest.raises(NRGError, match=message):
        sampler(**arguments)
