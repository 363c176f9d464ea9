"""Tables of ``nrg measure`` and ``nrg mcrg``: estimate ± error, exact value, deviation.

Deviations are in standard errors.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from rich.table import Table

from nrg_app.analysis.finite_size_results import (
    CENTRAL_CHARGE,
    CRITICAL_BINDER,
    EXACT_EXPONENTS,
    CentralCharge,
    Collapse,
    CriticalPoint,
)
from nrg_app.analysis.race_results import RACER_LABELS, RACER_STEPS, RaceRow
from nrg_app.analysis.scan_results import ESTIMATOR_LABELS, QUANTITIES, ScanPoint
from nrg_app.cli.reports import console
from nrg_app.figures.markup import plain_words
from nrg_app.physics.exact import CRITICAL_TEMPERATURE
from nrg_app.physics.observables import Estimate
from nrg_app.session.measure import rows

_CAPTION = "off: distance to the exact value in standard errors"
_DEVIATION = "off: deviation in standard errors"


def plus_minus(estimate: Estimate) -> str:
    """Value ± error to two digits of the error; an en dash where nothing is known.

    Example:
        >>> plus_minus(Estimate(1.4271, 0.0031)), plus_minus(Estimate(120.0, 37.2))
        ('1.4271 ± 0.0031', '120 ± 37')
    """
    if not (math.isfinite(estimate.value) and math.isfinite(estimate.error)):
        return "–"
    if estimate.error == 0.0:
        return _true_minus(f"{estimate.value:.6f}")
    decimals = max(0, 1 - math.floor(math.log10(estimate.error)))
    return _true_minus(f"{estimate.value:.{decimals}f} ± {estimate.error:.{decimals}f}")


def print_points(points: Sequence[ScanPoint]) -> None:
    """Every quantity of every point beside its exact values, and what makes it doubtful."""
    if not points:
        return
    first = points[0]
    table = Table(
        "per site",
        "estimate ± error",
        "exact",
        "off",
        "infinite lattice",
        title=f"{ESTIMATOR_LABELS[first.estimator]}, {first.samples:,} samples per temperature",
        caption=_CAPTION,
    )
    for point in sorted(points, key=lambda point: (point.size, point.temperature)):
        table.add_row(f"[bold]L = {point.size}, T = {point.temperature:.6g}[/]")
        for key, quantity in QUANTITIES.items():
            measured = point.values[key]
            table.add_row(
                f"{quantity.label} {quantity.symbol}",
                plus_minus(measured.estimate),
                _number(measured.exact),
                _off(measured.deviation),
                _number(measured.infinite),
            )
        table.add_section()
    console.print(table)
    for point in points:
        for warning in point.warnings:
            console.print(f"[yellow]L = {point.size}, T = {point.temperature:.6g}: {warning}[/]")


def print_critical_point(found: CriticalPoint) -> None:
    """Binder crossings and Tc."""
    table = Table(
        "", "estimate ± error", "exact", "off", title="Binder crossings", caption=_CAPTION
    )
    for crossing in found.crossings:
        small, large = crossing.sizes
        table.add_row(f"T, L = {small} and {large}", plus_minus(crossing.temperature))
        table.add_row(f"U₄, L = {small} and {large}", plus_minus(crossing.binder))
    table.add_section()
    table.add_row(*_compared("Tc", found.temperature, found.exact))
    console.print(table)
    console.print(f"At Tc the Binder cumulant of a large torus is {CRITICAL_BINDER}.")


def print_collapse(collapses: Sequence[Collapse]) -> None:
    """Exponents of every collapse beside the exact ones."""
    table = Table(
        "quantity", "", "estimate ± error", "exact", "off", "χ² / dof",
        title="Data collapse", caption=_CAPTION,
    )  # fmt: skip
    for result in collapses:
        label = QUANTITIES[result.quantity].label
        quality = f"{result.chi_squared:.2f} of {result.degrees}"
        if result.critical_temperature.error > 0.0:
            tc = _compared("Tc", result.critical_temperature, float(CRITICAL_TEMPERATURE))
            table.add_row(label, *tc, quality)
            label = quality = ""
        for name, estimate in result.exponents.items():
            table.add_row(label, *_compared(name, estimate, EXACT_EXPONENTS[name]), quality)
            label = quality = ""
        table.add_section()
    console.print(table)


def print_central_charge(found: CentralCharge) -> None:
    """Torus constants and the central charge."""
    table = Table(
        "", "estimate ± error", "exact", "off", title="ln Z − N ln z at Tc", caption=_CAPTION
    )
    for size, constant, exact in zip(
        found.sizes, found.constants, found.exact_constants, strict=True
    ):
        table.add_row(*_compared(f"L = {size}", constant, exact))
    table.add_section()
    table.add_row(*_compared("large L", found.torus_constant, found.exact_torus_constant))
    table.add_row(*_compared("central charge c", found.central_charge, CENTRAL_CHARGE))
    console.print(table)


def print_values(tables: Sequence[rows.Table]) -> None:
    """The tables that the Measure workspace shows."""
    for shown in tables:
        compared = shown.is_compared()
        heads = ("", "estimate ± error", *((shown.reference, "off") if compared else ()))
        table = Table(
            *heads, title=plain_words(shown.caption), caption=_DEVIATION if compared else None
        )
        for row in shown.rows:
            known = row.reference
            text = "" if known is None else plus_minus(known)
            table.add_row(
                plain_words(row.symbol),
                plus_minus(row.estimate),
                *((text, _off(row.deviation)) if compared else ()),
            )
        console.print(table)


def print_race_rows(race: Sequence[RaceRow]) -> None:
    """Memory and speed of every sampler at every side."""
    table = Table(
        "sampler", "L", "steps", "accepted", "τ of E", "τ of |m|", "independent / s",
        title="Race of samplers",
        caption="τ in steps, errors of the last digits in brackets; independent samples per CPU "
        "second by the slower τ; ≥, ≤: the chains were too short for their τ",
    )  # fmt: skip
    for row in race:
        few = row.independent_per_second
        table.add_row(
            RACER_LABELS[row.racer],
            str(row.size),
            f"{row.chains} × {row.steps:,}" if row.chains > 1 else f"{row.steps:,}",
            "" if row.acceptance is None else f"{row.acceptance:.2f}",
            *(_bound("≥", tau, row.bound) for tau in (row.tau_energy, row.tau_magnetization)),
            _bound("≤", few, row.bound),
        )
    console.print(table)
    racers = dict.fromkeys(row.racer for row in race)
    steps = "; ".join(f"{RACER_LABELS[racer]}, {RACER_STEPS[racer]}" for racer in racers)
    console.print(f"One step is: {steps}.")


def _bound(sign: str, estimate: Estimate | None, bound: bool) -> str:
    if estimate is None:
        return "–"
    return f"{sign} {estimate.brackets()}" if bound else estimate.brackets()


def _compared(label: str, estimate: Estimate, exact: float) -> tuple[str, str, str, str]:
    known = math.isfinite(estimate.error)
    off = _off(estimate.deviation(exact) if known else None)
    return label, plus_minus(estimate), _number(exact), off


def _number(value: float | None) -> str:
    if value is None:
        return ""
    return _true_minus(f"{value:.6f}") if math.isfinite(value) else "∞"


def _off(deviation: float | None) -> str:
    return "" if deviation is None else _true_minus(f"{deviation:+.1f}")


def _true_minus(text: str) -> str:
    return text.replace("-", "\N{MINUS SIGN}")
