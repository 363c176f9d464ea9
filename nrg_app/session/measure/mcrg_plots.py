"""Monte Carlo RG as plots: exponents of every iteration, and the flow of the couplings."""

from __future__ import annotations

from nrg_app.analysis.rg_results import (
    EXACT_MAGNETIC,
    EXACT_THERMAL,
    RULE_LABELS,
    CouplingPath,
    Origin,
    RGExponents,
    RGStep,
)
from nrg_app.figures.plot_spec import Level, PlotSpec, Scale, Series, array
from nrg_app.physics.exact import CRITICAL_TEMPERATURE
from nrg_app.physics.observables import Estimate
from nrg_app.session.measure.orders import McrgOrder, McrgResult

RULE_NAMES = {
    "majority": "majority blocks",
    "decimation": "decimation",
    "encoded": "coarse fields of exact samples",
    "flow": "coarse fields of the network",
}
COUPLINGS = {
    "nearest": ("nearest neighbours", "$K$_{nn}"),
    "next-nearest": ("next-nearest", "$K$_{nnn}"),
    "plaquette": ("plaquette", "$K$_{plaq}"),
    "third": ("third neighbours", "$K$_{3}"),
    "ring": ("four-spin ring", "$K$_{4}"),
}
_COLORS = {"majority": "cold", "decimation": "muted", "encoded": "network", "flow": "warm"}
_MARKERS = {"majority": 1, "decimation": 3, "encoded": 0, "flow": 2}
FAMILIES = {True: "learned blocks", False: "decimation"}
"""What the coarse fields of a network are: with disentanglers, or one site in four."""
_FAMILY_NOTES = {
    True: (
        "learned block variables; those of the models that come with the program are still close "
        "to decimation, and their exponents are off likewise"
    ),
    False: (
        "decimation: each is the field at one site of its block; such a step has no fixed point "
        "with couplings of short range, so that its exponents are off"
    ),
}
_SHIFT = 0.05  # between the rules, so that their points do not cover each other


def mcrg_provenance(order: McrgOrder, result: McrgResult | None = None) -> dict[str, str]:
    """Return what was run, in words."""
    told = {
        "exponents": (
            f"L = {order.size} at T = {CRITICAL_TEMPERATURE:.6f}, {order.samples} samples, "
            + "; ".join(RULE_LABELS[rule] for rule in order.rules)
        ),
        "couplings": (
            f"majority blocks, {order.path_samples} samples at T = "
            + ", ".join(f"{t:.4g}" for t in order.temperatures)
        ),
        "seed": str(order.seed),
    }
    if order.model:
        told["model"] = order.model
    if result is not None:
        for found in result.exponents:
            if found.origin.learned is not None:
                told["coarse fields"] = _FAMILY_NOTES[found.origin.learned]
        told |= {"program": result.made.program, "made": f"{result.made.date} UTC"}
    return told


def rule_name(origin: Origin) -> str:
    """Return how spins were coarse-grained; of a network's coarse fields also which they are."""
    name = RULE_NAMES[origin.rule]
    return name if origin.learned is None else f"{name}, {FAMILIES[origin.learned]}"


def mcrg_lines(order: McrgOrder) -> tuple[str, ...]:
    """Return what was run in one line, and again shorter."""
    side = f"$L$ = {order.size}"
    return f"{side}, {order.samples} samples, seed {order.seed}", side


def mcrg_plots(result: McrgResult | None) -> dict[str, PlotSpec]:
    """Return the plots by their keys, in reading order."""
    told = {} if result is None else mcrg_provenance(result.order, result)
    plots = [
        _exponent_plot(result, "y_t", "Thermal exponent", EXACT_THERMAL, told),
        _exponent_plot(result, "y_h", "Magnetic exponent", EXACT_MAGNETIC, told),
        _flow_plot(result, "next-nearest", told),
        _flow_plot(result, "plaquette", told),
        _flow_plot(result, "third", told),
        _flow_plot(result, "ring", told),
    ]
    return {plot.key: plot for plot in plots}


def _value(step: RGStep, key: str) -> Estimate:
    return step.y_t if key == "y_t" else step.y_h


def _exponent_series(found: RGExponents, key: str, shift: float) -> Series:
    rule = found.origin.rule
    values = [_value(step, key) for step in found.steps]
    return Series(
        rule_name(found.origin),
        array([step.iteration + shift for step in found.steps]),
        array([value.value for value in values]),
        "points",
        _COLORS[rule],
        error=array([value.error for value in values]),
        marker=_MARKERS[rule],
    )


def _exponent_plot(
    result: McrgResult | None, key: str, title: str, exact: float, told: dict[str, str]
) -> PlotSpec:
    found = () if result is None else result.exponents
    middle = 0.5 * (len(found) - 1)
    series = tuple(
        _exponent_series(one, key, _SHIFT * (number - middle)) for number, one in enumerate(found)
    )
    most = max((len(one.steps) for one in found), default=1)
    symbol = f"$y$_{{{key[-1]}}}"
    words = "exact, 1" if key == "y_t" else "exact, 15/8"
    return PlotSpec(
        key, title, symbol,
        Scale("RG iteration", low=0.5, high=most + 0.5, ticks=tuple(range(1, most + 1))),
        Scale(symbol), series,
        levels=(Level(exact, words),) if series else (), provenance=told,
    )  # fmt: skip


def path_color(path: CouplingPath) -> tuple[str, str, int]:
    """Return colour, words and marker of a path: below, at or above Tc."""
    if abs(path.temperature - CRITICAL_TEMPERATURE) < 1e-6:
        return "network", "$T$ = $T$_{c}", 0
    below = path.temperature < CRITICAL_TEMPERATURE
    return ("cold", f"$T$ = {path.temperature:.4g}", 1) if below else (
        "warm", f"$T$ = {path.temperature:.4g}", 2
    )  # fmt: skip


def _flow_plot(result: McrgResult | None, other: str, told: dict[str, str]) -> PlotSpec:
    symbol = COUPLINGS[other][1]
    across = COUPLINGS["nearest"][1]
    series: list[Series] = []
    if result is not None and result.paths and other in result.operators:
        first, second = result.operators.index("nearest"), result.operators.index(other)
        for path in result.paths:
            color, words, marker = path_color(path)
            xs = [level.couplings[first] for level in path.levels]
            ys = [level.couplings[second] for level in path.levels]
            series.append(
                Series(
                    words,
                    array([e.value for e in xs]),
                    array([e.value for e in ys]),
                    "arrows",
                    color,
                    error=array([e.error for e in ys]),
                    x_error=array([e.error for e in xs]),
                    marker=marker,
                )
            )
    return PlotSpec(
        f"flow_{other}", f"RG flow, {COUPLINGS[other][0]}", f"{symbol} against {across}",
        Scale(f"{across}, nearest neighbours"), Scale(symbol), tuple(series),
        provenance=told,
    )  # fmt: skip
