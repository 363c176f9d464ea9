"""Which boundary sites a latent can move, and which latents a site can know of.

The answer follows from the stencils alone, whatever the parameters: every new site depends on
its own latent and on the sites that its conditioner sees, every block variable on the sites that
its disentangler sees.  The cone of a latent is the closure of these relations, from its scale to
the finest lattice (Vidal, PRL 101, 110501, 2008, for the causal cone of the MERA).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from nrg_app.analysis.bulk import bulk_points
from nrg_app.flows.geometry import (
    BLOCK_RADIUS,
    IntArray,
    block_stage,
    generation_order,
    octave_stages,
    raster_to_generation,
)

BoolArray = NDArray[np.bool_]


class Stencils(Protocol):
    """What of an architecture decides the cones (``flows.architecture.Architecture`` fits)."""

    @property
    def size(self) -> int:
        """Lattice side ``L``."""

    @property
    def radius(self) -> int:
        """Chebyshev radius of the neighbourhood that a new site sees."""

    @property
    def colours(self) -> int:
        """Colours of the cells that are filled one after the other."""

    @property
    def disentanglers(self) -> bool:
        """Whether every octave ends with a disentangler."""


@dataclass(frozen=True)
class Step:
    """Sites that are made or changed together, and the sites that each of them sees.

    Attributes:
        start: First of them in generation order.
        count: Their number.
        seen: Generation-order index of the seen sites, ``(n_seen, count)``.
    """

    start: int
    count: int
    seen: IntArray

    @property
    def sites(self) -> slice:
        """The sites, in generation order."""
        return slice(self.start, self.start + self.count)


@cache
def _steps(size: int, radius: int, colours: int, disentanglers: bool) -> tuple[Step, ...]:
    steps = [Step(0, 1, np.zeros((0, 1), dtype=np.int64))]
    scale = 2
    while scale <= size:
        stages = octave_stages(scale, radius, colours)
        steps += [Step(s.start, s.count, s.neighbours) for s in stages]
        if disentanglers:
            block = block_stage(scale, BLOCK_RADIUS)[0]
            steps.append(Step(block.start, block.count, block.neighbours))
        scale *= 2
    return tuple(steps)


def steps_of(shape: Stencils) -> tuple[Step, ...]:
    """What generating a field does to which sites, from the only site of scale 1 on."""
    return _steps(shape.size, shape.radius, shape.colours, shape.disentanglers)


def influence_cone(shape: Stencils, latent: int) -> BoolArray:
    """The boundary sites that depend on a latent when a field is generated.

    Args:
        shape: Architecture of the flow.
        latent: Place in generation order, see :func:`nrg_app.analysis.bulk.latent_index`.

    Returns:
        ``(L, L)``, true where ``dx / dz`` may differ from zero.

    Example:
        >>> from nrg_app.flows.architecture import Architecture
        >>> shape = Architecture(size=8, radius=1)
        >>> [int(influence_cone(shape, latent).sum()) for latent in (0, 16, 63)]  # coarse to fine
        [64, 9, 1]
    """
    reached = np.zeros(shape.size**2, dtype=bool)
    reached[latent] = True
    for step in steps_of(shape):
        # Sites that do not exist yet are not seen, so that the own latent waits for its site.
        reached[step.sites] |= reached[step.seen].any(0)
    return _on_lattice(reached, shape.size)


def source_cone(shape: Stencils, row: int, column: int) -> BoolArray:
    """The latents that a boundary site depends on when a field is generated.

    Args:
        shape: Architecture of the flow.
        row: Of the site, 0 to L - 1.
        column: Likewise.

    Returns:
        ``(L^2,)`` in generation order.

    Example:
        >>> from nrg_app.flows.architecture import Architecture
        >>> source_cone(Architecture(size=8), 0, 0).nonzero()[0].tolist()  # kept at every scale
        [0]
    """
    needed = np.zeros(shape.size**2, dtype=bool)
    needed[raster_to_generation(shape.size)[row * shape.size + column]] = True
    for step in reversed(steps_of(shape)):
        needed[step.seen[:, needed[step.sites]]] = True
    return needed


def reading_cone(shape: Stencils, latent: int) -> BoolArray:
    """The boundary sites from which a latent is read when a field is encoded.

    Without disentanglers every coarse field is a sub-lattice, so that these are the latent's own
    site and the sites that its conditioner sees.

    Args:
        shape: Architecture of the flow.
        latent: Place in generation order.

    Returns:
        ``(L, L)``, true where ``dz / dx`` may differ from zero.

    Example:
        >>> from nrg_app.flows.architecture import Architecture
        >>> int(reading_cone(Architecture(size=8, radius=1), 63).sum())
        9
        >>> int(reading_cone(Architecture(size=8, radius=1, disentanglers=True), 63).sum())
        25
    """
    needed = np.zeros(shape.size**2, dtype=bool)
    needed[latent] = True
    scale = int(bulk_points(shape.size).scales[latent])
    if scale > 1:
        for stage in octave_stages(scale, shape.radius, shape.colours):
            if stage.start <= latent < stage.start + stage.count:
                needed[stage.neighbours[:, latent - stage.start]] = True
    if shape.disentanglers:
        while scale <= shape.size:
            if scale > 1:
                block = block_stage(scale, BLOCK_RADIUS)[0]
                needed[block.neighbours[:, needed[: block.count]]] = True
            scale *= 2
    return _on_lattice(needed, shape.size)


def descendants(size: int, latent: int) -> BoolArray:
    """The boundary sites of the cell that a latent belongs to: its branch of the tree.

    Args:
        size: Lattice side.
        latent: Place in generation order.

    Returns:
        ``(L, L)``, a square of side ``u`` (all sites for scales 1 and 2).

    Example:
        >>> int(descendants(8, 4).sum()), int(descendants(8, 63).sum())  # scales 4 and 8
        (16, 4)
    """
    points = bulk_points(size)
    side = int(points.depths[latent])
    corner = points.positions[latent].astype(int) // side * side
    cell = np.zeros((size, size), dtype=bool)
    cell[corner[0] : corner[0] + side, corner[1] : corner[1] + side] = True
    return cell


def _on_lattice(reached: BoolArray, size: int) -> BoolArray:
    order = generation_order(size)
    lattice = np.zeros((size, size), dtype=bool)
    lattice[order[:, 0], order[:, 1]] = reached
    return lattice
