"""Effective couplings of coarse-grained spins (Swendsen, PRL 52, 1165, 1984).

With ``-H / k_B T = sum_a K_a S_a`` the spin s of a site is coupled to its surroundings by
``s sum_a K_a h_a``, h_a the sum of the products in which s stands in operator a, without s.  Its
mean given all others is ``tanh(K h)``: Callen's identities (Phys. Lett. 4, 161, 1963),

    <s h_a> = <h_a tanh(sum_b K_b h_b)>    for every a,

hold for the true couplings.  Read as equations for K they have one solution, since their
Jacobian is ``<h_a h_b / cosh^2(K h)>``: the couplings with which the spins given their
surroundings are most likely.  Only the frequencies of the few values of (h, s) are needed.

Spins that were coarse-grained have couplings of any range; what is found are those of the best
Hamiltonian of five operators.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from nrg_app import __version__
from nrg_app.analysis.coarse_graining import coarse_grainings, learned_blocks
from nrg_app.analysis.operators import EVEN, Operator
from nrg_app.analysis.rg_results import CouplingFlow, CouplingLevel, CouplingPath, Origin, Rule
from nrg_app.compiling import cached
from nrg_app.errors import NRGError
from nrg_app.flows.neural_rg import NeuralRG
from nrg_app.physics.lattice import Spins, validate_temperature
from nrg_app.physics.observables import Estimate

FloatArray = npt.NDArray[np.float64]

COUPLED: tuple[Operator, ...] = EVEN[:5]
"""Nearest, next-nearest, plaquette, third neighbours and the ring of four spins.

In each of them a spin stands in four products, so that every h is -4, -2, 0, 2 or 4.
"""

_PRODUCTS = 4
_MARGIN = 2
_FEWEST_BINS = 2
_ITERATIONS = 50
_CONVERGED = 1e-10
# Beyond this the spins are so ordered that the likelihood has no maximum.
_LARGEST_COUPLING = 10.0


def coupling_flow(
    size: int,
    temperatures: Sequence[float],
    *,
    rule: Rule = "majority",
    model: NeuralRG | None = None,
    samples: int = 2000,
    bins: int = 20,
    seed: int = 0,
) -> CouplingFlow:
    """The paths of all temperatures: an RG flow diagram.  Arguments as of :func:`coupling_paths`.

    Raises:
        NRGError: if an argument is out of its range.

    Example:
        >>> flow = coupling_flow(8, [2.5], samples=2000, seed=1)
        >>> nearest, errors = flow.coordinates("nearest")
        >>> abs(nearest[0, 0] - 1 / 2.5) < 4 * errors[0, 0]
        np.True_
    """
    paths = coupling_paths(
        size, temperatures, rule=rule, model=model, samples=samples, bins=bins, seed=seed
    )
    found = tuple(paths)
    name = None if model is None else model.card.name
    learned = learned_blocks(rule, model)
    count = samples // bins * bins
    return CouplingFlow(
        origin=Origin(rule, name, size, count, bins, seed, __version__, learned),
        operators=tuple(operator.name for operator in COUPLED),
        labels=tuple(operator.label for operator in COUPLED),
        paths=found,
    )


def coupling_paths(
    size: int,
    temperatures: Sequence[float],
    *,
    rule: Rule = "majority",
    model: NeuralRG | None = None,
    samples: int = 2000,
    bins: int = 20,
    seed: int = 0,
) -> Iterator[CouplingPath]:
    """The path of one temperature after the other.

    Errors are those of a jackknife over bins, which allow for the memory of a Markov chain.  Where
    the spins are so ordered that no coupling is too large for them, coupling and error are NaN.

    Args:
        size: Lattice side L, a power of two from 8.
        temperatures: In J/k_B.
        rule: How spins are coarse-grained, see :mod:`nrg_app.analysis.coarse_graining`.
        model: The network, for the rules ``encoded`` and ``flow``.
        samples: Configurations per temperature, at least one per bin.
        bins: Bins of the jackknife, at least 2.
        seed: Of all random numbers.

    Raises:
        NRGError: if an argument is out of its range.
    """
    values = [validate_temperature(temperature) for temperature in temperatures]
    if bins < _FEWEST_BINS or samples < bins:
        raise NRGError(
            f"Effective couplings need at least {_FEWEST_BINS} bins of one sample, but {samples} "
            f"samples in {bins} bins were given."
        )
    for number, value in enumerate(values):
        counts: dict[int, list[npt.NDArray[np.int64]]] = {}
        for levels in coarse_grainings(
            rule, size, value, batch=samples // bins, batches=bins,
            seed=seed * len(values) + number, model=model,
        ):  # fmt: skip
            for side, spins in levels.items():
                counts.setdefault(side, []).append(count_surroundings(spins))
        yield CouplingPath(
            value,
            tuple(CouplingLevel(side, fit_couplings(np.stack(c))) for side, c in counts.items()),
        )


def count_surroundings(spins: Spins) -> npt.NDArray[np.int64]:
    """How often every value of (h, s) occurs: ``(5^5, 2)`` for spins ``(n, L, L)``.

    Row ``sum_a 5^a (h_a + 4) / 2``, column 0 for spins that point down and 1 for up.
    """
    padded = np.pad(spins, ((0, 0), (_MARGIN, _MARGIN), (_MARGIN, _MARGIN)), mode="wrap")
    others, lengths = _surroundings(padded.shape[2])
    counts = np.zeros(((_PRODUCTS + 1) ** len(COUPLED), 2), dtype=np.int64)
    _count(padded.reshape(len(padded), -1), padded.shape[2], others, lengths, counts)
    return counts


def fit_couplings(counts: npt.NDArray[np.int64]) -> tuple[Estimate, ...]:
    """The coupling of every operator from counts ``(bins, 5^5, 2)`` of the surroundings."""
    places = (_PRODUCTS + 1) ** np.arange(len(COUPLED))
    total = counts.sum(0)
    seen = total.sum(1) > 0
    h = 2.0 * np.asarray(np.flatnonzero(seen)[:, None] // places % (_PRODUCTS + 1), np.float64)
    h -= _PRODUCTS
    whole = _solve(h, total[seen], np.zeros(len(COUPLED)))
    without = np.stack([_solve(h, total[seen] - part[seen], whole) for part in counts])
    errors = math.sqrt(len(counts) - 1) * without.std(0)
    return tuple(
        Estimate(float(value), float(error)) if math.isfinite(error) else _UNKNOWN
        for value, error in zip(whole, errors, strict=True)
    )


_UNKNOWN = Estimate(math.nan, math.nan)


def _solve(h: FloatArray, counts: npt.NDArray[np.int64], start: FloatArray) -> FloatArray:
    """Newton's method for Callen's identities; NaN where they have no solution.

    Args:
        h: Values of the surroundings, ``(cells, k)``.
        counts: How often each was found with spin down and up, ``(cells, 2)``.
        start: First guess of K, ``(k,)``.
    """
    weights = counts.sum(1) / counts.sum()
    means = (counts[:, 1] - counts[:, 0]) / counts.sum() @ h
    k = start.copy()
    for _ in range(_ITERATIONS):
        expected = np.tanh(h @ k)
        jacobian = (h * (weights * (1.0 - expected**2))[:, None]).T @ h
        try:
            step = np.linalg.solve(jacobian, means - (weights * expected) @ h)
        except np.linalg.LinAlgError:
            break
        # A whole step may leave the region where tanh still tells values apart.
        k += step / max(1.0, float(np.abs(step).max()))
        if not np.abs(k).max() < _LARGEST_COUPLING:
            break
        if np.abs(step).max() < _CONVERGED:
            return k
    return np.full_like(k, math.nan)


def _surroundings(width: int) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Where the other spins of a site's products lie in a padded lattice of rows of a width.

    Returns:
        Distances along the flattened lattice ``(k, 4, 3)``, and how many of each three count.
    """
    others = np.zeros((len(COUPLED), _PRODUCTS, 3), dtype=np.int64)
    lengths = np.array([len(operator.shapes[0]) - 1 for operator in COUPLED])
    for a, operator in enumerate(COUPLED):
        products = [(shape, own) for shape in operator.shapes for own in shape]
        for p, (shape, own) in enumerate(products):
            rest = [(r - own[0]) * width + c - own[1] for r, c in shape if (r, c) != own]
            others[a, p, : lengths[a]] = rest
    return others, lengths


@cached()
def _count(
    padded: Spins,
    width: int,
    others: npt.NDArray[np.int64],
    lengths: npt.NDArray[np.int64],
    counts: npt.NDArray[np.int64],
) -> None:
    """Count the surroundings of every site of padded lattices ``(n, width^2)``."""
    for n in range(padded.shape[0]):
        for row in range(_MARGIN, width - _MARGIN):
            for site in range(row * width + _MARGIN, (row + 1) * width - _MARGIN):
                cell, place = 0, 1
                for a in range(others.shape[0]):
                    up = 0
                    for p in range(_PRODUCTS):
                        product = 1
                        for j in range(lengths[a]):
                            product *= padded[n, site + others[a, p, j]]
                        up += product > 0
                    cell += place * up
                    place *= _PRODUCTS + 1
                counts[cell, (padded[n, site] + 1) // 2] += 1
