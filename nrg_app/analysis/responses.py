"""The flow linearised at given latents: exact derivatives between bulk and boundary.

Every step of a flow changes some sites and leaves the others: a new site is a function of its
latent and of the sites that it sees, a coarse site one of the block variable in its place and of
the sites that its disentangler sees.  With the derivatives of each site by these few numbers,
``own`` and ``weights``, a step is

    dx_s  <-  own_s dx_s + sum_k weights_ks dx_seen(k, s),

where ``dx_s`` stands for the latent's change until the site exists.  The derivatives are computed
once, by one reverse pass through each step.  A tangent that goes through the steps in order is
then a column of ``dx / dz`` (forward-mode differentiation), whatever the number of latents and
without another evaluation of the network; steps undone in reverse order give ``dz / dx``, and
transposed steps the rows of both.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import cast

import numpy as np
import torch
from numpy.typing import ArrayLike, NDArray
from torch import Tensor

from nrg_app.analysis.causal_cones import Step, steps_of
from nrg_app.errors import NRGError
from nrg_app.flows.decimator import SiteStage, site_features
from nrg_app.flows.disentangler import Disentangler
from nrg_app.flows.geometry import raster_to_generation
from nrg_app.flows.hierarchy import HierarchicalFlow
from nrg_app.flows.mixture import mixture_quantile, paired_modes
from nrg_app.flows.neural_rg import NeuralRG
from nrg_app.physics.lattice import validate_temperature

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class _Linear:
    """Derivatives of one step: ``own`` ``(count, n)`` and ``weights`` ``(seen, count, n)``."""

    step: Step
    own: FloatArray
    weights: FloatArray


class LinearisedFlow:
    """Derivatives of the fields of some samples with respect to their latents.

    Attributes:
        fields: The samples' fields ``x``, ``(n, L, L)``.

    Args:
        model: The flow; use float64 where derivatives shall be exact to more than 6 digits.
        latents: ``(n, L^2)`` in generation order.
        temperature: T in J/k_B.

    Raises:
        NRGError: if the temperature is not a positive number or the latents do not fit.

    Example:
        >>> from nrg_app.resources import models_dir
        >>> model = NeuralRG.load(models_dir() / "ising-8.safetensors").to(torch.float64)
        >>> flow = LinearisedFlow(model, torch.zeros(1, 64), temperature=2.4)
        >>> flow.responses([0]).shape  # of the field to the latent of scale 1
        (1, 8, 8)
    """

    def __init__(self, model: NeuralRG, latents: Tensor, temperature: float) -> None:
        value = validate_temperature(temperature)
        if latents.ndim != 2 or latents.shape[1] != model.size**2:
            raise NRGError(
                f"The model has {model.size**2} latents, but an array of shape "
                f"{tuple(latents.shape)} was given."
            )
        t = torch.tensor([value], dtype=model.dtype, device=model.device)
        scale = model.target.field_scale(t)
        rows = latents.detach().to(model.device, model.dtype).T.clone()
        self.size = model.size
        self._raster = raster_to_generation(model.size)
        self._scale = float(scale)
        steps = steps_of(model.flow.shape)
        with torch.enable_grad():
            parts = list(_linear_parts(model.flow, rows, model.target.controls(t), scale))
        self._steps = [_Linear(step, *part) for step, part in zip(steps, parts, strict=True)]
        self.fields: FloatArray = self._scale * self._on_lattice(_numpy(rows))

    def responses(self, chosen: ArrayLike) -> FloatArray:
        """``dx / dz`` of one latent for each sample, or of any number for a single sample.

        Args:
            chosen: Places in generation order, ``(n,)``.

        Returns:
            ``(n, L, L)``.

        Raises:
            NRGError: if there is no such latent, or not one for each of several samples.
        """
        rows = self._unit(chosen)
        for part in self._steps:
            moved = part.own * rows[part.step.sites]
            rows[part.step.sites] = moved + (part.weights * rows[part.step.seen]).sum(0)
        return self._scale * self._on_lattice(rows)

    def readings(self, chosen: ArrayLike) -> FloatArray:
        """``dz / dx`` of one latent for each sample, or of any number for a single sample.

        Arguments, result and errors are those of :meth:`responses`.

        Example:
            >>> from nrg_app.resources import models_dir
            >>> model = NeuralRG.load(models_dir() / "ising-8.safetensors").to(torch.float64)
            >>> flow = LinearisedFlow(model, torch.zeros(1, 64), temperature=2.4)
            >>> products = flow.readings([5]) * flow.responses([5, 6])  # dz_5 / dx dx / dz
            >>> bool(np.allclose(products.sum((1, 2)), [1.0, 0.0], atol=1e-9))
            True
        """
        rows = self._unit(chosen)
        for part in self._steps:
            sites, seen = part.step.sites, part.step.seen
            rows[sites] /= part.own
            _scatter(rows, seen, -part.weights * rows[sites])
        return self._on_lattice(rows) / self._scale

    def sources(self, row: int, column: int) -> FloatArray:
        """``dx / dz`` of one boundary site by all latents, ``(n, L^2)`` in generation order.

        Example:
            >>> from nrg_app.resources import models_dir
            >>> model = NeuralRG.load(models_dir() / "ising-8.safetensors").to(torch.float64)
            >>> flow = LinearisedFlow(model, torch.zeros(1, 64), temperature=2.4)
            >>> bool(np.isclose(flow.sources(3, 5)[0, 20], flow.responses([20])[0, 3, 5]))
            True
        """
        n = self.fields.shape[0]
        rows = np.zeros((self.size**2, n))
        rows[self._raster[row * self.size + column]] = self._scale
        for part in reversed(self._steps):
            sites, seen = part.step.sites, part.step.seen
            _scatter(rows, seen, part.weights * rows[sites])
            rows[sites] *= part.own
        return np.ascontiguousarray(rows.T)

    def _unit(self, chosen: ArrayLike) -> FloatArray:
        """Columns that are one at the chosen places."""
        places = np.atleast_1d(np.asarray(chosen, dtype=np.int64))
        n = self.fields.shape[0]
        if n != 1 and len(places) != n:
            raise NRGError(f"Choose one latent for each of the {n} samples, not {len(places)}.")
        if places.min(initial=0) < 0 or places.max(initial=0) >= self.size**2:
            raise NRGError(f"The latents of this model are numbered from 0 to {self.size**2 - 1}.")
        rows = np.zeros((self.size**2, len(places)))
        rows[places, np.arange(len(places))] = 1.0
        return rows

    def _on_lattice(self, rows: FloatArray) -> FloatArray:
        return np.ascontiguousarray(rows[self._raster].T).reshape(-1, self.size, self.size)


def _scatter(rows: FloatArray, seen: NDArray[np.int64], values: FloatArray) -> None:
    """Add ``(seen, count, n)`` values to the rows that were seen."""
    # The sites at one displacement from different sites differ, so that none is lost here; a
    # site seen twice, as a periodic image, is added to in two turns.
    for places, added in zip(seen, values, strict=True):
        rows[places] += added


def _linear_parts(
    flow: HierarchicalFlow, rows: Tensor, controls: Tensor, scale: Tensor
) -> Iterator[tuple[FloatArray, FloatArray]]:
    """Derivatives of every step; ``rows`` ``(L^2, n)`` are turned from latents into sites."""
    yield _root(flow, rows, controls)
    for size in flow.scales[1:]:
        octave = flow.octave(size)
        embedding = octave.embed(controls)
        for stage in cast(Iterator[SiteStage], iter(octave.decimator.stages)):
            yield _site_stage(stage, rows, embedding, scale)
        if octave.disentangler is not None:
            known = rows[: size * size]
            yield _disentangler(octave.disentangler, known, embedding, scale)


def _root(flow: HierarchicalFlow, rows: Tensor, controls: Tensor) -> tuple[FloatArray, FloatArray]:
    # The root is made odd by a sign, which has no slope at zero itself.
    beside = torch.full_like(rows[:1], torch.finfo(rows.dtype).tiny)
    z = torch.where(rows[:1] == 0.0, beside, rows[:1]).requires_grad_()
    x = flow.root.generate(z, flow.root_embedding(controls))
    (own,) = torch.autograd.grad(x.sum(), (z,))
    rows[:1] = x.detach()
    return _numpy(own), np.zeros((0, 1, rows.shape[1]))


def _site_stage(
    stage: SiteStage, rows: Tensor, embedding: Tensor, scale: Tensor
) -> tuple[FloatArray, FloatArray]:
    sites = slice(stage.start, stage.start + stage.count)
    seen = stage.gather(site_features(rows[: stage.start], scale)).requires_grad_()
    z = rows[sites].clone().requires_grad_()
    odd, even = stage.conditioner(seen, embedding, stage.count)
    x = mixture_quantile(z, *paired_modes(odd, even, stage.mode))
    # A site depends on its own column only, so that the gradient of the sum is that of each.
    own, by_seen = torch.autograd.grad(x.sum(), (z, seen))
    rows[sites] = x.detach()
    return _numpy(own), _by_sites(by_seen, seen.detach(), stage.count, scale)


def _disentangler(
    layer: Disentangler, rows: Tensor, embedding: Tensor, scale: Tensor
) -> tuple[FloatArray, FloatArray]:
    seen = layer.gather(site_features(rows[layer.count :], scale)).requires_grad_()
    blocks = rows[: layer.count].clone().requires_grad_()
    shift, stretch = layer.affine(seen, embedding)
    x = blocks * torch.exp(stretch) + shift
    own, by_seen = torch.autograd.grad(x.sum(), (blocks, seen))
    rows[: layer.count] = x.detach()
    return _numpy(own), _by_sites(by_seen, seen.detach(), layer.count, scale)


def _by_sites(by_seen: Tensor, seen: Tensor, count: int, scale: Tensor) -> FloatArray:
    """Derivatives by the seen sites from those by their two features: ``(seen, count, n)``."""
    by_site, by_tanh = by_seen.view(2, -1, count, by_seen.shape[1] // count)
    tanh = seen.view(2, *by_site.shape)[1]
    return _numpy(by_site + by_tanh * scale * (1.0 - tanh * tanh))


def _numpy(values: Tensor) -> FloatArray:
    return values.double().cpu().numpy()
