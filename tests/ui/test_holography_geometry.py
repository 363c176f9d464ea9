"""The mathematics of the disk, the lattice lines and the layers."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from PySide6.QtCore import QPointF, QRectF

from nrg_app.figures.hyperbolic import (
    cone_outline,
    depth,
    geodesic,
    ideal_geodesic,
    on_circle,
    ring_radius,
)
from nrg_app.figures.palette import round_limit
from nrg_app.session.bulk_slice import BulkSlice
from nrg_app.ui.holography.disk_layout import DiskLayout
from nrg_app.ui.holography.disk_marks import reach_span
from nrg_app.ui.holography.places import arrange
from nrg_app.ui.holography.stack_geometry import StackGeometry, block

DIRECTIONS = ("horizontal", "vertical", "diagonal")


def distance(a: complex, b: complex) -> float:
    """Return the hyperbolic distance of two points of the disk."""
    return 2 * np.arctanh(abs((a - b) / (1 - a.conjugate() * b)))


def test_every_octave_is_equally_deep() -> None:
    for scale in (4, 8, 16, 32):
        assert distance(0j, complex(ring_radius(scale))) == pytest.approx(depth(scale))
        assert depth(scale) - depth(scale // 2) == pytest.approx(np.log(2.0))


def test_a_geodesic_is_the_shortest_way_in_equal_steps() -> None:
    start, end = 0.3 + 0.2j, -0.5 + 0.6j
    points = geodesic(start, end, 9)
    steps = [distance(a, b) for a, b in pairwise(points)]
    assert points[0] == pytest.approx(start)
    assert points[-1] == pytest.approx(end)
    assert np.allclose(steps, steps[0])
    assert sum(steps) == pytest.approx(distance(start, end))


@pytest.mark.parametrize("last", [0.35, 0.5, 0.9])
def test_the_geodesic_of_a_cone_meets_the_rim_at_its_ends(last: float) -> None:
    first = 0.1
    points = ideal_geodesic(first, last, 41)
    assert points[0] == pytest.approx(on_circle(last), abs=2e-3)
    assert points[-1] == pytest.approx(on_circle(first), abs=2e-3)
    steps = [distance(a, b) for a, b in pairwise(points)]
    assert np.allclose(steps, steps[0], rtol=1e-3)
    # It leaves more than half of the disk on the side of a long arc.
    middle = points[20] * on_circle((first + last) / 2).conjugate()
    assert (middle.real > 0) == (last - first < 0.5) or last - first == 0.5


def test_a_cone_of_all_sites_is_the_disk() -> None:
    assert np.allclose(np.abs(cone_outline(0.0, 1.0)), 1.0)


@pytest.mark.parametrize("direction", DIRECTIONS)
def test_a_line_has_one_latent_for_every_cell_that_it_crosses(direction: str) -> None:
    line = BulkSlice(16, direction, 5)
    detail = {"horizontal": (0, 1), "vertical": (1, 0), "diagonal": (1, 1)}[direction]
    assert len(line.nodes) == 1 + 1 + 2 + 4 + 8
    for (scale, row, column), (named, index) in line.nodes.items():
        assert named == scale
        if scale == 1:
            continue
        assert (row % 2, column % 2) == detail
        first, last = line.span(scale, index)
        rows, columns = (part[first:last] * scale // 32 for part in line.sites)
        if direction != "diagonal":
            # The cell of the latent is the one above these sites.
            assert set(rows) == {row // 2}
            assert set(columns) == {column // 2}
        assert (rows[0], columns[0]) == (row // 2, column // 2)


def test_sites_of_a_line() -> None:
    field = np.arange(16).reshape(4, 4)
    assert field[BulkSlice(4, "horizontal", 1).sites].tolist() == [4, 5, 6, 7]
    assert field[BulkSlice(4, "vertical", 1).sites].tolist() == [1, 5, 9, 13]
    assert field[BulkSlice(4, "diagonal", 1).sites].tolist() == [1, 6, 11, 12]
    assert field[BulkSlice(4, "horizontal", 5).sites].tolist() == [4, 5, 6, 7]


def test_ancestors_and_descendants_follow_the_tree() -> None:
    line = BulkSlice(16, "horizontal", 0)
    ancestors, descendants = line.kin(8, 2)
    assert ancestors == {(4, 1), (2, 0), (1, 0)}
    assert descendants == {(16, 4), (16, 5)}
    for node in descendants:
        assert line.parent(*node) == (8, 2)
    assert len(line.kin(1, 0)[1]) == 1 + 2 + 4 + 8


def test_nodes_are_found_where_they_are_drawn() -> None:
    layout = DiskLayout(BulkSlice(32, "vertical", 3), 600.0, 580.0)
    for node, middle, _ in layout.nodes:
        wanted = (1, 0) if node == (2, 0) else node  # they share the centre
        assert layout.node_at(middle) == wanted
    assert layout.node_at(layout.center + QPointF(0.06 * layout.radius, 0)) == (2, 0)
    assert layout.node_at(QPointF(2, 2)) is None


@pytest.mark.parametrize("size", [8, 16, 32, 64])
def test_nodes_do_not_overlap(size: int) -> None:
    layout = DiskLayout(BulkSlice(size, "horizontal", 0), 600.0, 580.0)
    outer = [(middle, radius) for node, middle, radius in layout.nodes if node[0] > 1]
    for number, (middle, radius) in enumerate(outer):
        for other, other_radius in outer[:number]:
            apart = middle - other
            assert np.hypot(apart.x(), apart.y()) > radius + other_radius


def test_what_is_reached_is_found_across_the_seam() -> None:
    reached = np.zeros(8, bool)
    reached[[6, 7, 0]] = True
    assert reach_span(reached) == (6, 9)
    assert reach_span(np.ones(8, bool)) in {(k, k + 8) for k in range(8)}
    assert reach_span(np.zeros(8, bool)) == (0, 0)


def test_limits_of_colour_bars_are_round_and_large_enough() -> None:
    for value in (0.0123, 0.7, 1.0, 1.01, 48.0):
        limit = round_limit(np.array([0.0, -value]))
        assert value <= limit * 1.0001
        assert limit < 2 * value


@pytest.mark.parametrize("turn", [0.0, 45.0, 200.0])
def test_the_cell_under_a_point_is_the_one_drawn_there(turn: float) -> None:
    geometry = StackGeometry((8, 4, 2, 1), 400.0, 400.0, 80.0, turn, 2.0)
    top = geometry.transform(3).map(QPointF(0.5, 0.5))
    assert geometry.cell_at(top) == (1, 0, 0)
    alone = StackGeometry((8,), 400.0, 400.0, 30.0, turn, 1.0)
    for row, column in ((0, 0), (3, 6), (7, 7)):
        at = alone.transform(0).map(QPointF((column + 0.5) / 8, (row + 0.5) / 8))
        assert alone.cell_at(at) == (8, row, column)


@pytest.mark.parametrize("spread", [0.2, 1.0, 2.0])
@pytest.mark.parametrize("tilt", [10.0, 25.0, 80.0])
def test_the_stack_fits_into_its_canvas(tilt: float, spread: float) -> None:
    geometry = StackGeometry((32, 16, 8, 4, 2, 1), 500.0, 420.0, tilt, 45.0, spread)
    for level in range(6):
        outline = geometry.corners(level, QRectF(0, 0, 1, 1)).boundingRect()
        assert outline.left() >= 0
        assert outline.right() <= 500
        assert outline.top() >= 0
        assert outline.bottom() <= 420


def test_a_column_narrows_downwards_only_to_its_cell() -> None:
    assert block(8, 5, 3, 8) == block(8, 5, 3, 32)
    assert block(8, 5, 3, 2) == QRectF(0.0, 0.5, 0.5, 0.5)
    assert block(8, 5, 3, 1) == QRectF(0, 0, 1, 1)


@pytest.mark.parametrize("size", [(1168, 826), (868, 626), (728, 546), (2288, 1366)])
def test_panels_tile_the_workspace(size: tuple[int, int]) -> None:
    places = arrange(*size)
    alone = places.lower == places.upper
    rectangles = [places.disk, places.upper] + ([] if alone else [places.lower])
    for number, one in enumerate(rectangles):
        assert one.left() >= 8
        assert one.right() <= size[0] - 8
        assert one.bottom() <= size[1] - 8
        assert not any(one.intersects(other) for other in rectangles[:number])
    assert alone == (size[0] < 1000)
