"""Latents of exact samples: Wolff spins, the field that belongs to them, encoded in float64.

On its own samples the latents of a flow are independent by construction; only samples of the
target show what it has left between them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from nrg_app.analysis.coarse_fields import encode_spins
from nrg_app.errors import NRGError
from nrg_app.flows.neural_rg import NeuralRG
from nrg_app.physics.lattice import Spins, validate_temperature
from nrg_app.physics.monte_carlo import wolff

FloatArray = NDArray[np.float64]

# Sites that are encoded at a time: about a second of work.
_SITES = 2**18
_THERMAL, _BETWEEN = 50, 5


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
        return int(self.spins.shape[1])


def exact_latents(model: NeuralRG, temperature: float, *, samples: int, seed: int) -> ExactLatents:
    """Encode exact samples: the last result of :func:`running_exact_latents`.

    Raises:
        NRGError: if an argument is out of its range.

    Example:
        >>> from nrg_app.resources import models_dir
        >>> model = NeuralRG.load(models_dir() / "ising-8.safetensors")
        >>> exact_latents(model, 2.4, samples=10, seed=1).latents.shape
        (10, 64)
    """
    *_, result = running_exact_latents(model, temperature, samples=samples, seed=seed)
    return result


def running_exact_latents(
    model: NeuralRG, temperature: float, *, samples: int, seed: int
) -> Iterator[ExactLatents]:
    """Encode exact samples, with all of them so far after each slice.

    Args:
        model: The flow, in any precision; it encodes in float64.
        temperature: T in J/k_B.
        samples: Number of samples, at least 2.
        seed: Of all random numbers.

    Raises:
        NRGError: if an argument is out of its range.
    """
    value = validate_temperature(temperature)
    if samples < 2:
        raise NRGError(f"Exact samples must be at least 2, not {samples}.")
    precise = model.to(torch.float64)
    generator = torch.Generator().manual_seed(seed)
    spins = np.empty((samples, model.size, model.size), np.int8)
    latents = np.empty((samples, model.size**2))
    step = max(1, _SITES // model.size**2)
    seeds = np.random.SeedSequence(seed).generate_state(-(-samples // step))
    for part, start in enumerate(range(0, samples, step)):
        new = slice(start, min(start + step, samples))
        # One chain that goes on from slice to slice.
        spins[new] = wolff(
            model.size,
            value,
            new.stop - start,
            seed=int(seeds[part]),
            n_thermal=_BETWEEN if part else _THERMAL,
            steps_between=_BETWEEN,
            start=spins[start - 1] if part else None,
        )
        latents[new] = encode_spins(precise, spins[new], value, generator).latents.numpy()
        yield ExactLatents(value, spins[: new.stop], latents[: new.stop], samples)
