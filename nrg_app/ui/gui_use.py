"""A person at the window, for measuring it: one step after another through most of its actions."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, QTimer

from nrg_app.ui.main_window import MainWindow

_STEP_MS = 700
# Names of actions; "" closes the dialogs. What is switched on is switched off again.
_STEPS = (
    *("view", "view", "view", "view", "view", "walls", "walls", "reseed", "step"),
    *("freeze", "resample_fine", "freeze", "critical", "snapshot", "undo", "redo"),
    *("play", "play", "sweep", "sweep"),
    *("workspace_train", "workspace_measure", "measure", "", "", "measure"),
    *("workspace_holography", "workspace_explore", "encode_wolff", "undo"),
    *("shortcuts", "", "settings", "", "model_details", "", "log", ""),
    *("slow_motion", "slow_motion", "theme", "theme", "full_screen", "full_screen"),
)


class Use(QObject):
    """Takes the steps in turn; ``last`` names the newest one."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._number = 0
        self.last = ""
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._step)

    def start(self) -> None:
        """Begin with the first step."""
        self._timer.start(_STEP_MS)

    def _step(self) -> None:
        name = _STEPS[self._number % len(_STEPS)]
        if self._number % len(_STEPS) == 0:
            # Otherwise the document would grow, and with it the memory of the window.
            self._window.session.snapshots = ()
        self._number += 1
        self.last = name or "close the dialogs"
        act = self._window.actions_[name].trigger if name else self._window.dialogs.close
        # As an event of its own, like a key press.
        QTimer.singleShot(0, self, partial(act))
