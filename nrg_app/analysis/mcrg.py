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

Measured at Tc with majority blocks (20,000 samples of L = 64, seed 1; exactly 1 and 1.875):

    step        64 -> 32    32 -> 16    16 -> 8     8 -> 4
    y_t         0.965(8)    0.998(7)    0.993(9)    0.989(13)
    y_h         1.8813(2)   1.8764(3)   1.8748(6)   1.8750(10)

Corrections fall to a quarter with each step.  The estimate is that of the step to side 8, with an
error that holds a third of the last change, which is what is left to come, and by how much the
second half of the operators changed it.

For the signs of a network's coarse fields the step is from one scale's signs to the next one's.
A coarse field stands at one site of each block, so that the step is close to decimation, whose
couplings reach far and whose y_h is 2, the dimension.  The model of L = 32 has
y_t = 1.15(1), 1.14(1), 0.84(2) and y_h = 1.946(1), 1.930(1), 1.916(2) in its three steps (8000
samples).  Learned block variables are no better so far: with 2000 samples ising-32-mera has
y_t = 1.20(2), 1.13(3), 0.85(4) and y_h = 1.951(3), 1.931(3), 1.910(4); its coarse fields correlate
with the spin at their site (0.93) far more than with the majority of their block (0.72 at l = 8),
as those of a decimating flow do.  Neither the fields themselves instead of their signs nor the
derivative by the couplings of the finest spins changes that.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from nrg_app import __version__
from nrg_app.analysis.coarse_graining import Levels, coarse_grainings, learned_blocks
from nrg_app.analysis.operators import EVEN, ODD, Operator, operator_sums
from nrg_app.analysis.rg_results import Origin, RGExponents, RGStep, Rule
from nrg_app.errors import NRGError
from nrg_app.flows.neural_rg import NeuralRG
from nrg_app.physics.lattice import validate_temperature
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
    """Exponents of every iteration, and the estimates of both.

    Errors are those of a jackknife over bins, which allow for the memory of a Markov chain.  The
    estimates :attr:`~nrg_app.analysis.rg_results.RGExponents.y_t` and ``y_h`` are those of one
    iteration, with errors that hold what later ones would still add.

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

    Example:
        >>> result = measure_exponents(16, samples=4000, seed=1)
        >>> print(result.y_t.brackets(), result.y_h.brackets())  # exactly 1 and 1.875
        0.91(6) 1.871(4)
    """
    run = _Run(size, temperature, rule, model, samples, bins, seed)
    for _ in run.measure():
        pass
    return run.result()


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
    """The same with a result after each bin from the second on; the last one is that result.

    Arguments as of :func:`measure_exponents`.

    Raises:
        NRGError: if an argument is out of its range.
    """
    run = _Run(size, temperature, rule, model, samples, bins, seed)
    for done in run.measure():
        if done >= _FEWEST_BINS:
            yield run.result()


class _Run:
    """A simulation bin by bin."""

    def __init__(
        self,
        size: int,
        temperature: float,
        rule: Rule,
        model: NeuralRG | None,
        samples: int,
        bins: int,
        seed: int,
    ) -> None:
        if bins < _FEWEST_BINS or samples < _FEWEST_PER_BIN * bins:
            raise NRGError(
                f"Monte Carlo RG needs at least {_FEWEST_BINS} bins of {_FEWEST_PER_BIN} samples, "
                f"but {samples} samples in {bins} bins were given."
            )
        self._batch, self._model = samples // bins, model
        self._temperature = validate_temperature(temperature)
        name = None if model is None else model.card.name
        learned = learned_blocks(rule, model)
        count = self._batch * bins
        self._origin = Origin(rule, name, size, count, bins, seed, __version__, learned)
        self._sides: tuple[int, ...] = ()
        self._even: list[FloatArray] = []
        self._odd: list[FloatArray] = []

    def measure(self) -> Iterator[int]:
        """Measure one bin after the other and yield their number so far."""
        origin = self._origin
        for levels in coarse_grainings(
            origin.rule, origin.size, self._temperature,
            batch=self._batch, batches=origin.bins, seed=origin.seed, model=self._model,
        ):  # fmt: skip
            self._sides = tuple(levels)
            self._even.append(_moments(levels, EVEN))
            self._odd.append(_moments(levels, ODD))
            yield len(self._even)

    def result(self) -> RGExponents:
        """The exponents from all bins so far."""
        return RGExponents(
            origin=self._origin,
            temperature=self._temperature,
            even=tuple(operator.name for operator in EVEN),
            odd=tuple(operator.name for operator in ODD),
            steps=_steps(self._sides, np.stack(self._even), np.stack(self._odd)),
            done=self._batch * len(self._even),
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
    values = _exponents(whole[None])[0]
    without = _exponents((bins * whole - moments) / (bins - 1))
    errors = math.sqrt(bins - 1) * without.std(0)
    return tuple(Estimate(float(v), float(e)) for v, e in zip(values, errors, strict=True))


def _exponents(moments: FloatArray) -> FloatArray:
    """``y`` from the first 1, 2 ... k operators, ``(n, k)``; NaN where they cannot be told."""
    means, products = moments[:, 0], moments[:, 1:]
    connected = products - means[:, :, None] * means[:, None, :]
    count = means.shape[1] // 2
    coarse_coarse, coarse_fine = connected[:, count:, count:], connected[:, count:, :count]
    result = np.full((len(moments), count), math.nan)
    for k in range(1, count + 1):
        fluctuations = coarse_coarse[:, :k, :k]
        # With few configurations two operators may never have differed.
        known = np.linalg.matrix_rank(fluctuations, hermitian=True) == k
        matrices = np.linalg.solve(fluctuations[known], coarse_fine[known, :k, :k])
        largest = np.linalg.eigvals(matrices).real.max(1)
        result[known, k - 1] = np.log2(np.where(largest > 0.0, largest, math.nan))
    return result
