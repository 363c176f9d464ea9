"""How fast samples come: the flow beside Metropolis and Wolff, in independent samples too.

All times are CPU times of the process (``time.process_time``), so that other programs on the
machine hardly matter; on one thread that is the time on one core.
"""

from __future__ import annotations

import math
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import torch

from nrg_app.analysis.autocorrelation import MIN_STEPS, autocorrelation
from nrg_app.flows.neural_rg import NeuralRG
from nrg_app.physics.monte_carlo import metropolis, wolff
from nrg_app.physics.observables import (
    Estimate,
    effective_sample_size,
    energies,
    magnetizations,
)

Method = Literal["network", "metropolis", "wolff"]
METHODS: tuple[Method, ...] = ("network", "metropolis", "wolff")

BATCH = 64
# Longer chains say no more about a speed, and their series would fill the memory.
_LONGEST_CHAIN = 2**18
_CHUNK = 2**8
_FEWEST_CALLS = 3
# With fewer independent samples an autocorrelation time comes out too small.
_FEWEST = 100
# Steps by which Wolff's algorithm brings both chains to equilibrium before they are timed.
_THERMAL = 200


@dataclass(frozen=True)
class Speed:
    """Rate of one sampler at one size.

    Attributes:
        method: "network", "metropolis" (a sample per sweep) or "wolff" (a sample per step, the
            number of clusters that flips about N sites).
        size: Lattice side L.
        samples: Number of samples that were timed.
        per_second: Samples per CPU second.
        independent_per_second: The same divided by 2 tau_int of the slower of energy and |m| for
            a chain, times the effective sample size for a network; None if it is not known.
        tau_energy: tau_int of the energy in samples, None for a network.
        tau_magnetization: tau_int of |m|, likewise.
        ess: Effective sample size as a fraction, None for a chain and for an untrained network.
        bound: Whether the chain was too short for its tau_int: the true one is larger, and
            ``independent_per_second`` is only an upper bound.
    """

    method: Method
    size: int
    samples: int
    per_second: float
    independent_per_second: float | None
    tau_energy: float | None = None
    tau_magnetization: float | None = None
    ess: float | None = None
    bound: bool = False


@dataclass(frozen=True)
class NetworkCost:
    """What else a network costs at one size; times in CPU seconds.

    Attributes:
        size: Lattice side L.
        model: Name of the model, or what stands in for it.
        trained: Whether it is a trained model; else only its speed has a meaning.
        latency: Time of a single sample, from latents to spins, with its weight.
        encoded_per_second: Fields encoded per second, in batches of 64, single precision.
        training_batch: Samples per training step.
        training_steps_per_second: Steps of the trainer per second.
        sampling_memory: Peak resident memory of the process while it samples in batches of 64,
            in bytes, libraries included; None where the system does not tell.
        training_memory: The same while it trains.
    """

    size: int
    model: str
    trained: bool
    latency: float
    encoded_per_second: float
    training_batch: int
    training_steps_per_second: float
    sampling_memory: int | None
    training_memory: int | None


@dataclass(frozen=True)
class Growth:
    """Time of one thing against the number of sites, ``time ~ N^exponent``.

    Attributes:
        quantity: What takes the time.
        exponent: Slope of ln time against ln N.
        error: Its standard error from the scatter about the line; None for two sizes.
    """

    quantity: str
    exponent: float
    error: float | None


@dataclass(frozen=True)
class Benchmark:
    """Everything of one run.

    Attributes:
        temperature: T in J/k_B.
        seconds: CPU time per measurement.
        threads: Threads of the network.
        clock: What the times are.
        processor: Name of the processor.
        program_version: Of NRG.
        speeds: Every sampler at every size.
        costs: Of the network at every size.
        growths: Exponents, if there are two sizes or more.
    """

    temperature: float
    seconds: float
    threads: int
    clock: str
    processor: str
    program_version: str
    speeds: tuple[Speed, ...]
    costs: tuple[NetworkCost, ...]
    growths: tuple[Growth, ...]

    def speed(self, method: Method, size: int) -> Speed:
        """The speed of a sampler at a size that was measured."""
        return next(s for s in self.speeds if (s.method, s.size) == (method, size))


CLOCK = "CPU time of the process"


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
    rate = BATCH / per_batch
    return Speed(
        method="network",
        size=model.size,
        samples=len(log_weights),
        per_second=rate,
        independent_per_second=None if ess is None else rate * ess,
        ess=ess,
    )


def draw_spins(
    model: NeuralRG, temperature: float, n: int, generator: torch.Generator
) -> torch.Tensor:
    """Draw spins and return their log-weights (n,)."""
    sample = model.sample(temperature, n, generator=generator)
    uniform = torch.rand(sample.field.shape, generator=generator)
    model.target.spins_from_field(sample.field, uniform)
    return model.log_weight(sample, temperature)


def chain_speed(
    method: Literal["metropolis", "wolff"],
    size: int,
    temperature: float,
    seconds: float,
    *,
    seed: int = 0,
) -> Speed:
    """Rate of a Markov chain in equilibrium, with its autocorrelation times.

    Args:
        method: Which chain.
        size: Lattice side L.
        temperature: T in J/k_B.
        seconds: CPU time to spend.
        seed: Of all random numbers.
    """
    step = metropolis if method == "metropolis" else wolff
    spins = wolff(size, temperature, 1, seed=seed, n_thermal=_THERMAL)
    step(size, temperature, 1, seed=seed, n_thermal=0, steps_between=1)  # compiles
    total, count = 0.0, 0
    series: list[tuple[np.ndarray, np.ndarray]] = []
    while count < MIN_STEPS or (total < seconds and count < _LONGEST_CHAIN):
        began = time.process_time()
        spins = step(
            size, temperature, _CHUNK, seed=seed + len(series) + 1,
            n_thermal=0, steps_between=1, start=spins[-1],
        )  # fmt: skip
        total += time.process_time() - began
        count += _CHUNK
        series.append((energies(spins), np.abs(magnetizations(spins))))
    rate = count / max(total, 1e-9)
    memory = [autocorrelation(np.concatenate(part)[None]) for part in zip(*series, strict=True)]
    taus = [m.tau.value if math.isfinite(m.tau.value) else None for m in memory]
    known = [tau for tau in taus if tau is not None]
    # Successive samples of a chain can repel each other, but that is not taken as a gain.
    independent = rate / max(1.0, 2.0 * max(known)) if known else None
    return Speed(
        method=method,
        size=size,
        samples=count,
        per_second=rate,
        independent_per_second=independent,
        tau_energy=taus[0],
        tau_magnetization=taus[1],
        bound=not all(m.closed for m in memory)
        or independent is None
        or independent * total < _FEWEST,
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


def fit_exponent(sites: Sequence[int], seconds: Sequence[float]) -> Estimate:
    """Least-squares slope of ln seconds against ln sites; its error is NaN for two points.

    Args:
        sites: Numbers of sites, two different ones at least.
        seconds: Times, positive.
    """
    x, y = np.log(np.asarray(sites, dtype=float)), np.log(np.asarray(seconds, dtype=float))
    spread = float(((x - x.mean()) ** 2).sum())
    slope = float(((x - x.mean()) * (y - y.mean())).sum()) / spread
    if len(x) < 3:
        return Estimate(slope, math.nan)
    residuals = y - y.mean() - slope * (x - x.mean())
    return Estimate(slope, math.sqrt(float((residuals**2).sum()) / (len(x) - 2) / spread))


def growths(speeds: Sequence[Speed], costs: Sequence[NetworkCost]) -> tuple[Growth, ...]:
    """How every time grows with N, where it is known at two sizes or more."""
    times: dict[str, list[tuple[int, float]]] = {}
    for speed in speeds:
        times.setdefault(f"{speed.method}, a sample", []).append((speed.size, speed.per_second))
        if speed.independent_per_second and not speed.bound:
            key = f"{speed.method}, an independent sample"
            times.setdefault(key, []).append((speed.size, speed.independent_per_second))
    for cost in costs:
        for key, rate in (
            ("network, a single sample", 1.0 / cost.latency),
            ("network, an encoded field", cost.encoded_per_second),
            (
                "network, a trained sample",
                cost.training_steps_per_second * cost.training_batch,
            ),
        ):
            times.setdefault(key, []).append((cost.size, rate))
    result = []
    for key, points in times.items():
        if len({size for size, _ in points}) > 1:
            fit = fit_exponent([size**2 for size, _ in points], [1.0 / r for _, r in points])
            error = fit.error if math.isfinite(fit.error) else None
            result.append(Growth(key, fit.value, error))
    return tuple(result)


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
