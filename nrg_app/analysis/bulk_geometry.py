"""Geometry from information: ``d = -xi ln(I / I_0)`` beside hyperbolic geodesics.

If the latents see a curved space, information falls off exponentially with the distance in it
(Qi, arXiv:1309.6282; Hu, Li, Wang and You, PRR 2, 023369).  Within a scale of a critical pyramid
``I = A (r / u)^-p``; the geodesic in the half-space is about ``2 ln(r / u)``, so that
``xi = 2 / p``, for Haar 4/9.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nrg_app.analysis.mutual_information import Information
from nrg_app.physics.observables import Estimate

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class BulkGeometry:
    """Distances from information beside geodesics, one entry for each kind of pairs.

    Attributes:
        geodesics: Length of the geodesic, ``(k,)``.
        distances: ``-xi ln(I / I_0)``, ``(k,)``; NaN where the information is not significant.
        errors: Of the distances, ``(k,)``.
        logs: ``-ln I``, ``(k,)``, and NaN likewise.
        log_errors: Of these.
        used: Points of the fit, ``(k,)``.
        slope: ``1 / xi``, of ``-ln I`` against the geodesic.
        xi: Its inverse.
        log_amplitude: ``ln I_0``.
        r_squared: Share of the variance of ``-ln I`` that the fit explains.
        temperature: T in J/k_B.
        correlation_length: Of the infinite lattice at T in lattice spacings, infinite at Tc.
        beyond: Pairs that the correlation length cuts off, ``(k,)``: one of their cells or
            their separation is larger.
    """

    geodesics: FloatArray
    distances: FloatArray
    errors: FloatArray
    logs: FloatArray
    log_errors: FloatArray
    used: BoolArray
    slope: Estimate
    xi: Estimate
    log_amplitude: Estimate
    r_squared: float
    temperature: float
    correlation_length: float
    beyond: BoolArray


def bulk_geometry(found: Information, size: int, temperature: float) -> BulkGeometry:
    """Fit the significant pairs that the correlation length does not cut off.

    Args:
        found: Information within and between scales.
        size: Lattice side.
        temperature: T in J/k_B.

    Raises:
        NRGError: if fewer than three pairs are left.
    """
    raise NotImplementedError
