"""What each observable is: symbol, formula and unit, for the table and its tooltips."""

from __future__ import annotations

from dataclasses import dataclass

from nrg_app.ui.panels.text import Line, plain, sub, sym


@dataclass(frozen=True)
class Definition:
    """A symbol as painted, and the formula in HTML for a tooltip."""

    symbol: Line
    formula: str


DEFINITIONS = {
    "free_energy": Definition(
        (sym("f"),),
        "<i>f</i> = \u2212<i>T</i> ln <i>Z</i> / <i>N</i>."
        " The raw network value is an upper bound.",
    ),
    "energy": Definition((sym("e"),), "<i>e</i> = \u27e8<i>E</i>\u27e9 / <i>N</i>"),
    "specific_heat": Definition(
        (sym("c"),),
        "<i>c</i> = (\u27e8<i>E</i>\u00b2\u27e9 \u2212 \u27e8<i>E</i>\u27e9\u00b2)"
        " / (<i>N</i> <i>T</i>\u00b2)",
    ),
    "abs_magnetization": Definition(
        (plain("\u27e8|"), sym("m"), plain("|\u27e9")),
        "\u27e8|<i>m</i>|\u27e9 with <i>m</i> = \u03a3 <i>s</i> / <i>N</i>",
    ),
    "susceptibility": Definition(
        (sym("\u03c7"),), "<i>\u03c7</i> = <i>N</i> \u27e8<i>m</i>\u00b2\u27e9"
    ),
    "binder": Definition(
        (sym("U"), sub("4")),
        "<i>U</i><sub>4</sub> = 1 \u2212 \u27e8<i>m</i>\u2074\u27e9"
        " / (3 \u27e8<i>m</i>\u00b2\u27e9\u00b2)",
    ),
}
"""By the key of an ``ObservableRow``; N is the number of sites, T in J/k_B."""
