"""Samples as contents of figures: what the panels with pictures show."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from nrg_app import __version__
from nrg_app.errors import NRGError
from nrg_app.figures.contents import (
    FIELD,
    LATENTS,
    SPINS,
    ColorScale,
    DiskPicture,
    FlowPicture,
    Picture,
    StackPicture,
    Tiles,
    Values,
)
from nrg_app.figures.plot_spec import Array, PlotSpec, Scale, Series
from nrg_app.physics.block_spins import block_means, is_decimation, majority_spins
from nrg_app.physics.structure import structure_factor
from nrg_app.session.bulk_slice import BulkSlice
from nrg_app.session.bulk_view import BulkView
from nrg_app.session.document import Session, StripViewName, ViewName
from nrg_app.session.messages import SampleSet

LEAST_STRUCTURE = 0.01
"""At T = 1.5 the structure factor away from k = 0 is about 0.03."""
_PROBABILITY = ColorScale("share", 0.0, 1.0, "$P$")
_MEANS = ColorScale("diverging", -1.0, 1.0, "$s$")
_LINES = {"horizontal": "row", "vertical": "column", "diagonal": "diagonal"}
_STRIPS: dict[StripViewName, str] = {
    "field": "{} fields",
    "spins": "signs of the {} fields",
    "mean": "block means of the spins",
    "majority": "majorities of the spins",
}


@dataclass(frozen=True)
class Views:
    """How the window looks at the samples; names and values are those of ``document.Session``."""

    selected: int = 0
    view: ViewName = "spins"
    show_walls: bool = True
    strip_view: StripViewName = "field"
    bulk: BulkView = field(default_factory=BulkView)


def views_of(session: Session) -> Views:
    """Return how a session looks at its samples."""
    return Views(
        session.selected, session.view, session.show_walls, session.strip_view, session.bulk
    )


def sample_provenance(samples: SampleSet, index: int | None = None) -> dict[str, str]:
    """Return where samples are from, in words; ``index`` is that of one alone."""
    told = {
        "model": samples.model or "none",
        "lattice": f"L = {samples.size}, periodic",
        "temperature": f"{samples.temperature:.6g} J/k_B",
        "sampler": samples.sampler,
        "seed": str(samples.seed),
    }
    if samples.redraws:
        pairs = (f"above l = {scale} from {seed}" for scale, seed in samples.redraws)
        told["redrawn"] = ", ".join(pairs)
    if samples.altered:
        told["altered"] = samples.altered
    if index is not None:
        told["sample"] = str(index + 1)
    return told | {"program": f"NRG {__version__}"}


def sample_picture(samples: SampleSet, views: Views, view: ViewName) -> Picture:
    """Return one view of the shown sample; the structure factor is that of the whole set."""
    index = shown_index(samples, views)
    spins, field = samples.spins[index], samples.fields[index]
    told = sample_provenance(samples, index)
    heat = f"$T$ = {samples.temperature:.3f}"
    walls = views.show_walls
    if view == "field":
        return Picture(view, "Dual field", f"$x$, {heat}", field, FIELD, walls, provenance=told)
    if view == "probability":
        with np.errstate(over="ignore"):
            values = 1.0 / (1.0 + np.exp(-2.0 * field.astype(np.float64)))
        title = "Probability of $s$ = +1"
        # Signs of the spins are not those of a probability: no walls.
        return Picture(view, title, f"$P$, {heat}", values, _PROBABILITY, provenance=told)
    if view == "clusters":
        colors = ColorScale("clusters")
        note = "vivid: the largest"
        return Picture(view, "Clusters", heat, spins, colors, walls, note=note, provenance=told)
    if view == "structure":
        values, count = structure_factor(samples.spins), len(samples.spins)
        colors = ColorScale("share", LEAST_STRUCTURE, float(values.size), "$S$", log=True)
        return Picture(
            view, "Structure factor", f"$S$($k$), {heat}", values, colors, waves=True,
            note=f"mean of {count} samples; $k$ in units of π",
            provenance=sample_provenance(samples) | {"samples": str(count)},
        )  # fmt: skip
    return Picture("spins", "Spins", f"$s$, {heat}", spins, SPINS, walls, provenance=told)


def sample_tiles(samples: SampleSet) -> Tiles:
    """Return all samples of a set in a square of rows."""
    count, size = len(samples.spins), samples.size
    columns = int(np.ceil(np.sqrt(count)))
    rows = -(-count // columns)
    values = np.full((rows * columns, size, size), np.nan)
    values[:count] = samples.spins
    return Tiles(
        "samples", "Independent samples", f"$s$, $T$ = {samples.temperature:.3f}",
        values.reshape(rows, columns, size, size), SPINS,
        provenance=sample_provenance(samples) | {"samples": str(count)},
    )  # fmt: skip


def flow_picture(samples: SampleSet, views: Views) -> FlowPicture:
    """Return the shown sample at every scale.

    Raises:
        NRGError: if the samples have no scales.
    """
    index = _with_scales(samples, views)
    spins = samples.spins[index]
    fields = {scale: values[index] for scale, values in samples.coarse_fields.items()}
    size = samples.size
    decimated = size == 1 or is_decimation(fields[size], fields[size // 2])
    kind = "decimated" if decimated else "learned"
    upper, colors = fields, FIELD
    if views.strip_view == "mean":
        upper, colors = {scale: block_means(spins, scale) for scale in fields}, _MEANS
    elif views.strip_view == "majority":
        upper, colors = {scale: _majority(spins, scale) for scale in fields}, SPINS
    elif views.strip_view == "spins":
        upper, colors = {scale: np.where(x >= 0, 1.0, -1.0) for scale, x in fields.items()}, SPINS
        upper[size] = spins
    return FlowPicture(
        "flow", "Renormalization flow", _STRIPS[views.strip_view].format(kind), upper, colors,
        {scale: values[index] for scale, values in samples.latents.items()},
        sample_provenance(samples, index),
    )  # fmt: skip


def _majority(spins: Values, scale: int) -> Array:
    """Return the signs of the majorities, NaN for a tie."""
    signs = majority_spins(spins.astype(np.int8), scale).astype(np.float64)
    return np.where(signs == 0.0, np.nan, signs)


def disk_picture(samples: SampleSet, views: Views, response: Array | None = None) -> DiskPicture:
    """Return the latents along one line of the shown sample.

    Args:
        samples: the set.
        views: the shown sample and the line.
        response: (L,) of the sites of the line to a latent, if one is chosen.

    Raises:
        NRGError: if the samples have no scales.
    """
    index = _with_scales(samples, views)
    bulk = views.bulk
    line = BulkSlice(samples.size, bulk.direction, bulk.row % samples.size)
    latents = {
        scale: np.array(
            [samples.latents[scale][index][line.place(scale, k)[1:]] for k in range(count)]
        )
        for scale, count in ((scale, line.count(scale)) for scale in line.scales)
    }
    told = sample_provenance(samples, index) | {"line": f"{_LINES[line.direction]} {line.row}"}
    return DiskPicture(
        "disk", "Poincaré disk", f"latents $z$ of {_LINES[line.direction]} {line.row}",
        line.direction, line.row, samples.spins[index][line.sites], latents, response, told,
    )  # fmt: skip


def response_plot(
    response: Array, place: tuple[int, int, int], provenance: dict[str, str]
) -> PlotSpec:
    """Return the answer (L,) of the sites of a line to the latent at (scale, row, column)."""
    scale, row, column = place
    sites = np.arange(len(response), dtype=np.float64)
    words = f"$ℓ$ = {scale}, row {row}, column {column}"
    return PlotSpec(
        "response", "Boundary response", f"∂$x$/∂$z$, {words}",
        Scale("site along the line"), Scale("∂$x$/∂$z$"),
        (Series("response", sites, response, "bars"),),
        provenance=provenance | {"latent": f"scale {scale}, row {row}, column {column}"},
    )  # fmt: skip


def stack_picture(samples: SampleSet, views: Views) -> StackPicture:
    """Return the scales of the shown sample as layers.

    Raises:
        NRGError: if the samples have no scales.
    """
    index, bulk = _with_scales(samples, views), views.bulk
    fields = bulk.layers == "field"
    source = samples.coarse_fields if fields else samples.latents
    return StackPicture(
        "stack", "Layer stack", "fields $x$ by scale" if fields else "latents $z$ by scale",
        {scale: values[index] for scale, values in source.items()},
        FIELD if fields else LATENTS,
        bulk.tilt, bulk.turn, bulk.spread, sample_provenance(samples, index),
    )  # fmt: skip


def shown_index(samples: SampleSet, views: Views) -> int:
    """Return the index of the shown sample in the set."""
    return min(views.selected, len(samples.spins) - 1)


def _with_scales(samples: SampleSet, views: Views) -> int:
    if not samples.latents:
        raise NRGError("Samples without a model have no scales; open a model first.")
    return shown_index(samples, views)
