"""Geometry from information: ``d = -xi ln(I / I_0)`` beside hyperbolic geodesics.

If the latents live in a curved space, information falls off exponentially with the distance in it
(Qi, arXiv:1309.6282; Hu, Li, Wang and You, PRR 2, 023369).  Within a scale of a critical pyramid
``I = A (r / u)^-p``; the geodesic in the half-space is about ``2 ln(r / u)``, so that
``xi = 2 / p``: 4/9 for Haar.  Away from the critical point the pairs beyond the correlation
length fall off faster: the geometry ends there.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nrg_app.analysis.bulk import geodesic_distance
from nrg_app.analysis.line_fit import fit_line
from nrg_app.analysis.mutual_information import Information
from nrg_app.physics.observables import Estimate
from nrg_app.physics.onsager import correlation_length

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]

HAAR_EXPONENT = -4.5
"""Of information within a scale at Tc: squared second derivatives of ``r^(-1/4)``."""


@dataclass(frozen=True)
class PowerLaw:
    """A fit ``I = A_l (r / u)^exponent`` to the points of all scales; NaN from too few points.

    Attributes:
        exponent: Common to the scales.
        log_amplitudes: ``ln A_l`` of the scales that have points, ``A`` in nats; equal where the
            scales collapse.
        points: Number of points.
    """

    exponent: Estimate
    log_amplitudes: dict[int, Estimate]
    points: int


@dataclass(frozen=True, eq=False)
class BulkGeometry:
    """Distances from information beside geodesics, one entry for each of ``k`` classes of pairs.

    Attributes:
        geodesics: Length of the geodesic, ``(k,)``.
        logs: ``-ln I``, ``(k,)``, NaN where the information is not significant.
        log_errors: Of these.
        distances: ``d = -xi ln(I / I_0)``, ``(k,)``, NaN likewise.
        errors: Of the distances, without that of the fit.
        used: Points of the fit, ``(k,)``.
        slope: ``1 / xi``, of ``-ln I`` against the geodesic.
        xi: Its inverse.
        log_amplitude: ``ln I_0``.
        r_squared: Share of the variance of ``-ln I`` that the fit explains.
        temperature: T in J/k_B.
        correlation_length: Of the infinite lattice at T in lattice spacings, infinite at Tc.
        beyond: Pairs whose separation or whose larger cell exceeds the correlation length.
    """

    geodesics: FloatArray
    logs: FloatArray
    log_errors: FloatArray
    distances: FloatArray
    errors: FloatArray
    used: BoolArray
    slope: Estimate
    xi: Estimate
    log_amplitude: Estimate
    r_squared: float
    temperature: float
    correlation_length: float
    beyond: BoolArray


def bulk_geometry(found: Information, size: int, temperature: float) -> BulkGeometry:
    """Fit ``-ln I`` of the significant pairs as a linear function of the geodesic.

    Args:
        found: Information within and between scales.
        size: Lattice side.
        temperature: T in J/k_B, for the correlation length.

    Raises:
        NRGError: if the temperature is not a positive number.
    """
    length = float(correlation_length(temperature))
    depths, other_depths = 2.0 * size / found.scales, 2.0 * size / found.others
    geodesics = geodesic_distance(found.separations, depths, other_depths)
    used = found.significant & (geodesics > 0.0)
    logs, log_errors = _logs(found)
    line = fit_line(geodesics[used], logs[used], log_errors[used])
    xi = 1.0 / line.slope.value if line.slope.value else math.nan
    return BulkGeometry(
        geodesics=geodesics,
        logs=logs,
        log_errors=log_errors,
        distances=xi * (logs - line.intercepts[0].value),
        errors=np.abs(xi) * log_errors,
        used=used,
        slope=line.slope,
        xi=Estimate(xi, line.slope.error * xi**2),
        log_amplitude=Estimate(-line.intercepts[0].value, line.intercepts[0].error),
        r_squared=line.r_squared,
        temperature=float(temperature),
        correlation_length=length,
        beyond=np.maximum(found.separations, other_depths) > length,
    )


def fit_power_law(
    found: Information, size: int, *, least: float = 2.0, most: float = math.inf
) -> PowerLaw:
    """Fit the significant points within scales, up to a quarter of the torus.

    Args:
        found: Information within scales, see :func:`nrg_app.analysis.mutual_information.decay`.
        size: Lattice side.
        least: Where the power law begins, ``r / u``.
        most: Where it ends, ``r / u``.
    """
    ratios = found.separations * found.scales / (2.0 * size)
    within = (found.scales == found.others) & (found.separations <= size / 4)
    used = within & (ratios >= least) & (ratios <= most) & found.significant
    logs, log_errors = _logs(found)
    scales, groups = np.unique(found.scales[used], return_inverse=True)
    line = fit_line(np.log(ratios[used]), -logs[used], log_errors[used], groups)
    amplitudes = dict(zip(scales.tolist(), line.intercepts, strict=False))
    return PowerLaw(line.slope, amplitudes, line.points)


def _logs(found: Information) -> tuple[FloatArray, FloatArray]:
    """``-ln I`` and its errors, NaN where the information is not significant."""
    information = np.where(found.significant, found.information, np.nan)
    return -np.log(information), found.errors / information
