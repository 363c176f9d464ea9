"""Flows with parameters at random, so that nothing vanishes but what their shape forbids."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from nrg_app.flows.architecture import Architecture
from nrg_app.flows.card import ModelCard
from nrg_app.flows.geometry import generation_order
from nrg_app.flows.hierarchy import HierarchicalFlow
from nrg_app.flows.neural_rg import NeuralRG

TEMPERATURE = 2.3

# Shapes that differ in all that decides a cone.
SHAPES: dict[str, dict[str, Any]] = {
    "plain": {"size": 8, "radius": 1},
    "four colours, two pairs": {"size": 8, "radius": 2, "colours": 4, "pairs": 2},
    "disentanglers": {"size": 16, "radius": 1, "disentanglers": True},
    "shared, all": {
        "size": 16,
        "radius": 1,
        "shared": True,
        "disentanglers": True,
        "pairs": 2,
        "colours": 4,
    },
}


def generic_flow(**shape: Any) -> NeuralRG:
    """A flow in float64 with random parameters."""
    architecture = Architecture(width=4, **shape)
    with torch.random.fork_rng():
        torch.manual_seed(0)
        flow = HierarchicalFlow(architecture).requires_grad_(False).to(torch.float64)
        for parameter in flow.parameters():
            parameter.add_(0.05 * torch.randn_like(parameter))
    card = ModelCard(name="generic", architecture=architecture, program_version="test")
    return NeuralRG(flow, card)


def generic_latents(model: NeuralRG, n: int = 1) -> Tensor:
    """Latents ``(n, L^2)`` of some samples."""
    generator = torch.Generator().manual_seed(1)
    return torch.randn(n, model.size**2, generator=generator, dtype=torch.float64)


def sites_of(values: Any, size: int) -> Any:
    """The sites of lattices ``(..., L, L)`` in generation order, ``(..., L^2)``."""
    order = generation_order(size)
    return values[..., order[:, 0], order[:, 1]]


def written(model: NeuralRG, latents: Tensor, chosen: list[int]) -> Tensor:
    """Some rows of ``dx / dz`` by automatic differentiation, ``(chosen, L^2)``."""
    t = torch.tensor([TEMPERATURE], dtype=torch.float64)
    scale = model.target.field_scale(t)
    z = latents[0].clone().requires_grad_()
    x = scale * model.flow.decode(z[:, None], model.target.controls(t), scale).coarse[model.size]
    rows = [torch.autograd.grad(x[site, 0], (z,), retain_graph=True)[0] for site in chosen]
    return torch.stack(rows)


def read(model: NeuralRG, field: Tensor, chosen: list[int]) -> Tensor:
    """Some rows of ``dz / dx`` by automatic differentiation, ``(chosen, L^2)``."""
    t = torch.tensor([TEMPERATURE], dtype=torch.float64)
    scale = model.target.field_scale(t)
    x = sites_of(field, model.size).clone().requires_grad_()
    z = model.flow.encode(x[:, None] / scale, model.target.controls(t), scale).latents
    rows = [torch.autograd.grad(z[latent, 0], (x,), retain_graph=True)[0] for latent in chosen]
    return torch.stack(rows)
