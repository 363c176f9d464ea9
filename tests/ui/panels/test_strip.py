"""The Renormalization flow panel: tiles, kept cells, locks, redraws, reading."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication

from nrg_app.session.latents import LATENT_LIMIT, Blend, Edit, Source
from nrg_app.ui.painting import gradient, rgb32
from nrg_app.ui.panels.strip import StripPanel
from nrg_app.ui.panels.strip_layout import strip_layout
from nrg_app.ui.panels.strip_text import keep_line, resample_text
from nrg_app.ui.panels.text import line_text
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


SHIFT = Qt.KeyboardModifier.ShiftModifier
LEFT = Qt.MouseButton.LeftButton


def test_a_lock_freezes_its_scale_alone(panel, session, qtbot):
    qtbot.mouseClick(panel.canvas.lock(8), LEFT)
    assert session.locks == {8}
    names = {scale: panel.canvas.lock(scale).accessibleName() for scale in (16, 8, 1)}
    assert names == {
        16: "Freeze scale 16, off",
        8: "Freeze scale 8, on",
        1: "Freeze scale 1, off",
    }
    qtbot.mouseClick(panel.canvas.lock(8), LEFT)
    assert session.locks == frozenset()


def test_shift_click_takes_all_coarser_scales_along(panel, session, qtbot):
    session.locks = frozenset({32})
    qtbot.mouseClick(panel.canvas.lock(4), LEFT, SHIFT)
    assert session.locks == {1, 2, 4, 32}
    qtbot.mouseClick(panel.canvas.lock(2), LEFT, SHIFT)
    assert session.locks == {4, 32}


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
    assert session.locks == {16}
    qtbot.keyClick(lock, Qt.Key.Key_Space)
    qtbot.keyClick(lock, Qt.Key.Key_Space, SHIFT)
    assert session.locks == {1, 2, 4, 8, 16}


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
    ("locks", "text", "button"),
    [
        ((), "Resample all scales", "Resample fine"),
        ((1, 2, 4, 8), "Keep coarse ℓ ≤ 8, resample ℓ ≥ 16", "Resample fine"),
        ((16, 32, 64), "Keep fine ℓ ≥ 16, resample ℓ ≤ 8", "Resample coarse"),
        ((1, 8), "Keep ℓ = 1, 8, resample the rest", "Resample rest"),
        ((1, 2, 4, 8, 16, 32), "Keep all scales", "Resample fine"),
    ],
)
def test_the_header_says_what_is_kept(locks, text, button):
    assert "".join(run.text for run in keep_line(frozenset(locks), 32)) == text
    assert resample_text(frozenset(locks), 32) == button


def block(values: np.ndarray, side: int) -> np.ndarray:
    """Return the means of square blocks, one loop for each."""
    width = len(values) // side
    rows = [values[i * width : (i + 1) * width] for i in range(side)]
    return np.array(
        [[row[:, j * width : (j + 1) * width].mean() for j in range(side)] for row in rows]
    )


def test_conventional_block_spins_are_shown_beside_the_learned_field(
    panel, pixels, session, samples
):
    spins, layout = samples(32).spins[0].astype(float), panel.canvas.tiles()
    session.strip_view = "mean"
    for scale in (32, 8, 1):
        shown = centres(tile(panel, pixels, layout.field_rect(scale)), scale)
        assert np.array_equal(shown, table_colors(block(spins, scale), 1))
    session.strip_view = "majority"
    for scale in (32, 16, 8):
        shown = centres(tile(panel, pixels, layout.field_rect(scale)), scale)
        means = block(spins, scale)
        assert np.array_equal(shown == rgb32(LIGHT.spin_up), means > 0)
        assert np.array_equal(shown == rgb32(LIGHT.strong_line), means == 0)
    assert (block(spins, 16) == 0).any()


def click_latent(panel, qtbot, scale, row, column, modifier=Qt.KeyboardModifier.NoModifier):
    layout = panel.canvas.tiles()
    rect = layout.cell_rect(layout.latent_rect(scale), scale, row, column)
    qtbot.mouseClick(panel.canvas, LEFT, modifier, rect.center().toPoint())


def turn_wheel(panel, steps, modifier=Qt.KeyboardModifier.NoModifier):
    center = QPointF(panel.canvas.rect().center())
    none = Qt.MouseButton.NoButton
    event = QWheelEvent(
        center, center, QPoint(), QPoint(0, 120 * steps), none, modifier,
        Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(panel.canvas, event)


def test_a_click_selects_a_latent_and_the_wheel_changes_it(panel, session, samples, qtbot):
    turn_wheel(panel, 1)
    assert session.latent_edits == ()
    click_latent(panel, qtbot, 8, 3, 2)
    assert panel.canvas.selection == (8, 3, 2)
    assert panel.latent.isVisible()
    value = float(samples(32).latents[8][0, 3, 2])
    text = f"{value:.2f}".replace("-", "−")
    assert panel.latent.slider.accessibleName() == f"Latent scale 8 index (2, 3), {text}"
    turn_wheel(panel, 2)
    turn_wheel(panel, -1, SHIFT)
    (edit,) = session.latent_edits
    assert edit.place == (0, 8, 3, 2)
    assert edit.value == pytest.approx(value + 0.19, abs=0.011)  # rounded twice to 0.01
    turn_wheel(panel, 200)
    assert session.latent_edits[0].value == LATENT_LIMIT


def test_a_click_on_a_kept_cell_or_a_field_selects_nothing(panel, qtbot):
    click_latent(panel, qtbot, 8, 3, 2)
    click_latent(panel, qtbot, 8, 2, 2)
    assert panel.canvas.selection is None
    assert not panel.latent.isVisible()


def test_keys_move_the_selection_from_latent_to_latent(panel, session, qtbot):
    click_latent(panel, qtbot, 4, 0, 1)
    places = []
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_PageDown):
        qtbot.keyClick(panel.canvas, key)
        places.append(panel.canvas.selection)
    # (0, 2) and (0, 0) of the second step are kept, the first is skipped.
    assert places == [(4, 0, 3), (4, 0, 1), (4, 3, 1), (2, 1, 0)]
    qtbot.keyClick(panel.canvas, Qt.Key.Key_Plus)
    assert [edit.place for edit in session.latent_edits] == [(0, 2, 1, 0)]
    qtbot.keyClick(panel.canvas, Qt.Key.Key_Delete)
    assert session.latent_edits == ()
    qtbot.keyClick(panel.canvas, Qt.Key.Key_Escape)
    assert panel.canvas.selection is None


def test_the_selected_latent_has_an_accent_frame_and_edited_ones_a_mark(
    panel, pixels, session, qtbot
):
    click_latent(panel, qtbot, 4, 1, 2)
    session.latent_edits = (Edit(0, 4, 3, 3, 1.0), Edit(1, 4, 1, 1, 1.0))
    layout, shown = panel.canvas.tiles(), pixels(panel.canvas)
    tile_rect = layout.latent_rect(4)

    def color(row, column, down, right):
        cell = layout.cell_rect(tile_rect, 4, row, column)
        return shown[round(cell.top()) + down, round(cell.left()) + right]

    assert color(1, 2, -1, 8) == rgb32(LIGHT.accent)
    assert color(3, 3, 1, 1) == rgb32(LIGHT.text)
    assert color(1, 1, 1, 1) != rgb32(LIGHT.text)  # an edit of another sample


def test_the_slider_sets_the_latent_and_the_buttons_take_edits_back(panel, session, qtbot):
    click_latent(panel, qtbot, 2, 1, 1)
    slider = panel.latent.slider
    qtbot.mouseClick(slider, LEFT, pos=QPoint(slider.width() - 2, 12))
    assert session.latent_edits == (Edit(0, 2, 1, 1, 4.0),)
    session.latent_edits = (*session.latent_edits, Edit(0, 4, 3, 3, 1.0), Edit(7, 4, 3, 3, 1.0))
    qtbot.mouseClick(panel.latent.button, LEFT)
    assert session.latent_edits == (Edit(0, 4, 3, 3, 1.0), Edit(7, 4, 3, 3, 1.0))
    qtbot.mouseClick(panel.reset, LEFT)
    assert session.latent_edits == (Edit(7, 4, 3, 3, 1.0),)
    assert not panel.reset.isVisible()


def test_the_way_to_another_sample_has_a_slider(panel, session, qtbot):
    assert not panel.blend.isVisible()
    session.blend = Blend(0, 7, 0.0)
    assert panel.blend.isVisible()
    slider = panel.blend.slider
    qtbot.mouseClick(slider, LEFT, pos=QPoint(slider.width() - 2, 12))
    assert session.blend == Blend(0, 7, 1.0)
    session.selected = 3
    assert not panel.blend.isVisible()
    session.selected = 0
    qtbot.mouseClick(panel.blend.button, LEFT)
    assert session.blend is None


def test_an_encoded_sample_says_how_typical_it_is(panel, session, samples, observables):
    session.source = Source(0, 2.269, 1)
    data = replace(samples(32), source_log_weight=-5.0)
    panel.set_sample_set(data)
    panel.set_observables(observables(draws=10_000))
    # gap 6e-4(1e-5) of 1024 sites: -5 + 0.6144, and a spread of 1024 x 1e-5 x 100.
    assert "ln w − ⟨ln w⟩ = −4.4 (−4.3 σ)" in line_text(panel.header.subtitle.line)
    session.selected = 2
    assert "decimates" in line_text(panel.header.subtitle.line)


def test_a_coarse_field_is_decimated_or_learned_in_header_and_caption(panel, samples):
    data = samples(32)
    assert "decimates" in line_text(panel.header.subtitle.line)
    assert panel.canvas.flow.labels({})[0].caption == ("coarse field", "decimated")
    # Block variables: what a network with disentanglers may have made of the same field.
    blocks = {scale: 0.9 * field for scale, field in data.coarse_fields.items() if scale < 32}
    panel.set_sample_set(replace(data, coarse_fields={**data.coarse_fields, **blocks}))
    words = line_text(panel.header.subtitle.line)
    assert "is learned" in words
    assert "decimates" not in words
    assert panel.canvas.flow.labels({})[0].caption == ("coarse field", "learned")
    panel.session.strip_view = "spins"
    assert panel.canvas.flow.labels({})[0].caption == ("coarse spins", "learned: sign")


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


def test_a_new_sample_repaints_the_tiles_but_not_the_locks(panel, samples, painted_while):
    canvas = panel.canvas
    area = painted_while(canvas, lambda: panel.set_sample_set(samples(32, seed=1)))
    for scale in canvas.scales():
        assert area.contains(canvas.tiles().latent_rect(scale).toRect())
        assert area.contains(canvas.tiles().field_rect(scale).toRect())
        assert not area.intersects(canvas.lock(scale).geometry())
