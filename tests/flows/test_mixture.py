"""The elementary bijection against quadrature, finite differences and itself."""

import math

import pytest
import torch
from torch import Tensor

from nrg_app.flows.mixture import mixture_latent, mixture_log_density, mixture_quantile
from nrg_app.flows.quantile import solve_quantile, solve_with_tensors


def random_mixtures(n: int, seed: int = 0, components: int = 2) -> tuple[Tensor, Tensor, Tensor]:
    generator = torch.Generator().manual_seed(seed)
    shape = (components, n)
    logits = torch.randn(shape, generator=generator, dtype=torch.float64) * 2
    means = torch.randn(shape, generator=generator, dtype=torch.float64) * 3
    log_stds = torch.randn(shape, generator=generator, dtype=torch.float64) * 0.7
    return logits, means, log_stds


@pytest.mark.parametrize("components", [1, 2, 4])
def test_density_integrates_to_one(components: int) -> None:
    logits, means, log_stds = random_mixtures(20, components=components)
    grid = torch.linspace(-60, 60, 60_001, dtype=torch.float64)
    density = torch.exp(
        mixture_log_density(grid[:, None], logits[:, None], means[:, None], log_stds[:, None])
    )
    total = density.sum(0) * (grid[1] - grid[0])
    assert torch.allclose(total, torch.ones(20, dtype=torch.float64), atol=1e-9, rtol=0)


def test_latent_inverts_quantile_far_into_the_tails() -> None:
    mixture = random_mixtures(4000)
    z = torch.linspace(-6, 6, 4000, dtype=torch.float64)
    x = mixture_quantile(z, *mixture)
    assert (mixture_latent(x, *mixture) - z).abs().max() < 1e-9


def test_quantile_of_one_gaussian_is_affine() -> None:
    z = torch.linspace(-5, 5, 101, dtype=torch.float64)
    one = torch.ones(1, 101, dtype=torch.float64)
    x = mixture_quantile(z, 0 * one, 0.7 * one, math.log(2.0) * one)
    assert torch.allclose(x, 0.7 + 2.0 * z, atol=1e-12, rtol=0)


def test_density_is_the_derivative_of_the_inverse_map() -> None:
    mixture = random_mixtures(500)
    z = torch.linspace(-4, 4, 500, dtype=torch.float64, requires_grad=True)
    x = mixture_quantile(z, *mixture)
    (slope,) = torch.autograd.grad(x.sum(), z)
    log_normal = -0.5 * z**2 - 0.5 * math.log(2 * math.pi)
    expected = log_normal - torch.log(slope)
    assert torch.allclose(mixture_log_density(x, *mixture), expected, atol=1e-9, rtol=0)


def test_gradients_of_the_quantile_match_finite_differences() -> None:
    mixture = [t[:, :12].requires_grad_() for t in random_mixtures(12)]
    z = torch.linspace(-3, 3, 12, dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(mixture_quantile, (z, *mixture), eps=1e-6, atol=1e-6)


def test_compiled_and_tensor_solvers_agree() -> None:
    logits, means, log_stds = random_mixtures(3000, seed=3)
    z = torch.linspace(-5, 5, 3000, dtype=torch.float64)
    weights = torch.softmax(logits, 0)
    compiled = solve_quantile(z, weights, means, log_stds)
    tensors = solve_with_tensors(z, weights, means, torch.exp(log_stds))
    assert (compiled - tensors).abs().max() < 1e-9


def test_narrow_and_distant_modes_converge_in_single_precision() -> None:
    means = torch.tensor([[30.0], [-30.0]]).expand(2, 2001)
    log_stds = torch.full((2, 2001), -4.0)
    logits = torch.tensor([[6.0], [-6.0]]).expand(2, 2001)
    z = torch.linspace(-5, 5, 2001)
    x = mixture_quantile(z, logits, means, log_stds)
    back = mixture_latent(x.double(), logits.double(), means.double(), log_stds.double())
    # A field of 30 in steps of 2e-6 resolves a width of 0.018 to one part in ten thousand.
    assert torch.isfinite(x).all()
    assert (back - z.double()).abs().quantile(0.99) < 1e-3
