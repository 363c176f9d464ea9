"""The bulk: where every latent of a flow lies in a half-space above the lattice.

The three latents of a 2 x 2 cell of scale ``l`` stand for what the field does over the cell's
side, ``u = 2 L / l`` finest lattice spacings.  With the position of its site as ``(x, y)`` and
``u`` as depth a latent is a point of the hyperbolic half-space

    ds^2 = (dx^2 + dy^2 + du^2) / u^2,

whose geodesics have the length ``arcosh(1 + (r^2 + (u - u')^2) / (2 u u'))``.  The metric does
not change if all lengths are doubled, as a critical field (Qi, arXiv:1309.6282; Hu, Li, Wang and
You, PRR 2, 023369, 2020).  The only latent of scale 1 shares the depth ``L`` of scale 2.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nrg_app.errors import NRGError
from nrg_app.flows.geometry import generation_order, raster_to_generation
from nrg_app.physics.lattice import validate_size

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class BulkPoints:
    """The places of all latents, in generation order.

    Attributes:
        scales: Scale ``l`` of every latent, ``(L^2,)``.
        sites: Row and column of its site on the lattice of side ``l``, ``(L^2, 2)``.
        positions: The same site on the finest lattice, ``(L^2, 2)``, in lattice spacings.
        depths: ``u``, ``(L^2,)``, in lattice spacings.
    """

    scales: IntArray
    sites: IntArray
    positions: FloatArray
    depths: FloatArray


@cache
def bulk_points(size: int) -> BulkPoints:
    """Where the latents of a flow of side ``size`` lie.

    Raises:
        NRGError: if the side is not a power of two.

    Example:
        >>> points = bulk_points(4)
        >>> points.scales.tolist()
        [1, 2, 2, 2, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4]
        >>> points.positions[1].tolist(), points.depths[[0, 1, 4]].tolist()
        ([2.0, 2.0], [4.0, 4.0, 2.0])
    """
    side = validate_size(size)
    scales = np.ones(side * side, dtype=np.int64)
    sites = np.zeros((side * side, 2), dtype=np.int64)
    scale = 2
    while scale <= side:
        new = slice(scale * scale // 4, scale * scale)
        scales[new], sites[new] = scale, generation_order(scale)[new]
        scale *= 2
    spacing = side / scales
    depths = np.minimum(2.0 * spacing, side)
    return BulkPoints(scales, sites, sites * spacing[:, None], depths)


def latent_index(size: int, scale: int, row: int, column: int) -> int:
    """Place in generation order of the latent at a site of the lattice of side ``scale``.

    Raises:
        NRGError: if the flow has no such scale or the site holds no latent of this scale.

    Example:
        >>> latent_index(8, 2, 1, 1), latent_index(8, 1, 0, 0)
        (1, 0)
    """
    side = validate_size(size)
    if scale < 1 or scale > side or scale & (scale - 1):
        raise NRGError(f"A flow of side {side} has no scale {scale}; its scales are 1, 2 … {side}.")
    if not (0 <= row < scale and 0 <= column < scale):
        raise NRGError(f"Scale {scale} has no site ({row}, {column}); count from 0 to {scale - 1}.")
    index = int(raster_to_generation(scale)[row * scale + column])
    if scale > 1 and index < scale * scale // 4:
        raise NRGError(
            f"Site ({row}, {column}) of scale {scale} is kept for scale {scale // 2} and holds "
            "no latent; choose a site with an odd row or column."
        )
    return index


def torus_separation(first: ArrayLike, second: ArrayLike, size: int) -> FloatArray:
    """Euclidean distance of the nearest images of positions ``(..., 2)``: ``(...)``, in spacings.

    Example:
        >>> float(torus_separation([0.0, 7.0], [0.0, 1.0], 8))
        2.0
    """
    apart = np.abs(np.asarray(first, dtype=np.float64) - np.asarray(second, dtype=np.float64))
    apart %= size
    nearest = np.minimum(apart, size - apart)
    return np.asarray(np.hypot(nearest[..., 0], nearest[..., 1]))


def geodesic_distance(
    separation: ArrayLike, depth: ArrayLike, other_depth: ArrayLike
) -> FloatArray:
    """Length of the hyperbolic geodesic between points of the half-space, a pure number.

    Two scales at one place are ``ln 2`` apart; far apart at one depth it is ``2 ln(r / u)``.

    Args:
        separation: Distance ``r`` along the lattice, in spacings.
        depth: ``u`` of the first point.
        other_depth: ``u'`` of the second; all three are broadcast together.

    Example:
        >>> round(float(geodesic_distance(0.0, 2.0, 4.0)), 6)  # ln 2
        0.693147
    """
    r, u, v = (np.asarray(value, dtype=np.float64) for value in (separation, depth, other_depth))
    # arcosh(1 + 2 s^2) = 2 arsinh(s) keeps all digits of short distances.
    return np.asarray(2.0 * np.arcsinh(np.hypot(r, u - v) / (2.0 * np.sqrt(u * v))))
