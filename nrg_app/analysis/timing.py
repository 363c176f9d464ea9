"""Measures speed and memory: the flow, Metropolis and Wolff, one at a time.

All times are CPU times of the process (``time.process_time``), so that other programs on the
machine hardly matter; on one thread that is the time on one core.
"""

from __future__ import annotations

import math
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import torch

from nrg_app.analysis.autocorrelation import MIN_STEPS, Autocorrelation, autocorrelation
from nrg_app.analysis.benchmark import NetworkCost, Speed
from nrg_app.flows.neural_rg import NeuralRG
from nrg_app.physics.monte_carlo import metropolis, wolff
from nrg_app.physics.observables import effective_sample_size, energies, magnetizations

BATCH = 64
# Longer chains say no more about a speed, and their series would fill the memory.
_LONGEST_CHAIN = 2**18
_CHUNK = 2**8
_FEWEST_CALLS = 3
# With fewer independent samples an autocorrelation time comes out too small.
FEWEST = 100
# Steps by which Wolff's algorithm brings both chains to equilibrium before they are timed.
_THERMAL = 200


def seconds_per_call(call: Callable[[], object], seconds: float) -> float:
    """Median CPU time of a call, after one that warms up.

    Args:
        call: What to time.
        seconds: CPU time to spend, at least three calls.
    """
    call()
    times: list[float] = []
    while len(times) < _FEWEST_CALLS or sum(times) < seconds:
        began = time.process_time()
        call()
        times.append(time.process_time() - began)
    return max(statistics.median(times), 1e-9)


def network_speed(
    model: NeuralRG, temperature: float, seconds: float, *, trained: bool, seed: int = 0
) -> Speed:
    """Rate of spins with their weights, in batches of 64.

    Args:
        model: The flow.
        temperature: T in J/k_B.
        seconds: CPU time to spend.
        trained: Whether its weights say something.
        seed: Of all random numbers.
    """
    generator = torch.Generator().manual_seed(seed)
    weights: list[torch.Tensor] = []
    per_batch = seconds_per_call(
        lambda: weights.append(draw_spins(model, temperature, BATCH, generator)), seconds
    )
    log_weights = torch.cat(weights).double().numpy()
    ess = effective_sample_size(log_weights) if trained else None
    gap, gap_error = None, None
    if trained:
        mean = float(log_weights.mean())
        gap = (model.log_partition_target(temperature) - mean) / model.size**2
        spread = float(log_weights.std(ddof=1)) / math.sqrt(len(log_weights))
        gap_error = spread / model.size**2
    rate = BATCH / per_batch
    return Speed(
        method="network",
        size=model.size,
        samples=len(log_weights),
        per_second=rate,
        independent_per_second=None if ess is None else rate * ess,
        ess=ess,
        gap=gap,
        gap_error=gap_error,
    )


def draw_spins(
    model: NeuralRG, temperature: float, n: int, generator: torch.Generator
) -> torch.Tensor:
    """Draw spins and return their log-weights (n,)."""
    sample = model.sample(temperature, n, generator=generator)
    uniform = torch.rand(sample.field.shape, generator=generator)
    model.target.spins_from_field(sample.field, uniform)
    return model.log_weight(sample, temperature)


@dataclass(frozen=True)
class TimedChain:
    """A chain in equilibrium with what it cost.

    Attributes:
        steps: Its length.
        seconds: CPU time of all steps.
        energy: Memory of the energy, in steps.
        abs_magnetization: Memory of |m|.
    """

    steps: int
    seconds: float
    energy: Autocorrelation
    abs_magnetization: Autocorrelation

    @property
    def short(self) -> bool:
        """Whether the chain is too short for its memory, which is then longer than it seems."""
        memory = (self.energy, self.abs_magnetization)
        slower = max(m.tau.value for m in memory)
        return not all(m.closed for m in memory) or not self.steps / (2.0 * slower) >= FEWEST


def timed_chain(
    method: Literal["metropolis", "wolff"],
    size: int,
    temperature: float,
    seconds: float,
    *,
    seed: int = 0,
    longest: int = _LONGEST_CHAIN,
) -> TimedChain:
    """Run a Markov chain of spins for a time.

    Args:
        method: Which chain.
        size: Lattice side L.
        temperature: T in J/k_B.
        seconds: CPU time to spend.
        seed: Of all random numbers.
        longest: Steps after which it ends before its time.
    """
    step = metropolis if method == "metropolis" else wolff
    seeds = np.random.SeedSequence(seed)

    def fresh() -> int:
        return int(seeds.spawn(1)[0].generate_state(1)[0])

    spins = wolff(size, temperature, 1, seed=fresh(), n_thermal=_THERMAL)
    step(size, temperature, 1, seed=fresh(), n_thermal=0, steps_between=1)  # compiles
    total, count = 0.0, 0
    series: list[tuple[np.ndarray, np.ndarray]] = []
    while count < MIN_STEPS or (total < seconds and count < longest):
        began = time.process_time()
        spins = step(
            size, temperature, _CHUNK, seed=fresh(),
            n_thermal=0, steps_between=1, start=spins[-1],
        )  # fmt: skip
        total += time.process_time() - began
        count += _CHUNK
        series.append((energies(spins), np.abs(magnetizations(spins))))
    memory = [autocorrelation(np.concatenate(part)[None]) for part in zip(*series, strict=True)]
    return TimedChain(count, max(total, 1e-9), *memory)


def chain_speed(
    method: Literal["metropolis", "wolff"],
    size: int,
    temperature: float,
    seconds: float,
    *,
    seed: int = 0,
) -> Speed:
    """Rate of a Markov chain in equilibrium, with its autocorrelation times.

    Arguments as of :func:`timed_chain`.
    """
    chain = timed_chain(method, size, temperature, seconds, seed=seed)
    rate = chain.steps / chain.seconds
    taus = [
        m.tau.value if math.isfinite(m.tau.value) else None
        for m in (chain.energy, chain.abs_magnetization)
    ]
    known = [tau for tau in taus if tau is not None]
    # Successive samples of a chain can repel each other, but that is not taken as a gain.
    independent = rate / max(1.0, 2.0 * max(known)) if known else None
    return Speed(
        method=method,
        size=size,
        samples=chain.steps,
        per_second=rate,
        independent_per_second=independent,
        tau_energy=taus[0],
        tau_magnetization=taus[1],
        bound=chain.short,
    )


def network_cost(
    model: NeuralRG,
    temperature: float,
    seconds: float,
    *,
    name: str,
    trained: bool,
    training_step: Callable[[], object],
    training_batch: int,
    seed: int = 0,
) -> NetworkCost:
    """Latency, encoding, training and memory of a network.

    Args:
        model: The flow.
        temperature: T in J/k_B.
        seconds: CPU time per measurement.
        name: Name of the model.
        trained: Whether it is a trained model.
        training_step: One step of a trainer of the same shape.
        training_batch: Samples of such a step.
        seed: Of all random numbers.
    """
    generator = torch.Generator().manual_seed(seed)
    latency = seconds_per_call(lambda: draw_spins(model, temperature, 1, generator), seconds)
    reset_peak_memory()
    field = model.sample(temperature, BATCH, generator=generator).field
    sampling_memory = peak_memory()
    encoding = seconds_per_call(lambda: model.encode(field, temperature), seconds)
    reset_peak_memory()
    training = seconds_per_call(training_step, seconds)
    return NetworkCost(
        size=model.size,
        model=name,
        trained=trained,
        latency=latency,
        encoded_per_second=BATCH / encoding,
        training_batch=training_batch,
        training_steps_per_second=1.0 / training,
        sampling_memory=sampling_memory,
        training_memory=peak_memory(),
    )


def reset_peak_memory() -> None:
    """Start a new measurement of the peak memory, where the system can (Linux)."""
    try:
        Path("/proc/self/clear_refs").write_text("5")
    except OSError:
        return


def peak_memory() -> int | None:
    """Peak resident memory of the process since the last reset, in bytes; None if unknown."""
    try:
        status = Path("/proc/self/status").read_text()
    except OSError:
        return None
    peaks = [line.split()[1] for line in status.splitlines() if line.startswith("VmHWM:")]
    return 1024 * int(peaks[0]) if peaks else None
