"""The program with a timer in the place of its user, who tells what there is to see.

    python -m tests.e2e.driven_window begin | again

"begin" changes the session all the time and starts a training; "again" restores what an earlier
window left unsaved and resumes its training. Both press the button of every message.
What happens is printed as one JSON object a line.
"""

from __future__ import annotations

import json
import sys
import time
from functools import partial
from itertools import count
from multiprocessing.connection import Connection
from typing import Any

from PySide6.QtCore import QTimer
from PySide6.QtGui import QShowEvent

from nrg_app.session import training_worker
from nrg_app.session.messages import SampleSet
from nrg_app.session.training_client import TrainingClient
from nrg_app.session.training_messages import CheckpointWritten, TrainingMessage, TrainingPoint
from nrg_app.session.training_settings import RunSettings
from nrg_app.ui import app, documents, main_window

AUTOSAVE = 0.4  # seconds between two autosaves
_USE_MS = 60
_WARMER = 50  # changes between two of the temperature, which keep the sampler busy for a while
_SAVE = 0.5  # seconds between two checkpoints of the training, at least
_SLOWEST, _STEP = 1.0, 1e-3
"""The n-th change sets the speed to the slowest plus n steps."""


def tell(event: str, **content: Any) -> None:
    print(json.dumps({"event": event, "time": time.monotonic(), **content}), flush=True)


def number_of(speed: float) -> int:
    """Return which change has set a speed."""
    return round((speed - _SLOWEST) / _STEP)


def train_at_once(connection: Connection, folder: str) -> None:
    """Train without stepping back behind all that the machine does beside this test."""
    training_worker.step_back = lambda: None  # type: ignore[attr-defined]
    training_worker.main(connection, folder)


class Window(main_window.MainWindow):
    begins = True

    def __init__(self, *arguments: Any, **options: Any) -> None:
        options["training_factory"] = partial(TrainingClient, worker_main=train_at_once)
        super().__init__(*arguments, **options)
        self._numbers = count()
        self._message, self._pids = "", dict[str, int]()
        self._next_save = 0.0
        self._using = QTimer(self)
        self._using.timeout.connect(self._use)
        self.workspaces.desk._received.connect(self._heard)
        self.documents.replaced.connect(self._restored)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._using.isActive():
            return
        self._using.start(_USE_MS)
        desk = self.workspaces.desk
        if self.begins:
            desk.start(RunSettings(size=4, minutes=60.0))
            return
        chooser = self.workspaces.train.run.chooser
        tell("runs", texts=[chooser.itemText(k) for k in range(chooser.count())])
        desk.show(desk.runs[0].name)
        self.actions_["train"].trigger()

    def _use(self) -> None:
        workers = {"sampler": self.feed.client, "training": self.workspaces.desk._client}
        for name, client in workers.items():
            pid = None if client is None else client.pid
            if pid is not None and pid != self._pids.get(name):
                self._pids[name] = pid
                tell("started", worker=name, pid=pid)
        text = self.message.text()
        if text != self._message:
            self._message = text
            if text:
                tell("message", text=text, kind=self.message.kind)
        elif self.message.button.isVisible():
            self.message.button.click()
        if self.begins:
            number = next(self._numbers)
            self.session.speed = _SLOWEST + number * _STEP
            if number % _WARMER == 0:
                self.session.temperature += 0.01
            tell("changed", number=number)

    def _restored(self) -> None:
        tell("restored", number=number_of(self.session.speed))

    def _samples_came(self, samples: SampleSet, asked: float | None) -> None:
        super()._samples_came(samples, asked)
        tell("works", worker="sampler", pid=self._pids.get("sampler"))

    def _heard(self, _: int, message: TrainingMessage) -> None:
        if isinstance(message, TrainingPoint):
            tell("works", worker="training", pid=self._pids.get("training"), steps=message.steps)
            if time.monotonic() >= self._next_save:
                self._next_save = time.monotonic() + _SAVE
                self.workspaces.desk.save()
        elif isinstance(message, CheckpointWritten):
            tell("saved", steps=message.steps)


def main() -> int:
    Window.begins = sys.argv[1] == "begin"
    documents.AUTOSAVE_MS = round(1000 * AUTOSAVE)
    app.MainWindow = Window
    return app.main(["nrg", "ising-8"])


if __name__ == "__main__":
    # What a training runs is looked for in a module that it can import.
    from tests.e2e import driven_window

    sys.exit(driven_window.main())
