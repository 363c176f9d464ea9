"""What leaves a window: figures, data and movies, each asked for in a dialog."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication

from nrg_app.errors import NRGError
from nrg_app.figures.content_tables import contents_text
from nrg_app.figures.contents import Content
from nrg_app.ui.figure_source import FIRST, window_source

if TYPE_CHECKING:
    from nrg_app.ui.main_window import MainWindow


class Exports(QObject):
    """Answers what the actions and the menus of plots of a window ask for."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        for name, slot in {
            "export": self.export,
            "export_data": self._export_data,
            "compose": self._compose,
            "record": self._record,
        }.items():
            window.actions_[name].triggered.connect(lambda _=False, slot=slot: slot())
        window.workspaces.holography.panel_asked.connect(self.order_panel)
        for workspace in (window.workspaces.measure, window.workspaces.holography):
            workspace.figure_asked.connect(self.export_plots)
            workspace.table_asked.connect(window.dialogs.ask_table)

    def export(self) -> None:
        """Ask how to export what the workspace on show is mainly about."""
        workspaces = self._window.workspaces
        name = workspaces.current_name()
        if name == "measure":
            workspaces.measure.export_figure()
        else:
            self.export_panel(FIRST.get(name, ""))

    def export_panel(self, panel: str) -> None:
        """Ask how to export a panel by its name in figures, "" for the sample with its flow."""
        window = self._window
        source, color_map = window_source(window), window.preferences.color_map
        window.dialogs.show_export(window.theme, source, panel, color_map)

    def order_panel(self, panel: str, key: str) -> None:
        """Do what a data menu says: "copy", "csv", "npz" or "figure"."""
        window = self._window
        if key == "figure":
            self.export_panel(panel)
            return
        try:
            content = window_source(window).content(panel)
        except NRGError as error:
            window.message.show_message(str(error), "warning")
            return
        if key == "copy":
            QGuiApplication.clipboard().setText(contents_text([content]))
            window.message.show_message("The numbers of the panel are on the clipboard.", "ok")
        else:
            window.dialogs.ask_table([content], key, f"nrg-{panel}")

    def export_plots(self, specs: Sequence[Content], stem: str) -> None:
        """Ask how to export plots; ``stem`` begins the name of the file."""
        window = self._window
        source, color_map = window_source(window), window.preferences.color_map
        window.dialogs.show_plots_export(window.theme, specs, stem, source, color_map)

    def _export_data(self) -> None:
        self._window.dialogs.show_data_export(self._window.theme, self._window.samples)

    def _compose(self) -> None:
        window, desk = self._window, self._window.workspaces.measure_desk
        desk.load()
        source = partial(window_source, window)
        dialog = window.dialogs.show_compose(window.theme, source, window.preferences.color_map)
        if dialog is not None:
            for news in (desk.result_came, desk.exact_came):
                news.connect(dialog.take_source)

    def _record(self) -> None:
        self._window.dialogs.show_record(self._window.theme, self._window.workspaces.desk.shown)
