"""A panel's header, the loading line under it and the bar that reports an error."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QColor,
    QFontMetricsF,
    QHideEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QWidget

from nrg_app.ui.fonts import TITLE, text_font
from nrg_app.ui.icons import draw_icon
from nrg_app.ui.painting import blend, hairline
from nrg_app.ui.panels.controls import TextButton, TextLine
from nrg_app.ui.panels.text import Line, plain
from nrg_app.ui.theme import Theme

HEADER_HEIGHT = 34
PADDING = 12
_GAP = 8


class Header(QWidget):
    """Title, muted subtitle and tools. Lines that do not fit are hidden, tools never are.

    ``double_clicked`` asks to maximise. Presses are not accepted, so that a dock which uses the
    header as its title bar can be dragged by it.
    """

    double_clicked = Signal()

    def __init__(self, theme: Theme, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedHeight(HEADER_HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.title = TextLine(
            theme, (plain(title),), px=TITLE, weight=600, color_token="text", parent=self
        )
        self.subtitle = TextLine(theme, parent=self)
        self._title = title
        self._tools: list[QWidget] = []
        self._optional: list[QWidget] = [self.subtitle]
        self._subtitles: tuple[Line, ...] = ((),)

    def add_tool(self, tool: QWidget, *, optional: bool = False) -> None:
        """Append a tool at the right; an optional one gives way when space is short."""
        tool.setParent(self)
        tool.show()
        self._tools.append(tool)
        if optional:
            self._optional.append(tool)

    def set_title(self, title: str) -> None:
        """Show another title."""
        self._title = title
        self.arrange()

    def set_subtitle(self, *choices: Line) -> None:
        """Show a muted line after the title: the first choice that fits."""
        self._subtitles = choices
        self.arrange()

    def set_theme(self, theme: Theme) -> None:
        """Repaint in another theme."""
        for child in (self.title, self.subtitle, *self._tools):
            if hasattr(child, "set_theme"):
                child.set_theme(theme)

    def arrange(self) -> None:
        """Place everything; call it when a tool has changed its size or visibility."""
        wanted = [tool for tool in self._tools if tool.property("wanted") is not False]
        for tool in self._tools:
            tool.setVisible(tool in wanted)
        always = [tool for tool in wanted if tool not in self._optional]
        room = self.width() - 2 * PADDING
        room -= sum(tool.sizeHint().width() + _GAP for tool in always)
        room -= self._show_title(room)
        # The last optional line is the last to go: a status outlives an explanation.
        for widget in reversed(self._optional):
            if widget.property("wanted") is False:
                continue
            if widget is self.subtitle:
                self._choose_subtitle(room - _GAP)
            need = widget.sizeHint().width() + _GAP
            fits = need <= room
            widget.setVisible(fits)
            room -= need if fits else 0
        self._place(self.title, PADDING)
        self._place(self.subtitle, PADDING + self.title.sizeHint().width() + _GAP)
        right = self.width() - PADDING + 2
        for tool in reversed(wanted):
            if not tool.isHidden():
                right -= tool.sizeHint().width()
                self._place(tool, right)
                right -= _GAP

    def _show_title(self, room: int) -> int:
        """Show as much of the title as there is room for and return its width."""
        metrics = QFontMetricsF(text_font(TITLE, 600))
        text = self._title
        if metrics.horizontalAdvance(text) + 2 > room:
            text = metrics.elidedText(text, Qt.TextElideMode.ElideRight, max(0, room - 2))
        self.title.set_line((plain(text),))
        return self.title.sizeHint().width()

    def _choose_subtitle(self, room: int) -> None:
        for line in self._subtitles:
            self.subtitle.set_line(line)
            if self.subtitle.sizeHint().width() <= room:
                break

    def _place(self, widget: QWidget, x: int) -> None:
        size = widget.sizeHint()
        widget.setGeometry(x, (HEADER_HEIGHT - size.height()) // 2, size.width(), size.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Arrange the header anew."""
        super().resizeEvent(event)
        self.arrange()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Ask to maximise."""
        if event.button() == Qt.MouseButton.LeftButton:
            self.double_clicked.emit()
            event.accept()


class LoadingLine(QWidget):
    """A 2 px accent line that runs while a panel waits; hidden at rest."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme = theme
        self._phase = 0.0
        self._timer = QTimer(self)
        self._timer.setInterval(33)
        self._timer.timeout.connect(self._step)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFixedHeight(2)
        self.hide()

    def set_theme(self, theme: Theme) -> None:
        """Repaint in another theme."""
        self.theme = theme
        self.update()

    def start(self) -> None:
        """Show and run the line."""
        self._phase = 0.3
        self._timer.start()
        self.show()
        self.raise_()

    def hideEvent(self, event: QHideEvent) -> None:
        """Stop running while out of sight."""
        self._timer.stop()
        super().hideEvent(event)

    def _step(self) -> None:
        self._phase = (self._phase + 0.02) % 1.0
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the line or the bar."""
        painter = QPainter(self)
        width = self.width()
        painter.fillRect(self.rect(), QColor(self.theme.tint))
        start = (self._phase * 1.4 - 0.4) * width
        painter.fillRect(QRectF(start, 0, 0.4 * width, 2), QColor(self.theme.accent))


class MessageBar(QWidget):
    """One plain sentence with an icon and a Retry button; hidden until there is a message."""

    retry_requested = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme = theme
        self.label = QLabel(self)
        self.label.setFont(text_font(12))
        self.label.setTextFormat(Qt.TextFormat.PlainText)
        self.label.setWordWrap(True)
        self.label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.retry = TextButton(theme, "Retry", parent=self)
        self.retry.clicked.connect(self.retry_requested)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(PADDING + 24, 4, PADDING - 2, 4)
        layout.addWidget(self.label, 1)
        layout.addWidget(self.retry)
        self.hide()
        self.set_theme(theme)

    def show_message(self, text: str, *, retry: bool = True) -> None:
        """Show a sentence, with or without the button."""
        self.label.setText(text)
        self.setAccessibleName(text)
        self.retry.setVisible(retry)
        self.show()

    def set_theme(self, theme: Theme) -> None:
        """Repaint in another theme."""
        self.theme = theme
        self.label.setStyleSheet(f"color: {theme.text}; background: transparent;")
        self.retry.set_theme(theme)
        self.update()

    def minimumSizeHint(self) -> QSize:
        """Let the sentence wrap rather than widen the panel."""
        return QSize(0, 32)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the line or the bar."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), blend(self.theme.panel, self.theme.error, 0.14))
        painter.setPen(hairline(self.theme.error))
        painter.drawLine(0, self.height() - 1, self.width(), self.height() - 1)
        box = QRectF(PADDING, 0, 18, self.height())
        draw_icon(painter, box, "alert-circle-outline", self.theme.error, 16)
