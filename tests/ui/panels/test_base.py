"""What every panel has: header, loading line, message bar, placeholder, a clean end."""

from __future__ import annotations

import pytest
import shiboken6
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from nrg_app.ui.painting import rgb32
from nrg_app.ui.panels.controls import Segmented
from nrg_app.ui.panels.independent import IndependentPanel
from nrg_app.ui.panels.observables import ObservablesPanel
from nrg_app.ui.panels.sample import SamplePanel
from nrg_app.ui.panels.strip import StripPanel
from nrg_app.ui.theme import DARK, LIGHT

PANELS = [SamplePanel, IndependentPanel, ObservablesPanel, StripPanel]


@pytest.mark.parametrize("kind", PANELS)
def test_panel_says_that_it_waits_until_data_comes(kind, show, samples, observables):
    panel = show(kind, 700, 400)
    assert panel.placeholder_text().startswith("Waiting")
    panel.set_sample_set(samples())
    if kind is ObservablesPanel:
        panel.set_observables(observables())
    assert panel.placeholder_text() == ""
    assert panel.canvas.isVisible()


@pytest.mark.parametrize("kind", PANELS)
def test_double_click_on_the_header_asks_to_maximise(kind, show, qtbot):
    panel = show(kind, 700, 400)
    with qtbot.waitSignal(panel.maximise_requested, timeout=500):
        qtbot.mouseDClick(panel.header, Qt.MouseButton.LeftButton, pos=QPoint(40, 17))


@pytest.mark.parametrize("kind", PANELS)
def test_every_theme_and_back_gives_the_same_picture(kind, show, samples, observables, pixels):
    panel = show(kind, 700, 400)
    panel.set_sample_set(samples())
    if kind is ObservablesPanel:
        panel.set_observables(observables())
    light = pixels(panel)
    panel.set_theme(DARK)
    dark = pixels(panel)
    assert light[200, 5] == rgb32(LIGHT.panel)
    assert dark[200, 5] == rgb32(DARK.panel)
    panel.set_theme(LIGHT)
    assert (pixels(panel) == light).all()


def test_loading_line_comes_after_a_while_and_dims_the_last_picture(show, samples, qtbot):
    panel = show(SamplePanel, 400, 440)
    panel.set_sample_set(samples())
    panel.set_waiting(True)
    assert not panel.is_loading()
    qtbot.waitUntil(panel.is_loading, timeout=2000)
    assert panel.canvas.image_opacity() == 0.5
    panel.set_sample_set(samples(seed=1))
    assert not panel.is_loading()
    assert panel.canvas.image_opacity() == 1.0


def test_an_answer_in_time_shows_no_loading_line(show, samples, qtbot):
    panel = show(SamplePanel, 400, 440)
    panel.set_waiting(True)
    panel.set_sample_set(samples())
    qtbot.wait(250)
    assert not panel.is_loading()


def test_error_bar_shows_the_cause_and_offers_a_retry(show, qtbot):
    panel = show(StripPanel, 900, 300)
    panel.show_error("The sampler stopped.")
    assert panel.message.isVisible()
    assert panel.message.label.text() == "The sampler stopped."
    with qtbot.waitSignal(panel.retry_requested, timeout=500):
        qtbot.mouseClick(panel.message.retry, Qt.MouseButton.LeftButton)
    panel.clear_error()
    assert not panel.message.isVisible()


def test_header_hides_lines_that_do_not_fit_but_never_tools(show, session):
    session.frozen_scale = 8
    panel = show(StripPanel, 1152, 360)
    assert panel.header.subtitle.isVisible()
    assert panel.keep.isVisible()
    panel.resize(860, 300)
    assert not panel.header.subtitle.isVisible()
    assert panel.keep.isVisible()
    panel.resize(500, 300)
    assert not panel.keep.isVisible()
    assert panel.resample.isVisible()
    assert panel.views.geometry().right() < panel.header.width()


def test_a_deleted_panel_no_longer_follows_the_session(qtbot, session, samples):
    parent = QWidget()
    qtbot.addWidget(parent)
    panel = SamplePanel(session, LIGHT, parent)
    panel.set_sample_set(samples())
    shiboken6.delete(panel)
    session.view = "field"
    session.selected = 3


def test_segmented_choice_moves_with_the_arrow_keys(qtbot):
    choice = Segmented(LIGHT, (("a", "A"), ("b", "B"), ("c", "C")), "Letter")
    qtbot.addWidget(choice)
    choice.set_current("a")
    choice.show()
    qtbot.waitExposed(choice)
    choice.button("a").setFocus()
    with qtbot.waitSignal(choice.changed, timeout=500) as caught:
        qtbot.keyClick(choice.button("a"), Qt.Key.Key_Right)
    assert caught.args == ["b"]
    assert choice.current() == "b"
    assert choice.button("b").accessibleName() == "Letter, B"


@pytest.mark.parametrize("kind", [SamplePanel, IndependentPanel, StripPanel])
def test_a_focused_view_takes_arrow_keys_before_the_windows_shortcuts(
    kind, show, samples, session, qtbot
):
    panel = show(kind, 700, 400)
    panel.set_sample_set(samples())
    fired = []
    shortcut = QShortcut(QKeySequence(Qt.Key.Key_Right), panel)
    shortcut.activated.connect(lambda: fired.append(True))
    panel.activateWindow()
    panel.canvas.setFocus()
    qtbot.waitUntil(panel.canvas.hasFocus, timeout=2000)
    qtbot.keyClick(panel.canvas, Qt.Key.Key_Right)
    assert fired == []
    panel.setFocus()
    qtbot.keyClick(panel, Qt.Key.Key_Right)
    assert fired == [True]


def test_setting_a_segmented_choice_by_program_is_silent(qtbot):
    choice = Segmented(LIGHT, (("a", "A"), ("b", "B")), "Letter")
    qtbot.addWidget(choice)
    with qtbot.assertNotEmitted(choice.changed):
        choice.set_current("b")
