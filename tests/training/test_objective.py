"""The path gradient against the plain gradient."""

import torch

from nrg_app.flows.hierarchy import Architecture, HierarchicalFlow
from nrg_app.flows.neural_rg import raster_field
from nrg_app.physics.exact import CRITICAL_TEMPERATURE
from nrg_app.physics.target import DualIsing
from nrg_app.training.objective import draw_temperatures, path_gradient_step

SIZE, BATCH = 4, 6


def make_flow() -> HierarchicalFlow:
    torch.manual_seed(2)
    flow = HierarchicalFlow(Architecture(size=SIZE, width=6)).double()
    with torch.no_grad():
        for parameter in flow.parameters():
            parameter += 0.1 * torch.randn_like(parameter)
    return flow


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
