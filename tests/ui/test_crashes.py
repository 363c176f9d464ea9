"""Crashes of the window: real programs that crash, and the message that offers the report."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from nrg_app.crash_reports import read_report
from nrg_app.errors import NRGError
from nrg_app.ui.crashes import Crashes
from nrg_app.ui.main_window import MainWindow
from nrg_app.ui.report_dialog import ReportDialog

ROOT = Path(__file__).parents[2]

# The window with a stand-in for the sampler. The first argument says how it goes on.
PROGRAM = """
import ctypes, sys, time
from PySide6.QtCore import QTimer
from nrg_app.ui import app, main_window
from tests.ui.fakes import FakeClient

def crash(window):
    how = sys.argv[1]
    window.actions_["walls"].trigger()
    if how == "signal":
        window.session.temperature = 2.5
        window.documents.autosave()
        while not list(app.autosave_folder().glob("*.nrg")):
            time.sleep(0.01)
        ctypes.string_at(0)
    if how == "error":
        QTimer.singleShot(200, lambda: look(window))
        raise ZeroDivisionError("nothing to divide by")
    look(window)

def look(window):
    print(window.message.text(), flush=True)
    window.message.hide()
    QTimer.singleShot(100, lambda: (print(window.message.text(), flush=True), window.close()))

class Window(main_window.MainWindow):
    def showEvent(self, event):
        super().showEvent(event)
        QTimer.singleShot(500, lambda: crash(self))

app.MainWindow = Window
sys.exit(app.main(["nrg"], FakeClient))
"""


def run(home: Path, how: str, program: str = PROGRAM) -> subprocess.CompletedProcess[str]:
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        **{f"XDG_{name}_HOME": str(home / name) for name in ("CONFIG", "DATA", "STATE")},
    }
    return subprocess.run(
        [sys.executable, "-c", program, how],
        capture_output=True, text=True, timeout=120, env=environment, check=False,
    )  # fmt: skip


def reports(home: Path) -> list[Path]:
    return sorted((home / "STATE" / "nrg" / "log").glob("crash-*.txt"))


def test_a_crash_is_offered_at_the_next_start_and_unsaved_changes_after_it(
    tmp_path: Path,
) -> None:
    crashed = run(tmp_path, "signal")
    assert crashed.returncode < 0
    after = run(tmp_path, "look")
    assert after.returncode == 0, after.stderr
    first, second = after.stdout.splitlines()
    offers = {first, second}
    assert offers == {
        "NRG crashed last time. A report lies on this computer; nothing was sent.",
        "There are unsaved changes from last time.",
    }
    (report,) = reports(tmp_path)
    text = read_report(report)
    for words in ("NRG ", "PyTorch ", "Qt ", "Action: walls", "Segmentation fault", "in crash"):
        assert words in text
    assert not list(report.parent.glob("running-*"))
    once_more = run(tmp_path, "look")
    assert "crashed" not in once_more.stdout


def test_an_error_that_nothing_catches_is_offered_at_once(tmp_path: Path) -> None:
    done = run(tmp_path, "error")
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[0] == (
        "Unexpected error: nothing to divide by. Save the session before going on. "
        "A report lies on this computer; nothing was sent."
    )
    (report,) = reports(tmp_path)
    assert "ZeroDivisionError: nothing to divide by" in read_report(report)
    assert "Action: walls" in read_report(report)
    assert "crashed" not in run(tmp_path, "look").stdout


SAMPLER = """
import os, signal, sys
from PySide6.QtCore import QTimer
from nrg_app.session.messages import SampleRequest
from nrg_app.ui import app, main_window

class Window(main_window.MainWindow):
    def _samples_came(self, samples, asked):
        super()._samples_came(samples, asked)
        if sys.argv[1] == "signal":
            os.kill(self.feed.client.pid, signal.SIGSEGV)
        else:  # not a number of samples
            self.feed.client.request(SampleRequest(999, "ising-8", 2.3, 1, count="many"))

    def _failed(self, failure):
        super()._failed(failure)
        print(self.message.text(), flush=True)
        QTimer.singleShot(100, self.look)

    def look(self):
        self.message.hide()
        QTimer.singleShot(100, lambda: (print(self.message.text(), flush=True), self.close()))

app.MainWindow = Window
sys.exit(app.main(["nrg", "ising-8"]))
"""


@pytest.mark.parametrize(
    ("how", "said", "reason"),
    [
        ("signal", "The sampler stopped unexpectedly. Restart it to go on.", "Segmentation fault"),
        ("error", "The sampler met an unexpected problem (TypeError: ", "TypeError: "),
    ],
)
def test_a_crash_of_the_sampler_is_offered_at_once(
    tmp_path: Path, how: str, said: str, reason: str
) -> None:
    done = run(tmp_path, how, SAMPLER)
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    first, second = done.stdout.splitlines()
    assert first.startswith(said)
    assert second == "A part of NRG crashed. A report lies on this computer; nothing was sent."
    (report,) = reports(tmp_path)
    for words in ("nrg-sampler", reason, "worker.py"):
        assert words in read_report(report)
    assert not list(report.parent.glob("running-*"))
    assert "crashed" not in run(tmp_path, "look").stdout


@pytest.fixture
def crashes(window: MainWindow, tmp_path: Path) -> Iterator[Crashes]:
    crashes = Crashes(window, tmp_path / "log")
    hooks = sys.excepthook, threading.excepthook
    crashes.start()
    yield crashes
    crashes.close()
    sys.excepthook, threading.excepthook = hooks


def fail() -> None:
    raise RuntimeError("worker thread")


def test_an_error_in_a_thread_is_offered_shown_and_copied(
    window: MainWindow, crashes: Crashes, qtbot: QtBot, tmp_path: Path
) -> None:
    thread = threading.Thread(target=fail, name="nrg-test")
    thread.start()
    thread.join()
    qtbot.waitUntil(lambda: window.message.text().startswith("Unexpected error: worker thread."))
    (report,) = (tmp_path / "log").glob("crash-*.txt")
    window.message.other.click()
    assert QGuiApplication.clipboard().text() == read_report(report)
    sys.excepthook(ValueError, ValueError("once more"), None)
    qtbot.waitUntil(lambda: "once more" in window.message.text())
    window.message.button.click()
    dialog = window.dialogs.shown("report")
    assert isinstance(dialog, ReportDialog)
    assert not dialog.isModal()
    assert "ValueError: once more" in dialog.view.toPlainText()
    window.toggle_theme()
    assert "in nrg-test" in read_report(report)


def test_the_same_error_again_and_again_is_reported_once(
    window: MainWindow, crashes: Crashes, qtbot: QtBot, tmp_path: Path
) -> None:
    for _ in range(5):
        thread = threading.Thread(target=fail)
        thread.start()
        thread.join()
    qtbot.waitUntil(lambda: bool(window.message.text()))
    assert len(list((tmp_path / "log").glob("crash-*.txt"))) == 1


def test_a_sentence_for_the_user_is_no_crash(
    window: MainWindow, crashes: Crashes, qtbot: QtBot, tmp_path: Path
) -> None:
    error = NRGError("The disk is full.")
    sys.excepthook(NRGError, error, None)
    qtbot.waitUntil(lambda: window.message.text() == "The disk is full.")
    assert not list((tmp_path / "log").glob("crash-*.txt"))


def test_a_message_that_asks_is_answered_before_the_next_comes(
    window: MainWindow, qtbot: QtBot
) -> None:
    said: list[str] = []
    message = window.message
    message.show_message("a", "warning", button="A", action=lambda: said.append("a"))
    message.show_when_free("b", "error", button="B", action=lambda: said.append("b"))
    message.show_when_free("c")
    assert message.text() == "a"
    message.button.click()
    qtbot.waitUntil(lambda: message.text() == "b")
    message.button.click()
    qtbot.waitUntil(lambda: message.text() == "c")
    assert said == ["a", "b"]
