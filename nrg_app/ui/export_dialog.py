"""The Export figure dialog: which panel, a preview, the page, format, resolution, file name."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QDialog, QGridLayout, QHBoxLayout, QWidget

from nrg_app.figures.look import BLUE_ORANGE
from nrg_app.ui.buttons import ActionButton
from nrg_app.ui.export_job import Order
from nrg_app.ui.export_preview import PREVIEW_DPI, ExportPreview
from nrg_app.ui.figure_orders import Form, MakeOrder
from nrg_app.ui.file_line import REPLACES, FileLine, default_folder
from nrg_app.ui.fonts import CAPTION, TITLE
from nrg_app.ui.math_text import MathLabel
from nrg_app.ui.model_section import ComboBox
from nrg_app.ui.page_form import PageForm
from nrg_app.ui.panels.controls import Segmented
from nrg_app.ui.theme import Theme
from nrg_app.ui.themed import retheme

FIGURES = (("pdf", "PDF"), ("svg", "SVG"), ("png", "PNG"), ("tiff", "TIFF"))
FORMATS = (*FIGURES, ("csv", "CSV"), ("npz", "NPZ"))
_OF_PIXELS = ("png", "tiff")
_NUMBERS = ("csv", "npz")
_NOTE = "What was run lies beside it in a .json file."
_OF_NUMBERS = "The numbers behind the panel, with what was run."
SAMPLE = "Sample, field and renormalization flow"
RESOLUTIONS = (("300", "300"), ("600", "600"), ("1200", "1200"))


class ExportDialog(QDialog):
    """Non-modal. ``ordered`` carries the order of the figure.

    Args:
        theme: of the window.
        parent: the window.
        make: makes the order.
        panels: key and title of what can be exported; the key "" is what the dialog is about.
        panel: key of what is chosen first.
        stem: returns the proposed name of a file, without its suffix, for a key.
        color_map: of the fields.
    """

    ordered = Signal(object)

    def __init__(
        self,
        theme: Theme,
        parent: QWidget | None = None,
        *,
        make: MakeOrder,
        panels: Sequence[tuple[str, str]] = (("", SAMPLE),),
        panel: str = "",
        stem: Callable[[str], str] = lambda key: key or "figure",
        color_map: str = BLUE_ORANGE,
    ) -> None:
        super().__init__(parent)
        self._make, self._stem, self._color_map = make, stem, color_map
        self._proposed = ""
        self.setWindowTitle("Export figure")
        self.setModal(False)
        self.panels = ComboBox(theme, self)
        self.panels.setAccessibleName("What to export")
        for key, title in panels:
            self.panels.addItem(title, key)
        self.panels.setCurrentIndex(max(0, self.panels.findData(panel)))
        self.panels.activated.connect(self._panel_chosen)
        self.page = PageForm(theme, self)
        self.page.changed.connect(self._show_figure)
        self.formats = Segmented(theme, FORMATS, "Format", self)
        self.formats.set_current("pdf")
        self.formats.changed.connect(self._format_changed)
        self.resolutions = Segmented(theme, RESOLUTIONS, "Dots per inch", self)
        self.resolutions.set_current("600")
        self.resolutions.setEnabled(False)
        self.preview = ExportPreview(theme, self)
        self.finished.connect(self.preview.close_job)
        self.file = FileLine(theme, "Export figure", FORMATS, self)
        self.file.changed.connect(self._judge)
        self.note = MathLabel(theme, role="text3", px=CAPTION)
        self.export_action = QAction("Export", self)
        self.export_action.triggered.connect(self._order)
        self._export = ActionButton(theme, self.export_action, "primary", height=32)
        cancel = QAction("Cancel", self)
        cancel.triggered.connect(self.reject)
        self._cancel = ActionButton(theme, cancel, height=32)
        self._arrange(theme)
        self.propose(stem(self.panel()))
        self._show_figure()

    def _arrange(self, theme: Theme) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(20, 16, 20, 16)
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(10)
        grid.setColumnMinimumWidth(0, 104)
        grid.setColumnStretch(1, 1)
        left = Qt.AlignmentFlag.AlignLeft
        grid.addWidget(MathLabel(theme, "Export figure", px=TITLE, weight=600), 0, 0, 1, 2)
        grid.addWidget(MathLabel(theme, "Panel", "text2"), 1, 0)
        grid.addWidget(self.panels, 1, 1)
        grid.addWidget(self.preview, 2, 0, 1, 2)
        grid.addWidget(self.page, 3, 0, 1, 2)
        for row, (name, widget) in enumerate(
            (("Format", self.formats), ("Dots per inch", self.resolutions)), start=4
        ):
            grid.addWidget(MathLabel(theme, name, "text2"), row, 0)
            grid.addWidget(widget, row, 1, left)
        grid.addWidget(MathLabel(theme, "File", "text2"), 6, 0)
        grid.addWidget(self.file, 6, 1)
        grid.addWidget(self.note, 7, 1)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addStretch(1)
        buttons.addWidget(self._cancel)
        buttons.addWidget(self._export)
        grid.addLayout(buttons, 8, 0, 1, 2)

    def panel(self) -> str:
        """Return the key of the chosen panel."""
        return str(self.panels.currentData())

    def propose(self, stem: str) -> None:
        """Propose a file name without its suffix, in the folder of the last one."""
        folder = self.file.path().parent if self.file.text() else default_folder()
        self._proposed = stem
        self.file.set_path(folder / f"{stem}.{self.formats.current()}")

    def set_theme(self, theme: Theme) -> None:
        """Repaint in another theme."""
        for child in self.findChildren(QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly):
            retheme(child, theme)

    def form(self, path: Path, dpi: int) -> Form:
        """Return the chosen form for a file."""
        page = self.page
        return Form(
            path, page.page_width(), page.page_height(), dpi, page.look(), self._color_map,
            page.with_letters(),
        )  # fmt: skip

    def _panel_chosen(self, _index: int) -> None:
        if self.file.path().stem == self._proposed:
            self.propose(self._stem(self.panel()))
        self._show_figure()

    def _show_figure(self) -> None:
        self.preview.show_figure(partial(self._ordered, PREVIEW_DPI))

    def _ordered(self, dpi: int, path: Path) -> Order:
        return self._make(self.form(path, dpi), self.panel())

    def _format_changed(self, suffix: str) -> None:
        self.file.set_suffix(suffix)
        self.resolutions.setEnabled(suffix in _OF_PIXELS)
        self.page.setEnabled(suffix not in _NUMBERS)

    def _judge(self) -> None:
        """Say what is wrong with the name, or what would happen to a file of that name."""
        problem, replaces = self.file.problem(), self.file.replaces()
        self.export_action.setEnabled(not problem)
        self.note.set_role("warning" if problem or replaces else "text3")
        usual = _OF_NUMBERS if self.formats.current() in _NUMBERS else _NOTE
        self.note.set_text(problem or (REPLACES if replaces else usual))

    def _order(self) -> None:
        path, dpi = self.file.path(), int(self.resolutions.current())
        order = self._ordered(dpi, path)
        self.accept()
        self.ordered.emit(order)
