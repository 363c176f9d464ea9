"""The compiled path without gradients against the differentiable one in double precision."""

from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

from nrg_app.flows import inference
from nrg_app.flows.compiled import density_of_sites, generate_sites
from nrg_app.flows.hierarchy import Architecture, HierarchicalFlow
from nrg_app.flows.inference import is_foldable
from nrg_app.flows.mixture import mixture_log_density, mixture_quantile, two_modes

BOTH = pytest.mark.parametrize("disentanglers", [False, True])
SIZE, BATCH, MODE = 8, 37, 2.2


def make_flow(disentanglers: bool) -> HierarchicalFlow:
    torch.manual_seed(0)
    shape = Architecture(size=SIZE, n_controls=2, width=8, disentanglers=disentanglers)
    flow = HierarchicalFlow(shape).requires_grad_(False)
    for parameter in flow.parameters():
        parameter += 0.05 * torch.randn_like(parameter)
    return flow


def conditions() -> tuple[Tensor, Tensor]:
    return torch.tensor([[0.3], [-0.7]]), torch.tensor([1.8])


def latents(seed: int = 1) -> Tensor:
    return torch.randn(SIZE**2, BATCH, generator=torch.Generator().manual_seed(seed))


def site_outputs(n: int) -> tuple[Tensor, Tensor]:
    """Latents and outputs of a conditioner over more than the range that trained ones have."""
    generator = torch.Generator().manual_seed(3)
    spread = torch.tensor([[3.0], [2.0], [0.3], [0.5], [0.5]])
    read = torch.randn(5, n, generator=generator) * spread
    return torch.randn(n, generator=generator) * 1.5, read


@pytest.fixture
def _short_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    # A stage of 8 sites is then visited in three blocks, the last one shorter.
    monkeypatch.setattr(inference, "_BLOCK_COLUMNS", 3 * BATCH)


@BOTH
@pytest.mark.usefixtures("_short_blocks")
def test_fields_and_densities_agree_with_double_precision(disentanglers: bool) -> None:
    flow, z = make_flow(disentanglers), latents()
    controls, scale = conditions()
    with torch.inference_mode():
        assert is_foldable(z, controls)
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
@pytest.mark.usefixtures("_short_blocks")
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


def test_sites_solve_the_quantile_equation() -> None:
    z, read = site_outputs(20_001)
    x, density, wrong = (torch.empty_like(z) for _ in range(3))
    count = generate_sites(z.numpy(), read.numpy(), MODE, x.numpy(), density.numpy(), wrong.numpy())
    right = wrong == 0
    assert count == float(wrong.sum())
    assert right.double().mean() > 0.98
    mixture = two_modes(read[:3].double(), read[3:].double(), MODE)
    exact = mixture_quantile(z.double(), *mixture)
    # Rounding of Phi(z), 6e-8, over the density: large only between distant modes.
    slope = torch.exp(mixture_log_density(exact, *mixture))
    allowed = 1e-5 * (1.0 + exact.abs()) + 1e-6 / slope
    assert ((x - exact).abs() < allowed)[right].all()
    expected = mixture_log_density(x.double(), *mixture)
    assert (density - expected).abs()[right].max() < 1e-3
    again = torch.empty_like(z)
    density_of_sites(x.numpy(), read.numpy(), MODE, again.numpy())
    assert (again - expected).abs().max() < 1e-3


def test_sites_that_have_not_converged_are_solved_again(monkeypatch: pytest.MonkeyPatch) -> None:
    flow, z = make_flow(False), latents()

    def hopeless(*arguments: Any) -> float:
        generate_sites(*arguments)
        *_, x, density, wrong = arguments
        x[::3], density[::3], wrong[::3] = np.nan, np.nan, 1.0
        return float(wrong.sum())

    with torch.inference_mode():
        expected = flow.decode(z, *conditions())
        monkeypatch.setattr(inference, "generate_sites", hopeless)
        found = flow.decode(z, *conditions())
    assert (found.coarse[SIZE] - expected.coarse[SIZE]).abs().max() < 1e-3
    assert (found.log_prob - expected.log_prob).abs().max() < 1e-3
