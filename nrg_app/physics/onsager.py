"""Exact results for the Ising model on the infinite square lattice.

With ``K = 1 / T`` and ``s = sinh 2K``; ``s - 1`` is the distance from the critical point.

Sources: L. Onsager, Phys. Rev. 65, 117 (1944); C. N. Yang, Phys. Rev. 85, 808 (1952);
B. M. McCoy and T. T. Wu, The Two-Dimensional Ising Model (1973).
"""

from __future__ import annotations

import functools
import math

import numpy as np
import numpy.typing as npt

from nrg_app.physics._shared import FROZEN_COUPLING, FloatArray, acosh1p, of_temperature

CRITICAL_TEMPERATURE = 2.0 / math.log(1.0 + math.sqrt(2.0))
"""Onsager's critical temperature, 2.269185..., in units of ``J / k_B``."""

# Where |s - 1| is below this, the temperature is the critical one up to rounding.
_GLAISHER = 1.2824271291006226
_CRITICAL_TOLERANCE = 1e-15


@of_temperature
def onsager_log_partition_per_site(temperature: FloatArray) -> FloatArray:
    """``ln Z / N`` of the infinite lattice, in nats (Onsager 1944).

    ``ln(2 s) / 2`` plus the mean of ``gamma(theta) / 2`` over momenta, by Gauss-Legendre rules on
    panels that halve towards theta = 0, where gamma has its cusp at Tc.

    Example:
        >>> round(onsager_log_partition_per_site(CRITICAL_TEMPERATURE), 9)  # ln 2 / 2 + 2 G / pi
        0.929695398
    """
    k = 1.0 / temperature
    frozen = np.minimum(k, FROZEN_COUPLING)
    s = np.sinh(2.0 * frozen)
    theta, weights = _graded_rule()
    gamma = acosh1p(((1.0 - s) ** 2 / s)[:, None] + 2.0 * np.sin(0.5 * theta) ** 2)
    return np.asarray(0.5 * np.log(2.0 * s) + gamma @ weights / (2.0 * np.pi) + 2.0 * (k - frozen))


@functools.lru_cache(maxsize=1)
def _graded_rule(n_nodes: int = 14, n_panels: int = 28) -> tuple[FloatArray, FloatArray]:
    """Nodes and weights on [0, pi], in panels that halve towards 0."""
    nodes, weights = np.polynomial.legendre.leggauss(n_nodes)
    ends = np.pi * np.append(0.5 ** np.arange(n_panels), 0.0)
    half_width = 0.5 * (ends[:-1] - ends[1:])
    centre = 0.5 * (ends[:-1] + ends[1:])
    theta = centre[:, None] + half_width[:, None] * nodes
    return theta.ravel(), (half_width[:, None] * weights).ravel()


@of_temperature
def onsager_energy(temperature: FloatArray) -> FloatArray:
    """Energy per site of the infinite lattice, in units of J (Onsager 1944).

    Example:
        >>> round(onsager_energy(CRITICAL_TEMPERATURE), 12) == round(-math.sqrt(2.0), 12)
        True
    """
    k = np.minimum(1.0 / temperature, FROZEN_COUPLING)
    modulus, complement, _ = _moduli(k)
    first_kind, _ = _elliptic(modulus, complement)
    return np.asarray(-(1.0 + 2.0 / np.pi * complement * first_kind) / np.tanh(2.0 * k))


@of_temperature
def onsager_specific_heat(temperature: FloatArray) -> FloatArray:
    """Specific heat per site of the infinite lattice, in units of k_B; infinite at Tc."""
    k = np.minimum(1.0 / temperature, FROZEN_COUPLING)
    modulus, complement, inverse_cosh_squared = _moduli(k)
    first_kind, difference = _elliptic(modulus, complement)
    bracket = difference - inverse_cosh_squared * (0.5 * np.pi + complement * first_kind)
    heat = 4.0 / np.pi * (k / np.tanh(2.0 * k)) ** 2 * np.maximum(bracket, 0.0)
    return np.where(_is_critical(k), np.inf, heat)


def _moduli(k: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Modulus, signed complementary modulus ``2 tanh^2 2K - 1``, and ``1 / cosh^2 2K``."""
    s = np.sinh(2.0 * k)
    cosh_squared = 1.0 + s**2
    return 2.0 * s / cosh_squared, (s - 1.0) * (s + 1.0) / cosh_squared, 1.0 / cosh_squared


def _elliptic(modulus: FloatArray, complement: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Complete elliptic integrals ``K`` and ``K - E`` by the arithmetic-geometric mean."""
    # A tiny floor keeps K finite at Tc, where it only occurs times the complement.
    a, b = np.ones_like(modulus), np.maximum(np.abs(complement), 1e-300)
    c = modulus
    total, power = np.zeros_like(modulus), 0.5
    # Each step halves ln(a / b), and near a = b squares it: 16 suffice even for b = 1e-300.
    for _ in range(16):
        total += power * c**2
        a, b, c = 0.5 * (a + b), np.sqrt(a * b), 0.5 * (a - b)
        power *= 2.0
    first_kind = 0.5 * np.pi / a
    return first_kind, first_kind * total


@of_temperature
def yang_magnetization(temperature: FloatArray) -> FloatArray:
    """Spontaneous magnetization per site of the infinite lattice (Yang 1952); 0 from Tc upwards.

    Example:
        >>> round(yang_magnetization(2.0), 4)
        0.9113
    """
    k = np.minimum(1.0 / temperature, FROZEN_COUPLING)
    log_s = np.log(np.maximum(np.sinh(2.0 * k), 1.0))
    return np.asarray(np.where(_is_critical(k), 0.0, (-np.expm1(-4.0 * log_s)) ** 0.125))


@of_temperature
def correlation_length(temperature: FloatArray) -> FloatArray:
    """Exponential correlation length of the infinite lattice along an axis, in lattice spacings.

    Above Tc ``1 / xi = ln coth K - 2K``; below Tc, for the connected correlation function,
    ``1 / xi = 2 (2K - ln coth K)`` (Onsager 1944; McCoy and Wu 1973); infinite at Tc.

    Example:
        >>> round(correlation_length(2.6), 3)
        4.274
    """
    k = 1.0 / temperature
    s = np.sinh(2.0 * np.minimum(k, FROZEN_COUPLING))
    inverse = np.maximum(acosh1p((1.0 - s) ** 2 / s), np.finfo(np.float64).tiny)
    inverse = inverse + 2.0 * np.maximum(k - FROZEN_COUPLING, 0.0)
    length = 1.0 / np.where(s > 1.0, 2.0 * inverse, inverse)
    return np.where(_is_critical(k), np.inf, length)


def critical_correlation(distance: npt.ArrayLike) -> FloatArray:
    """Leading decay at Tc of ``<s(0) s(r)>`` along an axis of the infinite lattice.

    ``2^(5/24) e^(1/4) A^(-3) r^(-1/4) = 0.70338 r^(-1/4)`` with Glaisher's constant A (Wu, Phys.
    Rev. 149, 380, 1966); at ``r = 1`` it is 0.5 % below the exact ``1 / sqrt(2)``.

    Example:
        >>> round(float(critical_correlation(16.0)), 5)
        0.35169
    """
    amplitude = 2.0 ** (5.0 / 24.0) * math.exp(0.25) * _GLAISHER**-3
    return np.asarray(amplitude * np.asarray(distance, dtype=np.float64) ** -0.25)


def _is_critical(k: FloatArray) -> npt.NDArray[np.bool_]:
    return np.abs(np.sinh(2.0 * np.minimum(k, FROZEN_COUPLING)) - 1.0) < _CRITICAL_TOLERANCE
