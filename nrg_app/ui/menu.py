"""The menu behind the top bar's last button, made from the table of actions."""

from __future__ import annotations

from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QMenu, QWidget

from nrg_app.ui.actions import TABLE

if TYPE_CHECKING:
    from nrg_app.ui.main_window import MainWindow

ORDER = ("File", "Edit", "Run", "Temperature", "Picture", "Training", "View", "Window")
_HIDDEN = ("menu",)


class MainMenu(QMenu):
    """One submenu for every group of the table.

    The recent files come with the File group, the panels of the workspace with the View group.
    """

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self.setAccessibleName("Menu")
        groups = {
            name: [spec for spec in specs if spec.name not in _HIDDEN]
            for name, specs in groupby(
                sorted(TABLE, key=lambda spec: spec.group), lambda spec: spec.group
            )
        }
        self.recent = QMenu("Open recent", self)
        self.recent.aboutToShow.connect(self._list_recent)
        self.panels = QMenu("Panels", self)
        self.panels.aboutToShow.connect(lambda: window.panel_commands.list_panels(self.panels))
        names = [*ORDER, *(name for name in groups if name not in ORDER)]
        # Qt owns the menus, but PySide forgets those that Python does not refer to.
        self.groups = {name: QMenu(name, self) for name in names}
        for name, menu in self.groups.items():
            self.addMenu(menu)
            if name == "View":
                menu.addMenu(self.panels)
                menu.addSeparator()
            for spec in groups[name]:
                menu.addAction(window.actions_[spec.name])
                if spec.name == "open":
                    menu.addMenu(self.recent)

    def show_below(self, button: QWidget) -> None:
        """Open under a button, right edges together."""
        corner = button.mapToGlobal(QPoint(button.width(), button.height() + 2))
        self.popup(corner - QPoint(self.sizeHint().width(), 0))

    def _list_recent(self) -> None:
        self.recent.clear()
        for path in self._window.preferences.recent:
            action = self.recent.addAction(path.name)
            action.setToolTip(str(path))
            action.triggered.connect(lambda _=False, path=path: self._open(path))
        if self.recent.isEmpty():
            self.recent.addAction("None yet").setEnabled(False)

    def _open(self, path: Path) -> None:
        self._window.documents.open_file(path)
