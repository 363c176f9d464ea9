"""``nrg holography``: how a flow maps the boundary to the bulk, in tables and files."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import torch
from pydantic import BaseModel, ConfigDict, Field
from rich.progress import Progress

from nrg_app import __version__
from nrg_app.analysis.bulk import bulk_points, latent_index
from nrg_app.analysis.bulk_geometry import bulk_geometry, fit_power_law
from nrg_app.analysis.causal_cones import descendants, influence_cone, reading_cone
from nrg_app.analysis.exact_latents import (
    ExactLatents,
    baseline_spins,
    running_exact_latents,
)
from nrg_app.analysis.mutual_information import (
    Information,
    critical_spin_information,
    running_bulk_information,
    running_decay,
    spin_information,
)
from nrg_app.analysis.pair_estimators import Estimator, require_samples
from nrg_app.analysis.pyramids import Pyramid, haar_pyramid, latent_pyramid
from nrg_app.analysis.renormalised_energy import running_renormalised_energy
from nrg_app.analysis.responses import LinearisedFlow
from nrg_app.analysis.wavelets import running_wavelets
from nrg_app.cli import holography_tables as tables
from nrg_app.cli.holography_tables import Row
from nrg_app.cli.jobs import stopped
from nrg_app.cli.options import command_line, read_options
from nrg_app.cli.reports import console, load, timed_progress, warn_beyond_training
from nrg_app.errors import NRGError
from nrg_app.files import write_bytes
from nrg_app.flows.neural_rg import NeuralRG
from nrg_app.physics.exact import CRITICAL_TEMPERATURE
from nrg_app.physics.lattice import validate_temperature

_SUFFIXES = (".npz", ".json", ".csv")
# Averages of patterns need fewer samples than information.
_PATTERNS = 256
# Step of the finite difference that a response is compared with.
_STEP = 1e-5

_Result = TypeVar("_Result")


class HolographyOptions(BaseModel):
    """Everything that flags or a TOML file say; the names are those of the flags.

    Attributes:
        model: Name or file of a network.
        temperature: T in J/k_B.
        samples: Exact samples to encode, and samples of the flow.
        what: What to measure, of "responses", "wavelets", "information", "geometry", "energy".
        estimator: Of mutual information within scales.
        latent: Scale, row and column of the latent whose response is shown; empty for one in the
            middle.
        size: Another lattice side than the model's, 0 for its own.
        seed: Of all random numbers.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    model: str = ""
    temperature: float = float(CRITICAL_TEMPERATURE)
    samples: int = Field(default=2048, ge=2)
    what: tuple[str, ...] = ("responses", "wavelets", "information", "geometry", "energy")
    estimator: Estimator = "gaussian"
    latent: tuple[int, ...] = ()
    size: int = 0
    seed: int = Field(default=0, ge=0, lt=2**31)


@dataclass
class _Run:
    """What the command works on, and what it has found so far."""

    model: NeuralRG
    temperature: float
    samples: int
    seed: int
    estimator: Estimator
    latent: tuple[int, int, int]
    progress: Progress
    rows: list[Row] = field(default_factory=list)
    arrays: dict[str, np.ndarray] = field(default_factory=dict)
    exact: ExactLatents | None = None
    both: dict[str, Pyramid] = field(default_factory=dict)

    def last(
        self, text: str, results: Iterator[_Result], done: Callable[[_Result], float]
    ) -> _Result:
        """The last of some results, with a progress bar."""
        task = self.progress.add_task(text, total=1.0)
        for result in results:
            self.progress.update(task, completed=done(result))
        self.progress.remove_task(task)
        return result

    def report(self, rows: list[Row], show: Callable[[list[Row]], None]) -> None:
        self.rows += rows
        show(rows)

    def exact_latents(self) -> ExactLatents:
        """Exact samples, drawn and encoded when they are first needed."""
        if self.exact is None:
            self.exact = self.last(
                "encoding exact samples",
                running_exact_latents(
                    self.model, self.temperature, samples=self.samples, seed=self.seed
                ),
                lambda found: len(found.spins) / found.total,
            )
        return self.exact

    def pyramids(self) -> dict[str, Pyramid]:
        """The latents of exact samples, and the Haar transform of more spins."""
        if not self.both:
            size = self.model.size
            spins = baseline_spins(size, self.temperature, samples=self.samples, seed=self.seed)
            latents = latent_pyramid(
                self.exact_latents().latents, size, self.model.flow.shape.colours
            )
            self.both = {"latents": latents, "haar": haar_pyramid(spins)}
        return self.both


def run_holography(
    flags: dict[str, Any], settings: Path | None, out: Path | None, threads: int
) -> None:
    """Measure, print tables and write everything if asked to.

    An NPZ file holds the arrays of all results, a JSON or CSV file the rows of the tables; each
    says how it was made.

    Args:
        flags: Options of the command line; None where nothing was said.
        settings: A TOML file with options that flags override.
        out: File to write, .npz, .json or .csv.
        threads: Of the network.

    Raises:
        NRGError: for a bad model, temperature, latent, number of samples or place.
        KeyboardInterrupt: if the user stopped it, after the file of what was done.
    """
    options = read_options(HolographyOptions, settings, flags)
    if not options.model:
        raise NRGError("Holography looks into a model: name one, such as ising-16.")
    value, topics = validate_temperature(options.temperature), _known(options.what)
    if out is not None:
        _check_place(out)
    if {"information", "geometry"} & set(topics):
        require_samples(options.samples)
    torch.set_num_threads(threads)
    model = load(options.model, options.size)
    warn_beyond_training(model, (value,))
    latent = _latent(options.latent, model.size)
    with timed_progress() as progress:
        run = _Run(model, value, options.samples, options.seed, options.estimator, latent, progress)
        complete = _measure(run, topics)
    if out is not None:
        made = {
            "program": f"NRG {__version__}",
            "command": command_line(),
            "model": options.model,
            "size": model.size,
            "temperature": value,
            "samples": options.samples,
            "seed": options.seed,
            "what": topics,
            "estimator": options.estimator,
            **_particulars(options, topics, latent),
            "complete": complete,
            "units": "k_B = J = 1; lengths in lattice spacings, information and energy in nats",
        }
        write_bytes(out, _CONTENTS[out.suffix.lower()](run, made))
        console.print(f"wrote {out}")
    if not complete:
        raise stopped()


def _particulars(
    options: HolographyOptions, topics: list[str], latent: tuple[int, int, int]
) -> dict[str, Any]:
    """What concerns some of the topics only."""
    told: dict[str, dict[str, Any]] = {
        "responses": {"latent": list(latent)},
        "wavelets": {"wavelet_samples": min(options.samples, _PATTERNS)},
        "geometry": {"geometry_estimator": "gaussian"},
    }
    return {key: value for topic in topics for key, value in told.get(topic, {}).items()}


def _measure(run: _Run, topics: list[str]) -> bool:
    """Measure one thing after the other; whether Ctrl-C let all of them come to their end."""
    try:
        for topic in topics:
            _MEASURES[topic](run)
    except KeyboardInterrupt:
        return False
    return True


def _known(topics: tuple[str, ...]) -> list[str]:
    """The topics.

    Raises:
        NRGError: if one is not known.
    """
    for topic in topics:
        if topic not in _MEASURES:
            raise NRGError(f"There is no '{topic}' to measure; choose of {', '.join(_MEASURES)}.")
    return list(topics)


def _latent(place: tuple[int, ...], size: int) -> tuple[int, int, int]:
    """Scale, row and column of a latent; one in the middle of the torus if empty.

    Raises:
        NRGError: if there is no such latent.
    """
    if not place:
        scale = min(8, size)
        return scale, scale // 2 + 1, scale // 2 + 1 if scale > 2 else 1
    if len(place) != 3:
        raise NRGError("A latent has three numbers, SCALE,ROW,COLUMN; try --latent 4,1,1.")
    scale, row, column = place
    latent_index(size, scale, row, column)
    return scale, row, column


def _check_place(out: Path) -> None:
    if out.suffix.lower() not in _SUFFIXES:
        raise NRGError(f"The file '{out.name}' needs a name that ends in .npz, .json or .csv.")
    if not out.parent.is_dir():
        raise NRGError(f"There is no folder '{out.parent}'; make it or choose another.")


def _responses(run: _Run) -> None:
    """One latent: its cone, what it moves and what it reads, beside a finite difference."""
    model = run.model.to(torch.float64)
    index = latent_index(model.size, *run.latent)
    generator = torch.Generator().manual_seed(run.seed)
    latents = torch.randn(1, model.size**2, generator=generator, dtype=torch.float64)
    flow = LinearisedFlow(model, latents, run.temperature)
    response, reading = flow.responses([index])[0], flow.readings([index])[0]
    step = torch.zeros_like(latents)
    step[0, index] = _STEP
    up, down = (model.decode(z, run.temperature).field[0] for z in (latents + step, latents - step))
    difference = ((up - down) / (2.0 * _STEP)).numpy()
    cone, source = influence_cone(model.flow.shape, index), reading_cone(model.flow.shape, index)
    own = tuple(bulk_points(model.size).positions[index].astype(int))
    run.arrays |= {
        "response_field": flow.fields[0],
        "response": response,
        "reading": reading,
        "influence_cone": cone,
        "reading_cone": source,
    }
    run.report(
        [
            Row("sites of the own cell", value=float(descendants(model.size, index).sum())),
            Row("sites that it can move", value=float(cone.sum())),
            Row("sites that it is read from", value=float(source.sum())),
            Row("dx/dz at its own site", value=float(response[own])),
            Row("largest |dx/dz|", value=float(np.abs(response).max())),
            Row("largest |dz/dx|", value=float(np.abs(reading).max())),
            Row("sum of dx/dz dz/dx", value=float((response * reading).sum()), exact=1.0),
            Row(
                "largest distance from finite differences",
                value=float(np.abs(response - difference).max()),
                exact=0.0,
            ),
        ],
        lambda rows: tables.print_response(rows, run.latent, run.temperature),
    )


def _wavelets(run: _Run) -> None:
    found = run.last(
        "averaging wavelets",
        running_wavelets(
            run.model, run.temperature, samples=min(run.samples, _PATTERNS), seed=run.seed
        ),
        lambda result: result.samples / result.total,
    )
    run.arrays |= {
        "wavelet_scales": np.array(found.scales),
        "wavelet_responses": found.responses,
        "wavelet_readings": found.readings,
        "wavelet_haar": found.haar,
    }
    run.report(tables.wavelet_rows(found), tables.print_wavelets)


def _information(run: _Run) -> None:
    """Decay within scales of latents and of Haar coefficients, and of the spins."""
    pyramids, size = run.pyramids(), run.model.size
    rows: list[Row] = []
    for kind, pyramid in pyramids.items():
        # Spins and their differences are discrete: only the linear estimate holds for them.
        estimator: Estimator = run.estimator if kind == "latents" else "gaussian"
        found = run.last(
            f"information within scales, {kind}",
            running_decay(pyramid, seed=run.seed, estimator=estimator),
            lambda result: result.done,
        )
        run.arrays |= _named(f"decay_{kind}", found)
        rows += tables.decay_rows(kind, found, size)
        rows += tables.exponent_rows(kind, fit_power_law(found, size), run.temperature)
    rows += tables.bound_rows(run.exact_latents().information_bound())
    spins = spin_information(run.exact_latents().spins, seed=run.seed)
    run.arrays |= _named("spins", spins)
    rows += tables.spin_rows(spins, critical_spin_information(spins.separations), run.temperature)
    run.report(rows, lambda found: tables.print_information(found, size, run.temperature))


def _geometry(run: _Run) -> None:
    """Distances from information beside geodesics, for latents and Haar coefficients."""
    rows: list[Row] = []
    for kind, pyramid in run.pyramids().items():
        found = run.last(
            f"information between scales, {kind}",
            running_bulk_information(pyramid, seed=run.seed),
            lambda result: result.done,
        )
        geometry = bulk_geometry(found, run.model.size, run.temperature)
        run.arrays |= _named(f"bulk_{kind}", found)
        for name in ("geodesics", "distances", "errors", "used", "beyond"):
            run.arrays[f"bulk_{kind}_distance_{name}"] = getattr(geometry, name)
        rows += tables.geometry_rows(kind, geometry)
    run.report(rows, lambda found: tables.print_geometry(found, run.model.size, run.temperature))


def _energy(run: _Run) -> None:
    found = run.last(
        "renormalised energy",
        running_renormalised_energy(run.model, run.temperature, samples=run.samples, seed=run.seed),
        lambda result: result.done,
    )
    run.arrays |= {
        "energy_gaussian": found.gaussian,
        "energy_effective": found.effective,
        "energy_total_gaussian": found.total_gaussian,
        "energy_total_effective": found.total_effective,
    }
    run.report(tables.energy_rows(found), tables.print_energy)


_MEASURES: dict[str, Callable[[_Run], None]] = {
    "responses": _responses,
    "wavelets": _wavelets,
    "information": _information,
    "geometry": _geometry,
    "energy": _energy,
}


def _named(prefix: str, found: Information) -> dict[str, np.ndarray]:
    names = ("scales", "others", "separations", "information", "errors", "floors", "significant")
    return {f"{prefix}_{name}": getattr(found, name) for name in names}


def _npz(run: _Run, made: dict[str, Any]) -> bytes:
    buffer = io.BytesIO()
    np.savez_compressed(
        buffer, allow_pickle=False, metadata=np.array(json.dumps(made)), **run.arrays
    )
    return buffer.getvalue()


def _json(run: _Run, made: dict[str, Any]) -> bytes:
    rows = [row.as_dict() for row in run.rows]
    return json.dumps({"metadata": made, "rows": rows}, indent=2).encode() + b"\n"


def _csv(run: _Run, made: dict[str, Any]) -> bytes:
    stream = io.StringIO()
    stream.write(f"# {json.dumps(made)}\n")
    writer = csv.DictWriter(stream, fieldnames=list(Row("").as_dict()), lineterminator="\n")
    writer.writeheader()
    writer.writerows(row.as_dict() for row in run.rows)
    return stream.getvalue().encode()


_CONTENTS = {".npz": _npz, ".json": _json, ".csv": _csv}
