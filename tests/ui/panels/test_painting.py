"""Colour maps, lattices as images, and domain walls."""

from __future__ import annotations

import matplotlib
import numpy as np
import pytest
from PySide6.QtGui import QImage

from nrg_app.ui import painting
from nrg_app.ui.theme import DARK, LIGHT


def image_pixels(image: QImage) -> np.ndarray:
    return np.frombuffer(image.constBits(), np.uint32).reshape(image.height(), image.width())


@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=["dark", "light"])
def test_gradient_passes_through_its_stops(theme):
    table = painting.gradient(theme.diverging, 257)
    for number, stop in enumerate(theme.diverging):
        assert table[32 * number] == painting.rgb32(stop)


def test_gradient_cannot_be_changed_by_a_caller():
    with pytest.raises(ValueError, match="read-only"):
        painting.gradient(LIGHT.diverging)[0] = 0


def test_cividis_agrees_with_matplotlib_within_four_levels():
    ours = painting.gradient(painting.CIVIDIS)
    theirs = (matplotlib.colormaps["cividis"](np.linspace(0, 1, 256))[:, :3] * 255).round()
    channels = np.stack([(ours >> shift) & 255 for shift in (16, 8, 0)], axis=1)
    assert np.abs(channels - theirs).max() <= 4


def test_colorize_clips_at_the_range_and_marks_missing_values():
    table = painting.gradient(LIGHT.diverging)
    values = np.array([-99.0, -5.0, 5.0, 99.0, np.nan])
    expected = [table[0], table[0], table[-1], table[-1], painting.rgb32("#DFE4E9")]
    assert painting.colorize(values, -5, 5, table, "#DFE4E9").tolist() == expected


def test_spin_colors_follow_the_signs():
    colors = painting.spin_colors(np.array([-1, 1, -1]), "#000001", "#000002")
    assert colors.tolist() == [0xFF000001, 0xFF000002, 0xFF000001]


@pytest.mark.parametrize(
    ("width", "height", "cells", "dpr", "scale"),
    [(357, 354, 32, 1, 11), (357, 354, 32, 2, 22), (354, 400, 64, 1.5, 8), (10, 10, 64, 1, 1)],
)
def test_scale_is_the_largest_whole_number_of_device_pixels(width, height, cells, dpr, scale):
    assert painting.integer_scale(width, height, cells, dpr) == scale


@pytest.mark.parametrize(("scale", "dpr"), [(1, 1), (3, 1), (5, 2), (7, 1.5)])
def test_lattice_image_repeats_every_cell_exactly(scale, dpr):
    colors = np.random.default_rng(1).integers(0xFF000000, 2**32, (4, 6), dtype=np.uint32)
    image = painting.lattice_image(colors, scale, dpr)
    assert image.devicePixelRatio() == dpr
    assert np.array_equal(image_pixels(image), np.kron(colors, np.ones((scale, scale), np.uint32)))


def test_walls_lie_between_unlike_inner_neighbours_only():
    spins = np.where(np.random.default_rng(2).random((8, 8)) < 0.5, 1, -1)
    image = painting.lattice_image(painting.spin_colors(spins, "#000010", "#000020"), 10)
    painting.draw_walls(image, spins, 10, "#FFFFFF")
    white = image_pixels(image) == 0xFFFFFFFF
    # Halfway along every edge, where no other wall ends, and at the frame.
    middle = 10 * np.arange(8) + 5
    unlike = spins != np.roll(spins, 1, axis=1)
    unlike[:, 0] = False
    assert np.array_equal(white[np.ix_(middle, 10 * np.arange(8))], unlike)
    unlike = spins != np.roll(spins, 1, axis=0)
    unlike[0] = False
    assert np.array_equal(white[np.ix_(10 * np.arange(8), middle)], unlike)
    assert not white[np.ix_(middle, middle)].any()


def test_walls_close_their_corners():
    spins = np.ones((2, 2), int)
    spins[1, 1] = -1
    image = painting.lattice_image(painting.spin_colors(spins, "#000010", "#000020"), 20)
    painting.draw_walls(image, spins, 20, "#FFFFFF")
    white = image_pixels(image) == 0xFFFFFFFF
    assert white[19:21, 19:].all()
    assert white[19:, 19:21].all()
    assert white.sum() == 2 * 2 * 21 - 2 * 2


@pytest.mark.parametrize(("dpr", "thickness"), [(1, 2), (2, 3)])
def test_walls_have_whole_widths_and_leave_the_cells_inside_alone(dpr, thickness):
    spins = np.ones((4, 4), int)
    spins[:, 2:] = -1
    colors = painting.spin_colors(spins, "#000010", "#000020")
    image = painting.lattice_image(colors, 20, dpr)
    painting.draw_walls(image, spins, 20, "#FFFFFF")
    row = image_pixels(image)[30]
    wall = np.flatnonzero(row == 0xFFFFFFFF)
    assert len(wall) == thickness
    assert abs(wall.mean() + 0.5 - 40) <= 0.5
    assert (row[: wall[0]] == 0xFF000020).all()
    assert (row[wall[-1] + 1 :] == 0xFF000010).all()


@pytest.mark.parametrize(("scale", "dpr", "width"), [(11, 1, 2), (22, 2, 3), (6, 1, 1), (2, 1, 1)])
def test_walls_are_thin_on_small_cells(scale, dpr, width):
    assert painting.wall_width(scale, dpr) == width
