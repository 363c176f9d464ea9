"""One panel as a dock: its header is the title bar, and the frame goes around both."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QRectF, Qt, Signal
from PySide6.QtGui import (
    QCloseEvent,
    QColor,
    QContextMenuEvent,
    QGuiApplication,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QDockWidget, QVBoxLayout, QWidget

from nrg_app.session.layout import PanelPlace
from nrg_app.ui.panels.base import RADIUS, Panel
from nrg_app.ui.theme import Theme

_TIP = "Drag to move, double-click to maximise, right-click for more"
_LEAST_IN_SIGHT = 48  # pixels of a floating panel's title bar that a screen must show


def in_sight(place: QRect) -> QRect:
    """Return a rectangle on the desktop, moved and cut so that a screen shows its title bar."""
    screens = [screen.availableGeometry() for screen in QGuiApplication.screens()]
    bar = QRect(place.x(), place.y(), place.width(), _LEAST_IN_SIGHT)
    for screen in screens:
        part = bar.intersected(screen)
        if min(part.width(), part.height()) >= _LEAST_IN_SIGHT:
            return place
    screen = QGuiApplication.primaryScreen().availableGeometry()
    found = QRect(QPoint(0, 0), place.size().boundedTo(screen.size()))
    found.moveCenter(screen.center())
    return found


class Dock(QDockWidget):
    """Holds a panel.

    Signals:
        menu_requested: the panel's menu is wanted at a point of the desktop.
        closed: the user has closed it.
        double_clicked: the title bar was double-clicked.
    """

    menu_requested = Signal(QPoint)
    closed = Signal()
    double_clicked = Signal()

    def __init__(self, name: str, panel: Panel, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.panel = panel
        self._bar = QWidget(self)
        self._take_names()
        panel.retitled.connect(self._take_names)
        layout = QVBoxLayout(self._bar)
        layout.setContentsMargins(1, 1, 1, 0)
        header = panel.give_header()
        header.setToolTip(_TIP)
        layout.addWidget(header)
        self.setTitleBarWidget(self._bar)
        self.setWidget(panel)
        panel.maximise_requested.connect(self.double_clicked)
        # Qt keeps a dock behind a tab shown, beyond the edge; its panel need not go on drawing.
        policy = panel.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        panel.setSizePolicy(policy)
        self.visibilityChanged.connect(panel.setVisible)

    def _take_names(self) -> None:
        """Call itself like the panel; the title of the window is what a tab shows."""
        name = self.panel.accessibleName()
        self.setWindowTitle(self.panel.windowTitle())
        self.setAccessibleName(name)
        self._bar.setAccessibleName(f"Title bar of {name}")

    def set_theme(self, theme: Theme) -> None:
        """Repaint in another theme."""
        self.panel.set_theme(theme)
        self.update()

    def take_focus(self) -> None:
        """Give the keyboard to the first control of the panel, else of its title bar."""
        self.activateWindow()
        for root in (self.panel, self._bar):
            for child in root.findChildren(QWidget):
                tabbed = child.focusPolicy() & Qt.FocusPolicy.TabFocus
                if tabbed and child.isVisible() and child.isEnabled():
                    child.setFocus(Qt.FocusReason.ShortcutFocusReason)
                    return

    def is_on_show(self) -> bool:
        """Return whether it can be seen: not hidden, nor behind a tab."""
        return self.isVisible() and (self.isFloating() or self._is_inside())

    def _is_inside(self) -> bool:
        parent = self.parentWidget()
        return parent is not None and parent.rect().intersects(self.geometry())

    def float_at(self, place: PanelPlace | None) -> None:
        """Make a window of it, at a place that a screen shows or where Qt puts it."""
        self.setFloating(True)
        if place is not None:
            wanted = QRect(round(place.x), round(place.y), round(place.width), round(place.height))
            self.setGeometry(in_sight(wanted))

    def closeEvent(self, event: QCloseEvent) -> None:
        """Tell that the user closes it."""
        super().closeEvent(event)
        self.closed.emit()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Ask for the menu on the title bar, and by key anywhere in the panel."""
        by_key = event.reason() == QContextMenuEvent.Reason.Keyboard
        if by_key or self._bar.geometry().contains(event.pos()):
            corner = self.mapToGlobal(self._bar.geometry().bottomLeft())
            self.menu_requested.emit(corner if by_key else event.globalPos())
            event.accept()
        else:
            event.ignore()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the frame: rounded in the window, square around a window of its own."""
        theme = self.panel.theme
        painter = QPainter(self)
        painter.setBrush(QColor(theme.panel))
        painter.setPen(QPen(QColor(theme.line), 1.0))
        frame = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        if self.isFloating():
            painter.setPen(QPen(QColor(theme.strong_line), 1.0))
            painter.drawRect(frame)
        else:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.drawRoundedRect(frame, RADIUS, RADIUS)
