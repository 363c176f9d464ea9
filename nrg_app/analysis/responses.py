"""How the boundary answers to the bulk: derivatives of the flow, exact, at any latents.

``dx / dz`` of one latent is one forward-mode pass: a tangent travels with the field from scale
to scale and passes every other latent by.  ``dz / dx`` of one latent is one reverse-mode pass
through the encoder.  Several latents go through a pass together, one in each column of the batch.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from nrg_app.flows.neural_rg import NeuralRG

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class BoundaryResponse:
    """Derivatives of a field with respect to one latent.

    Attributes:
        latent: Place of the latent in generation order.
        field: The field ``x``, ``(L, L)``.
        response: ``dx / dz``, ``(L, L)``.
        coarse: The same for the coarse field of every scale ``l``, ``(l, l)``; zero on scales
            that are coarser than the latent's.
    """

    latent: int
    field: FloatArray
    response: FloatArray
    coarse: dict[int, FloatArray]


def boundary_response(
    model: NeuralRG, latents: Tensor, temperature: float, latent: int
) -> BoundaryResponse:
    """How a field and its coarse fields move with one latent.

    Args:
        model: The flow; its precision is that of the result.
        latents: One sample, ``(L^2,)`` in generation order.
        temperature: T in J/k_B.
        latent: Place of the latent, see :func:`nrg_app.analysis.bulk.latent_index`.

    Raises:
        NRGError: if the temperature is not a positive number or there is no such latent.
    """
    raise NotImplementedError


def boundary_responses(
    model: NeuralRG, latents: Tensor, temperature: float, chosen: Sequence[int]
) -> FloatArray:
    """``dx / dz`` of chosen latents, one for each sample.

    Args:
        model: The flow.
        latents: ``(n, L^2)``.
        temperature: T in J/k_B.
        chosen: One place for every sample, ``(n,)``.

    Returns:
        ``(n, L, L)``.

    Raises:
        NRGError: if the temperature is not a positive number or there is no such latent.
    """
    raise NotImplementedError


def reading_patterns(
    model: NeuralRG, fields: Tensor, temperature: float, chosen: Sequence[int]
) -> FloatArray:
    """``dz / dx`` of chosen latents, one for each field.

    Args:
        model: The flow.
        fields: ``(n, L, L)``.
        temperature: T in J/k_B.
        chosen: One place for every field, ``(n,)``.

    Returns:
        ``(n, L, L)``.

    Raises:
        NRGError: if the temperature is not a positive number or there is no such latent.
    """
    raise NotImplementedError
