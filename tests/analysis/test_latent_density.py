"""The weight of latents and its gradient."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch

from nrg_app.analysis.latent_density import LatentDensity, metropolis_accepts
from nrg_app.errors import NRGError
from nrg_app.flows.neural_rg import NeuralRG

TEMPERATURE = 2.3


@pytest.fixture(scope="module")
def model(untrained: Callable[[int], NeuralRG]) -> NeuralRG:
    return untrained(4).to(torch.float64)


def test_the_weight_is_that_of_the_sample(model: NeuralRG) -> None:
    density = LatentDensity(model, TEMPERATURE)
    latents = density.normal(20, torch.Generator().manual_seed(1))
    state = density.at(latents)
    sample = model.decode(latents, TEMPERATURE)
    torch.testing.assert_close(state.fields, sample.field)
    torch.testing.assert_close(state.log_weights, model.log_weight(sample, TEMPERATURE))


def test_the_gradient_is_the_slope_of_the_weight(model: NeuralRG) -> None:
    density = LatentDensity(model, TEMPERATURE)
    generator = torch.Generator().manual_seed(2)
    latents, direction = density.normal(20, generator), density.normal(20, generator)
    state, gradient = density.with_gradient(latents)
    step = 1e-5
    ahead, behind = (density.at(latents + s * direction).log_weights for s in (step, -step))
    # The error of the central difference is of order step^2 times steep third derivatives.
    slope = (gradient * direction).sum(1)
    torch.testing.assert_close((ahead - behind) / (2 * step), slope, rtol=1e-4, atol=1e-4)
    torch.testing.assert_close(state.log_weights, density.at(latents).log_weights)
    assert not state.log_weights.requires_grad


def test_points_move_where_they_are_accepted(model: NeuralRG) -> None:
    density = LatentDensity(model, TEMPERATURE)
    points = density.at(density.normal(6, torch.Generator().manual_seed(3)))
    old, new = points.part(0, 3), points.part(3, 3)
    moved = old.moved(torch.tensor([True, False, True]), new)
    for name in ("latents", "log_weights", "fields"):
        picked = torch.stack([getattr(s, name)[k] for k, s in enumerate((new, old, new))])
        assert torch.equal(getattr(moved, name), picked)


def test_acceptance_follows_the_ratio_and_refuses_what_is_no_number() -> None:
    n = 40_000
    generator = torch.Generator().manual_seed(4)
    accepted = metropolis_accepts(torch.full((n,), -1.0), generator).double().mean()
    p = float(torch.exp(torch.tensor(-1.0)))
    assert abs(float(accepted) - p) < 4 * (p * (1 - p) / n) ** 0.5  # standard errors
    assert metropolis_accepts(torch.full((n,), 1e-3), generator).all()
    assert not metropolis_accepts(torch.full((n,), torch.nan), generator).any()


def test_a_temperature_that_is_none_is_refused(model: NeuralRG) -> None:
    with pytest.raises(NRGError, match="temperature"):
        LatentDensity(model, -1.0)
