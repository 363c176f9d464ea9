"""Plausible results of measurements, and a client without a process."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from nrg_app.analysis.exact_curves import infinite_curve, torus_curve
from nrg_app.analysis.finite_size_results import (
    CentralCharge,
    Collapse,
    CriticalPoint,
    Crossing,
)
from nrg_app.analysis.race_results import RACERS, DynamicalExponent, RaceRow
from nrg_app.analysis.rg_results import (
    CouplingLevel,
    CouplingPath,
    Origin,
    RGExponents,
    RGStep,
    Rule,
)
from nrg_app.analysis.scan_results import (
    QUANTITIES,
    Measured,
    ScanPoint,
    ScanSettings,
    SpinSeries,
)
from nrg_app.physics.exact import CRITICAL_TEMPERATURE
from nrg_app.physics.observables import Estimate
from nrg_app.session.measure.orders import (
    Ended,
    Made,
    McrgOrder,
    McrgResult,
    Message,
    Order,
    Peak,
    Progress,
    RaceOrder,
    RaceResult,
    ScalingOrder,
    ScalingResult,
    ScanOrder,
    ScanResult,
)

MADE = Made("NRG 0.1.0", "2026-01-31 12:00", 42.0, True)
_EMPTY = np.empty((0, 0))


def _shape(key: str, size: int, t: float) -> float:
    """Return roughly what a quantity without a formula looks like."""
    x = (t - CRITICAL_TEMPERATURE) * size
    step = 1.0 / (1.0 + math.exp(0.9 * x))
    return {
        "abs_magnetization": 0.97 * step + 0.5 * (1 - step) * size**-0.9,
        "magnetization_squared": (0.97 * step) ** 2 + 0.02,
        "susceptibility": size**1.75 * (0.3 * step + 0.9 * step * (1 - step) * 4) + 1.0,
        "binder": 0.6667 * step**0.35,
        "correlation_length": 0.9 * size * step + 1.0,
    }[key]


def make_point(
    size: int, t: float, rng: np.random.Generator, estimator: str = "wolff"
) -> ScanPoint:
    """Return a point whose values scatter by their errors."""
    values = {}
    for key in QUANTITIES:
        curve = torus_curve(key, size, np.array([t]))
        limit = infinite_curve(key, np.array([t]))
        exact = None if curve is None else float(curve[0])
        true = exact if exact is not None else _shape(key, size, t)
        error = 0.004 * max(abs(true), 0.05)
        values[key] = Measured(
            Estimate(true + float(rng.normal(0.0, error)), error),
            exact,
            None if limit is None else float(limit[0]),
        )
    r = np.arange(size // 2 + 1)
    g = np.where(r == 0, 1.0, 0.7 * np.maximum(r, 0.2) ** -0.25) * _shape(
        "abs_magnetization", size, t
    )
    return ScanPoint(
        size, t, estimator, 2048, (0, 1), values, r, g, np.full(len(r), 0.01), None,  # type: ignore[arg-type]
        Estimate(1.2, 0.1), None, (), 1.5, SpinSeries(_EMPTY, _EMPTY, _EMPTY, _EMPTY),
    )  # fmt: skip


def make_scan(size: int = 16, count: int = 21, estimator: str = "wolff") -> ScanResult:
    """Return a finished scan."""
    rng = np.random.default_rng(5)
    temperatures = tuple(round(float(t), 4) for t in np.linspace(1.5, 3.5, count))
    settings = ScanSettings(
        size, temperatures, estimator, 2048, 3, "" if estimator == "wolff" else "tiny"  # type: ignore[arg-type]
    )  # fmt: skip
    points = tuple(make_point(size, t, rng, estimator) for t in temperatures)
    reference = (
        () if estimator == "wolff" else tuple(make_point(size, t, rng) for t in temperatures)
    )
    peaks = (
        Peak("specific_heat", Estimate(2.31, 0.01), 2.3),
        Peak("susceptibility", Estimate(2.4, 0.01), None),
    )
    return ScanResult(ScanOrder(settings, 2048), MADE, points, reference, None, peaks)


def make_scaling() -> ScalingResult:
    """Return a finished measurement of finite-size scaling."""
    rng = np.random.default_rng(6)
    temperatures = tuple(round(float(t), 4) for t in np.linspace(2.15, 2.4, 9))
    sizes = (8, 16, 32)
    points = tuple(make_point(size, t, rng) for size in sizes for t in temperatures)
    crossings = (
        Crossing((8, 16), Estimate(2.262, 0.004), Estimate(0.612, 0.002)),
        Crossing((16, 32), Estimate(2.267, 0.003), Estimate(0.611, 0.002)),
    )
    x = np.concatenate([(np.array(temperatures) - CRITICAL_TEMPERATURE) * s for s in sizes])
    side = np.repeat(np.array(sizes), len(temperatures))
    grid = np.linspace(x.min(), x.max(), 60)
    collapses = []
    for quantity, name, value in (
        ("abs_magnetization", "beta", 0.126),
        ("susceptibility", "gamma", 1.75),
        ("binder", "", 0.0),
    ):
        exponents = {"nu": Estimate(1.01, 0.03)} | ({name: Estimate(value, 0.004)} if name else {})
        y = 1.0 / (1.0 + np.exp(0.8 * x))
        collapses.append(
            Collapse(
                quantity,
                Estimate(2.2688, 0.001),
                exponents,
                Estimate(-value, 0.004),
                1.1,
                20,  # type: ignore[arg-type]
                side,
                x,
                y + rng.normal(0, 0.01, len(x)),
                np.full(len(x), 0.01),
                grid,
                1.0 / (1.0 + np.exp(0.8 * grid)),
            )
        )
    charge = CentralCharge(
        sizes, tuple(Estimate(0.64 + 0.02 / s, 0.003) for s in sizes),
        tuple(0.64 + 0.02 / s for s in sizes), Estimate(0.641, 0.002), 0.63991,
        Estimate(0.503, 0.004),
    )  # fmt: skip
    return ScalingResult(
        ScalingOrder(sizes, temperatures, 2048, 0), MADE, points,
        CriticalPoint(crossings, crossings[-1].temperature, CRITICAL_TEMPERATURE),
        tuple(collapses), charge,
    )  # fmt: skip


def make_mcrg() -> McrgResult:
    """Return a finished measurement of Monte Carlo RG."""
    order = McrgOrder(
        32, ("majority", "encoded"), "tiny", (2.15, CRITICAL_TEMPERATURE, 2.4), 4000, 500, 0
    )
    rules: tuple[Rule, ...] = ("majority", "encoded")
    exponents = []
    for number, rule in enumerate(rules):
        steps = tuple(
            RGStep(
                k, 64 >> k, 32 >> k,
                (Estimate(1.0 - 0.06 / k + 0.01 * number, 0.01 * k),),
                (Estimate(1.875 + 0.004 / k, 0.003),),
            )
            for k in (1, 2, 3)
        )  # fmt: skip
        learned = None if rule == "majority" else False
        origin = Origin(rule, "tiny", 32, 4000, 50, 0, "0.1.0", learned)
        exponents.append(
            RGExponents(origin, CRITICAL_TEMPERATURE, ("nearest",), ("spin",), steps, 4000)
        )
    paths = []
    for t, factor in ((2.15, 1.4), (CRITICAL_TEMPERATURE, 1.0), (2.4, 0.6)):
        levels, k1, k2, k3 = [], 1.0 / t, 0.0, 0.0
        for side in (32, 16, 8):
            couplings = tuple(Estimate(k, 0.002) for k in (k1, k2, k3, 0.0, 0.0))
            levels.append(CouplingLevel(side, couplings))
            k1, k2, k3 = 0.32 * factor + 0.1 * k1, 0.07 * factor + 0.2 * k2, -0.015 * factor
        paths.append(CouplingPath(t, tuple(levels)))
    return McrgResult(
        order,
        MADE,
        tuple(exponents),
        ("nearest", "next-nearest", "plaquette", "third", "ring"),
        tuple(paths),
    )


def make_race() -> RaceResult:
    """Return a finished race."""
    rows, fits = [], []
    for number, racer in enumerate(RACERS):
        z, start = (2.1, 0.4, 0.7, 1.3, 0.9)[number], (0.4, 1.0, 0.8, 0.6, 0.5)[number]
        for size in (8, 16, 32):
            tau, speed = start * size**z / 3, 4e5 / size**2 / (number + 1)
            rows.append(
                RaceRow(
                    racer,
                    size,
                    None,
                    8,
                    1000,
                    speed,
                    Estimate(0.8 * tau, 0.05 * tau),
                    Estimate(tau, 0.05 * tau),
                    Estimate(speed / (2 * tau), 0.05 * speed / tau),
                    None,
                    size == 32 and racer == "metropolis",
                )
            )
        for observable in ("energy", "abs_magnetization"):
            fits.append(
                DynamicalExponent(racer, observable, (8, 16, 32), Estimate(z, 0.05), start / 3, 1.0)  # type: ignore[arg-type]
            )
    order = RaceOrder(("ising-8", "ising-16", "ising-32"), CRITICAL_TEMPERATURE, 5.0, 0)
    return RaceResult(order, MADE, tuple(rows), tuple(fits))


class FakeMeasurements:
    """A measurement client without a process: it remembers what it was asked, tests speak."""

    def __init__(self, on_message: Callable[[Message], None]) -> None:
        self.say = on_message
        self.orders: list[Order] = []
        self.cancelled = 0
        self.closed = False

    def start(self, order: Order) -> None:
        """Remember an order and say that it has begun."""
        self.orders.append(order)
        self.say(Progress(0.0, "Temperature 1 of 3"))

    def end(self) -> None:
        """Say that the job is done."""
        self.say(Ended(1.0))

    def cancel(self) -> None:
        """Count the cancelled jobs."""
        self.cancelled += 1

    def close(self) -> None:
        """Remember the end."""
        self.closed = True
