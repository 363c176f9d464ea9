"""One line of the lattice and the latents above it: the boundary and the bulk of the disk."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from nrg_app.session.bulk_view import Direction

Place = tuple[int, int, int]
"""Scale, row and column of a latent."""
# The latent of a 2 x 2 cell that lies along the line; the others belong to other directions.
_DETAILS: dict[Direction, tuple[int, int]] = {
    "horizontal": (0, 1),
    "vertical": (1, 0),
    "diagonal": (1, 1),
}


@dataclass(frozen=True)
class BulkSlice:
    """A line of a lattice of side ``size`` and, for every 2 x 2 cell that it crosses, a latent.

    The line runs along a row, a column or a diagonal, the ``row``-th of its kind; sites are
    counted along it. The cells of scale l are l / 2 nodes of a tree: node j has the children
    2 j and 2 j + 1, and 2 L / l sites of the line descend from it.
    """

    size: int
    direction: Direction
    row: int

    @property
    def scales(self) -> tuple[int, ...]:
        """Return the scales with latents, coarsest first."""
        return tuple(2**k for k in range(self.size.bit_length()))

    @cached_property
    def sites(self) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Rows and columns (L,) of the line's sites, an index into a field (L, L)."""
        along = np.arange(self.size)
        row = np.full(self.size, self.row % self.size)
        if self.direction == "horizontal":
            return row, along
        if self.direction == "vertical":
            return along, row
        return along, (along + self.row) % self.size

    def count(self, scale: int) -> int:
        """Return how many latents of a scale the line has."""
        return max(1, scale // 2)

    def place(self, scale: int, index: int) -> Place:
        """Return the latent of a node."""
        if scale == 1:
            return (1, 0, 0)
        first = index * 2 * self.size // scale
        down, right = _DETAILS[self.direction]
        row, column = (int(part[first]) * scale // (2 * self.size) for part in self.sites)
        return (scale, 2 * row + down, 2 * column + right)

    def span(self, scale: int, index: int) -> tuple[int, int]:
        """Return the first site that descends from a node and the one after the last."""
        width = self.size if scale == 1 else 2 * self.size // scale
        return index * width, (index + 1) * width

    def parent(self, scale: int, index: int) -> tuple[int, int] | None:
        """Return scale and index of the node above, None at the top."""
        return (scale // 2, index // 2) if scale > 2 else (1, 0) if scale == 2 else None

    @cached_property
    def nodes(self) -> dict[Place, tuple[int, int]]:
        """The latents of the line and the scale and index of each."""
        return {
            self.place(scale, index): (scale, index)
            for scale in self.scales
            for index in range(self.count(scale))
        }

    def kin(self, scale: int, index: int) -> tuple[set[tuple[int, int]], set[tuple[int, int]]]:
        """Return the ancestors and the descendants of a node, without itself."""
        ancestors, node = set(), self.parent(scale, index)
        while node is not None:
            ancestors.add(node)
            node = self.parent(*node)
        first, last = self.span(scale, index)
        descendants = {
            (finer, k)
            for finer in self.scales
            if finer > scale
            for k in range(first * finer // (2 * self.size), -(-last * finer // (2 * self.size)))
        }
        return ancestors, descendants
