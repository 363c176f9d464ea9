"""The path gradient against the plain gradient."""

import copy
import math

import pytest
import torch

from nrg_app.flows.architecture import Architecture
from nrg_app.flows.hierarchy import HierarchicalFlow
from nrg_app.flows.neural_rg import raster_field
from nrg_app.physics.exact import CRITICAL_TEMPERATURE
from nrg_app.physics.target import DualIsing
from nrg_app.training import objective
from nrg_app.training.objective import (
    draw_temperatures,
    path_gradient_step,
    score_gradient_step,
)
from nrg_app.training.recipe import standard_recipe
from nrg_app.training.trainer import Trainer

SIZE, BATCH = 4, 6


def make_flow() -> HierarchicalFlow:
    torch.manual_seed(2)
    flow = HierarchicalFlow(Architecture(size=SIZE, width=6)).double()
    with torch.no_grad():
        for parameter in flow.parameters():
            parameter += 0.1 * torch.randn_like(parameter)
    return flow


def assert_equal_means(
    differences: list[torch.Tensor], signals: list[torch.Tensor], least: float
) -> None:
    """The mean difference is zero within its error, of which the signal is ``least`` or more."""
    difference = torch.stack(differences)
    error = difference.std(0) / len(difference) ** 0.5
    moving = error > 1e-12
    # 4.5 standard errors for the largest of some hundred numbers.
    assert (difference.mean(0)[moving].abs() / error[moving]).max() < 4.5
    assert (torch.stack(signals).mean(0)[moving].abs() / error[moving]).max() > least


def test_path_gradient_is_the_plain_gradient_without_the_score_term() -> None:
    flow, target = make_flow(), DualIsing(SIZE)
    generator = torch.Generator().manual_seed(3)
    temperatures = draw_temperatures(BATCH, 1.5, 3.5, generator).double()
    z = torch.randn(SIZE**2, BATCH, generator=generator).double()
    controls, scale = target.controls(temperatures), target.field_scale(temperatures)
    parameters = list(flow.parameters())

    path_gradient_step(flow, target, temperatures, z)
    path = [p.grad.clone() for p in parameters if p.grad is not None]
    assert len(path) == len(parameters)

    rows = flow.generate(z, controls, scale)[SIZE]
    energy = target.energy(raster_field(rows * scale, SIZE), temperatures)
    plain = (flow.log_prob(rows, controls, scale) + energy).sum() / (SIZE**2 * BATCH)
    score = flow.log_prob(rows.detach(), controls, scale).sum() / (SIZE**2 * BATCH)
    total = torch.autograd.grad(plain, parameters)
    explicit = torch.autograd.grad(score, parameters)
    for got, whole, dropped in zip(path, total, explicit, strict=True):
        assert torch.allclose(got, whole - dropped, atol=1e-10, rtol=1e-8)


def test_gaps_are_log_ratios_to_the_exact_density() -> None:
    flow, target = make_flow(), DualIsing(SIZE)
    temperatures = torch.linspace(1.6, 3.0, BATCH).double()
    z = torch.randn(SIZE**2, BATCH, generator=torch.Generator().manual_seed(3)).double()
    step = path_gradient_step(flow, target, temperatures, z)
    controls, scale = target.controls(temperatures), target.field_scale(temperatures)
    with torch.no_grad():
        rows = flow.generate(z, controls, scale)[SIZE]
        log_q = flow.log_prob(rows, controls, scale) - SIZE**2 * torch.log(scale)
        energy = target.energy(raster_field(rows * scale, SIZE), temperatures)
    log_z = torch.as_tensor(target.log_partition(temperatures.numpy()))
    assert torch.allclose(step.gaps, (log_q + energy + log_z) / SIZE**2, atol=1e-12)


def test_training_temperatures_fill_the_range_and_crowd_at_the_critical_point() -> None:
    n = 20_000
    t = draw_temperatures(n, 1.5, 3.5, torch.Generator().manual_seed(0))
    assert t.min() >= 1.5
    assert t.max() <= 3.5
    near = ((t - CRITICAL_TEMPERATURE).abs() < 0.25).double().mean()
    # 2/3 of the uniform quarter and 1/3 of 68.27 %: binomial, 4 standard errors.
    expected = 2 / 3 * 0.25 + 1 / 3 * 0.6827
    assert abs(near - expected) < 4 * (expected * (1 - expected) / n) ** 0.5


@pytest.mark.parametrize(("share", "power"), [("forward", 1), ("overshoot", -1)])
def test_weighted_path_gradients_are_those_of_their_divergence(
    monkeypatch: pytest.MonkeyPatch, share: str, power: int
) -> None:
    monkeypatch.setattr(objective, "_LARGEST_WEIGHT", math.inf)
    torch.manual_seed(1)
    flow, target = HierarchicalFlow(Architecture(size=2, width=4)).double(), DualIsing(2)
    # Wider than the target everywhere, or narrower, so that the weights have no heavy tail.
    with torch.no_grad():
        for octave in flow.octaves:
            for stage in octave.decimator.stages:
                stage.conditioner.modulation.bias[-1] = 0.3 * power
        flow.root.parameters_of.bias[4:] = 0.3 * power
    generator = torch.Generator().manual_seed(4)
    batch, temperature = 2000, torch.full((2000,), 2.3).double()
    controls, scale = target.controls(temperature), target.field_scale(temperature)
    parameters = list(flow.parameters())
    differences, sizes = [], []
    for _ in range(30):
        z = torch.randn(4, batch, generator=generator).double()
        flow.zero_grad()
        step = path_gradient_step(flow, target, temperature, z, **{share: 1.0})
        path = torch.cat([(p.grad * 4).ravel() for p in parameters if p.grad is not None])
        weights = torch.exp(-4 * power * step.gaps)
        # The same gradients in their other form, x fixed: -E_q[(p / q) d ln q] of the forward
        # divergence and E_q[(q / p) d ln q], half of that of the reversed chi-squared divergence.
        rows = flow.generate(z, controls, scale)[2].detach()
        loss = -power * (weights * flow.log_prob(rows, controls, scale)).mean()
        score = torch.cat([g.ravel() for g in torch.autograd.grad(loss, parameters)])
        differences.append(path - score)
        sizes.append(score)
    assert_equal_means(differences, sizes, 20)


@pytest.fixture(scope="module")
def trained() -> HierarchicalFlow:
    """A flow with light tails of its weights, which it has after some training only."""
    trainer = Trainer(standard_recipe(SIZE, 1.0, steps=400, width=6, seed=1), "tiny")
    list(trainer.run())
    return trainer.model().flow.double().requires_grad_(True)


@pytest.mark.parametrize(("shares", "wider"), [((0, 0), 0.3), ((0.9, 0), 0.3), ((0, 0.9), -0.3)])
def test_the_score_gradient_of_the_coarse_octaves_is_their_path_gradient(
    monkeypatch: pytest.MonkeyPatch,
    trained: HierarchicalFlow,
    shares: tuple[float, float],
    wider: float,
) -> None:
    monkeypatch.setattr(objective, "_LARGEST_WEIGHT", math.inf)
    flow, target = copy.deepcopy(trained), DualIsing(SIZE)
    with torch.no_grad():
        flow.root.parameters_of.bias[4:] += wider
    parts = (flow.root_embedding, flow.root, flow.octave(2))
    coarse = {parameter for part in parts for parameter in part.parameters()}
    generator = torch.Generator().manual_seed(5)
    # Two temperatures, each of which is drawn in one piece.
    temperatures = torch.tensor([2.0, 2.9]).double().repeat_interleave(1000)
    differences, paths = [], []
    for _ in range(30):
        z = torch.randn(SIZE**2, len(temperatures), generator=generator).double()
        flow.zero_grad()
        path_step = path_gradient_step(flow, target, temperatures, z, *shares)
        path = torch.cat([p.grad.ravel() for p in flow.parameters() if p in coarse]) * SIZE**2
        flow.zero_grad()
        score_step = score_gradient_step(flow, target, temperatures, z, 2, *shares)
        assert torch.allclose(score_step.gaps, path_step.gaps, atol=1e-10)
        assert {p for p in flow.parameters() if p.grad is not None} == coarse
        score = torch.cat([p.grad.ravel() for p in flow.parameters() if p in coarse])
        differences.append(path - score)
        paths.append(path)
    assert_equal_means(differences, paths, 20)


def test_the_pull_of_moments_is_the_gradient_of_their_penalty_with_held_denominators(
    monkeypatch: pytest.MonkeyPatch, trained: HierarchicalFlow
) -> None:
    monkeypatch.setattr(objective, "_LARGEST_WEIGHT", math.inf)
    flow, target = copy.deepcopy(trained), DualIsing(SIZE)
    with torch.no_grad():
        flow.root.parameters_of.bias[4:] += 0.3
    parts = (flow.root_embedding, flow.root, flow.octave(2))
    coarse = [parameter for part in parts for parameter in part.parameters()]
    generator = torch.Generator().manual_seed(6)
    temperatures = torch.full((4000,), 2.3).double()
    controls, scale = target.controls(temperatures), target.field_scale(temperatures)

    def gradient(z: torch.Tensor, moments: float) -> tuple[torch.Tensor, torch.Tensor]:
        flow.zero_grad()
        step = score_gradient_step(flow, target, temperatures, z, 2, moments=moments)
        found = torch.cat([p.grad.ravel() for p in coarse if p.grad is not None])
        return found, torch.exp(-(SIZE**2) * step.gaps)

    def moments_of(z: torch.Tensor) -> torch.Tensor:
        rows = flow.generate(z, controls, scale)[SIZE]
        spins = torch.tanh(raster_field(rows * scale, SIZE))
        neighbours = spins.roll(1, 1) + spins.roll(1, 2)
        energy, size = -(spins * neighbours).mean((1, 2)), spins.mean((1, 2)).abs()
        spread = (energy - energy.detach().mean()) ** 2
        return torch.stack((spread, size, size**2))

    differences, paths = [], []
    for _ in range(40):
        z, other = torch.randn(2, SIZE**2, len(temperatures), generator=generator).double()
        with_pull, _ = gradient(z, 1.0)
        without, weights = gradient(z, 0.0)
        # E_q[f] - E_p[f] from samples, and the derivative of E_q[f] along the path of others.
        with torch.no_grad():
            found = moments_of(z)
            excess = ((1.0 - weights) * (found - found.mean(1, keepdim=True))).mean(1)
        penalty = (excess / found.mean(1) ** 2 * moments_of(other).mean(1)).sum()
        path = torch.autograd.grad(penalty, coarse, allow_unused=True)
        paths.append(torch.cat([g.ravel() for g in path if g is not None]))
        differences.append(with_pull - without - paths[-1])
    assert_equal_means(differences, paths, 10)


def test_a_coarse_scale_has_the_density_of_the_flow_that_ends_there() -> None:
    flow, target = make_flow(), DualIsing(SIZE)
    temperatures = torch.linspace(1.6, 3.0, BATCH).double()
    z = torch.randn(SIZE**2, BATCH, generator=torch.Generator().manual_seed(3)).double()
    controls, scale = target.controls(temperatures), target.field_scale(temperatures)
    with torch.no_grad():
        drawn = flow.decode(z, controls, scale)
        for side, log_prob in drawn.log_probs.items():
            found = flow.log_prob(drawn.coarse[side], controls, scale)
            assert torch.allclose(found, log_prob, atol=1e-9), side
