"""Gathering the neighbours of many sites, with an adjoint that is a gather too."""

from __future__ import annotations

from typing import Any, cast

import numpy as np
import torch
from torch import Tensor, nn

from nrg_app.flows.geometry import IntArray


class NeighbourGather(nn.Module):
    """Reads the rows of every stencil: ``(channels, n_known, batch)`` to
    ``(channels * n_neighbours, count * batch)``, ready for one matrix product.

    The adjoint sums, for every known site, the entries in which it was seen.  Writing it as a
    bag sum instead of the default scattered addition makes training about twice as fast.

    Args:
        neighbours: Index of the seen sites, ``(n_neighbours, count)``.
        n_known: Number of rows that can be seen.
    """

    index: Tensor
    bags: Tensor
    offsets: Tensor

    def __init__(self, neighbours: IntArray, n_known: int) -> None:
        super().__init__()
        flat = neighbours.ravel()
        bags = np.argsort(flat, kind="stable")
        offsets = np.searchsorted(flat[bags], np.arange(n_known))
        self.count = neighbours.shape[1]
        self.register_buffer("index", torch.as_tensor(flat), persistent=False)
        self.register_buffer("bags", torch.as_tensor(bags), persistent=False)
        self.register_buffer("offsets", torch.as_tensor(offsets), persistent=False)

    def forward(self, rows: Tensor) -> Tensor:
        """Gather from ``(channels, n_known, batch)``."""
        seen = cast(
            Tensor,
            _Gather.apply(rows, self.index, self.bags, self.offsets),  # type: ignore[no-untyped-call]
        )
        return seen.reshape(-1, self.count * rows.shape[-1])


class _Gather(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, rows: Tensor, index: Tensor, bags: Tensor, offsets: Tensor) -> Tensor:
        ctx.save_for_backward(bags, offsets)
        return rows.index_select(1, index)

    @staticmethod
    def backward(ctx: Any, grad: Tensor) -> tuple[Tensor, None, None, None]:
        bags, offsets = ctx.saved_tensors
        summed = [
            nn.functional.embedding_bag(bags, channel.contiguous(), offsets, mode="sum")
            for channel in grad
        ]
        return torch.stack(summed), None, None, None
