"""The window's own messages: a sentence, at most two buttons, and a way to dismiss it."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QRect, QRectF, Qt, QTimer
from PySide6.QtGui import QHideEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QWidget

from nrg_app.ui.fonts import text_font
from nrg_app.ui.icons import draw_icon
from nrg_app.ui.painting import blend
from nrg_app.ui.panels.controls import IconButton, TextButton, draw_box
from nrg_app.ui.theme import Theme
from nrg_app.ui.themed import Themed

_ICONS = {
    "ok": "check-circle-outline",
    "warning": "alert-outline",
    "error": "alert-circle-outline",
}
_READ_MS = 8000
_WIDEST, _GAP = 720, 8


@dataclass(frozen=True)
class _Message:
    text: str
    kind: str
    button: str
    action: Callable[[], None] | None
    other: tuple[str, Callable[[], None] | None]


class WindowMessage(Themed):
    """Non-modal messages over the lower edge of the workspaces; good news leaves by itself.

    A warning or an error that offers something and is overtaken by another message comes back
    after it.
    """

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self.kind = "ok"
        self._area = QRect()
        self._shown: _Message | None = None
        self._waiting: deque[_Message] = deque()
        self.label = QLabel(self)
        self.label.setFont(text_font(12))
        self.label.setTextFormat(Qt.TextFormat.PlainText)
        self.label.setWordWrap(True)
        self.label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.button = TextButton(theme, "", parent=self)
        self.button.clicked.connect(self._act)
        self.other = TextButton(theme, "", parent=self)
        self.other.clicked.connect(self._act_otherwise)
        self._close = IconButton(theme, "close", "Dismiss", parent=self)
        self._close.clicked.connect(self._dismiss)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(34, 4, 8, 4)
        layout.addWidget(self.label, 1)
        layout.addWidget(self.button)
        layout.addWidget(self.other)
        layout.addWidget(self._close)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_READ_MS)
        self._timer.timeout.connect(self.hide)
        self.hide()

    def show_message(
        self,
        text: str,
        kind: str = "ok",
        *,
        button: str = "",
        action: Callable[[], None] | None = None,
        other: tuple[str, Callable[[], None] | None] = ("", None),
    ) -> None:
        """Show a sentence of a kind ("ok", "warning", "error"), with a button if one is named.

        ``other`` names a second button and says what it does.
        """
        before = self._shown
        offers = before is not None and before.button and before.kind != "ok"
        if before is not None and offers and not self.isHidden() and before.text != text:
            self._waiting.appendleft(before)
        self._show(_Message(text, kind, button, action, other))

    def _show(self, message: _Message) -> None:
        self._shown, self.kind = message, message.kind
        self.label.setText(message.text)
        self.setAccessibleName(message.text)
        for choice, name in ((self.button, message.button), (self.other, message.other[0])):
            choice.setText(name)
            choice.setAccessibleName(name)
            choice.setVisible(bool(name))
            choice.updateGeometry()
        self._place()
        self.show()
        self.raise_()
        self.update()
        if message.kind == "ok":
            self._timer.start()
        else:
            self._timer.stop()

    def set_area(self, area: QRect) -> None:
        """Tell where the workspaces are, in the parent."""
        self._area = area
        self._place()

    def _place(self) -> None:
        """Take the lower edge of the area, as high as the words need."""
        width = min(_WIDEST, self._area.width() - 2 * _GAP)
        if width <= 0 or self._shown is None:
            return
        buttons = (self.button, self.other, self._close)
        taken = sum(b.sizeHint().width() + _GAP for b in buttons if not b.isHidden())
        room = max(80, width - taken - 48)
        height = max(42, self.label.heightForWidth(room) + 22)
        left = self._area.center().x() - width // 2
        self.setGeometry(left, self._area.bottom() - height - _GAP, width, height)

    def show_when_free(
        self,
        text: str,
        kind: str = "ok",
        *,
        button: str = "",
        action: Callable[[], None] | None = None,
        other: tuple[str, Callable[[], None] | None] = ("", None),
    ) -> None:
        """The same as soon as there is nothing that asks for a choice."""
        self._waiting.append(_Message(text, kind, button, action, other))
        self._show_waiting()

    def _show_waiting(self) -> None:
        asking = not self.isHidden() and not self.button.isHidden()
        if self._waiting and not asking:
            self._show(self._waiting.popleft())

    def hideEvent(self, event: QHideEvent) -> None:
        """Show what has waited, once whatever hides this one has been done."""
        super().hideEvent(event)
        if self._waiting and self.isHidden():
            QTimer.singleShot(0, self, self._show_waiting)

    def text(self) -> str:
        """Return the sentence on show, "" when there is none."""
        return "" if self.isHidden() else self.label.text()

    def _dismiss(self) -> None:
        # Else Qt gives the focus to whatever comes next.
        self.window().setFocus()
        self.hide()

    def _act(self) -> None:
        shown = self._shown
        self._dismiss()
        if shown is not None and shown.action is not None:
            shown.action()

    def _act_otherwise(self) -> None:
        shown = self._shown
        self._dismiss()
        if shown is not None and shown.other[1] is not None:
            shown.other[1]()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the tinted box and the icon."""
        theme = self.theme
        color = getattr(theme, self.kind)
        painter = QPainter(self)
        box = QRectF(self.rect())
        draw_box(painter, box, blend(theme.panel, color, 0.14), blend(theme.panel, color, 0.6))
        draw_icon(painter, QRectF(9, 0, 18, self.height()), _ICONS[self.kind], color, 16)
