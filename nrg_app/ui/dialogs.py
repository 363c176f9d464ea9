"""The dialogs of the window: none is modal, none blocks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QDialog, QFileDialog, QWidget

from nrg_app.errors import NRGError
from nrg_app.figures.content_tables import save_contents
from nrg_app.figures.contents import Content
from nrg_app.figures.look import BLUE_ORANGE
from nrg_app.session.document import SHOWN_SAMPLES, SUFFIX, Session
from nrg_app.session.figure_panels import FigureSource
from nrg_app.session.messages import SampleSet
from nrg_app.session.models import SUFFIX as MODEL_SUFFIX
from nrg_app.ui.about import AboutSheet
from nrg_app.ui.data_dialog import DataDialog, file_stem
from nrg_app.ui.export_dialog import SAMPLE, ExportDialog
from nrg_app.ui.export_job import ExportJob, Order
from nrg_app.ui.figure_orders import (
    ContentsOrder,
    FigureOrder,
    Form,
    MakeOrder,
    PanelOrder,
    only_sample,
)
from nrg_app.ui.file_line import default_folder
from nrg_app.ui.log import LogLines
from nrg_app.ui.log_dialog import LogDialog
from nrg_app.ui.message_bar import WindowMessage
from nrg_app.ui.model_list import ModelEntry
from nrg_app.ui.pauses import paint_later
from nrg_app.ui.preferences import Preferences
from nrg_app.ui.record_dialog import RecordDialog, RecordingOrder
from nrg_app.ui.report_dialog import ReportDialog
from nrg_app.ui.settings_dialog import SettingsDialog
from nrg_app.ui.sheets import ModelSheet, ShortcutsSheet
from nrg_app.ui.theme import Theme

_NO_SAMPLE = "There is no sample to export yet. Wait for the first one."
_BUSY = "A file is being exported; wait for it."

if TYPE_CHECKING:
    from nrg_app.ui.composer.dialog import ComposeDialog


class Dialogs(QObject):
    """Opens dialogs over a window and carries out what they ask for.

    ``file_chosen`` carries the path of a file to open, ``save_chosen`` that of one to write.
    """

    file_chosen = Signal(str)
    save_chosen = Signal(str)

    def __init__(self, session: Session, message: WindowMessage, window: QWidget) -> None:
        super().__init__(window)
        self._session = session
        self._message = message
        self._window = window
        self._open: dict[str, QDialog] = {}
        self._percent, self._verb = -1, "Exporting"
        self.job = ExportJob(self)
        self.job.finished.connect(self._exported)
        self.job.progressed.connect(self._progressed)

    def set_theme(self, theme: Theme) -> None:
        """Repaint what is open in another theme."""
        for dialog in self._open.values():
            if hasattr(dialog, "set_theme"):
                dialog.set_theme(theme)

    def close(self) -> None:
        """Close everything and give up a figure that is being drawn."""
        for dialog in list(self._open.values()):
            dialog.reject()  # also one that is still being made
        self.job.close()

    def shown(self, name: str) -> QDialog | None:
        """Return an open dialog, such as "export", "model", "log" or "save"."""
        return self._open.get(name)

    def show_shortcuts(self, theme: Theme) -> None:
        """List the shortcuts."""
        if not self._raise("shortcuts"):
            self._show("shortcuts", ShortcutsSheet(theme, self._window))

    def show_model(self, theme: Theme, entry: ModelEntry | None) -> None:
        """Show a model's card."""
        if entry is None:
            self._message.show_message("No model is loaded. Open a model file first.", "warning")
        elif not self._raise("model"):
            self._show("model", ModelSheet(theme, entry, self._window))

    def show_about(self, theme: Theme) -> None:
        """Say what the program is."""
        if not self._raise("about"):
            self._show("about", AboutSheet(theme, self._window))

    def show_log(self, theme: Theme, lines: LogLines) -> None:
        """Show the last lines of the log."""
        if not self._raise("log"):
            self._show("log", LogDialog(theme, lines, self._window))

    def show_report(self, theme: Theme, text: str, folder: Path) -> None:
        """Show the report of a crash; ``folder`` is where reports lie."""
        if not self._raise("report"):
            self._show("report", ReportDialog(theme, text, folder, self._window))

    def show_settings(self, theme: Theme, preferences: Preferences) -> SettingsDialog | None:
        """Show the settings; return the dialog if it was not open yet."""
        if self._raise("settings"):
            return None
        dialog = SettingsDialog(theme, preferences, self._window)
        self._show("settings", dialog)
        return dialog

    def ask_open(self, *, models: bool = False) -> None:
        """Ask for a session or model file, with ``models`` for a model."""
        if self._raise("open"):
            return
        dialog = QFileDialog(self._window, "Open model" if models else "Open session or model")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        filters = [f"Models (*{MODEL_SUFFIX})"]
        if not models:
            both = f"Sessions and models (*{SUFFIX} *{MODEL_SUFFIX})"
            filters = [both, f"Sessions (*{SUFFIX})", *filters]
        dialog.setNameFilters(filters)
        dialog.fileSelected.connect(self.file_chosen)
        self._show("open", dialog)

    def ask_save(self, path: Path | None) -> None:
        """Ask where to save the session; ``path`` is where it was saved last."""
        if self._raise("save"):
            return
        start = path if path is not None else default_folder() / f"session{SUFFIX}"
        dialog = QFileDialog(self._window, "Save session", str(start.parent))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilter(f"Sessions (*{SUFFIX})")
        dialog.setDefaultSuffix(SUFFIX.lstrip("."))
        dialog.selectFile(start.name)
        dialog.fileSelected.connect(self.save_chosen)
        self._show("save", dialog)

    def show_export(
        self, theme: Theme, source: FigureSource, panel: str = "", color_map: str = BLUE_ORANGE
    ) -> None:
        """Ask how to export the shown sample, or a panel."""
        samples = source.samples
        if samples is None:
            self._message.show_message(_NO_SAMPLE, "warning")
            return
        if not self._is_free("export"):
            return
        alone = only_sample(samples, index := min(self._session.selected, len(samples.spins) - 1))

        def make(form: Form, key: str) -> Order:
            return PanelOrder(source, key, form) if key else FigureOrder(alone, index, form)

        self._ask_figure(theme, make, (SAMPLE, file_stem(samples)), source, panel, color_map)

    def _ask_figure(
        self,
        theme: Theme,
        make: MakeOrder,
        first: tuple[str, str],
        source: FigureSource,
        panel: str,
        color_map: str,
    ) -> None:
        """Show the dialog; ``first`` is title and file name of what has no panel's key."""
        available = [(one.key, one.title) for one in source.available()]
        dialog = ExportDialog(
            theme,
            self._window,
            make=make,
            panels=(("", first[0]), *available),
            panel=panel,
            stem=lambda key: f"nrg-{key.replace('.', '-')}" if key else first[1],
            color_map=color_map,
        )
        dialog.ordered.connect(self.draw)
        self._show("export", dialog)

    def _is_free(self, name: str) -> bool:
        """Whether a dialog that exports can be opened; else say why, or show the one there is."""
        if self.job.is_running():
            self._message.show_message(_BUSY, "warning")
            return False
        return not self._raise(name)

    def show_data_export(self, theme: Theme, samples: SampleSet | None) -> None:
        """Ask how to export the numbers of the samples."""
        if samples is None:
            self._message.show_message(_NO_SAMPLE, "warning")
            return
        if not self._is_free("data"):
            return
        dialog = DataDialog(theme, samples, self._session.selected, self._window)
        dialog.ordered.connect(self.draw)
        self._show("data", dialog)

    def show_record(self, theme: Theme, run: str) -> None:
        """Ask what to record; ``run`` is the shown training run, "" for none."""
        session = self._session
        if not session.model and not run:
            self._message.show_message("There is no model to record. Open one first.", "warning")
            return
        if not self._is_free("record"):
            return
        shown, blend = session.selected, session.blend
        on_its_way = blend is not None and blend.sample == shown
        target = blend.target if blend is not None and on_its_way else (shown + 1) % SHOWN_SAMPLES
        dialog = RecordDialog(
            theme,
            session.model,
            session.temperature,
            session.seed,
            run,
            self._window,
            request=session.sample_request(0),
            ends=(shown, target),
        )
        dialog.ordered.connect(self.draw)
        self._show("record", dialog)

    def show_compose(
        self, theme: Theme, source: Callable[[], FigureSource], color_map: str
    ) -> ComposeDialog | None:
        """Put panels of the window on one page; return the dialog if it was not open yet."""
        if self._raise("compose"):
            return None
        # Imported here: the window opens before this is needed.
        from nrg_app.ui.composer.dialog import ComposeDialog

        dialog = ComposeDialog(theme, source, color_map, self.job, self._window)
        dialog.ordered.connect(self.draw)
        self._keep("compose", dialog)  # it shows itself once it is made
        return dialog

    def _progressed(self, path: Path, share: float) -> None:
        percent = int(100 * share)
        if percent != self._percent:
            self._percent = percent
            self._message.show_message(
                f"{self._verb} {path.name}, {percent} %",
                button="Cancel",
                action=self.job.cancel,
            )

    def show_plots_export(
        self,
        theme: Theme,
        specs: Sequence[Content],
        stem: str,
        source: FigureSource,
        color_map: str = BLUE_ORANGE,
    ) -> None:
        """Ask how to export plots of measurements."""
        if not self._is_free("export"):
            return
        title = ", ".join(spec.title for spec in specs[:2])
        title = title if len(specs) <= 2 else f"{len(specs)} plots of the measurement"

        def make(form: Form, key: str) -> Order:
            return PanelOrder(source, key, form) if key else ContentsOrder(tuple(specs), form)

        self._ask_figure(theme, make, (title, stem), source, "", color_map)

    def draw(self, order: Order) -> None:
        """Draw a figure in the background and say how it went."""
        try:
            self.job.start(order)
        except NRGError as error:
            self._message.show_message(str(error), "error")
            return
        self._verb = "Recording" if isinstance(order, RecordingOrder) else "Exporting"
        self._message.show_message(f"Exporting {order.path.name}\N{HORIZONTAL ELLIPSIS}")

    def ask_table(self, contents: Sequence[Content], suffix: str, stem: str) -> None:
        """Ask where to write the numbers of panels, as "csv" or "npz"."""
        if self._raise("table"):
            return
        dialog = QFileDialog(self._window, f"Export {suffix.upper()}", str(default_folder()))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilter(f"{suffix.upper()} (*.{suffix})")
        dialog.setDefaultSuffix(suffix)
        dialog.selectFile(f"{stem}.{suffix}")
        dialog.fileSelected.connect(lambda path: self.write_table(contents, Path(path)))
        self._show("table", dialog)

    def write_table(self, contents: Sequence[Content], path: Path) -> None:
        """Write the numbers of panels and say how it went."""
        try:
            save_contents(contents, path)
        except NRGError as error:
            self._exported(path, str(error))
            return
        self._exported(path, "")

    def _exported(self, path: Path, problem: str) -> None:
        if problem:
            self._message.show_message(problem, "error")
            return
        folder = QUrl.fromLocalFile(str(path.parent))
        self._message.show_message(
            f"Saved {path}.", button="Show folder", action=lambda: _open_url(folder)
        )

    def _raise(self, name: str) -> bool:
        dialog = self._open.get(name)
        if dialog is not None:
            dialog.raise_()
            dialog.activateWindow()
        return dialog is not None

    def _show(self, name: str, dialog: QDialog) -> None:
        self._keep(name, dialog)
        paint_later(dialog)
        dialog.show()

    def _keep(self, name: str, dialog: QDialog) -> None:
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.finished.connect(lambda _: self._open.pop(name, None))
        self._open[name] = dialog


def _open_url(url: QUrl) -> None:
    QDesktopServices.openUrl(url)
