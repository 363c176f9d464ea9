"""A scan over temperature as plots: every quantity with its exact curves and deviations."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from nrg_app.analysis.exact_curves import infinite_curve, torus_curve
from nrg_app.analysis.scan_results import ESTIMATOR_LABELS, QUANTITIES, Measured, ScanPoint
from nrg_app.figures.plot_spec import Array, PlotSpec, Scale, Series, array
from nrg_app.physics.exact import CRITICAL_TEMPERATURE
from nrg_app.physics.observables import Estimate
from nrg_app.session.measure.orders import ScanOrder, ScanResult

SYMBOLS = {
    "free_energy": "$f$",
    "energy": "$e$",
    "specific_heat": "$c$",
    "entropy": "$s$",
    "abs_magnetization": "⟨|$m$|⟩",
    "susceptibility": "$χ$",
    "binder": "$U$_{4}",
    "correlation_length": "$ξ$_{2}",
    "correlation": "$G$($r$)",
}
"""Markup of the quantities that are plotted."""
UNITS = {"J": "$J$", "k_B": "$k$_{B}", "sites": "sites", "": ""}
TITLES = {
    key: QUANTITIES[key].label.capitalize() for key in SYMBOLS if key in QUANTITIES
} | {
    "susceptibility": "Susceptibility",
    "correlation_length": "Correlation length",
    "correlation": "Correlations",
}  # fmt: skip
T_LABEL, T_UNIT = "$T$", "$J$/$k$_{B}"
_EXACT_POINTS = 241


@dataclass(frozen=True, eq=False)
class ExactCurves:
    """Exact values at temperatures (n,), for a torus of side ``size`` and the infinite lattice."""

    size: int
    temperatures: Array
    torus: Mapping[str, Array] = field(default_factory=dict)
    infinite: Mapping[str, Array] = field(default_factory=dict)


def exact_curves(size: int, low: float, high: float) -> ExactCurves:
    """Compute the exact curves of everything that has one; takes up to half a second."""
    inside = low < CRITICAL_TEMPERATURE < high
    critical = [CRITICAL_TEMPERATURE] if inside else []
    temperatures = np.unique(np.concatenate([np.linspace(low, high, _EXACT_POINTS), critical]))
    torus = {key: torus_curve(key, size, temperatures) for key in SYMBOLS}
    infinite = {key: infinite_curve(key, temperatures) for key in SYMBOLS}
    return ExactCurves(
        size,
        temperatures,
        {key: curve for key, curve in torus.items() if curve is not None},
        {key: np.where(np.isfinite(c), c, np.nan) for key, c in infinite.items() if c is not None},
    )


def scan_provenance(order: ScanOrder, result: ScanResult | None = None) -> dict[str, str]:
    """Return what was run, in words."""
    settings = order.settings
    temperatures = settings.temperatures
    told = {
        "estimator": ESTIMATOR_LABELS[settings.estimator],
        "lattice": f"L = {settings.size}, periodic",
        "temperatures": f"{len(temperatures)} from {min(temperatures):g} to {max(temperatures):g}",
        "samples per point": str(settings.samples),
        "seed": str(settings.seed),
    }
    if settings.model:
        told["model"] = settings.model
    if order.reference:
        told["reference"] = f"Wolff clusters, {order.reference} samples per point"
    if result is not None:
        told |= {"program": result.made.program, "made": f"{result.made.date} UTC"}
    return told


def scan_lines(order: ScanOrder) -> tuple[str, ...]:
    """Return what was run in one line, and again shorter."""
    settings = order.settings
    name = ESTIMATOR_LABELS[settings.estimator]
    side = f"$L$ = {settings.size}"
    return (
        f"{name}, {side}, {settings.samples} samples, seed {settings.seed}",
        f"{settings.estimator}, {side}, {settings.samples} samples",
        f"{settings.estimator}, {side}",
    )


def scan_plot(
    key: str, result: ScanResult | None, exact: ExactCurves | None, temperature: float
) -> PlotSpec:
    """Return the plot of a quantity.

    Args:
        key: of :data:`SYMBOLS`.
        result: what was measured, None before anything was.
        exact: the exact curves, None until they are computed; those of another lattice than that
            of the result are not shown.
        temperature: at which the correlation function is shown.
    """
    if result is not None and exact is not None and exact.size != result.order.settings.size:
        exact = None
    if key == "correlation":
        return _correlation_plot(result, temperature)
    unit = UNITS[QUANTITIES[key].unit]
    low, high = (1.5, 3.5) if exact is None else map(float, exact.temperatures[[0, -1]])
    # One temperature is no range: the axis follows from the data.
    ends = (low, high) if low < high else (None, None)
    return PlotSpec(
        key,
        TITLES[key],
        SYMBOLS[key],
        Scale(T_LABEL, T_UNIT, low=ends[0], high=ends[1]),
        Scale(SYMBOLS[key], unit),
        (*_exact_series(key, exact), *_measured_series(key, result)),
        _residuals(key, result),
        provenance={} if result is None else scan_provenance(result.order, result),
    )


def _exact_series(key: str, exact: ExactCurves | None) -> tuple[Series, ...]:
    if exact is None:
        return ()
    t, found = exact.temperatures, []
    if key in exact.infinite:
        y = exact.infinite[key]
        found.append(Series("exact, $L$ → ∞", t, y, "dotted", "exact"))
    if key in exact.torus:
        found.append(Series(f"exact, $L$ = {exact.size}", t, exact.torus[key], "line", "exact"))
    return tuple(found)


def _measured_series(key: str, result: ScanResult | None) -> tuple[Series, ...]:
    if result is None:
        return ()
    found = []
    if result.reference:
        t, y, error = columns(result.reference, key)
        found.append(Series("Wolff reference", t, y, "dashed", "reference", error=error))
    if result.curve is not None and key in result.curve.values:
        curve = result.curve
        y, error = curve.values[key], curve.errors[key]
        # Raw averages have no weights to move with: the curve is that of the reference then.
        raw = result.order.settings.estimator == "raw"
        words = "Wolff, reweighted between points" if raw else "reweighted between points"
        color = "reference" if raw else "network"
        found.append(Series(words, curve.temperatures, y, "line", color, error=error))
    t, y, error = columns(result.points, key)
    name = ESTIMATOR_LABELS[result.order.settings.estimator]
    found.append(Series(name, t, y, "points", "network", error=error))
    return tuple(found)


def columns(points: Sequence[ScanPoint], key: str) -> tuple[Array, Array, Array]:
    """Return temperatures, values and errors of a quantity, each (n,), by rising temperature."""
    ordered = sorted(points, key=lambda point: point.temperature)
    estimates = [point.values[key].estimate for point in ordered]
    return (
        array([point.temperature for point in ordered]),
        array([estimate.value for estimate in estimates]),
        array([estimate.error for estimate in estimates]),
    )


def reference_of(result: ScanResult, point: ScanPoint, key: str) -> Estimate | None:
    """Return what a quantity of a point is compared with: exact, else Wolff's, else None."""
    measured = point.values[key]
    if measured.exact is not None:
        return Estimate(measured.exact, 0.0)
    other = _reference_at(result, point.temperature)
    return None if other is None else other.values[key].estimate


def _reference_at(result: ScanResult, temperature: float) -> ScanPoint | None:
    same = (p for p in result.reference if abs(p.temperature - temperature) < 1e-9)
    return next(same, None)


def deviation(measured: Measured, reference: Estimate | None) -> float | None:
    """Return how many joint standard errors an estimate is off, None where that is unknown."""
    if reference is None:
        return None
    error = math.hypot(measured.estimate.error, reference.error)
    off = Estimate(measured.estimate.value, error).deviation(reference.value)
    return off if math.isfinite(off) else None


def _residuals(key: str, result: ScanResult | None) -> tuple[Series, ...]:
    if result is None:
        return ()
    rows = [
        (point.temperature, deviation(point.values[key], reference_of(result, point, key)))
        for point in sorted(result.points, key=lambda point: point.temperature)
    ]
    known = [(t, off) for t, off in rows if off is not None]
    if not known:
        return ()
    t, off = array(known).T
    name = ESTIMATOR_LABELS[result.order.settings.estimator]
    return (Series(name, t, off, "points", "network"),)


def nearest(points: Sequence[ScanPoint], temperature: float) -> ScanPoint | None:
    """Return the point next to a temperature, None without points."""
    return min(points, key=lambda p: abs(p.temperature - temperature), default=None)


def _correlation_plot(result: ScanResult | None, temperature: float) -> PlotSpec:
    point = nearest(result.points, temperature) if result is not None else None
    title, symbol = TITLES["correlation"], SYMBOLS["correlation"]
    series: list[Series] = []
    told = {} if result is None else scan_provenance(result.order, result)
    if result is not None and point is not None:
        told["temperature"] = f"{point.temperature:.6g} J/k_B"
        other = _reference_at(result, point.temperature)
        r = array(point.distances)
        if point.exact_correlations is not None:
            name = f"exact, $L$ = {point.size}"
            series.append(Series(name, r, point.exact_correlations, "line", "exact"))
        if other is not None:
            series.append(Series("Wolff reference", r, other.correlations, "dashed", "reference"))
        series.append(
            Series(
                ESTIMATOR_LABELS[point.estimator],
                r,
                point.correlations,
                "points",
                error=point.correlation_errors,
            )
        )
    return PlotSpec(
        "correlation",
        title,
        symbol,
        Scale("$r$", "sites", low=0.0),
        Scale(symbol, high=1.05),
        tuple(series),
        note="" if point is None else f"$T$ = {point.temperature:.4g}",
        provenance=told,
    )
