"""The network that reads the parameters of a bijection off the neighbouring sites.

It is exactly equivariant under ``x -> -x`` (the Z2 symmetry of the Ising model): from odd inputs
it returns outputs that are odd and outputs that are even.  With an odd pre-activation ``a`` and an
even bias ``c``, ``silu(a + c) - silu(c - a)`` is odd and ``silu(a + c) + silu(c - a)`` is even.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn

EMBEDDING_WIDTH = 16


class ControlEmbedding(nn.Module):
    """Two tanh layers on the control features: ``(n_controls, batch)`` to ``(16, batch)``."""

    def __init__(self, n_controls: int) -> None:
        super().__init__()
        self.first = nn.Linear(n_controls, EMBEDDING_WIDTH)
        self.second = nn.Linear(EMBEDDING_WIDTH, EMBEDDING_WIDTH)

    def forward(self, controls: Tensor) -> Tensor:
        """Embed the controls of every sample."""
        hidden = torch.tanh(self.first(controls.T))
        return torch.tanh(self.second(hidden)).T


class ControlLinear(nn.Module):
    """Affine map of the embedding, zero at the start: ``(16, batch)`` to ``(rows, 1, batch)``."""

    def __init__(self, rows: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(rows, EMBEDDING_WIDTH))
        self.bias = nn.Parameter(torch.zeros(rows))

    def forward(self, embedding: Tensor) -> Tensor:
        """Rows of control-dependent numbers, broadcastable over sites."""
        return torch.addmm(self.bias[:, None], self.weight, embedding)[:, None, :]


class Conditioner(nn.Module):
    """One hidden layer and one residual layer of the equivariant form, with linear skips.

    The skip from the inputs to the odd outputs is itself a sum of ``n_skips`` linear maps with
    control-dependent gains: the exact conditional of the finest sites is of this form.

    Args:
        n_inputs: Number of odd input features of a site.
        n_odd: Number of odd outputs of a site.
        n_even: Number of even outputs of a site.
        width: Number of hidden odd/even pairs.
        n_skips: Number of control-dependent skip maps beside the constant one.
    """

    def __init__(
        self, n_inputs: int, n_odd: int, n_even: int, width: int = 32, n_skips: int = 2
    ) -> None:
        super().__init__()
        self.width, self.n_odd, self.n_skips = width, n_odd, n_skips
        self.input_weight = nn.Parameter(torch.randn(width, n_inputs) / math.sqrt(n_inputs))
        self.skip_weight = nn.Parameter(torch.zeros(n_odd * (1 + n_skips), n_inputs))
        with torch.no_grad():
            self.skip_weight[n_odd:].normal_(0.0, 1.0 / math.sqrt(n_inputs))
        self.hidden_odd = nn.Parameter(torch.randn(width, width) / math.sqrt(width))
        self.hidden_even = nn.Parameter(torch.randn(width, width) / math.sqrt(width))
        self.output_odd = nn.Parameter(torch.zeros(n_odd, width))
        self.output_even = nn.Parameter(torch.zeros(n_even, width))
        # Gains and biases of both layers, gains of the skips, biases of the even outputs.
        self._rows = [width, width, width, width, n_odd * n_skips, n_even]
        self.modulation = ControlLinear(sum(self._rows))
        with torch.no_grad():
            self.modulation.weight[2 * width : 4 * width].normal_(
                0.0, 1.0 / math.sqrt(EMBEDDING_WIDTH)
            )

    def forward(self, inputs: Tensor, embedding: Tensor, count: int) -> tuple[Tensor, Tensor]:
        """Outputs of ``count`` sites.

        Args:
            inputs: ``(n_inputs, count * batch)``.
            embedding: ``(16, batch)``, or ``(16, 1)`` where all samples share the controls.
            count: Number of sites.

        Returns:
            Odd outputs ``(n_odd, count, batch)`` and even outputs ``(n_even, count, batch)``.
        """
        gain, more_gain, bias, more_bias, skip_gain, even_bias = self.modulation(embedding).split(
            self._rows
        )
        width = self.width
        both = torch.cat((self.input_weight, self.skip_weight)) @ inputs
        both = both.reshape(len(both), count, -1)
        odd, even = _odd_even(both[:width] * (1.0 + gain), bias)
        pre_odd = (self.hidden_odd @ odd.flatten(1)).reshape(odd.shape) * (1.0 + more_gain)
        pre_even = (self.hidden_even @ even.flatten(1)).reshape(odd.shape) + more_bias
        more_odd, more_even = _odd_even(pre_odd, pre_even)
        odd, even = odd + more_odd, even + more_even
        skips = both[width:].reshape(1 + self.n_skips, self.n_odd, count, -1)
        gains = skip_gain.reshape(self.n_skips, self.n_odd, 1, -1)
        out_odd = (self.output_odd @ odd.flatten(1)).reshape(self.n_odd, count, -1)
        out_odd = out_odd + skips[0] + (gains * skips[1:]).sum(0)
        out_even = (self.output_even @ even.flatten(1)).reshape(-1, count, odd.shape[-1])
        return out_odd, out_even + even_bias


def _odd_even(odd: Tensor, even: Tensor) -> tuple[Tensor, Tensor]:
    plus, minus = nn.functional.silu(even + odd), nn.functional.silu(even - odd)
    return plus - minus, plus + minus
