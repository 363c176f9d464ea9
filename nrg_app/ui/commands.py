"""What the actions do to the session, and how their state follows it."""

from __future__ import annotations

from typing import get_args

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction

from nrg_app.physics.exact import CRITICAL_TEMPERATURE
from nrg_app.session.document import SHOWN_SAMPLES, Session, ViewName
from nrg_app.session.latents import Blend
from nrg_app.ui.actions import Actions, set_icon, tool_tip
from nrg_app.ui.panels.base import follow
from nrg_app.ui.sweep import Sweep
from nrg_app.ui.temperature import ALLOWED
from nrg_app.ui.temperature_slider import FINE_STEP, STEP

VIEWS: tuple[ViewName, ...] = get_args(ViewName)


class Commands(QObject):
    """Connects the actions of runs, temperature and picture with a session."""

    def __init__(self, session: Session, actions: Actions, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._actions = actions
        self._first_seed = session.seed
        self.sweep = Sweep(session, self)
        self._connect_run()
        self._connect_temperature()
        self._connect_picture()

    def set_first_seed(self, seed: int) -> None:
        """Remember the seed that ``restart`` goes back to."""
        self._first_seed = seed

    def _connect_run(self) -> None:
        session, actions, events = self._session, self._actions, self._session.events
        actions["step"].triggered.connect(lambda: session.advance())
        actions["reseed"].triggered.connect(lambda: session.reseed())
        actions["resample_fine"].triggered.connect(lambda: session.resample_fine())
        actions["restart"].triggered.connect(self._restart)
        for name, attribute in (("play", "playing"), ("lock", "seed_locked"), ("auto", "auto")):
            actions[name].setChecked(getattr(session, attribute))
            actions[name].toggled.connect(
                lambda on, attribute=attribute: setattr(session, attribute, on)
            )
        follow(self, events.playing, self._show_playing)
        follow(self, events.seed_locked, self._show_locked)
        follow(self, events.auto, self._show_auto)
        self._show_playing(session.playing)
        self._show_locked(session.seed_locked)

    def _connect_temperature(self) -> None:
        actions = self._actions
        for name, step in (
            ("cooler", -STEP),
            ("warmer", STEP),
            ("cooler_fine", -FINE_STEP),
            ("warmer_fine", FINE_STEP),
        ):
            actions[name].triggered.connect(lambda _=False, step=step: self._nudge(step))
        actions["critical"].triggered.connect(
            lambda: setattr(self._session, "temperature", CRITICAL_TEMPERATURE)
        )
        actions["sweep"].toggled.connect(self.sweep.set_running)
        self.sweep.finished.connect(lambda: actions["sweep"].setChecked(False))

    def _connect_picture(self) -> None:
        session = self._session
        self._actions["view"].triggered.connect(self._next_view)
        self._actions["blend"].triggered.connect(self._blend)
        self._actions["end_blend"].triggered.connect(lambda: setattr(session, "blend", None))
        self._actions["walls"].triggered.connect(
            lambda: setattr(session, "show_walls", not session.show_walls)
        )

    def _blend(self) -> None:
        """Set out for the sample after the present target, or after the shown one."""
        session = self._session
        shown, blend = session.selected, session.blend
        before = blend.target if blend is not None and blend.sample == shown else shown
        order = [(before + step) % SHOWN_SAMPLES for step in (1, 2)]
        session.blend = Blend(shown, next(index for index in order if index != shown), 0.0)

    def _restart(self) -> None:
        self._session.seed = self._first_seed

    def _nudge(self, step: float) -> None:
        low, high = ALLOWED
        temperature = round(self._session.temperature + step, 3)
        self._session.temperature = min(max(temperature, low), high)

    def _next_view(self) -> None:
        index = VIEWS.index(self._session.view)
        self._session.view = VIEWS[(index + 1) % len(VIEWS)]

    def _show_playing(self, playing: bool) -> None:
        action = self._actions["play"]
        action.setChecked(playing)
        self._describe(action, "Pause" if playing else "Play", "pause" if playing else "play")

    def _show_locked(self, locked: bool) -> None:
        action = self._actions["lock"]
        action.setChecked(locked)
        text = "Unlock the seed" if locked else "Lock the seed"
        self._describe(action, text, "lock" if locked else "lock-open-variant-outline")
        if locked:
            self._session.playing = False
        for name in ("play", "step"):
            self._actions[name].setEnabled(not locked)

    def _show_auto(self, auto: bool) -> None:
        self._actions["auto"].setChecked(auto)

    @staticmethod
    def _describe(action: QAction, text: str, icon: str) -> None:
        action.setText(text)
        action.setToolTip(tool_tip(text, action))
        set_icon(action, icon)
