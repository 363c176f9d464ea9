"""Undo and redo of every change of the session, through Qt's stack."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QUndoCommand, QUndoStack

from nrg_app.session.changes import Change, ChangeRecorder
from nrg_app.session.document import Session
from nrg_app.ui.actions import Actions, tool_tip
from nrg_app.ui.feed import SampleFeed
from nrg_app.ui.panels.base import follow

LIMIT = 500  # steps that can be undone
RETURN = "return to a snapshot"


class _Command(QUndoCommand):
    """One step. It is pushed when its change has already happened."""

    def __init__(self, history: History, change: Change, gesture: int) -> None:
        super().__init__(change.text())
        self._history = history
        self._gesture = gesture
        self._time = time.monotonic()
        self._happened = True
        self.change = change

    def redo(self) -> None:
        """Set the new values, but for the first time."""
        if self._happened:
            self._happened = False
        else:
            self._history.assign(self.change.new)
            self._draw()

    def undo(self) -> None:
        """Set the old values."""
        self._history.assign(self.change.old)
        self._draw()

    def _draw(self) -> None:
        # Such a step drew its picture, also where a change of T alone would have waited.
        if self.change.label == RETURN:
            self._history.ask()

    def takes(self, change: Change, gesture: int) -> bool:
        """Take a change in that goes on with this one: in the same drag, or soon after.

        Qt's own merging is not used: Python never gets back the commands that Qt throws away.
        """
        now = time.monotonic()
        if gesture and gesture != self._gesture:
            return False
        same_drag = gesture == self._gesture > 0
        if not change.continues(self.change, 0.0 if same_drag else now - self._time):
            return False
        self.change = self.change.merged(change)
        self._time = now
        self.setText(self.change.text())
        self.setObsolete(self.change.is_void())
        return True


class History(QObject):
    """Keeps the steps of one session; the actions "undo" and "redo" name the next one.

    Changes of one round of the event loop are one step.
    """

    def __init__(
        self, session: Session, actions: Actions, feed: SampleFeed, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._session, self._feed, self._actions = session, feed, actions
        self._gestures = 0
        self._gesture = 0
        self.stack = QUndoStack(self)
        self.stack.setUndoLimit(LIMIT)
        self.recorder = ChangeRecorder(session)
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.timeout.connect(self._push)
        follow(self, self.recorder.pending, self._note)
        actions["undo"].triggered.connect(self.undo)
        actions["redo"].triggered.connect(self.redo)
        # What is held back while something moves can be undone as well.
        follow(self, session.events.playing, self._name_actions)
        actions["sweep"].toggled.connect(self._sweep_toggled)
        self.stack.indexChanged.connect(self._name_actions)
        self._name_actions()

    def undo(self) -> None:
        """Go one step back; what moves by itself stops and counts as a step."""
        self.settle()
        self.stack.undo()

    def redo(self) -> None:
        """Go one step forward again."""
        self.settle()
        self.stack.redo()

    def settle(self) -> None:
        """Stop what moves by itself and make a step of what has changed."""
        self._session.playing = False
        self._actions["sweep"].setChecked(False)
        self._push()

    def call(self, label: str) -> None:
        """Name the step that the changes of this round make."""
        self._push()
        self.recorder.call(label)

    def clear(self) -> None:
        """Forget every step."""
        self.recorder.forget()
        self.stack.clear()

    def begin_drag(self) -> None:
        """Make one step of all that follows until :meth:`end_drag`, however long it takes."""
        self._push()
        self._gestures += 1
        self._gesture = self._gestures

    def end_drag(self) -> None:
        """End the step that a drag makes."""
        self._push()
        self._gesture = 0

    def assign(self, values: Mapping[str, Any]) -> None:
        """Set values of the session that are no step of their own, with one request."""
        with self.recorder.paused(), self._feed.hold():
            self._session.assign(values)

    def ask(self) -> None:
        """Ask for the samples of the session."""
        self._feed.ask()

    def _note(self) -> None:
        self._soon.start(0)

    def _push(self) -> None:
        self._soon.stop()
        change = self.recorder.take()
        if change is None:
            return
        newest = self._newest()
        if newest is None or not newest.takes(change, self._gesture):
            self.stack.push(_Command(self, change, self._gesture))
        elif newest.isObsolete():
            self.stack.undo()  # throws it away, without undoing it
        else:
            self._name_actions()

    def _newest(self) -> _Command | None:
        """The step that may take in what goes on: the last one, if none was undone."""
        if self.stack.index() < self.stack.count():
            return None
        command = self.stack.command(self.stack.index() - 1)
        return command if isinstance(command, _Command) else None

    def _sweep_toggled(self, on: bool) -> None:
        if on:
            self._push()
            self.recorder.hold("temperature")
        else:
            self.recorder.let_go("temperature")
        self._name_actions()

    def _name_actions(self, _: object = None) -> None:
        moving = self._session.playing or self._actions["sweep"].isChecked()
        for name, word, text, possible in (
            ("undo", "Undo", self.stack.undoText(), self.stack.canUndo() or moving),
            ("redo", "Redo", self.stack.redoText(), self.stack.canRedo() and not moving),
        ):
            action = self._actions[name]
            words = f"{word} {text}".strip() if not moving else word
            action.setText(words)
            action.setToolTip(tool_tip(words, action))
            action.setEnabled(possible)
