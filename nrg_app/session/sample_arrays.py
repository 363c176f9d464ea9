"""Samples as arrays for others: spins, fields, every scale, weights, and how they came about.

Loads torch.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray

from nrg_app import __version__
from nrg_app.errors import NRGError
from nrg_app.flows.geometry import generation_order
from nrg_app.flows.neural_rg import FlowSample, NeuralRG
from nrg_app.session.array_files import Described
from nrg_app.session.messages import SampleSet
from nrg_app.session.models import model_path

_TOLERANCE = 0.05
"""Mean deviation of fields decoded again: far above rounding, far below another model's."""
_SITES = ("sample", "row", "column")


class Batch(NamedTuple):
    """Samples with their scales.

    Attributes:
        spins: (n, L, L), +1 or -1.
        fields: (n, L, L).
        coarse_fields: scale l -> (n, l, l); empty without a model.
        grids: scale l -> latents (n, l, l), NaN on cells that the next coarser scale keeps.
    """

    spins: NDArray[np.int8]
    fields: NDArray[np.float32]
    coarse_fields: dict[int, NDArray[np.float32]]
    grids: dict[int, NDArray[np.float32]]

    @classmethod
    def of(cls, model: NeuralRG, spins: NDArray[np.int8], drawn: FlowSample) -> Batch:
        """The views of samples that a model has decoded or encoded."""
        coarse = {scale: field.float().numpy() for scale, field in drawn.coarse_fields.items()}
        grids = {scale: model.latent_grid(drawn.latents, scale).float().numpy() for scale in coarse}
        return cls(spins, drawn.field.float().numpy(), coarse, grids)

    @classmethod
    def joined(cls, parts: list[Batch]) -> Batch:
        """Several batches as one."""
        return cls(
            np.concatenate([part.spins for part in parts]),
            np.concatenate([part.fields for part in parts]),
            _join_scales([part.coarse_fields for part in parts]),
            _join_scales([part.grids for part in parts]),
        )


def _join_scales(parts: list[dict[int, NDArray[np.float32]]]) -> dict[int, NDArray[np.float32]]:
    return {scale: np.concatenate([part[scale] for part in parts]) for scale in parts[0]}


def sample_arrays(batch: Batch, log_weights: NDArray[np.float64] | None) -> dict[str, Described]:
    """Arrays of samples by their names in files.

    Args:
        batch: the samples.
        log_weights: (n,), in nats; None without a model.
    """
    spins, fields, coarse_fields, grids = batch
    arrays = {
        "spins": Described(spins, "spins s, +1 or -1", "1", _SITES),
        "fields": Described(
            fields, "continuous field x, P(s = +1) = 1/(1 + exp(-2x))", "1", _SITES
        ),
    }
    if log_weights is not None:
        meaning = "logarithm of the importance weight, -U(x) - ln q(x)"
        arrays["log_weights"] = Described(log_weights, meaning, "nat", ("sample",))
    if grids:
        meaning = "all latents, standard normal, in the order in which a model decodes them"
        arrays["latents"] = Described(flat_latents(grids), meaning, "1", ("sample", "latent"))
    for scale, values in grids.items():
        meaning = f"latents of scale {scale}, NaN on cells that the next coarser scale keeps"
        arrays[f"latents_scale_{scale}"] = Described(values, meaning, "1", _SITES)
    # That of the finest scale are the fields themselves.
    for scale, values in sorted(coarse_fields.items())[:-1]:
        meaning = f"coarse field of scale {scale}, on {scale} x {scale} sites"
        arrays[f"coarse_fields_scale_{scale}"] = Described(values, meaning, "1", _SITES)
    return arrays


def flat_latents(grids: Mapping[int, NDArray[np.float32]]) -> NDArray[np.float32]:
    """Return latents (n, L^2) in generation order, as a model decodes them, from their grids."""
    parts = []
    for scale in sorted(grids):
        sites = np.asarray(generation_order(scale))[scale**2 // 4 :]
        parts.append(grids[scale][:, sites[:, 0], sites[:, 1]])
    return np.concatenate(parts, axis=1)


def sample_origin(
    model: str, size: int, temperature: float, seed: int, command: str, **more: Any
) -> dict[str, Any]:
    """What was run to get samples, as names and values.

    Raises:
        NRGError: if the model's file is gone.
    """
    told: dict[str, Any] = {
        "program": f"NRG {__version__}",
        "command": command,
        "model": model,
        "L": size,
        "temperature": temperature,
        "seed": seed,
        "units": "k_B = J = 1: temperatures in J/k_B; log_weights = -U - ln q, in nats",
        **more,
    }
    if model:
        path = model_path(model)
        try:
            with path.open("rb") as stream:
                told["model_sha256"] = hashlib.file_digest(stream, "sha256").hexdigest()
        except OSError as error:
            raise NRGError(f"Cannot read '{path}': {error.strerror or error}.") from error
    return told


def arrays_of_set(samples: SampleSet) -> tuple[dict[str, Described], dict[str, Any]]:
    """Arrays of the samples in the window, and how they came about.

    Raises:
        NRGError: if their model cannot be read, or has changed since.
    """
    log_weights, more = None, {}
    if samples.latents:
        model = NeuralRG.load(model_path(samples.model))
        log_weights = _log_weights(samples, model)
        more = {"model_version": model.card.program_version}
    batch = Batch(samples.spins, samples.fields, samples.coarse_fields, samples.latents)
    arrays = sample_arrays(batch, log_weights)
    origin = sample_origin(
        samples.model, samples.size, samples.temperature, samples.seed,
        "nrg, Export data in the window",
        sampler=samples.sampler, redraws=[list(pair) for pair in samples.redraws],
        altered=samples.altered, **more,
    )  # fmt: skip
    return arrays, origin


def _log_weights(samples: SampleSet, model: NeuralRG) -> NDArray[np.float64]:
    changed = NRGError(
        f"The model '{samples.model}' has changed since the samples were drawn; "
        "draw them again and export those."
    )
    if model.size != samples.size:
        raise changed
    double = model.to(torch.float64)
    latents = flat_latents(samples.latents)
    again = double.decode(torch.as_tensor(latents, dtype=torch.float64), samples.temperature)
    if np.abs(again.field.numpy() - samples.fields).mean() > _TOLERANCE:
        raise changed
    weights: NDArray[np.float64] = double.log_weight(again, samples.temperature).numpy()
    return weights
