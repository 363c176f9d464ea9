"""The table of a measurement: estimate with its error, what it is compared with, deviation."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from nrg_app.analysis.finite_size_results import CENTRAL_CHARGE, CRITICAL_BINDER, EXACT_EXPONENTS
from nrg_app.analysis.race_results import METROPOLIS_Z, RACER_LABELS
from nrg_app.analysis.rg_results import EXACT_MAGNETIC, EXACT_THERMAL
from nrg_app.figures.markup import plain_words
from nrg_app.physics.observables import Estimate
from nrg_app.session.measure.mcrg_plots import FAMILIES
from nrg_app.session.measure.orders import McrgResult, RaceResult, ScalingResult, ScanResult
from nrg_app.session.measure.scan_plots import SYMBOLS, nearest, reference_of

_RULES = {"majority": "majority", "decimation": "decimation", "encoded": "network", "flow": "flow"}
_EXPONENTS = {"nu": "$ν$", "beta": "$β$", "gamma": "$γ$"}


@dataclass(frozen=True)
class Row:
    """One number.

    Attributes:
        symbol: markup.
        estimate: value with standard error.
        reference: exact value, or one with an error; None where there is none.
    """

    symbol: str
    estimate: Estimate
    reference: Estimate | None = None

    @property
    def deviation(self) -> float | None:
        """``estimate - reference`` in joint standard errors, None where that is unknown."""
        if self.reference is None:
            return None
        error = math.hypot(self.estimate.error, self.reference.error)
        off = Estimate(self.estimate.value, error).deviation(self.reference.value)
        return off if math.isfinite(off) else None


@dataclass(frozen=True)
class Table:
    """Rows under a caption; ``reference`` names the column of what they are compared with."""

    caption: str
    rows: tuple[Row, ...]
    reference: str = "exact"

    def is_compared(self) -> bool:
        """Return whether there is anything to compare with."""
        return any(row.reference is not None for row in self.rows)


def _exact(value: float) -> Estimate:
    return Estimate(value, 0.0)


def scan_tables(result: ScanResult | None, temperature: float) -> tuple[Table, ...]:
    """Return the values of the point next to a temperature, and where quantities peak."""
    point = nearest(result.points, temperature) if result is not None else None
    if result is None or point is None:
        return ()
    rows = tuple(
        Row(symbol, point.values[key].estimate, reference_of(result, point, key))
        for key, symbol in SYMBOLS.items()
        if key in point.values
    )
    tables = [Table(f"Values at $T$ = {point.temperature:.4f}", rows, "reference")]
    if result.peaks:
        peaks = tuple(
            Row(
                f"$T$, max {SYMBOLS[peak.quantity]}",
                peak.temperature,
                None if peak.exact is None else _exact(peak.exact),
            )
            for peak in result.peaks
        )
        tables.append(Table("Peaks", peaks))
    return tuple(tables)


def scaling_tables(result: ScalingResult | None) -> tuple[Table, ...]:
    """Return Tc, the exponents and the central charge."""
    if result is None:
        return ()
    tables = []
    if result.critical is not None:
        critical = result.critical
        rows = [
            # Two small lattices cross a little below Tc; only the limit is compared with it.
            Row(f"$T$, {c.sizes[0]} × {c.sizes[1]}", c.temperature)
            for c in critical.crossings
        ]
        last = critical.crossings[-1]
        rows.append(Row("$T$_{c}, large $L$", critical.temperature, _exact(critical.exact)))
        rows.append(Row("$U$_{4} crossing", last.binder, _exact(CRITICAL_BINDER)))
        tables.append(Table("Binder crossings", tuple(rows)))
    exponents: list[Row] = []
    for collapse in result.collapses:
        which = SYMBOLS[collapse.quantity]
        exponents += [
            Row(f"{_EXPONENTS[key]} from {which}", value, _exact(EXACT_EXPONENTS[key]))
            for key, value in collapse.exponents.items()
        ]
    if exponents:
        tables.append(Table("Collapse", tuple(exponents)))
    if result.charge is not None:
        charge = result.charge
        exact = _exact(charge.exact_torus_constant)
        rows = [
            Row("torus constant", charge.torus_constant, exact),
            Row("$c$", charge.central_charge, _exact(CENTRAL_CHARGE)),
        ]
        tables.append(Table("Central charge", tuple(rows)))
    return tuple(tables)


def mcrg_tables(result: McrgResult | None) -> tuple[Table, ...]:
    """Return the estimates, both exponents of every iteration, and known couplings."""
    if result is None or not (result.exponents or result.paths):
        return ()
    tables = []
    if result.exponents:
        estimates = [
            Row(f"{symbol}, {_RULES[found.origin.rule]}", value, _exact(exact))
            for found in result.exponents
            for symbol, value, exact in (
                ("$y$_{t}", found.y_t, EXACT_THERMAL),
                ("$y$_{h}", found.y_h, EXACT_MAGNETIC),
            )
        ]
        tables.append(Table("Estimates", tuple(estimates)))
    for found in result.exponents:
        rows = []
        for step in found.steps:
            sides = f"{step.side} → {step.blocked_side}"
            rows.append(Row(f"$y$_{{t}}, {sides}", step.y_t, _exact(EXACT_THERMAL)))
            rows.append(Row(f"$y$_{{h}}, {sides}", step.y_h, _exact(EXACT_MAGNETIC)))
        learned = found.origin.learned
        family = "" if learned is None else f" ({FAMILIES[learned]})"
        tables.append(Table(f"Iterations, {_RULES[found.origin.rule]}{family}", tuple(rows)))
    if result.paths:
        nearest = result.operators.index("nearest")
        known = tuple(
            Row(
                f"$K$_{{nn}}, $T$ = {path.temperature:.4g}",
                path.levels[0].couplings[nearest],
                _exact(1.0 / path.temperature),
            )
            for path in result.paths
        )
        tables.append(Table("Couplings before the first step", known))
    return tuple(tables)


def race_tables(result: RaceResult | None) -> tuple[Table, ...]:
    """Return the dynamical exponents of |m| and E; that of Metropolis beside the literature.

    The energy hardly feels the slowest mode, so that its tau grows more slowly on small lattices.
    """
    fits = () if result is None else result.exponents
    tables = []
    for observable, letter in (("abs_magnetization", "|$m$|"), ("energy", "$E$")):
        rows = tuple(
            Row(
                RACER_LABELS[fit.racer],
                fit.z,
                METROPOLIS_Z
                if (fit.racer, observable) == ("metropolis", "abs_magnetization")
                else None,
            )
            for fit in fits
            if fit.observable == observable
        )
        if rows:
            tables.append(Table(f"$z$ of {letter}", rows, "literature"))
    return tuple(tables)


def values_text(tables: Sequence[Table]) -> str:
    """Return tables for a spreadsheet: tabs between columns, plain ASCII numbers."""
    lines = [("table", "quantity", "value", "error", "expected", "deviation in standard errors")]
    lines += [
        (
            plain_words(table.caption),
            plain_words(row.symbol),
            f"{row.estimate.value:.8g}",
            f"{row.estimate.error:.3g}",
            "" if row.reference is None else f"{row.reference.value:.8g}",
            "" if row.deviation is None else f"{row.deviation:.2f}",
        )
        for table in tables
        for row in table.rows
    ]
    return "\n".join("\t".join(line) for line in lines) + "\n"
