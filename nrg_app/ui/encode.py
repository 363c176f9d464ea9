"""Encoding from the window: files, the clipboard, drops, and samples of Wolff's algorithm."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QMimeData, QObject, Qt
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QDialog, QFileDialog

from nrg_app.session.spin_files import SPIN_FILES, SpinFile
from nrg_app.ui.encode_dialog import EncodeDialog
from nrg_app.ui.encode_job import PICTURES, EncodeJob, file_of
from nrg_app.ui.theme import Theme

if TYPE_CHECKING:
    from nrg_app.ui.main_window import MainWindow


class Encoder(QObject):
    """Puts configurations from elsewhere in place of the shown sample.

    Args:
        window: its session, model, message bar and actions are used.
    """

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._dialog: QDialog | None = None
        self.job = EncodeJob(self)
        self.job.picture_read.connect(lambda grey: self._ask(EncodeDialog(self._theme(), grey)))
        self.job.spins_read.connect(self._spins_read)
        self.job.failed.connect(lambda text: window.message.show_message(text, "error"))
        panel = window.explore.samples
        for signal, slot in (
            (window.actions_["encode"].triggered, self.ask_file),
            (window.actions_["paste"].triggered, self.paste),
            (window.actions_["encode_wolff"].triggered, self.encode_wolff),
            (panel.picture_requested, self.ask_file),
            (panel.wolff_requested, self.encode_wolff),
        ):
            signal.connect(lambda *_, slot=slot: slot())
        window.explore.dropped.connect(self.drop)

    @property
    def dialog(self) -> QDialog | None:
        """The dialog that is open, None without one."""
        return self._dialog

    def set_theme(self, theme: Theme) -> None:
        """Repaint an open dialog in another theme."""
        if isinstance(self._dialog, EncodeDialog):
            self._dialog.set_theme(theme)

    def close(self) -> None:
        """Close the dialog and end the reading."""
        if self._dialog is not None:
            self._dialog.close()
        self.job.close()

    def ask_file(self) -> None:
        """Ask for a picture or a file of spins."""
        if self._size() == 0:
            return
        dialog = QFileDialog(self._window, "Encode picture or samples")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        pictures, spins = (
            " ".join(f"*{suffix}" for suffix in known) for known in (PICTURES, SPIN_FILES)
        )
        dialog.setNameFilters(
            [
                f"Pictures and spins ({pictures} {spins})",
                f"Pictures ({pictures})",
                f"Spins ({spins})",
            ]
        )
        dialog.fileSelected.connect(lambda text: self.read_file(Path(text)))
        self._show(dialog)

    def read_file(self, path: Path) -> None:
        """Read a picture or a file of spins."""
        size = self._size()
        if size:
            self.job.read_file(path, size)

    def paste(self) -> None:
        """Take the picture, or the file, in the clipboard."""
        data = QGuiApplication.clipboard().mimeData()
        if data is None or not (data.hasImage() or file_of(data)):
            self._window.message.show_message(
                "There is no picture in the clipboard. Copy one first.", "warning"
            )
            return
        self.drop(data)

    def drop(self, data: QMimeData) -> None:
        """Take the picture or the file that was dropped."""
        size, path = self._size(), file_of(data)
        if size and path is not None:
            self.job.read_file(path, size)
        elif size:
            self.job.read_image(QImage(data.imageData()), size)

    def encode_wolff(self) -> None:
        """Encode a new sample of Wolff's algorithm at the present temperature."""
        if self._size():
            self._encode(None)

    def _theme(self) -> Theme:
        return self._window.theme

    def _size(self) -> int:
        """Return the model's lattice side; without a model say so and return 0."""
        entry = self._window.models.entry
        if entry is None:
            self._window.message.show_message(
                "Encoding needs a model. Open a model file first.", "warning"
            )
            return 0
        return entry.size

    def _spins_read(self, found: SpinFile) -> None:
        if found.note:
            self._window.message.show_message(found.note)
        if len(found.spins) == 1:
            self._encode(found.spins[0])
        else:
            self._ask(EncodeDialog(self._theme(), stack=found.spins))

    def _ask(self, dialog: EncodeDialog) -> None:
        dialog.setParent(self._window, Qt.WindowType.Dialog)
        dialog.ordered.connect(self._encode)
        self._show(dialog)

    def _encode(self, spins: NDArray[np.int8] | None) -> None:
        window = self._window
        # The next draw would replace it at once.
        window.session.playing = False
        entry = window.models.entry
        if spins is not None and entry is not None and len(spins) != entry.size:
            window.message.show_message(
                f"The model has changed to {entry.size} × {entry.size} spins: encode again.",
                "warning",
            )
            return
        with window.feed.hold():
            window.session.encode(spins)

    def _show(self, dialog: QDialog) -> None:
        if self._dialog is not None:
            self._dialog.close()
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.finished.connect(lambda _: self._forget(dialog))
        self._dialog = dialog
        dialog.show()

    def _forget(self, dialog: QDialog) -> None:
        if self._dialog is dialog:
            self._dialog = None
