"""A flow bound to a target: what the rest of the program samples, encodes and measures with."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from nrg_app.errors import NRGError
from nrg_app.flows.card import ModelCard
from nrg_app.flows.geometry import generation_order, raster_to_generation
from nrg_app.flows.hierarchy import HierarchicalFlow
from nrg_app.flows.storage import read_model, write_model
from nrg_app.physics.lattice import validate_size, validate_temperature
from nrg_app.physics.target import DualIsing, make_target


@dataclass(frozen=True)
class FlowSample:
    """Fields with their latents and their view at every scale.

    Attributes:
        field: The continuous dual ``x``, ``(n, L, L)``.
        coarse_fields: The field of every scale ``l``, ``(n, l, l)``.
        latents: ``(n, L^2)`` in generation order: column 0 is scale 1, columns
            ``l^2 / 4 .. l^2`` are scale ``l``.
        log_prob: ``ln q`` of the field, ``(n,)``, in nats.
    """

    field: Tensor
    coarse_fields: dict[int, Tensor]
    latents: Tensor
    log_prob: Tensor


class NeuralRG:
    """A trained hierarchical flow for one Hamiltonian at any temperature of its range.

    Args:
        flow: The bijection.
        card: Its card.

    Raises:
        NRGError: if the card names an unknown target.
    """

    def __init__(self, flow: HierarchicalFlow, card: ModelCard) -> None:
        self.flow = flow
        self.card = card
        self.target: DualIsing = make_target(card.target, card.size, card.field_gap)
        self._raster = torch.as_tensor(raster_to_generation(self.size))

    @classmethod
    def load(cls, path: str | Path) -> NeuralRG:
        """Read a model file.

        Raises:
            NRGError: if the file is missing, damaged or not a model of this program.
        """
        return cls(*read_model(Path(path)))

    def save(self, path: str | Path) -> None:
        """Write the model with its card, atomically.

        Raises:
            NRGError: if the file cannot be written.
        """
        write_model(Path(path), self.flow, self.card)

    @property
    def size(self) -> int:
        """Lattice side ``L``."""
        return self.card.size

    @property
    def scales(self) -> tuple[int, ...]:
        """Lattice sides of the scales, 1, 2, 4 ... L."""
        return self.flow.scales

    @property
    def dtype(self) -> torch.dtype:
        """Precision of the parameters."""
        return next(self.flow.parameters()).dtype

    @property
    def device(self) -> torch.device:
        """Device of the parameters."""
        return next(self.flow.parameters()).device

    def to(self, dtype: torch.dtype) -> NeuralRG:
        """A copy in another precision (float64 to encode and verify)."""
        copy = HierarchicalFlow(self.flow.shape)
        copy.load_state_dict(self.flow.state_dict())
        return NeuralRG(copy.to(self.device, dtype), self.card)

    def resized(self, size: int) -> NeuralRG:
        """A model of another lattice side from one network that is shared by all scales.

        Raises:
            NRGError: if the scales of this model have networks of their own, or the side is not a
                power of two from 4.
        """
        if not self.flow.shape.shared:
            raise NRGError(
                f"The model '{self.card.name}' has one lattice side, {self.size}; "
                "only a model whose scales share one network can generate others."
            )
        if validate_size(size) < 4:
            raise NRGError(f"A model needs a lattice of side 4 or more, not {size}.")
        flow = HierarchicalFlow(self.flow.shape.model_copy(update={"size": size}))
        flow = flow.to(self.device, self.dtype).requires_grad_(False)
        flow.load_weights(self.flow.weights())
        changes = {"architecture": flow.shape, "gaps": []}
        return NeuralRG(flow, self.card.model_copy(update=changes))

    @torch.inference_mode()
    def sample(self, temperature: float, n: int, *, generator: torch.Generator) -> FlowSample:
        """Independent samples.

        Args:
            temperature: In units of J / k_B.
            n: Number of samples.
            generator: Source of the latents.

        Raises:
            NRGError: if the temperature is not a positive number.
        """
        latents = torch.randn(n, self.size**2, generator=generator, device=generator.device)
        return self.decode(latents.to(self.device, self.dtype), temperature)

    @torch.inference_mode()
    def decode(self, latents: Tensor, temperature: float) -> FlowSample:
        """The fields of latents ``(n, L^2)``.

        Raises:
            NRGError: if the temperature is not a positive number.
        """
        _t, controls, scale = self._conditions(temperature)
        rows = latents.T.to(self.device, self.dtype).contiguous()
        view = self.flow.decode(rows, controls, scale)
        return self._pack(view.coarse, latents, view.log_prob, scale)

    @torch.inference_mode()
    def encode(self, field: Tensor, temperature: float) -> FlowSample:
        """Latents, coarse fields and ``ln q`` of fields ``(n, L, L)``.

        Raises:
            NRGError: if the temperature is not a positive number.
        """
        _t, controls, scale = self._conditions(temperature)
        view = self.flow.encode(self._rows(field) / scale, controls, scale)
        return self._pack(view.coarse, view.latents.T, view.log_prob, scale)

    @torch.inference_mode()
    def log_weight(self, sample: FlowSample, temperature: float) -> Tensor:
        """Logarithm of the importance weights, ``-U(x) - ln q(x)``: ``(n,)``, in nats.

        Their mean is at most :meth:`log_partition_target`; the difference per site is the
        free-energy gap.
        """
        t, _, _ = self._conditions(temperature)
        return -self.target.energy(sample.field, t) - sample.log_prob

    def log_partition_target(self, temperature: float) -> float:
        """Exact ``ln`` of the integral of ``exp(-U)``, in nats."""
        return float(self.target.log_partition(np.array([temperature]))[0])

    def latent_grid(self, latents: Tensor, scale: int) -> Tensor:
        """Latents ``(n, L^2)`` of one scale on its lattice, ``(n, scale, scale)``.

        The cells that are kept for the next coarser scale hold NaN (none at scale 1).
        """
        grid = latents.new_full((len(latents), scale, scale), float("nan"))
        first = scale * scale // 4
        sites = torch.as_tensor(generation_order(scale)[first:])
        grid[:, sites[:, 0], sites[:, 1]] = latents[:, first : scale * scale]
        return grid

    def _conditions(self, temperature: float) -> tuple[Tensor, Tensor, Tensor]:
        value = validate_temperature(temperature)
        t = torch.tensor([value], dtype=self.dtype, device=self.device)
        return t, self.target.controls(t), self.target.field_scale(t)

    def _rows(self, field: Tensor) -> Tensor:
        raster = field.to(self.device, self.dtype).flatten(1).T
        order = torch.as_tensor(generation_order(self.size))
        return raster[order[:, 0] * self.size + order[:, 1]]

    def _pack(
        self, coarse: dict[int, Tensor], latents: Tensor, log_prob: Tensor, scale: Tensor
    ) -> FlowSample:
        fields = {size: raster_field(rows * scale, size) for size, rows in coarse.items()}
        jacobian = 0.5 * self.size**2 * torch.log(scale * scale)
        return FlowSample(fields[self.size], fields, latents, log_prob - jacobian)


def raster_field(rows: Tensor, size: int) -> Tensor:
    """Rows ``(size^2, batch)`` in generation order as fields ``(batch, size, size)``."""
    index = torch.as_tensor(raster_to_generation(size), device=rows.device)
    return rows[index].T.reshape(-1, size, size)
