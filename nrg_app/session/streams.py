"""Random numbers that depend on nothing but the seed: latents per scale, and spin thresholds.

Every scale has its own counter-based stream (Philox, Salmon et al. 2011), keyed by the scale's
seed and its side. So freezing a scale keeps its latents bit for bit whatever the others do, a
larger lattice shares its coarse latents with a smaller one, and the first k samples do not
depend on how many are asked for.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from nrg_app.session.messages import Redraws, seed_of_scale

_LATENTS, _THRESHOLDS, _NOISE = range(3)


def scales_of(size: int) -> tuple[int, ...]:
    """Return the scales 1, 2, 4, ..., ``size``."""
    return tuple(2**k for k in range(size.bit_length()))


def _stream(seed: int, scale: int, purpose: int) -> np.random.Generator:
    return np.random.Generator(np.random.Philox(np.random.SeedSequence((seed, scale, purpose))))


def latents(size: int, count: int, seed: int, redraws: Redraws = ()) -> NDArray[np.float32]:
    """Return standard normal latents (count, size**2) in generation order, coarsest first."""
    columns = []
    for scale in scales_of(size):
        width = scale**2 - (scale // 2) ** 2
        stream = _stream(seed_of_scale(scale, seed, redraws), scale, _LATENTS)
        columns.append(stream.standard_normal((count, width), dtype=np.float32))
    return np.concatenate(columns, axis=1)


def thresholds(size: int, count: int, seed: int, redraws: Redraws = ()) -> NDArray[np.float32]:
    """Return uniforms (count, size, size) in [0, 1) that turn a field into spins.

    They belong to the finest scale: a spin is +1 where sigmoid(2x) exceeds its threshold, so at
    a fixed seed the spins change only where the field does.
    """
    stream = _stream(seed_of_scale(size, seed, redraws), size, _THRESHOLDS)
    return stream.random((count, size, size), dtype=np.float32)


def field_noise(size: int, count: int, seed: int) -> NDArray[np.float64]:
    """Return standard normals (count, size, size) for drawing a field given Monte Carlo spins."""
    return _stream(seed, size, _NOISE).standard_normal((count, size, size))
