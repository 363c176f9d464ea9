"""The Export figure dialog: a preview, format, width, resolution and file name."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QDialog, QGridLayout, QHBoxLayout, QWidget

from nrg_app.ui.buttons import ActionButton
from nrg_app.ui.export_job import MakeOrder
from nrg_app.ui.export_preview import ExportPreview
from nrg_app.ui.file_line import FileLine, default_folder
from nrg_app.ui.fonts import CAPTION, TITLE
from nrg_app.ui.math_text import MathLabel
from nrg_app.ui.number_field import real_field
from nrg_app.ui.panels.controls import Segmented
from nrg_app.ui.theme import Theme
from nrg_app.ui.themed import retheme

FORMATS = (("pdf", "PDF"), ("svg", "SVG"), ("png", "PNG"), ("tiff", "TIFF"))
_OF_PIXELS = ("png", "tiff")
_NOTE = "Drawn on white; what was run lies beside it in a .json file."
SAMPLE = "The shown sample and its renormalization flow"
WIDTHS = (("86", "one column"), ("178", "two columns"), ("254", "slide"), ("", "other"))
LIMITS_MM = (80.0, 300.0)
RESOLUTIONS = (("300", "300"), ("600", "600"), ("1200", "1200"))


class ExportDialog(QDialog):
    """Non-modal. ``ordered`` carries the order of the figure."""

    ordered = Signal(object)

    def __init__(
        self, theme: Theme, parent: QWidget | None = None, *, make: MakeOrder, title: str = SAMPLE
    ) -> None:
        super().__init__(parent)
        self._make = make
        self.setWindowTitle("Export figure")
        self.setModal(False)
        self.formats = Segmented(theme, FORMATS, "Format", self)
        self.formats.set_current("pdf")
        self.formats.changed.connect(self._format_changed)
        self.widths = Segmented(theme, WIDTHS, "Width", self)
        self.widths.set_current("86")
        self.widths.changed.connect(self._width_chosen)
        self.width_mm = real_field(theme, "Width", LIMITS_MM, 86.0, 1, 1.0, unit="mm")
        self.width_mm.setFixedWidth(84)
        self.width_mm.edited.connect(self._width_typed)
        self.resolutions = Segmented(theme, RESOLUTIONS, "Dots per inch", self)
        self.resolutions.set_current("600")
        self.resolutions.setEnabled(False)
        self.preview = ExportPreview(theme, make, self)
        self.preview.show_width(86.0)
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
        self._arrange(theme, title)
        self._judge()

    def _arrange(self, theme: Theme, title: str) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(20, 16, 20, 16)
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(12)
        grid.setColumnStretch(1, 1)
        grid.addWidget(MathLabel(theme, title, px=TITLE, weight=600), 0, 0, 1, 3)
        grid.addWidget(self.preview, 1, 0, 1, 3)
        width = QHBoxLayout()
        width.setSpacing(8)
        for part in (self.widths, self.width_mm, MathLabel(theme, "mm", "text2")):
            width.addWidget(part)
        width.addStretch(1)
        grid.addWidget(MathLabel(theme, "Format", "text2"), 2, 0)
        grid.addWidget(self.formats, 2, 1, 1, 2, Qt.AlignmentFlag.AlignLeft)
        grid.addWidget(MathLabel(theme, "Width", "text2"), 3, 0)
        grid.addLayout(width, 3, 1, 1, 2)
        grid.addWidget(MathLabel(theme, "Dots per inch", "text2"), 4, 0)
        grid.addWidget(self.resolutions, 4, 1, 1, 2, Qt.AlignmentFlag.AlignLeft)
        grid.addWidget(MathLabel(theme, "File", "text2"), 5, 0)
        grid.addWidget(self.file, 5, 1, 1, 2)
        grid.addWidget(self.note, 6, 1, 1, 2)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addStretch(1)
        buttons.addWidget(self._cancel)
        buttons.addWidget(self._export)
        grid.addLayout(buttons, 7, 0, 1, 3)

    def propose(self, stem: str) -> None:
        """Propose a file name without its suffix, in the folder of the last one."""
        folder = self.file.path().parent if self.file.text() else default_folder()
        self.file.set_path(folder / f"{stem}.{self.formats.current()}")

    def set_theme(self, theme: Theme) -> None:
        """Repaint in another theme."""
        for child in self.findChildren(QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly):
            retheme(child, theme)

    def _format_changed(self, suffix: str) -> None:
        self.file.set_suffix(suffix)
        self.resolutions.setEnabled(suffix in _OF_PIXELS)

    def _width_chosen(self, key: str) -> None:
        if not key:
            self.width_mm.editor.setFocus()
            return
        self.width_mm.set_value(float(key))
        self.preview.show_width(float(key))

    def _width_typed(self, _width: object) -> None:
        width = self.width_mm.value()
        key = f"{width:g}"
        self.widths.set_current(key if key in dict(WIDTHS) else "")
        self.preview.show_width(width)

    def _judge(self) -> None:
        """Say what is wrong with the name, or what would happen to a file of that name."""
        text, path = self.file.text(), self.file.path()
        problem = ""
        if not text or not path.name:
            problem = "Enter a file name."
        elif path.suffix.lower() not in {f".{suffix}" for suffix, _ in FORMATS}:
            problem = "The name must end in .pdf, .svg, .png or .tiff."
        elif not path.parent.is_dir():
            problem = "There is no such folder."
        elif path.is_dir():
            problem = "This is a folder."
        self.export_action.setEnabled(not problem)
        replaces = not problem and path.exists()
        self.note.set_role("warning" if problem or replaces else "text3")
        fate = "This file exists and will be replaced." if replaces else _NOTE
        self.note.set_text(problem or fate)

    def _order(self) -> None:
        path, dpi = self.file.path(), int(self.resolutions.current())
        self.accept()
        self.ordered.emit(self._make(path, float(self.width_mm.value()), dpi))
