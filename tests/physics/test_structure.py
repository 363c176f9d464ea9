"""The structure factor, against its definition as a sum over sites."""

from __future__ import annotations

import numpy as np
import pytest

from nrg_app.physics.structure import structure_factor


@pytest.mark.parametrize("size", [2, 3, 4, 5, 8])
def test_it_is_the_sum_over_sites(size: int) -> None:
    rng = np.random.default_rng(size)
    spins = np.where(rng.random((3, size, size)) < 0.5, 1, -1)
    numbers = np.arange(size) - size // 2
    wave = np.exp(-2j * np.pi * np.outer(numbers, np.arange(size)) / size)
    expected = (np.abs(wave @ spins @ wave.T) ** 2).mean(0) / size**2
    # float32 transforms of at most 64 spins.
    assert np.allclose(structure_factor(spins), expected, atol=1e-5)


def test_its_mean_is_one_and_its_centre_the_susceptibility() -> None:
    rng = np.random.default_rng(1)
    spins = np.where(rng.random((5, 16, 16)) < 0.6, 1, -1)
    factor = structure_factor(spins)
    assert factor.mean() == pytest.approx(1.0, rel=1e-5)
    assert factor[8, 8] == pytest.approx(256 * (spins.mean((1, 2)) ** 2).mean(), rel=1e-5)


def test_the_checkerboard_scatters_at_the_corner() -> None:
    factor = structure_factor(np.indices((4, 4)).sum(0) % 2 * 2 - 1)
    assert factor[0, 0] == pytest.approx(16.0)
    assert factor.sum() == pytest.approx(16.0)
