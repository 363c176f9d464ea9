"""The command palette and the menu, both made from the table of actions."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from nrg_app.ui.actions import TABLE
from nrg_app.ui.fuzzy import score
from nrg_app.ui.main_window import MainWindow
from nrg_app.ui.theme import DARK, LIGHT

from .conftest import take_theme

CONTROL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier


def open_finder(window: MainWindow, query: str) -> list[str]:
    finder = window.shell.finder
    window.setFocus()
    QTest.keyClick(window, Qt.Key.Key_K, CONTROL)
    QTest.keyClicks(finder.field, query)
    return finder.texts()


def press(window: MainWindow, key: Qt.Key) -> None:
    QTest.keyClick(window.shell.finder.field, key)


def test_letters_in_order_fit_and_word_starts_come_first() -> None:
    assert score("", "anything") == 0.0
    assert score("xyz", "Export figure") is None
    assert score("ife", "file") is None
    texts = ["Draft of a figure", "Find action", "Free us all"]
    assert max(texts, key=lambda text: score("fa", text)) == "Find action"
    assert score("export", "Export figure") > score("export", "Extra support")
    assert score("a b", "ab") == score("ab", "ab")


def test_every_possible_action_is_offered(window: MainWindow) -> None:
    texts = open_finder(window, "")
    assert "Export figure" in texts
    assert "Undo" not in texts  # there is nothing to undo
    shown = {spec.text for spec in TABLE} & set(texts)
    assert len(shown) >= len(TABLE) - 8


def test_typed_letters_and_enter_run_an_action(window: MainWindow) -> None:
    walls = window.session.show_walls
    assert open_finder(window, "dowa")[0] == "Domain walls"
    press(window, Qt.Key.Key_Return)
    assert window.session.show_walls is not walls
    assert not window.shell.finder.isVisible()


@pytest.mark.parametrize("query", ["2.1", "t 2.1", "T = 2.1"])
def test_a_number_sets_the_temperature(window: MainWindow, query: str) -> None:
    assert open_finder(window, query)[0] == "T = 2.1"
    press(window, Qt.Key.Key_Return)
    assert window.session.temperature == 2.1


def test_impossible_numbers_are_not_offered(window: MainWindow) -> None:
    texts = open_finder(window, "0.0")
    assert not [text for text in texts if text.startswith(("T =", "Seed ="))]
    press(window, Qt.Key.Key_Escape)
    assert open_finder(window, "seed 99999999999") == []


def test_seeds_scales_and_samplers_are_offered(window: MainWindow) -> None:
    assert open_finder(window, "seed 4711")[0] == "Seed = 4711"
    press(window, Qt.Key.Key_Return)
    assert window.session.seed == 4711
    assert open_finder(window, "freeze scales 4")[0] == "Freeze scales ℓ ≤ 4"
    press(window, Qt.Key.Key_Return)
    assert window.session.frozen_scale == 4
    open_finder(window, "sampler wolff")
    press(window, Qt.Key.Key_Return)
    assert window.session.sampler == "wolff"


def test_models_and_recent_sessions_are_offered(window: MainWindow, tmp_path: Path) -> None:
    window.preferences.add_recent(tmp_path / "critical.nrg")
    assert open_finder(window, "critical.nrg")[0] == "Open critical.nrg"
    press(window, Qt.Key.Key_Escape)
    names = [f"Model {e.name}" for e in window.models.entries if e.model != window.session.model]
    assert names
    assert set(names) <= set(open_finder(window, "model"))


def test_arrow_keys_move_and_escape_closes(window: MainWindow) -> None:
    open_finder(window, "")
    finder = window.shell.finder
    press(window, Qt.Key.Key_Down)
    press(window, Qt.Key.Key_Down)
    press(window, Qt.Key.Key_Up)
    assert finder.list.currentRow() == 1
    press(window, Qt.Key.Key_PageDown)
    assert finder.list.currentRow() > 5
    press(window, Qt.Key.Key_Escape)
    assert not finder.isVisible()


def test_the_button_and_the_other_shortcut_open_it(window: MainWindow) -> None:
    finder = window.shell.finder
    window.top.find_action.click()
    assert finder.isVisible()
    QTest.keyClick(window, Qt.Key.Key_P, CONTROL | SHIFT)
    assert not finder.isVisible()


def test_it_is_painted_in_both_themes(window: MainWindow, qtbot: QtBot) -> None:
    open_finder(window, "")
    finder = window.shell.finder
    for theme in (LIGHT, DARK):
        take_theme(window, theme, qtbot)
        image = finder.grab().toImage()
        assert image.pixelColor(image.width() - 20, 20).name().upper() == theme.panel
    press(window, Qt.Key.Key_Escape)
    assert open_finder(window, "qqqqqq") == []
    finder.grab()


def test_the_menu_holds_every_action_once(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    menu = window.shell.menu
    names = [
        action.objectName()
        for group in menu.groups.values()
        for action in group.actions()
        if action.menu() not in (menu.recent, menu.panels) and not action.isSeparator()
    ]
    assert sorted(names) == sorted(spec.name for spec in TABLE if spec.name != "menu")
    menu.recent.aboutToShow.emit()
    assert [action.text() for action in menu.recent.actions()] == ["None yet"]
    window.preferences.add_recent(tmp_path / "critical.nrg")
    menu.recent.aboutToShow.emit()
    assert [action.text() for action in menu.recent.actions()] == ["critical.nrg"]
    menu.recent.actions()[0].trigger()
    qtbot.waitUntil(lambda: "Cannot read" in window.message.text())


def test_the_menu_opens_under_its_button(window: MainWindow, qtbot: QtBot) -> None:
    window.top.menu.click()
    assert window.shell.menu.isVisible()
    window.shell.menu.close()


def test_freezing_by_key(window: MainWindow) -> None:
    session, canvas = window.session, window.explore.strip.canvas
    window.setFocus()
    QTest.keyClick(window, Qt.Key.Key_F)
    assert session.frozen_scale == 2
    QTest.keyClick(window, Qt.Key.Key_F)
    assert session.frozen_scale == 0
    canvas._set_cell(("z", 4, 0, 1))
    QTest.keyClick(window, Qt.Key.Key_F)
    assert session.locks == {4}
    QTest.keyClick(window, Qt.Key.Key_F)
    assert session.locks == frozenset()


def test_escape_dismisses_one_thing_at_a_time(window: MainWindow) -> None:
    window.setFocus()
    window.explore.toggle_maximised(window.explore.strip)
    window.message.show_message("Saved.")
    QTest.keyClick(window, Qt.Key.Key_Escape)
    assert window.message.text() == ""
    assert window.workspaces.layout_state().maximised == "strip"
    QTest.keyClick(window, Qt.Key.Key_Escape)
    assert window.workspaces.layout_state().maximised == ""
