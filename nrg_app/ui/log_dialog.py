"""The log as a window of its own: the last lines, to read and to copy."""

from __future__ import annotations

from PySide6.QtGui import QAction, QFontDatabase, QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from nrg_app.ui.buttons import ActionButton
from nrg_app.ui.fonts import CAPTION
from nrg_app.ui.log import LINES, LogLines
from nrg_app.ui.math_text import MathLabel
from nrg_app.ui.sheets import Sheet
from nrg_app.ui.theme import Theme


class LogDialog(Sheet):
    """Follows the log while it is open."""

    def __init__(self, theme: Theme, lines: LogLines, parent: QWidget | None = None) -> None:
        super().__init__(theme, "Log", parent)
        self._lines = lines
        self.resize(760, 420)
        self.view = QPlainTextEdit(self)
        self.view.setReadOnly(True)
        self.view.setMaximumBlockCount(LINES)
        self.view.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.view.setAccessibleName("Log")
        font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
        font.setPixelSize(CAPTION)
        self.view.setFont(font)
        self.view.setPlainText(lines.text())
        self.view.moveCursor(self.view.textCursor().MoveOperation.End)
        lines.added.connect(self.view.appendPlainText)
        copy = QAction("Copy", self)
        copy.setProperty("icon_name", "content-copy")
        copy.triggered.connect(self.copy)
        note = MathLabel(theme, f"The last {LINES} lines", "text3", px=CAPTION)
        bottom = QHBoxLayout()
        bottom.addWidget(note, 1)
        bottom.addWidget(ActionButton(theme, copy))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 12)
        layout.addWidget(self.view, 1)
        layout.addLayout(bottom)

    def copy(self) -> None:
        """Put all lines on the clipboard."""
        QGuiApplication.clipboard().setText(self._lines.text())
