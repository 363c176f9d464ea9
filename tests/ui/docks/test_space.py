"""Docks in the window: moved, tabbed, floated, hidden, remembered, reset."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QRect, QSettings, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from nrg_app.session.layout import PanelPlace
from nrg_app.ui.docks.dock import in_sight
from nrg_app.ui.docks.space import DockSpace
from nrg_app.ui.main_window import MainWindow
from nrg_app.ui.preferences import Preferences

from ..conftest import MakeWindow

LEFT = Qt.MouseButton.LeftButton


def rectangles(space: DockSpace) -> dict[str, QRect]:
    return {name: dock.geometry() for name, dock in space.docks.items() if not dock.isHidden()}


def test_hiding_and_showing_a_panel_puts_everything_back(window: MainWindow) -> None:
    space = window.explore.space
    before = rectangles(space)
    space.set_shown("observables", False)
    assert not window.explore.observables.isVisible()
    assert space.docks["samples"].width() > before["samples"].width()
    assert space.docks["strip"].geometry() == before["strip"]
    assert space.places() != ()
    space.set_shown("observables", True)
    assert rectangles(space) == before
    assert space.places() == ()


def test_a_panel_floats_with_its_controls_and_comes_back(window: MainWindow, qtbot: QtBot) -> None:
    space, strip = window.explore.space, window.explore.strip
    before = rectangles(space)
    space.toggle_floating("strip")
    assert strip.window() is space.docks["strip"]
    assert strip.isVisible()
    assert strip.header.isVisible()
    window.workspaces.show_name("train")
    assert not space.docks["strip"].isVisible()
    window.workspaces.show_name("explore")
    assert space.docks["strip"].isVisible()
    space.docks["strip"].grab()
    QTest.mouseDClick(strip.header, LEFT, pos=QPoint(200, 17))
    assert strip.window() is window
    assert rectangles(space) == before


def test_a_panel_is_moved_to_a_side_and_into_tabs(window: MainWindow) -> None:
    space = window.explore.space
    space.move_to("observables", "left")
    places = rectangles(space)
    assert places["observables"].left() == 0
    assert places["observables"].height() == space.height()
    assert all(places[name].left() > places["observables"].right() for name in ("sample", "strip"))
    space.tab_with("strip", "observables")
    assert window.explore.strip.isVisible()
    assert not window.explore.observables.isVisible()
    assert {place.panel: place.front for place in space.places()} == {
        "sample": True, "samples": True, "observables": False, "strip": True,
    }  # fmt: skip


def test_moved_panels_keep_their_proportions(window: MainWindow) -> None:
    space = window.explore.space
    space.move_to("observables", "right")
    before = rectangles(space)
    window.resize(1600, 1000)
    wider = rectangles(space)
    assert wider["observables"].width() == pytest.approx(
        before["observables"].width() * space.width() / 1152, abs=3
    )
    window.resize(1440, 900)
    assert rectangles(space) == before


def test_a_border_is_dragged(window: MainWindow, qtbot: QtBot) -> None:
    space = window.explore.space
    border = QPoint(600, space.docks["strip"].y() - 4)
    QTest.mousePress(space, LEFT, pos=border)
    QTest.mouseMove(space, border - QPoint(0, 60))
    # Qt moves the border when it is back in its event loop.
    qtbot.waitUntil(lambda: space.docks["strip"].height() == 420)
    QTest.mouseRelease(space, LEFT, pos=border - QPoint(0, 60))
    qtbot.waitUntil(lambda: space.places() != ())
    assert space.docks["strip"].height() == 420


def test_keys_reach_every_panel_and_act_on_it(window: MainWindow) -> None:
    window.activateWindow()
    space = window.explore.space
    reached = []
    for _ in space.docks:
        window.actions_["panel_next"].trigger()
        reached.append(window.panel_commands.current(space))
    assert reached == list(space.docks)
    window.actions_["panel_hide"].trigger()
    assert not space.is_shown("strip")
    window.actions_["panels_all"].trigger()
    assert space.is_shown("strip")
    window.actions_["panel_top"].trigger()
    assert space.docks["strip"].y() == 0
    window.actions_["panel_maximise"].trigger()
    assert space.docks["strip"].size() == space.size()
    window.actions_["reset_layout"].trigger()
    assert space.places() == ()
    assert space.maximised == ""


def test_the_menu_and_the_palette_name_every_panel(window: MainWindow) -> None:
    window.workspaces.show_name("train")
    menu = window.shell.menu.panels
    menu.aboutToShow.emit()
    titles = [panel.accessibleName() for panel in window.workspaces.train.panels]
    assert [action.text() for action in menu.actions()] == titles
    menu.actions()[-1].trigger()
    assert not window.workspaces.train.space.is_shown("run")
    texts = [entry.text for entry in window.panel_commands.entries()]
    assert "Show panel Training run" in texts
    assert "Hide panel Progress" in texts


def test_the_arrangement_is_remembered(make_window: MakeWindow, tmp_path: Path) -> None:
    window = make_window()
    window.explore.space.move_to("strip", "top")
    window.workspaces.show_name("train")
    window.workspaces.train.space.set_shown("scales", False)
    shown = rectangles(window.explore.space)
    window.close()
    second = make_window()
    second.workspaces.show_name("explore")
    for name, place in rectangles(second.explore.space).items():
        assert (place.topLeft() - shown[name].topLeft()).manhattanLength() <= 4
    assert not second.workspaces.train.space.is_shown("scales")


@pytest.mark.parametrize(
    "text",
    [
        "nonsense",
        '{"version": 1, "places": [{"panel": "strip"}]}',
        '{"version": 99, "places": []}',
    ],
)
def test_a_damaged_arrangement_is_as_good_as_none(
    make_window: MakeWindow, preferences: Preferences, text: str
) -> None:
    preferences._settings.setValue("panels/explore", text)
    window = make_window()
    assert window.explore.space.places() == ()
    assert window.explore.sample.isVisible()


def test_overlapping_panels_are_refused(window: MainWindow) -> None:
    space = window.explore.space
    names = list(space.docks)
    overlapping = [
        PanelPlace(name, 0.1 * k, 0.0, 0.5, 1.0, "docked") for k, name in enumerate(names)
    ]
    space.set_places(tuple(overlapping))
    assert space.places() == ()


def test_a_session_brings_its_arrangement_along(window: MainWindow, tmp_path: Path) -> None:
    space = window.explore.space
    space.move_to("sample", "right")
    moved = space.places()
    window.documents.save_to(tmp_path / "moved.nrg")
    window.documents.files.wait()
    window.workspaces.reset_layout()
    window.documents.open_file(tmp_path / "moved.nrg")
    window.documents.files.wait()
    assert space.places() == moved


def test_a_floating_panel_off_every_screen_comes_into_sight(qapp: object) -> None:
    screen = QGuiApplication.primaryScreen().availableGeometry()
    inside = QRect(screen.x() + 20, screen.y() + 30, 300, 200)
    assert in_sight(inside) == inside
    assert screen.contains(in_sight(QRect(-9000, 40, 300, 200)))
    assert screen.contains(in_sight(QRect(20, screen.bottom() + 500, 9000, 9000)))


def test_every_title_bar_has_a_name_and_says_what_it_does(window: MainWindow) -> None:
    for dock in window.explore.space.docks.values():
        bar = dock.titleBarWidget()
        assert bar.accessibleName() == f"Title bar of {dock.windowTitle()}"
        assert "Drag" in dock.panel.header.toolTip()


def test_settings_hold_no_bytes_of_qt(make_window: MakeWindow, preferences: Preferences) -> None:
    window = make_window()
    window.explore.space.set_shown("strip", False)
    window.close()
    settings = QSettings(preferences._settings.fileName(), QSettings.Format.IniFormat)
    assert '"version": 1' in str(settings.value("panels/explore"))
