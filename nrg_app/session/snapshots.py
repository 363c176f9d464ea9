"""Snapshots: what brings a picture back."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nrg_app.session.latents import Blend, Edits, Source
from nrg_app.session.messages import Redraws, SamplerName

MAX_SNAPSHOTS = 256


@dataclass(frozen=True, eq=False)
class Snapshot:
    """What brings a picture back, and a thumbnail of it: (L, L) int8 spins."""

    temperature: float
    model: str
    seed: int
    redraws: Redraws
    sampler: SamplerName
    selected: int
    thumbnail: NDArray[np.int8]
    locks: frozenset[int] = frozenset()
    source: Source | None = None
    blend: Blend | None = None
    latent_edits: Edits = ()
