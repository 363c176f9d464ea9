"""A panel's body that scrolls: a column of controls."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout

from nrg_app.ui.panels.base import Canvas
from nrg_app.ui.theme import Theme
from nrg_app.ui.themed import Themed, retheme

PADDING = 12
_SCROLL_BAR = 8


class ScrollBody(Canvas):
    """The scrolling content of a panel; widgets go into ``column``."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self.content = Themed(theme)
        self.content.setProperty("plain", True)
        self.column = QVBoxLayout(self.content)
        self.column.setSpacing(0)
        scroll = QScrollArea(self)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(self.content)
        scroll.viewport().setAutoFillBackground(False)
        self.content.setAutoFillBackground(False)
        scroll.verticalScrollBar().rangeChanged.connect(self._make_room)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(scroll)
        self._make_room(0, 0)

    def _make_room(self, low: int, high: int) -> None:
        """Let the scroll bar take its room from the padding, not from the controls."""
        bar = _SCROLL_BAR if high > low else 0
        self.column.setContentsMargins(PADDING, 2, PADDING - bar, 10)

    def set_theme(self, theme: Theme) -> None:
        """Repaint in another theme, content included."""
        super().set_theme(theme)
        retheme(self.content, theme)
