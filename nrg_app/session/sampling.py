"""Turn a sample request into samples: the part of the worker that has no pipe and no clock.

torch is imported inside the functions, because the window imports this package.
"""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from nrg_app.physics.lattice import validate_temperature
from nrg_app.session import streams
from nrg_app.session.altering import Code, Views, alter, encode
from nrg_app.session.latents import MAX_SCALE, Source, alterations
from nrg_app.session.messages import (
    MODEL_SAMPLERS,
    ModelReady,
    SampleRequest,
    SamplerName,
    SampleSet,
    seed_of_scale,
)
from nrg_app.session.models import model_path

if TYPE_CHECKING:
    import torch

    from nrg_app.flows.neural_rg import NeuralRG
    from nrg_app.physics.target import DualIsing

FALLBACK_SIZE = 32
"""Lattice side of the Monte Carlo samples that are shown while there is no model."""
_STEPS = 6  # between Monte Carlo samples that are shown side by side: Wolff's look independent
# Steps by which the flow's samples are corrected before they are shown.
_CORRECTIONS: dict[SamplerName, int] = {"corrected": 4, "hmc": 1}


class LoadedModel:
    """A model by the name under which it was asked for."""

    def __init__(self, name: str, model: NeuralRG) -> None:
        self.name = name
        self.model = model
        self._double: NeuralRG | None = None
        self._drawn: tuple[SampleRequest, Views] | None = None
        self._code: tuple[Source, Code] | None = None

    @property
    def double(self) -> NeuralRG:
        """The model in float64: encoding in float32 loses digits in the far tails."""
        if self._double is None:
            import torch

            self._double = self.model.to(torch.float64)
        return self._double

    def draw(self, request: SampleRequest) -> Views:
        """Return the unchanged samples of a request; the last ones are remembered.

        While latents are edited only the edited sample is computed.
        """
        plain = replace(request, request_id=0, source=None, blend=None, edits=())
        if self._drawn is None or self._drawn[0] != plain:
            self._drawn = (plain, _draw(plain, self))
        return self._drawn[1]

    def code(self, source: Source | None) -> Code | None:
        """Return the encoded source, None if there is none that fits the lattice."""
        if source is None or source.size not in (0, self.model.size):
            return None
        key = replace(source, sample=0, redrawn=frozenset())
        if self._code is None or self._code[0] != key:
            self._code = (key, encode(key, self.double))
        return self._code[1]

    def ready(self) -> ModelReady:
        """Return the message that describes the model."""
        from nrg_app.physics.exact import CRITICAL_TEMPERATURE

        card = self.model.card
        record = card.gap_near(float(CRITICAL_TEMPERATURE))
        return ModelReady(
            model=self.name,
            size=self.model.size,
            temperature_range=card.temperature_range,
            gap_at_tc=None if record is None else record.gap,
            card_json=card.model_dump_json(),
        )


def load_model(name: str) -> LoadedModel:
    """Load a model by name or path.

    Raises:
        NRGError: if the file is missing, damaged or not a model.
    """
    from nrg_app.flows.neural_rg import NeuralRG

    return LoadedModel(name, NeuralRG.load(model_path(name)))


def sample(request: SampleRequest, loaded: LoadedModel | None) -> SampleSet:
    """Draw what a request asks for.

    Without a model they come from Monte Carlo, on a lattice of side ``FALLBACK_SIZE``, and have no
    scales. With one, Monte Carlo samples are encoded so that their scales can be shown too.

    Raises:
        NRGError: if the temperature is not a positive number.
    """
    import torch

    from nrg_app.physics.target import DualIsing

    start = time.perf_counter()
    sampler = request.sampler
    if loaded is None and sampler in MODEL_SAMPLERS:
        sampler = "wolff"
    # Latent HMC needs gradients of the flow.
    with torch.inference_mode(sampler != "hmc"):
        if loaded is None:
            spins, field = _monte_carlo(request, DualIsing(FALLBACK_SIZE))
            coarse_fields: dict[int, torch.Tensor] = {}
            grids, log_weight, altered = coarse_fields, None, ""
        else:
            views, log_weight, altered = loaded.draw(request), None, ""
            if request.source or request.blend or request.edits:
                code = loaded.code(request.source)
                views, log_weight = alter(request, views, loaded.model, loaded.double, code)
                altered = alterations(
                    loaded.model.size, request.source, request.blend, request.edits
                )
            spins, field, coarse_fields, latents = views
            grids = {scale: loaded.model.latent_grid(latents, scale) for scale in coarse_fields}
    return SampleSet(
        request_id=request.request_id,
        model=request.model,
        temperature=request.temperature,
        seed=request.seed,
        sampler=sampler,
        spins=spins,
        fields=_numpy(field),
        coarse_fields={scale: _numpy(values) for scale, values in coarse_fields.items()},
        latents={scale: _numpy(values) for scale, values in grids.items()},
        seconds=time.perf_counter() - start,
        redraws=request.redraws,
        source_log_weight=log_weight,
        altered=altered,
    )


def _draw(request: SampleRequest, loaded: LoadedModel) -> Views:
    if request.sampler == "flow":
        return _generate(request, loaded.model)
    if request.sampler in MODEL_SAMPLERS:
        return _correct(request, loaded)
    spins, field = _monte_carlo(request, loaded.model.target)
    code = loaded.double.encode(field, request.temperature)
    return Views(spins, field, code.coarse_fields, code.latents)


def _generate(request: SampleRequest, model: NeuralRG) -> Views:
    """Decode latents."""
    import torch

    from nrg_app.flows.neural_rg import raster_field

    numbers = (model.size, request.count, request.seed, request.redraws)
    latents = torch.from_numpy(streams.latents(*numbers))
    temperature = torch.tensor([validate_temperature(request.temperature)])
    scale = model.target.field_scale(temperature)
    rows = model.flow.generate(latents.T.contiguous(), model.target.controls(temperature), scale)
    fields = {side: raster_field(part * scale, side) for side, part in rows.items()}
    uniform = torch.from_numpy(streams.thresholds(*numbers))
    spins = model.target.spins_from_field(fields[model.size], uniform).numpy()
    return Views(spins, fields[model.size], fields, latents)


def _correct(request: SampleRequest, loaded: LoadedModel) -> Views:
    """Move the flow's own samples by the first steps of chains that correct it exactly."""
    import torch

    from nrg_app.session.live_samplers import flow_chains

    model = loaded.model
    numbers = (model.size, request.count, request.seed, request.redraws)
    latents = torch.from_numpy(streams.latents(*numbers))
    seed = seed_of_scale(model.size, request.seed, request.redraws)
    generator = torch.Generator().manual_seed(seed)
    chains = flow_chains(request.sampler, loaded, request.temperature, latents, generator)
    for _ in range(_CORRECTIONS[request.sampler]):
        chains.advance()
    view = model.decode(chains.state.latents, request.temperature)
    uniform = torch.from_numpy(streams.thresholds(*numbers))
    spins = model.target.spins_from_field(view.field, uniform).numpy()
    return Views(spins, view.field, view.coarse_fields, view.latents)


def _monte_carlo(
    request: SampleRequest, target: DualIsing
) -> tuple[NDArray[np.int8], torch.Tensor]:
    """Return Monte Carlo spins and an exact field given them, in float64."""
    import torch

    from nrg_app.physics.monte_carlo import metropolis, wolff

    # Resampling the fine scales has no meaning for a chain, but it must give new samples.
    size, count = target.size, request.count
    seed = seed_of_scale(MAX_SCALE, request.seed, request.redraws)
    if request.sampler == "metropolis":
        start = wolff(size, request.temperature, 1, seed=seed)[0]
        spins = metropolis(
            size, request.temperature, count, seed=seed,
            n_thermal=0, steps_between=_STEPS, start=start,
        )  # fmt: skip
    else:
        spins = wolff(size, request.temperature, count, seed=seed, steps_between=_STEPS)
    field = target.field_from_spins(
        torch.from_numpy(spins),
        torch.tensor([request.temperature], dtype=torch.float64),
        torch.from_numpy(streams.field_noise(size, count, seed)),
    )
    return spins, field


def _numpy(tensor: torch.Tensor) -> NDArray[np.float32]:
    return np.ascontiguousarray(tensor.numpy(), dtype=np.float32)
