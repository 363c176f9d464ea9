"""The stages of an octave without gradients, as compiled loops.

Where all samples share their controls, as at one temperature, the control-dependent gains are
folded into the weights once and kept for the next call.  The results agree with the
differentiable path up to rounding.
"""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from nrg_app.flows.conditioner import Conditioner
from nrg_app.flows.gather import NeighbourGather
from nrg_app.flows.stage_kernels import (
    Doubles,
    density_stage,
    fold,
    generate_stage,
    padded,
    padded_outputs,
)


def is_foldable(rows: Tensor, embedding: Tensor, scale: Tensor) -> bool:
    """Whether the compiled loops apply: no gradient, one temperature, float32, processor."""
    return (
        not torch.is_grad_enabled()
        and embedding.shape[1] == 1
        and scale.numel() == 1
        and rows.dtype == torch.float32
        and rows.device.type == "cpu"
    )


class FoldedStage:
    """One stage of an octave at fixed controls.

    Args:
        conditioner: Its network, with ``3 pairs`` odd and ``3 pairs - 1`` even outputs.
        gather: Its stencil.
        embedding: ``(16, 1)``.
        start: Number of sites that are known before the stage.
        distances: Of the modes of each pair from their centre where the network says nothing.
    """

    def __init__(
        self,
        conditioner: Conditioner,
        gather: NeighbourGather,
        embedding: Tensor,
        start: int,
        distances: tuple[float, ...],
    ) -> None:
        self._start, self._distances = start, distances
        self._index = gather.index.view(-1, gather.count).numpy()
        modulation = conditioner.modulation
        parameters = (
            modulation.weight, modulation.bias, conditioner.input_weight,
            conditioner.skip_weight, conditioner.hidden_odd,
        )  # fmt: skip
        width, n_inputs = conditioner.input_weight.shape
        rows, outputs = padded(width), padded_outputs(len(distances))
        linear = np.zeros((rows + outputs, n_inputs), np.float32)
        hidden = np.zeros((2, rows, rows), np.float32)
        output = np.zeros((2, outputs, rows), np.float32)
        biases = np.zeros((3, max(rows, outputs)), np.float32)
        weight, bias, first, skips, odd = (p.detach().numpy() for p in parameters)
        gains = embedding.flatten().numpy()
        fold(
            len(distances), gains, weight, bias, first, skips, odd, linear, hidden[0], biases
        )  # fmt: skip
        hidden[1, :width, :width] = conditioner.hidden_even.detach().numpy()
        output[0, : len(conditioner.output_odd), :width] = conditioner.output_odd.detach().numpy()
        output[1, : len(conditioner.output_even), :width] = conditioner.output_even.detach().numpy()
        self._weights = (linear, hidden, output, biases)

    def generate(self, features: Tensor, z: Tensor, scale: float, total: Doubles) -> None:
        """Write the sites of latents to the features and add ``ln`` of their density.

        Args:
            features: Sites and ``tanh`` of the field, ``(2, sites, batch)``.
            z: Latents, ``(count, batch)``.
            scale: The field scale.
            total: ``(batch,)``, in nats.
        """
        generate_stage(
            features.numpy(), self._start, self._index, z.numpy(), scale, self._distances,
            *self._weights, total,
        )  # fmt: skip

    def add_log_density(self, features: Tensor, total: Doubles) -> None:
        """Add ``ln`` of the density of the stage; arguments as of :meth:`generate`."""
        density_stage(
            features.numpy(), self._start, self._index, self._distances, *self._weights, total
        )
