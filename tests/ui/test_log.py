"""The log, the About box, and what they let the user copy."""

from __future__ import annotations

import logging
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from nrg_app import __version__
from nrg_app.session.messages import WorkerFailure
from nrg_app.ui.about import BIBTEX, AboutSheet, versions
from nrg_app.ui.log import LINES, LogLines
from nrg_app.ui.log_dialog import LogDialog
from nrg_app.ui.main_window import MainWindow
from nrg_app.ui.math_text import MathLabel
from nrg_app.ui.theme import DARK

from .fakes import FakeClient

_log = logging.getLogger("nrg_app.test")


@pytest.fixture
def lines(qapp: QApplication) -> Iterator[LogLines]:
    lines = LogLines()
    yield lines
    lines.close()


def test_only_the_last_lines_are_kept(lines: LogLines) -> None:
    for number in range(LINES + 7):
        _log.info("line %d", number)
    kept = lines.text().split("\n")
    assert len(kept) == LINES
    assert kept[0].endswith("INFO nrg_app.test: line 7")


def test_lines_go_to_a_file_too(lines: LogLines, tmp_path: Path) -> None:
    lines.write_to(tmp_path / "logs")
    _log.warning("something happened")
    lines.close()
    _log.warning("nobody listens any more")
    text = (tmp_path / "logs" / "nrg.log").read_text(encoding="utf-8")
    assert "WARNING nrg_app.test: something happened" in text
    assert "nobody" not in text


def test_a_log_that_cannot_be_written_is_only_logged(lines: LogLines, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    lines.write_to(tmp_path / "file" / "logs")
    assert "No log file" in lines.text()


def test_the_dialog_follows_the_log_and_copies_it(lines: LogLines, qtbot: QtBot) -> None:
    _log.info("before")
    dialog = LogDialog(DARK, lines)
    qtbot.addWidget(dialog)
    assert not dialog.isModal()
    _log.info("after")
    assert "before" in dialog.view.toPlainText()
    assert "after" in dialog.view.toPlainText()
    dialog.copy()
    assert QApplication.clipboard().text() == lines.text()


def test_what_the_sampler_says_is_logged(
    window: MainWindow, client: FakeClient, qtbot: QtBot
) -> None:
    client.on_message(WorkerFailure("The model is too hot.", fatal=False))
    qtbot.waitUntil(lambda: "Sampler: The model is too hot." in window.shell.log.text())
    assert "Sampler ready: CPU, threads: 1" in window.shell.log.text()
    window.actions_["log"].trigger()
    dialog = window.dialogs.shown("log")
    assert isinstance(dialog, LogDialog)
    assert "too hot" in dialog.view.toPlainText()


def test_the_about_box_names_versions_and_licence(window: MainWindow) -> None:
    window.actions_["about"].trigger()
    sheet = window.dialogs.shown("about")
    assert isinstance(sheet, AboutSheet)
    shown = {label.text() for label in sheet.findChildren(MathLabel)}
    assert {f"NRG {__version__}", "PyTorch", "Apache License 2.0"} <= shown
    assert all(text for _, text in versions())
    sheet.copy()
    assert QApplication.clipboard().text() == BIBTEX
    assert BIBTEX.count("{") == BIBTEX.count("}")


def test_versions_are_told_without_importing_torch() -> None:
    code = (
        "import sys; from nrg_app.ui.about import versions; print(dict(versions())['PyTorch']);"
        "print('torch' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    number, imported = done.stdout.split()
    assert number[0].isdigit()
    assert imported == "False"
