"""The elementary bijection: the quantile function of a mixture of Gaussians.

In the continuous dual of the Ising model one site given all others is *exactly* a mixture of
two Gaussians, so a site is generated as ``x = F^-1(Phi(z))``, with ``F`` the distribution
function of a mixture whose parameters a small network reads off the neighbouring sites, and
read back as ``z = Phi^-1(F(x))``.

All functions take the mixture as three tensors with a leading component axis: ``logits``,
``means`` and ``log_stds`` of shape ``(components, *shape)`` (or broadcastable to it), and ``z``
or ``x`` of shape ``shape``.
"""

from __future__ import annotations

import math
from typing import Any

import torch
from torch import Tensor

from nrg_app.flows.quantile import solve_quantile

_SQRT_HALF = math.sqrt(0.5)
_LOG_SQRT_2PI = 0.5 * math.log(2.0 * math.pi)
LOG_STD_RANGE = (-4.0, 3.0)


def paired_modes(odd: Tensor, even: Tensor, mode: float) -> tuple[Tensor, Tensor, Tensor]:
    """The mixture of a site from what a conditioner says of it.

    The components come in pairs, an upper and a lower mode, which change places under the mirror
    symmetry.  Given all other sites one pair is exact; the marginal over sites that are not yet
    known is a mixture of more Gaussians.

    Args:
        odd: Of every pair half the log-odds of its modes, their centre and the odd part of their
            log-widths, ``(3 pairs, *shape)``.
        even: Of every pair the logarithmic change of the distance and the even part of the
            log-widths, then the log-weight of every pair but the first, ``(3 pairs - 1, *shape)``.
        mode: Distance of the modes from their centre where the conditioner says nothing.

    Returns:
        Logits, means and log-widths, each ``(2 pairs, *shape)``.
    """
    pairs = len(odd) // 3
    weight, centre, skew = odd.view(pairs, 3, *odd.shape[1:]).unbind(1)
    change, width = even[: 2 * pairs].view(pairs, 2, *even.shape[1:]).unbind(1)
    # Bounded so that no step of the optimiser can overflow the exponentials.
    distances = torch.tensor(pair_distances(pairs, mode)).to(odd)
    spread = distances.view(-1, *[1] * (odd.dim() - 1)) * torch.exp(3.0 * torch.tanh(change / 3.0))
    upper, lower = weight, -weight
    if pairs > 1:
        of_pair = torch.cat((torch.zeros_like(even[:1]), even[2 * pairs :]))
        upper, lower = of_pair + upper, of_pair + lower
    logits = torch.cat((upper, lower))
    means = torch.cat((centre + spread, centre - spread))
    log_stds = torch.cat((width + skew, width - skew)).clamp(*LOG_STD_RANGE)
    return logits, means, log_stds


def pair_distances(pairs: int, mode: float) -> tuple[float, ...]:
    """Distances of the modes of each pair from their centre before training, around ``mode``."""
    return tuple(mode * (1.0 + 0.15 * (pairs - 1 - 2 * k)) for k in range(pairs))


def mixture_log_density(x: Tensor, logits: Tensor, means: Tensor, log_stds: Tensor) -> Tensor:
    """``ln f(x)`` of the mixture density, in nats, shape of ``x``."""
    u = (x - means) * torch.exp(-log_stds)
    log_weights = torch.log_softmax(logits, 0)
    return torch.logsumexp(log_weights - log_stds - 0.5 * u * u, 0) - _LOG_SQRT_2PI


def mixture_latent(x: Tensor, logits: Tensor, means: Tensor, log_stds: Tensor) -> Tensor:
    """``z = Phi^-1(F(x))``, evaluated in the smaller tail so that no digit is lost there."""
    u = (x - means) * torch.exp(-log_stds)
    weights = torch.softmax(logits, 0)
    lower = (weights * torch.special.erfc(-u * _SQRT_HALF)).sum(0) * 0.5
    upper = (weights * torch.special.erfc(u * _SQRT_HALF)).sum(0) * 0.5
    tiny = torch.finfo(x.dtype).tiny
    tail = torch.special.ndtri(torch.minimum(lower, upper).clamp_min(tiny))
    return torch.where(lower < upper, tail, -tail)


def mixture_quantile(z: Tensor, logits: Tensor, means: Tensor, log_stds: Tensor) -> Tensor:
    """``x = F^-1(Phi(z))``, differentiable in all arguments (implicit function theorem)."""
    x: Tensor = _Quantile.apply(z, logits, means, log_stds)  # type: ignore[no-untyped-call]
    return x


class _Quantile(torch.autograd.Function):
    """Solves ``F(x) = Phi(z)`` forward; ``dx = (phi(z) dz - dF) / f(x)`` backward."""

    @staticmethod
    def forward(ctx: Any, z: Tensor, logits: Tensor, means: Tensor, log_stds: Tensor) -> Tensor:
        weights = torch.softmax(logits, 0)
        x = solve_quantile(z, weights, means, log_stds)
        ctx.save_for_backward(x, z, weights, means, log_stds)
        ctx.shapes = (logits.shape, means.shape, log_stds.shape)
        return x

    @staticmethod
    def backward(ctx: Any, grad: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        x, z, weights, means, log_stds = ctx.saved_tensors
        offset = x - means
        u = offset * torch.exp(-log_stds)
        log_parts = torch.log(weights) - log_stds - 0.5 * u * u
        log_total = torch.logsumexp(log_parts, 0)
        per_density = grad * torch.exp(-log_total) * math.sqrt(2.0 * math.pi)
        # F in the smaller tail: the mirrored survival has the opposite sign of dF.
        sign = torch.where(z < 0, -1.0, 1.0).to(x.dtype)
        survival = 0.5 * torch.special.erfc(sign * u * _SQRT_HALF)
        mean_survival = (weights * survival).sum(0)
        grad_logits = weights * (survival - mean_survival) * (sign * per_density)
        grad_means = torch.exp(log_parts - log_total) * grad
        grad_log_stds = grad_means * offset
        grad_z = grad * torch.exp(-0.5 * z * z - log_total)
        shapes = ctx.shapes
        return (
            grad_z,
            grad_logits.sum_to_size(shapes[0]),
            grad_means.sum_to_size(shapes[1]),
            grad_log_stds.sum_to_size(shapes[2]),
        )
