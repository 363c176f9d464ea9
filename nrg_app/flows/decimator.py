"""One octave of the hierarchy: from a lattice of side m to one of side 2 m.

The decimator fills the three new sites of every 2 x 2 cell in six or twelve stages, each new site
by the quantile function of a mixture of pairs of Gaussians that a conditioner reads off the known
neighbours.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import cast

import numpy as np
import torch
from torch import Tensor, nn

from nrg_app.flows.conditioner import Conditioner
from nrg_app.flows.gather import NeighbourGather
from nrg_app.flows.geometry import Stage
from nrg_app.flows.inference import FoldedStage, is_foldable
from nrg_app.flows.mixture import (
    mixture_latent,
    mixture_log_density,
    mixture_quantile,
    pair_distances,
    paired_modes,
)

# The known neighbours are seen as y and as tanh(x): the field and the spin that it suggests.
N_FEATURES = 2


class SiteStage(nn.Module):
    """One stage: its stencil and its conditioner.

    Args:
        stage: Geometry of the stage.
        width: Hidden width of the conditioner.
        mode: Distance of the two modes from their centre at the start, in units of the field.
        pairs: Number of pairs of modes.
        shared: The conditioner of another lattice to be used here too, if there is one.
    """

    def __init__(
        self,
        stage: Stage,
        width: int,
        mode: float,
        pairs: int,
        shared: Conditioner | None = None,
    ) -> None:
        super().__init__()
        self.start, self.count, self.mode, self.pairs = stage.start, stage.count, mode, pairs
        self.displacements = stage.displacements
        self.gather = NeighbourGather(stage.neighbours, stage.start)
        n_inputs = N_FEATURES * len(stage.neighbours)
        self.conditioner = shared or Conditioner(
            n_inputs, n_odd=3 * pairs, n_even=3 * pairs - 1, width=width
        )

    def mixture(self, features: Tensor, embedding: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Logits, means and log-widths of the new sites, each ``(2 pairs, count, batch)``.

        Args:
            features: ``(2, start, batch)`` of the known sites.
            embedding: As for :class:`~nrg_app.flows.conditioner.Conditioner`.
        """
        odd, even = self.conditioner(self.gather(features), embedding, self.count)
        return paired_modes(odd, even, self.mode)

    def take(self, other: SiteStage) -> None:
        """Take the parameters of a stage that sees no more and has as many pairs or one."""
        ranks = {where: rank for rank, where in enumerate(self.displacements)}
        seen = [ranks[where] for where in other.displacements]
        columns = [channel * len(ranks) + rank for channel in range(N_FEATURES) for rank in seen]
        self.conditioner.take(other.conditioner, columns, self.pairs // other.pairs)

    def folded(self, embedding: Tensor) -> FoldedStage:
        """The stage at fixed controls, an embedding ``(16, 1)``, without gradients."""
        distances = pair_distances(self.pairs, self.mode)
        return FoldedStage(self.conditioner, self.gather, embedding, self.start, distances)


@dataclass(frozen=True)
class _Kept:
    """Folded stages, good for one embedding until a parameter changes."""

    embedding: bytes
    watched: tuple[nn.Parameter, ...]
    versions: list[int]
    stages: tuple[FoldedStage, ...]

    def fits(self, embedding: bytes) -> bool:
        return embedding == self.embedding and self.versions == [p._version for p in self.watched]


class Decimator(nn.Module):
    """The stages of one octave.

    Fields are rows ``(n_sites, batch)`` in generation order, in units of the field scale;
    ``scale`` ``(batch,)`` or ``(1,)`` is that unit.  With ``shared`` the conditioners are those
    of another octave.
    """

    def __init__(
        self,
        stages: tuple[Stage, ...],
        width: int,
        mode: float,
        pairs: int,
        shared: Decimator | None = None,
    ) -> None:
        super().__init__()
        self.pairs = pairs
        known = (
            [None] * len(stages) if shared is None else [s.conditioner for s in shared._stages()]
        )
        self.stages = nn.ModuleList(
            SiteStage(stage, width, mode, pairs, conditioner)
            for stage, conditioner in zip(stages, known, strict=True)
        )
        self._kept: _Kept | None = None

    def take(self, other: Decimator) -> None:
        """Take the parameters of a decimator with as many pairs of modes or one, and as many
        stages or half of them.

        Every pair then starts from the one, and both halves of a stage from the whole.
        """
        trained = list(other._stages())
        split = len(self.stages) // len(trained)
        for index, own in enumerate(self._stages()):
            own.take(trained[index // split])

    def _stages(self) -> Iterator[SiteStage]:
        return cast(Iterator[SiteStage], iter(self.stages))

    def generate(
        self, coarse: Tensor, latents: Tensor, embedding: Tensor, scale: Tensor, *, density: bool
    ) -> tuple[Tensor, Tensor]:
        """Fine rows ``(4 m^2, batch)`` of coarse rows ``(m^2, batch)`` and ``3 m^2`` latents.

        Returns:
            The rows and, if the ``density`` is asked for, what :meth:`log_density` says of them;
            without it the second tensor has no meaning.
        """
        if is_foldable(coarse, embedding, scale):
            return self._generate_folded(coarse, latents, embedding, scale)
        rows, features = coarse, site_features(coarse, scale)
        total = coarse.new_zeros(coarse.shape[1])
        for stage, z in zip(self._stages(), self._split(latents), strict=True):
            mixture = stage.mixture(features, embedding)
            new = mixture_quantile(z, *mixture)
            if density:
                total = total + mixture_log_density(new, *mixture).sum(0)
            rows = torch.cat((rows, new))
            if len(rows) < len(coarse) + len(latents):
                features = torch.cat((features, site_features(new, scale)), 1)
        return rows, total

    def _generate_folded(
        self, coarse: Tensor, latents: Tensor, embedding: Tensor, scale: Tensor
    ) -> tuple[Tensor, Tensor]:
        known, batch = coarse.shape
        features = coarse.new_empty(N_FEATURES, known + len(latents), batch)
        features[:, :known] = site_features(coarse, scale)
        total, field_scale = np.zeros(batch), float(scale)
        split = self._split(latents.contiguous())
        for stage, z in zip(self._folded(embedding), split, strict=True):
            stage.generate(features, z, field_scale, total)
        return features[0], torch.from_numpy(total).to(coarse.dtype)

    def log_density(self, fine: Tensor, embedding: Tensor, scale: Tensor) -> Tensor:
        """``ln`` of the density of the new sites given the coarse ones, ``(batch,)``."""
        features = site_features(fine, scale)
        if is_foldable(fine, embedding, scale):
            sums = np.zeros(fine.shape[1])
            for folded in self._folded(embedding):
                folded.add_log_density(features, sums)
            return torch.from_numpy(sums).to(fine.dtype)
        total = fine.new_zeros(fine.shape[1])
        for stage in self._stages():
            x = fine[stage.start : stage.start + stage.count]
            mixture = stage.mixture(features[:, : stage.start], embedding)
            total = total + mixture_log_density(x, *mixture).sum(0)
        return total

    def read(self, fine: Tensor, embedding: Tensor, scale: Tensor) -> tuple[Tensor, Tensor]:
        """The latents ``(3 m^2, batch)`` that generate fine rows ``(4 m^2, batch)``.

        Returns:
            The latents and what :meth:`log_density` says of the rows.
        """
        features = site_features(fine, scale)
        total = fine.new_zeros(fine.shape[1])
        latents = []
        for stage in self._stages():
            x = fine[stage.start : stage.start + stage.count]
            mixture = stage.mixture(features[:, : stage.start], embedding)
            latents.append(mixture_latent(x, *mixture))
            total = total + mixture_log_density(x, *mixture).sum(0)
        return torch.cat(latents), total

    def _folded(self, embedding: Tensor) -> tuple[FoldedStage, ...]:
        """The stages at fixed controls; the last ones are kept."""
        name = embedding.numpy().tobytes()
        if self._kept is None or not self._kept.fits(name):
            # Parameters made in inference mode count no versions, but they are never trained.
            watched = tuple(p for p in self.parameters() if not p.is_inference())
            stages = tuple(stage.folded(embedding) for stage in self._stages())
            self._kept = _Kept(name, watched, [p._version for p in watched], stages)
        return self._kept.stages

    def _split(self, latents: Tensor) -> tuple[Tensor, ...]:
        counts = [stage.count for stage in self._stages()]
        return cast(tuple[Tensor, ...], latents.split(counts))


def site_features(rows: Tensor, scale: Tensor) -> Tensor:
    """What a conditioner sees of a site: ``(n, batch)`` to ``(2, n, batch)``."""
    return torch.stack((rows, torch.tanh(rows * scale)))
