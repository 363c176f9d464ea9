"""Change single samples of a set: encode, interpolate and edit their latents, and decode again.

torch is imported inside the functions, because the window imports this package.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from nrg_app.session import streams
from nrg_app.session.latents import Edit, Source, interpolate
from nrg_app.session.messages import SampleRequest

if TYPE_CHECKING:
    import torch

    from nrg_app.flows.neural_rg import NeuralRG

Latents = NDArray[np.float64]


class Views(NamedTuple):
    """Samples of a model as the sampler hands them on.

    Attributes:
        spins: (n, L, L) int8.
        field: (n, L, L).
        coarse_fields: scale l -> (n, l, l).
        latents: (n, L^2) in generation order.
    """

    spins: NDArray[np.int8]
    field: torch.Tensor
    coarse_fields: dict[int, torch.Tensor]
    latents: torch.Tensor


class Code(NamedTuple):
    """An encoded configuration: latents (L^2,), and thresholds (L, L) that give its spins."""

    latents: Latents
    thresholds: NDArray[np.float64]


def encode(source: Source, model: NeuralRG) -> Code:
    """Encode a configuration at its temperature.

    The field is drawn given the spins, exactly. The thresholds are drawn given both, so that
    over fields and spins of the target they are uniform and independent of the field, as those
    of any sample are: decoding gives the spins back, and they change only as the field does.

    Args:
        source: the configuration, of the model's lattice side.
        model: in float64, since single precision loses digits in the far tails.
    """
    import torch

    from nrg_app.physics.monte_carlo import wolff

    size = model.size
    spins = source.spins
    if spins is None:
        spins = wolff(size, source.temperature, 1, seed=source.seed)[0]
    field = model.target.field_from_spins(
        torch.from_numpy(spins[None]),
        torch.tensor([source.temperature], dtype=torch.float64),
        torch.from_numpy(streams.field_noise(size, 1, source.seed)),
    )
    latents = model.encode(field, source.temperature).latents.numpy()[0]
    uniform = streams.thresholds(size, 1, source.seed)[0].astype(np.float64)
    return Code(latents, thresholds_given(spins, field.numpy()[0], uniform))


def thresholds_given(
    spins: NDArray[np.int8], field: NDArray[np.float64], uniform: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return thresholds that give the spins: uniform below sigmoid(2x) for +1, above for -1."""
    up = 1 / (1 + np.exp(-2 * field))
    thresholds: NDArray[np.float64] = np.where(spins > 0, up * uniform, up + (1 - up) * uniform)
    return thresholds


def alter(
    request: SampleRequest, views: Views, model: NeuralRG, double: NeuralRG, code: Code | None
) -> tuple[Views, float | None]:
    """Return a set with the changes of a request, and ln w - ln Z of the encoded sample.

    Args:
        request: its source, blend and edits count; those of samples or scales that the set does
            not have are left out.
        views: the unchanged samples.
        model: the flow in float32, fast enough to follow the mouse.
        double: the same in float64, which gives an encoded configuration back to the last spin.
        code: the encoded source, None if there is none.
    """
    import torch

    changes = _Changes(request, views, code)
    spins = views.spins.copy()
    latents = views.latents.clone()
    fields = {scale: values.clone() for scale, values in views.coarse_fields.items()}
    log_weight = None
    for index in changes.samples:
        z = torch.from_numpy(changes.latents(index))
        flow = double if changes.is_untouched_code(index) else model
        sample = flow.decode(z[None], request.temperature)
        if index == changes.encoded:
            weight = flow.log_weight(sample, request.temperature)
            log_weight = float(weight) - flow.log_partition_target(request.temperature)
        latents[index] = z
        for scale, values in sample.coarse_fields.items():
            fields[scale][index] = values[0]
        up = torch.sigmoid(2 * sample.field[0].double()).numpy()
        spins[index] = np.where(changes.thresholds(index) < up, 1, -1)
    return Views(spins, fields[max(fields)], fields, latents), log_weight


def noise_of(request: SampleRequest, index: int, views: Views, code: Code | None) -> Code:
    """Return the latents and thresholds of one sample of a request, with all that was changed.

    Args:
        request: as for :func:`alter`.
        index: of the sample.
        views: the unchanged samples.
        code: the encoded source, None if there is none.
    """
    changes = _Changes(request, views, code)
    return Code(changes.latents(index), changes.thresholds(index))


class _Changes:
    """What a request changes in a set; ``encoded`` is the index of the encoded sample, or None."""

    def __init__(self, request: SampleRequest, views: Views, code: Code | None) -> None:
        self._request, self._views, self._code = request, views, code
        self._size, count = views.spins.shape[-1], len(views.spins)
        source, blend = request.source, request.blend
        self.encoded: int | None = None
        self._replaced: list[int] = []
        if source is not None and code is not None and source.sample < count:
            self.encoded = source.sample
            scales = streams.scales_of(self._size)
            self._replaced = [scale for scale in scales if scale not in source.redrawn]
        self._blend = blend if blend and max(blend.sample, blend.target) < count else None
        self._edits: dict[int, list[Edit]] = {}
        for edit in request.edits:
            if edit.sample < count and edit.scale <= self._size:
                self._edits.setdefault(edit.sample, []).append(edit)

    @property
    def samples(self) -> list[int]:
        """Indices of the samples that differ from the set's."""
        changed = set(self._edits)
        if self.encoded is not None:
            changed.add(self.encoded)
        if self._blend is not None:
            changed.add(self._blend.sample)
        return sorted(changed)

    def latents(self, index: int) -> Latents:
        """Latents (L^2,) of a sample: encoded, then on its way to the target, then edited."""
        z = self._start(index)
        blend = self._blend
        if blend is not None and blend.sample == index:
            target = self._edited(blend.target, self._start(blend.target))
            z = interpolate(z, target, blend.amount)
        return self._edited(index, z)

    def is_untouched_code(self, index: int) -> bool:
        """Return whether a sample is the encoded configuration itself, at its temperature."""
        request, code = self._request, self._code
        if code is None or request.source is None or index != self.encoded:
            return False
        same = request.temperature == request.source.temperature
        return same and np.array_equal(self.latents(index), code.latents)

    def _start(self, index: int) -> Latents:
        z: Latents = self._views.latents[index].double().numpy().copy()
        if self._code is not None and index == self.encoded:
            for scale in self._replaced:
                own = slice(scale**2 // 4, scale**2)
                z[own] = self._code.latents[own]
        return z

    def _edited(self, index: int, z: Latents) -> Latents:
        from nrg_app.flows.geometry import raster_to_generation

        edited = z.copy()
        for edit in self._edits.get(index, ()):
            order = raster_to_generation(edit.scale)
            edited[order[edit.row * edit.scale + edit.column]] = edit.value
        return edited

    def thresholds(self, index: int) -> NDArray[np.float64]:
        """Return what turns the field of a sample into spins, (L, L)."""
        request, size = self._request, self._size
        if self._code is not None and index == self.encoded and size in self._replaced:
            return self._code.thresholds
        own = streams.thresholds(size, index + 1, request.seed, request.redraws)[index]
        uniform: NDArray[np.float64] = own.astype(np.float64)
        if request.sampler == "flow":
            return uniform
        field: Latents = self._views.field[index].double().numpy()
        return thresholds_given(self._views.spins[index], field, uniform)
