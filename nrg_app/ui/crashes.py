"""Crashes in the window: what was done is noted, and a report is offered, at once or next time."""

from __future__ import annotations

import logging
import sys
import threading
import traceback
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QGuiApplication

from nrg_app.crash_reports import CrashRecorder, crashes_before, read_report, reports
from nrg_app.errors import NRGError
from nrg_app.ui.about import versions
from nrg_app.ui.actions import TABLE

if TYPE_CHECKING:
    from nrg_app.ui.main_window import MainWindow

_MOST = 10  # an error in what is painted comes again and again
_log = logging.getLogger(__name__)


class Crashes(QObject):
    """Notes, reports and offers.

    Args:
        window: its actions, log, dialogs and message bar are used.
        folder: where reports go.
    """

    _caught = Signal(str, str)

    def __init__(self, window: MainWindow, folder: Path) -> None:
        super().__init__(window)
        self._window = window
        self._folder = folder
        self._recorder = CrashRecorder(folder, [f"{name} {value}" for name, value in versions()])
        self._known: set[str] = set()
        # Reports of errors were offered at once.
        self._seen = set(reports(folder))
        self._caught.connect(self._tell, Qt.ConnectionType.QueuedConnection)
        for spec in TABLE:
            action = window.actions_[spec.name]
            action.triggered.connect(lambda _=False, name=spec.name: self._note(name))
        window.shell.log.added.connect(self._recorder.note)
        spaces = window.workspaces
        for source in (window.feed, spaces.desk, spaces.measure_desk, spaces.holography_desk):
            source.failed.connect(lambda _: self._look("A part of NRG crashed."))

    def start(self) -> None:
        """Take care of errors that nothing catches, and offer what an earlier crash left."""
        self._look("NRG crashed last time.")
        self._recorder.start()
        sys.excepthook = self._hear
        threading.excepthook = lambda given: self._hear(
            given.exc_type, given.exc_value, given.exc_traceback
        )

    def _look(self, sentence: str) -> None:
        """Offer the report of a process that is gone, if there is a new one."""
        crashes_before(self._folder)
        new = [path for path in reports(self._folder) if path not in self._seen]
        self._seen.update(new)
        if new:
            self._offer(sentence, read_report(new[0]))

    def close(self) -> None:
        """End the record of this process, which ends as it should."""
        sys.excepthook, threading.excepthook = sys.__excepthook__, threading.__excepthook__
        self._recorder.close()

    def _note(self, name: str) -> None:
        _log.info("Action: %s", name)

    def _hear(
        self,
        kind: type[BaseException],
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Report an error, in whatever thread it was raised."""
        if error is None or issubclass(kind, SystemExit):
            return
        if isinstance(error, NRGError):
            _log.error("%s", error)
            self._caught.emit(str(error), "")
            return
        place = "".join(traceback.format_tb(trace))
        if place in self._known or len(self._known) >= _MOST:
            return
        self._known.add(place)
        traceback.print_exception(kind, error, trace)
        _log.error("%s", error, exc_info=(kind, error, trace))
        text, path = self._recorder.report(error)
        if path is not None:
            self._seen.add(path)
        words = " ".join(str(error).split())[:200] or kind.__name__
        self._caught.emit(f"Unexpected error: {words}. Save the session before going on.", text)

    def _tell(self, sentence: str, report: str) -> None:
        if report:
            self._offer(sentence, report)
        else:
            self._window.message.show_message(sentence, "error")

    def _offer(self, sentence: str, report: str) -> None:
        window = self._window
        window.message.show_when_free(
            f"{sentence} A report lies on this computer; nothing was sent.",
            "error",
            button="Show report",
            action=lambda: window.dialogs.show_report(window.theme, report, self._folder),
            other=("Copy", lambda: QGuiApplication.clipboard().setText(report)),
        )
