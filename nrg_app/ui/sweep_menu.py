"""The menu beside the Sweep button: how T moves, and how fast."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QWidget

from nrg_app.ui.panels.controls import IconButton
from nrg_app.ui.sweep import Sweep
from nrg_app.ui.theme import Theme

_MODES = (
    ("to_and_fro", "To and fro"),
    ("loop", "Upwards, again and again"),
    ("once", "Upwards once"),
)
_RATES = (0.02, 0.05, 0.1, 0.2, 0.5, 1.0)  # J/k_B per second


class SweepButton(IconButton):
    """Opens the menu; what is chosen is set on the sweep at once."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, "tune-variant", "Sweep options", parent=parent)
        self.menu = QMenu(self)
        self.clicked.connect(self._open)

    def set_sweep(self, sweep: Sweep) -> None:
        """Offer the modes and speeds of a sweep."""
        modes = [(text, "mode", mode, sweep.mode == mode) for mode, text in _MODES]
        rates = [
            (f"{rate:g} J/k_B per second", "rate", rate, sweep.rate == rate) for rate in _RATES
        ]
        self._add_choices(sweep, modes)
        self.menu.addSeparator()
        self._add_choices(sweep, rates)

    def _add_choices(self, sweep: Sweep, choices: Sequence[tuple[str, str, object, bool]]) -> None:
        group = QActionGroup(self.menu)
        for text, attribute, value, chosen in choices:
            action = QAction(text, group)
            action.setCheckable(True)
            action.setChecked(chosen)
            action.triggered.connect(
                lambda _=False, name=attribute, value=value: setattr(sweep, name, value)
            )
            self.menu.addAction(action)

    def _open(self) -> None:
        self.menu.popup(self.mapToGlobal(QPoint(0, self.height() + 2)))
