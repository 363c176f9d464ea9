"""Slow motion: the generation of the shown sample, or its renormalization, level by level."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QVBoxLayout, QWidget

from nrg_app.session.document import Session
from nrg_app.session.messages import SampleSet
from nrg_app.ui.buttons import ActionButton
from nrg_app.ui.guide.bar import FIRST_PACE, SlowBar
from nrg_app.ui.guide.keys import KeyCatcher
from nrg_app.ui.guide.steps import GENERATE, SampleFlow, Step, steps
from nrg_app.ui.guide.veil import SlowVeil
from nrg_app.ui.panels.base import follow
from nrg_app.ui.panels.controls import CONTROL_HEIGHT
from nrg_app.ui.panels.strip import StripPanel
from nrg_app.ui.theme import Theme


class SlowMotion(QObject):
    """Plays the steps of the shown sample in a Renormalization flow panel.

    Everything comes from the newest sample set: no worker is asked. ``reveal`` brings the panel to
    the front of the window; ``refused`` carries the reason why the slow motion cannot start.
    """

    refused = Signal(str)

    def __init__(
        self,
        session: Session,
        panel: StripPanel,
        action: QAction,
        reveal: Callable[[QWidget], object],
        *,
        reduced_motion: bool,
    ) -> None:
        super().__init__(panel)
        self._session, self._panel, self._action = session, panel, action
        self._reveal = reveal
        self._samples: SampleSet | None = None
        self._steps: tuple[Step, ...] = ()
        self._number = 0
        self._direction = GENERATE
        self._reduced = reduced_motion
        self.bar = SlowBar(panel.theme)
        self.veil = SlowVeil(panel.canvas)
        layout = panel.layout()
        assert isinstance(layout, QVBoxLayout)
        layout.insertWidget(layout.indexOf(panel.message) + 1, self.bar)
        self.button = ActionButton(panel.theme, action, text=False, height=CONTROL_HEIGHT)
        panel.header.add_tool(self.button)
        self._timer = QTimer(self)
        self._timer.setInterval(round(1000 * FIRST_PACE))
        self._timer.timeout.connect(self._tick)
        self._keys = self._make_keys()
        self._connect()

    def _make_keys(self) -> KeyCatcher:
        panel = self._panel
        return KeyCatcher(
            (panel.window(), panel.canvas, self.bar, *self.bar.buttons()),
            {
                Qt.Key.Key_Left: lambda: self.move(-1),
                Qt.Key.Key_Right: lambda: self.move(1),
                Qt.Key.Key_Escape: self.end,
            },
            self,
        )

    def _connect(self) -> None:
        # Space presses a button that has the focus; elsewhere it plays.
        self._space = KeyCatcher(
            (self._panel.window(), self._panel.canvas, self.bar),
            {Qt.Key.Key_Space: self.toggle_playing},
            self,
        )
        self._action.toggled.connect(self._toggle)
        self.bar.stepped.connect(self.move)
        self.bar.play_pressed.connect(self.toggle_playing)
        self.bar.direction_changed.connect(self.set_direction)
        self.bar.pace_changed.connect(lambda pace: self._timer.setInterval(round(1000 * pace)))
        self.bar.ended.connect(self.end)
        follow(self, self._session.events.selected, self._refresh)

    # -- state ----------------------------------------------------------------------------

    def is_active(self) -> bool:
        """Return whether the slow motion is on show."""
        return not self.bar.isHidden()

    def is_playing(self) -> bool:
        """Return whether steps follow by themselves."""
        return self._timer.isActive()

    @property
    def step(self) -> Step | None:
        """The step on show."""
        return self._steps[self._number] if self.is_active() else None

    def set_sample_set(self, samples: SampleSet) -> None:
        """Take a new set; the steps go on with its sample if it has the same scales."""
        self._samples = samples
        self._refresh()

    def set_reduced_motion(self, reduced: bool) -> None:
        """Allow steps by hand only, or let them follow by themselves."""
        self._reduced = reduced
        if self.is_active():
            self._set_playing(False)

    def set_theme(self, theme: Theme) -> None:
        """Repaint in another theme."""
        self.bar.set_theme(theme)

    # -- commands -------------------------------------------------------------------------

    def _toggle(self, on: bool) -> None:
        if not on:
            self._stop()
        elif self._samples is None or not self._samples.latents:
            self._action.setChecked(False)
            self.refused.emit("Slow motion needs a sample of a network. Open a model first.")
        else:
            self._start()

    def _start(self) -> None:
        # Another sample in every step would hide how one comes about.
        self._session.playing = False
        self._session.strip_view = "field"
        self._number = 0
        self._reveal(self._panel)
        self.bar.show()
        self._keys.set_active(True)
        self._space.set_active(True)
        self._refresh()
        self._set_playing(True)
        self.bar.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _stop(self) -> None:
        self._timer.stop()
        self._keys.set_active(False)
        self._space.set_active(False)
        had_focus = self.bar.isAncestorOf(self.bar.window().focusWidget() or self.bar.window())
        self.bar.hide()
        self.veil.set_step(None)
        if had_focus:
            self._panel.window().setFocus()

    def end(self) -> None:
        """Show the whole sample again."""
        self._action.setChecked(False)

    def toggle_playing(self) -> None:
        """Play, from the start if the end is on show, or pause."""
        if not self.is_playing() and self._number == len(self._steps) - 1 and not self._reduced:
            self._show(0)
        self._set_playing(not self.is_playing())

    def move(self, by: int) -> None:
        """Go some steps forward or back by hand; the steps stop following by themselves."""
        self._set_playing(False)
        self._show(self._number + by)

    def set_direction(self, direction: str) -> None:
        """Start again as generation or, with ``REVERSE``, as renormalization."""
        self._direction = direction
        self.bar.set_direction(direction)
        self._number = 0
        self._refresh()
        self._set_playing(True)

    def _set_playing(self, playing: bool) -> None:
        if playing and not self._reduced:
            self._timer.start()
        else:
            self._timer.stop()
        self.bar.set_playing(self._timer.isActive(), allowed=not self._reduced)

    def _tick(self) -> None:
        self._show(self._number + 1)
        if self._number == len(self._steps) - 1:
            self._set_playing(False)

    # -- what is on show ------------------------------------------------------------------

    def _refresh(self) -> None:
        """Make the steps of the sample that is shown now."""
        samples = self._samples
        if not self.is_active() or samples is None:
            return
        if not samples.latents:
            self.end()
            return
        index = min(self._session.selected, len(samples.spins) - 1)
        flow = SampleFlow(
            samples.temperature,
            samples.spins[index],
            {scale: values[index] for scale, values in samples.coarse_fields.items()},
            {scale: values[index] for scale, values in samples.latents.items()},
        )
        before = len(self._steps)
        self._steps = steps(flow, self._direction)
        self._show(self._number if len(self._steps) == before else 0)

    def _show(self, number: int) -> None:
        self._number = min(max(number, 0), len(self._steps) - 1)
        step = self._steps[self._number]
        self.bar.set_step(self._number, len(self._steps), step.sentence)
        self.veil.set_step(step)
