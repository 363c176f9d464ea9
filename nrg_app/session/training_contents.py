"""A training run as contents of figures: its curves and its newest measurements."""

from __future__ import annotations

import numpy as np

from nrg_app import __version__
from nrg_app.figures.contents import SPINS, Content, Tiles
from nrg_app.figures.plot_spec import Array, Level, PlotSpec, Scale, Series, array
from nrg_app.physics.exact import CRITICAL_TEMPERATURE
from nrg_app.session.training_curves import RunCurves, energy_range, smooth, smooth_error
from nrg_app.session.training_messages import AbsMagnetization, FixedNoise, GapsByTemperature

_STEP = Scale("training step")
_NAMED_MARKS = 3
_CRITICAL = ((float(CRITICAL_TEMPERATURE), "$T$_{c}"),)


def training_contents(
    curves: RunCurves, name: str, target: float | None = None
) -> dict[str, Content]:
    """Return what a run has to show, by key.

    Args:
        curves: of the run.
        name: of the run.
        target: the gap that is expected at its end, in nats per site.
    """
    if curves.last is None or not len(curves):
        return {}
    told = {
        "training run": name,
        "lattice": f"L = {curves.last.size}",
        "steps": str(curves.last.steps),
        "program": f"NRG {__version__}",
    }
    found: dict[str, Content] = {plot.key: plot for plot in _by_step(curves, target, told)}
    if curves.scales is not None:
        gaps = sorted(curves.scales.gaps.items())
        found["training.scales"] = PlotSpec(
            "training.scales", "Gap by scale", "",
            Scale("scale $ℓ$", log=True, ticks=tuple(float(scale) for scale, _ in gaps)),
            Scale("share of the gap", "nats per site"),
            (
                Series(
                    "share", array([scale for scale, _ in gaps]),
                    array([value for _, (value, _) in gaps]), "points",
                    error=array([error for _, (_, error) in gaps]),
                ),
            ),
            levels=(Level(0.0, "perfect"),), provenance=told,
        )  # fmt: skip
    if curves.temperatures is not None:
        found["training.temperatures"] = _temperatures(curves.temperatures, told)
    if curves.magnetization is not None:
        found["training.magnetization"] = _magnetization(curves.magnetization, told)
    if curves.samples is not None and len(curves.samples.spins):
        found["training.samples"] = _samples(curves.samples, told)
    return found


def _by_step(curves: RunCurves, target: float | None, told: dict[str, str]) -> list[PlotSpec]:
    energy, energy_error = curves.free_energy()
    low, high = energy_range(curves)
    exact = Series("exact", array(curves.column("steps")), array(curves.column("exact")), "line",
                   "exact")  # fmt: skip
    levels = () if target is None else (Level(target, "expected"),)
    gap, gap_error = curves.column("gap"), curves.column("gap_error")
    return [
        _curve(curves, "training.free_energy", "Free energy", "$f$_{var} per site, near $T$_{c}",
               Scale("$f$_{var}", "$J$", low=low, high=high), energy, told, energy_error,
               before=(exact,)),
        _curve(curves, "training.gap", "Free-energy gap", "mean over $T$",
               Scale("gap", "nats per site", log=True), gap, told, gap_error, levels=levels),
        _curve(curves, "training.ess", "Effective sample size", "",
               Scale("ESS", log=True, high=1.1), curves.column("ess"), told),
        _curve(curves, "training.gradient", "Gradient norm", "",
               Scale("gradient norm", log=True), curves.column("gradient_norm"), told),
        PlotSpec(
            "training.rate", "Learning rate", "", _STEP, Scale("learning rate", log=True),
            (Series("learning rate", array(curves.column("steps")),
                    array(curves.column("learning_rate")), "line", "exact"),),
            marks=_marks(curves), provenance=told,
        ),
    ]  # fmt: skip


def _marks(curves: RunCurves) -> tuple[tuple[float, str], ...]:
    """Return a line for every mark; the first ones are named in the key."""
    return tuple(
        (float(mark.steps), mark.text if number < _NAMED_MARKS else "")
        for number, mark in enumerate(curves.marks)
    )


def _curve(
    curves: RunCurves, key: str, title: str, symbol: str, scale: Scale, values: Array,
    told: dict[str, str], errors: Array | None = None, *, before: tuple[Series, ...] = (),
    levels: tuple[Level, ...] = (),
) -> PlotSpec:  # fmt: skip
    """Return a noisy curve below its running mean, which begins anew with every lattice."""
    starts, steps = curves.stage_starts(), array(curves.column("steps"))
    mean = smooth(values, starts)
    # Lattices have levels of their own: no line joins them.
    mean[starts[1:]] = np.nan
    error = None if errors is None else smooth_error(errors, starts)
    return PlotSpec(
        key, title, symbol, _STEP, scale,
        (
            *before,
            Series("every step", steps, array(values), "pale"),
            Series("running mean", steps, mean, "line", error=error),
        ),
        levels=levels, marks=_marks(curves), provenance=told,
    )  # fmt: skip


def _temperatures(found: GapsByTemperature, told: dict[str, str]) -> PlotSpec:
    return PlotSpec(
        "training.temperatures", "Gap by temperature", "", Scale("$T$", "$J$/$k$_{B}"),
        Scale("gap", "nats per site"),
        (
            Series("gap", array(found.temperatures), array(found.gaps), "points",
                   error=array(found.errors)),
        ),
        levels=(Level(0.0, "perfect"),), marks=_CRITICAL,
        provenance=told | {"measured at step": str(found.steps)},
    )  # fmt: skip


def _magnetization(found: AbsMagnetization, told: dict[str, str]) -> PlotSpec:
    middles = (found.edges[1:] + found.edges[:-1]) / 2.0
    series = [Series("network", middles, array(found.network), "bars")]
    if found.wolff is not None:
        series.append(Series("Wolff", middles, array(found.wolff), "line", "exact"))
    return PlotSpec(
        "training.magnetization", "Order parameter", "$P$(|$m$|) at $T$_{c}",
        Scale("|$m$|", low=0.0, high=1.0), Scale("$P$(|$m$|)", low=0.0), tuple(series),
        provenance=told | {"measured at step": str(found.steps), "draws": str(found.draws)},
    )  # fmt: skip


def _samples(found: FixedNoise, told: dict[str, str]) -> Tiles:
    values = found.spins.astype(np.float64)[None]
    return Tiles(
        "training.samples", "Samples of fixed noise", "$s$, $T$ = $T$_{c}", values, SPINS,
        provenance=told | {"drawn at step": str(found.steps)},
    )  # fmt: skip
