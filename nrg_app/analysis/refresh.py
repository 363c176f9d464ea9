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

from nrg_app.analysis.chain_series import ChainSeries, Recorder, validate_lengths
from nrg_app.analysis.latent_density import LatentDensity, metropolis_accepts
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
    density = LatentDensity(model, temperature)
    recorder = Recorder(model, temperature, generator)
    scales = torch.tensor((0, *model.scales[:-1]))
    columns = torch.arange(model.size**2)
    proposed, accepted = torch.zeros(2, len(scales), dtype=torch.float64)
    state = density.at(density.normal(chains, generator))
    for step in range(burn_in + steps):
        level = torch.randint(len(scales), (chains,), generator=generator)
        # Latents are in generation order: those of scales up to l are the first l^2.
        fresh = columns >= scales[level][:, None] ** 2
        latents = torch.where(fresh, density.normal(chains, generator), state.latents)
        proposal = density.at(latents)
        accepts = metropolis_accepts(proposal.log_weights - state.log_weights, generator)
        state = state.moved(accepts, proposal)
        if step >= burn_in:
            proposed += torch.bincount(level, minlength=len(scales))
            accepted += torch.bincount(level[accepts], minlength=len(scales))
            recorder.record(state.fields)
    shares = (accepted / proposed).tolist()
    return RefreshRun(recorder.series(), dict(zip(scales.tolist(), shares, strict=True)))
