"""Exporting the numbers of samples from the window, and taking such files back."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from nrg_app.session.document import Session
from nrg_app.session.messages import SampleRequest
from nrg_app.session.sampling import load_model, sample
from nrg_app.session.spin_files import read_spins
from nrg_app.ui.data_dialog import DataDialog
from nrg_app.ui.encode_dialog import EncodeDialog
from nrg_app.ui.export_job import ExportJob
from nrg_app.ui.figure_orders import DataOrder
from nrg_app.ui.main_window import MainWindow
from nrg_app.ui.theme import DARK

from .fakes import make_samples

# A process that loads torch.
PATIENCE_MS = 120_000


def test_the_dialog_orders_what_was_on_show(
    window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    modifiers = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    window.session.selected = 3
    shown = window.samples
    assert shown is not None
    window.setFocus()
    QTest.keyClick(window, Qt.Key.Key_D, modifiers)
    dialog = window.dialogs.shown("data")
    assert isinstance(dialog, DataDialog)
    assert not dialog.isModal()
    assert dialog.file.text().endswith("nrg-L8-T2.269-seed1.npz")
    dialog.formats.button("h5").click()
    assert dialog.file.text().endswith(".h5")
    dialog.which.button("shown").click()
    dialog.file.edit.setText(str(tmp_path / "a.h5"))
    window.session.seed = 99
    window.toggle_theme()
    orders: list[DataOrder] = []
    monkeypatch.setattr(window.dialogs.job, "start", orders.append)
    dialog.export_action.trigger()
    (order,) = orders
    assert order.path == tmp_path / "a.h5"
    assert np.array_equal(order.samples.spins, shown.spins[3:4])
    assert window.dialogs.shown("data") is None
    window.dialogs.job.finished.emit(order.path, "")
    assert window.message.text() == f"Saved {order.path}."


@pytest.mark.parametrize(
    ("name", "note"),
    [
        ("", "Enter a file name."),
        ("a.xlsx", "The name must end in .npz, .h5 or .csv."),
        ("missing/a.csv", "There is no such folder."),
        ("folder.h5", "This is a folder."),
    ],
)
def test_bad_names_are_explained(qtbot: QtBot, tmp_path: Path, name: str, note: str) -> None:
    (tmp_path / "folder.h5").mkdir()
    dialog = DataDialog(DARK, make_samples(SampleRequest(0, "", 2.3, 1)), 0)
    qtbot.addWidget(dialog)
    dialog.file.edit.setText(str(tmp_path / name) if name else "")
    assert dialog.note.text() == note
    assert not dialog.export_action.isEnabled()


def test_the_file_that_is_written_can_be_encoded(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    session = Session()
    session.model = "ising-8"
    samples = sample(session.sample_request(0, count=3), load_model("ising-8"))
    job, path = ExportJob(), tmp_path / "a.h5"
    with qtbot.waitSignal(job.finished, timeout=PATIENCE_MS) as finished:
        job.start(DataOrder(samples, path))
    assert finished.args == [path, ""]
    job.close()
    assert np.array_equal(read_spins(path, 8).spins, samples.spins)
    window.encoder.read_file(path)
    qtbot.waitUntil(lambda: isinstance(window.encoder.dialog, EncodeDialog), timeout=PATIENCE_MS)
    dialog = window.encoder.dialog
    assert isinstance(dialog, EncodeDialog)
    dialog.encode_action.trigger()
    assert window.session.source is not None
    assert np.array_equal(window.session.source.spins, samples.spins[0])


def test_a_disk_that_refuses_is_said_in_a_sentence(qtbot: QtBot, tmp_path: Path) -> None:
    samples = make_samples(SampleRequest(0, "", 2.3, 1, count=2))
    path = tmp_path / "gone" / "a.csv"
    job = ExportJob()
    with qtbot.waitSignal(job.finished, timeout=PATIENCE_MS) as finished:
        job.start(DataOrder(samples, path))
    assert finished.args[0] == path
    assert finished.args[1].startswith("There is no folder")
    job.close()


def test_zeros_in_a_file_are_taken_and_said(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    (tmp_path / "a.csv").write_text("\n".join(["1 0 1 0 1 0 1 0"] * 8))
    window.encoder.read_file(tmp_path / "a.csv")
    qtbot.waitUntil(lambda: window.session.source is not None, timeout=PATIENCE_MS)
    assert window.message.text() == "In 'a.csv' 0 was read as the spin \N{MINUS SIGN}1."


def test_the_window_does_not_load_what_it_does_not_write_itself() -> None:
    program = "import sys, nrg_app.ui.main_window; print('h5py' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout == "False\n"
