"""What is drawn on the disk's ground: the cone, kin, response bars, nodes, the reading."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPolygonF

from nrg_app.figures.hyperbolic import cone_outline, depth, ideal_geodesic
from nrg_app.physics.lattice import Spins
from nrg_app.ui import painting
from nrg_app.ui.holography.disk_ground import corner_box
from nrg_app.ui.holography.disk_layout import BAR, DiskLayout, Node
from nrg_app.ui.panels.controls import draw_box
from nrg_app.ui.panels.numbers import fixed
from nrg_app.ui.panels.text import Line, draw_line, plain, sub, sym
from nrg_app.ui.theme import Theme

Values = NDArray[np.floating]
_STUB = 2.0  # length of a bar without response


def map_color(table: painting.Colors, value: float, limit: float) -> QColor:
    """Return the colour of a value of a diverging map that ends at ±limit."""
    share = 0.5 + 0.5 * value / limit if limit > 0 else 0.5
    index = round(min(max(share, 0.0), 1.0) * (len(table) - 1))
    return QColor.fromRgb(int(table[index]))


def reach_span(reached: NDArray[np.bool_]) -> tuple[int, int]:
    """Return the shortest stretch of a closed line that holds all reached sites.

    The first site and the one after the last, which may exceed the length of the line.

    >>> reach_span(np.array([True, False, False, True]))
    (3, 5)
    """
    size, hits = len(reached), np.flatnonzero(reached)
    if len(hits) == 0:
        return 0, 0
    gaps = np.diff(hits, append=hits[0] + size)
    widest = int(gaps.argmax())
    first = int(hits[(widest + 1) % len(hits)])
    return first, first + size - int(gaps[widest]) + 1


@dataclass(frozen=True)
class Cone:
    """Spans of a latent on the line: its branch of the tree, and all that it can move."""

    tree: tuple[int, int]
    reach: tuple[int, int]

    def count(self) -> int:
        """Return how many sites beyond the tree are reached."""
        return max(0, self.reach[1] - self.reach[0] - (self.tree[1] - self.tree[0]))


def draw_cone(painter: QPainter, layout: DiskLayout, cone: Cone, theme: Theme) -> None:
    """Fill the reach pale and the tree solid; a geodesic borders the tree."""
    size, color = layout.slice.size, QColor(theme.accent)
    painter.setPen(Qt.PenStyle.NoPen)
    for (first, last), opacity in ((cone.reach, 0.10), (cone.tree, 0.22)):
        if last > first:
            outline = cone_outline(first / size, last / size)
            painter.setOpacity(opacity)
            painter.setBrush(color)
            painter.drawPolygon(QPolygonF(layout.pixels(outline)))
    painter.setOpacity(1.0)
    first, last = cone.tree
    if last - first < size:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(color, 1.2))
        line = ideal_geodesic(first / size, last / size)
        painter.drawPolyline(QPolygonF(layout.pixels(line)))


def draw_kin(painter: QPainter, layout: DiskLayout, node: Node, theme: Theme) -> None:
    """Draw the way to the top bright and the branch below in the accent."""
    ancestors, descendants = layout.slice.kin(*node)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    up, down = QPainterPath(), QPainterPath()
    for upper in (node, *ancestors):
        up.addPath(layout.edges.get(upper, QPainterPath()))
    sites = ((2 * layout.slice.size, site) for site in range(*layout.slice.span(*node)))
    for lower in (*descendants, *sites):
        down.addPath(layout.edges.get(lower, QPainterPath()))
    painter.setPen(QPen(QColor(theme.accent), 1.4))
    painter.drawPath(down)
    painter.setPen(QPen(QColor(theme.text), 1.6))
    painter.drawPath(up)


def draw_sites(painter: QPainter, layout: DiskLayout, spins: Spins, theme: Theme) -> None:
    """Draw the spins of the line as squares on the rim, turned with it."""
    paths = {theme.spin_up: QPainterPath(), theme.spin_down: QPainterPath()}
    for square, spin in zip(layout.squares, spins.tolist(), strict=True):
        path = paths[theme.spin_up if spin > 0 else theme.spin_down]
        path.addPolygon(square)
        path.closeSubpath()
    painter.setPen(QPen(QColor(theme.panel), 0.8))
    for color, path in paths.items():
        painter.setBrush(QColor(color))
        painter.drawPath(path)


def draw_bars(
    painter: QPainter, layout: DiskLayout, response: Values | None, limit: float, theme: Theme
) -> None:
    """Draw what every site answers as a bar outside the rim; stubs without an answer."""
    table = painting.gradient(theme.diverging)
    painter.setPen(Qt.PenStyle.NoPen)
    values = [0.0] * layout.slice.size if response is None else response.tolist()
    rest = QColor(theme.line)
    for site, value in enumerate(values):
        share = min(abs(value) / limit, 1.0)
        painter.setBrush(map_color(table, value, limit) if share > 0.02 else rest)
        length = _STUB + (BAR - _STUB) * share
        painter.drawConvexPolygon(QPolygonF(layout.bar(site, length)))


def draw_nodes(
    painter: QPainter,
    layout: DiskLayout,
    values: dict[Node, float],
    limit: float,
    bright: frozenset[Node],
    theme: Theme,
) -> None:
    """Draw all latents, coloured by value; those of ``bright`` have an accent edge."""
    table = painting.gradient(theme.diverging)
    edge, accent = QPen(QColor(theme.text3), 1.0), QPen(QColor(theme.accent), 1.5)
    for node, middle, radius in layout.nodes:
        painter.setBrush(map_color(table, values[node], limit))
        painter.setPen(accent if node in bright else edge)
        painter.drawEllipse(middle, radius, radius)


def draw_ring(
    painter: QPainter, middle: QPointF, radius: float, theme: Theme, *, pinned: bool, focus: bool
) -> None:
    """Mark the active node; a pinned one has a double ring, the keyboard's a wider one."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(QColor(theme.accent), 2.0))
    painter.drawEllipse(middle, radius + 3, radius + 3)
    if pinned:
        painter.setPen(QPen(QColor(theme.text), 1.0))
        painter.drawEllipse(middle, radius + 5.5, radius + 5.5)
    if focus:
        painter.setPen(QPen(QColor(theme.accent), 1.0, Qt.PenStyle.DashLine))
        painter.drawEllipse(middle, radius + 9, radius + 9)


def latent_name(node: Node) -> Line:
    """Return a latent of the disk in symbols: z with scale and index."""
    return (sym("z"), sub(f"{node[0]},{node[1]}"))


def draw_reading(
    painter: QPainter, layout: DiskLayout, node: Node, value: float, cone: Cone, theme: Theme
) -> None:
    """Write what is known of the active latent into a box at the corner."""
    box = corner_box(layout)
    draw_box(painter, box, theme.raised, theme.strong_line)
    scale, sites = node[0], cone.tree[1] - cone.tree[0]
    beyond = f" + {cone.count()} around" if cone.count() else ""
    power = max(0, scale.bit_length() - 2)
    lines: tuple[Line, ...] = (
        (*latent_name(node), plain(f"  {fixed(value, 2, plus=True)}")),
        (plain(f"cone: {sites} sites{beyond}"),),
        (plain("depth "), sym("ρ"), plain(f" = {power} ln 2 = {fixed(depth(scale), 2)}")),
    )
    for number, line in enumerate(lines):
        row = QRectF(box.left() + 10, box.top() + 4 + 20 * number, box.width() - 20, 20)
        strong = number == 0
        draw_line(
            painter, row, line, theme.text if strong else theme.text2, px=12 if strong else 11,
            weight=600 if strong else 400,
        )  # fmt: skip
