"""The list of the panels that a figure can be made of, workspace by workspace."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QListWidget, QListWidgetItem, QVBoxLayout

from nrg_app.session.figure_panels import PanelInfo
from nrg_app.ui.fonts import CAPTION, text_font
from nrg_app.ui.fuzzy import score
from nrg_app.ui.theme import Theme
from nrg_app.ui.themed import Themed

_KEY = Qt.ItemDataRole.UserRole
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class PanelList(Themed):
    """A list with a line that narrows it; ``activated`` carries the name of a panel."""

    activated = Signal(str)

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self._panels: list[PanelInfo] = []
        self.filter = QLineEdit(self)
        self.filter.setPlaceholderText("Find a panel")
        self.filter.setAccessibleName("Find a panel")
        self.filter.textChanged.connect(lambda _: self._fill())
        self.filter.installEventFilter(self)
        self.list = QListWidget(self)
        self.list.setAccessibleName("Panels that have something to show")
        self.list.setToolTip("Enter or a double click adds a panel to the figure")
        self.list.itemDoubleClicked.connect(lambda _: self._activate())
        self.list.installEventFilter(self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addWidget(self.filter)
        layout.addWidget(self.list, 1)

    def set_panels(self, panels: Iterable[PanelInfo]) -> None:
        """Offer panels."""
        found = list(panels)
        if found != self._panels:
            self._panels = found
            self._fill()

    def current(self) -> str:
        """Return the name of the chosen panel, "" for none."""
        item = self.list.currentItem()
        return "" if item is None else str(item.data(_KEY) or "")

    def keys(self) -> list[str]:
        """Return the names of the panels in sight."""
        rows = (self.list.item(row).data(_KEY) for row in range(self.list.count()))
        return [str(key) for key in rows if key]

    def _fill(self) -> None:
        before, query = self.current(), self.filter.text().strip()
        self.list.clear()
        workspace = ""
        for panel in self._panels:
            if query and score(query, panel.title) is None:
                continue
            if panel.workspace != workspace:
                workspace = panel.workspace
                self._add_head(workspace.capitalize())
            item = QListWidgetItem(panel.title, self.list)
            item.setData(_KEY, panel.key)
            if panel.key == before or (self.list.currentItem() is None):
                self.list.setCurrentItem(item)

    def _add_head(self, words: str) -> None:
        head = QListWidgetItem(words, self.list)
        head.setFlags(Qt.ItemFlag.NoItemFlags)
        head.setFont(text_font(CAPTION, 600))

    def _activate(self) -> None:
        if self.current():
            self.activated.emit(self.current())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Add with Enter; go from the line to the list with the down key."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if event.key() in _ENTER:
                self._activate()
                return True
            if watched is self.filter and event.key() == Qt.Key.Key_Down:
                self.list.setFocus(Qt.FocusReason.TabFocusReason)
                return True
        return super().eventFilter(watched, event)
