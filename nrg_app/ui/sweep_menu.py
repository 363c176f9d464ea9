"""The menu beside the Sweep button: how T moves, and how fast."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QPoint
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QWidget

from nrg_app.session.document import Session
from nrg_app.session.views import SweepSettings
from nrg_app.ui.panels.base import follow
from nrg_app.ui.panels.controls import IconButton
from nrg_app.ui.theme import Theme

_MODES = (
    ("to_and_fro", "To and fro"),
    ("loop", "Upwards, again and again"),
    ("once", "Upwards once"),
)
_RATES = (0.02, 0.05, 0.1, 0.2, 0.5, 1.0)  # J/k_B per second


class SweepButton(IconButton):
    """Opens the menu; what is chosen is set on ``session.sweep`` at once."""

    def __init__(self, session: Session, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, "tune-variant", "Sweep options", parent=parent)
        self._session = session
        self._choices: list[tuple[QAction, str, object]] = []
        self.menu = QMenu(self)
        self._add_choices("mode", [(text, mode) for mode, text in _MODES])
        self.menu.addSeparator()
        self._add_choices("rate", [(f"{rate:g} J/k_B per second", rate) for rate in _RATES])
        self.clicked.connect(self._open)
        follow(self, session.events.sweep, self._show)
        self._show(session.sweep)

    def _add_choices(self, name: str, choices: Sequence[tuple[str, object]]) -> None:
        group = QActionGroup(self.menu)
        for text, value in choices:
            action = QAction(text, group)
            action.setCheckable(True)
            action.triggered.connect(lambda _=False, value=value: self._choose(name, value))
            self.menu.addAction(action)
            self._choices.append((action, name, value))

    def _choose(self, name: str, value: Any) -> None:
        self._session.sweep = replace(self._session.sweep, **{name: value})

    def _show(self, settings: SweepSettings) -> None:
        for action, name, value in self._choices:
            action.setChecked(getattr(settings, name) == value)

    def _open(self) -> None:
        self.menu.popup(self.mapToGlobal(QPoint(0, self.height() + 2)))
