"""``nrg gallery``: ten figures for print, of the shipped models and the example measurements.

What is measured anew, the information of the latents and the speed of the samplers, is measured
with few samples, so that all of it takes a minute or two.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import TypeVar

import numpy as np
from matplotlib.figure import Figure

from nrg_app.cli.benchmark import quick_benchmark
from nrg_app.cli.pictures import make_session
from nrg_app.cli.reports import console
from nrg_app.errors import NRGError
from nrg_app.figures.benchmark_figure import benchmark_figure, benchmark_metadata
from nrg_app.figures.contents import contents_metadata
from nrg_app.figures.export import Metadata, save_figure
from nrg_app.figures.plot_figure import plots_figure
from nrg_app.figures.plot_spec import PlotSpec, Scale, Series
from nrg_app.figures.strip_figure import figure_metadata, rg_figure
from nrg_app.flows.card_files import read_card
from nrg_app.physics.exact import CRITICAL_TEMPERATURE
from nrg_app.resources import measurements_dir
from nrg_app.session.holography.jobs import carry_out
from nrg_app.session.holography.messages import JobOrder, Message, PlotsResult
from nrg_app.session.measure.mcrg_plots import mcrg_plots
from nrg_app.session.measure.orders import Kind, McrgResult, RaceResult, ScalingResult, ScanResult
from nrg_app.session.measure.race_plots import race_plots
from nrg_app.session.measure.scaling_plots import scaling_plots, size_color
from nrg_app.session.measure.scan_plots import T_LABEL, T_UNIT, exact_curves, scan_plot
from nrg_app.session.measure.store import load_result
from nrg_app.session.models import model_path
from nrg_app.session.sampling import load_model, sample

_T = TypeVar("_T")
Drawn = tuple[Figure, Metadata]
TC = float(CRITICAL_TEMPERATURE)
_COLUMN, _PAGE = 86.0, 178.0  # millimetres
_MODELS = ("ising-8", "ising-16", "ising-32", "ising-64")
_BULK_MODEL, _BULK_SAMPLES = "ising-16", 1024


def write_gallery(out: Path, suffix: str, dpi: int, names: Sequence[str] = ()) -> None:
    """Draw the figures of some names, all without one.

    Args:
        out: Folder to write to.
        suffix: "pdf", "svg", "png" or "tiff".
        dpi: Dots per inch of pixels.
        names: Of :data:`GALLERY`.

    Raises:
        NRGError: for an unknown name, a bad resolution or a place that cannot be written.
    """
    if unknown := set(names) - set(GALLERY):
        raise NRGError(
            f"The gallery has no figure '{min(unknown)}'; choose of {', '.join(GALLERY)}."
        )
    for name in names or GALLERY:
        with console.status(f"drawing {name}"):
            figure, metadata = GALLERY[name]()
            path = out / f"{name}.{suffix}"
            save_figure(figure, path, metadata, dpi=dpi)
        console.print(f"wrote {path}")


def _sheet(specs: Sequence[PlotSpec], width: float = _PAGE) -> Drawn:
    return plots_figure(specs, width_mm=width), contents_metadata(specs)


def _sample() -> Drawn:
    session = make_session("ising-32", TC, seed=1)
    samples = sample(session.sample_request(0, count=1), load_model(session.model))
    return rg_figure(samples, 0, width_mm=_PAGE), figure_metadata(samples, 0)


def _observables() -> Drawn:
    result = _example("scan", ScanResult)
    temperatures = result.order.settings.temperatures
    curves = exact_curves(result.order.settings.size, min(temperatures), max(temperatures))
    keys = ("energy", "specific_heat", "abs_magnetization", "binder")
    return _sheet([scan_plot(key, result, curves, TC) for key in keys])


def _gaps() -> Drawn:
    """The free-energy gap of the shipped models, as their cards say."""
    cards = {name: read_card(model_path(name))[0] for name in _MODELS}
    sizes = [card.size for card in cards.values()]
    series = [
        Series(
            f"$L$ = {card.size}",
            np.array([gap.temperature for gap in card.gaps]),
            np.array([gap.gap for gap in card.gaps]),
            "points",
            size_color(card.size, sizes),
            error=np.array([gap.error for gap in card.gaps]),
            marker=number,
        )
        for number, card in enumerate(cards.values())
    ]
    spec = PlotSpec(
        "gaps", "Free-energy gap", "", Scale(T_LABEL, T_UNIT), Scale("gap per site", "nats", low=0),
        tuple(series), marks=((TC, "$T$_{c}"),),
        provenance={"models": ", ".join(cards), "gap": "(exact ln Z - ELBO) / N"},
    )  # fmt: skip
    return _sheet([spec], _COLUMN)


def _crossing() -> Drawn:
    plots = scaling_plots(_example("scaling", ScalingResult))
    return _sheet([plots["binder"], plots["crossings"]])


def _collapse() -> Drawn:
    plots = scaling_plots(_example("scaling", ScalingResult))
    return _sheet([plots["collapse_abs_magnetization"], plots["collapse_susceptibility"]])


def _flow() -> Drawn:
    plots = mcrg_plots(_example("mcrg", McrgResult))
    keys = ("y_t", "y_h", "flow_next-nearest", "flow_plaquette")
    return _sheet([plots[key] for key in keys])


def _race() -> Drawn:
    plots = race_plots(_example("race", RaceResult))
    return _sheet([plots["tau_m"], plots["rate"]])


def _information() -> Drawn:
    return _sheet([_bulk()["collapse"]], 120.0)


def _distance() -> Drawn:
    return _sheet([_bulk()["distance"]], 120.0)


@cache
def _bulk() -> Mapping[str, PlotSpec]:
    """Plots of what the latents of exact samples know of each other."""
    found: dict[str, PlotSpec] = {}

    def hear(message: Message) -> None:
        if isinstance(message, PlotsResult):
            found.update(message.plots)

    carry_out(JobOrder("information", _BULK_MODEL, TC, _BULK_SAMPLES), hear)
    return found


def _benchmark() -> Drawn:
    result = quick_benchmark()
    return benchmark_figure(result), benchmark_metadata(result)


def _example(kind: Kind, type_: type[_T]) -> _T:
    """The measurement of a kind that comes with the program."""
    result = load_result(measurements_dir() / f"{kind}.json")
    assert isinstance(result, type_)
    return result


GALLERY: dict[str, Callable[[], Drawn]] = {
    "sample": _sample,
    "observables": _observables,
    "gaps": _gaps,
    "crossing": _crossing,
    "collapse": _collapse,
    "flow": _flow,
    "race": _race,
    "information": _information,
    "distance": _distance,
    "benchmark": _benchmark,
}
"""The figures by name, each made by a function without arguments."""
