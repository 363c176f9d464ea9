"""Every control of every workspace has a name and a tool tip, and the Tab key comes past it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QScrollArea,
    QWidget,
)
from pytestqt.qtbot import QtBot

from nrg_app.ui.main_window import MainWindow
from nrg_app.ui.panels.controls import TextButton
from nrg_app.ui.workspaces import WORKSPACES

PAGES = (
    *((name, "") for name in WORKSPACES if name != "measure"),
    *(("measure", page) for page in ("scan", "scaling", "mcrg", "race")),
)
TWICE = {"Snapshot", "Start training", "New training", "Start measurement"}
"""Actions that have a button at two places on purpose."""


def show(window: MainWindow, workspace: str, page: str) -> None:
    window.workspaces.show_name(workspace)
    if page:
        window.workspaces.measure.show_page(page)  # type: ignore[arg-type]


def controls(window: MainWindow) -> Iterator[QWidget]:
    """Yield what the keyboard can go to, without scroll areas, which take it for their content."""
    for widget in window.findChildren(QWidget):
        reachable = widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.focusProxy() is None
        if reachable and widget.isVisible() and not isinstance(widget, QScrollArea):
            yield widget


@pytest.mark.parametrize(("workspace", "page"), PAGES)
def test_screen_readers_are_told_what_everything_is(
    window: MainWindow, workspace: str, page: str
) -> None:
    show(window, workspace, page)
    nameless, roleless, names = [], [], Counter[str]()
    for widget in controls(window):
        told = QAccessible.queryAccessibleInterface(widget)
        if not widget.accessibleName() or not told.text(QAccessible.Text.Name):
            nameless.append(widget)
        if told.role() in (QAccessible.Role.NoRole, QAccessible.Role.Pane):
            roleless.append(widget)
        names[widget.accessibleName()] += 1
    assert nameless == []
    assert roleless == []
    assert {name for name, count in names.items() if count > 1} - TWICE == set()
    assert len(names) > 30


@pytest.mark.parametrize(("workspace", "page"), PAGES)
def test_everything_that_is_set_or_has_an_icon_alone_has_a_tool_tip(
    window: MainWindow, workspace: str, page: str
) -> None:
    show(window, workspace, page)
    set_by_hand = (QAbstractSpinBox, QAbstractSlider, QComboBox)
    silent = [
        widget.accessibleName()
        for widget in controls(window)
        if isinstance(widget, (*set_by_hand, QAbstractButton))
        and not isinstance(widget, TextButton)
        and not widget.toolTip()
    ]
    assert silent == []


@pytest.mark.parametrize("workspace", WORKSPACES)
def test_the_tab_key_comes_past_everything(
    window: MainWindow, qtbot: QtBot, qapp: QApplication, workspace: str
) -> None:
    show(window, workspace, "")
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    window.top.setFocus()
    wanted = {widget for widget in controls(window) if widget.isEnabled()}
    passed: list[QWidget] = []
    window.focusNextChild()
    while (at := qapp.focusWidget()) is not None and at not in passed:
        passed.append(at)
        QTest.keyClick(at, Qt.Key.Key_Tab)
    # One of a group of radio buttons and segments stands for all: arrow keys go on from it.
    grouped = {w for w in wanted if isinstance(w, QAbstractButton) and w.group() is not None}
    missed = wanted - set(passed) - grouped
    assert [widget.accessibleName() for widget in missed] == []
    assert {w.group() for w in grouped} == {
        w.group() for w in passed if isinstance(w, QAbstractButton) and w.group() is not None
    }


class Listener:
    """A screen reader, as painted views see it: it hears what is announced."""

    def __init__(self) -> None:
        self.heard: list[str] = []

    def isActive(self) -> bool:
        return True

    def updateAccessibility(self, event: QAccessibleAnnouncementEvent) -> None:
        self.heard.append(event.message())


def test_screen_readers_hear_what_the_keyboard_cursor_reads(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    listener = Listener()
    monkeypatch.setattr("nrg_app.ui.panels.base.QAccessible", listener)
    explore = window.explore
    for canvas in (explore.sample.canvas, explore.strip.canvas, explore.samples.canvas):
        canvas.setFocus(Qt.FocusReason.TabFocusReason)
        QTest.keyClick(canvas, Qt.Key.Key_Right)
        QTest.keyClick(canvas, Qt.Key.Key_Right)
        said = listener.heard[-1]
        assert said == canvas.accessibleDescription() != ""
        # What changes by itself is not told on and on.
        count = len(listener.heard)
        window.session.seed += 1
        assert len(listener.heard) == count
    assert len(set(listener.heard)) >= 5
