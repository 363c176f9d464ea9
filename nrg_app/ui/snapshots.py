"""Snapshots in the window: taken from what is on show, restored, deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from nrg_app.session.snapshots import Snapshot
from nrg_app.ui.undo import RETURN

if TYPE_CHECKING:
    from nrg_app.ui.main_window import MainWindow


class Snapshots(QObject):
    """Carries out what the action and the sidebar's list ask for; each is one step to undo."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        window.actions_["snapshot"].triggered.connect(self.take)
        thumbnails = window.sidebar.snapshots.list
        thumbnails.restore.connect(self.restore)
        thumbnails.delete.connect(self.delete)

    def take(self) -> None:
        """Remember the picture on show."""
        window = self._window
        if window.samples is None:
            window.message.show_message(
                "There is no sample yet. Wait for the first one.", "warning"
            )
            return
        index = min(window.session.selected, len(window.samples.spins) - 1)
        samples = window.samples
        window.session.take_snapshot(samples.spins[index], samples.temperature)

    def restore(self, snapshot: Snapshot) -> None:
        """Bring the picture of a snapshot back."""
        window = self._window
        window.history.settle()
        window.history.call(RETURN)
        with window.feed.hold():
            window.session.restore(snapshot)
        # Also where the temperature alone would wait to be drawn.
        window.feed.ask()

    def delete(self, snapshot: Snapshot) -> None:
        """Forget a snapshot."""
        window = self._window
        window.history.call("deletion of a snapshot")
        window.session.delete_snapshot(snapshot)
