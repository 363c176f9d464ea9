"""References against enumeration."""

import itertools

import numpy as np

from nrg_app.analysis.references import reference_values, wolff_values
from nrg_app.physics.observables import energies, half_correlations


def test_references_match_the_enumeration_of_a_small_torus() -> None:
    temperature, limit = 2.5, 4.0  # standard errors
    spins = np.array(list(itertools.product((-1, 1), repeat=16)), dtype=np.int8)
    spins = spins.reshape(-1, 4, 4)
    weights = np.exp(-energies(spins) / temperature)
    weights /= weights.sum()
    m = spins.mean((1, 2))
    expected = {
        "energy": weights @ energies(spins) / 16,
        "abs_magnetization": weights @ np.abs(m),
        "susceptibility": 16 * (weights @ m**2),
        "half_correlation": weights @ half_correlations(spins),
    }
    found = wolff_values(4, temperature, 20_000, seed=3)
    known = reference_values(4, temperature, 1_000, seed=3)
    for key, value in expected.items():
        assert abs(found[key].deviation(value)) < limit, key
        assert abs(known[key].value - value) < 1e-12, key
        assert known[key].error == 0.0


def test_a_large_torus_takes_from_the_chain_what_is_not_known() -> None:
    chain, found = wolff_values(16, 2.5, 1_000, seed=3), reference_values(16, 2.5, 1_000, seed=3)
    assert found["susceptibility"] == chain["susceptibility"]
    assert found["energy"].error == 0.0 < chain["energy"].error


def test_half_correlation_of_stripes() -> None:
    stripes = np.ones((1, 4, 4), dtype=np.int8)
    stripes[0, 2:] = -1
    # Half a lattice along one axis flips every spin, along the other none.
    assert half_correlations(stripes)[0] == 0.0
