"""Slow motion: its steps, what they say, what is dimmed, its keys."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from nrg_app.session.messages import SampleRequest
from nrg_app.ui.guide.steps import GENERATE, REVERSE, SampleFlow, steps
from nrg_app.ui.main_window import MainWindow
from nrg_app.ui.preferences import Preferences
from nrg_app.ui.theme import DARK

from .conftest import MakeWindow
from .fakes import make_samples


def make_flow(size: int = 16, temperature: float = 2.269185) -> SampleFlow:
    data = make_samples(SampleRequest(1, "m", temperature, seed=3, count=1), size)
    return SampleFlow(
        temperature,
        data.spins[0],
        {scale: values[0] for scale, values in data.coarse_fields.items()},
        {scale: values[0] for scale, values in data.latents.items()},
    )


def sentence(flow: SampleFlow, tile: tuple[str, int], direction: str = GENERATE) -> str:
    return next(s.sentence for s in steps(flow, direction) if s.active == tile)


def test_generation_draws_latents_then_the_field_from_coarse_to_fine() -> None:
    made = steps(make_flow(8), GENERATE)
    order = [("z", 1), ("x", 1), ("z", 2), ("x", 2), ("z", 4), ("x", 4), ("z", 8), ("x", 8)]
    assert [step.active for step in made] == order
    for number, step in enumerate(made):
        assert step.shown == set(order[: number + 1])
        # An arrow starts from what is there already.
        assert {start for start, _ in step.arrows} <= step.shown
    assert made[5].arrows == ((("z", 4), ("x", 4)), (("x", 2), ("x", 4)))


def test_renormalization_halves_the_field_then_puts_latents_aside() -> None:
    made = steps(make_flow(4), REVERSE)
    order = [("x", 4), ("x", 2), ("z", 4), ("x", 1), ("z", 2), ("z", 1)]
    assert [step.active for step in made] == order
    for step in made:
        assert {tile for arrow in step.arrows for tile in arrow} <= step.shown


def test_sentences_count_the_latents() -> None:
    flow = make_flow(16)
    assert sentence(flow, ("z", 4)) == (
        "Scale 4: 12 fresh latents fill the three new sites of every cell; the blank cells keep "
        "the field of scale 2."
    )
    assert "Scale 16: 192 fresh latents" in sentence(flow, ("z", 16))
    assert "the blank cell keeps the field of scale 1" in sentence(flow, ("z", 2))
    assert "48 are put aside" in sentence(flow, ("z", 8), REVERSE)
    assert "one stays, 64 of 256" in sentence(flow, ("x", 8), REVERSE)


def test_a_network_with_disentanglers_keeps_block_variables() -> None:
    flow = make_flow(8)
    mean = flow.fields[8].reshape(4, 2, 4, 2).mean(axis=(1, 3))
    learned = replace(flow, fields={**flow.fields, 4: mean, 2: mean[::2, ::2], 1: mean[:1, :1]})
    assert not learned.decimates(8)
    assert learned.decimates(4)
    assert "the blank cells carry the block variables of scale 4" in sentence(learned, ("z", 8))
    assert "one learned block variable" in sentence(learned, ("x", 4), REVERSE)
    assert "blocks of 2 × 2 sites" in sentence(learned, ("x", 4))


@pytest.mark.parametrize(
    ("temperature", "words"),
    [
        (2.269185, "Domains wider than about 8 sites"),
        (3.5, "nearly independent"),
        (1.5, "share the sign of the magnetization"),
    ],
)
def test_what_a_coarse_field_decides_depends_on_the_correlation_length(temperature, words) -> None:
    assert words in sentence(make_flow(16, temperature), ("x", 2))


@pytest.mark.parametrize(("sign", "words"), [(1, "is already that of"), (-1, "overrule its sign")])
def test_the_first_field_is_compared_with_the_magnetization(sign: int, words: str) -> None:
    flow = make_flow(8)
    spins = np.full((8, 8), sign * np.sign(flow.fields[1][0, 0]), dtype=np.int8)
    assert words in sentence(replace(flow, spins=spins), ("x", 1))


def test_it_plays_steps_by_keys_and_ends(window: MainWindow, qtbot: QtBot) -> None:
    slow, session = window.guide.slow_motion, window.session
    session.playing = True
    session.strip_view = "spins"
    temperature = session.temperature
    QTest.keyClick(window, Qt.Key.Key_M)
    assert slow.is_playing()
    assert not session.playing
    assert session.strip_view == "field"
    assert slow.bar.isVisible()
    assert slow.step.active == ("z", 1)
    slow.bar.pace.button("0.5").click()
    qtbot.waitUntil(lambda: slow.step.active != ("z", 1))
    QTest.keyClick(window, Qt.Key.Key_Space)
    assert not slow.is_playing()
    assert not session.playing
    slow.set_direction(GENERATE)
    seen = []
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Left):
        QTest.keyClick(slow.bar.forward, key)
        seen.append(slow.step.active)
    assert seen == [("x", 1), ("z", 2), ("x", 1)]
    assert not slow.is_playing()
    assert session.temperature == temperature
    assert slow.bar.accessibleName().startswith("Slow motion, step 2 of 8: Scale 1: the coarsest")
    QTest.keyClick(slow.bar, Qt.Key.Key_Escape)
    assert not slow.is_active()
    assert not slow.veil.isVisible()
    assert not window.actions_["slow_motion"].isChecked()
    QTest.keyClick(window, Qt.Key.Key_Right)
    assert session.temperature != temperature


def test_what_is_not_there_yet_is_dimmed_and_the_active_tile_framed(window: MainWindow) -> None:
    canvas, slow = window.explore.strip.canvas, window.guide.slow_motion
    window.actions_["slow_motion"].trigger()
    slow.move(3)  # the field of scale 2
    layout, image = canvas.tiles(), canvas.grab().toImage()
    panel = QColor(DARK.panel).lightness()

    def contrast(scale: int) -> int:
        """Return how far the pixels along a tile's diagonal are from the panel, at most."""
        rect = layout.field_rect(scale).toRect()
        colors = [image.pixelColor(rect.left() + i, rect.top() + i) for i in range(rect.width())]
        return max(abs(color.lightness() - panel) for color in colors)

    with_veil = {scale: contrast(scale) for scale in layout.scales}
    slow.end()
    window.layout().activate()
    window.actions_["slow_motion"].trigger()
    slow.move(7)  # everything is there
    image = canvas.grab().toImage()
    for scale in layout.scales:
        dimmed = with_veil[scale] < 0.3 * contrast(scale)
        assert dimmed == (scale > 2)
    slow.move(-4)
    image = canvas.grab().toImage()
    corner = layout.field_rect(2).topLeft().toPoint()
    assert image.pixelColor(corner.x() - 2, corner.y() + 9).name().upper() == DARK.accent
    idle = layout.field_rect(4).topLeft().toPoint()
    assert image.pixelColor(idle.x() - 2, idle.y() + 9).name().upper() != DARK.accent


def test_the_next_sample_is_taken_up_and_its_absence_ends_it(window: MainWindow) -> None:
    slow = window.guide.slow_motion
    window.actions_["slow_motion"].trigger()
    slow.move(1)
    before = slow.step.sentence
    window.session.selected = 3
    assert slow.step.active == ("x", 1)
    assert slow.step.sentence != before
    request = SampleRequest(9, "", 2.0, seed=1, sampler="wolff")
    slow.set_sample_set(make_samples(request, 8))
    assert not slow.is_active()
    window.actions_["slow_motion"].trigger()
    assert not slow.is_active()
    assert window.message.text().startswith("Slow motion needs a sample of a network.")


def test_it_is_never_played_unseen(window: MainWindow) -> None:
    slow, explore = window.guide.slow_motion, window.explore
    explore.toggle_maximised(explore.sample)
    window.actions_["slow_motion"].trigger()
    assert slow.bar.isVisible()
    explore.toggle_maximised(explore.strip)
    assert slow.is_active()
    explore.toggle_maximised(explore.strip)
    explore.toggle_maximised(explore.sample)
    assert not slow.is_active()
    assert not slow.is_playing()


def test_the_end_is_reached_and_played_again(window: MainWindow) -> None:
    slow = window.guide.slow_motion
    window.actions_["slow_motion"].trigger()
    slow.bar.direction.click()
    assert slow.step.active == ("x", 8)
    assert slow.bar.direction.text() == "Generate"
    slow.move(100)
    assert slow.step.active == ("z", 1)
    assert not slow.bar.forward.isEnabled()
    slow.bar.play.click()
    assert slow.is_playing()
    assert slow.step.active == ("x", 8)


def test_reduced_motion_leaves_the_steps_to_the_hand(
    make_window: MakeWindow, preferences: Preferences
) -> None:
    preferences.reduced_motion = True
    window = make_window()
    assert window.actions_["reduced_motion"].isChecked()
    slow = window.guide.slow_motion
    window.actions_["slow_motion"].trigger()
    assert not slow.is_playing()
    assert not slow.bar.play.isEnabled()
    slow.toggle_playing()
    assert not slow.is_playing()
    slow.bar.forward.click()
    assert slow.step.active == ("x", 1)
    window.actions_["reduced_motion"].trigger()
    assert not preferences.reduced_motion
    slow.bar.play.click()
    assert slow.is_playing()


@pytest.mark.parametrize(("width", "height"), [(1440, 900), (1100, 700)])
def test_every_sentence_fits_at_the_full_size(
    make_window: MakeWindow, width: int, height: int
) -> None:
    window = make_window(width=width, height=height)
    slow = window.guide.slow_motion
    window.actions_["slow_motion"].trigger()
    window.layout().activate()
    window.grab()
    shown = slow.bar.sentence
    for temperature in (1.5, 2.269185, 3.5):
        flow = make_flow(64, temperature)
        for direction in (GENERATE, REVERSE):
            for step in steps(flow, direction):
                shown.set_text(step.sentence)
                assert shown.letters() == 12, step.sentence
