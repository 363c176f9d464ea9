"""The Observables panel as contents of figures: its tables, P(m) and G(r)."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

import numpy as np

from nrg_app.figures.contents import Content, TableSpec
from nrg_app.figures.plot_spec import Array, PlotSpec, Scale, Series, array
from nrg_app.physics.observables import Estimate
from nrg_app.session.measure.scan_plots import SYMBOLS
from nrg_app.session.messages import (
    Correlation,
    Histogram,
    ObservableRow,
    ObservablesUpdate,
    SamplerName,
    SamplerUpdate,
)

DASH = "–"
MINIMUM_DRAWS = 32
SAMPLER_WORDS = {
    "flow": "flow",
    "corrected": "corrected flow",
    "hmc": "latent HMC",
    "wolff": "Wolff",
    "metropolis": "Metropolis",
}
_COMPARED = ("energy", "specific_heat", "abs_magnetization", "susceptibility", "binder")
Pair = tuple[float, float] | None


def observable_provenance(update: ObservablesUpdate) -> dict[str, str]:
    """Return what was measured, in words."""
    told = {
        "model": update.model or "none",
        "temperature": f"{update.temperature:.6g} J/k_B",
        "draws": str(update.draws),
        "Wolff draws": str(update.wolff_draws),
    }
    return told if update.ess is None else told | {"ESS": f"{update.ess:.4g}"}


def observable_contents(update: ObservablesUpdate) -> dict[str, Content]:
    """Return the table and the plots that there are, by key."""
    told = observable_provenance(update)
    found: dict[str, Content] = {"observables": _table(update, told)}
    if update.histogram is not None:
        found["distribution"] = _distribution(update.histogram, update.temperature, told)
    if update.correlation is not None:
        found["correlation"] = _correlation(update.correlation, update.temperature, told)
    return {key: content for key, content in found.items() if _has_data(content)}


def _has_data(content: Content) -> bool:
    return not (isinstance(content, PlotSpec) and content.is_empty())


def _words(pair: Pair) -> str:
    return DASH if pair is None else Estimate(*pair).brackets()


def _deviation(pair: Pair, row: ObservableRow) -> float:
    if pair is None or row.reference is None:
        return math.nan
    error = math.hypot(pair[1], row.reference_error or 0.0)
    return Estimate(pair[0], error).deviation(row.reference)


def _sigmas(value: float) -> str:
    return f"{value:+.1f}".replace("-", "−") if math.isfinite(value) else DASH


def _reference(row: ObservableRow) -> str:
    if row.reference is None or not math.isfinite(row.reference):
        return DASH
    if row.reference_error is None:
        return f"{row.reference:.4f}".replace("-", "−")
    return Estimate(row.reference, row.reference_error).brackets()


def _table(update: ObservablesUpdate, told: dict[str, str]) -> TableSpec:
    enough = update.draws >= MINIMUM_DRAWS
    pairs: list[tuple[ObservableRow, Pair, Pair]] = [
        (row, row.network if enough else None, row.reweighted if enough else None)
        for row in update.rows
    ]
    weighted = any(reweighted is not None for _, _, reweighted in pairs)
    heads = ("per site", "network", *(("reweighted",) if weighted else ()), "reference", "Δ/$σ$")
    rows = []
    for row, network, reweighted in pairs:
        lead = f"{row.name} {SYMBOLS.get(row.key, f'${row.symbol}$')}"
        middle = (_words(network), *((_words(reweighted),) if weighted else ()))
        best = reweighted if reweighted is not None else network
        rows.append((lead, *middle, _reference(row), _sigmas(_deviation(best, row))))
    numbers = {
        "network": _column((pair for _, pair, _ in pairs), 0),
        "network_error": _column((pair for _, pair, _ in pairs), 1),
        "reweighted": _column((pair for _, _, pair in pairs), 0),
        "reweighted_error": _column((pair for _, _, pair in pairs), 1),
        "reference": array([_known(row.reference) for row in update.rows]),
        "reference_error": array([_known(row.reference_error) for row in update.rows]),
    }
    heat = f"$T$ = {update.temperature:.3f}"
    note = f"{update.draws} draws" + ("" if update.ess is None else f", ESS {update.ess:.0%}")
    return TableSpec("observables", "Observables", heat, heads, tuple(rows), numbers, note, told)


def _known(value: float | None) -> float:
    return math.nan if value is None else value


def _column(pairs: Iterable[Pair], part: int) -> Array:
    return array([math.nan if pair is None else pair[part] for pair in pairs])


def _distribution(found: Histogram, temperature: float, told: dict[str, str]) -> PlotSpec:
    middles = (found.edges[1:] + found.edges[:-1]) / 2.0
    series = []
    if np.any(found.network_density > 0.0):
        series.append(Series("network", middles, array(found.network_density), "bars"))
    if found.wolff_density is not None and np.any(found.wolff_density > 0.0):
        series.append(Series("Wolff", middles, array(found.wolff_density), "line", "exact"))
    return PlotSpec(
        "distribution", "Order parameter", f"$P$($m$), $T$ = {temperature:.3f}",
        Scale("$m$", low=-1.09, high=1.09), Scale("$P$($m$)", low=0.0), tuple(series),
        provenance=told,
    )  # fmt: skip


def _correlation(found: Correlation, temperature: float, told: dict[str, str]) -> PlotSpec:
    r, series = array(found.distances), []
    if found.wolff is not None:
        values, errors = found.wolff
        series.append(Series("Wolff", r, array(values), "dashed", "reference", array(errors)))
    for name, pair, color in (
        ("network", found.network, "muted" if found.reweighted else "network"),
        ("reweighted", found.reweighted, "network"),
    ):
        if pair is not None:
            values, errors = pair
            series.append(Series(name, r, array(values), "points", color, array(errors)))
    return PlotSpec(
        "correlation", "Correlations", f"$G$($r$), $T$ = {temperature:.3f}",
        Scale("$r$", "sites", low=0.0), Scale("$G$($r$)", high=1.05), tuple(series),
        provenance=told,
    )  # fmt: skip


# -- two samplers ------------------------------------------------------------------------


def sampler_table(
    updates: Mapping[SamplerName, SamplerUpdate], first: SamplerName, second: SamplerName
) -> TableSpec:
    """Return two samplers side by side: observables, memory in steps, and speed."""
    pair = [updates.get(name) for name in (first, second)]
    rows, numbers = [], {name: list[float]() for name in _names(first, second)}
    for key in _COMPARED:
        found = [None if one is None else one.estimates.get(key) for one in pair]
        rows.append((SYMBOLS[key], *map(_words, found), _sigmas(_apart(*found))))
        _append(numbers, first, second, found)
    for words, name in (
        ("memory $τ$_{e}", "tau_energy"),
        ("memory $τ$_{|m|}", "tau_magnetization"),
    ):
        taus = [None if one is None else getattr(one, name) for one in pair]
        known = [tau if tau is not None and math.isfinite(tau[0]) else None for tau in taus]
        rows.append((words, *map(_words, known), ""))
        _append(numbers, first, second, known)
    for words, name, form in (
        ("accepted", "acceptance", "{:.3f}"),
        ("independent / s", "effective_per_second", "{:.0f}"),
    ):
        values = [None if one is None else getattr(one, name) for one in pair]
        rows.append((words, *(DASH if v is None else form.format(v) for v in values), ""))
        single: list[Pair] = [None if v is None else (v, math.nan) for v in values]
        _append(numbers, first, second, single)
    known_one = next((one for one in pair if one is not None), None)
    told: dict[str, str] = {} if known_one is None else {
        "model": known_one.model or "none",
        "temperature": f"{known_one.temperature:.6g} J/k_B",
        **{one.sampler: f"{one.samples} samples" for one in pair if one is not None},
    }  # fmt: skip
    heat = "" if known_one is None else f"$T$ = {known_one.temperature:.3f}"
    heads = ("", SAMPLER_WORDS.get(first, first), SAMPLER_WORDS.get(second, second), "Δ/$σ$")
    return TableSpec(
        "samplers", "Samplers", heat, heads, tuple(rows) if known_one is not None else (),
        {name: array(values) for name, values in numbers.items()}, "", told,
    )  # fmt: skip


def _names(first: str, second: str) -> tuple[str, ...]:
    return (first, f"{first}_error", second, f"{second}_error")


def _append(numbers: dict[str, list[float]], first: str, second: str, found: list[Pair]) -> None:
    for name, pair in zip((first, second), found, strict=True):
        numbers[name].append(math.nan if pair is None else pair[0])
        numbers[f"{name}_error"].append(math.nan if pair is None else pair[1])


def _apart(left: Pair, right: Pair) -> float:
    if left is None or right is None:
        return math.nan
    error = math.hypot(left[1], right[1])
    return (left[0] - right[0]) / error if error else math.nan
