"""The Export figure dialog: format, width and file name."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QStandardPaths, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QDialog, QFileDialog, QGridLayout, QHBoxLayout, QLineEdit, QWidget

from nrg_app.ui.buttons import ActionButton
from nrg_app.ui.fonts import CAPTION, TITLE
from nrg_app.ui.math_text import MathLabel
from nrg_app.ui.panels.controls import Segmented, TextButton
from nrg_app.ui.theme import Theme
from nrg_app.ui.themed import retheme

FORMATS = (("pdf", "PDF"), ("svg", "SVG"), ("png", "PNG"))
_NOTE = "Figures are drawn on white."
SAMPLE = "The shown sample and its renormalization flow"
WIDTHS = (("86", "86 mm, one column"), ("178", "178 mm, two columns"))


def default_folder() -> Path:
    """Return the user's folder for documents, or the home folder."""
    place = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
    folder = Path(place)
    return folder if place and folder.is_dir() else Path.home()


class ExportDialog(QDialog):
    """Non-modal. ``ordered`` carries the path and the width in mm."""

    ordered = Signal(object, float)

    def __init__(self, theme: Theme, parent: QWidget | None = None, *, title: str = SAMPLE) -> None:
        super().__init__(parent)
        self.setWindowTitle("Export figure")
        self.setModal(False)
        self.formats = Segmented(theme, FORMATS, "Format", self)
        self.formats.set_current("pdf")
        self.formats.changed.connect(self._format_changed)
        self.widths = Segmented(theme, WIDTHS, "Width", self)
        self.widths.set_current("86")
        self.path = QLineEdit(self)
        self.path.setAccessibleName("File name")
        self.path.setMinimumWidth(340)
        self.path.textChanged.connect(self._judge)
        self.note = MathLabel(theme, role="text3", px=CAPTION)
        self._browse = TextButton(theme, "Browse")
        self._browse.clicked.connect(self._choose_file)
        self.export_action = QAction("Export", self)
        self.export_action.triggered.connect(self._order)
        self._export = ActionButton(theme, self.export_action, "primary", height=32)
        cancel = QAction("Cancel", self)
        cancel.triggered.connect(self.reject)
        self._cancel = ActionButton(theme, cancel, height=32)
        self._arrange(theme, title)
        self._judge()

    def _arrange(self, theme: Theme, title: str) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(20, 16, 20, 16)
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(12)
        grid.setColumnStretch(1, 1)
        grid.addWidget(MathLabel(theme, title, px=TITLE, weight=600), 0, 0, 1, 3)
        for row, (label, field) in enumerate(
            (("Format", self.formats), ("Width", self.widths)), start=1
        ):
            grid.addWidget(MathLabel(theme, label, "text2"), row, 0)
            grid.addWidget(field, row, 1, 1, 2, Qt.AlignmentFlag.AlignLeft)
        grid.addWidget(MathLabel(theme, "File", "text2"), 3, 0)
        grid.addWidget(self.path, 3, 1)
        grid.addWidget(self._browse, 3, 2)
        grid.addWidget(self.note, 4, 1, 1, 2)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addStretch(1)
        buttons.addWidget(self._cancel)
        buttons.addWidget(self._export)
        grid.addLayout(buttons, 5, 0, 1, 3)

    def propose(self, stem: str) -> None:
        """Propose a file name without its suffix, in the folder of the last one."""
        old = Path(self.path.text()) if self.path.text() else default_folder() / "figure"
        self.path.setText(str(old.parent / f"{stem}.{self.formats.current()}"))

    def set_theme(self, theme: Theme) -> None:
        """Repaint in another theme."""
        for child in self.findChildren(QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly):
            retheme(child, theme)

    def _format_changed(self, suffix: str) -> None:
        path = Path(self.path.text())
        if path.name:
            self.path.setText(str(path.with_suffix(f".{suffix}")))

    def _judge(self) -> None:
        """Say what is wrong with the name, or what would happen to a file of that name."""
        text = self.path.text().strip()
        path = Path(text)
        problem = ""
        if not text or not path.name:
            problem = "Enter a file name."
        elif path.suffix.lower() not in {f".{suffix}" for suffix, _ in FORMATS}:
            problem = "The name must end in .pdf, .svg or .png."
        elif not path.parent.is_dir():
            problem = "There is no such folder."
        elif path.is_dir():
            problem = "This is a folder."
        self.export_action.setEnabled(not problem)
        replaces = not problem and path.exists()
        self.note.set_role("warning" if problem or replaces else "text3")
        fate = "This file exists and will be replaced." if replaces else _NOTE
        self.note.set_text(problem or fate)

    def _choose_file(self) -> None:
        dialog = QFileDialog(self, "Export figure", str(Path(self.path.text()).parent))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilters([f"{name} (*.{suffix})" for suffix, name in FORMATS])
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.selectFile(Path(self.path.text()).name)
        dialog.fileSelected.connect(self.path.setText)
        dialog.open()

    def _order(self) -> None:
        path = Path(self.path.text().strip())
        self.accept()
        self.ordered.emit(path, float(self.widths.current()))
