"""Where nodes, sites and response bars of the disk lie in a canvas."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

from PySide6.QtCore import QPointF

from nrg_app.ui.holography.bulk_slice import BulkSlice
from nrg_app.ui.holography.hyperbolic import Points, on_circle, ring_radius

BAR_GAP, BAR = 11.0, 24.0  # from the rim to the bars, and the length of the longest
_OUTSIDE = BAR_GAP + BAR + 8.0
_REACH = 5.0  # a node is hit so far beyond its edge
Node = tuple[int, int]
"""Scale and index of a node on its ring."""


@dataclass(frozen=True)
class DiskLayout:
    """A disk that fills a canvas of a size in logical pixels."""

    slice: BulkSlice
    width: float
    height: float

    @property
    def center(self) -> QPointF:
        """Return the middle of the disk, on a pixel."""
        return QPointF(round(self.width / 2), round(self.height / 2))

    @property
    def radius(self) -> float:
        """Return the radius of the rim."""
        return max(40.0, min(self.width, self.height) / 2 - _OUTSIDE)

    def pixel(self, point: complex) -> QPointF:
        """Return where a point of the unit disk lies."""
        middle, radius = self.center, self.radius
        return QPointF(middle.x() + radius * point.real, middle.y() + radius * point.imag)

    def pixels(self, points: Points) -> list[QPointF]:
        """Return where many points lie."""
        middle, radius = self.center, self.radius
        xs, ys = middle.x() + radius * points.real, middle.y() + radius * points.imag
        return [QPointF(x, y) for x, y in zip(xs.tolist(), ys.tolist(), strict=True)]

    def point(self, node: Node) -> complex:
        """Return a node's point of the unit disk, above the middle of its span."""
        scale, index = node
        first, last = self.slice.span(scale, index)
        return on_circle((first + last) / 2 / self.slice.size, ring_radius(scale))

    def site_point(self, site: int) -> complex:
        """Return the point of a site of the boundary."""
        return on_circle((site + 0.5) / self.slice.size)

    def node_radius(self, scale: int) -> float:
        """Return the radius of the nodes of a ring: smaller outwards, and where they are many."""
        if scale <= 2:
            return 0.072 * self.radius / scale**0.9 if scale == 2 else 0.036 * self.radius
        ring = ring_radius(scale)
        room = 2 * math.pi * ring * self.radius / self.slice.count(scale)
        # The next ring outwards, and the rim, must stay visible.
        gap = (ring_radius(2 * scale) - ring) * self.radius
        return max(2.0, min(0.052 * self.radius * (1.08 - ring), 0.36 * room, 0.42 * gap))

    @property
    def site_side(self) -> float:
        """Return the side of the squares on the rim."""
        return max(3.0, min(9.0, 0.5 * 2 * math.pi * self.radius / self.slice.size))

    @cached_property
    def nodes(self) -> list[tuple[Node, QPointF, float]]:
        """All nodes with their middles and radii, finest first."""
        return [
            ((scale, k), self.pixel(self.point((scale, k))), self.node_radius(scale))
            for scale in reversed(self.slice.scales)
            for k in range(self.slice.count(scale))
        ]

    def node_at(self, position: QPointF) -> Node | None:
        """Return the nearest node under a point of the canvas, None between them."""
        best, nearest = None, math.inf
        for node, middle, radius in self.nodes:
            distance = math.hypot(position.x() - middle.x(), position.y() - middle.y())
            # The inner one of two nodes with one centre is on top.
            if (
                distance <= radius + (_REACH if node[0] > 2 else 0.0)
                and distance - radius * 0.01 <= nearest
            ):
                best, nearest = node, distance
        return best

    def bar(self, site: int, length: float) -> list[QPointF]:
        """Return the corners of the bar outside a site."""
        inner = 1.0 + BAR_GAP / self.radius
        outer = inner + length / self.radius
        left, right = (site + 0.1) / self.slice.size, (site + 0.9) / self.slice.size
        corners = ((left, inner), (left, outer), (right, outer), (right, inner))
        return [self.pixel(on_circle(turns, radius)) for turns, radius in corners]
