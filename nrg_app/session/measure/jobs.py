"""Carrying out an order: the library measures, results go out as they come. Loads torch."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from nrg_app.analysis.collapse import collapse
from nrg_app.analysis.effective_couplings import COUPLED, coupling_paths
from nrg_app.analysis.finite_size import binder_crossings, central_charge
from nrg_app.analysis.finite_size_results import SCALED
from nrg_app.analysis.mcrg import running_exponents
from nrg_app.analysis.multi_histogram import MultiHistogram, ThermalCurve
from nrg_app.analysis.race import race_rows
from nrg_app.analysis.race_results import RACERS, dynamical_exponents
from nrg_app.analysis.scan import scan
from nrg_app.analysis.scan_results import ScanPoint, ScanSettings, SpinSeries
from nrg_app.errors import NRGError
from nrg_app.flows.neural_rg import NeuralRG
from nrg_app.physics.exact import CRITICAL_TEMPERATURE
from nrg_app.session.measure.orders import (
    Made,
    McrgOrder,
    McrgResult,
    Message,
    Order,
    Progress,
    RaceOrder,
    RaceResult,
    ScalingOrder,
    ScalingResult,
    ScanOrder,
    ScanResult,
)
from nrg_app.session.measure.peaks import find_peaks
from nrg_app.session.sampling import load_model

Say = Callable[[Message], None]
_CURVE_POINTS = 121
_EMPTY = np.empty((0, 0))


def carry_out(order: Order, say: Say) -> None:
    """Carry out an order and tell ``say`` about the progress and every new result.

    Raises:
        NRGError: if the order cannot be carried out.
    """
    clock = _Clock()
    match order:
        case ScanOrder():
            _scan(order, say, clock)
        case ScalingOrder():
            _scaling(order, say, clock)
        case McrgOrder():
            _mcrg(order, say, clock)
        case RaceOrder():
            _race(order, say, clock)


class _Clock:
    """Says when a result was made."""

    def __init__(self) -> None:
        self._began = time.monotonic()

    def made(self, *, finished: bool = False) -> Made:
        return Made.now(time.monotonic() - self._began, finished=finished)


def _model(name: str) -> NeuralRG | None:
    return load_model(name).model if name else None


def _light(point: ScanPoint) -> ScanPoint:
    """Return a point without the series of its configurations."""
    return replace(point, series=SpinSeries(_EMPTY, _EMPTY, _EMPTY, _EMPTY))


def _light_curve(curve: ThermalCurve) -> ThermalCurve:
    return replace(curve, replicas={})


def _scan(order: ScanOrder, say: Say, clock: _Clock) -> None:
    settings, count = order.settings, len(order.settings.temperatures)
    parts = [settings]
    if order.reference:
        parts.append(
            replace(
                settings,
                estimator="wolff",
                model="",
                samples=order.reference,
                seed=settings.seed + 1,
            )
        )
    result = ScanResult(order, clock.made())
    found: list[list[ScanPoint]] = [[], []]
    for number, part in enumerate(parts):
        words = "Wolff reference" if number else "Temperature"

        def tick(share: float, number: int = number, words: str = words) -> None:
            at = min(int(share * count) + 1, count)
            say(Progress((number + share) / len(parts), f"{words} {at} of {count}"))

        tick(0.0)
        for point in scan(part, _model(part.model), tick):
            found[number].append(point)
            light = tuple(_light(p) for p in found[number])
            result = replace(result, made=clock.made())
            result = replace(result, reference=light) if number else replace(result, points=light)
            say(result)
    say(Progress(1.0, "Reweighting between the points"))
    curve = _curve(found[0] if settings.estimator != "raw" else found[1])
    if curve is not None:
        result = replace(result, curve=_light_curve(curve), peaks=find_peaks(curve))
    say(replace(result, made=clock.made(finished=True)))


def _curve(points: list[ScanPoint]) -> ThermalCurve | None:
    """Return what the points say between them, None where their histograms do not overlap."""
    if len(points) < 2:
        return None
    temperatures = [point.temperature for point in points]
    grid = np.linspace(min(temperatures), max(temperatures), _CURVE_POINTS)
    try:
        return MultiHistogram(points).curve(grid)
    except NRGError:
        return None


def _scaling(order: ScalingOrder, say: Say, clock: _Clock) -> None:
    result = ScalingResult(order, clock.made())
    full: dict[int, list[ScanPoint]] = {size: [] for size in order.sizes}
    # The work for a point grows with its sites.
    work = np.cumsum([0.0, *(float(size**2) for size in order.sizes)])
    for number, size in enumerate(order.sizes):
        settings = ScanSettings(
            size, order.temperatures, "wolff", order.samples, order.seed + number
        )

        def tick(share: float, number: int = number, size: int = size) -> None:
            done = work[number] + share * (work[number + 1] - work[number])
            say(Progress(0.8 * float(done / work[-1]), f"Lattice side {size}"))

        tick(0.0)
        for point in scan(settings, None, tick):
            full[size].append(point)
            result = replace(result, points=(*result.points, _light(point)), made=clock.made())
            say(result)
    critical = _critical_points(order, full, say)
    say(Progress(0.95, "Finite-size scaling"))
    say(replace(_scaled(result, full, critical), made=clock.made(finished=True)))


def _critical_points(
    order: ScalingOrder, full: dict[int, list[ScanPoint]], say: Say
) -> list[ScanPoint]:
    """Return one point at Tc for every side, with the free energy of a network if there is one."""
    at_tc = [p for part in full.values() for p in part if _is_critical(p.temperature)]
    found = {point.size: point for point in at_tc}
    for name in order.models:
        model = load_model(name).model
        say(Progress(0.8, f"Free energy, lattice side {model.size}"))
        seed = order.seed + order.sizes.index(model.size)
        settings = ScanSettings(
            model.size, (CRITICAL_TEMPERATURE,), "reweighted", order.samples, seed, name
        )
        found[model.size] = next(iter(scan(settings, model)))
    return list(found.values())


def _is_critical(temperature: float) -> bool:
    return abs(temperature - CRITICAL_TEMPERATURE) < 1e-9


def _scaled(
    result: ScalingResult, full: dict[int, list[ScanPoint]], critical: list[ScanPoint]
) -> ScalingResult:
    """Return the result with all that follows from its points and those at Tc."""
    notes = []
    points = [point for part in full.values() for point in part]
    try:
        histograms = [MultiHistogram(part) for part in full.values()]
        result = replace(result, critical=binder_crossings(histograms))
    except NRGError as error:
        notes.append(str(error))
    collapses = []
    for quantity in SCALED:
        try:
            collapses.append(collapse(points, quantity))
        except NRGError as error:
            notes.append(str(error))
    try:
        result = replace(result, charge=central_charge(critical))
    except NRGError as error:
        notes.append(str(error))
    return replace(result, collapses=tuple(collapses), notes=tuple(dict.fromkeys(notes)))


def _mcrg(order: McrgOrder, say: Say, clock: _Clock) -> None:
    model = _model(order.model)
    result = McrgResult(order, clock.made())
    works = [order.samples] * len(order.rules)
    total = sum(works) + order.path_samples * len(order.temperatures)
    done = 0
    for rule in order.rules:
        needs = model if rule in ("encoded", "flow") else None
        say(Progress(done / total, f"Exponents, {rule}"))
        found = result.exponents
        for exponents in running_exponents(
            order.size, rule=rule, model=needs, samples=order.samples, seed=order.seed
        ):
            result = replace(result, exponents=(*found, exponents), made=clock.made())
            say(result)
            say(Progress((done + exponents.done) / total, f"Exponents, {rule}"))
        done += order.samples
    say(Progress(done / total, "Paths of couplings"))
    result = replace(result, operators=tuple(operator.name for operator in COUPLED))
    for path in coupling_paths(
        order.size, order.temperatures, samples=order.path_samples, seed=order.seed
    ):
        result = replace(result, paths=(*result.paths, path), made=clock.made())
        done += order.path_samples
        say(result)
        say(Progress(done / total, "Paths of couplings"))
    say(replace(result, made=clock.made(finished=True)))


def _race(order: RaceOrder, say: Say, clock: _Clock) -> None:
    models = [load_model(name).model for name in order.models]
    result = RaceResult(order, clock.made())
    total = len(models) * len(RACERS)
    say(Progress(0.0, f"Run 1 of {total}"))
    for row in race_rows(models, order.temperature, seconds=order.seconds, seed=order.seed):
        rows = (*result.rows, row)
        result = replace(result, rows=rows, exponents=dynamical_exponents(rows), made=clock.made())
        say(result)
        at = min(len(rows) + 1, total)
        say(Progress(len(rows) / total, f"Run {at} of {total}"))
    say(replace(result, made=clock.made(finished=True)))
