"""Tab bars of docks: their words stay whole where there is room for them."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDockWidget, QMainWindow, QTabBar
from pytestqt.qtbot import QtBot

from nrg_app.ui.docks.areas import GAP
from nrg_app.ui.docks.tab_bars import TabBars


def test_tabs_give_up_padding_when_they_become_narrow(qtbot: QtBot) -> None:
    window = QMainWindow()
    qtbot.addWidget(window)
    docks = [QDockWidget(name, window) for name in ("Layers", "Distance", "Information")]
    for dock in docks:
        window.addDockWidget(Qt.DockWidgetArea.TopDockWidgetArea, dock)
    for dock in docks[1:]:
        window.tabifyDockWidget(docks[0], dock)
    window.resize(800, 300)
    window.show()
    bars = TabBars(window)
    bars.prepare()
    bar = window.findChildren(QTabBar)[0]
    assert bar.property("tight") is False
    advance = bar.fontMetrics().horizontalAdvance
    words = sum(advance(bar.tabText(number)) for number in range(bar.count()))
    window.resize(words + 3 * GAP, 300)
    qtbot.waitUntil(lambda: bar.property("tight") is True)
    window.resize(800, 300)
    qtbot.waitUntil(lambda: bar.property("tight") is False)
