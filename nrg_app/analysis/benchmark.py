"""What a benchmark finds: the flow beside Metropolis and Wolff, and how every time grows.

All times are CPU times of the process, see :mod:`nrg_app.analysis.timing`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from nrg_app.physics.observables import Estimate

Method = Literal["network", "metropolis", "wolff"]
METHODS: tuple[Method, ...] = ("network", "metropolis", "wolff")
CLOCK = "CPU time of the process"

# A fit of a power law leaves out sizes where more of the time than this is overhead ...
_OVERHEAD = 0.1
# ... but not so many that no error could be given.
_FEWEST_SIZES = 3


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
        gap: Free-energy gap per site at this temperature in nats, likewise.
        gap_error: Its standard error, likewise.
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
    gap: float | None = None
    gap_error: float | None = None
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
class LearningPoint:
    """Where a training stood after some time.

    Attributes:
        seconds: CPU time since its start.
        steps: Steps since its start.
        gap: Free-energy gap per site over the training temperatures in nats, mean over the
            steps since the point before.
        gap_error: Its standard error.
    """

    seconds: float
    steps: int
    gap: float
    gap_error: float


@dataclass(frozen=True)
class LearningCurve:
    """A short training from random weights.

    Attributes:
        size: Lattice side L.
        batch: Samples per step.
        points: In the order of time.
    """

    size: int
    batch: int
    points: tuple[LearningPoint, ...]


@dataclass(frozen=True)
class Growth:
    """Time of one thing against the number of sites, ``time ~ N^exponent``.

    Attributes:
        quantity: What takes the time.
        sizes: Lattice sides of the fit: those where a fixed overhead hardly counts.
        exponent: Slope of ln time against ln N.
        error: Its standard error from the scatter about the line; None for two sizes.
    """

    quantity: str
    sizes: tuple[int, ...]
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
        learning: The gap of a short training at the smallest size against the time; None if the
            run was stopped before it.
        complete: Whether everything was measured that was asked for.
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
    learning: LearningCurve | None
    complete: bool

    def speed(self, method: Method, size: int) -> Speed:
        """The speed of a sampler at a size that was measured."""
        return next(s for s in self.speeds if (s.method, s.size) == (method, size))


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
    for key, rates in times.items():
        points = without_overhead([(size, 1.0 / rate) for size, rate in sorted(rates)])
        if len(points) > 1:
            sizes = tuple(size for size, _ in points)
            fit = fit_exponent([size**2 for size in sizes], [seconds for _, seconds in points])
            error = fit.error if math.isfinite(fit.error) else None
            result.append(Growth(key, sizes, fit.value, error))
    return tuple(result)


def without_overhead(points: Sequence[tuple[int, float]]) -> list[tuple[int, float]]:
    """The sizes where a fixed overhead is at most a tenth of the time, three at least.

    The overhead is what the smallest size takes beyond its share of the time of the largest one
    if that were proportional to N.

    Args:
        points: Lattice sides, rising, with their times.
    """
    if len(points) <= _FEWEST_SIZES:
        return list(points)
    (smallest, least), (largest, most) = points[0], points[-1]
    overhead = least - most * (smallest / largest) ** 2
    good = [(size, seconds) for size, seconds in points if overhead <= _OVERHEAD * seconds]
    return good if len(good) >= _FEWEST_SIZES else list(points[-_FEWEST_SIZES:])
