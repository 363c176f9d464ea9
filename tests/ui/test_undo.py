"""Undo and redo in the window."""

from __future__ import annotations

import gc

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from nrg_app.ui.main_window import MainWindow

CONTROL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
LEFT = Qt.MouseButton.LeftButton


def press(window: MainWindow, key: Qt.Key, modifier: object = CONTROL) -> None:
    window.setFocus()
    QTest.keyClick(window, key, modifier)


def count(window: MainWindow) -> int:
    window.history.settle()
    return window.history.stack.count()


def test_keys_undo_and_redo(window: MainWindow) -> None:
    session, undo = window.session, window.actions_["undo"]
    assert not undo.isEnabled()
    session.temperature = 2.31
    window.history.settle()
    assert undo.text() == "Undo temperature 2.269 → 2.310"
    press(window, Qt.Key.Key_Z)
    assert session.temperature == pytest.approx(2.269185)
    assert not undo.isEnabled()
    assert window.actions_["redo"].text() == "Redo temperature 2.269 → 2.310"
    press(window, Qt.Key.Key_Y)
    assert session.temperature == 2.31
    press(window, Qt.Key.Key_Z)
    press(window, Qt.Key.Key_Z, CONTROL | SHIFT)
    assert session.temperature == 2.31


def test_steps_are_made_without_being_asked_for(window: MainWindow, qtbot: QtBot) -> None:
    window.session.view = "field"
    qtbot.waitUntil(lambda: window.history.stack.count() == 1)


def test_undoing_everything_clears_the_mark(window: MainWindow) -> None:
    window.session.temperature = 2.0
    window.history.settle()
    window.session.view = "field"
    assert window.isWindowModified()
    for _ in range(2):
        press(window, Qt.Key.Key_Z)
    assert not window.isWindowModified()
    assert count(window) == 2


def test_a_drag_is_one_step_however_slow(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    seconds = iter(range(0, 1000, 10))
    monkeypatch.setattr("nrg_app.ui.undo.time.monotonic", lambda: float(next(seconds)))
    slider = window.sidebar.temperature.slider
    for end in (3.0, 2.5):
        QTest.mousePress(slider, LEFT, pos=QPoint(round(slider.x_of(2.0)), 56))
        for temperature in np.linspace(2.0, end, 9):
            QTest.mouseMove(slider, QPoint(round(slider.x_of(temperature)), 56))
            window.history._push()
        QTest.mouseRelease(slider, LEFT, pos=QPoint(round(slider.x_of(end)), 56))
    assert count(window) == 2
    gc.collect()
    press(window, Qt.Key.Key_Z)
    press(window, Qt.Key.Key_Z)
    assert window.session.temperature == pytest.approx(2.269185)


def test_a_drag_is_no_part_of_the_step_before_it(window: MainWindow) -> None:
    window.session.temperature = 3.2
    window.history._push()
    slider = window.sidebar.temperature.slider
    QTest.mousePress(slider, LEFT, pos=QPoint(round(slider.x_of(2.0)), 56))
    QTest.mouseMove(slider, QPoint(round(slider.x_of(2.5)), 56))
    QTest.mouseRelease(slider, LEFT, pos=QPoint(round(slider.x_of(2.5)), 56))
    assert count(window) == 2
    press(window, Qt.Key.Key_Z)
    assert window.session.temperature == 3.2


def test_a_drag_of_a_latent_is_one_step_however_slow(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    seconds = iter(range(0, 1000, 10))
    monkeypatch.setattr("nrg_app.ui.undo.time.monotonic", lambda: float(next(seconds)))
    strip = window.explore.strip
    strip.canvas.select((4, 0, 1))
    slider = strip.latent.slider
    QTest.mousePress(slider, LEFT, pos=QPoint(20, 12))
    for x in range(20, 80, 10):
        QTest.mouseMove(slider, QPoint(x, 12))
        window.history._push()
    QTest.mouseRelease(slider, LEFT, pos=QPoint(80, 12))
    (edit,) = window.session.latent_edits
    assert edit.place == (0, 4, 0, 1)
    assert count(window) == 1
    press(window, Qt.Key.Key_Z)
    assert window.session.latent_edits == ()


def test_quick_changes_are_one_step_slow_ones_two(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 0.0
    monkeypatch.setattr("nrg_app.ui.undo.time.monotonic", lambda: now)
    for pause in (0.0, 0.2, 0.2, 3.0):
        now += pause
        press(window, Qt.Key.Key_Right, Qt.KeyboardModifier.NoModifier)
        window.history._push()
    assert count(window) == 2
    press(window, Qt.Key.Key_Left, Qt.KeyboardModifier.NoModifier)
    # There and back again within a second leaves nothing to undo.
    assert count(window) == 1


def test_playing_and_sweeping_are_one_step_each(window: MainWindow) -> None:
    session = window.session
    seed, temperature = session.seed, session.temperature
    session.playing = True
    for _ in range(30):
        session.advance()
        window.history._push()
    assert window.history.stack.count() == 0
    assert window.actions_["undo"].isEnabled()
    press(window, Qt.Key.Key_Z)
    assert not session.playing
    assert session.seed == seed
    window.actions_["sweep"].setChecked(True)
    for _ in range(30):
        window.commands.sweep.advance(0.1)
        window.history._push()
    assert window.history.stack.count() == 1
    press(window, Qt.Key.Key_Z)
    assert session.temperature == temperature
    assert not window.commands.sweep.is_running()


def test_a_return_to_a_snapshot_is_one_step_and_one_request(window: MainWindow) -> None:
    session = window.session
    window.actions_["snapshot"].trigger()
    session.temperature, session.seed, session.selected = 3.0, 77, 5
    window.history.settle()
    window.sidebar.snapshots.list.restore.emit(session.snapshots[0])
    assert session.temperature == pytest.approx(2.269185)
    window.history.settle()
    assert window.actions_["undo"].text() == "Undo return to a snapshot"
    requests = len(window.feed.client.requests)
    press(window, Qt.Key.Key_Z)
    assert (session.temperature, session.seed, session.selected) == (3.0, 77, 5)
    assert len(window.feed.client.requests) == requests + 1


def test_a_long_drag_keeps_nothing_but_its_step(window: MainWindow) -> None:
    slider = window.sidebar.temperature.slider
    QTest.mousePress(slider, LEFT, pos=QPoint(round(slider.x_of(2.0)), 56))
    for temperature in np.linspace(2.0, 3.0, 50):
        QTest.mouseMove(slider, QPoint(round(slider.x_of(temperature)), 56))
        window.history._push()
    QTest.mouseRelease(slider, LEFT, pos=QPoint(round(slider.x_of(3.0)), 56))
    assert count(window) == 1
    gc.collect()
    kept = [thing for thing in gc.get_objects() if type(thing).__name__ == "_Command"]
    assert [command for command in kept if command._history is window.history] == [
        window.history.stack.command(0)
    ]


def test_another_document_has_no_steps(window: MainWindow) -> None:
    window.session.temperature = 2.0
    window.history.settle()
    window.session.view = "field"
    window.actions_["new"].trigger()
    assert count(window) == 0
    assert not window.actions_["undo"].isEnabled()
