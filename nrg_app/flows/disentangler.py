"""An invertible layer across cell borders: the coarse field becomes a learned block variable.

Without it the coarse field is a sub-lattice of the fine one.  With it the coarse site ``y`` of a
2 x 2 cell is an affine function of the site ``x`` that it replaces,

    y = (x - shift) exp(-stretch),

with a shift that is odd and a stretch that is even in the other sites of the neighbourhood.  It
starts as the mean of the cell, which is this map with stretch ``ln 4`` and minus the sum of the
cell's other three sites as shift: the lifting scheme of a Haar wavelet (Sweldens 1996) that goes
on learning, in the place of a disentangler of the multi-scale entanglement renormalization ansatz
(Vidal 2007; Li and Wang, PRL 121, 260601).
"""

from __future__ import annotations

import math

import numpy as np
import torch
from torch import Tensor, nn

from nrg_app.flows.conditioner import Conditioner
from nrg_app.flows.decimator import N_FEATURES, site_features
from nrg_app.flows.gather import NeighbourGather
from nrg_app.flows.geometry import BLOCK_RADIUS, block_stage

_MEAN_STRETCH = math.log(4.0)


class Disentangler(nn.Module):
    """Block variables on a lattice; rows ``(size^2, batch)`` in generation order.

    Args:
        size: Lattice side.
        width: Hidden width of the conditioner.
    """

    def __init__(self, size: int, width: int) -> None:
        super().__init__()
        stage, cell = block_stage(size, BLOCK_RADIUS)
        self.count = stage.count
        self.gather = NeighbourGather(stage.neighbours - stage.count, size * size - stage.count)
        n_inputs = N_FEATURES * len(stage.neighbours)
        self.conditioner = Conditioner(n_inputs, n_odd=1, n_even=1, width=width)
        with torch.no_grad():
            self.conditioner.skip_weight[0, np.flatnonzero(cell)] = -1.0

    def forward(self, rows: Tensor, embedding: Tensor, scale: Tensor) -> tuple[Tensor, Tensor]:
        """Entangle: block variables to sites; the new rows and the log-determinant ``(batch,)``."""
        shift, stretch = self._affine(rows, embedding, scale)
        sites = rows[: self.count] * torch.exp(stretch) + shift
        return torch.cat((sites, rows[self.count :])), stretch.sum(0)

    def inverse(self, rows: Tensor, embedding: Tensor, scale: Tensor) -> tuple[Tensor, Tensor]:
        """Disentangle: the inverse of :meth:`forward` with the same log-determinant."""
        shift, stretch = self._affine(rows, embedding, scale)
        blocks = (rows[: self.count] - shift) * torch.exp(-stretch)
        return torch.cat((blocks, rows[self.count :])), stretch.sum(0)

    def _affine(self, rows: Tensor, embedding: Tensor, scale: Tensor) -> tuple[Tensor, Tensor]:
        """Shift and stretch ``(count, batch)`` of the coarse sites, from all other sites."""
        return self.affine(self.gather(site_features(rows[self.count :], scale)), embedding)

    def affine(self, seen: Tensor, embedding: Tensor) -> tuple[Tensor, Tensor]:
        """Shift and stretch ``(count, batch)`` of the coarse sites, from what each of them sees.

        Args:
            seen: Gathered features of the other sites, ``(n_inputs, count * batch)``.
            embedding: As for :class:`~nrg_app.flows.conditioner.Conditioner`.
        """
        odd, even = self.conditioner(seen, embedding, self.count)
        return odd[0], _MEAN_STRETCH + torch.tanh(even[0])
