"""One octave of the hierarchy: from a lattice of side m to one of side 2 m.

The decimator fills the three new sites of every 2 x 2 cell in six stages, each new site by the
quantile function of a two-component mixture that a conditioner reads off the known neighbours.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

import torch
from torch import Tensor, nn

from nrg_app.flows.conditioner import Conditioner
from nrg_app.flows.gather import NeighbourGather
from nrg_app.flows.geometry import Stage
from nrg_app.flows.mixture import mixture_latent, mixture_log_density, mixture_quantile

LOG_STD_RANGE = (-4.0, 3.0)
# The known neighbours are seen as y and as tanh(x): the field and the spin that it suggests.
N_FEATURES = 2


class SiteStage(nn.Module):
    """One stage: its stencil and its conditioner.

    Args:
        stage: Geometry of the stage.
        width: Hidden width of the conditioner.
        mode: Distance of the two modes from their centre at the start, in units of the field.
    """

    def __init__(self, stage: Stage, width: int, mode: float) -> None:
        super().__init__()
        self.start, self.count, self.mode = stage.start, stage.count, mode
        self.gather = NeighbourGather(stage.neighbours, stage.start)
        n_inputs = N_FEATURES * len(stage.neighbours)
        self.conditioner = Conditioner(n_inputs, n_odd=3, n_even=2, width=width)

    def mixture(self, features: Tensor, embedding: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Logits, means and log-widths of the new sites, each ``(2, count, batch)``.

        Args:
            features: ``(2, start, batch)`` of the known sites.
            embedding: As for :class:`~nrg_app.flows.conditioner.Conditioner`.
        """
        odd, even = self.conditioner(self.gather(features), embedding, self.count)
        weight, centre, skew = odd
        # Bounded so that no step of the optimiser can overflow the exponentials.
        spread = self.mode * torch.exp(3.0 * torch.tanh(even[0] / 3.0))
        logits = torch.stack((weight, -weight))
        means = torch.stack((centre + spread, centre - spread))
        log_stds = torch.stack((even[1] + skew, even[1] - skew)).clamp(*LOG_STD_RANGE)
        return logits, means, log_stds


class Decimator(nn.Module):
    """The stages of one octave.

    Fields are rows ``(n_sites, batch)`` in generation order, in units of the field scale;
    ``scale`` ``(batch,)`` or ``(1,)`` is that unit.
    """

    def __init__(self, stages: tuple[Stage, ...], width: int, mode: float) -> None:
        super().__init__()
        self.stages = nn.ModuleList(SiteStage(stage, width, mode) for stage in stages)

    def _stages(self) -> Iterator[SiteStage]:
        return cast(Iterator[SiteStage], iter(self.stages))

    def generate(self, coarse: Tensor, latents: Tensor, embedding: Tensor, scale: Tensor) -> Tensor:
        """Fine rows ``(4 m^2, batch)`` of coarse rows ``(m^2, batch)`` and ``3 m^2`` latents."""
        rows, features = coarse, site_features(coarse, scale)
        for stage, z in zip(self._stages(), self._split(latents), strict=True):
            new = mixture_quantile(z, *stage.mixture(features, embedding))
            rows = torch.cat((rows, new))
            if len(rows) < len(coarse) + len(latents):
                features = torch.cat((features, site_features(new, scale)), 1)
        return rows

    def log_density(self, fine: Tensor, embedding: Tensor, scale: Tensor) -> Tensor:
        """``ln`` of the density of the new sites given the coarse ones, ``(batch,)``."""
        features = site_features(fine, scale)
        total = fine.new_zeros(fine.shape[1])
        for stage in self._stages():
            x = fine[stage.start : stage.start + stage.count]
            mixture = stage.mixture(features[:, : stage.start], embedding)
            total = total + mixture_log_density(x, *mixture).sum(0)
        return total

    def read(self, fine: Tensor, embedding: Tensor, scale: Tensor) -> Tensor:
        """The latents ``(3 m^2, batch)`` that generate the fine field ``(4 m^2, batch)``."""
        features = site_features(fine, scale)
        latents = []
        for stage in self._stages():
            x = fine[stage.start : stage.start + stage.count]
            mixture = stage.mixture(features[:, : stage.start], embedding)
            latents.append(mixture_latent(x, *mixture))
        return torch.cat(latents)

    def _split(self, latents: Tensor) -> tuple[Tensor, ...]:
        counts = [stage.count for stage in self._stages()]
        return cast(tuple[Tensor, ...], latents.split(counts))


def site_features(rows: Tensor, scale: Tensor) -> Tensor:
    """What a conditioner sees of a site: ``(n, batch)`` to ``(2, n, batch)``."""
    return torch.stack((rows, torch.tanh(rows * scale)))
