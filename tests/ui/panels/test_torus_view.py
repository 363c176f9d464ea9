"""Zoom and pan over a torus, in whole device pixels."""

from __future__ import annotations

import numpy as np
import pytest

from nrg_app.ui.panels.torus_view import TorusView

WHOLE = TorusView.whole(32, 11)


@pytest.mark.parametrize(("x", "y"), [(0.0, 0.0), (175.5, 20.25), (351.0, 351.0)])
def test_zooming_keeps_the_cell_under_the_cursor(x: float, y: float) -> None:
    view = WHOLE
    for _ in range(12):
        before = (view.left + x) / view.scale
        cell, view = view.cell_at(x, y), view.zoomed(1, x, y)
        assert isinstance(view.scale, int)
        # Half a device pixel of rounding, in cells, on the torus.
        moved = ((view.left + x) / view.scale - before + 16) % 32 - 16
        assert abs(moved) <= 0.5 / view.scale + 1e-9
        if 0.1 < before % 1 < 0.9:
            assert view.cell_at(x, y) == cell


def test_zoom_grows_by_whole_pixels_and_stops_at_four_cells() -> None:
    scales = [WHOLE.zoomed(steps, 100, 100).scale for steps in range(40)]
    assert scales[:4] == [11, 12, 13, 14]
    assert scales[-1] == WHOLE.side // 4
    assert scales == sorted(scales)


def test_zooming_out_returns_to_the_whole_lattice() -> None:
    assert WHOLE.zoomed(9, 30, 200).zoomed(-30, 300, 10) == WHOLE


def test_panning_wraps_round() -> None:
    view = WHOLE.panned(-5, 11)
    assert (view.left, view.top) == (5, 31 * 11)
    assert view.panned(5, -11) == WHOLE
    assert view.cell_at(0, 0) == (31, 0)


def test_visible_cells_cover_the_frame() -> None:
    view = WHOLE.zoomed(5, 351, 351).panned(-7, 3)
    rows, columns, above, before = view.visible()
    lattice = np.arange(32 * 32).reshape(32, 32)
    image = np.kron(lattice[np.ix_(rows, columns)], np.ones((view.scale, view.scale), int))
    image = image[above : above + view.side, before : before + view.side]
    assert image.shape == (view.side, view.side)
    for x, y in ((0, 0), (200, 13), (351, 351)):
        assert lattice[view.cell_at(x, y)] == image[y, x]


def test_a_cell_cut_by_the_edge_has_two_places() -> None:
    view = WHOLE.panned(4, 0)
    assert view.places(31, vertical=False) == [345, -7]
    assert view.places(31, vertical=True) == [341]


def test_a_cell_is_revealed_by_the_smallest_move() -> None:
    view = WHOLE.zoomed(10, 0, 0)
    assert view.revealing(1, 1) == view
    for cell in ((31, 0), (20, 15)):
        moved = view.revealing(*cell)
        for vertical, number in ((True, cell[0]), (False, cell[1])):
            places = moved.places(number, vertical=vertical)
            assert any(0 <= place <= moved.side - moved.scale for place in places)
    assert view.revealing(31, 0).panned(0, -view.scale) == view


@pytest.mark.parametrize(
    ("size", "numbers"),
    [(8, [0, 2, 4, 6, 8]), (32, [0, 8, 16, 24, 32]), (64, [0, 16, 32, 48, 64])],
)
def test_rulers_mark_the_quarters_of_the_whole(size: int, numbers: list[int]) -> None:
    view = TorusView.whole(size, 5)
    assert [number for number, _ in view.marks(vertical=True)] == numbers


def test_ruler_marks_move_with_the_torus() -> None:
    view = WHOLE.zoomed(12, 0, 0).panned(30, 0)
    for number, place in view.marks(vertical=False):
        assert view.cell_at(place, 0)[1] == number % 32
    assert 0 in [number for number, _ in view.marks(vertical=False)]
    middles = dict(WHOLE.marks(vertical=True, middle=True))
    assert middles == {0: 5.0, 8: 93.0, 16: 181.0, 24: 269.0}


def test_a_frame_of_another_size_keeps_centre_and_magnification() -> None:
    view = WHOLE.zoomed(10, 200, 100)
    larger = view.refitted(22)
    assert larger.scale == 2 * view.scale
    assert larger.cell_at(352, 352) == view.cell_at(176, 176)
    assert WHOLE.refitted(7) == TorusView.whole(32, 7)


@pytest.mark.parametrize("steps", [0, 3, 9, 14])
def test_a_zoom_without_pixels_means_the_same_part(steps: int) -> None:
    view = WHOLE.zoomed(steps, 100, 300).panned(17, -40) if steps else WHOLE
    again = TorusView.of(view.zoom, view.cells, view.fit)
    assert again.scale == view.scale
    period = view.cells * view.scale
    for one, other in ((again.left, view.left), (again.top, view.top)):
        assert min((one - other) % period, (other - one) % period) <= 1
    # In a frame of half the size the same cells are in the middle.
    small = TorusView.of(view.zoom, view.cells, 4)
    assert small.cell_at(small.side / 2, small.side / 2) == view.cell_at(
        view.side / 2, view.side / 2
    )
