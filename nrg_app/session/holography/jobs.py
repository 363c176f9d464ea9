"""Carrying out an analysis: the library measures, results go out as they come. Loads torch."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from nrg_app import __version__
from nrg_app.analysis.bulk_geometry import bulk_geometry
from nrg_app.analysis.exact_latents import (
    ExactLatents,
    baseline_spins,
    running_exact_latents,
)
from nrg_app.analysis.mutual_information import (
    running_bulk_information,
    running_decay,
    spin_information,
)
from nrg_app.analysis.pyramids import haar_pyramid, latent_pyramid
from nrg_app.analysis.renormalised_energy import running_renormalised_energy
from nrg_app.analysis.wavelets import running_wavelets
from nrg_app.figures.plot_spec import PlotSpec
from nrg_app.flows.neural_rg import NeuralRG
from nrg_app.session.holography import plots
from nrg_app.session.holography.messages import (
    JobOrder,
    Message,
    PlotsResult,
    Progress,
    WaveletsResult,
)
from nrg_app.session.models import SUFFIX
from nrg_app.session.sampling import load_model

_T = TypeVar("_T")
Say = Callable[[Message], None]
_REPORT_INTERVAL = 0.5  # seconds between two results of one analysis


def carry_out(order: JobOrder, say: Say) -> None:
    """Carry out an order and tell ``say`` about the progress and every new result.

    Raises:
        NRGError: if the order cannot be carried out.
    """
    say(Progress(0.0, "Loading the model"))
    model = load_model(order.model).model
    {"wavelets": _wavelets, "information": _information, "energy": _energy}[order.kind](
        order, model, say
    )


def provenance(order: JobOrder, model: NeuralRG, source: str) -> dict[str, str]:
    """Return what was run, as words by name."""
    name = Path(order.model).name.removesuffix(SUFFIX)
    return {
        "model": f"{name}, L = {model.size}",
        "temperature": f"T = {order.temperature:.6g} J/k_B",
        "samples": source,
        "seed": str(order.seed),
        "program": f"NRG {__version__}, {datetime.now(UTC):%Y-%m-%d %H:%M} UTC",
    }


class _Throttle:
    """Lets a result through every half second."""

    def __init__(self) -> None:
        self._next = 0.0

    def due(self, *, always: bool = False) -> bool:
        now = time.monotonic()
        if now < self._next and not always:
            return False
        self._next = now + _REPORT_INTERVAL
        return True


def _wavelets(order: JobOrder, model: NeuralRG, say: Say) -> None:
    told = provenance(order, model, f"{order.samples} samples of the flow")
    throttle = _Throttle()
    for found in running_wavelets(model, order.temperature, samples=order.samples, seed=order.seed):
        done = found.samples / found.total
        say(Progress(done, f"Sample {found.samples} of {found.total}"))
        if throttle.due(always=done >= 1.0):
            radii = plots.radii_plot(found, told)
            patterns = (found.scales, found.responses, found.readings, found.haar)
            say(WaveletsResult(order, told, *patterns, radii, done))


def _energy(order: JobOrder, model: NeuralRG, say: Say) -> None:
    told = provenance(order, model, f"{order.samples} samples of the flow")
    throttle = _Throttle()
    for found in running_renormalised_energy(
        model, order.temperature, samples=order.samples, seed=order.seed
    ):
        say(Progress(found.done, f"{round(found.done * order.samples)} samples"))
        if throttle.due(always=found.done >= 1.0):
            slope = found.total_slope
            headline = f"slope {slope.brackets()} · perfect 1 · off {plots.off(slope, 1.0)}"
            made = plots.energy_plots(found, told)
            say(PlotsResult(order, made, {"energy": headline}, found.done))


def _information(order: JobOrder, model: NeuralRG, say: Say) -> None:
    """Encode, then measure the decay within scales, then all pairs."""
    exact = _encode(order, model, say)

    def source(estimator: str) -> str:
        return (
            f"{len(exact.spins)} Wolff samples, fields given the spins, encoded; "
            f"{estimator} estimator, "
            "floor of shuffled pairs subtracted, bootstrap errors; hollow: within three errors of "
            "it; Haar transform of more Wolff samples as baseline"
        )

    within = "Gaussian" if order.estimator == "gaussian" else "nearest-neighbour (KSG)"
    told = provenance(order, model, source(within))
    told_between = provenance(order, model, source("Gaussian"))
    size, seed = model.size, order.seed
    bound = exact.information_bound()
    say(Progress(0.5, "Haar pyramid and spins"))
    baseline = baseline_spins(size, order.temperature, samples=order.samples, seed=seed)
    spins = spin_information(exact.spins, seed=seed)
    haar_pairs = haar_pyramid(baseline)
    haar = _last(running_decay(haar_pairs, seed=seed))
    pyramid = latent_pyramid(exact.latents, size, model.flow.shape.colours)
    made: dict[str, PlotSpec] = {}
    headlines: dict[str, str] = {}
    throttle = _Throttle()
    for found in running_decay(pyramid, seed=seed, estimator=order.estimator):
        say(Progress(0.6 + 0.1 * found.done, "Information within scales"))
        if throttle.due(always=found.done >= 1.0):
            made["collapse"] = plots.collapse_plot(
                found, haar, spins, size, order.temperature, bound, told
            )
            headlines["collapse"] = plots.collapse_headline(found, haar, size, order.temperature)
            say(PlotsResult(order, dict(made), dict(headlines), 0.7))
    for whole in running_bulk_information(haar_pairs, seed=seed):
        say(Progress(0.7 + 0.2 * whole.done, "Haar pyramid between scales"))
    baseline_geometry = bulk_geometry(whole, size, order.temperature)
    for pairs in running_bulk_information(pyramid, seed=seed):
        say(Progress(0.9 + 0.1 * pairs.done, "Information between scales"))
        if not throttle.due(always=pairs.done >= 1.0):
            continue
        geometry = bulk_geometry(pairs, size, order.temperature)
        made["distance"] = plots.distance_plot(
            (pairs, geometry), (whole, baseline_geometry), size, bound, told_between
        )
        headlines["distance"] = plots.distance_headline(geometry, baseline_geometry)
        say(PlotsResult(order, dict(made), dict(headlines), pairs.done))


def _encode(order: JobOrder, model: NeuralRG, say: Say) -> ExactLatents:
    def slices() -> Iterator[ExactLatents]:
        for exact in running_exact_latents(
            model, order.temperature, samples=order.samples, seed=order.seed
        ):
            count = len(exact.spins)
            say(Progress(0.5 * count / exact.total, f"Encoding sample {count} of {exact.total}"))
            yield exact

    return _last(slices())


def _last(results: Iterator[_T]) -> _T:
    *_, result = results
    return result
