"""The frame that all panels share: header, loading line, message bar, body, placeholder."""

from __future__ import annotations

import weakref
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QEvent, QObject, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
    QColor,
    QFocusEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QFrame, QLabel, QStackedLayout, QVBoxLayout, QWidget

from nrg_app.session.document import Session
from nrg_app.ui.fonts import text_font
from nrg_app.ui.panels.controls import TextButton, claims_key
from nrg_app.ui.panels.header import HEADER_HEIGHT, Header, LoadingLine, MessageBar
from nrg_app.ui.panels.text import Line, plain
from nrg_app.ui.theme import Theme
from nrg_app.ui.themed import Themed

RADIUS = 6.0
LOADING_DELAY_MS = 150

ARROWS = {
    Qt.Key.Key_Left: (0, -1),
    Qt.Key.Key_Right: (0, 1),
    Qt.Key.Key_Up: (-1, 0),
    Qt.Key.Key_Down: (1, 0),
}
"""Arrow key -> step in (row, column)."""


def follow(owner: QObject, event: Any, slot: Callable[..., Any]) -> None:
    """Connect a session event to a bound method for as long as its widget lives.

    psygnal holds the method weakly, but a Qt widget may be deleted while Python still refers to
    it; the connection ends with the Qt object.
    """
    event.connect(slot)
    reference = weakref.WeakMethod(slot)

    def release() -> None:
        method = reference()
        if method is not None:
            event.disconnect(method, missing_ok=True)

    owner.destroyed.connect(release)


class Canvas(QWidget):
    """A painted body with a theme and a version that counts changes, for caches.

    ``dimmed`` canvases draw their last image at half strength: newer data is on its way.
    ``ring`` is true while the keyboard's focus is here and was not brought by the mouse.
    ``KEYS`` are the keys that a canvas handles itself. What a key changes in the accessible
    description, such as the reading of the cell under the cursor, is said to screen readers.
    """

    KEYS: frozenset[Qt.Key] = frozenset()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme = theme
        self.version = 0
        self.dimmed = False
        self.ring = False
        self.setMouseTracking(True)

    def event(self, event: QEvent) -> bool:
        """Keep this view's keys from the window's shortcuts, and say what they have changed."""
        if claims_key(event, self.KEYS):
            return True
        if event.type() != QEvent.Type.KeyPress or not QAccessible.isActive():
            return super().event(event)
        before = self.accessibleDescription()
        result = super().event(event)
        if (words := self.accessibleDescription()) != before:
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, words))
        return result

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show the ring unless the mouse brought the focus."""
        self.ring = event.reason() != Qt.FocusReason.MouseFocusReason
        super().focusInEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Hide the ring."""
        self.ring = False
        super().focusOutEvent(event)

    def invalidate(self) -> None:
        """Forget cached images and repaint."""
        self.version += 1
        self.update()

    def set_theme(self, theme: Theme) -> None:
        """Repaint in another theme."""
        self.theme = theme
        self.invalidate()

    def set_dimmed(self, dimmed: bool) -> None:
        """Draw images at half strength, or at full strength again."""
        if dimmed != self.dimmed:
            self.dimmed = dimmed
            self.update()

    def image_opacity(self) -> float:
        """Return the opacity for images, 0.5 while newer data is awaited."""
        return 0.5 if self.dimmed else 1.0


class _Placeholder(QWidget):
    """One muted line and at most one button, for a panel with nothing to show."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.label = QLabel(self)
        self.label.setFont(text_font(12))
        self.label.setTextFormat(Qt.TextFormat.PlainText)
        self.label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.label.setWordWrap(True)
        self.button = TextButton(theme, "", parent=self)
        layout = QVBoxLayout(self)
        layout.setSpacing(10)
        layout.addStretch()
        layout.addWidget(self.label)
        layout.addWidget(self.button, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addStretch()
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        self.label.setStyleSheet(f"color: {theme.text2}; background: transparent;")
        self.button.set_theme(theme)


class Panel(QFrame):
    """A titled frame around one body widget.

    Signals:
        maximise_requested: the header was double-clicked.
        retry_requested: Retry was pressed in the message bar.
        placeholder_activated: the placeholder's button was pressed.
        retitled: it shows something else and has other names.
    """

    maximise_requested = Signal()
    retry_requested = Signal()
    placeholder_activated = Signal()
    retitled = Signal()

    def __init__(
        self, session: Session, theme: Theme, title: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.session = session
        self.theme = theme
        self.header = Header(theme, title, self)
        self.set_title(title)
        self.header.double_clicked.connect(self.maximise_requested)
        self.message = MessageBar(theme, self)
        self.message.retry_requested.connect(self.retry_requested)
        self._placeholder = _Placeholder(theme, self)
        self._placeholder.button.clicked.connect(self.placeholder_activated)
        self._body: Canvas | None = None
        self._controls: list[Themed] = []
        self._framed = True
        self._stack = QStackedLayout()
        self._stack.addWidget(self._placeholder)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(1, 1, 1, 1)
        self._column.setSpacing(0)
        self._column.addWidget(self.header)
        self._column.addWidget(self.message)
        self._column.addLayout(self._stack, 1)
        self._loading = LoadingLine(theme, self)
        self._wait = QTimer(self)
        self._wait.setSingleShot(True)
        self._wait.setInterval(LOADING_DELAY_MS)
        self._wait.timeout.connect(self._show_loading)

    def give_header(self) -> Header:
        """Return the header for a dock, whose title bar it becomes and which draws the frame."""
        self._column.removeWidget(self.header)
        self._column.setContentsMargins(1, 0, 1, 1)
        self._framed = False
        return self.header

    def set_title(self, title: str, *, name: str = "", tab: str = "") -> None:
        """Show another title; ``name`` calls the panel elsewhere, ``tab`` where room is short."""
        self.header.set_title(title)
        self.setAccessibleName(name or title)
        self.setWindowTitle(tab or name or title)
        self.retitled.emit()

    def add_controls(self, row: Themed) -> None:
        """Put a row of controls between the header and the body."""
        self._column.insertWidget(self._column.indexOf(self.message), row)
        self._controls.append(row)

    def set_body(self, body: Canvas) -> None:
        """Put the panel's canvas below the header."""
        self._body = body
        self._stack.addWidget(body)
        self._stack.setCurrentWidget(body)

    def set_subtitle(self, *choices: str | Line) -> None:
        """Show a muted line beside the title: the first choice that fits."""
        lines = ((plain(choice),) if isinstance(choice, str) else choice for choice in choices)
        self.header.set_subtitle(*lines)

    def set_theme(self, theme: Theme) -> None:
        """Repaint everything in another theme."""
        self.theme = theme
        for part in (self.header, self.message, self._loading, self._placeholder):
            part.set_theme(theme)
        for row in self._controls:
            row.set_theme(theme)
        if self._body is not None:
            self._body.set_theme(theme)
        self.update()

    def show_placeholder(self, text: str, action: str = "") -> None:
        """Replace the body by one muted line and, if named, one button."""
        self._placeholder.label.setText(text)
        self._placeholder.button.setText(action)
        self._placeholder.button.setAccessibleName(action)
        self._placeholder.button.setVisible(bool(action))
        self._stack.setCurrentWidget(self._placeholder)

    def show_body(self) -> None:
        """Show the body again."""
        if self._body is not None:
            self._stack.setCurrentWidget(self._body)

    def placeholder_text(self) -> str:
        """Return the placeholder's line, "" while the body is on show."""
        if self._stack.currentWidget() is self._placeholder:
            return self._placeholder.label.text()
        return ""

    def show_error(self, text: str, *, retry: bool = True) -> None:
        """Show a plain sentence in the message bar and stop waiting."""
        self.set_waiting(False)
        self.message.show_message(text, retry=retry)

    def clear_error(self) -> None:
        """Hide the message bar."""
        self.message.hide()

    def set_waiting(self, waiting: bool) -> None:
        """Tell that newer data was asked for; after 150 ms the panel says so."""
        if waiting:
            if not self._wait.isActive() and not self.is_loading():
                self._wait.start()
            return
        self._wait.stop()
        self._loading.hide()
        if self._body is not None:
            self._body.set_dimmed(False)

    def is_loading(self) -> bool:
        """Return whether the loading line is on."""
        return not self._loading.isHidden()

    def _show_loading(self) -> None:
        self._loading.start()
        if self._body is not None:
            self._body.set_dimmed(True)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the loading line under the header."""
        super().resizeEvent(event)
        top = HEADER_HEIGHT - 1 if self._framed else 0
        self._loading.setGeometry(1, top, self.width() - 2, 2)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the frame."""
        if not self._framed:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(QColor(self.theme.panel))
        painter.setPen(QPen(QColor(self.theme.line), 1.0))
        frame = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.drawRoundedRect(frame, RADIUS, RADIUS)
