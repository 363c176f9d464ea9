"""The compiled path without gradients against the differentiable one in double precision."""

import copy

import pytest
import torch
from torch import Tensor

from nrg_app.flows.architecture import Architecture
from nrg_app.flows.compiled import density_of_sites, generate_sites, solve_again
from nrg_app.flows.hierarchy import HierarchicalFlow
from nrg_app.flows.inference import is_foldable
from nrg_app.flows.mixture import (
    mixture_log_density,
    mixture_quantile,
    pair_distances,
    paired_modes,
)

BOTH = pytest.mark.parametrize("disentanglers", [False, True])
PAIRS = pytest.mark.parametrize("pairs", [1, 2, 3])
SIZE, BATCH, MODE = 8, 37, 2.2


def make_flow(disentanglers: bool) -> HierarchicalFlow:
    torch.manual_seed(0)
    shape = Architecture(size=SIZE, n_controls=2, width=8, disentanglers=disentanglers, pairs=2)
    flow = HierarchicalFlow(shape).requires_grad_(False)
    for parameter in flow.parameters():
        parameter += 0.05 * torch.randn_like(parameter)
    return flow


def conditions() -> tuple[Tensor, Tensor]:
    return torch.tensor([[0.3], [-0.7]]), torch.tensor([1.8])


def latents(seed: int = 1) -> Tensor:
    return torch.randn(SIZE**2, BATCH, generator=torch.Generator().manual_seed(seed))


def site_outputs(n: int, pairs: int) -> tuple[Tensor, Tensor]:
    """Latents and outputs of a conditioner over more than the range that trained ones have."""
    generator = torch.Generator().manual_seed(3)
    spread = torch.tensor([*[3.0, 2.0, 0.3] * pairs, *[0.5, 0.5] * pairs, *[1.0] * (pairs - 1)])
    read = torch.randn(len(spread), n, generator=generator) * spread[:, None]
    return torch.randn(n, generator=generator) * 1.5, read


def mixture_of(read: Tensor, pairs: int) -> tuple[Tensor, Tensor, Tensor]:
    return paired_modes(read[: 3 * pairs].double(), read[3 * pairs :].double(), MODE)


@BOTH
def test_fields_and_densities_agree_with_double_precision(disentanglers: bool) -> None:
    flow, z = make_flow(disentanglers), latents()
    controls, scale = conditions()
    with torch.inference_mode():
        assert is_foldable(z, controls, scale)
        view = flow.decode(z, controls, scale)
        log_prob = flow.log_prob(view.coarse[SIZE], controls, scale)
    double = flow.to(torch.float64)
    exact = double.decode(z.double(), controls.double(), scale.double())
    for side in flow.scales:
        # Before training block means are independent, so that fields grow with every octave.
        largest = exact.coarse[side].abs().max().clamp(min=10.0)
        assert (view.coarse[side] - exact.coarse[side]).abs().max() < 1e-4 * largest
    at_same_field = double.log_prob(view.coarse[SIZE].double(), controls.double(), scale.double())
    # The differentiable path errs by 2e-3 too in single precision: random weights are rough.
    assert (view.log_prob - at_same_field).abs().max() < 1e-2
    assert (log_prob - at_same_field).abs().max() < 1e-2
    assert (exact.log_prob - double.log_prob(exact.coarse[SIZE], controls.double(),
                                             scale.double())).abs().max() < 1e-9  # fmt: skip


@BOTH
def test_flipping_the_latents_flips_everything_exactly(disentanglers: bool) -> None:
    flow, z = make_flow(disentanglers), latents()
    with torch.inference_mode():
        up, down = (flow.decode(sign * z, *conditions()) for sign in (1, -1))
        for side in flow.scales:
            assert torch.equal(up.coarse[side], -down.coarse[side])
        assert torch.equal(up.log_prob, down.log_prob)
        densities = [flow.log_prob(sign * up.coarse[SIZE], *conditions()) for sign in (1, -1)]
        assert torch.equal(*densities)


def test_parameters_that_changed_are_seen() -> None:
    flow, z = make_flow(False), latents()
    with torch.no_grad():
        before = flow.generate(z, *conditions())[SIZE]
        for parameter in flow.parameters():
            parameter *= 1.1
        after = flow.generate(z, *conditions())[SIZE]
    assert (before - after).abs().max() > 1e-2


@PAIRS
def test_sites_solve_the_quantile_equation(pairs: int) -> None:
    z, read = site_outputs(20_001, pairs)
    x, density, wrong = (torch.empty_like(z) for _ in range(3))
    modes = pair_distances(pairs, MODE)
    count = generate_sites(
        z.numpy(), read.numpy(), modes, x.numpy(), density.numpy(), wrong.numpy()
    )
    right = wrong == 0
    assert count == float(wrong.sum())
    assert right.double().mean() > (0.98 if pairs == 1 else 0.9)
    mixture = mixture_of(read, pairs)
    exact = mixture_quantile(z.double(), *mixture)
    # Rounding of Phi(z), 6e-8, over the density: large only between distant modes.
    slope = torch.exp(mixture_log_density(exact, *mixture))
    allowed = 1e-5 * (1.0 + exact.abs()) + 1e-6 / slope
    assert ((x - exact).abs() < allowed)[right].all()
    expected = mixture_log_density(x.double(), *mixture)
    assert (density - expected).abs()[right].max() < 1e-3
    again = torch.empty_like(z)
    density_of_sites(x.numpy(), read.numpy(), modes, again.numpy())
    assert (again - expected).abs().max() < 1e-3


@PAIRS
def test_wrong_sites_are_solved_again_and_the_others_are_left_alone(pairs: int) -> None:
    z, read = site_outputs(2_000, pairs)
    x, density, wrong = (torch.empty_like(z) for _ in range(3))
    arrays = [tensor.numpy() for tensor in (z, read)]
    modes = pair_distances(pairs, MODE)
    generate_sites(*arrays, modes, x.numpy(), density.numpy(), wrong.numpy())
    wrong[::3] = 1.0
    solved = wrong == 1.0
    x[solved], density[solved] = float("nan"), float("nan")
    left = x[~solved].clone()
    solve_again(*arrays, modes, x.numpy(), density.numpy(), wrong.numpy())
    assert torch.equal(x[~solved], left)
    mixture = mixture_of(read, pairs)
    exact = mixture_quantile(z.double(), *mixture)
    slope = torch.exp(mixture_log_density(exact, *mixture))
    # Two roundings of x to single precision, and the last step over the density.
    assert ((x - exact).abs() < 3e-7 * (1.0 + exact.abs()) + 1e-7 / slope)[solved].all()
    expected = mixture_log_density(x.double(), *mixture)
    assert (density - expected).abs()[solved].max() < 1e-4


@pytest.mark.parametrize("batch", [1, 3, 64, 100])
def test_a_sample_does_not_depend_on_its_batch(batch: int) -> None:
    flow, z = make_flow(False), latents()
    z = torch.cat((z, z, z), 1)[:, :batch].contiguous()
    with torch.inference_mode():
        together = flow.decode(z, *conditions())
        alone = flow.decode(z[:, -1:].contiguous(), *conditions())
    assert torch.equal(together.coarse[SIZE][:, -1:], alone.coarse[SIZE])
    assert torch.equal(together.log_prob[-1:], alone.log_prob)


def test_a_copy_does_not_use_what_the_original_has_folded() -> None:
    flow, z = make_flow(False), latents()
    with torch.no_grad():
        before = flow.generate(z, *conditions())[SIZE]
        other = copy.deepcopy(flow)
        for parameter in other.parameters():
            parameter *= 1.1
        assert torch.equal(flow.generate(z, *conditions())[SIZE], before)
        assert (other.generate(z, *conditions())[SIZE] - before).abs().max() > 1e-2


def test_other_conditions_are_seen() -> None:
    flow, z = make_flow(False), latents()
    controls, scale = conditions()
    with torch.inference_mode():
        first = flow.decode(z, controls, scale).coarse[SIZE]
        assert (flow.decode(z, controls + 0.1, scale).coarse[SIZE] - first).abs().max() > 1e-3
        assert torch.equal(flow.decode(z, controls, scale).coarse[SIZE], first)
