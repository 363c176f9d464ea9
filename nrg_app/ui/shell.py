"""What surrounds the workspaces of a window: command palette, menu, log and their actions."""

from __future__ import annotations

import logging
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QSize
from PySide6.QtGui import QGuiApplication

from nrg_app.ui.finder import Finder
from nrg_app.ui.log import LogLines
from nrg_app.ui.menu import MainMenu
from nrg_app.ui.offers import offers
from nrg_app.ui.settings_dialog import SettingsDialog
from nrg_app.ui.theme import Theme

if TYPE_CHECKING:
    from nrg_app.ui.main_window import MainWindow

DEFAULT_SIZE = QSize(1440, 900)
_log = logging.getLogger(__name__)


class Shell(QObject):
    """Owns the parts that lie over a window and answers their actions."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self.finder = Finder(window.theme, partial(offers, window), window)
        self.menu = MainMenu(window)
        self.log = LogLines(self)
        self._connect_log()
        hints = QGuiApplication.styleHints()
        hints.colorSchemeChanged.connect(self._follow_system)
        for name, slot in {
            "find": self.finder.open,
            "menu": lambda: self.menu.show_below(window.top.menu),
            "log": lambda: window.dialogs.show_log(window.theme, self.log),
            "about": lambda: window.dialogs.show_about(window.theme),
            "settings": self._show_settings,
            "reset_layout": self._reset_layout,
            "freeze": window.explore.strip.freeze,
        }.items():
            window.actions_[name].triggered.connect(lambda _=False, slot=slot: slot())

    def _show_settings(self) -> None:
        window = self._window
        dialog = window.dialogs.show_settings(window.theme, window.preferences)
        if dialog is not None:
            dialog.changed.connect(self._follow_preferences)
            dialog.layout_reset.connect(self._reset_layout)

    def _follow_preferences(self) -> None:
        self._window.change_theme(self._window.preferences.theme)

    def _follow_system(self) -> None:
        if self._window.preferences.appearance == "system":
            self._follow_preferences()

    def _reset_layout(self) -> None:
        window = self._window
        window.workspaces.reset_layout()
        window.showNormal()
        window.resize(DEFAULT_SIZE)

    def _connect_log(self) -> None:
        """Log what the sampler says; its samples and measurements are too many."""
        feed = self._window.feed
        feed.worker_ready.connect(
            lambda ready: _log.info("Sampler ready: %s, threads: %d", ready.device, ready.threads)
        )
        feed.model_ready.connect(lambda ready: _log.info("Model loaded: %s", ready.model))
        feed.failed.connect(lambda failure: _log.warning("Sampler: %s", failure.message))

    def close(self) -> None:
        """Stop logging."""
        self.log.close()

    def set_theme(self, theme: Theme) -> None:
        """Repaint in another theme."""
        self.finder.set_theme(theme)
        settings = self._window.dialogs.shown("settings")
        if isinstance(settings, SettingsDialog):
            settings.follow_preferences()

    def escape(self) -> None:
        """Dismiss the message, the large panel or the full screen: the first that there is."""
        window = self._window
        if window.message.text():
            window.message.hide()
        elif (space := window.workspaces.space()).maximised:
            space.maximised = ""
        elif window.isFullScreen():
            window.actions_["full_screen"].trigger()
