"""The hierarchical bijection: latents of every scale to a field on a torus, coarse to fine.

Scale 1 is one site; every octave doubles the lattice.  Read backwards it is a renormalization
group: undo the disentangler, keep one site in four, put the other three aside as latents.  The
flow knows no Hamiltonian: it is conditioned on a vector of control features and works in units
of a given field scale (Li and Wang, PRL 121, 260601; Hu et al., PRR 2, 023369).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, cast

import torch
from torch import Tensor, nn

from nrg_app.flows.architecture import Architecture
from nrg_app.flows.conditioner import ControlEmbedding, ControlLinear
from nrg_app.flows.decimator import Decimator
from nrg_app.flows.disentangler import Disentangler
from nrg_app.flows.geometry import octave_stages
from nrg_app.flows.mixture import mixture_latent, mixture_log_density, mixture_quantile


@dataclass(frozen=True)
class Hierarchy:
    """A field seen at every scale, rows ``(l^2, batch)`` in generation order.

    Attributes:
        coarse: The field of every scale ``l`` = 1, 2, 4 ... L in units of the field scale.
        latents: All latents ``(L^2, batch)``.
        log_probs: ``ln q`` of the field of every scale, ``(batch,)``, in nats.
    """

    coarse: dict[int, Tensor]
    latents: Tensor
    log_probs: dict[int, Tensor]

    @property
    def log_prob(self) -> Tensor:
        """``ln q`` of the finest field, ``(batch,)``, in nats."""
        return self.log_probs[max(self.log_probs)]


class Root(nn.Module):
    """The site of scale 1: a symmetric mixture of four Gaussians that depends on the controls."""

    def __init__(self, mode: float) -> None:
        super().__init__()
        self.parameters_of = ControlLinear(6)
        with torch.no_grad():
            self.parameters_of.bias[2:4] = torch.tensor([mode * 1.2, mode * 0.8])

    def generate(self, z: Tensor, embedding: Tensor) -> Tensor:
        """The site ``(1, batch)`` of a latent of the same shape, exactly odd in it."""
        return torch.sign(z) * mixture_quantile(z.abs(), *self._mixture(embedding))

    def log_density(self, x: Tensor, embedding: Tensor) -> Tensor:
        """``ln`` of the density of sites ``(1, batch)``: ``(batch,)``."""
        return mixture_log_density(x.abs(), *self._mixture(embedding)).sum(0)

    def read(self, x: Tensor, embedding: Tensor) -> Tensor:
        """The inverse of :meth:`generate`."""
        return torch.sign(x) * mixture_latent(x.abs(), *self._mixture(embedding))

    def _mixture(self, embedding: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Logits, means and log-widths, each ``(4, 1, batch)``."""
        weights, means, widths = self.parameters_of(embedding).split(2)
        return (
            torch.cat((weights, weights)),
            torch.cat((means, -means)),
            torch.cat((widths, widths)).clamp(-4.0, 3.0),
        )


class Octave(nn.Module):
    """Embedding, decimator and optional disentangler of one doubling.

    Args:
        shape: The architecture.
        size: Side of the lattice where the octave ends.
        shared: An octave whose network is used here too, if there is one.
    """

    depth: Tensor

    def __init__(self, shape: Architecture, size: int, shared: Octave | None = None) -> None:
        super().__init__()
        self.register_buffer("depth", _depth_features(shape, size), persistent=False)
        n_controls = shape.n_controls + len(self.depth)
        self.embedding: ControlEmbedding = (
            shared.embedding if shared else ControlEmbedding(n_controls)
        )
        self.decimator: Decimator = Decimator(
            octave_stages(size, shape.radius, shape.colours),
            shape.width,
            shape.mode,
            shape.pairs_at(size),
            shared.decimator if shared else None,
        )
        self.disentangler = Disentangler(size, shape.width) if shape.disentanglers else None
        if shared and self.disentangler and shared.disentangler:
            self.disentangler.conditioner = shared.disentangler.conditioner

    def take(self, other: Octave) -> None:
        """Take the parameters of another octave: see :meth:`Decimator.take`."""
        self.embedding.load_state_dict(other.embedding.state_dict())
        self.decimator.take(other.decimator)
        if self.disentangler and other.disentangler:
            self.disentangler.load_state_dict(other.disentangler.state_dict())

    def embed(self, controls: Tensor) -> Tensor:
        """The embedding ``(16, batch)`` of the controls and of the octave's depth."""
        depth = self.depth.to(controls)[:, None].expand(-1, controls.shape[1])
        embedding: Tensor = self.embedding(torch.cat((controls, depth)))
        return embedding


def _depth_features(shape: Architecture, size: int) -> Tensor:
    """What a shared network knows of the distance ``d`` of its sites, in finest lattice spacings.

    At the critical point correlations at a distance ``d`` are ``d^(-1/4)`` and their corrections
    are small powers of ``1 / d``, so that both features go on smoothly to distances that were
    never trained.
    """
    distance = shape.size / size
    return torch.tensor([distance**-0.25, 1.0 / distance] if shape.shared else [])


class HierarchicalFlow(nn.Module):
    """A bijection of ``L^2`` latents and a field, with every scale in between.

    Args:
        shape: The architecture.
    """

    def __init__(self, shape: Architecture) -> None:
        super().__init__()
        self.shape = shape
        self.scales = tuple(2**k for k in range(shape.size.bit_length()))
        self.root_embedding = ControlEmbedding(shape.n_controls)
        self.root = Root(shape.mode)
        octaves: list[Octave] = []
        for size in self.scales[1:]:
            # The first octave has one cell and stages of its own.
            shared = octaves[1] if shape.shared and len(octaves) > 1 else None
            octaves.append(Octave(shape, size, shared))
        self.octaves = nn.ModuleList(octaves)

    def octave(self, size: int) -> Octave:
        """The octave that ends on the lattice of side ``size``."""
        return cast(Octave, self.octaves[self.scales.index(size) - 1])

    def weights(self) -> dict[str, Tensor]:
        """Every parameter once, by name."""
        return dict(self.named_parameters())

    @torch.no_grad()
    def load_weights(self, weights: dict[str, Tensor]) -> None:
        """Take the parameters of :meth:`weights`.

        Raises:
            ValueError: if names or shapes are not those of this flow.
        """
        own = self.weights()
        if {k: v.shape for k, v in own.items()} != {k: v.shape for k, v in weights.items()}:
            raise ValueError("the parameters are those of another architecture")
        for name, parameter in own.items():
            parameter.copy_(weights[name])

    def generate(self, latents: Tensor, controls: Tensor, scale: Tensor) -> dict[int, Tensor]:
        """The fields of every scale.

        Args:
            latents: ``(L^2, batch)``.
            controls: ``(n_controls, batch)``, or ``(n_controls, 1)`` if common to the batch.
            scale: Field scale, ``(batch,)`` or ``(1,)``.

        Returns:
            Rows ``(l^2, batch)`` for every scale ``l``, in units of the field scale.
        """
        return self._ascend(latents, controls, scale, density=False).coarse

    def decode(self, latents: Tensor, controls: Tensor, scale: Tensor) -> Hierarchy:
        """Fields of every scale and ``ln q`` of the finest, in one pass.

        Arguments as for :meth:`generate`.
        """
        return self._ascend(latents, controls, scale, density=True)

    def _ascend(self, latents: Tensor, controls: Tensor, scale: Tensor, density: bool) -> Hierarchy:
        embedding = self.root_embedding(controls)
        rows = self.root.generate(latents[:1], embedding)
        log_prob = self.root.log_density(rows, embedding) if density else rows.new_zeros(1)
        coarse, log_probs = {1: rows}, {1: log_prob}
        for size in self.scales[1:]:
            octave = self.octave(size)
            embedding = octave.embed(controls)
            z = latents[size * size // 4 : size * size]
            rows, gained = octave.decimator.generate(rows, z, embedding, scale, density=density)
            log_prob = log_prob + gained
            if octave.disentangler is not None:
                rows, log_det = octave.disentangler(rows, embedding, scale)
                log_prob = log_prob - log_det
            coarse[size], log_probs[size] = rows, log_prob
        return Hierarchy(coarse, latents, log_probs)

    def log_prob(self, rows: Tensor, controls: Tensor, scale: Tensor) -> Tensor:
        """``ln q`` of fields in units of the field scale: ``(batch,)``, nats.

        Args:
            rows: ``(l^2, batch)``, of the finest scale or of a coarse one.
            controls: ``(n_controls, batch)``, or ``(n_controls, 1)`` if common to the batch.
            scale: Field scale, ``(batch,)`` or ``(1,)``.
        """
        return self._descend(rows, controls, scale, read=False).log_prob

    def encode(self, rows: Tensor, controls: Tensor, scale: Tensor) -> Hierarchy:
        """Latents, fields of every scale and ``ln q`` of fields ``(L^2, batch)``."""
        return self._descend(rows, controls, scale, read=True)

    def _descend(self, rows: Tensor, controls: Tensor, scale: Tensor, read: bool) -> Hierarchy:
        coarse, gains, latents = {}, {}, []
        sizes = [size for size in self.scales[1:] if size * size <= len(rows)]
        for size in reversed(sizes):
            coarse[size] = rows
            octave = self.octave(size)
            embedding = octave.embed(controls)
            gained = rows.new_zeros(rows.shape[1])
            if octave.disentangler is not None:
                rows, log_det = octave.disentangler.inverse(rows, embedding, scale)
                gained = gained - log_det
            if read:
                z, log_density = octave.decimator.read(rows, embedding, scale)
                latents.append(z)
            else:
                log_density = octave.decimator.log_density(rows, embedding, scale)
            gains[size] = gained + log_density
            rows = rows[: size * size // 4]
        coarse[1] = rows
        embedding = self.root_embedding(controls)
        log_probs = {1: self.root.log_density(rows, embedding)}
        for size in sizes:
            log_probs[size] = log_probs[size // 2] + gains[size]
        if read:
            latents.append(self.root.read(rows, embedding))
        joined = torch.cat(latents[::-1]) if read else rows.new_empty(0)
        return Hierarchy(dict(sorted(coarse.items())), joined, log_probs)


def grow(flow: HierarchicalFlow) -> HierarchicalFlow:
    """A flow of twice the side that starts from the trained octaves of ``flow``.

    The octaves beyond the first are alike on all scales, and the finest ones nearly coincide, so
    the new flow keeps the root and the first octave, takes its octave ``l + 1`` from the old
    octave ``l`` and starts its second octave from the old second one.  A shared network is
    simply applied once more.
    """
    sources = [0, *(max(index - 1, 1) for index in range(1, len(flow.octaves) + 1))]
    return _built_from(flow, {"size": 2 * flow.shape.size}, sources)


def refined(flow: HierarchicalFlow, pairs: int, colours: Literal[2, 4]) -> HierarchicalFlow:
    """A flow with more pairs of modes and more stages that starts from a trained one.

    All pairs start from the one pair of ``flow``, and the stages of both halves of a colour from
    the stage of the colour.

    Raises:
        ValueError: if the flow has more than one pair and another number, or more colours.
    """
    shape = flow.shape
    if (shape.pairs > 1 and shape.pairs != pairs) or shape.colours > colours:
        raise ValueError(f"a flow of shape ({shape}) cannot be refined to {pairs}, {colours}")
    changes = {"pairs": pairs, "colours": colours}
    return _built_from(flow, changes, list(range(len(flow.octaves))))


def _built_from(
    flow: HierarchicalFlow, changes: dict[str, int], sources: list[int]
) -> HierarchicalFlow:
    """A flow of a changed shape whose octave ``k`` starts from the octave ``sources[k]``."""
    new = HierarchicalFlow(flow.shape.model_copy(update=changes))
    new = new.to(next(flow.parameters()).dtype)
    new.root_embedding.load_state_dict(flow.root_embedding.state_dict())
    new.root.load_state_dict(flow.root.state_dict())
    for octave, source in zip(new.octaves, sources, strict=True):
        if source < len(flow.octaves):
            cast(Octave, octave).take(cast(Octave, flow.octaves[source]))
    return new
