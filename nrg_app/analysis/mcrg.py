"""Monte Carlo RG: critical exponents from the linearised transformation.

Swendsen, PRL 42, 859 (1979); Pawley, Swendsen, Wallace and Wilson, PRB 29, 4030 (1984).

One step takes spins with couplings K to coarse spins with couplings K'.  Near the fixed point
``K' - K* = T (K - K*)``, and the chain rule for the mean of a coarse operator,

    d<S'_c> / dK_b = sum_a d<S'_c> / dK'_a  dK'_a / dK_b,

gives ``T = C^-1 A`` from two matrices of connected correlations that a simulation measures,

    C_ca = <S'_c S'_a> - <S'_c> <S'_a>,    A_cb = <S'_c S_b> - <S'_c> <S_b>,

without knowing any coupling.  Even and odd operators do not mix.  The largest eigenvalue of each
sector is ``2^y``: y_t of the even one, y_h of the odd one.  No second lattice is needed; the first
iterations feel the distance to the fixed point, the last ones the few operators of a small torus.

For the signs of a network's coarse fields the step is from one scale's signs to the next one's.
Those hang also on magnitudes that the signs do not show, so that T is an approximation there.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from nrg_app import __version__
from nrg_app.analysis.coarse_graining import Levels, coarse_grainings
from nrg_app.analysis.operators import EVEN, ODD, Operator, operator_sums
from nrg_app.analysis.rg_results import Origin, RGExponents, RGStep, Rule
from nrg_app.errors import NRGError
from nrg_app.flows.neural_rg import NeuralRG
from nrg_app.physics.observables import Estimate
from nrg_app.physics.onsager import CRITICAL_TEMPERATURE

FloatArray = npt.NDArray[np.float64]

_FEWEST_BINS = 2
# A matrix of k operators has no inverse with fewer samples.
_FEWEST_PER_BIN = 16


def measure_exponents(
    size: int = 64,
    temperature: float = CRITICAL_TEMPERATURE,
    *,
    rule: Rule = "majority",
    model: NeuralRG | None = None,
    samples: int = 20_000,
    bins: int = 50,
    seed: int = 0,
) -> RGExponents:
    """Exponents of every iteration: the last result of :func:`running_exponents`.

    Raises:
        NRGError: if an argument is out of its range.

    Example:
        >>> result = measure_exponents(16, samples=4000, seed=1)
        >>> [step.blocked_side for step in result.steps]
        [8, 4]
        >>> abs(result.steps[0].y_h.value - 15 / 8) < 0.05
        True
    """
    *_, result = running_exponents(
        size, temperature, rule=rule, model=model, samples=samples, bins=bins, seed=seed
    )
    return result


def running_exponents(
    size: int = 64,
    temperature: float = CRITICAL_TEMPERATURE,
    *,
    rule: Rule = "majority",
    model: NeuralRG | None = None,
    samples: int = 20_000,
    bins: int = 50,
    seed: int = 0,
) -> Iterator[RGExponents]:
    """Exponents of every iteration, with a result after each bin from the second on.

    Errors are those of a jackknife over bins, which allow for the memory of a Markov chain.

    Args:
        size: Lattice side L, a power of two from 8.
        temperature: T in J/k_B; the exponents are those of the fixed point only at Tc.
        rule: How spins are coarse-grained, see :mod:`nrg_app.analysis.coarse_graining`.
        model: The network, for the rules ``encoded`` and ``flow``.
        samples: Configurations, at least 16 per bin.
        bins: Bins of the jackknife, at least 2.
        seed: Of all random numbers.

    Raises:
        NRGError: if an argument is out of its range.
    """
    if bins < _FEWEST_BINS or samples < _FEWEST_PER_BIN * bins:
        raise NRGError(
            f"Monte Carlo RG needs at least {_FEWEST_BINS} bins of {_FEWEST_PER_BIN} samples, "
            f"but {samples} samples in {bins} bins were given."
        )
    batch = samples // bins
    name = None if model is None else model.card.name
    origin = Origin(rule, name, size, batch * bins, bins, seed, __version__)
    parts: list[list[FloatArray]] = []
    for levels in coarse_grainings(
        rule, size, temperature, batch=batch, batches=bins, seed=seed, model=model
    ):
        parts.append([_moments(levels, operators) for operators in (EVEN, ODD)])
        if len(parts) >= _FEWEST_BINS:
            even, odd = (np.stack(sector) for sector in zip(*parts, strict=True))
            yield RGExponents(
                origin=origin,
                temperature=float(temperature),
                even=tuple(operator.name for operator in EVEN),
                odd=tuple(operator.name for operator in ODD),
                steps=_steps(tuple(levels), even, odd),
                done=batch * len(parts),
            )


def _moments(levels: Levels, operators: Sequence[Operator]) -> FloatArray:
    """What one bin says about each iteration, ``(iterations, 1 + 2 k, 2 k)``.

    The operators of the fine and of the coarse spins, 2 k numbers per configuration: their means
    in the first row, the means of their products in the others.
    """
    sums = [operator_sums(spins, operators) for spins in levels.values()]
    result = []
    for fine, coarse in pairwise(sums):
        both = np.hstack((fine, coarse))
        result.append(np.vstack((both.mean(0), both.T @ both / len(both))))
    return np.stack(result)


def _steps(sides: Sequence[int], even: FloatArray, odd: FloatArray) -> tuple[RGStep, ...]:
    """Exponents of moments ``(bins, iterations, 1 + 2 k, 2 k)`` of both sectors."""
    return tuple(
        RGStep(
            iteration=k + 1,
            side=side,
            blocked_side=blocked,
            thermal=_jackknife(even[:, k]),
            magnetic=_jackknife(odd[:, k]),
        )
        for k, (side, blocked) in enumerate(pairwise(sides))
    )


def _jackknife(moments: FloatArray) -> tuple[Estimate, ...]:
    """``y`` from the first 1, 2 ... k operators, of moments ``(bins, 1 + 2 k, 2 k)``."""
    bins = len(moments)
    whole = moments.mean(0)
    values = _exponents(whole)
    without = np.stack([_exponents((bins * whole - part) / (bins - 1)) for part in moments])
    errors = math.sqrt(bins - 1) * without.std(0)
    return tuple(Estimate(float(v), float(e)) for v, e in zip(values, errors, strict=True))


def _exponents(moments: FloatArray) -> FloatArray:
    """``y`` from the first 1, 2 ... k operators, ``(k,)``; NaN where they cannot be told."""
    means, products = moments[0], moments[1:]
    connected = products - np.outer(means, means)
    count = len(means) // 2
    coarse_coarse, coarse_fine = connected[count:, count:], connected[count:, :count]
    result = np.full(count, math.nan)
    for k in range(1, count + 1):
        try:
            matrix = np.linalg.solve(coarse_coarse[:k, :k], coarse_fine[:k, :k])
        except np.linalg.LinAlgError:
            continue  # so few configurations that two operators never differed
        largest = float(np.linalg.eigvals(matrix).real.max())
        if largest > 0.0:
            result[k - 1] = math.log2(largest)
    return result
