"""The top bar: mark, workspaces, and the actions that belong to the whole window."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QAction, QColor, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from nrg_app.ui.actions import Actions
from nrg_app.ui.buttons import ActionButton
from nrg_app.ui.fonts import scaled
from nrg_app.ui.icons import draw_icon
from nrg_app.ui.painting import hairline
from nrg_app.ui.panels.text import draw_text, text_width
from nrg_app.ui.theme import Theme
from nrg_app.ui.themed import Themed

HEIGHT = 48
WORKSPACES_AT = 280
_COMPACT_WIDTH = 1200


class Mark(Themed):
    """The program's mark, name and subtitle."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self.setAccessibleName("NRG, neural renormalization")
        self.setFixedSize(scaled(WORKSPACES_AT), HEIGHT - 1)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw three nested squares, each half the side of the next, and the name."""
        theme = self.theme
        painter = QPainter(self)
        box = QRectF(16, 13, 22, 22)
        pen = QPen(QColor(theme.accent), 1.5)
        pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
        painter.setPen(pen)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.drawRect(box)
        middle, right = box.center(), QPointF(box.center().x(), box.bottom())
        painter.drawPolyline([QPointF(box.left(), middle.y()), middle, right])
        painter.fillRect(QRectF(box.left(), box.bottom() - 6, 6, 6), QColor(theme.accent))
        line = QRectF(48, 0, self.width(), self.height())
        end = draw_text(painter, line, "NRG", theme.text, px=17, weight=600)
        line.setLeft(end + 8)
        draw_text(painter, line, "Neural renormalization", theme.text3, px=13)


class WorkspaceButton(ActionButton):
    """The name of a workspace, underlined while it is on show."""

    def __init__(self, theme: Theme, action: QAction, parent: QWidget | None = None) -> None:
        super().__init__(theme, action, "flat", height=HEIGHT, parent=parent)
        self.setAccessibleName(f"Workspace {action.text()}")

    def sizeHint(self) -> QSize:
        """Return the width of icon and name."""
        return QSize(round(text_width(self.text(), 14, 600)) + 46, HEIGHT)

    def draw_face(self, painter: QPainter, rect: QRectF) -> None:
        """Draw icon, name and, on show, the underline."""
        theme, on = self.theme, self.isChecked()
        lit = on or self.underMouse()
        icon = theme.accent if on else theme.text2
        draw_icon(painter, QRectF(12, 0, 16, HEIGHT - 1), self.icon_name, icon, 15)
        color = theme.text if lit else theme.text2
        draw_text(painter, rect.adjusted(34, 0, 0, -1), self.text(), color, px=14, weight=600)
        if on:
            painter.fillRect(QRectF(0, HEIGHT - 3, rect.width(), 3), QColor(theme.accent))


class TopBar(Themed):
    """48 pixels at the top of the window."""

    def __init__(self, actions: Actions, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self.setAccessibleName("Top bar")
        self.setFixedHeight(HEIGHT)
        self.find_action = ActionButton(theme, actions["find"], "flat", height=28, weight=500)
        self.snapshot = ActionButton(theme, actions["snapshot"], "flat", height=28, weight=500)
        self.export = ActionButton(theme, actions["export"], height=28)
        self.toggle = ActionButton(theme, actions["theme"], "flat", text=False, height=28)
        self.help = ActionButton(theme, actions["shortcuts"], "flat", text=False, height=28)
        self.settings = ActionButton(theme, actions["settings"], "flat", text=False, height=28)
        self.menu = ActionButton(theme, actions["menu"], "flat", text=False, height=28)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 10, 0)
        layout.setSpacing(0)
        layout.addWidget(Mark(theme))
        self.workspaces = [
            WorkspaceButton(theme, actions[name])
            for name in (
                "workspace_explore",
                "workspace_train",
                "workspace_holography",
                "workspace_measure",
            )
        ]
        for workspace in self.workspaces:
            layout.addWidget(workspace)
        layout.addSpacing(16)
        layout.addStretch(1)
        layout.addSpacing(8)
        for button, space in (
            (self.find_action, 0),
            (self.snapshot, 8),
            (self.export, 8),
            (self.toggle, 6),
            (self.help, 6),
            (self.settings, 6),
            (self.menu, 0),
        ):
            layout.addWidget(button)
            layout.addSpacing(space)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Reduce text buttons to icons when there is little room."""
        roomy = self.width() >= _COMPACT_WIDTH
        for button in (self.find_action, self.snapshot, self.export):
            button.set_with_text(roomy)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the ground and the line below."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(self.theme.bar))
        painter.setPen(hairline(self.theme.line))
        painter.drawLine(0, self.height() - 1, self.width(), self.height() - 1)
