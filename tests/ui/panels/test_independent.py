"""The Independent samples panel: exact tiles, promoting a sample, the footer."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt

from nrg_app.session.latents import Blend
from nrg_app.ui.painting import rgb32
from nrg_app.ui.panels.grid_canvas import grid_layout
from nrg_app.ui.panels.independent import IndependentPanel
from nrg_app.ui.theme import LIGHT


@pytest.fixture
def panel(show, samples):
    shown = show(IndependentPanel, 376, 442)
    shown.set_sample_set(samples(32))
    return shown


def click(qtbot, panel, index: int) -> None:
    point = panel.canvas.tile_rect(index).center().toPoint()
    qtbot.mouseClick(panel.canvas, Qt.MouseButton.LeftButton, pos=point)


def test_tiles_show_every_spin_with_two_by_two_pixels(panel, pixels, samples):
    shown = pixels(panel.canvas)
    for index, spins in enumerate(samples(32).spins):
        rect = panel.canvas.tile_rect(index)
        top, left = round(rect.top()), round(rect.left())
        colors = np.where(spins > 0, rgb32(LIGHT.spin_up), rgb32(LIGHT.spin_down))
        tile = shown[top : top + 64, left : left + 64]
        assert np.array_equal(tile, np.kron(colors, np.ones((2, 2), int)))


def test_click_promotes_a_sample(panel, session, qtbot):
    click(qtbot, panel, 13)
    assert session.selected == 13


def test_the_shown_sample_has_an_accent_frame(panel, session, pixels):
    session.selected = 6
    accent = rgb32(LIGHT.accent)
    shown = pixels(panel.canvas)
    for index in range(25):
        rect = panel.canvas.tile_rect(index)
        above = shown[round(rect.top()) - 1, round(rect.left()) : round(rect.right())]
        assert (above == accent).all() == (index == 6)


def test_arrow_keys_move_the_choice_and_stop_at_the_border(panel, session, qtbot):
    panel.canvas.setFocus()
    for key, index in (
        (Qt.Key.Key_Left, 0),
        (Qt.Key.Key_Right, 1),
        (Qt.Key.Key_Down, 6),
        (Qt.Key.Key_End, 24),
        (Qt.Key.Key_Down, 24),
        (Qt.Key.Key_Up, 19),
        (Qt.Key.Key_Home, 0),
    ):
        qtbot.keyClick(panel.canvas, key)
        assert session.selected == index


def test_ctrl_click_makes_a_sample_the_target_of_the_shown_one(panel, session, pixels, qtbot):
    session.selected = 2

    def aim(index: int) -> None:
        point = panel.canvas.tile_rect(index).center().toPoint()
        qtbot.mouseClick(
            panel.canvas, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ControlModifier, point
        )

    def dashed(index: int) -> bool:
        rect = panel.canvas.tile_rect(index)
        line = pixels(panel.canvas)[round(rect.top()) - 1, round(rect.left()) :][:60]
        share = (line == rgb32(LIGHT.accent)).mean()
        return bool(0.3 < share < 0.95)

    aim(2)
    assert session.blend is None
    aim(8)
    assert session.blend == Blend(2, 8, 0.0)
    assert session.selected == 2
    assert dashed(8)
    session.selected = 3
    assert not dashed(8)
    session.selected = 2
    aim(8)
    assert session.blend is None


def test_ctrl_and_arrows_move_the_target(panel, session, qtbot):
    session.selected = 7
    canvas = panel.canvas
    for key, target in (
        (Qt.Key.Key_Right, 8),
        (Qt.Key.Key_Down, 13),
        (Qt.Key.Key_Left, 12),
        (Qt.Key.Key_Home, 0),
    ):
        qtbot.keyClick(canvas, key, Qt.KeyboardModifier.ControlModifier)
        assert session.blend == Blend(7, target, 0.0)
        assert session.selected == 7
    assert canvas.accessibleDescription().endswith("shown, on its way to sample 1")


def test_footer_is_the_mean_magnetization_with_its_standard_error(panel, samples):
    magnetizations = np.abs(samples(32).spins.mean(axis=(1, 2)))
    error = magnetizations.std(ddof=1) / 5
    assert panel.canvas.footer_text() == f"⟨|m|⟩ = {magnetizations.mean():.3f} ± {error:.3f}"
    assert panel.canvas.accessibleName() == f"Independent samples, {panel.canvas.footer_text()}"
    assert panel.canvas.accessibleDescription().startswith("Sample 1 of 25, m = ")


def test_a_click_between_tiles_changes_nothing(panel, session, qtbot):
    session.selected = 4
    point = (panel.canvas.tile_rect(0).topRight() + QPointF(4, 20)).toPoint()
    qtbot.mouseClick(panel.canvas, Qt.MouseButton.LeftButton, pos=point)
    assert session.selected == 4


@pytest.mark.parametrize(
    ("width", "height", "cells", "dpr", "expected"),
    [
        (352, 354, 32, 1, (5, 5, 2)),
        (352, 354, 32, 2, (5, 5, 4)),
        (352, 354, 64, 1, (5, 5, 1)),
        (352, 354, 8, 1, (5, 5, 8)),
        (830, 216, 32, 1, (9, 3, 2)),
        (200, 200, 64, 1, (3, 3, 1)),  # not all fit: nine whole ones
    ],
)
def test_grid_has_the_largest_whole_cells(width, height, cells, dpr, expected):
    grid = grid_layout(width, height, 25, cells, dpr)
    assert (grid.columns, grid.rows, grid.scale) == expected
    side = grid.scale * cells / dpr
    assert grid.columns * (side + grid.gap) - grid.gap <= width
    assert grid.rows * (side + grid.gap) - grid.gap <= height
