"""An invertible layer across cell borders: the coarse field becomes a learned block variable.

Without it the coarse field is a sub-lattice of the fine one.  The layer updates one colour of a
checkerboard given the other and then the other way round, by an affine map of every site whose
shift is odd and whose scale is even in the neighbours.  It is the identity at the start.
"""

from __future__ import annotations

from typing import cast

import torch
from torch import Tensor, nn

from nrg_app.flows.conditioner import Conditioner
from nrg_app.flows.decimator import N_FEATURES, site_features
from nrg_app.flows.gather import NeighbourGather
from nrg_app.flows.geometry import checkerboard_stages

MAX_LOG_STRETCH = 1.0


class _HalfStep(nn.Module):
    """Affine update of the sites of one colour given the other colour."""

    sites: Tensor

    def __init__(self, sites: Tensor, gather: NeighbourGather, n_neighbours: int, width: int):
        super().__init__()
        self.register_buffer("sites", sites, persistent=False)
        self.gather = gather
        self.conditioner = Conditioner(N_FEATURES * n_neighbours, n_odd=1, n_even=1, width=width)

    def affine(self, rows: Tensor, embedding: Tensor, scale: Tensor) -> tuple[Tensor, Tensor]:
        seen = self.gather(site_features(rows, scale))
        odd, even = self.conditioner(seen, embedding, len(self.sites))
        return odd[0], MAX_LOG_STRETCH * torch.tanh(even[0])


class Disentangler(nn.Module):
    """Two half steps on a lattice; rows ``(size^2, batch)`` in generation order.

    Args:
        size: Lattice side.
        radius: Chebyshev radius of the seen neighbourhood.
        width: Hidden width of the conditioners.
    """

    def __init__(self, size: int, radius: int, width: int) -> None:
        super().__init__()
        self.halves = nn.ModuleList(
            _HalfStep(torch.as_tensor(sites), NeighbourGather(seen, size * size), len(seen), width)
            for sites, seen in checkerboard_stages(size, radius)
        )

    def _halves(self) -> tuple[_HalfStep, ...]:
        return tuple(cast(_HalfStep, half) for half in self.halves)

    def forward(self, rows: Tensor, embedding: Tensor, scale: Tensor) -> tuple[Tensor, Tensor]:
        """Entangle: returns the new rows and the log-determinant ``(batch,)``."""
        log_det = rows.new_zeros(rows.shape[1])
        for half in self._halves():
            shift, stretch = half.affine(rows, embedding, scale)
            moved = rows[half.sites] * torch.exp(stretch) + shift
            rows = rows.index_copy(0, half.sites, moved)
            log_det = log_det + stretch.sum(0)
        return rows, log_det

    def inverse(self, rows: Tensor, embedding: Tensor, scale: Tensor) -> tuple[Tensor, Tensor]:
        """Disentangle: the inverse of :meth:`forward` with the same log-determinant."""
        log_det = rows.new_zeros(rows.shape[1])
        for half in reversed(self._halves()):
            shift, stretch = half.affine(rows, embedding, scale)
            moved = (rows[half.sites] - shift) * torch.exp(-stretch)
            rows = rows.index_copy(0, half.sites, moved)
            log_det = log_det + stretch.sum(0)
        return rows, log_det
