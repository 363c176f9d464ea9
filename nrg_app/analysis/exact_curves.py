"""Exact curves to draw beside estimates: Kaufman, Onsager and Yang."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]


def torus_curve(quantity: str, size: int, temperatures: FloatArray) -> FloatArray | None:
    """Kaufman's exact values on the ``L x L`` torus at temperatures (n,): (n,); else None.

    Known are "free_energy", "energy", "specific_heat" and "entropy".
    """
    raise NotImplementedError


def infinite_curve(quantity: str, temperatures: FloatArray) -> FloatArray | None:
    """Exact values on the infinite lattice at temperatures (n,): (n,); else None.

    Known are those of :func:`torus_curve` (Onsager) and "abs_magnetization" (Yang); the specific
    heat is infinite at Tc.
    """
    raise NotImplementedError
