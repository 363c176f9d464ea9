"""What the data menu of a panel orders: to the clipboard, to a table, to a figure."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QWidget

from nrg_app.errors import NRGError
from nrg_app.figures.plot_spec import PlotSpec
from nrg_app.figures.plot_tables import save_table, table_text
from nrg_app.ui.export_dialog import ExportDialog, default_folder
from nrg_app.ui.export_job import ExportJob, PlotsOrder
from nrg_app.ui.theme import Theme


class PlotExports(QObject):
    """Carries out the orders of data menus; ``spoke`` is a sentence and its kind."""

    spoke = Signal(str, str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._window = parent
        self._dialog: ExportDialog | QFileDialog | None = None
        self.job = ExportJob(self)
        self.job.finished.connect(self._finished)

    def order(self, key: str, specs: Sequence[PlotSpec], theme: Theme) -> None:
        """Do what an entry of the menu says: "copy", "csv", "npz" or "figure"."""
        if not specs:
            self.spoke.emit("There are no numbers yet. Measure first.", "warning")
        elif key == "copy":
            QGuiApplication.clipboard().setText(table_text(specs))
            self.spoke.emit("Copied the numbers of the plot.", "ok")
        elif key == "figure":
            self._ask_figure(tuple(specs), theme)
        else:
            self._ask_table(key, tuple(specs))

    def save(self, specs: Sequence[PlotSpec], path: Path) -> None:
        """Write a table and say how it went."""
        try:
            save_table(specs, path)
        except NRGError as error:
            self.spoke.emit(str(error), "error")
        else:
            self.spoke.emit(f"Saved {path}.", "ok")

    def draw(self, specs: tuple[PlotSpec, ...], path: Path, width_mm: float) -> None:
        """Draw a figure in the background and say how it went."""
        try:
            self.job.start_order(PlotsOrder(specs, path, width_mm))
        except NRGError as error:
            self.spoke.emit(str(error), "error")

    def dialog(self) -> ExportDialog | QFileDialog | None:
        """Return the dialog that is open."""
        return self._dialog

    def close(self) -> None:
        """Close the dialog and give up a figure that is being drawn."""
        if self._dialog is not None:
            self._dialog.close()
        self.job.close()

    def _ask_table(self, suffix: str, specs: tuple[PlotSpec, ...]) -> None:
        if self._dialog is not None:
            self._dialog.close()
        dialog = QFileDialog(self._window, "Export table", str(default_folder()))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilter(f"{suffix.upper()} (*.{suffix})")
        dialog.setDefaultSuffix(suffix)
        dialog.selectFile(f"nrg-{specs[0].key}.{suffix}")
        dialog.fileSelected.connect(lambda path: self.save(specs, Path(path)))
        self._show(dialog)

    def _ask_figure(self, specs: tuple[PlotSpec, ...], theme: Theme) -> None:
        if self._dialog is not None:
            self._dialog.close()
        dialog = ExportDialog(theme, self._window)
        dialog.propose(f"nrg-{specs[0].key}")
        dialog.ordered.connect(lambda path, width: self.draw(specs, path, width))
        self._show(dialog)

    def _show(self, dialog: ExportDialog | QFileDialog) -> None:
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.finished.connect(lambda _: self._forget())
        self._dialog = dialog
        dialog.show()

    def _forget(self) -> None:
        self._dialog = None

    def _finished(self, path: Path, problem: str) -> None:
        if problem:
            self.spoke.emit(problem, "error")
        else:
            self.spoke.emit(f"Saved {path}.", "ok")
