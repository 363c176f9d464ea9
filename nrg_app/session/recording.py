"""What a recording shows: sweeps of temperature, ways between samples, the scales, a training.

Frames are made one after the other from the model, not grabbed from a window: equal orders give
equal frames, and none is dropped.  Loads torch.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import numpy as np
import torch
from numpy.typing import NDArray

from nrg_app import __version__
from nrg_app.errors import NRGError
from nrg_app.figures.movie import Frame, Mark
from nrg_app.flows.card_files import read_card
from nrg_app.flows.neural_rg import FlowSample
from nrg_app.physics.exact import CRITICAL_TEMPERATURE
from nrg_app.session.altering import noise_of
from nrg_app.session.latents import alterations, interpolate
from nrg_app.session.messages import SampleRequest
from nrg_app.session.models import model_path
from nrg_app.session.sampling import load_model
from nrg_app.session.training_messages import FixedNoise, TrainingPoint
from nrg_app.session.training_runs import RunFolder, read_events, runs_dir

Kind = Literal["sweep", "path", "scales", "training"]
KINDS: tuple[Kind, ...] = ("sweep", "path", "scales", "training")
View = Literal["spins", "field"]

_FIELD_LIMIT = 10.0
# Shares of the frames of a scale that stand still, the rest fade to the next one.
_STILL = 0.6


@dataclass(frozen=True)
class Recording:
    """What to show.

    Attributes:
        kind: ``sweep`` follows one sample through temperatures, ``path`` leads from one sample to
            another at one temperature, ``scales`` goes from the coarsest field to the finest,
            ``training`` shows samples of fixed noise while a run learns.
        model: Name or file of the model; of a training the name of the run.
        seed: Of the samples.
        temperature: T in J/k_B, not of a sweep or a training.
        low: Where a sweep begins.
        high: Where it ends.
        frames: How many; a training has as many as its run has noted.
        view: Spins, or the continuous field.
        index: Which sample of the seed is shown.
        target: Where a path ends.
        request: What a window shows, in place of the plain samples of the seed.
    """

    kind: Kind
    model: str
    seed: int = 1
    temperature: float = CRITICAL_TEMPERATURE
    low: float = 1.6
    high: float = 3.2
    frames: int = 150
    view: View = "spins"
    index: int = 0
    target: int = 1
    request: SampleRequest | None = None


def recorded_frames(order: Recording) -> tuple[Iterator[Frame], int]:
    """The frames of a recording, made as they are asked for, and their number.

    Raises:
        NRGError: if there is no such model or run, or a number is out of its range.
    """
    if not 2 <= order.frames <= 100_000:
        raise NRGError(f"A recording has 2 to 100000 frames, not {order.frames}.")
    if order.kind == "training":
        noted = _training(order)
        return iter(noted), len(noted)
    if order.kind == "sweep" and not 0.0 < order.low < order.high:
        raise NRGError("A sweep begins at a positive temperature below the one where it ends.")
    makers: dict[str, Callable[[Recording, _Shown], Iterator[Frame]]] = {
        "sweep": _sweep,
        "path": _path,
        "scales": _scales,
    }
    return makers[order.kind](order, _Shown(order)), order.frames


def recording_origin(order: Recording) -> dict[str, str]:
    """What was run, in words."""
    told = {"program": f"NRG {__version__}", "shows": order.kind, "model": order.model}
    if order.kind == "sweep":
        told["temperature"] = f"{order.low:g} to {order.high:g} J/k_B"
    elif order.kind != "training":
        told["temperature"] = f"{order.temperature:.6g} J/k_B"
    if order.kind != "training":
        samples = f"{order.index + 1}"
        if order.kind == "path":
            samples += f" to {order.target + 1}"
        told |= {"seed": str(order.seed), "sample": samples, "view": order.view}
        if (request := order.request) is not None:
            told["sampler"] = request.sampler
            card, _ = read_card(model_path(order.model))
            blend = None if order.kind == "path" else request.blend
            if altered := alterations(card.size, request.source, blend, request.edits):
                told["altered"] = altered
    return told


class _Shown:
    """The samples of an order as the window shows them, by their latents and thresholds."""

    def __init__(self, order: Recording) -> None:
        loaded = load_model(order.model)
        count = max(order.index, order.target) + 1
        request = order.request or SampleRequest(
            0, order.model, order.temperature, order.seed, count=count
        )
        # On a path the present place on another one does not count.
        plain = replace(request, blend=None) if order.kind == "path" else request
        views, code = loaded.draw(plain), loaded.code(plain.source)
        if max(order.index, order.target) >= len(views.spins):
            raise NRGError(f"There is no sample {count}; there are {len(views.spins)}.")
        # Single precision would not give every spin of an encoded configuration back.
        self.model = loaded.model if code is None else loaded.double
        self.ends = [noise_of(plain, k, views, code) for k in (order.index, order.target)]
        self._field = order.view == "field"

    def decode(self, latents: NDArray[np.float64], temperature: float) -> FlowSample:
        """Return the sample of latents (L^2,)."""
        kind = next(self.model.flow.parameters()).dtype
        return self.model.decode(torch.from_numpy(latents[None]).to(kind), temperature)

    def picture(self, sample: FlowSample) -> np.ndarray:
        """Values of the view, -1 to 1; the same thresholds decide the spins of every frame."""
        if self._field:
            return np.asarray(sample.field[0] / _FIELD_LIMIT)
        up = torch.sigmoid(2 * sample.field[0].double()).numpy()
        return np.where(self.ends[0].thresholds < up, 1.0, -1.0).astype(np.float32)


def _sweep(order: Recording, shown: _Shown) -> Iterator[Frame]:
    for t in np.linspace(order.low, order.high, order.frames):
        yield Frame(
            shown.picture(shown.decode(shown.ends[0].latents, float(t))),
            f"L = {shown.model.size}    T = {t:.3f} J/k_B",
            Mark(order.low, order.high, float(t), CRITICAL_TEMPERATURE),
            order.view == "field",
        )


def _path(order: Recording, shown: _Shown) -> Iterator[Frame]:
    first, last = (end.latents for end in shown.ends)
    for amount in np.linspace(0.0, 1.0, order.frames):
        sample = shown.decode(interpolate(first, last, float(amount)), order.temperature)
        yield Frame(
            shown.picture(sample),
            f"L = {shown.model.size}    T = {order.temperature:.3f}    "
            f"sample {order.index + 1} to sample {order.target + 1}",
            Mark(0.0, 1.0, float(amount)),
            order.view == "field",
        )


def _scales(order: Recording, shown: _Shown) -> Iterator[Frame]:
    """Every scale stands still for a while, then fades to the next finer one."""
    model = shown.model
    sample = shown.decode(shown.ends[0].latents, order.temperature)
    fields = []
    for scale in model.scales[:-1]:
        values = np.asarray(sample.coarse_fields[scale][0])
        cells = values / _FIELD_LIMIT if order.view == "field" else np.sign(values)
        repeat = model.size // scale
        fields.append(np.repeat(np.repeat(cells, repeat, axis=0), repeat, axis=1))
    fields.append(shown.picture(sample))
    last = len(fields) - 1
    for position in np.linspace(0.0, last, order.frames):
        index = min(int(position), last - 1)
        fade = max(0.0, (position - index - _STILL) / (1.0 - _STILL))
        fade = 0.5 - 0.5 * math.cos(math.pi * fade)
        scale = model.scales[index + (fade > 0.5)]
        yield Frame(
            (1.0 - fade) * fields[index] + fade * fields[index + 1],
            f"T = {order.temperature:.3f}    scale {scale} of {model.size}",
            Mark(0.0, float(last), float(position)),
            order.view == "field",
        )


def _training(order: Recording) -> list[Frame]:
    path = Path(order.model)
    folder = RunFolder(path if path.is_dir() else runs_dir() / order.model)
    folder.load()
    noted: list[tuple[FixedNoise, float | None]] = []
    gap: float | None = None
    for message in read_events(folder):
        if isinstance(message, TrainingPoint):
            gap = message.gap
        elif isinstance(message, FixedNoise) and len(message.spins):
            noted.append((message, gap))
    if not noted:
        raise NRGError(
            f"The run '{order.model}' has noted no samples yet; train on and record it later."
        )
    steps = max(message.steps for message, _ in noted)
    return [
        Frame(
            message.spins[0].astype(np.float32),
            f"L = {message.spins.shape[-1]}    step {message.steps:,}"
            + ("" if gap is None else f"    gap {gap:.5f}"),
            Mark(0.0, float(steps), float(message.steps)),
        )
        for message, gap in noted
    ]
