"""The wavelets of a flow: what a latent of each scale writes and reads, beside those of Haar.

``|dx / dz|`` and ``|dz / dx|`` are averaged over samples of the flow and over the latents of a
scale, each moved to the centre of the torus (Li and Wang, PRL 121, 260601; Hu, Li, Wang and You,
PRR 2, 023369).  The orthonormal Haar wavelet of a cell of side ``u`` has the modulus ``1 / u`` on
the cell.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from nrg_app.analysis.bulk import bulk_points
from nrg_app.analysis.chains import block_jackknife
from nrg_app.analysis.responses import LinearisedFlow
from nrg_app.errors import NRGError
from nrg_app.flows.neural_rg import NeuralRG
from nrg_app.physics.lattice import validate_temperature
from nrg_app.physics.observables import Estimate

FloatArray = NDArray[np.float64]

# Samples that are linearised together, and latents of each scale that are looked at in each.
_SLICE = 8
_LATENTS = 4
_BLOCKS = 20


@dataclass(frozen=True, eq=False)
class Wavelets:
    """Mean patterns of every scale; the latent's own site is moved to ``(L / 2, L / 2)``.

    Attributes:
        scales: 1, 2, 4 ... L.
        responses: Mean ``|dx / dz|`` of every scale, ``(scales, L, L)``.
        readings: Mean ``|dz / dx|`` likewise.
        haar: The modulus of the Haar wavelet likewise, its cell centred.
        response_radii: ``sqrt(sum_i <(dx_i / dz)^2> r_i^2 / sum_i <(dx_i / dz)^2>)`` of every
            scale in lattice spacings, with ``r_i`` the distance from the latent's site.
        reading_radii: The same of ``dz / dx``.
        haar_radii: The same of the Haar wavelet about the centre of its cell.
        samples: Samples so far.
        total: Samples that were asked for.
    """

    scales: tuple[int, ...]
    responses: FloatArray
    readings: FloatArray
    haar: FloatArray
    response_radii: tuple[Estimate, ...]
    reading_radii: tuple[Estimate, ...]
    haar_radii: tuple[float, ...]
    samples: int
    total: int


def wavelets(model: NeuralRG, temperature: float, *, samples: int = 64, seed: int) -> Wavelets:
    """Average the patterns of every scale: the last result of :func:`running_wavelets`.

    Raises:
        NRGError: if an argument is out of its range.

    Example:
        >>> from nrg_app.resources import models_dir
        >>> model = NeuralRG.load(models_dir() / "ising-8.safetensors")
        >>> found = wavelets(model, 2.4, samples=16, seed=1)
        >>> found.responses.shape, round(found.haar_radii[-1], 3)
        ((4, 8, 8), 0.707)
    """
    *_, result = running_wavelets(model, temperature, samples=samples, seed=seed)
    return result


def running_wavelets(
    model: NeuralRG, temperature: float, *, samples: int = 64, seed: int
) -> Iterator[Wavelets]:
    """Average the patterns of every scale, with a result after each slice of samples.

    Args:
        model: The flow.
        temperature: T in J/k_B.
        samples: Samples of the flow, at least 2; four latents of every scale are looked at in
            each.
        seed: Of all random numbers.

    Raises:
        NRGError: if an argument is out of its range.
    """
    value = validate_temperature(temperature)
    if samples < 2:
        raise NRGError(f"An average over samples needs at least 2 of them, not {samples}.")
    rng = np.random.default_rng(seed)
    generator = torch.Generator().manual_seed(seed)
    responses, readings = (_Average(model.size, len(model.scales)) for _ in range(2))
    for start in range(0, samples, _SLICE):
        n = min(_SLICE, samples - start)
        flow = LinearisedFlow(model, torch.randn(n, model.size**2, generator=generator), value)
        for k, scale in enumerate(model.scales):
            for _ in range(_LATENTS):
                chosen = rng.integers(scale * scale // 4, scale * scale, n)
                sites = bulk_points(model.size).positions[chosen].astype(int)
                responses.add(k, _centred(flow.responses(chosen), sites))
                readings.add(k, _centred(flow.readings(chosen), sites))
        # A single sample has no error yet.
        if start + n > 1:
            yield _summarize(model, responses, readings, start + n, samples)


class _Average:
    """Patterns ``(n, L, L)`` of every scale, summed up."""

    def __init__(self, size: int, scales: int) -> None:
        self._sums = np.zeros((scales, size, size))
        self._counts = np.zeros(scales)
        self._moments: list[list[FloatArray]] = [[] for _ in range(scales)]
        self._squares = centred_distances(size) ** 2

    def add(self, k: int, patterns: FloatArray) -> None:
        self._sums[k] += np.abs(patterns).sum(0)
        self._counts[k] += len(patterns)
        power = patterns**2
        moments = ((power * self._squares).sum((1, 2)), power.sum((1, 2)))
        self._moments[k].append(np.stack(moments, 1))

    def mean(self) -> FloatArray:
        return self._sums / self._counts[:, None, None]

    def radii(self) -> tuple[Estimate, ...]:
        """Rms radii with errors by jackknife over patterns."""

        def estimate(moments: FloatArray) -> dict[str, Estimate]:
            second, norm = moments.sum(0)
            return {"radius": Estimate(math.sqrt(second / norm), math.nan)}

        found = []
        for parts in self._moments:
            # Latents of one sample are correlated: they belong to one entry.
            moments = np.concatenate(
                [np.sum(parts[i : i + _LATENTS], 0) for i in range(0, len(parts), _LATENTS)]
            )
            blocks = min(_BLOCKS, len(moments))
            found.append(block_jackknife(estimate, moments, blocks=blocks)["radius"])
        return tuple(found)


def centred_distances(size: int) -> FloatArray:
    """Distance of every site of a torus from ``(L / 2, L / 2)``, ``(L, L)``, in spacings.

    Example:
        >>> centred_distances(2).round(3).tolist()
        [[1.414, 1.0], [1.0, 0.0]]
    """
    axis = np.arange(size) - size // 2
    return np.hypot(axis[:, None], axis[None, :])


def haar_modulus(size: int, scale: int) -> FloatArray:
    """Modulus of the Haar wavelets of one scale, their cell centred on the torus: ``(L, L)``.

    Example:
        >>> haar_modulus(4, 4)[1].tolist()
        [0.0, 0.5, 0.5, 0.0]
    """
    side = min(size, 2 * size // scale)
    first = size // 2 - side // 2
    pattern = np.zeros((size, size))
    pattern[first : first + side, first : first + side] = 1.0 / side
    return pattern


def _centred(patterns: FloatArray, sites: NDArray[np.int64]) -> FloatArray:
    """Patterns ``(n, L, L)`` with their sites ``(n, 2)`` moved to the centre."""
    shifts = patterns.shape[1] // 2 - sites
    return np.stack(
        [np.roll(p, tuple(shift), (0, 1)) for p, shift in zip(patterns, shifts, strict=True)]
    )


def _summarize(
    model: NeuralRG, responses: _Average, readings: _Average, samples: int, total: int
) -> Wavelets:
    haar = np.stack([haar_modulus(model.size, scale) for scale in model.scales])
    sides = [min(model.size, 2 * model.size // scale) for scale in model.scales]
    return Wavelets(
        scales=model.scales,
        responses=responses.mean(),
        readings=readings.mean(),
        haar=haar,
        response_radii=responses.radii(),
        reading_radii=readings.radii(),
        haar_radii=tuple(math.sqrt((side * side - 1) / 6.0) for side in sides),
        samples=samples,
        total=total,
    )
