"""Kaufman's exact partition function of the Ising model on a torus, and its derivatives.

With ``K = 1 / T``, ``s = sinh 2K`` and the energies ``gamma_r`` of fermion modes of momentum
``theta_r = pi r / L``,

    cosh(gamma_r) - 1 = (1 - s)^2 / s + 2 sin^2(theta_r / 2),
    Z = (2 s)^(N / 2) (Z1 + Z2 + Z3 + Z4) / 2,

where the four terms are the products of ``2 cosh(L gamma_r / 2)`` (Z1, Z3) and of
``2 sinh(L gamma_r / 2)`` (Z2, Z4) over the odd (Z1, Z2) and the even (Z3, Z4) r in 0 ... 2 L - 1.
The mode r = 0 has a sign: ``gamma_0 = 2K + ln tanh K`` is negative above Tc and vanishes at Tc.
It is kept apart everywhere as the "zero mode", so that nothing is singular at Tc.

Source: B. Kaufman, Phys. Rev. 76, 1232 (1949).
"""

from __future__ import annotations

import functools
import math
from typing import NamedTuple

import numpy as np

from nrg_app.physics._shared import (
    FROZEN_COUPLING,
    FloatArray,
    acosh1p,
    of_size_and_temperature,
)


class _Modes(NamedTuple):
    """The modes r = 1 ... L; r and 2 L - r have the same energy."""

    kinetic: FloatArray  # 2 sin^2(theta_r / 2), shape (L,)
    counts: FloatArray  # how often a mode occurs among the odd and the even r, shape (L, 2)


@functools.lru_cache(maxsize=16)
def _modes(size: int) -> _Modes:
    r = np.arange(1, size + 1)
    occurrences = np.where(r == size, 1.0, 2.0)
    odd = (r % 2).astype(np.float64)
    counts = np.stack((occurrences * odd, occurrences * (1.0 - odd)), axis=1)
    kinetic = 2.0 * np.sin(0.5 * np.pi * r / size) ** 2
    kinetic.setflags(write=False)
    counts.setflags(write=False)
    return _Modes(kinetic, counts)


class _Terms(NamedTuple):
    """Kaufman's four terms at couplings ``(n,)``, and what they are made of."""

    s: FloatArray  # sinh 2K, (n,)
    cosh_minus_one: FloatArray  # of the modes r >= 1, (n, L)
    decay: FloatArray  # exp(-L gamma_r) of the modes r >= 1, (n, L)
    zero_decay: FloatArray  # exp(-L |gamma_0|), (n,)
    log_scale: FloatArray  # ln of the common factor of the weights, (n,)
    weights: FloatArray  # Z1, Z2, Z3 and Z4 / 2 sinh(L |gamma_0| / 2) over common factors, (4, n)
    sinh_zero: FloatArray  # 2 sinh(L gamma_0 / 2) exp(-L |gamma_0| / 2), signed, (n,)


def _terms(size: int, k: FloatArray) -> _Terms:
    modes = _modes(size)
    s = np.sinh(2.0 * k)
    offset = (1.0 - s) ** 2 / s
    cosh_minus_one = offset[:, None] + modes.kinetic
    gamma = acosh1p(cosh_minus_one)
    zero_gamma = acosh1p(offset)
    decay = np.exp(-size * gamma)
    zero_decay = np.exp(-size * zero_gamma)
    log_sums = 0.5 * size * (gamma @ modes.counts)
    log_odd = log_sums[:, 0]
    log_even = log_sums[:, 1] + 0.5 * size * zero_gamma
    log_plus = np.log1p(decay) @ modes.counts
    log_minus = np.log1p(-decay) @ modes.counts
    # The odd and even products differ by a factor of order one at every temperature (two
    # midpoint rules for one integral), so dividing by the odd one leaves nothing to overflow.
    even = np.exp(log_even - log_odd)
    weights = np.stack(
        (
            np.exp(log_plus[:, 0]),
            np.exp(log_minus[:, 0]),
            even * np.exp(log_plus[:, 1]) * (1.0 + zero_decay),
            even * np.exp(log_minus[:, 1]),
        )
    )
    sinh_zero = np.copysign(-np.expm1(-size * zero_gamma), s - 1.0)
    return _Terms(s, cosh_minus_one, decay, zero_decay, log_odd, weights, sinh_zero)


@of_size_and_temperature
def kaufman_log_partition(size: int, temperature: FloatArray) -> FloatArray:
    """``ln Z`` of the whole ``L x L`` torus, in nats (Kaufman 1949).

    Example:
        >>> round(kaufman_log_partition(8, 1.6) / 64, 8)
        1.26893992
    """
    k = 1.0 / temperature
    frozen = np.minimum(k, FROZEN_COUPLING)
    terms = _terms(size, frozen)
    total = terms.weights[:3].sum(0) + terms.weights[3] * terms.sinh_zero
    n_sites = size**2
    log_z = 0.5 * n_sites * np.log(2.0 * terms.s) - math.log(2.0) + terms.log_scale + np.log(total)
    return np.asarray(log_z + 2.0 * n_sites * (k - frozen))


@of_size_and_temperature
def kaufman_energy(size: int, temperature: FloatArray) -> FloatArray:
    """Mean energy per site of the ``L x L`` torus, in units of J: ``-d ln Z / dK / N``.

    Example:
        >>> round(kaufman_energy(8, 1.6), 6)
        -1.928235
    """
    k = np.minimum(1.0 / temperature, FROZEN_COUPLING)
    return -_cumulants(size, k)[0] / size**2


@of_size_and_temperature
def kaufman_specific_heat(size: int, temperature: FloatArray) -> FloatArray:
    """Specific heat per site of the ``L x L`` torus, in units of k_B: ``K^2 d^2 ln Z / dK^2 / N``.

    Example:
        >>> round(kaufman_specific_heat(8, 1.6), 5)
        0.26246
    """
    k = np.minimum(1.0 / temperature, FROZEN_COUPLING)
    # A variance: below zero only by rounding, where it is exponentially small.
    variance = np.maximum(_cumulants(size, k)[1], 0.0)
    return np.asarray(k**2 * variance / size**2)


class _Slopes(NamedTuple):
    """First and second derivatives by K of the mode energies gamma."""

    first: FloatArray  # modes r >= 1, (n, L)
    second: FloatArray
    zero_first: FloatArray  # signed zero mode gamma_0 = 2K + ln tanh K, (n,)
    zero_second: FloatArray


def _slopes(k: FloatArray, terms: _Terms) -> _Slopes:
    s, c = terms.s, np.cosh(2.0 * k)
    # cosh(gamma) = s + 1 / s - cos(theta), with s' = 2 c and c' = 2 s.
    cosh_first = (2.0 * c * (1.0 - s**-2))[:, None]
    cosh_second = (4.0 * s * (1.0 - s**-2) + 8.0 * c**2 / s**3)[:, None]
    sinh = np.sqrt(terms.cosh_minus_one * (2.0 + terms.cosh_minus_one))
    first = cosh_first / sinh
    second = (cosh_second - (1.0 + terms.cosh_minus_one) * first**2) / sinh
    return _Slopes(first, second, 2.0 + 2.0 / s, -4.0 * c / s**2)


def _cumulants(size: int, k: FloatArray) -> tuple[FloatArray, FloatArray]:
    """``d ln Z / dK`` and ``d^2 ln Z / dK^2``, each ``(n,)``.

    The second derivative is gathered as sum_i w_i (l_i'' + (l_i' - mean)^2) with l_i = ln Z_i, so
    that nothing of order ``N^2`` cancels.  ``Z4 = S P`` with the zero mode's ``S`` of either sign
    is differentiated by the product rule, because ln S is singular at Tc.
    """
    terms = _terms(size, k)
    slopes = _slopes(k, terms)
    half = 0.5 * size
    first, second = _log_term_derivatives(size, terms, slopes)
    w = terms.weights
    # S, S' and S'' in units of exp(L |gamma_0| / 2), which is part of the weight of Z4.
    zero = terms.sinh_zero
    zero_first = half * slopes.zero_first * (1.0 + terms.zero_decay)
    zero_second = (
        half * slopes.zero_second * (1.0 + terms.zero_decay)
        + (half * slopes.zero_first) ** 2 * zero
    )
    total = w[:3].sum(0) + w[3] * zero
    mean = ((w[:3] * first[:3]).sum(0) + w[3] * (zero_first + zero * first[3])) / total
    offset = first - mean
    spread = second + offset**2
    variance = (
        (w[:3] * spread[:3]).sum(0)
        + w[3] * (zero_second + 2.0 * zero_first * offset[3] + zero * spread[3])
    ) / total
    # Last, the prefactor (2 s)^(N / 2).
    n_sites = size**2
    s, c = terms.s, np.cosh(2.0 * k)
    return n_sites * c / s + mean, variance - 2.0 * n_sites / s**2


def _log_term_derivatives(
    size: int, terms: _Terms, slopes: _Slopes
) -> tuple[FloatArray, FloatArray]:
    """First and second derivatives of ln Z1, ln Z2, ln Z3 and ln P (Z4 without its zero mode).

    Each is ``(4, n)``.
    """
    counts = _modes(size).counts
    half = 0.5 * size
    q = terms.decay
    tanh = (1.0 - q) / (1.0 + q)
    u, v = half * slopes.first, half * slopes.second
    cosh_first = (u * tanh) @ counts
    cosh_second = (v * tanh + u**2 * 4.0 * q / (1.0 + q) ** 2) @ counts
    sinh_first = (u / tanh) @ counts
    sinh_second = (v / tanh - u**2 * 4.0 * q / (1.0 - q) ** 2) @ counts
    zero_q = terms.zero_decay
    zero_tanh = terms.sinh_zero / (1.0 + zero_q)
    zero_u, zero_v = half * slopes.zero_first, half * slopes.zero_second
    cosh_first[:, 1] += zero_u * zero_tanh
    cosh_second[:, 1] += zero_v * zero_tanh + zero_u**2 * 4.0 * zero_q / (1.0 + zero_q) ** 2
    order = [0, 2, 1, 3]  # cosh odd, cosh even, sinh odd, sinh even -> Z1, Z2, Z3, P
    first = np.concatenate((cosh_first, sinh_first), axis=1).T[order]
    second = np.concatenate((cosh_second, sinh_second), axis=1).T[order]
    return first, second
