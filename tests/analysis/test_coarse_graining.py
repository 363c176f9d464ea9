"""Coarse grainings of configurations by every rule."""

from __future__ import annotations

import numpy as np
import pytest

from nrg_app.analysis.coarse_graining import coarse_grainings
from nrg_app.errors import NRGError
from nrg_app.flows.neural_rg import NeuralRG
from nrg_app.physics.exact import kaufman_energy
from nrg_app.physics.observables import energies, magnetizations

LIMIT = 4.0  # standard errors


def blocks(spins: np.ndarray) -> np.ndarray:
    """Sums of 2 x 2 spins."""
    n, size = len(spins), spins.shape[1]
    return spins.reshape(n, size // 2, 2, size // 2, 2).astype(int).sum((2, 4))


def test_the_majority_decides_and_ties_are_even() -> None:
    ties = []
    for levels in coarse_grainings("majority", 16, 3.0, batch=100, batches=3, seed=1):
        assert list(levels) == [16, 8, 4]
        for side in (16, 8):
            sums, coarse = blocks(levels[side]), levels[side // 2]
            assert np.array_equal(coarse[sums != 0], np.sign(sums[sums != 0]))
            ties += coarse[sums == 0].tolist()
    assert abs(np.mean(ties)) < LIMIT / np.sqrt(len(ties))


def test_decimation_keeps_one_spin_of_four() -> None:
    (levels,) = coarse_grainings("decimation", 16, 2.5, batch=5, batches=1, seed=2)
    assert np.array_equal(levels[8], levels[16][:, ::2, ::2])
    assert np.array_equal(levels[4], levels[16][:, ::4, ::4])


@pytest.mark.parametrize("rule", ["encoded", "flow"])
def test_a_network_gives_spins_and_the_signs_of_its_scales(rule, shipped_model: NeuralRG) -> None:
    batches = list(
        coarse_grainings(rule, 16, 2.4, batch=100, batches=4, seed=3, model=shipped_model)
    )
    assert list(batches[0]) == [16, 8, 4]
    spins = np.concatenate([levels[16] for levels in batches])
    energy = energies(spins) / 256
    # The network's own samples are off by far less than the error of 400 of them.
    error = energy.std() / np.sqrt(len(energy))
    assert abs(energy.mean() - kaufman_energy(16, 2.4)) < LIMIT * 1.5 * error
    for side in (8, 4):
        coarse = np.concatenate([levels[side] for levels in batches])
        assert set(np.unique(coarse)) == {-1, 1}
        assert np.corrcoef(magnetizations(coarse), magnetizations(spins))[0, 1] > 0.9


def test_a_seed_repeats_and_batches_continue_one_chain() -> None:
    first, again, other = (
        [
            levels[8]
            for levels in coarse_grainings("majority", 8, 2.2, batch=4, batches=2, seed=seed)
        ]
        for seed in (5, 5, 6)
    )
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)
    assert not np.array_equal(first[0], first[1])


def test_what_cannot_be_coarse_grained_is_refused(shipped_model: NeuralRG) -> None:
    with pytest.raises(NRGError, match="side 8 or more, not 4"):
        next(coarse_grainings("majority", 4, 2.0, batch=1, batches=1, seed=0))
    with pytest.raises(NRGError, match="needs a network"):
        next(coarse_grainings("encoded", 16, 2.0, batch=1, batches=1, seed=0))
    with pytest.raises(NRGError, match="of side 16, not 32"):
        next(coarse_grainings("flow", 32, 2.0, batch=1, batches=1, seed=0, model=shipped_model))
