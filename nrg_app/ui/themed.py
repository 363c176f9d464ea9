"""How a theme reaches the widgets of the window."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from nrg_app.ui.painting import hairline
from nrg_app.ui.theme import Theme

_DIRECT = Qt.FindChildOption.FindDirectChildrenOnly


def retheme(widget: QWidget, theme: Theme) -> None:
    """Give a theme to a widget that takes one, else to its children."""
    set_theme = getattr(widget, "set_theme", None)
    if set_theme is not None:
        set_theme(theme)
        return
    for child in widget.findChildren(QWidget, options=_DIRECT):
        retheme(child, theme)


class Themed(QWidget):
    """A widget with a theme that it passes on to its children."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme = theme

    def set_theme(self, theme: Theme) -> None:
        """Repaint in another theme, children included."""
        self.theme = theme
        for child in self.findChildren(QWidget, options=_DIRECT):
            retheme(child, theme)
        self.update()


class Separator(Themed):
    """A horizontal line of one device pixel, with space above and below it."""

    def __init__(
        self, theme: Theme, above: int = 0, below: int = 0, parent: QWidget | None = None
    ) -> None:
        super().__init__(theme, parent)
        self._above = above
        self.setFixedHeight(above + 1 + below)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the line."""
        painter = QPainter(self)
        painter.setPen(hairline(self.theme.line))
        painter.drawLine(0, self._above, self.width(), self._above)
