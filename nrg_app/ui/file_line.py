"""A line to type a file name into, with a button that opens the system's dialog."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QStandardPaths, Qt, Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLineEdit, QWidget

from nrg_app.ui.panels.controls import TextButton
from nrg_app.ui.theme import Theme


def default_folder() -> Path:
    """Return the user's folder for documents, or the home folder."""
    place = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
    folder = Path(place)
    return folder if place and folder.is_dir() else Path.home()


REPLACES = "This file exists and will be replaced."


class FileLine(QWidget):
    """The name of a file to write; ``changed`` whenever it is another.

    Args:
        theme: of the window.
        title: of the system's dialog.
        formats: suffix and name of every format.
        parent: the dialog.
    """

    changed = Signal()

    def __init__(
        self,
        theme: Theme,
        title: str,
        formats: Sequence[tuple[str, str]],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._title, self._formats = title, formats
        self.edit = QLineEdit(self)
        self.edit.setAccessibleName("File name")
        self.edit.setMinimumWidth(340)
        self.edit.textChanged.connect(lambda _: self.changed.emit())
        self.browse = TextButton(theme, "Browse")
        self.browse.clicked.connect(self._choose)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self.edit, 1)
        layout.addWidget(self.browse)

    def text(self) -> str:
        """Return what is written, without spaces around it."""
        return self.edit.text().strip()

    def path(self) -> Path:
        """Return the file."""
        return Path(self.text())

    def problem(self) -> str:
        """Return in a sentence why this file cannot be written, "" if it can."""
        path = self.path()
        suffixes = [f".{suffix}" for suffix, _ in self._formats]
        if not self.text() or not path.name:
            return "Enter a file name."
        if path.suffix.lower() not in suffixes:
            return f"The name must end in {', '.join(suffixes[:-1])} or {suffixes[-1]}."
        if not path.parent.is_dir():
            return "There is no such folder."
        return "This is a folder." if path.is_dir() else ""

    def replaces(self) -> bool:
        """Whether there is a file of this name that would be replaced."""
        return self.path().is_file()

    def set_path(self, path: Path) -> None:
        """Write another file's name."""
        self.edit.setText(str(path))

    def set_suffix(self, suffix: str) -> None:
        """Change the format of the name, if there is one."""
        if self.path().name:
            self.set_path(self.path().with_suffix(f".{suffix}"))

    def set_theme(self, theme: Theme) -> None:
        """Repaint in another theme."""
        self.browse.set_theme(theme)

    def _choose(self) -> None:
        dialog = QFileDialog(self, self._title, str(self.path().parent))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilters([f"{name} (*.{suffix})" for suffix, name in self._formats])
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.selectFile(self.path().name)
        dialog.fileSelected.connect(self.edit.setText)
        dialog.open()
