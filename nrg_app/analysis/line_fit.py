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
        intercept: Value at 0.
        slope: Change of y by x.
        scatter: Spread of the points about the line beyond their errors.
        r_squared: Share of the variance of y that the line explains, each point weighted alike.
        points: Number of points.
    """

    intercept: Estimate
    slope: Estimate
    scatter: float
    r_squared: float
    points: int


def fit_line(x: FloatArray, y: FloatArray, errors: FloatArray) -> Line:
    """Least squares with weights ``1 / (error^2 + scatter^2)``.

    The scatter is zero if the points agree with a line within their errors, else so large that
    chi^2 is the number of degrees of freedom: a line that is only nearly right has an error that
    says so (Mandel and Paule, Anal. Chem. 42, 1194, 1970).

    Args:
        x: ``(n,)``.
        y: ``(n,)``.
        errors: Standard errors of y, ``(n,)``, positive.

    Example:
        >>> line = fit_line(np.arange(3.0), np.array([1.0, 3.0, 5.0]), np.full(3, 0.1))
        >>> round(line.slope.value, 6), round(line.slope.error, 4), line.scatter
        (2.0, 0.0707, 0.0)
    """
    n = len(x)
    if n < FEWEST_POINTS or np.ptp(x) == 0.0:
        unknown = Estimate(math.nan, math.nan)
        return Line(unknown, unknown, math.nan, math.nan, n)

    def excess(scatter: float) -> float:
        weights = 1.0 / (errors**2 + scatter**2)
        residuals = y - _solve(x, y, weights)[0] @ np.stack((np.ones(n), x))
        return float(weights @ residuals**2) - (n - 2)

    # Errors alone below, far more than the spread of y above.
    most = 10.0 * float(np.ptp(y)) + float(errors.max())
    scatter = float(brentq(excess, 0.0, most)) if excess(0.0) > 0.0 else 0.0
    (intercept, slope), covariance = _solve(x, y, 1.0 / (errors**2 + scatter**2))
    residuals = y - intercept - slope * x
    spread = float(((y - y.mean()) ** 2).sum())
    return Line(
        intercept=Estimate(float(intercept), math.sqrt(covariance[0, 0])),
        slope=Estimate(float(slope), math.sqrt(covariance[1, 1])),
        scatter=scatter,
        r_squared=1.0 - float((residuals**2).sum()) / spread if spread > 0.0 else math.nan,
        points=n,
    )


def _solve(x: FloatArray, y: FloatArray, weights: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Intercept and slope with their covariance."""
    design = np.stack((np.ones(len(x)), x))
    covariance = np.linalg.inv(design * weights @ design.T)
    return covariance @ (design @ (weights * y)), covariance
