"""Straight lines through points that scatter by more than their errors say."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq

from nrg_app.physics.observables import Estimate

FloatArray = NDArray[np.float64]

FEWEST_POINTS = 3


@dataclass(frozen=True)
class Line:
    """A fit ``y = intercept + slope x``; NaN if there were fewer than three points.

    Attributes:
        slope: Change of y by x.
        intercepts: Value at 0, one for each group of points.
        scatter: Spread of the points about their line beyond their errors.
        r_squared: Share of the variance of y that the fit explains, each point weighted alike.
        points: Number of points.
    """

    slope: Estimate
    intercepts: tuple[Estimate, ...]
    scatter: float
    r_squared: float
    points: int


def fit_line(
    x: FloatArray, y: FloatArray, errors: FloatArray, groups: NDArray[np.int64] | None = None
) -> Line:
    """Least squares with weights ``1 / (error^2 + scatter^2)``.

    The scatter is zero if the points agree with a line within their errors, else so large that
    chi^2 is the number of degrees of freedom: a line that is only nearly right has an error that
    says so (Mandel and Paule, Anal. Chem. 42, 1194, 1970).

    Args:
        x: ``(n,)``.
        y: ``(n,)``.
        errors: Standard errors of y, ``(n,)``, positive.
        groups: Number 0, 1 ... of the group of every point; each has an intercept of its own.

    Example:
        >>> line = fit_line(np.arange(3.0), np.array([1.0, 3.0, 5.0]), np.full(3, 0.1))
        >>> round(line.slope.value, 6), round(line.slope.error, 4), line.scatter
        (2.0, 0.0707, 0.0)
    """
    n = len(x)
    labels = np.zeros(n, dtype=np.int64) if groups is None else groups
    count = int(labels.max(initial=0)) + 1
    design = np.stack([*(labels == k for k in range(count)), x]).astype(np.float64)
    free = n - len(design)
    if n < FEWEST_POINTS or free < 1 or np.linalg.matrix_rank(design) < len(design):
        unknown = Estimate(math.nan, math.nan)
        return Line(unknown, (unknown,) * count, math.nan, math.nan, n)

    def excess(scatter: float) -> float:
        weights = 1.0 / (errors**2 + scatter**2)
        residuals = y - _solve(design, y, weights)[0] @ design
        return float(weights @ residuals**2) - free

    # Errors alone below, far more than the spread of y above.
    most = 10.0 * float(np.ptp(y)) + float(errors.max())
    scatter = float(brentq(excess, 0.0, most)) if excess(0.0) > 0.0 else 0.0
    found, covariance = _solve(design, y, 1.0 / (errors**2 + scatter**2))
    residuals = y - found @ design
    spread = float(((y - y.mean()) ** 2).sum())
    estimates = [
        Estimate(float(value), math.sqrt(variance))
        for value, variance in zip(found, np.diag(covariance), strict=True)
    ]
    return Line(
        slope=estimates[-1],
        intercepts=tuple(estimates[:-1]),
        scatter=scatter,
        r_squared=1.0 - float((residuals**2).sum()) / spread if spread > 0.0 else math.nan,
        points=n,
    )


def _solve(design: FloatArray, y: FloatArray, weights: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Coefficients of the rows of the design, with their covariance."""
    covariance = np.linalg.inv(design * weights @ design.T).astype(np.float64)
    return covariance @ (design @ (weights * y)), covariance
