"""The Renormalization flow panel: tiles, kept cells, locks, redraws, reading."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from PySide6.QtCore import Qt

from nrg_app.ui.painting import gradient, rgb32
from nrg_app.ui.panels.strip import StripPanel, keep_line
from nrg_app.ui.panels.strip_layout import strip_layout
from nrg_app.ui.theme import DARK, LIGHT


@pytest.fixture
def panel(show, samples):
    shown = show(StripPanel, 1152, 360)
    shown.set_sample_set(samples(32))
    return shown


def tile(panel, pixels, rect) -> np.ndarray:
    """Return the pixels of one tile."""
    top, left, side = round(rect.top()), round(rect.left()), round(rect.width())
    return pixels(panel.canvas)[top : top + side, left : left + side]


def centres(image: np.ndarray, cells: int) -> np.ndarray:
    """Return a pixel of every cell, off its centre where a dot may be."""
    side = len(image) // cells
    return image[side // 8 :: side, side // 8 :: side]


def table_colors(values: np.ndarray, limit: float, theme=LIGHT) -> np.ndarray:
    index = np.rint((values.clip(-limit, limit) + limit) / (2 * limit) * 255)
    return gradient(theme.diverging)[np.nan_to_num(index).astype(int)]


@pytest.mark.parametrize(
    ("width", "height", "size", "dpr", "side"),
    [
        (1150, 325, 32, 1, 128),
        (1150, 325, 32, 2, 128),
        (1150, 325, 64, 1, 128),
        (1150, 325, 4, 1, 128),
        (850, 261, 32, 1, 96),
        (950, 261, 64, 2, 96),
        (850, 261, 64, 1, 64),
    ],
)
def test_tiles_have_the_size_of_the_design_and_fit(width, height, size, dpr, side):
    scales = tuple(size >> k for k in range(size.bit_length()))
    layout = strip_layout(width, height, scales, dpr)
    assert layout.side == side
    assert layout.pixels % size == 0
    rects = [layout.field_rect(s) for s in scales] + [layout.caption_rect(s) for s in scales]
    assert max(rect.right() for rect in rects) <= width
    assert max(rect.bottom() for rect in rects) <= height
    fields = rects[: len(scales)]
    assert all(a.right() + 20 <= b.left() for a, b in pairwise(fields))


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_fields_and_latents_keep_one_colour_range_per_row(panel, pixels, samples, theme):
    panel.set_theme(theme)
    data, layout = samples(32), panel.canvas.tiles()
    for scale in layout.scales:
        shown = centres(tile(panel, pixels, layout.field_rect(scale)), scale)
        assert np.array_equal(shown, table_colors(data.coarse_fields[scale][0], 10, theme))
        latents = data.latents[scale][0]
        shown = centres(tile(panel, pixels, layout.latent_rect(scale)), scale)
        drawn = np.isfinite(latents)
        assert np.array_equal(shown[drawn], table_colors(latents, 3, theme)[drawn])


def test_kept_cells_are_blank_and_dotted_up_to_scale_8(panel, pixels):
    layout = panel.canvas.tiles()
    for scale in (32, 16, 8, 4, 2):
        image = tile(panel, pixels, layout.latent_rect(scale))
        side = len(image) // scale
        for row in range(0, scale, 2):
            cell = image[row * side : (row + 1) * side, :side]
            assert cell[0, 0] == rgb32(LIGHT.kept)
            dotted = cell[side // 2, side // 2] == rgb32(LIGHT.text3)
            assert dotted == (scale <= 8)
            if scale > 8:
                assert (cell == rgb32(LIGHT.kept)).all()


def test_latent_counts_are_three_quarters_of_the_cells(panel):
    counts = [panel.canvas.latent_count(scale) for scale in (32, 16, 8, 4, 2, 1)]
    assert counts == [768, 192, 48, 12, 3, 1]


def test_a_lock_freezes_its_scale_and_all_coarser_ones(panel, session, qtbot):
    qtbot.mouseClick(panel.canvas.lock(8), Qt.MouseButton.LeftButton)
    assert session.frozen_scale == 8
    names = {scale: panel.canvas.lock(scale).accessibleName() for scale in (16, 8, 1)}
    assert names == {
        16: "Freeze scale 16, off",
        8: "Freeze scale 8, on",
        1: "Freeze scale 1, on",
    }


@pytest.mark.parametrize(("clicked", "left"), [(8, 4), (2, 1), (1, 0)])
def test_a_closed_lock_thaws_its_scale_and_all_finer_ones(panel, session, qtbot, clicked, left):
    session.frozen_scale = 8
    qtbot.mouseClick(panel.canvas.lock(clicked), Qt.MouseButton.LeftButton)
    assert session.frozen_scale == left


def test_frozen_tiles_have_an_accent_frame(panel, pixels, session):
    session.frozen_scale = 4
    layout = panel.canvas.tiles()
    shown = pixels(panel.canvas)
    for scale in layout.scales:
        rect = layout.latent_rect(scale)
        above = shown[round(rect.top()) - 2, round(rect.left()) : round(rect.right())]
        middle = slice(0, len(above) // 2 - 8)  # the upward arrow starts at the centre
        assert (above[middle] == rgb32(LIGHT.accent)).all() == (scale <= 4)


def test_locks_work_from_the_keyboard(panel, session, qtbot):
    lock = panel.canvas.lock(16)
    lock.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.keyClick(lock, Qt.Key.Key_Space)
    assert session.frozen_scale == 16


def test_resample_fine_gives_the_free_scales_new_latents(panel, session, qtbot):
    session.frozen_scale = 8
    seed, fine_seed = session.seed, session.fine_seed
    qtbot.mouseClick(panel.resample, Qt.MouseButton.LeftButton)
    assert session.seed == seed
    assert session.fine_seed != fine_seed
    assert session.redraws[-1][0] == 8


def test_resample_fine_is_off_when_everything_is_frozen(panel, session):
    session.frozen_scale = 32
    assert not panel.resample.isEnabled()
    session.frozen_scale = 16
    assert panel.resample.isEnabled()


@pytest.mark.parametrize(
    ("frozen", "text"),
    [
        (0, "Resample all scales"),
        (8, "Keep coarse ℓ ≤ 8, resample ℓ ≥ 16"),
        (32, "Keep all scales"),
    ],
)
def test_the_header_says_what_is_kept(frozen, text):
    assert "".join(run.text for run in keep_line(frozen, 32)) == text


def test_spins_view_shows_spins_and_the_signs_of_coarse_fields(panel, pixels, session, samples):
    session.strip_view = "spins"
    assert panel.views.current() == "spins"
    data, layout = samples(32), panel.canvas.tiles()
    shown = centres(tile(panel, pixels, layout.field_rect(32)), 32)
    assert np.array_equal(shown == rgb32(LIGHT.spin_up), data.spins[0] > 0)
    shown = centres(tile(panel, pixels, layout.field_rect(4)), 4)
    assert np.array_equal(shown == rgb32(LIGHT.spin_up), data.coarse_fields[4][0] >= 0)


def test_hovering_reads_a_field_or_a_latent(panel, hover, samples):
    data, layout = samples(32), panel.canvas.tiles()
    rect = layout.cell_rect(layout.latent_rect(8), 8, 3, 2)
    hover(panel.canvas, rect.center())
    value = f"{data.latents[8][0, 3, 2]:.2f}".replace("-", "−")
    assert panel.canvas.cursor_text() == f"(2, 3) {value}"
    assert panel.canvas.accessibleDescription() == f"Latent scale 8, site (2, 3), {value}"
    hover(panel.canvas, layout.cell_rect(layout.latent_rect(8), 8, 2, 2).center())
    assert panel.canvas.cursor_text() == "(2, 2) kept"
    hover(panel.canvas, layout.cell_rect(layout.field_rect(1), 1, 0, 0).center())
    value = f"{data.coarse_fields[1][0, 0, 0]:.2f}".replace("-", "−")
    assert panel.canvas.accessibleDescription() == f"Field scale 1, site (0, 0), {value}"


def test_keys_move_inside_a_tile_between_rows_and_between_scales(panel, qtbot):
    canvas = panel.canvas
    canvas.setFocus()
    seen = []
    for key in (
        Qt.Key.Key_Down,  # shows the cursor
        Qt.Key.Key_Up,  # leaves the field at its top, enters the latents at their bottom
        Qt.Key.Key_PageDown,
        Qt.Key.Key_Right,
        Qt.Key.Key_PageUp,
    ):
        qtbot.keyClick(canvas, key)
        seen.append(canvas.accessibleDescription().rsplit(",", 1)[0])
    assert seen == [
        "Field scale 32, site (0, 0)",
        "Latent scale 32, site (0, 31)",
        "Latent scale 16, site (0, 15)",
        "Latent scale 16, site (1, 15)",
        "Latent scale 32, site (2, 30)",
    ]


def test_panel_follows_the_selected_sample(panel, pixels, session, samples):
    session.selected = 5
    shown = centres(tile(panel, pixels, panel.canvas.tiles().field_rect(2)), 2)
    assert np.array_equal(shown, table_colors(samples(32).coarse_fields[2][5], 10))


def test_without_a_model_the_panel_offers_to_open_one(show, samples, qtbot):
    panel = show(StripPanel, 1152, 360)
    panel.set_sample_set(samples(8, model=False))
    assert panel.placeholder_text() == "No model loaded."
    with qtbot.waitSignal(panel.placeholder_activated, timeout=500):
        panel._placeholder.button.click()
    panel.set_sample_set(samples(8))
    assert panel.placeholder_text() == ""


def test_another_lattice_size_brings_its_own_scales(panel, samples):
    panel.set_sample_set(samples(4))
    assert panel.canvas.scales() == (4, 2, 1)
    visible = [lock for lock in panel.canvas.children() if hasattr(lock, "frozen")]
    assert {lock.scale for lock in visible if not lock.isHidden()} == {4, 2, 1}
