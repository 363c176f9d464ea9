"""Independence Metropolis: the flow proposes, the weights decide.

Every step proposes a fresh sample ``x'`` of the flow and accepts it with probability
``min(1, e^{w' - w})``, ``w = -U(x) - ln q(x)`` (Tierney, Ann. Stat. 22, 1701, 1994; Albergo,
Kanwar and Shanahan, PRD 100, 034515, 2019).  The chain is exact in the limit of many steps
whatever the flow; a poor flow only makes it stay where a large weight has caught it.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch

from nrg_app.analysis.chain_series import (
    ChainSeries,
    Recorder,
    efficiency_warning,
    validate_lengths,
)
from nrg_app.analysis.latent_density import LatentDensity, metropolis_accepts
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
    recorder = Recorder(model, temperature, generator)
    state = density.at(density.normal(chains, generator))
    per_batch = max(1, _BATCH // chains)
    accepted, log_weights = 0, []
    for first in range(0, burn_in + steps, per_batch):
        count = min(per_batch, burn_in + steps - first)
        batch = density.at(density.normal(count * chains, generator))
        log_weights.append(batch.log_weights)
        for k in range(count):
            proposal = batch.part(k * chains, chains)
            accepts = metropolis_accepts(proposal.log_weights - state.log_weights, generator)
            state = state.moved(accepts, proposal)
            if first + k >= burn_in:
                accepted += int(accepts.sum())
                recorder.record(state.fields)
    ess = effective_sample_size(torch.cat(log_weights).double().numpy())
    return IndependenceRun(
        series=recorder.series(),
        acceptance=accepted / (chains * steps),
        ess=ess,
        warnings=efficiency_warning(ess, "proposals"),
    )
