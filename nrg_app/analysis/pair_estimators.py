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

FloatArray = NDArray[np.float64]
Estimator = Literal["gaussian", "ksg"]


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
    """``-ln(1 - rho^2) / 2`` of pairs ``(n,)`` of zero mean, in nats."""
    raise NotImplementedError


def ksg_estimate(x: FloatArray, y: FloatArray, neighbours: int = 4) -> float:
    """The first estimator of Kraskov et al. from pairs ``(n,)``, in nats."""
    raise NotImplementedError


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
            places have one distribution.
        y: The other one, likewise.
        rng: Source of the shuffles and of the bootstrap.
        estimator: Which one.

    Raises:
        NRGError: if there are too few samples.
    """
    raise NotImplementedError
