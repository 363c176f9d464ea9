"""A race of samplers: how long each remembers, and how many independent samples it makes.

Metropolis and Wolff move spins; latent Hamiltonian Monte Carlo, partial refresh and independence
Metropolis ("flow + correction") move the latents of a flow.  All are exact in the limit of many
steps.  Their steps differ (see :data:`~nrg_app.analysis.race_results.RACER_STEPS`), so that the
fair measure is independent samples per second of CPU time; the growth ``tau ~ L^z`` of the memory
is that of each one's own step.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterator, Sequence

import torch

from nrg_app import __version__
from nrg_app.analysis.autocorrelation import MIN_STEPS, autocorrelation
from nrg_app.analysis.benchmark import CLOCK
from nrg_app.analysis.chain_series import Chains, Recorder
from nrg_app.analysis.independence import IndependenceChains
from nrg_app.analysis.latent_density import LatentDensity
from nrg_app.analysis.latent_hmc import HmcChains
from nrg_app.analysis.race_results import RACERS, Race, Racer, RaceRow, dynamical_exponents
from nrg_app.analysis.refresh import RefreshChains
from nrg_app.analysis.timing import TimedChain, timed_chain
from nrg_app.errors import NRGError
from nrg_app.flows.neural_rg import NeuralRG
from nrg_app.physics.lattice import validate_temperature
from nrg_app.physics.observables import Estimate

# Parallel chains on latents: more cost less per step but leave each too short for its memory.
# Trajectories forget fast, and most of their time is the overhead of a gradient.
_CHAINS: dict[Racer, int] = {"latent-hmc": 64, "partial-refresh": 16, "flow-correction": 16}
# At L = 64 Metropolis needs a hundred times its memory of some thousand sweeps.
_LONGEST = 2**20
# Steps before the first record: at most so many, and at most this share of the time.
_BURN_IN, _BURN_IN_SHARE = 50, 0.25


def race(
    models: Sequence[NeuralRG],
    temperature: float,
    *,
    seconds: float = 5.0,
    racers: Sequence[Racer] = RACERS,
    seed: int = 0,
) -> Race:
    """The whole race, arguments as of :func:`race_rows`.

    Raises:
        NRGError: if an argument is out of its range.

    Example:
        >>> from nrg_app.resources import models_dir
        >>> model = NeuralRG.load(models_dir() / "ising-8.safetensors")
        >>> result = race([model], 2.5, seconds=0.05, racers=("wolff", "flow-correction"))
        >>> [(row.racer, row.size) for row in result.rows]
        [('wolff', 8), ('flow-correction', 8)]
    """
    rows = race_rows(models, temperature, seconds=seconds, racers=racers, seed=seed)
    return finish(tuple(rows), temperature, seconds, seed)


def finish(rows: tuple[RaceRow, ...], temperature: float, seconds: float, seed: int) -> Race:
    """The race of the rows so far, with its fits; other arguments as of :func:`race_rows`."""
    return Race(
        temperature=float(temperature),
        seconds=seconds,
        seed=seed,
        clock=CLOCK,
        program_version=__version__,
        rows=rows,
        exponents=dynamical_exponents(rows),
    )


def race_rows(
    models: Sequence[NeuralRG],
    temperature: float,
    *,
    seconds: float = 5.0,
    racers: Sequence[Racer] = RACERS,
    seed: int = 0,
) -> Iterator[RaceRow]:
    """Measure one sampler at one size after the other, smallest size first.

    Args:
        models: One network for every lattice side of the race.
        temperature: T in J/k_B.
        seconds: CPU time per row, at least eight steps.
        racers: Which samplers.
        seed: Of all random numbers.

    Raises:
        NRGError: if there is no network or two of one side, the temperature is no positive number
            or there is no time.
    """
    value = validate_temperature(temperature)
    sides = [model.size for model in models]
    if not sides or len(set(sides)) < len(sides):
        raise NRGError("A race needs at least one model, and only one of every lattice side.")
    if not seconds > 0.0:
        raise NRGError(f"A race needs some time per sampler, not {seconds:g} seconds.")
    for model in sorted(models, key=lambda model: model.size):
        for racer in racers:
            if racer == "metropolis" or racer == "wolff":
                chain = timed_chain(racer, model.size, value, seconds, seed=seed, longest=_LONGEST)
                yield _row(racer, model.size, chain)
            else:
                yield _latent_row(racer, model, value, seconds, seed)


def _latent_row(
    racer: Racer, model: NeuralRG, temperature: float, seconds: float, seed: int
) -> RaceRow:
    """Chains on latents, in equilibrium after their burn-in."""
    generator = torch.Generator().manual_seed(seed)
    count = _CHAINS[racer]
    start = LatentDensity(model, temperature).normal(count, generator)

    def chains(adapting: int) -> Chains:
        if racer == "partial-refresh":
            return RefreshChains(model, temperature, start, generator)
        density = LatentDensity(model, temperature)
        if racer == "latent-hmc":
            return HmcChains(density, start, generator, adapting=adapting)
        return IndependenceChains(density, start, generator)

    budget = _BURN_IN_SHARE * seconds
    burn_in = min(_BURN_IN, max(1, int(budget / _seconds_per_step(chains(0), budget))))
    moving = chains(burn_in)
    for _ in range(burn_in):
        moving.advance()
    recorder = Recorder(model, temperature, generator)
    steps, accepted = 0, 0
    began = time.process_time()
    while steps < MIN_STEPS or time.process_time() - began < seconds:
        accepted += moving.advance()
        recorder.record(moving.state.fields)
        steps += 1
    spent = time.process_time() - began
    series = recorder.series()
    chain = TimedChain(
        steps * count,
        spent,
        autocorrelation(series.energies),
        autocorrelation(abs(series.magnetizations)),
    )
    return _row(
        racer,
        model.size,
        chain,
        chains=count,
        model=model.card.name,
        acceptance=accepted / (count * steps),
    )


def _seconds_per_step(chains: Chains, budget: float) -> float:
    """CPU time of a step; the first one, which compiles, counts only where a step is slow."""
    times: list[float] = []
    while sum(times) < 0.1 * budget or (len(times) < 2 and times[0] < budget):
        began = time.process_time()
        chains.advance()
        times.append(time.process_time() - began)
    return max(min(times), 1e-9)


def _row(
    racer: Racer,
    size: int,
    chain: TimedChain,
    *,
    chains: int = 1,
    model: str | None = None,
    acceptance: float | None = None,
) -> RaceRow:
    rate = chain.steps / chain.seconds
    taus = [
        memory.tau if math.isfinite(memory.tau.value) else None
        for memory in (chain.energy, chain.abs_magnetization)
    ]
    known = [tau for tau in taus if tau is not None]
    slower = max(known, key=lambda tau: tau.value) if known else None
    independent = None
    if slower is not None:
        independent_rate = rate / (2.0 * slower.value)
        independent = Estimate(independent_rate, independent_rate * slower.error / slower.value)
    return RaceRow(
        racer=racer,
        size=size,
        model=model,
        chains=chains,
        steps=chain.steps // chains,
        steps_per_second=rate,
        tau_energy=taus[0],
        tau_magnetization=taus[1],
        independent_per_second=independent,
        acceptance=acceptance,
        bound=chain.short,
    )
