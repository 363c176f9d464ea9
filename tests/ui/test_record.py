"""Recording from the window: what is asked for, what is told, and the end."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from nrg_app.ui.export_job import ExportJob
from nrg_app.ui.main_window import MainWindow
from nrg_app.ui.record_dialog import RecordDialog, RecordingOrder
from nrg_app.ui.theme import DARK

# A process that loads torch, and makes some pictures.
PATIENCE_MS = 120_000


def a_sweep(path: Path, frames: int) -> RecordingOrder:
    settings = {"kind": "sweep", "model": "ising-8", "frames": frames}
    return RecordingOrder(settings, path, 160, 10)


def test_the_dialog_orders_what_it_shows(window: MainWindow, tmp_path: Path, monkeypatch) -> None:
    window.setFocus()
    modifiers = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    QTest.keyClick(window, Qt.Key.Key_R, modifiers)
    dialog = window.dialogs.shown("record")
    assert isinstance(dialog, RecordDialog)
    assert not dialog.isModal()
    dialog.kinds.button("path").click()
    assert dialog.file.text().endswith("path.mp4")
    assert not dialog.low.isEnabled()
    dialog.formats.button("gif").click()
    dialog.views.button("field").click()
    dialog.file.edit.setText(str(tmp_path / "way.gif"))
    orders: list[RecordingOrder] = []
    monkeypatch.setattr(window.dialogs.job, "start", orders.append)
    dialog.record_action.trigger()
    (order,) = orders
    assert order.path == tmp_path / "way.gif"
    assert order.settings["kind"] == "path"
    assert order.settings["view"] == "field"
    assert order.settings["temperature"] == window.session.temperature
    assert (order.settings["index"], order.settings["target"]) == (0, 1)
    assert order.settings["request"] == window.session.sample_request(0)
    window.dialogs.job.progressed.emit(order.path, 0.42)
    assert window.message.text() == "Recording way.gif, 42 %"
    assert window.message.button.text() == "Cancel"


@pytest.mark.parametrize(
    ("name", "note"),
    [("m.avi", "The name must end in .mp4 or .gif."), ("no/m.gif", "There is no such folder.")],
)
def test_bad_names_are_explained(qtbot: QtBot, tmp_path: Path, name: str, note: str) -> None:
    dialog = RecordDialog(DARK, "ising-8", 2.3, 1)
    qtbot.addWidget(dialog)
    dialog.file.edit.setText(str(tmp_path / name))
    assert dialog.note.text() == note
    assert not dialog.record_action.isEnabled()


def test_a_sweep_begins_below_its_end(qtbot: QtBot, tmp_path: Path) -> None:
    dialog = RecordDialog(DARK, "ising-8", 2.3, 1)
    qtbot.addWidget(dialog)
    dialog.file.edit.setText(str(tmp_path / "m.gif"))
    assert dialog.record_action.isEnabled()
    dialog.low.editor.setValue(3.5)
    dialog.low.edited.emit(3.5)
    assert "below" in dialog.note.text()
    assert not dialog.record_action.isEnabled()


def test_a_recording_tells_how_far_it_is(qtbot: QtBot, tmp_path: Path) -> None:
    job, shares = ExportJob(), []
    job.progressed.connect(lambda _path, share: shares.append(share))
    path = tmp_path / "m.gif"
    with qtbot.waitSignal(job.finished, timeout=PATIENCE_MS) as finished:
        job.start(a_sweep(path, 4))
    assert finished.args == [path, ""]
    assert shares == [0.25, 0.5, 0.75, 1.0]
    with Image.open(path) as image:
        assert image.n_frames == 4
    job.close()


def test_a_cancelled_recording_leaves_nothing(qtbot: QtBot, tmp_path: Path) -> None:
    job = ExportJob()
    job.progressed.connect(lambda _path, _share: job.cancel())
    path = tmp_path / "m.mp4"
    with qtbot.waitSignal(job.finished, timeout=PATIENCE_MS) as finished:
        job.start(a_sweep(path, 2000))
    assert finished.args == [path, "m.mp4 was cancelled; no file was written."]
    assert list(tmp_path.iterdir()) == []
    job.close()
