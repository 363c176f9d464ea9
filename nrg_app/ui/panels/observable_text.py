"""The observables as text: table cells, tooltips and the clipboard."""

from __future__ import annotations

import html
import math

from nrg_app.physics.observables import Estimate
from nrg_app.session.messages import ObservableRow, ObservablesUpdate
from nrg_app.ui.panels.definitions import DEFINITIONS
from nrg_app.ui.panels.numbers import DASH, MINUS, fixed

MINIMUM_DRAWS = 32
_COLUMNS = (
    "quantity",
    "unit",
    "network",
    "network error",
    "reweighted",
    "reweighted error",
    "reference",
    "reference error",
    "reference kind",
    "network value(error)",
    "network deviation / standard errors",
    "reweighted value(error)",
    "reweighted deviation / standard errors",
)


def estimate_text(estimate: tuple[float, float] | None, draws: int) -> str:
    """Return a value with its error in brackets, a dash without enough draws."""
    if estimate is None or draws < MINIMUM_DRAWS:
        return DASH
    return Estimate(*estimate).brackets()


def reference_text(row: ObservableRow) -> str:
    """Return an exact reference with four decimals, one with an error in brackets."""
    if row.reference is None or not math.isfinite(row.reference):
        return DASH
    if row.reference_error is None:
        return fixed(row.reference, 4)
    return Estimate(row.reference, row.reference_error).brackets()


def deviation_text(estimate: tuple[float, float] | None, row: ObservableRow, draws: int) -> str:
    """Return (estimate - reference) in units of the joint standard error, such as "+1.3 sigma"."""
    if estimate is None or row.reference is None or draws < MINIMUM_DRAWS:
        return DASH
    error = math.hypot(estimate[1], row.reference_error or 0.0)
    deviation = Estimate(estimate[0], error).deviation(row.reference)
    return f"{fixed(deviation, 1, plus=True)} \u03c3" if math.isfinite(deviation) else DASH


def row_tooltip(row: ObservableRow, draws: int) -> str:
    """Return HTML: name, unit, formula, and every number with where it comes from."""
    unit = html.escape(f"{row.unit} per site" if row.unit else "no unit")
    lines = [f"<b>{html.escape(row.name)}</b>, {unit}"]
    definition = DEFINITIONS.get(row.key)
    if definition is not None:
        lines.append(definition.formula)
    lines.append(
        f"network {estimate_text(row.network, draws)} ({deviation_text(row.network, row, draws)})"
    )
    if row.reweighted is not None:
        deviation = deviation_text(row.reweighted, row, draws)
        lines.append(f"reweighted {estimate_text(row.reweighted, draws)} ({deviation})")
    if row.reference is not None:
        kind = {"exact": "exact", "wolff": "Wolff Monte Carlo"}.get(row.reference_kind, "reference")
        lines.append(f"{kind} {reference_text(row)}")
    return "<br>".join(lines)


def _in_words(estimate: tuple[float, float] | None, row: ObservableRow, draws: int) -> list[str]:
    """Return a value with its error in brackets and its deviation, in ASCII, "" for unknown."""
    value = estimate_text(estimate, draws)
    deviation = deviation_text(estimate, row, draws).removesuffix(" \u03c3")
    return ["" if text == DASH else text.replace(MINUS, "-") for text in (value, deviation)]


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.8g}"


def table_text(update: ObservablesUpdate) -> str:
    """Return the table for a spreadsheet: tabs between columns, plain ASCII numbers.

    Two lines say what was measured and how the columns are called.
    """
    head = [f"model {update.model}", f"T = {update.temperature:.6g} J/k_B", f"draws {update.draws}"]
    if update.ess is not None:
        head.append(f"ESS {update.ess:.4g}")
    lines = ["\t".join(head), "\t".join(_COLUMNS)]
    enough = update.draws >= MINIMUM_DRAWS
    for row in update.rows:
        network = row.network if enough and row.network else (None, None)
        reweighted = row.reweighted if enough and row.reweighted else (None, None)
        numbers = (*network, *reweighted, row.reference, row.reference_error)
        unit = row.unit or "1"
        kind = row.reference_kind
        words = (
            *_in_words(row.network, row, update.draws),
            *_in_words(row.reweighted, row, update.draws),
        )
        lines.append("\t".join((row.name, unit, *(_number(n) for n in numbers), kind, *words)))
    return "\n".join(lines) + "\n"
