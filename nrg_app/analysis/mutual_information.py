"""Mutual information in the bulk: within and between scales, against separation.

The pairs of a pyramid that differ by a translation have one distribution, so that their second
moments are averaged over translations before the information ``-ln(1 - rho^2) / 2`` is taken:
the floor falls from ``1 / 2n`` to ``1 / 2nM`` with the number ``M`` of translations.  Different
kinds of pairs at one separation, to half a side of the finer cell, are then averaged.  Floors are
measured on shuffled samples and
subtracted; errors are those of a bootstrap over samples (Efron, Ann. Statist. 7, 1, 1979).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nrg_app.analysis.cell_pairs import CellPairs
from nrg_app.analysis.pair_estimators import (
    OWN_NOISE,
    SIGNIFICANT,
    Estimator,
    information_of_moments,
    pair_information,
    require_samples,
    subtract_floor,
)
from nrg_app.analysis.pyramids import Pyramid
from nrg_app.physics.lattice import Spins
from nrg_app.physics.observables import cross_correlations
from nrg_app.physics.onsager import critical_correlation

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

_MOST_BLOCKS = 64
_REPLICAS = 100
_SHUFFLES = 2
# Points that a k-nearest-neighbour estimate looks at.
_KSG_POINTS = 8192


@dataclass(frozen=True, eq=False)
class Information:
    """Information against separation, one entry for each of ``k`` classes of pairs.

    Attributes:
        scales: Finer scale ``l`` of the pair, ``(k,)``.
        others: Coarser (or the same) scale, ``(k,)``.
        separations: Distance ``r`` along the lattice in spacings, ``(k,)``.
        information: Nats per pair, floor subtracted, ``(k,)``.
        errors: Bootstrap errors, ``(k,)``.
        floors: What was subtracted, ``(k,)``.
        significant: Whether the point stands out of the floor by three errors, ``(k,)``; the
            others are to be drawn hollow.
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


# Scales, separations, information, errors and floors of some classes of pairs.
_Part = tuple[int, int, FloatArray, FloatArray, FloatArray, FloatArray]


def decay(pyramid: Pyramid, *, seed: int, estimator: Estimator = "gaussian") -> Information:
    """The last result of :func:`running_decay`.

    Raises:
        NRGError: if there are fewer than 32 samples.

    Example:
        >>> from nrg_app.analysis.pyramids import haar_pyramid
        >>> from nrg_app.physics.monte_carlo import wolff
        >>> found = decay(haar_pyramid(wolff(16, 2.27, 400, seed=1)), seed=1)
        >>> found.scales.tolist(), found.separations.tolist()
        ([4, 8, 8, 16, 16, 16, 16], [8.0, 4.0, 8.0, 2.0, 4.0, 6.0, 8.0])
    """
    *_, result = running_decay(pyramid, seed=seed, estimator=estimator)
    return result


def running_decay(
    pyramid: Pyramid, *, seed: int, estimator: Estimator = "gaussian"
) -> Iterator[Information]:
    """Information between equal coefficients of cells ``j u`` apart along an axis, by scale.

    One result after each scale, with the scales so far.  Plotted against ``r / u`` the scales
    collapse at the critical point.

    Args:
        pyramid: Latents or Haar coefficients.
        seed: Of shuffles and bootstrap.
        estimator: "ksg" finds dependence that is not linear too, but its floor is far higher; it
            needs continuous coefficients and takes only ``j`` = 1, 2, 4 ...

    Raises:
        NRGError: if there are fewer than 32 samples.
    """
    require_samples(pyramid.samples)
    rng = np.random.default_rng(seed)
    scales = [scale for scale in pyramid.cells if scale >= 4]
    parts: list[_Part] = []
    for turn, scale in enumerate(scales, start=1):
        if estimator == "ksg":
            parts.append(_ksg_part(pyramid, scale, rng))
        else:
            pairs = CellPairs(pyramid, scale, scale, _blocks(pyramid.samples))
            found = _gaussian_part(pairs, pairs.alike, pyramid.depth(scale), rng)
            parts.append((scale, scale, *found))
        yield _join(parts, estimator, pyramid.samples, turn / len(scales))


def bulk_information(pyramid: Pyramid, *, seed: int) -> Information:
    """The last result of :func:`running_bulk_information`.

    Raises:
        NRGError: if there are fewer than 32 samples.

    Example:
        >>> from nrg_app.analysis.pyramids import haar_pyramid
        >>> from nrg_app.physics.monte_carlo import wolff
        >>> found = bulk_information(haar_pyramid(wolff(8, 2.27, 400, seed=1)), seed=1)
        >>> sorted(set(zip(found.scales.tolist(), found.others.tolist())))
        [(2, 2), (4, 2), (4, 4), (8, 2), (8, 4), (8, 8)]
    """
    *_, result = running_bulk_information(pyramid, seed=seed)
    return result


def running_bulk_information(pyramid: Pyramid, *, seed: int) -> Iterator[Information]:
    """Gaussian information of all pairs within and between scales, by separation.

    One result after each pair of scales, with the pairs so far.

    Args:
        pyramid: Latents or Haar coefficients.
        seed: Of shuffles and bootstrap.

    Raises:
        NRGError: if there are fewer than 32 samples.
    """
    require_samples(pyramid.samples)
    rng = np.random.default_rng(seed)
    scales = list(pyramid.cells)
    both = [(fine, coarse) for fine in scales for coarse in scales if coarse <= fine]
    parts: list[_Part] = []
    for turn, (fine, coarse) in enumerate(both, start=1):
        pairs = CellPairs(pyramid, fine, coarse, _blocks(pyramid.samples))
        found = _gaussian_part(pairs, ~pairs.itself, pyramid.depth(fine), rng)
        parts.append((fine, coarse, *found))
        yield _join(parts, "gaussian", pyramid.samples, turn / len(both))


def spin_information(spins: Spins, *, seed: int) -> Information:
    """Mutual information of two spins at distance ``r`` = 1 ... L / 2 along an axis, in nats.

    For spins of zero mean it is ``((1 + G) ln(1 + G) + (1 - G) ln(1 - G)) / 2``, about
    ``G^2 / 2``: see :func:`critical_spin_information`.  ``scales`` and ``others`` are ``L``.

    Raises:
        NRGError: if there are fewer than 32 samples.

    Example:
        >>> from nrg_app.physics.monte_carlo import wolff
        >>> found = spin_information(wolff(16, 2.269, 400, seed=1), seed=1)
        >>> bool(np.all(np.diff(found.information[:4]) < 0.0)), found.significant.tolist()[:2]
        (True, [True, True])
    """
    n, size = spins.shape[:2]
    require_samples(n)
    rng = np.random.default_rng(seed)
    counts = rng.multinomial(n, np.full(n, 1.0 / n), _REPLICAS) / n
    values, variances = [], []
    for turn in range(1 + _SHUFFLES):
        order = rng.permutation(n) if turn else np.arange(n)
        correlations = cross_correlations(spins, spins[order])[:, 1 : size // 2 + 1]
        values.append(_binary(correlations.mean(0)))
        variances.append(_binary(counts @ correlations).var(0))
    part = subtract_floor(np.array(values), np.array(variances), OWN_NOISE["gaussian"])
    separations = np.arange(1.0, size // 2 + 1)
    return _join([(size, size, separations, *part)], "gaussian", n, 1.0)


def critical_spin_information(separation: ArrayLike) -> FloatArray:
    """``G(r)^2 / 2 = 0.2474 r^(-1/2)`` nats at Tc on the infinite lattice, the leading decay.

    Example:
        >>> round(float(critical_spin_information(1.0)), 4)
        0.2474
    """
    return np.asarray(0.5 * critical_correlation(separation) ** 2)


def _blocks(samples: int) -> int:
    """Blocks of samples that are resampled as one; within each, samples are shuffled."""
    return min(_MOST_BLOCKS, samples // 4)


def _binary(correlation: FloatArray) -> FloatArray:
    """Information of two spins of zero mean from their correlation."""
    terms = [(1.0 + s) * np.log1p(np.maximum(s, 1e-15 - 1.0)) for s in (correlation, -correlation)]
    return np.asarray(0.5 * (terms[0] + terms[1]))


def _gaussian_part(
    pairs: CellPairs, wanted: BoolArray, depth: int, rng: np.random.Generator
) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """Separations, information, errors and floors of wanted kinds, averaged by separation."""
    chosen = np.flatnonzero(wanted)
    apart = pairs.separations.ravel()[chosen]
    label = np.rint(apart / (0.5 * depth))
    order = np.argsort(label, kind="stable")
    chosen = chosen[order]
    starts = np.unique(label[order], return_index=True)[1]
    sizes = np.diff(np.append(starts, len(chosen)))
    separations = np.add.reduceat(apart[order], starts) / sizes
    first, second = pairs.squares(chosen)

    def by_class(weights: FloatArray, products: FloatArray) -> FloatArray:
        found = information_of_moments(weights @ products, weights @ first, weights @ second)
        return np.add.reduceat(found, starts, axis=1) / sizes

    blocks = len(first)
    once = np.ones((1, blocks))
    counts = rng.multinomial(blocks, np.full(blocks, 1.0 / blocks), _REPLICAS).astype(np.float64)
    values, variances = [], []
    for turn in range(1 + _SHUFFLES):
        products = pairs.products(chosen, pairs.exchanged(rng) if turn else None)
        values.append(by_class(once, products)[0])
        variances.append(by_class(counts, products).var(0))
    part = subtract_floor(np.array(values), np.array(variances), OWN_NOISE["gaussian"])
    return separations, *part


def _ksg_part(pyramid: Pyramid, scale: int, rng: np.random.Generator) -> _Part:
    """The same by nearest neighbours, each coefficient, colour and axis on its own."""
    cells, side = pyramid.cells[scale], scale // 2
    steps = [2**k for k in range(side.bit_length() - 1)]
    colour = pyramid.colour(*np.indices((side, side))).ravel()
    n_places = max(1, _KSG_POINTS // pyramid.samples // pyramid.colours)
    rows = []
    for step in steps:
        drawn = rng.permutation(side * side)
        by_colour = [drawn[colour[drawn] == k][:n_places] for k in range(pyramid.colours)]
        found = [
            pair_information(
                cells[:, kind].reshape(len(cells), -1)[:, places],
                np.roll(cells[:, kind], -step, axis).reshape(len(cells), -1)[:, places],
                rng,
                estimator="ksg",
            )
            for kind in range(3)
            for axis in (1, 2)
            for places in by_colour
        ]
        errors = np.array([f.error for f in found])
        information = np.mean([f.information for f in found])
        floor = np.mean([f.floor for f in found])
        rows.append((information, np.sqrt((errors**2).sum()) / len(found), floor))
    separations = np.array(steps, dtype=np.float64) * pyramid.depth(scale)
    information, errors, floors = np.array(rows).T
    return scale, scale, separations, information, errors, floors


def _join(parts: list[_Part], estimator: Estimator, samples: int, done: float) -> Information:
    lengths = [len(part[2]) for part in parts]
    separations, information, errors, floors = (
        np.concatenate([part[column] for part in parts]) for column in (2, 3, 4, 5)
    )
    return Information(
        scales=np.repeat([part[0] for part in parts], lengths),
        others=np.repeat([part[1] for part in parts], lengths),
        separations=separations,
        information=information,
        errors=errors,
        floors=floors,
        significant=information > SIGNIFICANT * errors,
        estimator=estimator,
        samples=samples,
        done=done,
    )
