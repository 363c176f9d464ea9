"""Finite-size scaling as plots: Binder crossing, collapses, the torus constant."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from nrg_app.analysis.finite_size_results import CRITICAL_BINDER, Collapse, Scaled
from nrg_app.analysis.scan_results import ESTIMATOR_LABELS, Estimator, ScanPoint
from nrg_app.figures.plot_spec import Level, PlotSpec, Scale, Series, array
from nrg_app.physics.exact import CRITICAL_TEMPERATURE
from nrg_app.physics.observables import Estimate
from nrg_app.session.measure.orders import ScalingOrder, ScalingResult
from nrg_app.session.measure.scan_plots import SYMBOLS, T_LABEL, T_UNIT, columns

_COLLAPSES: tuple[Scaled, ...] = ("abs_magnetization", "susceptibility", "binder")
_LABELS = {
    "abs_magnetization": "⟨|$m$|⟩ $L$^{β/ν}",
    "susceptibility": "$χ$ $L$^{−γ/ν}",
    "binder": "$U$_{4}",
}


def scaling_provenance(order: ScalingOrder, result: ScalingResult | None = None) -> dict[str, str]:
    """Return what was run, in words."""
    temperatures = order.temperatures
    told = {
        "estimator": _estimators(result),
        "lattices": "L = " + ", ".join(str(size) for size in order.sizes),
        "temperatures": f"{len(temperatures)} from {min(temperatures):g} to {max(temperatures):g}",
        "samples per point": str(order.samples),
        "seed": str(order.seed),
    }
    if order.models:
        told["free energies at Tc"] = "weights of " + ", ".join(order.models)
    if result is not None:
        told |= {"program": result.made.program, "made": f"{result.made.date} UTC"}
    return told


def _estimators(result: ScalingResult | None) -> str:
    """Return where the points come from; those of the window are Wolff's."""
    used: set[Estimator] = {"wolff"}
    if result is not None and result.points:
        used = {point.estimator for point in result.points}
    sources = ", ".join(sorted(ESTIMATOR_LABELS[name] for name in used))
    return f"{sources}, multi-histogram reweighting"


def scaling_lines(order: ScalingOrder) -> tuple[str, ...]:
    """Return what was run in one line, and again shorter."""
    sizes = ", ".join(str(size) for size in order.sizes)
    return (
        f"Wolff, $L$ = {sizes}, {order.samples} samples, seed {order.seed}",
        f"Wolff, $L$ = {sizes}",
        f"Wolff, $L$ to {order.sizes[-1]}",
    )


def size_color(size: int, sizes: Sequence[int]) -> str:
    """Return the colour of a lattice side among several: the largest is the darkest."""
    place = sorted(sizes).index(size)
    return str(round(5 * place / max(1, len(sizes) - 1)) if len(sizes) > 1 else 2)


def scaling_plots(result: ScalingResult | None) -> dict[str, PlotSpec]:
    """Return the plots by their keys, in reading order; empty ones before anything is known."""
    told = {} if result is None else scaling_provenance(result.order, result)
    plots = [
        _binder(result, told),
        _crossings(result, told),
        *(_collapse(result, key, told) for key in _COLLAPSES),
        _constant(result, told),
    ]
    return {plot.key: plot for plot in plots}


def _parts(result: ScalingResult | None) -> dict[int, list[ScanPoint]]:
    parts: dict[int, list[ScanPoint]] = {}
    for point in () if result is None else result.points:
        parts.setdefault(point.size, []).append(point)
    return parts


def _binder(result: ScalingResult | None, told: dict[str, str]) -> PlotSpec:
    series = []
    parts = _parts(result)
    for number, (size, points) in enumerate(parts.items()):
        t, y, error = columns(points, "binder")
        color = size_color(size, result.order.sizes) if result is not None else "0"
        name = f"$L$ = {size}"
        series.append(Series("", t, y, "line", color))
        series.append(Series(name, t, y, "points", color, error=error, marker=number % 5))
    return PlotSpec(
        "binder", "Binder cumulant", SYMBOLS["binder"],
        Scale(T_LABEL, T_UNIT), Scale(SYMBOLS["binder"]), tuple(series),
        levels=(Level(CRITICAL_BINDER, f"$L$ → ∞, {CRITICAL_BINDER}"),) if series else (),
        marks=((CRITICAL_TEMPERATURE, "$T$_{c}"),), provenance=told,
    )  # fmt: skip


def _crossings(result: ScalingResult | None, told: dict[str, str]) -> PlotSpec:
    found = () if result is None or result.critical is None else result.critical.crossings
    series: tuple[Series, ...] = ()
    if found:
        x = array([float(np.sqrt(c.sizes[0] * c.sizes[1])) for c in found])
        y, error = _split([c.temperature for c in found])
        series = (Series("crossings", x, y, "points", error=error),)
    return PlotSpec(
        "crossings", "Crossing temperatures", "$T$_{×}",
        Scale("mean $L$ of the pair", "sites"), Scale("$T$_{×}", T_UNIT), series,
        levels=(Level(CRITICAL_TEMPERATURE, f"exact $T$_{{c}} = {CRITICAL_TEMPERATURE:.6f}"),)
        if found
        else (),
        provenance=told,
    )  # fmt: skip


def _split(estimates: Sequence[Estimate]) -> tuple[np.ndarray, np.ndarray]:
    return array([e.value for e in estimates]), array([e.error for e in estimates])


def _collapse(result: ScalingResult | None, key: Scaled, told: dict[str, str]) -> PlotSpec:
    found = [] if result is None else [c for c in result.collapses if c.quantity == key]
    series: list[Series] = []
    note = ""
    for collapse in found:
        series.append(Series("fit", collapse.curve_x, collapse.curve_y, "line", "exact"))
        series += _by_size(collapse)
        note = f"$χ$²/dof = {collapse.chi_squared:.2f}; corrections taken out"
    return PlotSpec(
        f"collapse_{key}", "Collapse", SYMBOLS[key],
        Scale("$T$_{c} ($T$ − $T$_{c}) / $T$ · $L$^{1/ν}"), Scale(_LABELS[key]), tuple(series),
        note=note, provenance=told,
    )  # fmt: skip


def _by_size(collapse: Collapse) -> list[Series]:
    sizes = sorted(set(collapse.sizes.tolist()))
    result = []
    for number, size in enumerate(sizes):
        mask = collapse.sizes == size
        result.append(
            Series(
                f"$L$ = {size}",
                collapse.x[mask],
                collapse.y[mask],
                "points",
                size_color(size, sizes),
                error=collapse.errors[mask],
                marker=number % 5,
            )
        )
    return result


def _constant(result: ScalingResult | None, told: dict[str, str]) -> PlotSpec:
    charge = None if result is None else result.charge
    series: tuple[Series, ...] = ()
    if charge is not None:
        x = array(charge.sizes)
        y, error = _split(charge.constants)
        series = (
            Series("exact (Kaufman)", x, array(charge.exact_constants), "line", "exact"),
            Series("measured", x, y, "points", error=error),
        )
    return PlotSpec(
        "torus_constant", "Torus constant", "$N$ ($f$_{∞} − $f$_{L})/$T$_{c}",
        Scale("$L$", "sites", log=True, ticks=() if charge is None else charge.sizes),
        Scale("$N$ ($f$_{∞} − $f$_{L})/$T$_{c}"), series,
        levels=(Level(charge.exact_torus_constant, f"{charge.exact_torus_constant:.5f}"),)
        if charge is not None
        else (),
        provenance=told,
    )  # fmt: skip
