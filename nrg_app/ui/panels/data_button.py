"""The button of a panel's data: copy it, export it."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Signal
from PySide6.QtWidgets import QMenu

from nrg_app.ui.panels.controls import IconButton
from nrg_app.ui.theme import Theme

ORDERS = (
    ("copy", "Copy data"),
    ("csv", "Export CSV"),
    ("npz", "Export NPZ"),
    ("figure", "Export figure"),
)
"""What a data menu offers: key and text."""


class DataButton(IconButton):
    """Opens the data menu.

    ``ordered`` carries the key of the entry that was chosen.
    """

    ordered = Signal(str)

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, "dots-horizontal", "Data")
        self.menu = QMenu("Data", self)
        for key, text in ORDERS:
            action = self.menu.addAction(text)
            action.triggered.connect(lambda _=False, chosen=key: self.ordered.emit(chosen))
        self.clicked.connect(self._open)

    def _open(self) -> None:
        corner = self.mapToGlobal(QPoint(self.width(), self.height() + 2))
        self.menu.popup(corner - QPoint(self.menu.sizeHint().width(), 0))
