"""Geometry from information: ``d = -xi ln(I / I_0)`` beside hyperbolic geodesics.

If the latents live in a curved space, information falls off exponentially with the distance in it
(Qi, arXiv:1309.6282; Hu, Li, Wang and You, PRR 2, 023369).  Within a scale of a critical pyramid
``I = A (r / u)^-p``; the geodesic in the half-space is about ``2 ln(r / u)``, so that
``xi = 2 / p`` from afar: 4/9 for Haar, less for cells that are near.  Inside a coarse cell, which
is no point, information hardly depends on the place, and the line is fitted to the pairs of cells
beside each other.  Away from the critical point the pairs beyond the correlation length fall off
faster: the geometry ends there.
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
        least: Where the fit begins, ``r / u``.
        exponent: Common to the scales.
        log_amplitudes: ``ln A_l`` of the scales that have points, ``A`` in nats; equal where the
            scales collapse.
        points: Number of points.
    """

    least: float
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
        used: Points of the fit, ``(k,)``: those that stand out of the floor, of cells beside each
            other.
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
    """Fit ``-ln I`` of significant pairs as a linear function of the geodesic.

    Their cells lie beside each other: ``r`` is no less than the side of the larger one.

    Args:
        found: Information within and between scales.
        size: Lattice side.
        temperature: T in J/k_B, for the correlation length.

    Raises:
        NRGError: if the temperature is not a positive number.

    Example:
        >>> from nrg_app.analysis.mutual_information import bulk_information
        >>> from nrg_app.analysis.pyramids import haar_pyramid
        >>> from nrg_app.physics.monte_carlo import wolff
        >>> pairs = bulk_information(haar_pyramid(wolff(16, 2.27, 1000, seed=1)), seed=1)
        >>> found = bulk_geometry(pairs, 16, 2.27)
        >>> 0.0 < found.xi.value < 0.5, found.r_squared > 0.5
        (True, True)
    """
    length = float(correlation_length(temperature))
    depths, other_depths = 2.0 * size / found.scales, 2.0 * size / found.others
    geodesics = geodesic_distance(found.separations, depths, other_depths)
    used = found.significant & (found.separations >= other_depths)
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


def fit_power_law(found: Information, size: int) -> PowerLaw:
    """Fit the significant points within scales, from the second cell on if there are enough.

    Neighbours, whose cells touch, know more of each other than the law says; they are taken in
    where the torus is too small otherwise.  Beyond 3/8 of the torus a pair feels its images.

    Args:
        found: Information within scales, see :func:`nrg_app.analysis.mutual_information.decay`.
        size: Lattice side.

    Example:
        >>> from nrg_app.analysis.mutual_information import decay
        >>> from nrg_app.analysis.pyramids import haar_pyramid
        >>> from nrg_app.physics.monte_carlo import wolff
        >>> haar = decay(haar_pyramid(wolff(32, 2.269, 2000, seed=1)), seed=1)
        >>> exponent = fit_power_law(haar, 32).exponent
        >>> abs(exponent.value - HAAR_EXPONENT) < 5.0 * exponent.error
        True
    """
    far = _power_law(found, size, 2.0)
    return far if math.isfinite(far.exponent.value) else _power_law(found, size, 1.0)


def _power_law(found: Information, size: int, least: float) -> PowerLaw:
    ratios = found.separations * found.scales / (2.0 * size)
    within = (found.scales == found.others) & (found.separations <= 0.375 * size)
    used = within & (ratios >= least) & found.significant
    logs, log_errors = _logs(found)
    scales, groups = np.unique(found.scales[used], return_inverse=True)
    line = fit_line(np.log(ratios[used]), -logs[used], log_errors[used], groups)
    amplitudes = dict(zip(scales.tolist(), line.intercepts, strict=False))
    return PowerLaw(least, line.slope, amplitudes, line.points)


def _logs(found: Information) -> tuple[FloatArray, FloatArray]:
    """``-ln I`` and its errors, NaN where the information is not significant."""
    information = np.where(found.significant, found.information, np.nan)
    return -np.log(information), found.errors / information
