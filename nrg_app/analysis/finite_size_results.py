"""What finite-size scaling finds: Tc, critical exponents and the central charge.

Plain results without torch, so that a window can hold and draw them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from nrg_app.physics.observables import Estimate

FloatArray = NDArray[np.float64]

Scaled = Literal["abs_magnetization", "susceptibility", "binder"]
SCALED: tuple[Scaled, ...] = ("abs_magnetization", "susceptibility", "binder")

EXACT_EXPONENTS: dict[str, float] = {"nu": 1.0, "beta": 1.0 / 8.0, "gamma": 7.0 / 4.0}
CRITICAL_BINDER = 0.61069
"""Binder cumulant at Tc of the infinite square torus (Kamieniarz and Blote, J. Phys. A 26, 201)."""

CENTRAL_CHARGE = 0.5


@dataclass(frozen=True)
class Crossing:
    """Where the Binder cumulants of two lattices agree.

    Attributes:
        sizes: The two sides, rising.
        temperature: T in J/k_B of the crossing.
        binder: The cumulant there.
    """

    sizes: tuple[int, int]
    temperature: Estimate
    binder: Estimate


@dataclass(frozen=True)
class CriticalPoint:
    """All crossings and Tc from them.

    Attributes:
        crossings: Of neighbouring sides, rising.
        temperature: Tc in J/k_B: the crossings extrapolated to large lattices; a single crossing
            as it is, which is still off by the corrections of small lattices.
        exact: Onsager's Tc.
    """

    crossings: tuple[Crossing, ...]
    temperature: Estimate
    exact: float


@dataclass(frozen=True, eq=False)
class Collapse:
    """Data of several lattices on one curve, ``y = Y L^-a`` against ``x = t L^(1/nu)``.

    ``t = Tc (T - Tc) / T``; corrections to scaling that were fitted are taken out of y.

    Attributes:
        quantity: What is scaled.
        critical_temperature: Fitted Tc in J/k_B, or the given one with error 0.
        exponents: "nu", and "beta" (of the magnetization) or "gamma" (of the susceptibility).
        ratio: The fitted ``a``: -beta / nu, gamma / nu, or 0 for the Binder cumulant.
        chi_squared: Of the fit per degree of freedom; errors are widened by its root if that is
            above one.
        degrees: Degrees of freedom.
        sizes: Lattice side of every datum, (n,).
        x: Scaled temperatures, (n,).
        y: Scaled values, (n,).
        errors: Scaled errors, (n,).
        curve_x: The fitted curve, (k,).
        curve_y: The same, (k,).
    """

    quantity: Scaled
    critical_temperature: Estimate
    exponents: Mapping[str, Estimate]
    ratio: Estimate
    chi_squared: float
    degrees: int
    sizes: NDArray[np.int64]
    x: FloatArray
    y: FloatArray
    errors: FloatArray
    curve_x: FloatArray
    curve_y: FloatArray


@dataclass(frozen=True)
class CentralCharge:
    """The torus constant and the central charge that follows.

    Attributes:
        sizes: Lattice sides.
        constants: ``N (ln Z / N - ln z)`` at Tc of each, with Onsager's ``ln z``; this is
            ``N (f_inf - f_L) / T``.
        exact_constants: Kaufman's exact values of the same.
        torus_constant: Their limit for large L, with corrections of order 1/N.
        exact_torus_constant: The limit in conformal field theory, 0.63991.
        central_charge: c if the operators are those of the Ising model; exactly 1/2.
    """

    sizes: tuple[int, ...]
    constants: tuple[Estimate, ...]
    exact_constants: tuple[float, ...]
    torus_constant: Estimate
    exact_torus_constant: float
    central_charge: Estimate
