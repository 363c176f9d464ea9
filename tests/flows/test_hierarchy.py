"""The bijection: exact inverse, determinant, symmetry, normalisation and gradients."""

import itertools
import math

import pytest
import torch
from torch import Tensor

from nrg_app.flows.architecture import Architecture
from nrg_app.flows.gather import NeighbourGather
from nrg_app.flows.geometry import octave_stages
from nrg_app.flows.hierarchy import HierarchicalFlow, grow, refined
from nrg_app.flows.neural_rg import raster_field

T = torch.float64
BOTH = pytest.mark.parametrize("disentanglers", [False, True])


def random_flow(size: int, disentanglers: bool, spread: float = 0.1) -> HierarchicalFlow:
    """A flow with all parameters, also those that start at zero, away from zero."""
    torch.manual_seed(0)
    flow = HierarchicalFlow(
        Architecture(size=size, n_controls=2, width=8, disentanglers=disentanglers)
    ).to(T)
    with torch.no_grad():
        for parameter in flow.parameters():
            parameter += spread * torch.randn_like(parameter)
    return flow


def conditions(batch: int, seed: int = 5) -> tuple[Tensor, Tensor]:
    generator = torch.Generator().manual_seed(seed)
    controls = torch.randn(2, batch, generator=generator, dtype=T)
    return controls, 1.5 + torch.rand(batch, generator=generator, dtype=T)


def latents(size: int, batch: int, seed: int = 7) -> Tensor:
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(size * size, batch, generator=generator, dtype=T)


@BOTH
@pytest.mark.parametrize("size", [2, 4, 8])
def test_encode_inverts_generate(size: int, disentanglers: bool) -> None:
    flow, z = random_flow(size, disentanglers), latents(size, 16)
    controls, scale = conditions(16)
    fields = flow.generate(z, controls, scale)
    view = flow.encode(fields[size], controls, scale)
    assert (view.latents - z).abs().max() < 1e-9
    for side in flow.scales:
        assert (view.coarse[side] - fields[side]).abs().max() < 1e-9


@BOTH
@pytest.mark.parametrize("size", [2, 4, 8])
def test_log_prob_matches_the_brute_force_jacobian(size: int, disentanglers: bool) -> None:
    flow, z = random_flow(size, disentanglers), latents(size, 2)
    controls, scale = conditions(2)
    rows = flow.generate(z, controls, scale)[size]
    log_prob = flow.log_prob(rows, controls, scale)
    for sample in range(2):
        column = slice(sample, sample + 1)

        def field(one: Tensor, column: slice = column) -> Tensor:
            return flow.generate(one[:, None], controls[:, column], scale[column])[size][:, 0]

        jacobian = torch.autograd.functional.jacobian(field, z[:, sample])
        log_det = torch.linalg.slogdet(jacobian)[1]
        normal = -0.5 * (z[:, sample] ** 2).sum() - 0.5 * size**2 * math.log(2 * math.pi)
        assert abs((log_prob[sample] - normal + log_det).item()) < 1e-9


@BOTH
@pytest.mark.parametrize("precision", [torch.float32, torch.float64])
def test_flipping_the_latents_flips_the_field_exactly(
    disentanglers: bool, precision: torch.dtype
) -> None:
    flow, z = random_flow(8, disentanglers).to(precision), latents(8, 32).to(precision)
    controls, scale = (t.to(precision) for t in conditions(32))
    up, down = flow.generate(z, controls, scale), flow.generate(-z, controls, scale)
    for side in flow.scales:
        assert torch.equal(up[side], -down[side])
    assert torch.equal(
        flow.log_prob(up[8], controls, scale), flow.log_prob(down[8], controls, scale)
    )


def test_density_at_side_two_is_normalised() -> None:
    flow = random_flow(2, disentanglers=False, spread=0.03)
    controls, scale = conditions(1)
    # The trapezoidal rule converges exponentially; what is left is mass beyond the rim.
    grid = torch.linspace(-9.2, 9.2, 41, dtype=T)
    plane = torch.cartesian_prod(grid, grid)
    total = 0.0
    with torch.no_grad():
        for a, b in itertools.product(grid, grid):
            rows = torch.cat((torch.stack((a, b)).expand(len(plane), 2), plane), 1).T
            total += float(torch.exp(flow.log_prob(rows, controls, scale)).sum())
    assert abs(total * float(grid[1] - grid[0]) ** 4 - 1.0) < 1e-3


@BOTH
def test_parameter_gradients_match_finite_differences(disentanglers: bool) -> None:
    flow, z = random_flow(4, disentanglers), latents(4, 3)
    controls, scale = conditions(3)
    readout = latents(4, 3, seed=11)

    def value() -> Tensor:
        rows = flow.generate(z, controls, scale)[4]
        return (rows * readout).sum() + flow.log_prob(rows, controls, scale).sum()

    flow.zero_grad()
    value().backward()
    generator = torch.Generator().manual_seed(0)
    for name, parameter in flow.named_parameters():
        direction = torch.randn(parameter.shape, generator=generator, dtype=T)
        assert parameter.grad is not None, name
        slope = (parameter.grad * direction).sum().item()
        with torch.no_grad():
            step = 3e-7  # the flow is strongly curved in its parameters
            parameter += step * direction
            above = float(value())
            parameter -= 2 * step * direction
            below = float(value())
            parameter += step * direction
        assert slope == pytest.approx((above - below) / (2 * step), rel=1e-5, abs=1e-5), name


def test_both_signs_of_the_magnetization_are_sampled() -> None:
    n = 2000
    flow, z = random_flow(8, False), latents(8, n)
    controls, scale = conditions(1)
    with torch.no_grad():
        up = (flow.generate(z, controls, scale)[8].mean(0) > 0).sum()
    # Binomial: 4 standard errors.
    assert abs(float(up) - n / 2) < 4 * math.sqrt(n) / 2


def test_common_controls_equal_repeated_controls() -> None:
    flow, z = random_flow(4, True), latents(4, 5)
    controls, scale = conditions(1)
    common = flow.generate(z, controls, scale)[4]
    repeated = flow.generate(z, controls.expand(2, 5), scale.expand(5))[4]
    assert torch.allclose(common, repeated, atol=1e-12, rtol=0)


def test_gather_and_its_adjoint_match_plain_indexing() -> None:
    stage = octave_stages(8, 3)[3]
    gather = NeighbourGather(stage.neighbours, stage.start)
    rows = torch.randn(2, stage.start, 3, dtype=T, requires_grad=True)
    seen = gather(rows)
    index = torch.as_tensor(stage.neighbours.ravel())
    plain = rows[:, index].reshape(seen.shape)
    assert torch.equal(seen, plain)
    weights = torch.randn_like(seen)
    (fast,) = torch.autograd.grad((seen * weights).sum(), rows)
    (slow,) = torch.autograd.grad((plain * weights).sum(), rows)
    assert torch.allclose(fast, slow, atol=1e-12, rtol=0)


def test_growing_keeps_the_coarsest_and_repeats_the_finest_octave() -> None:
    small = random_flow(8, False)
    large = grow(small)
    assert large.shape.size == 16
    pairs = [(0, 0), (1, 1), (2, 1), (3, 2)]
    for new, old in pairs:
        for a, b in zip(
            large.octaves[new].parameters(), small.octaves[old].parameters(), strict=True
        ):
            assert torch.equal(a, b)
    z = latents(16, 4)
    controls, scale = conditions(4)
    fields = large.generate(z, controls, scale)
    assert (large.encode(fields[16], controls, scale).latents - z).abs().max() < 1e-9


def test_a_refined_flow_starts_as_the_one_before() -> None:
    one = random_flow(8, False)
    two = refined(one, 1, 4)
    assert [len(octave.decimator.stages) for octave in two.octaves] == [3, 12, 12]
    z, (controls, scale) = latents(8, 4), conditions(4)
    view, again = (flow.decode(z, controls, scale) for flow in (one, two))
    assert (view.coarse[8] - again.coarse[8]).abs().max() < 1e-9
    assert (view.log_prob - again.log_prob).abs().max() < 1e-9
    four = refined(two, 2, 4)
    assert [octave.decimator.pairs for octave in four.octaves] == [2, 2, 1]
    for old, new in zip(two.octaves, four.octaves, strict=True):
        embedding, pairs = old.embed(controls), new.decimator.pairs
        for a, b in zip(old.decimator.stages, new.decimator.stages, strict=True):
            inputs = torch.randn(a.conditioner.input_weight.shape[1], 4 * a.count, dtype=T)
            odd, even = a.conditioner(inputs, embedding, a.count)
            odds, evens = b.conditioner(inputs, embedding, b.count)
            assert torch.allclose(odds, odd.repeat(pairs, 1, 1), rtol=0, atol=1e-12)
            weights = torch.zeros(pairs - 1, *even.shape[1:], dtype=T)
            repeated = torch.cat((even.repeat(pairs, 1, 1), weights))
            assert torch.allclose(evens, repeated, rtol=0, atol=1e-12)
    with pytest.raises(ValueError, match="cannot be refined"):
        refined(four, 3, 4)
    grown = grow(four)
    assert [octave.decimator.pairs for octave in grown.octaves] == [2, 2, 2, 1]
    fields = grown.generate(latents(16, 4), controls, scale)
    assert (grown.encode(fields[16], controls, scale).latents - latents(16, 4)).abs().max() < 1e-9


def test_coarse_fields_are_block_means_before_training() -> None:
    torch.manual_seed(0)
    shape = Architecture(size=8, n_controls=2, width=8, disentanglers=True)
    flow = HierarchicalFlow(shape).to(T)
    controls, scale = conditions(3)
    view = flow.encode(latents(8, 3), controls, scale)
    for side in (8, 4, 2):
        fine, coarse = (raster_field(view.coarse[m], m) for m in (side, side // 2))
        means = fine.unfold(1, 2, 2).unfold(2, 2, 2).mean((-1, -2))
        assert (means - coarse).abs().max() < 1e-12


@BOTH
def test_a_shared_network_is_the_same_on_every_scale(disentanglers: bool) -> None:
    torch.manual_seed(0)
    shape = Architecture(size=8, n_controls=2, width=8, disentanglers=disentanglers, shared=True)
    small = HierarchicalFlow(shape).to(T)
    large = grow(grow(small))
    assert large.shape.size == 32
    assert large.weights().keys() == small.weights().keys()
    controls, scale = conditions(4)
    z = latents(32, 4)
    view = large.encode(large.generate(z, controls, scale)[32], controls, scale)
    assert (view.latents - z).abs().max() < 1e-9
    # Two octaves of equal depth below the finest lattice say the same of a coarse field.
    seen = small.octave(4).embed(controls), large.octave(16).embed(controls)
    assert torch.equal(*seen)
