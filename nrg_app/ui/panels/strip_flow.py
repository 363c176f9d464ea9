"""One sample at every scale, as the strip's two rows show it: colours, readings, row labels."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from nrg_app.physics.block_spins import block_means, is_decimation, majority_spins
from nrg_app.ui import painting
from nrg_app.ui.panels.numbers import fixed, signed_integer
from nrg_app.ui.panels.sample_views import FIELD_RANGE
from nrg_app.ui.panels.strip_marks import RowLabel
from nrg_app.ui.theme import Theme

LATENT_RANGE = 3.0
Values = NDArray[np.float32]
Cell = tuple[str, int, int, int]
"""Row name "x" or "z", scale, row, column."""
Place = tuple[int, int, int]
"""A latent: scale, row, column."""

_CAPTIONS = {
    "field": ("coarse field", "{}"),
    "spins": ("coarse spins", "{}: sign"),
    "mean": ("block mean", "of the spins"),
    "majority": ("majority", "grey: tie"),
}


@dataclass(frozen=True, eq=False)
class Flow:
    """(L, L) spins, and per scale l the (l, l) field and latents; NaN where a cell has none.

    ``view`` is what the upper row shows: "field", "spins", "mean" or "majority".
    """

    spins: NDArray[np.int8] = field(default_factory=lambda: np.ones((1, 1), np.int8))
    fields: dict[int, Values] = field(default_factory=dict)
    latents: dict[int, Values] = field(default_factory=dict)
    view: str = "field"

    @cached_property
    def is_learned(self) -> bool:
        """Whether a coarser field is a learned block variable, not one site in four."""
        size = len(self.spins)
        return size > 1 and not is_decimation(self.fields[size], self.fields[size // 2])

    def upper(self, scale: int) -> NDArray[np.floating | np.int8]:
        """Return what the upper row shows of a scale, (l, l)."""
        if self.view == "field":
            return self.fields[scale]
        if self.view == "mean":
            return block_means(self.spins, scale)
        if scale == len(self.spins):
            return self.spins
        if self.view == "majority":
            return majority_spins(self.spins, scale)
        return np.where(self.fields[scale] >= 0, 1, -1).astype(np.int8)

    def colors(self, name: str, scale: int, theme: Theme) -> painting.Colors:
        """Return the colours of a tile of the row "x" or "z", (l, l)."""
        table = painting.gradient(theme.diverging)
        if name == "z":
            limit = LATENT_RANGE
            return painting.colorize(self.latents[scale], -limit, limit, table, theme.kept)
        values = self.upper(scale)
        if self.view in ("field", "mean"):
            limit = self._limit()
            return painting.colorize(values.astype(np.float32), -limit, limit, table)
        colors = painting.spin_colors(values, theme.spin_down, theme.spin_up)
        colors[values == 0] = painting.rgb32(theme.strong_line)
        return colors

    def _limit(self) -> float:
        """Largest value of the upper row's colour bar, 0 for swatches."""
        return {"field": FIELD_RANGE, "mean": 1.0}.get(self.view, 0.0)

    def reading(self, cell: Cell) -> str:
        """Return the value of a cell in words."""
        name, scale, row, column = cell
        value = float((self.upper(scale) if name == "x" else self.latents[scale])[row, column])
        if math.isnan(value):
            return "kept"
        if name == "x" and self.view in ("spins", "majority"):
            return signed_integer(int(value)) if value else "tie"
        return fixed(value, 2)

    def labels(self, readings: dict[str, str]) -> tuple[RowLabel, RowLabel]:
        """Return the labels of the two rows, with the cursor's reading by row name."""
        name, note = _CAPTIONS[self.view]
        upper = RowLabel(
            "x" if self.view in ("field", "spins") else "s",
            (name, note.format("learned" if self.is_learned else "decimated")),
            self._limit(),
            readings.get("x", ""),
        )
        lower = RowLabel("z", ("latents", "N(0, 1)"), LATENT_RANGE, readings.get("z", ""))
        return upper, lower
