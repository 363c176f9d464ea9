"""The pull of moments, where everything about them is known."""

import math

import torch

from nrg_app.training.moment_matching import features_of, pull_of_moments


def test_the_pull_is_the_relative_deviation_of_the_moments() -> None:
    # Of the energy and of the logarithm of |m|, in units of 1 and 0.2, both densities are normal,
    # around 0 in the flow and around 0.3 in the target.
    shift, unit, n, generator = 0.3, 0.2, 2000, torch.Generator().manual_seed(1)
    by_spread, by_size = [], []
    for _ in range(200):
        energy, z = torch.randn(2, n, generator=generator, dtype=torch.float64)
        weights = torch.exp(shift * (energy + z) - shift**2)
        pull = pull_of_moments(torch.stack((energy, torch.exp(unit * z)), 1), weights)
        # The scores of the standard deviation of the energy and of the mean of the logarithm.
        by_spread.append(float((pull * (energy**2 - 1.0)).mean()))
        by_size.append(float((pull * z).mean()))
    size, square = -math.expm1(shift * unit), -math.expm1(2.0 * shift * unit)
    for found, expected in (
        (by_spread, -2.0 * shift**2),
        (by_size, size * unit + square * 2.0 * unit),
    ):
        values = torch.tensor(found)
        error = float(values.std()) / len(values) ** 0.5
        # 4 standard errors; estimated means add terms of order 1 / n.
        assert abs(float(values.mean()) - expected) < 4.0 * error + 2.0 / n
        assert error < 0.1 * abs(expected)


def test_exact_samples_and_single_ones_are_not_pulled() -> None:
    features = torch.rand(50, 2, generator=torch.Generator().manual_seed(2), dtype=torch.float64)
    assert torch.equal(pull_of_moments(features, torch.ones(50)), torch.zeros(50).double())
    assert torch.equal(pull_of_moments(features[:2], torch.rand(2)), torch.zeros(2))
    # Without a spread there is nothing to match.
    same = torch.ones(5, 2, dtype=torch.float64)
    assert torch.equal(pull_of_moments(same, torch.rand(5)), torch.zeros(5).double())


def test_features_of_strong_fields_are_those_of_their_spins() -> None:
    spins = torch.ones(2, 4, 4, dtype=torch.float64)
    spins[1, :2] = -1.0
    # Half up and half down: of 32 bonds 8 are broken.
    expected = torch.tensor([[-2.0, 1.0], [-1.0, 0.0]]).double()
    torch.testing.assert_close(features_of(40.0 * spins), expected)
