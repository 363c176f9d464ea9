"""The building block of the sidebar: a caption in small capitals with room at its right."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from nrg_app.ui.panels.text import draw_text
from nrg_app.ui.theme import Theme
from nrg_app.ui.themed import Themed


class _Caption(Themed):
    def __init__(self, theme: Theme, text: str) -> None:
        super().__init__(theme)
        self._text = text.upper()
        self.setFixedHeight(24)

    def paintEvent(self, event: QPaintEvent) -> None:
        box = QRectF(self.rect())
        draw_text(QPainter(self), box, self._text, self.theme.text3, px=11, weight=600)


class Section(Themed):
    """A titled block; ``head`` is the line of the title, ``body`` what follows."""

    def __init__(self, theme: Theme, title: str, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self.setAccessibleName(title)
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(0, 0, 0, 0)
        self.head = QHBoxLayout()
        self.head.setSpacing(4)
        self.head.addWidget(_Caption(theme, title), 1)
        self.body.addLayout(self.head)
        self.body.setSpacing(4)
