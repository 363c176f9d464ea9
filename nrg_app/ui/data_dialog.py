"""The Export data dialog: which samples, the format and the file."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QDialog, QGridLayout, QHBoxLayout, QWidget

from nrg_app.session.messages import SampleSet
from nrg_app.ui.buttons import ActionButton
from nrg_app.ui.figure_orders import DataOrder, only_sample
from nrg_app.ui.file_line import REPLACES, FileLine, default_folder
from nrg_app.ui.fonts import CAPTION, TITLE
from nrg_app.ui.math_text import MathLabel
from nrg_app.ui.panels.controls import Segmented
from nrg_app.ui.panels.numbers import fixed
from nrg_app.ui.theme import Theme
from nrg_app.ui.themed import retheme

FORMATS = (("npz", "NPZ"), ("h5", "HDF5"), ("csv", "CSV"))
_NOTE = "Spins, fields, every scale, log-weights, and what was run."
_NOTE_WITHOUT_MODEL = "Spins, fields, and what was run."


def file_stem(samples: SampleSet) -> str:
    """Return a file name for samples, without its suffix."""
    return f"nrg-L{samples.size}-T{fixed(samples.temperature, 3)}-seed{samples.seed}"


class DataDialog(QDialog):
    """Non-modal. ``ordered`` carries the order of the file.

    Args:
        theme: of the window.
        samples: on show when the dialog opens; these are written, whatever comes meanwhile.
        selected: index of the shown sample.
        parent: the window.
    """

    ordered = Signal(object)

    def __init__(
        self, theme: Theme, samples: SampleSet, selected: int, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._samples, count = samples, len(samples.spins)
        self._selected = min(selected, count - 1)
        self.setWindowTitle("Export data")
        self.setModal(False)
        which = (("all", f"{count} independent samples"), ("shown", "The shown sample"))
        self.which = Segmented(theme, which, "Samples", self)
        self.which.set_current("all")
        self.formats = Segmented(theme, FORMATS, "Format", self)
        self.formats.set_current("npz")
        self.file = FileLine(theme, "Export data", FORMATS, self)
        self.file.set_path(default_folder() / f"{file_stem(samples)}.npz")
        self.formats.changed.connect(self.file.set_suffix)
        self.file.changed.connect(self._judge)
        self.note = MathLabel(theme, role="text3", px=CAPTION)
        self.export_action = QAction("Export", self)
        self.export_action.triggered.connect(self._order)
        self._arrange(theme)
        self._judge()

    def _arrange(self, theme: Theme) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(20, 16, 20, 16)
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(12)
        grid.setColumnStretch(1, 1)
        grid.addWidget(MathLabel(theme, "The numbers of samples", px=TITLE, weight=600), 0, 0, 1, 2)
        left = Qt.AlignmentFlag.AlignLeft
        grid.addWidget(MathLabel(theme, "Samples", "text2"), 1, 0)
        grid.addWidget(self.which, 1, 1, left)
        grid.addWidget(MathLabel(theme, "Format", "text2"), 2, 0)
        grid.addWidget(self.formats, 2, 1, left)
        grid.addWidget(MathLabel(theme, "File", "text2"), 3, 0)
        grid.addWidget(self.file, 3, 1)
        grid.addWidget(self.note, 4, 1)
        cancel = QAction("Cancel", self)
        cancel.triggered.connect(self.reject)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addStretch(1)
        buttons.addWidget(ActionButton(theme, cancel, height=32))
        buttons.addWidget(ActionButton(theme, self.export_action, "primary", height=32))
        grid.addLayout(buttons, 5, 0, 1, 2)

    def set_theme(self, theme: Theme) -> None:
        """Repaint in another theme."""
        for child in self.findChildren(QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly):
            retheme(child, theme)

    def _judge(self) -> None:
        """Say what is wrong with the name, or what would be written."""
        problem, replaces = self.file.problem(), self.file.replaces()
        self.export_action.setEnabled(not problem)
        contents = _NOTE if self._samples.latents else _NOTE_WITHOUT_MODEL
        self.note.set_role("warning" if problem or replaces else "text3")
        self.note.set_text(problem or (REPLACES if replaces else contents))

    def _order(self) -> None:
        samples = self._samples
        if self.which.current() == "shown":
            samples = only_sample(samples, self._selected)
        path = self.file.path()
        self.accept()
        self.ordered.emit(DataOrder(samples, path))
