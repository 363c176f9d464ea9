"""Widgets that are painted one after another instead of together."""

from __future__ import annotations

from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import delete

from nrg_app.ui.pauses import paint_later


class Noted(QWidget):
    """Notes when it is painted."""

    def __init__(self, name: str, painted: list[str]) -> None:
        super().__init__()
        self._name, self._painted = name, painted

    def paintEvent(self, event: QPaintEvent) -> None:
        self._painted.append(self._name)


def shown(qtbot: QtBot, painted: list[str]) -> tuple[QWidget, list[Noted]]:
    window = QWidget()
    qtbot.addWidget(window)
    row = QHBoxLayout(window)
    parts = [Noted(name, painted) for name in "abc"]
    for part in parts:
        row.addWidget(part)
    window.resize(300, 100)
    window.show()
    qtbot.waitUntil(lambda: len(painted) >= 3)
    painted.clear()
    return window, parts


def test_widgets_are_painted_in_the_order_that_is_asked_for(qtbot: QtBot) -> None:
    painted: list[str] = []
    window, (a, b, c) = shown(qtbot, painted)
    paint_later(c, a, b)
    window.repaint()
    assert painted == []
    qtbot.waitUntil(lambda: len(painted) == 3)
    assert painted == ["c", "a", "b"]


def test_the_others_are_painted_when_one_is_gone(qtbot: QtBot) -> None:
    painted: list[str] = []
    _, (a, b, c) = shown(qtbot, painted)
    paint_later(a, b, c)
    delete(b)
    qtbot.waitUntil(lambda: len(painted) == 2)
    assert painted == ["a", "c"]


def test_nothing_to_paint_is_no_fault() -> None:
    paint_later()
