"""Partial refresh: keep the coarse latents, draw the fine ones anew, accept exactly.

Split the latents into ``z = (z_c, z_f)``: those of scales up to ``l``, and the finer ones.  In
latent space the target is ``p(z) = N(z_c) N(z_f) e^{w(z)}`` up to a constant.  Propose
``z' = (z_c, z_f')`` with ``z_f'`` fresh from ``N``: the proposal's density is ``N(z_f')``, that of
the way back ``N(z_f)``, and the Metropolis-Hastings ratio

    p(z') N(z_f) / (p(z) N(z_f')) = N(z_c) N(z_f') e^{w'} N(z_f) / (N(z_c) N(z_f) e^{w} N(z_f'))

is ``e^{w' - w}``: accepting with probability ``min(1, e^{w' - w})`` leaves ``p`` invariant.  This
holds for every split that is chosen without looking at ``z``, hence for a random ``l`` in every
step.  ``l = 0`` keeps nothing and is a step of independence Metropolis; it makes the chain ergodic.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch import Tensor

from nrg_app.analysis.chain_series import ChainSeries, record_chains, validate_lengths
from nrg_app.analysis.latent_density import LatentDensity, metropolis_step
from nrg_app.flows.neural_rg import NeuralRG


@dataclass(frozen=True, eq=False)
class RefreshRun:
    """Chains of partial refreshes.

    Attributes:
        series: energies and magnetizations of every step.
        acceptance: share of accepted proposals, 0 to 1, by the finest kept scale l; l = 0 where
            nothing was kept, NaN for a scale that was never proposed.
    """

    series: ChainSeries
    acceptance: Mapping[int, float]


class RefreshChains:
    """Parallel chains, step by step; each has its own scale in each.

    Args:
        model: the flow.
        temperature: T in J/k_B.
        latents: where they start, ``(chains, L^2)``.
        generator: source of all random numbers.

    Attributes:
        state: where the chains stand.
    """

    def __init__(
        self, model: NeuralRG, temperature: float, latents: Tensor, generator: torch.Generator
    ) -> None:
        self._density = LatentDensity(model, temperature)
        self._generator = generator
        self._scales = torch.tensor((0, *model.scales[:-1]))
        self._columns = torch.arange(model.size**2)
        self._proposed, self._accepted = torch.zeros(2, len(self._scales), dtype=torch.float64)
        self.state = self._density.at(latents)

    def advance(self) -> int:
        """Make one step of every chain; the number of accepted proposals."""
        scales, chains, generator = self._scales, len(self.state.latents), self._generator
        level = torch.randint(len(scales), (chains,), generator=generator)
        # Latents are in generation order: those of scales up to l are the first l^2.
        fresh = self._columns >= scales[level][:, None] ** 2
        drawn = self._density.normal(chains, generator)
        proposal = self._density.at(torch.where(fresh, drawn, self.state.latents))
        self.state, accepts = metropolis_step(self.state, proposal, generator)
        self._proposed += torch.bincount(level, minlength=len(scales))
        self._accepted += torch.bincount(level[accepts], minlength=len(scales))
        return int(accepts.sum())

    def acceptance(self) -> dict[int, float]:
        """Share of accepted proposals so far, by the finest kept scale."""
        shares = (self._accepted / self._proposed).tolist()
        return dict(zip(self._scales.tolist(), shares, strict=True))


def partial_refresh(
    model: NeuralRG,
    temperature: float,
    *,
    chains: int,
    steps: int,
    burn_in: int,
    generator: torch.Generator,
) -> RefreshRun:
    """Run parallel chains from samples of the flow; each step of each chain has its own scale.

    Args:
        model: the flow.
        temperature: T in J/k_B.
        chains: number of chains.
        steps: recorded steps of each, at least 8.
        burn_in: steps before them.
        generator: source of all random numbers.

    Raises:
        NRGError: if a number is out of its range.
    """
    validate_lengths(chains, steps, burn_in)
    latents = LatentDensity(model, temperature).normal(chains, generator)
    moving = RefreshChains(model, temperature, latents, generator)
    series, _ = record_chains(moving, model, temperature, steps, burn_in, generator)
    return RefreshRun(series, moving.acceptance())
