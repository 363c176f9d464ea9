"""The shape of a flow, as plain data: without torch, which takes a second to load."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

MAX_SIDE = 1024


class Architecture(BaseModel):
    """Shape of a flow.

    Attributes:
        size: Lattice side ``L``, a power of two.
        n_controls: Number of control features.
        width: Hidden width of the conditioners.
        radius: Chebyshev radius of the neighbourhood that a new site sees.
        mode: Distance of the two modes of a site from their centre before training.
        disentanglers: Whether every octave ends with a disentangler.
        shared: Whether all octaves beyond the first are one network that is applied again and
            again, told its depth below the finest lattice.
        pairs: Pairs of modes of a site where finer sites are still to come, in all octaves but
            the last (and there too if it is shared); the last octave has one pair, which is
            nearly exact there.
        colours: Colours of the cells that are filled one after the other: 2 for six stages of an
            octave, 4 for twelve.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    size: int = Field(ge=2, le=MAX_SIDE)
    n_controls: int = Field(default=5, ge=1, le=64)
    width: int = Field(default=32, ge=1, le=512)
    radius: int = Field(default=3, ge=1, le=7)
    mode: float = Field(default=2.2, gt=0.0, lt=100.0)
    disentanglers: bool = False
    shared: bool = False
    pairs: int = Field(default=1, ge=1, le=4)
    colours: Literal[2, 4] = 2

    def pairs_at(self, size: int) -> int:
        """Pairs of modes in the octave that ends on the lattice of side ``size``."""
        return self.pairs if size < self.size or (self.shared and size > 2) else 1
