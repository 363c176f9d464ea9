"""Settings: what they change at once, and what is remembered."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QSettings, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from nrg_app.figures import palette
from nrg_app.session.layout import Arrangement, Layout
from nrg_app.ui import fonts, painting
from nrg_app.ui.color_maps import COLOR_MAPS, with_color_map
from nrg_app.ui.main_window import MainWindow
from nrg_app.ui.panels.text import text_width
from nrg_app.ui.preferences import FONT_SIZES, Preferences
from nrg_app.ui.settings_dialog import SettingsDialog
from nrg_app.ui.shell import DEFAULT_SIZE
from nrg_app.ui.theme import DARK, LIGHT

from .conftest import MakeWindow


def open_settings(window: MainWindow) -> SettingsDialog:
    window.top.settings.click()
    dialog = window.dialogs.shown("settings")
    assert isinstance(dialog, SettingsDialog)
    assert not dialog.isModal()
    return dialog


@pytest.fixture
def large_letters() -> Iterator[None]:
    fonts.set_percent(130)
    yield
    fonts.set_percent(100)


def test_the_theme_follows_the_choice_at_once(window: MainWindow, qtbot: QtBot) -> None:
    dialog = open_settings(window)
    dialog.themes.button("light").click()
    assert window.theme is LIGHT
    assert window.preferences.appearance == "light"
    window.top.toggle.click()
    assert window.theme is DARK
    qtbot.waitUntil(window.updatesEnabled)
    assert dialog.themes.current() == "dark"


def test_the_systems_theme_is_followed(window: MainWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    scheme = Qt.ColorScheme.Light
    hints = type("Hints", (), {"colorScheme": lambda _: scheme})()
    monkeypatch.setattr(QGuiApplication, "styleHints", lambda: hints)
    open_settings(window).themes.button("system").click()
    assert window.theme is LIGHT
    scheme = Qt.ColorScheme.Dark
    window.shell._follow_system()
    assert window.theme is DARK
    window.preferences.appearance = "light"
    window.shell._follow_system()
    assert window.theme is DARK  # a choice of one's own is nobody else's business


def test_the_fields_take_another_colour_map(window: MainWindow, qtbot: QtBot) -> None:
    window.session.view = "field"
    before = window.explore.sample.canvas.grab().toImage()
    open_settings(window).maps.button("cividis").click()
    assert window.theme.diverging == painting.CIVIDIS
    assert window.preferences.color_map == "cividis"
    qtbot.waitUntil(window.explore.sample.canvas.updatesEnabled)
    assert window.explore.sample.canvas.grab().toImage() != before
    window.toggle_theme()
    assert window.theme.diverging == painting.CIVIDIS
    assert window.theme.window == LIGHT.window


@pytest.mark.parametrize("theme", ["dark", "light"])
@pytest.mark.parametrize("name", [name for name, _ in COLOR_MAPS])
def test_lightness_is_monotonic_from_the_centre(theme: str, name: str) -> None:
    stops = with_color_map(theme, name).diverging
    lightness = palette._to_oklab(stops)[:, 0]
    middle = len(stops) // 2
    halves = (lightness[: middle + 1][::-1], lightness[middle:])
    for half in halves:
        steps = [after - before for before, after in pairwise(half)]
        assert len(set(np.sign(steps))) == 1
    if name != "cividis":
        # The rounding of the stops to 8 bits leaves 0.01.
        np.testing.assert_allclose(halves[0], halves[1], atol=0.01)


def test_choices_are_remembered(window: MainWindow) -> None:
    dialog = open_settings(window)
    dialog.sizes.button("120").click()
    dialog.maps.button("purple-green").click()
    dialog.themes.button("system").click()
    again = Preferences(window.preferences._settings)
    assert (again.font_size, again.color_map, again.appearance) == (120, "purple-green", "system")
    assert dialog.note.text() == "From the next start of the program"
    dialog.sizes.button("100").click()
    assert dialog.note.text() == "In use"


def test_damaged_choices_read_as_the_first_ones(tmp_path: Path) -> None:
    path = tmp_path / "bad.ini"
    path.write_text("[General]\ntheme=pink\ncolor_map=jet\nfont_size=9000\nrecent={\n")
    preferences = Preferences(QSettings(str(path), QSettings.Format.IniFormat))
    assert preferences.appearance == "dark"
    assert preferences.color_map == "blue-orange"
    assert preferences.font_size == 100
    assert preferences.recent == []
    assert preferences.theme is DARK


def test_letters_grow_but_the_temperature_does_not(large_letters: None) -> None:
    assert fonts.percent() in FONT_SIZES
    assert fonts.text_font(12).pixelSize() == 16
    assert fonts.text_font(fonts.TEMPERATURE).pixelSize() == fonts.TEMPERATURE
    wide = text_width("Neural renormalization", 12)
    fonts.set_percent(100)
    assert wide > 1.2 * text_width("Neural renormalization", 12)


def test_the_sidebar_grows_with_its_letters(large_letters: None, make_window: MakeWindow) -> None:
    window = make_window()
    assert window.sidebar.width() == round(1.3 * 272)
    window.grab()


def test_the_large_panel_is_remembered_and_can_be_reset(
    make_window: MakeWindow, preferences: Preferences
) -> None:
    window = make_window()
    window.explore.toggle_maximised(window.explore.strip)
    window.close()
    pages = ("scan", "scaling", "mcrg", "race")
    names = ("explore", "train", "holography", *(f"measure-{page}" for page in pages))
    untouched: dict[str, Arrangement] = dict.fromkeys(names, ())
    assert preferences.layout == Layout("strip", "samples", untouched)
    second = make_window(width=1100, height=700)
    assert second.workspaces.layout_state().maximised == "strip"
    second.setFocus()
    QTest.keyClick(second, Qt.Key.Key_0, Qt.KeyboardModifier.ControlModifier)
    assert second.workspaces.layout_state() == Layout("", "samples", untouched)
    assert second.size() == DEFAULT_SIZE
