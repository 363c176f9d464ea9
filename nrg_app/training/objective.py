"""The variational free energy and its path gradient.

``E_q[ln q + U] + ln Z >= 0`` is the Kullback-Leibler divergence of the flow from the target; per
site it is the free-energy gap.  Its gradient is taken along the sampling path only (Roeder, Wu and
Duvenaud 2017): the explicit dependence of ``ln q`` on the parameters has mean zero and is dropped,
so that the gradient noise vanishes as the flow becomes exact.

Alone, this objective is blind to configurations that the flow almost never proposes.  The forward
divergence ``E_p[ln p - ln q]`` sees them, and its path gradient is that of every sample times its
importance weight ``p / q`` (Tucker et al. 2018; Vaitl et al. 2022), so that a share of it can be
mixed in without any data.

Both leave rare proposals that are too frequent by a few powers of e nearly unpunished, although
these spoil the raw averages: a handful of disordered samples below ``Tc`` adds percents to the
specific heat.  Half the reversed chi-squared divergence, ``(E_q[q / p] - 1) / 2``, punishes exactly
them, and its path gradient is that of every sample times ``q / p``.

The coarse octaves decide what the whole lattice does, but few of a sample's nats are theirs, and
the noise of all others covers them.  Where they are trained alone, the gradient is taken in its
other form, by their score: no derivative passes through the sampler, which then is ten times
faster.  All divergences have the form ``E_q[f(p / q)]``, and the weight that each gives to the
score of a sample vanishes where the flow is exact, and with it the noise.  The same form holds raw
averages at those of the target (:mod:`nrg_app.training.moment_matching`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from nrg_app.flows.geometry import generation_order
from nrg_app.flows.hierarchy import HierarchicalFlow
from nrg_app.flows.neural_rg import raster_field
from nrg_app.physics import exact
from nrg_app.physics.target import Target
from nrg_app.training.distributed import Generate, Team
from nrg_app.training.moment_matching import features_of, pull_of_moments

# Bounds the steps that one sample of large weight can cause.
_LARGEST_WEIGHT = 10.0


@dataclass(frozen=True)
class StepGaps:
    """What one batch says about the flow.

    Attributes:
        temperatures: ``(batch,)``.
        gaps: ``(ln q + U + ln Z) / N`` of every sample, ``(batch,)``, in nats; their mean at one
            temperature is the free-energy gap.
    """

    temperatures: Tensor
    gaps: Tensor


def draw_temperatures(n: int, low: float, high: float, generator: torch.Generator) -> Tensor:
    """Training temperatures ``(n,)``: two thirds uniform, one third normal around ``Tc``."""
    uniform = low + (high - low) * torch.rand(n, generator=generator)
    near = exact.CRITICAL_TEMPERATURE + 0.25 * torch.randn(n, generator=generator)
    critical = torch.rand(n, generator=generator) < 1.0 / 3.0
    return torch.where(critical, near, uniform).clamp(low, high)


def path_gradient_step(
    flow: HierarchicalFlow,
    target: Target,
    temperatures: Tensor,
    latents: Tensor,
    forward: float = 0.0,
    overshoot: float = 0.0,
    generate: Generate | None = None,
    weight: float = 1.0,
) -> StepGaps:
    """Adds the path gradient of the mean gap per site to the gradients of the parameters.

    Args:
        flow: The flow; gradients accumulate in its parameters.
        target: What it learns.
        temperatures: ``(batch,)``.
        latents: ``(L^2, batch)``.
        forward: Share of the forward divergence, 0 to 1.
        overshoot: Share of half the reversed chi-squared divergence, 0 to 1 - ``forward``.
        generate: ``flow.generate`` of a team of processes, whose gradients it averages.
        weight: Factor on the gradient, for a batch that is part of a larger one.
    """
    generate = generate or flow.generate
    n_sites, batch = latents.shape
    size = target.size
    controls, scale = target.controls(temperatures), target.field_scale(temperatures)
    rows = generate(latents, controls, scale)[size]
    leaf = rows.detach().requires_grad_()
    log_q = flow.log_prob(leaf, controls, scale)
    (score,) = torch.autograd.grad(log_q.sum(), leaf)
    with torch.no_grad():
        field = raster_field(leaf * scale, size)
        order = torch.as_tensor(generation_order(size), device=field.device)
        force = target.force(field, temperatures)[:, order[:, 0], order[:, 1]].T * scale
        gaps = _gaps(target, field, log_q, temperatures)
        weights = torch.exp(-n_sites * gaps).clamp(max=_LARGEST_WEIGHT).to(score)
        inverse = torch.exp(n_sites * gaps).clamp(max=_LARGEST_WEIGHT).to(score)
        shares = 1.0 + forward * (weights - 1.0) + overshoot * (inverse - 1.0)
        shares *= weight / (n_sites * batch)
    rows.backward((score + force) * shares)
    return StepGaps(temperatures, gaps)


def score_gradient_step(
    flow: HierarchicalFlow,
    target: Target,
    temperatures: Tensor,
    latents: Tensor,
    coarse: int,
    forward: float = 0.0,
    overshoot: float = 0.0,
    moments: float = 0.0,
    team: Team | None = None,
) -> StepGaps:
    """Adds the gradient of the mean gap to those of the parameters of the coarse octaves.

    It is the gradient of :func:`path_gradient_step` in its other form (Williams 1992, with the
    exact ``ln Z`` as the baseline), times the number of sites.

    Args:
        flow: The flow; gradients accumulate in the parameters of its coarse octaves.
        target: What it learns.
        temperatures: ``(batch,)``; samples of one temperature that follow each other are drawn
            together, and moments are matched among them.
        latents: ``(L^2, batch)``.
        coarse: Side of the lattice up to which octaves are trained.
        forward: Share of the forward divergence, 0 to 1.
        overshoot: Share of half the reversed chi-squared divergence, 0 to 1 - ``forward``.
        moments: Factor on the penalty of :mod:`nrg_app.training.moment_matching`, which is added.
        team: The processes that call this together, each with the whole batch, of which each takes
            its part; they end with the same gradients and the gaps of all.
    """
    team = team or Team()
    batch = len(temperatures)
    part = team.part(batch)
    own_temperatures = temperatures[part]
    rows, figures = [], []
    with torch.no_grad():
        for same, z in _of_one_temperature(own_temperatures, latents[:, part].T):
            one = same[:1]
            scale = target.field_scale(one)
            drawn = flow.decode(z.T, target.controls(one), scale)
            rows.append(drawn.coarse[coarse])
            field = raster_field(drawn.coarse[target.size] * scale, target.size)
            gaps = _gaps(target, field, drawn.log_prob, one)[:, None]
            figures.append(torch.cat((gaps, features_of(field)), 1) if moments else gaps)
        all_figures = team.join(torch.cat(figures), batch)
    gaps, features = all_figures[:, 0].contiguous(), all_figures[:, 1:]
    log_weights = -(target.size**2) * gaps
    weights = torch.exp(log_weights).clamp(max=_LARGEST_WEIGHT)
    inverse = torch.exp(-log_weights).clamp(max=_LARGEST_WEIGHT)
    worth = (
        forward * (weights - 1.0)
        - overshoot * (inverse - 1.0)
        + (1.0 - forward - overshoot) * log_weights
    )
    if moments:
        of_one = _of_one_temperature(temperatures, torch.column_stack((weights, features)))
        worth -= moments * torch.cat([pull_of_moments(f[:, 1:], f[:, 0]) for _, f in of_one])
    log_q = flow.log_prob(
        torch.cat(rows, 1), target.controls(own_temperatures), target.field_scale(own_temperatures)
    )
    (-log_q @ worth[part].to(log_q) * (team.size / batch)).backward()
    team.average(flow)
    return StepGaps(temperatures, gaps)


def _of_one_temperature(temperatures: Tensor, values: Tensor) -> list[tuple[Tensor, Tensor]]:
    """Temperatures and ``values`` of the runs of samples that share a temperature."""
    _, counts = torch.unique_consecutive(temperatures, return_counts=True)
    sizes = counts.tolist()
    return list(zip(temperatures.split(sizes), values.split(sizes), strict=True))


def _gaps(target: Target, field: Tensor, log_q: Tensor, temperatures: Tensor) -> Tensor:
    """Gap per site of fields ``(batch, L, L)``: ``(batch,)``; ``log_q`` as a flow says it."""
    n_sites, scale = target.size**2, target.field_scale(temperatures)
    log_z = torch.as_tensor(
        target.log_partition(temperatures.double().cpu().numpy()), device=field.device
    )
    energy = target.energy(field, temperatures).double()
    gaps: Tensor = (log_q.double() - n_sites * torch.log(scale.double()) + energy + log_z) / n_sites
    return gaps


def mean_gaps(step: StepGaps) -> Tensor:
    """Mean gap of the samples of each temperature of a batch, ``(n,)``.

    Gaps depend on the temperature, so that samples of one that was drawn are not independent.
    """
    temperatures, which, counts = torch.unique_consecutive(
        step.temperatures, return_inverse=True, return_counts=True
    )
    total = step.gaps.new_zeros(len(temperatures)).index_add_(
        0, which.to(step.gaps.device), step.gaps
    )
    means: Tensor = total / counts.to(total.device)
    return means


def effective_sample_fraction(step: StepGaps, n_sites: int) -> float:
    """Effective sample size of a batch, a fraction, from its weights at all temperatures."""
    log_weights = (-n_sites * step.gaps).cpu().numpy()
    weights = np.exp(log_weights - log_weights.max())
    return float(weights.sum() ** 2 / (len(weights) * (weights**2).sum()))
