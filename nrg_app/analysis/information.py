"""What latents know of each other: mutual information between variables of zero mean.

For a Gaussian pair of correlation coefficient ``rho`` it is ``-ln(1 - rho^2) / 2``; for other pairs
of normal marginals this Gaussian estimate is what linear dependence alone contains.  The estimate
from ``n`` samples lies about ``1 / 2n`` too high, also for independent variables.  This floor is
measured on the same samples in a random order (a permutation test) and subtracted.

The latents of a perfect renormalization are independent on samples of the target, so that what is
found there is what the flow has left (Hu, Li, Wang and You, PRR 2, 023369, 2020).
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from nrg_app.analysis.chains import block_jackknife
from nrg_app.physics.observables import Estimate

FloatArray = NDArray[np.float64]

_BLOCKS = 20
# A rounded rho^2 may reach 1, where the information diverges.
_LARGEST_SQUARE = 1.0 - 1e-12


def gaussian_information(
    left: FloatArray, right: FloatArray, rng: np.random.Generator, blocks: int = _BLOCKS
) -> Estimate:
    """Mutual information of pairs of variables, averaged over the pairs, its floor subtracted.

    Args:
        left: One variable of each pair, ``(n, pairs)``, of zero mean by symmetry.
        right: The other one, likewise.
        rng: Source of the permutation.
        blocks: Of the jackknife that yields the error, at most ``n``.

    Returns:
        Nats per pair; by chance slightly negative where there is nothing to find.

    Raises:
        NRGError: if there are fewer samples than blocks.

    Example:
        >>> rng = np.random.default_rng(1)
        >>> x, noise = rng.standard_normal((2, 4000, 1))
        >>> found = gaussian_information(x, 0.6 * x + 0.8 * noise, rng)
        >>> abs(found.value - 0.2231) < 5.0 * found.error  # -ln(1 - 0.36) / 2
        True
    """

    def estimate(a: FloatArray, b: FloatArray, shuffled: FloatArray) -> dict[str, Estimate]:
        return {"mean": Estimate(_information(a, b) - _information(a, shuffled), math.nan)}

    shuffled = right[rng.permutation(len(right))]
    return block_jackknife(estimate, left, right, shuffled, blocks=blocks)["mean"]


def _information(left: FloatArray, right: FloatArray) -> float:
    products, lefts, rights = (left * right).sum(0), (left**2).sum(0), (right**2).sum(0)
    squares = np.minimum(products**2 / (lefts * rights), _LARGEST_SQUARE)
    return float(-0.5 * np.log1p(-squares).mean())


def neighbour_pairs(grid: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Nearest neighbours on a torus that both hold a latent.

    Args:
        grid: Latents of one scale ``(n, l, l)``, ``l`` at least 2, NaN where a site holds none.

    Returns:
        Left and right members, each ``(n, pairs)``.

    Example:
        >>> left, right = neighbour_pairs(np.array([[[np.nan, 1.0], [2.0, 3.0]]]))
        >>> left.tolist(), right.tolist()
        ([[1.0, 3.0, 2.0, 3.0]], [[3.0, 1.0, 3.0, 2.0]])
    """
    pairs = [_held(grid, np.roll(grid, -1, axis)) for axis in (1, 2)]
    return np.concatenate([p[0] for p in pairs], 1), np.concatenate([p[1] for p in pairs], 1)


def parent_pairs(grid: FloatArray, coarser: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Latents with the latent of the coarser site that their cell refines.

    Args:
        grid: Latents of scale l, ``(n, l, l)``, NaN where a site holds none.
        coarser: Those of scale l / 2; cells whose latent lies on a still coarser scale are left
            out.

    Returns:
        Children and parents, each ``(n, pairs)``.

    Example:
        >>> grid = np.array([[[np.nan, 1.0], [2.0, 3.0]]])
        >>> children, parents = parent_pairs(grid, np.ones((1, 1, 1)))
        >>> children.tolist(), parents.tolist()
        ([[1.0, 2.0, 3.0]], [[1.0, 1.0, 1.0]])
    """
    return _held(grid, coarser.repeat(2, axis=1).repeat(2, axis=2))


def _held(left: FloatArray, right: FloatArray) -> tuple[FloatArray, FloatArray]:
    held = np.isfinite(left[0]) & np.isfinite(right[0])
    return left[:, held], right[:, held]
