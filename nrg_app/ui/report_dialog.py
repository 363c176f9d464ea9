"""The report of a crash, to read and to copy."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtGui import QAction, QFontDatabase, QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from nrg_app.ui.buttons import ActionButton
from nrg_app.ui.fonts import CAPTION
from nrg_app.ui.math_text import MathLabel
from nrg_app.ui.sheets import Sheet
from nrg_app.ui.theme import Theme


class ReportDialog(Sheet):
    """Non-modal.

    Args:
        theme: of the window.
        text: of the report.
        folder: where reports lie.
        parent: the window.
    """

    def __init__(self, theme: Theme, text: str, folder: Path, parent: QWidget | None) -> None:
        super().__init__(theme, "Report of a crash", parent)
        self.resize(760, 480)
        self.view = QPlainTextEdit(self)
        self.view.setReadOnly(True)
        self.view.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.view.setAccessibleName("Report")
        font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
        font.setPixelSize(CAPTION)
        self.view.setFont(font)
        self.view.setPlainText(text)
        self.view.moveCursor(self.view.textCursor().MoveOperation.End)
        copy = QAction("Copy", self)
        copy.setProperty("icon_name", "content-copy")
        copy.triggered.connect(lambda: QGuiApplication.clipboard().setText(text))
        words = f"Reports lie in {folder} and are sent nowhere."
        bottom = QHBoxLayout()
        bottom.addWidget(MathLabel(theme, words, "text3", px=CAPTION), 1)
        bottom.addWidget(ActionButton(theme, copy))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 12)
        layout.addWidget(self.view, 1)
        layout.addLayout(bottom)
