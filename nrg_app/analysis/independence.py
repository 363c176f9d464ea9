"""Independence Metropolis: the flow proposes, the weights decide.

Every step proposes a fresh sample ``x'`` of the flow and accepts it with probability
``min(1, e^{w' - w})``, ``w = -U(x) - ln q(x)`` (Tierney, Ann. Stat. 22, 1701, 1994; Albergo,
Kanwar and Shanahan, PRD 100, 034515, 2019).  The chain is exact in the limit of many steps
whatever the flow; a poor flow only makes it stay where a large weight has caught it.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from nrg_app.analysis.chain_series import (
    ChainSeries,
    efficiency_warning,
    record_chains,
    validate_lengths,
)
from nrg_app.analysis.latent_density import LatentDensity, metropolis_step
from nrg_app.flows.neural_rg import NeuralRG
from nrg_app.physics.observables import effective_sample_size

# Larger batches cost no less per sample and more memory (measured at L = 8 and 16).
_BATCH = 512


@dataclass(frozen=True, eq=False)
class IndependenceRun:
    """Chains of independence Metropolis.

    Attributes:
        series: energies and magnetizations of every step.
        acceptance: share of accepted proposals, 0 to 1.
        ess: effective sample size of the proposals as a fraction, 0 to 1.
        warnings: a sentence if that is below 1 %.
    """

    series: ChainSeries
    acceptance: float
    ess: float
    warnings: tuple[str, ...]


class IndependenceChains:
    """Parallel chains, step by step.

    Args:
        density: the target seen from the latents.
        latents: where they start, ``(chains, L^2)``.
        generator: source of all random numbers.

    Attributes:
        state: where the chains stand.
        proposed: log-weights of all proposals so far, batch by batch.
    """

    def __init__(self, density: LatentDensity, latents: Tensor, generator: torch.Generator) -> None:
        self._density, self._chains, self._generator = density, len(latents), generator
        self._steps = max(1, _BATCH // self._chains)
        self._next = self._steps
        self.state = density.at(latents)
        self.proposed: list[Tensor] = []

    def advance(self) -> int:
        """Make one step of every chain; the number of accepted proposals."""
        if self._next == self._steps:
            count = self._steps * self._chains
            self._batch = self._density.at(self._density.normal(count, self._generator))
            self.proposed.append(self._batch.log_weights)
            self._next = 0
        proposal = self._batch.part(self._next * self._chains, self._chains)
        self._next += 1
        self.state, accepts = metropolis_step(self.state, proposal, self._generator)
        return int(accepts.sum())


def independence_metropolis(
    model: NeuralRG,
    temperature: float,
    *,
    chains: int,
    steps: int,
    burn_in: int,
    generator: torch.Generator,
) -> IndependenceRun:
    """Run parallel chains from samples of the flow.

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
    moving = IndependenceChains(density, density.normal(chains, generator), generator)
    series, accepted = record_chains(moving, model, temperature, steps, burn_in, generator)
    ess = effective_sample_size(torch.cat(moving.proposed).double().numpy())
    return IndependenceRun(
        series=series,
        acceptance=accepted / (chains * steps),
        ess=ess,
        warnings=efficiency_warning(ess, "proposals"),
    )
