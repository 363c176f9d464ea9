"""Configurations with all their coarse grainings, batch by batch.

A step of the renormalization group turns spins on ``l x l`` sites into spins on ``l/2 x l/2``:

- ``majority``: the sign of the sum of 2 x 2 spins, ties decided at random, step by step;
- ``decimation``: one of the 2 x 2 spins;
- ``encoded``: exact samples (Wolff spins, then the field given the spins) are encoded by a network,
  and the spins of scale l are the signs of its coarse field there;
- ``flow``: the same signs, of the network's own samples and without weights.

The finest spins are the Ising spins themselves, also with a network: they follow from the field x
by ``P(s = +1) = 1 / (1 + exp(-2 x))`` and its signs are only near to them.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import torch

from nrg_app.analysis.coarse_fields import encode_spins, majority
from nrg_app.analysis.rg_results import Rule
from nrg_app.errors import NRGError
from nrg_app.flows.neural_rg import FlowSample, NeuralRG
from nrg_app.physics.lattice import Spins, validate_size, validate_temperature
from nrg_app.physics.monte_carlo import wolff

Levels = dict[int, Spins]

SMALLEST_SIDE = 4
"""On a smaller lattice different operators are the same sums."""

# Steps of Wolff's algorithm, each of about N flips, before the first sample and between samples:
# two cost as much as the coarse graining and leave little memory.
_THERMAL = 100
_BETWEEN = 2


def coarse_grainings(
    rule: Rule,
    size: int,
    temperature: float,
    *,
    batch: int,
    batches: int,
    seed: int,
    model: NeuralRG | None = None,
) -> Iterator[Levels]:
    """Batches of configurations at every lattice side from L down to 4.

    Args:
        rule: How spins are coarse-grained.
        size: Lattice side L.
        temperature: T in J/k_B.
        batch: Configurations per batch.
        batches: Number of batches.
        seed: Of all random numbers.
        model: The network, for ``encoded`` and ``flow``.

    Yields:
        For every side l = L, L/2 ... 4 the spins ``(batch, l, l)``, +1 or -1.

    Raises:
        NRGError: if an argument is out of its range, or the network is missing or of another size.
    """
    side, value = validate_size(size), validate_temperature(temperature)
    if side < 2 * SMALLEST_SIDE:
        raise NRGError(
            f"Coarse graining needs a lattice of side {2 * SMALLEST_SIDE} or more, not {side}."
        )
    if rule in ("encoded", "flow"):
        if model is None:
            raise NRGError(f"The rule '{rule}' needs a network; name a model.")
        if model.size != side:
            raise NRGError(
                f"The model '{model.card.name}' has lattices of side {model.size}, not {side}."
            )
        yield from _network_levels(rule == "flow", model, value, batch, batches, seed)
        return
    rng = np.random.default_rng((seed, 1))
    for spins in _wolff_batches(side, value, batch, batches, seed):
        levels = {side: spins}
        while side > SMALLEST_SIDE:
            spins = _majority(spins, rng) if rule == "majority" else spins[:, ::2, ::2]
            side //= 2
            levels[side] = spins
        side = size
        yield levels


def learned_blocks(rule: Rule, model: NeuralRG | None) -> bool | None:
    """Whether a rule makes learned block variables: a network's with disentanglers.

    False for a network that decimates, None for a rule without a network.
    """
    if model is None or rule not in ("encoded", "flow"):
        return None
    return model.card.architecture.disentanglers


def _majority(spins: Spins, rng: np.random.Generator) -> Spins:
    return majority(spins, 2, rng).astype(np.int8)


def _wolff_batches(
    size: int, temperature: float, batch: int, batches: int, seed: int
) -> Iterator[Spins]:
    """Batches ``(batch, L, L)`` of one chain."""
    start = None
    for number in range(batches):
        spins = wolff(
            size, temperature, batch, seed=seed * batches + number,
            n_thermal=_BETWEEN if number else _THERMAL, steps_between=_BETWEEN, start=start,
        )  # fmt: skip
        start = spins[-1]
        yield spins


def _network_levels(
    own: bool, model: NeuralRG, temperature: float, batch: int, batches: int, seed: int
) -> Iterator[Levels]:
    generator = torch.Generator().manual_seed(seed)
    if own:
        for _ in range(batches):
            sample = model.sample(temperature, batch, generator=generator)
            uniform = torch.rand(sample.field.shape, generator=generator)
            spins = model.target.spins_from_field(sample.field, uniform).numpy()
            yield _signs(spins, sample)
        return
    for spins in _wolff_batches(model.size, temperature, batch, batches, seed):
        yield _signs(spins, encode_spins(model, spins, temperature, generator))


def _signs(spins: Spins, sample: FlowSample) -> Levels:
    """The spins and the signs of all coarser fields."""
    levels = {spins.shape[1]: spins}
    for side in sorted(sample.coarse_fields, reverse=True):
        if SMALLEST_SIDE <= side < spins.shape[1]:
            positive = (sample.coarse_fields[side] > 0).numpy()
            levels[side] = (2 * positive.astype(np.int8) - 1).astype(np.int8)
    return levels
