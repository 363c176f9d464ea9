"""Where nodes, sites and response bars of the disk lie in a canvas."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

from PySide6.QtCore import QPointF
from PySide6.QtGui import QPainterPath, QPolygonF

from nrg_app.figures.hyperbolic import (
    Points,
    geodesic,
    node_radius,
    on_circle,
    ring_radius,
)
from nrg_app.session.bulk_slice import BulkSlice

BAR_GAP, BAR = 11.0, 24.0  # from the rim to the bars, and the length of the longest
_OUTSIDE = BAR_GAP + BAR + 8.0
_EDGE_POINTS = 12
_REACH = 5.0  # a node is hit so far beyond its edge
Node = tuple[int, int]
"""Scale and index of a node on its ring."""


@dataclass(frozen=True)
class DiskLayout:
    """A disk that fills a canvas of a size in logical pixels."""

    slice: BulkSlice
    width: float
    height: float

    @cached_property
    def center(self) -> QPointF:
        """Return the middle of the disk, on a pixel."""
        return QPointF(round(self.width / 2), round(self.height / 2))

    @cached_property
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
        """Return the radius of the nodes of a ring, two pixels at least."""
        radius = node_radius(scale, self.slice.count(scale), self.radius)
        return radius if scale <= 2 else max(2.0, radius)

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
        found = []
        for node, middle, radius in self.nodes:
            distance = math.hypot(position.x() - middle.x(), position.y() - middle.y())
            reach = radius + (_REACH if node[0] > 2 else 0.0)
            if distance <= reach:
                # Of the two nodes in the centre the inner one is on top.
                found.append((distance, radius, node))
        return min(found)[2] if found else None

    @cached_property
    def _bar_rays(self) -> list[tuple[complex, complex]]:
        """Directions of the two edges of every site's bar."""
        size = self.slice.size
        return [
            (on_circle((site + 0.1) / size), on_circle((site + 0.9) / size)) for site in range(size)
        ]

    def bar(self, site: int, length: float) -> list[QPointF]:
        """Return the corners of the bar outside a site."""
        inner = 1.0 + BAR_GAP / self.radius
        outer = inner + length / self.radius
        left, right = self._bar_rays[site]
        return [
            self.pixel(point)
            for point in (left * inner, left * outer, right * outer, right * inner)
        ]

    @cached_property
    def squares(self) -> list[QPolygonF]:
        """The squares of the sites on the rim, turned with it."""
        half = self.site_side / 2 / self.radius
        result = []
        for site in range(self.slice.size):
            ray = self.site_point(site)
            corners = ((1, 1), (1, -1), (-1, -1), (-1, 1))
            points = [ray * complex(1 + half * a, half * b) for a, b in corners]
            result.append(QPolygonF([self.pixel(point) for point in points]))
        return result

    @cached_property
    def edges(self) -> dict[Node, QPainterPath]:
        """Geodesics from every node to the one above it; those of scale 2 L end at the sites."""
        size, paths = self.slice.size, {}
        for node, _, _ in self.nodes:
            parent = self.slice.parent(*node)
            if parent is not None and parent[0] >= 2:
                paths[node] = self._path(self.point(node), self.point(parent))
        for site in range(size):
            end = on_circle((site + 0.5) / size, 0.999)
            paths[(2 * size, site)] = self._path(self.point((size, site // 2)), end)
        return paths

    def _path(self, start: complex, end: complex) -> QPainterPath:
        path = QPainterPath()
        path.addPolygon(QPolygonF(self.pixels(geodesic(start, end, _EDGE_POINTS))))
        return path
