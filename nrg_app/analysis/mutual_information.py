"""Mutual information in the bulk: within and between scales, against separation.

The pairs of a pyramid that differ by a translation have one distribution, so that their second
moments are averaged over translations before the information ``-ln(1 - rho^2) / 2`` is taken:
the floor falls from ``1 / 2n`` to ``1 / 2nM`` with the number ``M`` of translations.  Different
pairs at one separation are then averaged.  Floors are measured on shuffled samples and
subtracted; errors are those of a bootstrap over samples.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nrg_app.analysis.pair_estimators import Estimator
from nrg_app.analysis.pyramids import Pyramid
from nrg_app.physics.lattice import Spins
from nrg_app.physics.observables import Estimate

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Information:
    """Information against separation, one entry for each kind of pairs.

    Attributes:
        scales: Finer scale ``l`` of the pair, ``(k,)``.
        others: Coarser (or the same) scale, ``(k,)``.
        separations: Distance ``r`` along the lattice in spacings, ``(k,)``.
        information: Nats per pair, floor subtracted, ``(k,)``.
        errors: Bootstrap errors, ``(k,)``.
        floors: What was subtracted, ``(k,)``.
        significant: Whether the point stands out of the floor by three errors, ``(k,)``; draw
            the others hollow.
        estimator: "gaussian" or "ksg".
        samples: Number of samples.
        done: Share of the work, 0 to 1.
    """

    scales: IntArray
    others: IntArray
    separations: FloatArray
    information: FloatArray
    errors: FloatArray
    floors: FloatArray
    significant: BoolArray
    estimator: Estimator
    samples: int
    done: float


@dataclass(frozen=True)
class PowerLaw:
    """A fit ``I = A (r / u)^exponent`` to the points of all scales.

    Attributes:
        exponent: With its error.
        amplitude: ``A`` in nats, with its error.
        used: Number of points.
    """

    exponent: Estimate
    amplitude: Estimate
    used: int


def running_decay(
    pyramid: Pyramid, *, seed: int, estimator: Estimator = "gaussian"
) -> Iterator[Information]:
    """Information between equal coefficients of cells ``j u`` apart along an axis, by scale.

    One result after each scale, with the scales so far.  Plotted against ``r / u`` the scales
    collapse at the critical point.

    Args:
        pyramid: Latents or Haar coefficients.
        seed: Of shuffles and bootstrap.
        estimator: "ksg" takes minutes for many samples, and needs continuous coefficients.
    """
    raise NotImplementedError


def running_bulk_information(pyramid: Pyramid, *, seed: int) -> Iterator[Information]:
    """Gaussian information of all pairs within and between scales, by separation.

    One result after each pair of scales, with the pairs so far.
    """
    raise NotImplementedError


def spin_information(spins: Spins, *, seed: int) -> Information:
    """Mutual information of two spins at distance ``r`` along an axis, in nats.

    For spins of zero mean it is ``((1 + G) ln(1 + G) + (1 - G) ln(1 - G)) / 2``, about
    ``G^2 / 2``, at the critical point ``0.2474 r^(-1/2)``.  ``scales`` and ``others`` are ``L``.

    Raises:
        NRGError: if the spins have the wrong shape or values.
    """
    raise NotImplementedError


def fit_power_law(found: Information, size: int, *, least: float, most: float) -> PowerLaw:
    """Fit the significant points of equal scales with ``least <= r / u <= most``.

    Raises:
        NRGError: if fewer than three points are left.
    """
    raise NotImplementedError
