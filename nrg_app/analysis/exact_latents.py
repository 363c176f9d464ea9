"""Latents of exact samples: Wolff spins, the field that belongs to them, encoded in float64.

On its own samples the latents of a flow are independent by construction; only samples of the
target show what it has left between them.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from nrg_app.analysis.chains import block_jackknife
from nrg_app.analysis.coarse_fields import encode_spins
from nrg_app.errors import NRGError
from nrg_app.flows.neural_rg import NeuralRG
from nrg_app.physics.lattice import Spins, validate_temperature
from nrg_app.physics.monte_carlo import wolff
from nrg_app.physics.observables import Estimate

FloatArray = NDArray[np.float64]

# Sites that are encoded at a time: about a second of work.
_SITES = 2**18
_THERMAL, _BETWEEN = 50, 5
_BLOCKS = 20
# Spins of a baseline for each encoded sample, and the most sites of all of them together.
_BASELINE, _MOST_SITES = 4, 2**24


@dataclass(frozen=True, eq=False)
class ExactLatents:
    """Exact samples seen from the bulk.

    Attributes:
        temperature: T in J/k_B.
        spins: ``(n, L, L)``, nearly independent.
        latents: Of the fields that belong to them, ``(n, L^2)`` in generation order.
        excess: ``ln p - ln q`` of these fields, target over flow, ``(n,)``, in nats.
        total: Samples that were asked for.
    """

    temperature: float
    spins: Spins
    latents: FloatArray
    excess: FloatArray
    total: int

    @property
    def size(self) -> int:
        """Lattice side ``L``."""
        return int(self.spins.shape[1])

    def information_bound(self) -> Estimate:
        """What all latents know of each other, at most: mean of ``ln p - ln q``, in nats.

        This divergence of the flow from the target is, in the latents, their multi-information
        ``sum_i S(z_i) - S(z)`` plus what each differs from a normal number, neither of them
        negative.  Of pairs that have no latent in common the informations add up to no more.

        Example:
            >>> from nrg_app.resources import models_dir
            >>> model = NeuralRG.load(models_dir() / "ising-8.safetensors")
            >>> bound = exact_latents(model, 2.4, samples=1000, seed=1).information_bound()
            >>> abs(bound.value) < 0.05  # of 64 latents, in nats
            True
        """
        blocks = min(_BLOCKS, len(self.excess))
        return block_jackknife(
            lambda part: {"mean": Estimate(float(part.mean()), math.nan)},
            self.excess,
            blocks=blocks,
        )["mean"]


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
    excess = np.empty(samples)
    log_z = model.log_partition_target(value)
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
        encoded = encode_spins(precise, spins[new], value, generator)
        latents[new] = encoded.latents.numpy()
        excess[new] = precise.log_weight(encoded, value).numpy() - log_z
        seen = slice(new.stop)
        yield ExactLatents(value, spins[seen], latents[seen], excess[seen], samples)


def baseline_spins(size: int, temperature: float, *, samples: int, seed: int) -> Spins:
    """Wolff samples for a baseline beside encoded ones, ``(m, L, L)``.

    They cost far less than encoding: four for each of ``samples``, as far as memory allows.

    Raises:
        NRGError: if an argument is out of its range.

    Example:
        >>> baseline_spins(8, 2.4, samples=10, seed=1).shape
        (40, 8, 8)
    """
    most = max(samples, min(_BASELINE * samples, _MOST_SITES // size**2))
    return wolff(size, temperature, most, seed=seed, n_thermal=_THERMAL, steps_between=_BETWEEN)
