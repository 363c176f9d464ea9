"""Latents of exact samples: Wolff spins, the field that belongs to them, encoded in float64.

On its own samples the latents of a flow are independent by construction; only samples of the
target show what it has left between them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nrg_app.flows.neural_rg import NeuralRG
from nrg_app.physics.lattice import Spins

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class ExactLatents:
    """Exact samples seen from the bulk.

    Attributes:
        temperature: T in J/k_B.
        spins: ``(n, L, L)``, nearly independent.
        latents: Of the fields that belong to them, ``(n, L^2)`` in generation order.
        total: Samples that were asked for.
    """

    temperature: float
    spins: Spins
    latents: FloatArray
    total: int

    @property
    def size(self) -> int:
        """Lattice side ``L``."""
        return self.spins.shape[1]


def exact_latents(model: NeuralRG, temperature: float, *, samples: int, seed: int) -> ExactLatents:
    """Encode exact samples: the last result of :func:`running_exact_latents`.

    Raises:
        NRGError: if an argument is out of its range.
    """
    *_, result = running_exact_latents(model, temperature, samples=samples, seed=seed)
    return result


def running_exact_latents(
    model: NeuralRG, temperature: float, *, samples: int, seed: int
) -> Iterator[ExactLatents]:
    """Encode exact samples, with all of them so far after each slice.

    Args:
        model: The flow, in any precision.
        temperature: T in J/k_B.
        samples: Number of samples, at least 2.
        seed: Of all random numbers.

    Raises:
        NRGError: if an argument is out of its range.
    """
    raise NotImplementedError
