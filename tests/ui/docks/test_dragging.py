"""Docks dragged by their headers with the mouse, as the window system tells of it."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from nrg_app.ui.docks.dock import Dock
from nrg_app.ui.docks.space import DockSpace
from nrg_app.ui.main_window import MainWindow

LEFT, NO_KEY = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
GRIP = QPoint(60, 17)  # of a header
OUTSIDE = QPoint(700, 12)  # of the docks: the bar above them
DRAGGED = (
    ("explore", "observables", "sample"),
    ("train", "run", "free_energy"),
    ("holography", "stack", "disk"),
    ("measure", "measurement", "plot1"),
)
"""Workspace, the dock that is dragged, and the one that it is dragged to."""


@pytest.fixture(autouse=True)
def _own_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))


def show(window: MainWindow, workspace: str) -> DockSpace:
    window.workspaces.show_name(workspace)
    QApplication.processEvents()
    return window.workspaces.space()


def drag(window: MainWindow, dock: Dock, goal: QPoint) -> None:
    """Drag a dock by its header to a point of the window."""
    handle, start = window.windowHandle(), dock.panel.header.mapTo(window, GRIP)
    QTest.mousePress(handle, LEFT, NO_KEY, start)
    for step in range(1, 6):
        QTest.mouseMove(handle, start + (goal - start) * step / 5)
        QApplication.processEvents()
    QTest.mouseRelease(handle, LEFT, NO_KEY, goal)


@pytest.mark.parametrize(("workspace", "name", "other"), DRAGGED)
def test_a_dock_is_dragged_to_another_place(
    window: MainWindow, qtbot: QtBot, workspace: str, name: str, other: str
) -> None:
    space = show(window, workspace)
    dock, target = space.docks[name], space.docks[other]
    width = target.width()
    drag(window, dock, target.mapTo(window, QPoint(10, target.height() // 2)))
    qtbot.waitUntil(lambda: space.places() != ())
    assert not dock.isFloating()
    assert dock.panel.window() is window
    assert dock.x() == target.x() - space.docks[name].width() - 8
    assert (dock.y(), dock.height()) == (target.y(), target.height())
    assert target.width() < width
    (place,) = (place for place in space.places() if place.panel == name)
    assert place.state == "docked"
    assert place.x == pytest.approx(dock.x() / space.width(), abs=0.01)
    space.reset()
    assert target.width() == width


@pytest.mark.parametrize(("workspace", "name", "other"), DRAGGED)
def test_a_dock_is_dragged_out_and_floats(
    window: MainWindow, qtbot: QtBot, workspace: str, name: str, other: str
) -> None:
    space = show(window, workspace)
    dock = space.docks[name]
    drag(window, dock, OUTSIDE)
    qtbot.waitUntil(lambda: space.places() != ())
    assert dock.isFloating()
    assert dock.panel.isVisible()
    assert dock.panel.header.isVisible()
    held = dock.panel.header.mapToGlobal(GRIP) - window.mapToGlobal(OUTSIDE)
    assert held.manhattanLength() <= 4
    assert [place.panel for place in space.places() if place.state == "floating"] == [name]
    assert space.docks[other].isVisible()
    dock.grab()
    QTest.mouseDClick(dock.panel.header, LEFT, pos=GRIP)
    assert not dock.isFloating()
    assert space.places() == ()
