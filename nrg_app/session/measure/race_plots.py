"""A race of samplers as plots: memory and independent samples per second against the side."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from nrg_app.analysis.race_results import RACER_LABELS, RACERS, Racer, RaceRow
from nrg_app.figures.plot_spec import PlotSpec, Scale, Series, array
from nrg_app.physics.observables import Estimate
from nrg_app.session.measure.orders import RaceOrder, RaceResult

_COLORS: dict[Racer, str] = {
    "metropolis": "muted",
    "wolff": "exact",
    "latent-hmc": "cold",
    "partial-refresh": "warm",
    "flow-correction": "network",
}


def race_provenance(order: RaceOrder, result: RaceResult | None = None) -> dict[str, str]:
    """Return what was run, in words."""
    told = {
        "models": ", ".join(order.models),
        "temperature": f"{order.temperature:.6g}",
        "time": f"{order.seconds:g} s of CPU time for each sampler and side",
        "seed": str(order.seed),
    }
    if result is not None:
        told |= {"program": result.made.program, "made": f"{result.made.date} UTC"}
    return told


def race_lines(order: RaceOrder) -> tuple[str, ...]:
    """Return what was run in one line, and again shorter."""
    t = f"$T$ = {order.temperature:.4g}"
    return f"{t}, {order.seconds:g} s each, seed {order.seed}", f"{t}, {order.seconds:g} s", t


def race_plots(result: RaceResult | None) -> dict[str, PlotSpec]:
    """Return the plots by their keys, in reading order."""
    told = {} if result is None else race_provenance(result.order, result)
    sizes = sorted({row.size for row in result.rows}) if result is not None else []
    x = Scale("$L$", "sites", log=True, ticks=tuple(sizes))
    plots = [
        PlotSpec(
            "tau_m", "Autocorrelation of |m|", "$τ$_{int}", x,
            Scale("$τ$_{int}", "steps", log=True),
            (*_fits(result, "abs_magnetization"), *_points(result, lambda r: r.tau_magnetization)),
            provenance=told,
        ),
        PlotSpec(
            "rate", "Independent samples", "per CPU second", x,
            Scale("independent samples / s", log=True),
            _points(result, lambda r: r.independent_per_second), provenance=told,
        ),
        PlotSpec(
            "tau_e", "Autocorrelation of E", "$τ$_{int}", x,
            Scale("$τ$_{int}", "steps", log=True),
            (*_fits(result, "energy"), *_points(result, lambda r: r.tau_energy)), provenance=told,
        ),
        PlotSpec(
            "speed", "Steps", "per CPU second", x, Scale("steps / s", log=True),
            _points(result, lambda r: Estimate(r.steps_per_second, 0.0)), provenance=told,
        ),
    ]  # fmt: skip
    return {plot.key: plot for plot in plots}


def _points(
    result: RaceResult | None, pick: Callable[[RaceRow], Estimate | None]
) -> tuple[Series, ...]:
    series = []
    for marker, racer in enumerate(RACERS):
        rows = [r for r in (() if result is None else result.rows) if r.racer == racer]
        known = [(row, value) for row in rows if (value := pick(row)) is not None]
        if known:
            series.append(
                Series(
                    RACER_LABELS[racer],
                    array([row.size for row, _ in known]),
                    array([value.value for _, value in known]),
                    "points",
                    _COLORS[racer],
                    error=array([value.error for _, value in known]),
                    marker=marker,
                    hollow=np.array([row.bound for row, _ in known]),
                )
            )
    return tuple(series)


def _fits(result: RaceResult | None, observable: str) -> tuple[Series, ...]:
    series = []
    for fit in () if result is None else result.exponents:
        if fit.observable == observable:
            x = array([min(fit.sizes), max(fit.sizes)])
            y = fit.amplitude * x**fit.z.value
            series.append(Series("", x, y, "line", _COLORS[fit.racer]))
    return tuple(series)
