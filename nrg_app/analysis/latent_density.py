"""The target seen from the latents of a flow.

A flow maps latents ``z``, standard normal, to fields ``x(z)`` of density ``q``.  Pulled back
along it the target ``exp(-U(x))`` becomes, up to a constant,

    p(z) = N(z) e^{w(z)},    w(z) = -U(x(z)) - ln q(x(z)),

since ``q(x(z)) |det dx/dz| = N(z)`` (Li and Wang, PRL 121, 260601, 2018).  A perfect flow has
constant ``w``.  All Markov chains on latents need only ``w``, its gradient and the fields.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from nrg_app.flows.neural_rg import NeuralRG, raster_field
from nrg_app.physics.lattice import validate_temperature


@dataclass(frozen=True, eq=False)
class LatentState:
    """Points of latent space, one per chain.

    Attributes:
        latents: ``z``, ``(n, L^2)`` in generation order.
        log_weights: ``w(z)``, ``(n,)``, in nats.
        fields: ``x(z)``, ``(n, L, L)``.
    """

    latents: Tensor
    log_weights: Tensor
    fields: Tensor

    def part(self, start: int, count: int) -> LatentState:
        """The ``count`` points from ``start`` on."""
        chosen = slice(start, start + count)
        return LatentState(self.latents[chosen], self.log_weights[chosen], self.fields[chosen])

    def moved(self, accepted: Tensor, proposal: LatentState) -> LatentState:
        """The points of ``proposal`` where ``accepted`` ``(n,)``, and these elsewhere."""
        return LatentState(
            torch.where(accepted[:, None], proposal.latents, self.latents),
            torch.where(accepted, proposal.log_weights, self.log_weights),
            torch.where(accepted[:, None, None], proposal.fields, self.fields),
        )


class LatentDensity:
    """``w(z)`` of a model at one temperature, with and without its gradient.

    Args:
        model: The flow.
        temperature: T in J/k_B.

    Raises:
        NRGError: if the temperature is not a positive number.
    """

    def __init__(self, model: NeuralRG, temperature: float) -> None:
        self._model = model
        self._temperature = validate_temperature(temperature)

    def normal(self, n: int, generator: torch.Generator) -> Tensor:
        """Standard normal numbers ``(n, L^2)``: latents of the flow, or momenta."""
        numbers = torch.randn(n, self._model.size**2, generator=generator, device=generator.device)
        return numbers.to(self._model.device, self._model.dtype)

    def at(self, latents: Tensor) -> LatentState:
        """Weights and fields of latents ``(n, L^2)``."""
        sample = self._model.decode(latents, self._temperature)
        log_weights = self._model.log_weight(sample, self._temperature)
        return LatentState(latents, log_weights, sample.field)

    def with_gradient(self, latents: Tensor) -> tuple[LatentState, Tensor]:
        """The same, and ``dw/dz`` ``(n, L^2)`` by reverse-mode differentiation of the flow."""
        model, size = self._model, self._model.size
        t = torch.tensor([self._temperature], dtype=model.dtype, device=model.device)
        controls, scale = model.target.controls(t), model.target.field_scale(t)
        with torch.enable_grad():
            variable = latents.clone().requires_grad_()
            rows = model.flow.generate(variable.T.contiguous(), controls, scale)[size]
            fields = raster_field(rows * scale, size)
            log_prob = model.flow.log_prob(rows, controls, scale) - size**2 * torch.log(scale)
            log_weights = -model.target.energy(fields, t) - log_prob
            gradient = torch.autograd.grad(log_weights.sum(), variable)[0]
        return LatentState(latents, log_weights.detach(), fields.detach()), gradient


def metropolis_accepts(log_ratios: Tensor, generator: torch.Generator) -> Tensor:
    """True with probability ``min(1, e^r)`` for each ``r`` of ``(n,)``; never for a NaN."""
    uniform = torch.rand(len(log_ratios), generator=generator, device=generator.device)
    return torch.log(uniform).to(log_ratios.device) < log_ratios


def metropolis_step(
    state: LatentState, proposal: LatentState, generator: torch.Generator
) -> tuple[LatentState, Tensor]:
    """Accept fresh proposals with probability ``min(1, e^{w' - w})``.

    Args:
        state: Where the chains stand.
        proposal: Where each would go; its new latents are independent draws of the flow.
        generator: Source of the decisions.

    Returns:
        Where the chains stand now, and which of them accepted, ``(chains,)``.
    """
    accepts = metropolis_accepts(proposal.log_weights - state.log_weights, generator)
    return state.moved(accepts, proposal), accepts
