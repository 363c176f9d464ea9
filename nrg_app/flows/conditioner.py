"""The network that reads the parameters of a bijection off the neighbouring sites.

It is exactly equivariant under ``x -> -x`` (the Z2 symmetry of the Ising model): from odd inputs
it returns outputs that are odd and outputs that are even.  With an odd pre-activation ``a`` and an
even bias ``c``, ``silu(a + c) - silu(c - a)`` is odd and ``silu(a + c) + silu(c - a)`` is even.
"""

from __future__ import annotations

import math
from typing import Any, cast

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
        self.input_weight = nn.Parameter(torch.randn(width, n_inputs) / math.sqrt(n_inputs))
        self.skip_weight = nn.Parameter(torch.zeros(n_odd * (1 + n_skips), n_inputs))
        with torch.no_grad():
            self.skip_weight[n_odd:].normal_(0.0, 1.0 / math.sqrt(n_inputs))
        self.hidden_odd = nn.Parameter(torch.randn(width, width) / math.sqrt(width))
        self.hidden_even = nn.Parameter(torch.randn(width, width) / math.sqrt(width))
        self.output_odd = nn.Parameter(torch.zeros(n_odd, width))
        self.output_even = nn.Parameter(torch.zeros(n_even, width))
        self.modulation = ControlLinear(4 * width + n_odd * n_skips + n_even)
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
        odd, even = _Network.apply(  # type: ignore[no-untyped-call]
            inputs,
            torch.cat((self.input_weight, self.skip_weight)),
            self.hidden_odd,
            self.hidden_even,
            self.output_odd,
            self.output_even,
            self.modulation(embedding),
            count,
        )
        return odd, even

    @torch.no_grad()
    def take(self, other: Conditioner, columns: list[int], copies: int) -> None:
        """Take the parameters of a smaller conditioner, which are then seen by nothing new.

        Args:
            other: It has the same width.
            columns: Where its inputs are among those here; the others get no weight.
            copies: How often its outputs are repeated; even outputs beyond these become zero.
        """
        width, n_odd, n_even = len(other.hidden_odd), len(other.output_odd), len(other.output_even)
        extra = len(self.output_even) - copies * n_even
        for own, trained in (
            (self.input_weight, other.input_weight),
            (self.skip_weight, _repeat_groups(other.skip_weight, n_odd, copies)),
        ):
            own.zero_()
            own[:, columns] = trained
        self.hidden_odd.copy_(other.hidden_odd)
        self.hidden_even.copy_(other.hidden_even)
        self.output_odd.copy_(other.output_odd.repeat(copies, 1))
        pad = (0, 0, 0, extra)
        self.output_even.copy_(nn.functional.pad(other.output_even.repeat(copies, 1), pad))
        for name in ("weight", "bias"):
            trained = getattr(other.modulation, name)
            trained = trained.view(len(trained), -1)
            gains = _repeat_groups(trained[4 * width : -n_even], n_odd, copies)
            even = nn.functional.pad(trained[-n_even:].repeat(copies, 1), pad)
            rows = torch.cat((trained[: 4 * width], gains, even))
            own = getattr(self.modulation, name)
            own.copy_(rows.view_as(own))


def _repeat_groups(rows: Tensor, group: int, copies: int) -> Tensor:
    """Every group of rows ``copies`` times."""
    return rows.view(-1, group, rows.shape[1]).repeat(1, copies, 1).flatten(0, 1)


class _Network(torch.autograd.Function):
    """The conditioner with its adjoint written out: half the passes over memory of a recording.

    With ``W`` the input weights, ``g``, ``b`` gains and biases that depend on the controls,

        a = g (W X),  o, e = silu(b + a) -+ silu(b - a)
        a' = g' (H_o o),  b'' = H_e e + b',  o', e' = o, e + the same of (a', b'')
        odd = O_o o' + (S_0 + sum_r s_r S_r) X,  even = O_e e' + b_e
    """

    @staticmethod
    def forward(
        ctx: Any,
        inputs: Tensor,
        weight: Tensor,
        hidden_odd: Tensor,
        hidden_even: Tensor,
        output_odd: Tensor,
        output_even: Tensor,
        modulation: Tensor,
        count: int,
    ) -> tuple[Tensor, Tensor]:
        width, n_odd = len(hidden_odd), len(output_odd)
        gain, more_gain, bias, more_bias, skip_gain, even_bias = _split(
            modulation, width, len(output_even)
        )
        linear = (weight @ inputs).view(len(weight), count, -1)
        up, down = _pre_activations(linear[:width] * (1.0 + gain), bias)
        odd, even = _odd_even(up, down)
        hidden = (hidden_odd @ odd.view(width, -1)).view_as(odd)
        even_hidden = (hidden_even @ even.view(width, -1)).view_as(odd).add_(more_bias)
        more_up, more_down = _pre_activations(hidden * (1.0 + more_gain), even_hidden)
        more_odd, more_even = _odd_even(more_up, more_down)
        more_odd.add_(odd)
        more_even.add_(even)
        skips = linear[width:].view(-1, n_odd, count, linear.shape[-1])
        gains = skip_gain.view(-1, n_odd, 1, modulation.shape[-1])
        out_odd = (output_odd @ more_odd.view(width, -1)).view(n_odd, count, -1).add_(skips[0])
        for gained, skip in zip(gains, skips[1:], strict=True):
            out_odd.addcmul_(gained, skip)
        out_even = (output_even @ more_even.view(width, -1)).view(-1, count, odd.shape[-1])
        ctx.save_for_backward(
            inputs, weight, hidden_odd, hidden_even, output_odd, output_even, modulation,
            linear, up, down, odd, even, hidden, more_up, more_down, more_odd, more_even,
        )  # fmt: skip
        return out_odd, out_even.add_(even_bias)

    @staticmethod
    def backward(ctx: Any, grad_odd: Tensor, grad_even: Tensor) -> tuple[Tensor | None, ...]:
        (
            inputs, weight, hidden_odd, hidden_even, output_odd, output_even, modulation,
            linear, up, down, odd, even, hidden, more_up, more_down, more_odd, more_even,
        ) = ctx.saved_tensors  # fmt: skip
        width, n_odd = len(hidden_odd), len(output_odd)
        gain, more_gain, *_, skip_gain, _ = _split(modulation, width, len(output_even))
        rows = linear.shape[1:]
        grad_odd, grad_even = grad_odd.contiguous(), grad_even.contiguous()
        flat_odd, flat_even = grad_odd.view(n_odd, -1), grad_even.view(len(grad_even), -1)
        to_odd = (output_odd.T @ flat_odd).view(width, *rows)
        to_even = (output_even.T @ flat_even).view(width, *rows)
        more_a, more_c = _pull_back(to_odd, to_even, more_up, more_down)
        pre = more_a * (1.0 + more_gain)
        to_odd.view(width, -1).addmm_(hidden_odd.T, pre.view(width, -1))
        to_even.view(width, -1).addmm_(hidden_even.T, more_c.view(width, -1))
        a, c = _pull_back(to_odd, to_even, up, down)
        gains = skip_gain.view(-1, n_odd, 1, modulation.shape[-1])
        to_linear = torch.cat(
            (a * (1.0 + gain), grad_odd, (gains * grad_odd).view(-1, *rows))
        ).view(len(weight), -1)
        needs = ctx.needs_input_grad
        grads: list[Tensor | None] = [None] * 8
        if needs[0]:
            grads[0] = weight.T @ to_linear
        if needs[1]:
            grads[1] = to_linear @ inputs.T
            grads[2] = pre.view(width, -1) @ odd.view(width, -1).T
            grads[3] = more_c.view(width, -1) @ even.view(width, -1).T
            grads[4] = flat_odd @ more_odd.view(width, -1).T
            grads[5] = flat_even @ more_even.view(width, -1).T
        if needs[6]:
            skips = linear[width:].view(-1, n_odd, *rows)[1:]
            by_row = (
                (a * linear[:width]).sum(1, keepdim=True),
                (more_a * hidden).sum(1, keepdim=True),
                c.sum(1, keepdim=True),
                more_c.sum(1, keepdim=True),
                (skips * grad_odd).sum(2).view(-1, 1, rows[-1]),
                grad_even.sum(1, keepdim=True),
            )
            grads[6] = torch.cat(by_row).sum_to_size(modulation.shape)
        return tuple(grads)


def _split(modulation: Tensor, width: int, n_even: int) -> tuple[Tensor, ...]:
    """Gains of both layers, biases of both layers, gains of the skips, biases of the even rows."""
    n_skip_rows = len(modulation) - 4 * width - n_even
    rows = [width, width, width, width, n_skip_rows, n_even]
    return cast(tuple[Tensor, ...], modulation.split(rows))


def _pre_activations(odd: Tensor, even: Tensor) -> tuple[Tensor, Tensor]:
    return even + odd, even - odd


def _odd_even(up: Tensor, down: Tensor) -> tuple[Tensor, Tensor]:
    plus, minus = nn.functional.silu(up), nn.functional.silu(down)
    return plus - minus, plus.add_(minus)


def _pull_back(to_odd: Tensor, to_even: Tensor, up: Tensor, down: Tensor) -> tuple[Tensor, Tensor]:
    """Gradients of the odd and even pre-activations from those of the odd and even values."""
    to_up = torch.ops.aten.silu_backward(to_even + to_odd, up)
    to_down = torch.ops.aten.silu_backward(to_even - to_odd, down)
    return to_up - to_down, to_up.add_(to_down)
