"""Docks put into the rows, columns and tabs of a tree."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDockWidget, QMainWindow

from nrg_app.ui.docks.tree import Node, Tabs

ACROSS, DOWN = Qt.Orientation.Horizontal, Qt.Orientation.Vertical


def divide(window: QMainWindow, docks: Mapping[str, QDockWidget], node: Node) -> None:
    """Divide the place of a part's first dock, which is in the window, among its docks."""
    first = docks[node.first()]
    if isinstance(node, Tabs):
        for name in node.names[1:]:
            window.tabifyDockWidget(first, docks[name])
        return
    kind = ACROSS if node.kind == "row" else DOWN
    for before, after in pairwise(node.parts):
        window.splitDockWidget(docks[before.first()], docks[after.first()], kind)
    for part in node.parts:
        divide(window, docks, part)
