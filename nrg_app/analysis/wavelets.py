"""The wavelets of a flow: what a latent of each scale writes and reads, beside those of Haar.

``|dx / dz|`` and ``|dz / dx|`` are averaged over samples of the flow and over the latents of a
scale, each moved to the centre of the torus (Li and Wang, PRL 121, 260601, Fig. 4; Hu, Li, Wang
and You, PRR 2, 023369).  The orthonormal Haar wavelet of a cell of side ``u`` has the value
``1 / u`` on the cell, up to signs.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nrg_app.flows.neural_rg import NeuralRG
from nrg_app.physics.observables import Estimate

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Wavelets:
    """Mean patterns of every scale; the latent's own site is moved to ``(L / 2, L / 2)``.

    Attributes:
        scales: 1, 2, 4 ... L.
        responses: Mean ``|dx / dz|`` of every scale, ``(scales, L, L)``.
        readings: Mean ``|dz / dx|`` likewise.
        haar: The modulus of the Haar wavelet likewise.
        response_radii: ``sqrt(sum_i <(dx_i / dz)^2> r_i^2 / sum_i <(dx_i / dz)^2>)`` of every
            scale in lattice spacings, with ``r_i`` the distance from the latent's site.
        reading_radii: The same of ``dz / dx``.
        haar_radii: The same of the Haar wavelet about the centre of its cell, without error.
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
        samples: Latents of every scale that are looked at, each in a sample of its own, at
            least 2.
        seed: Of all random numbers.

    Raises:
        NRGError: if an argument is out of its range.
    """
    raise NotImplementedError
