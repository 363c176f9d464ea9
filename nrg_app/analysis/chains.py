"""Errors of estimates from correlated samples, such as those of a Markov chain."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from nrg_app.errors import NRGError
from nrg_app.physics.observables import Estimate

Series = NDArray[np.float64]


def block_jackknife(
    estimator: Callable[..., Mapping[str, Estimate]], *series: Series, blocks: int = 20
) -> dict[str, Estimate]:
    """Estimate from a chain, with errors that allow for correlations shorter than a block.

    The chain is cut into blocks; each is left out in turn (Efron, The Jackknife, SIAM 1982), and
    the spread of what remains gives the error, also of estimates that are not plain means.

    Args:
        estimator: takes the series and returns estimates; their own errors are not used.
        series: arrays (n, ...), one entry per step of the chain.
        blocks: number of blocks, 2 to n.

    Raises:
        NRGError: if the chain is shorter than the number of blocks.
    """
    n = len(series[0])
    if not 2 <= blocks <= n:
        raise NRGError(f"A chain of {n} samples cannot be cut into {blocks} blocks.")
    edges = np.linspace(0, n, blocks + 1).astype(int)
    whole = estimator(*series)
    without = [
        estimator(*(np.delete(values, slice(start, stop), axis=0) for values in series))
        for start, stop in pairwise(edges)
    ]
    result = {}
    for key, estimate in whole.items():
        values = np.array([part[key].value for part in without])
        error = math.sqrt((blocks - 1) * float(values.var()))
        result[key] = Estimate(estimate.value, error)
    return result


def block_means(values: Series, blocks: int = 20) -> tuple[Series, Series]:
    """Means of several series of one chain, with errors that allow for short correlations.

    Args:
        values: (n, k), one row per step of the chain.
        blocks: number of blocks of equal length, 2 to n; steps that are left over at the start
            are not used.

    Returns:
        Means and standard errors, each (k,).

    Raises:
        NRGError: if the chain is shorter than the number of blocks.
    """
    length = len(values) // blocks
    if blocks < 2 or length < 1:
        raise NRGError(f"A chain of {len(values)} samples cannot be cut into {blocks} blocks.")
    means = values[-blocks * length :].reshape(blocks, length, -1).mean(axis=1)
    return means.mean(axis=0), means.std(axis=0, ddof=1) / math.sqrt(blocks)
