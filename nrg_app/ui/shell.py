"""What surrounds the workspaces of a window: command palette, menu and their actions."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from nrg_app.ui.finder import Finder
from nrg_app.ui.menu import MainMenu
from nrg_app.ui.offers import offers
from nrg_app.ui.theme import Theme

if TYPE_CHECKING:
    from nrg_app.ui.main_window import MainWindow


class Shell(QObject):
    """Owns the parts that lie over a window and answers their actions."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self.finder = Finder(window.theme, partial(offers, window), window)
        self.menu = MainMenu(window)
        for name, slot in {
            "find": self.finder.open,
            "menu": lambda: self.menu.show_below(window.top.menu),
            "freeze": window.explore.strip.freeze,
        }.items():
            window.actions_[name].triggered.connect(lambda _=False, slot=slot: slot())

    def set_theme(self, theme: Theme) -> None:
        """Repaint in another theme."""
        self.finder.set_theme(theme)

    def escape(self) -> None:
        """Dismiss the message, the large panel or the full screen: the first that there is."""
        window = self._window
        if window.message.text():
            window.message.hide()
        elif window.explore.layout_state().maximised:
            window.explore.restore()
        elif window.isFullScreen():
            window.actions_["full_screen"].trigger()
