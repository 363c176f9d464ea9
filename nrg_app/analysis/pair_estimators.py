"""Estimators of mutual information for pairs of variables, with floor, error and mask.

For ``n`` pairs of numbers ``(x, y)``:

- *gaussian*: ``-ln(1 - rho^2) / 2``, what linear dependence alone contains;
- *ksg*: ``psi(k) + psi(n) - <psi(n_x + 1) + psi(n_y + 1)>``, with ``n_x`` and ``n_y`` the
  numbers of points nearer along one axis than the ``k``-th neighbour in the larger of both
  distances (Kraskov, Stögbauer and Grassberger, PRE 69, 066138, 2004, first estimator).

Each has a floor: what it finds between the first variables and the second ones of other samples.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree
from scipy.special import digamma

from nrg_app.errors import NRGError

FloatArray = NDArray[np.float64]
Estimator = Literal["gaussian", "ksg"]

FEWEST_SAMPLES = 32
SIGNIFICANT = 3.0
"""Errors by which an estimate must stand out of its floor."""
# Share of the bootstrap's variance that a square of noise adds: the noise of the data adds to
# that of the bootstrap, (d + e)^2 with equal variances, which has three times the variance of
# d^2 (2 s^4).  A mean of local terms as the ksg estimate has none.
OWN_NOISE: dict[Estimator, float] = {"gaussian": 2.0 / 3.0, "ksg": 0.0}

_NEIGHBOURS = 4
# Of the samples behind a ksg estimate, for its error.
_PARTS, _PARTITIONS = 4, 3
_REPLICAS = 200
_SHUFFLES = 4
# A rounded rho^2 may reach 1, where the information diverges.
_LARGEST_SQUARE = 1.0 - 1e-12


@dataclass(frozen=True)
class PairInformation:
    """Mutual information of one kind of pairs, in nats.

    Attributes:
        information: Estimate with its floor subtracted; by chance negative where there is none.
        error: Bootstrap error over samples, that of the floor included.
        floor: What shuffled samples give.
        significant: Whether the estimate stands out of the floor by three errors.
    """

    information: float
    error: float
    floor: float
    significant: bool


def gaussian_estimate(x: FloatArray, y: FloatArray) -> float:
    """``-ln(1 - rho^2) / 2`` of pairs ``(n,)`` of zero mean, in nats.

    Example:
        >>> x = np.array([1.0, -1.0, 1.0, -1.0])
        >>> round(gaussian_estimate(x, x + [1.0, 1.0, -1.0, -1.0]), 4)  # rho^2 = 1/2
        0.3466
    """
    products = np.array([(x * y).sum(), (x * x).sum(), (y * y).sum()])
    return float(information_of_moments(*products))


def information_of_moments(
    product: FloatArray, first: FloatArray, second: FloatArray
) -> FloatArray:
    """``-ln(1 - rho^2) / 2`` with ``rho^2 = product^2 / (first second)``, arrays of one shape."""
    squares = np.minimum(product**2 / (first * second), _LARGEST_SQUARE)
    return np.asarray(-0.5 * np.log1p(-squares))


def ksg_estimate(x: FloatArray, y: FloatArray, neighbours: int = _NEIGHBOURS) -> float:
    """The first estimator of Kraskov et al. from pairs ``(n,)``, in nats.

    Both variables are brought to unit spread first, on which the information does not depend.

    Raises:
        NRGError: if there are not more pairs than neighbours.

    Example:
        >>> x = np.random.default_rng(1).standard_normal(2000)
        >>> gaussian_estimate(x, x**2 - 1.0) < 0.02 < 1.0 < ksg_estimate(x, x**2 - 1.0)
        True
    """
    return float(_ksg_terms(x, y, neighbours).mean())


def _ksg_terms(x: FloatArray, y: FloatArray, neighbours: int) -> FloatArray:
    """What each pair adds to the estimate, ``(n,)``; their mean is the estimate."""
    n = len(x)
    if n <= neighbours:
        raise NRGError(f"{n} pairs are too few for {neighbours} neighbours of each.")
    points = np.stack((x / x.std(), y / y.std()), 1)
    distance = np.asarray(cKDTree(points).query(points, neighbours + 1, p=np.inf)[0])[:, -1]
    counts = [_strictly_nearer(points[:, axis], distance) for axis in (0, 1)]
    marginal = digamma(counts[0] + 1) + digamma(counts[1] + 1)
    return np.asarray(digamma(neighbours) + digamma(n) - marginal)


def _strictly_nearer(values: FloatArray, distance: FloatArray) -> NDArray[np.int64]:
    """How many other values are nearer to each value than its distance."""
    ordered = np.sort(values)
    above = np.searchsorted(ordered, values + distance, "left")
    below = np.searchsorted(ordered, values - distance, "right")
    # Rounding may not count the value itself.
    return np.asarray(np.maximum(above - below - 1, 0), dtype=np.int64)


def pair_information(
    x: FloatArray,
    y: FloatArray,
    rng: np.random.Generator,
    *,
    estimator: Estimator = "gaussian",
) -> PairInformation:
    """Information of pairs with floor, error and mask.

    Args:
        x: One variable of each pair, ``(samples,)`` or ``(samples, places)`` where pairs at all
            places have one distribution; of zero mean.
        y: The other one, likewise.
        rng: Source of the shuffles and of the bootstrap.
        estimator: Which one.

    Raises:
        NRGError: if there are too few samples.

    Example:
        >>> rng = np.random.default_rng(1)
        >>> x, noise = rng.standard_normal((2, 2000))
        >>> found = pair_information(x, 0.6 * x + 0.8 * noise, rng)  # -ln(1 - 0.36) / 2 = 0.2231
        >>> round(found.information, 2), round(found.error, 2), found.significant
        (0.21, 0.01, True)
    """
    n = len(x)
    require_samples(n)
    left, right = x.reshape(n, -1), y.reshape(n, -1)
    counts = rng.multinomial(n, np.full(n, 1.0 / n), _REPLICAS)
    values, variances = [], []
    for turn in range(1 + _SHUFFLES):
        other = right[rng.permutation(n)] if turn else right
        value, variance = (
            _bootstrapped(left, other, counts)
            if estimator == "gaussian"
            else _split(left, other, counts, rng)
        )
        values.append(value)
        variances.append(variance)
    information, error, floor = subtract_floor(
        np.array(values), np.array(variances), OWN_NOISE[estimator]
    )
    significant = bool(information > SIGNIFICANT * error)
    return PairInformation(float(information), float(error), float(floor), significant)


def require_samples(n: int) -> None:
    """Refuse too few samples for a bootstrap.

    Raises:
        NRGError: if there are fewer than 32.
    """
    if n < FEWEST_SAMPLES:
        raise NRGError(f"Mutual information needs at least {FEWEST_SAMPLES} samples, not {n}.")


def subtract_floor(
    values: FloatArray, variances: FloatArray, own_noise: float
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Information, error and floor from an estimate and those of shuffled samples.

    Args:
        values: Estimates ``(1 + shuffles, ...)``, the first one of the samples as they are.
        variances: Bootstrap variance of each, likewise.
        own_noise: Share of the variance of a shuffled estimate that the bootstrap adds itself.

    Returns:
        Three arrays ``(...)``.
    """
    floor = values[1:].mean(0)
    shuffled = variances[1:].mean(0)
    smallest = (1.0 - own_noise) * shuffled
    variance = np.maximum(variances[0] - own_noise * shuffled, smallest)
    error = np.sqrt(variance + smallest / (len(values) - 1))
    return values[0] - floor, error, floor


def _bootstrapped(x: FloatArray, y: FloatArray, counts: NDArray[np.int64]) -> tuple[float, float]:
    """Gaussian estimate from pairs ``(samples, places)`` and its variance under a bootstrap."""
    moments = np.stack(((x * y).sum(1), (x * x).sum(1), (y * y).sum(1)))
    replicas = information_of_moments(*(moments @ counts.T))
    return float(information_of_moments(*moments.sum(1))), float(replicas.var())


def _split(
    x: FloatArray, y: FloatArray, counts: NDArray[np.int64], rng: np.random.Generator
) -> tuple[float, float]:
    """Estimate by nearest neighbours from pairs ``(samples, places)`` and its variance.

    Resampled points would be their own neighbours.  The local terms can be resampled, but points
    near each other share neighbours, so that their mean scatters by a quarter more than a
    bootstrap of them says; how much the estimates from parts of the samples scatter (Holmes and
    Nemenman, PRE 100, 022404, 2019) knows of that.  The larger of both is taken.
    """
    n = len(x)
    terms = _ksg_terms(x.ravel(), y.ravel(), _NEIGHBOURS).reshape(x.shape).mean(1)
    scatter = []
    for _ in range(_PARTITIONS):
        parts = np.array_split(rng.permutation(n), _PARTS)
        found = [ksg_estimate(x[part].ravel(), y[part].ravel()) for part in parts]
        scatter.append(np.var(found, ddof=1) / _PARTS)
    resampled = (counts @ terms / n).var()
    return float(terms.mean()), float(max(resampled, np.mean(scatter)))
