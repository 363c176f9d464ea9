"""The stages of an octave without gradients: fewer products, fewer passes over memory.

Where all samples share their controls, as at one temperature, the control-dependent gains are
folded into the weights once, and the sites are visited in blocks that stay in the cache.  The
results agree with the differentiable path up to rounding.
"""

from __future__ import annotations

from collections.abc import Iterator

import torch
from torch import Tensor

from nrg_app.flows.compiled import (
    activate,
    activate_residual,
    density_of_sites,
    fold,
    generate_sites,
)
from nrg_app.flows.conditioner import Conditioner
from nrg_app.flows.gather import NeighbourGather
from nrg_app.flows.mixture import mixture_log_density, mixture_quantile, two_modes

# Columns of a block: its 100 inputs and two times 32 hidden rows fill half a megabyte.
_BLOCK_COLUMNS = 2048


def is_foldable(rows: Tensor, embedding: Tensor) -> bool:
    """Whether the compiled loops apply: no gradient, one temperature, float32, processor."""
    return (
        not torch.is_grad_enabled()
        and embedding.shape[1] == 1
        and rows.dtype == torch.float32
        and rows.device.type == "cpu"
    )


class FoldedConditioner:
    """A conditioner at fixed controls.

    Args:
        conditioner: The network.
        embedding: ``(16, 1)``.
    """

    def __init__(self, conditioner: Conditioner, embedding: Tensor) -> None:
        first, hidden = conditioner.input_weight, conditioner.hidden_odd
        modulation, skips = conditioner.modulation, conditioner.skip_weight
        self._hidden_even = conditioner.hidden_even
        self._output_odd, self._output_even = conditioner.output_odd, conditioner.output_even
        self.width, self.n_odd = len(hidden), len(self._output_odd)
        self.n_even = len(self._output_even)
        values = torch.empty_like(modulation.bias)
        self._linear = first.new_empty(self.width + self.n_odd, first.shape[1])
        self._hidden_odd = torch.empty_like(hidden)
        arguments = (
            embedding.flatten(), modulation.weight, modulation.bias, first, skips, hidden,
            values, self._linear, self._hidden_odd,
        )  # fmt: skip
        fold(*(tensor.detach().numpy() for tensor in arguments))
        biases = values.numpy()[2 * self.width : 4 * self.width]
        self._bias, self._more_bias = biases[: self.width], biases[self.width :]
        self._even_bias = values[-self.n_even :, None]

    def __call__(self, inputs: Tensor) -> Tensor:
        """Odd outputs, then even ones, ``(n_odd + n_even, columns)``."""
        linear = self._linear @ inputs
        odd, skip = linear.split((self.width, self.n_odd))
        even = torch.empty_like(odd)
        odd_array, even_array = odd.numpy(), even.numpy()
        activate(odd_array, self._bias, even_array)
        more_odd, more_even = self._hidden_odd @ odd, self._hidden_even @ even
        activate_residual(
            more_odd.numpy(), more_even.numpy(), self._more_bias, odd_array, even_array
        )
        result = inputs.new_empty(self.n_odd + self.n_even, inputs.shape[1])
        torch.addmm(skip, self._output_odd, odd, out=result[: self.n_odd])
        torch.addmm(self._even_bias, self._output_even, even, out=result[self.n_odd :])
        return result


class FoldedStage:
    """One stage of an octave at fixed controls.

    Args:
        conditioner: Its network, with three odd and two even outputs.
        gather: Its stencil.
        embedding: ``(16, 1)``.
        mode: Distance of the two modes from their centre where the network says nothing.
    """

    def __init__(
        self, conditioner: Conditioner, gather: NeighbourGather, embedding: Tensor, mode: float
    ) -> None:
        self._network = FoldedConditioner(conditioner, embedding)
        self._index, self._count = gather.index, gather.count
        self._mode = mode

    def outputs(self, features: Tensor) -> Iterator[tuple[slice, Tensor]]:
        """Blocks of sites with what the network says of them, ``(5, sites * batch)``.

        Args:
            features: ``(2, n, batch)`` of at least the known sites.
        """
        count, batch = self._count, features.shape[2]
        length = max(1, _BLOCK_COLUMNS // batch)
        for first in range(0, count, length):
            last = min(first + length, count)
            index = self._index
            if last - first < count:
                index = index.view(-1, count)[:, first:last].reshape(-1)
            seen = features.index_select(1, index)
            yield slice(first, last), self._network(seen.view(-1, (last - first) * batch))

    def generate(self, features: Tensor, z: Tensor, new: Tensor) -> Tensor:
        """Write the sites of latents ``(count, batch)`` to ``new``; ``ln`` of their density.

        Returns:
            ``(batch,)``, in nats.
        """
        total = z.new_zeros(z.shape[1])
        for block, read in self.outputs(features):
            latent, site = z[block].reshape(-1), new[block].view(-1)
            density, wrong = torch.empty_like(site), torch.empty_like(site)
            n_wrong = generate_sites(
                latent.numpy(), read.numpy(), self._mode, site.numpy(),
                density.numpy(), wrong.numpy(),
            )  # fmt: skip
            if n_wrong > 0:
                where = torch.nonzero(wrong).squeeze(1)
                mixture = two_modes(read[:3, where], read[3:, where], self._mode)
                site[where] = mixture_quantile(latent[where], *mixture)
                density[where] = mixture_log_density(site[where], *mixture)
            total += density.view(-1, z.shape[1]).sum(0)
        return total

    def log_density(self, features: Tensor, x: Tensor) -> Tensor:
        """``ln`` of the density of sites ``(count, batch)``: ``(batch,)``, in nats."""
        total = x.new_zeros(x.shape[1])
        for block, read in self.outputs(features):
            site = x[block].reshape(-1)
            density = torch.empty_like(site)
            density_of_sites(site.numpy(), read.numpy(), self._mode, density.numpy())
            total += density.view(-1, x.shape[1]).sum(0)
        return total
