"""Configurations from files, the clipboard and drops take the place of the shown sample."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtGui import QColor, QGuiApplication, QImage
from pytestqt.qtbot import QtBot

from nrg_app.session.latents import Blend, Edit
from nrg_app.ui.encode_dialog import EncodeDialog
from nrg_app.ui.encode_job import grey_picture
from nrg_app.ui.main_window import MainWindow

from .fakes import FakeClient

SIZE = 8


def picture(width: int = 60, height: int = 40) -> QImage:
    """Return a picture whose left half is dark and whose right half is bright."""
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(QColor(20, 20, 20))
    for x in range(width // 2, width):
        for y in range(height):
            image.setPixelColor(x, y, QColor(230, 230, 230))
    return image


HALVES = np.where(np.arange(SIZE) >= SIZE // 2, 1, -1) * np.ones((SIZE, 1), dtype=int)


def dialog_of(window: MainWindow, qtbot: QtBot) -> EncodeDialog:
    qtbot.waitUntil(lambda: isinstance(window.encoder.dialog, EncodeDialog), timeout=20_000)
    assert isinstance(window.encoder.dialog, EncodeDialog)
    return window.encoder.dialog


def test_the_middle_of_a_picture_is_averaged() -> None:
    grey = grey_picture(picture(), SIZE)
    assert grey.shape == (SIZE, SIZE)
    assert np.array_equal(grey > 128, HALVES > 0)
    clear = QImage(30, 30, QImage.Format.Format_ARGB32)
    clear.fill(Qt.GlobalColor.transparent)
    assert (grey_picture(clear, 4) == 255).all()


def test_a_picture_is_encoded_after_a_look_at_the_threshold(
    window: MainWindow, client: FakeClient, qtbot: QtBot, tmp_path: Path
) -> None:
    picture().save(str(tmp_path / "a.png"))
    window.session.selected = 4
    window.session.playing = True
    window.encoder.read_file(tmp_path / "a.png")
    dialog = dialog_of(window, qtbot)
    assert not dialog.isModal()
    dialog.slider.setValue(128)
    dialog.encode_action.trigger()
    source = window.session.source
    assert source is not None
    assert (source.sample, source.temperature) == (4, window.session.temperature)
    assert np.array_equal(source.spins, HALVES)
    assert client.requests[-1].source == source
    assert not window.session.playing
    assert window.encoder.dialog is None


def test_the_dialog_shows_what_it_would_encode(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    picture().save(str(tmp_path / "a.png"))
    window.encoder.read_file(tmp_path / "a.png")
    dialog = dialog_of(window, qtbot)
    dialog.slider.setValue(128)
    assert np.array_equal(dialog.preview.spins, HALVES)
    dialog.sides.button("dark").click()
    assert np.array_equal(dialog.preview.spins, -HALVES)
    dialog.slider.setValue(255)
    assert (dialog.preview.spins == 1).all()
    dialog.reject()
    assert window.session.source is None


def test_a_file_of_several_samples_lets_choose_one(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    stack = np.stack([HALVES, -HALVES, HALVES.T])
    np.savez(tmp_path / "a.npz", spins=stack)
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(tmp_path / "a.npz"))])
    assert window.explore.takes(data)
    window.explore.dropped.emit(data)
    dialog = dialog_of(window, qtbot)
    dialog.slider.setValue(dialog.slider.maximum())
    dialog.encode_action.trigger()
    assert window.session.source is not None
    assert np.array_equal(window.session.source.spins, HALVES.T)


def test_one_sample_of_a_file_is_encoded_at_once(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    np.savez(tmp_path / "a.npz", spins=HALVES)
    window.encoder.read_file(tmp_path / "a.npz")
    qtbot.waitUntil(lambda: window.session.source is not None, timeout=20_000)
    assert window.encoder.dialog is None


def test_a_picture_is_pasted(window: MainWindow, qtbot: QtBot) -> None:
    QGuiApplication.clipboard().setImage(picture())
    window.actions_["paste"].trigger()
    assert dialog_of(window, qtbot).preview.spins.shape == (SIZE, SIZE)
    window.encoder.close()
    QGuiApplication.clipboard().setText("no picture")
    window.actions_["paste"].trigger()
    assert "no picture in the clipboard" in window.message.text()


def test_a_wolff_sample_takes_one_click_and_clears_what_was_done(
    window: MainWindow, client: FakeClient, qtbot: QtBot
) -> None:
    session = window.session
    session.edit_latent(4, 0, 1, 1.0)
    session.blend = Blend(0, 3, 0.5)
    before = len(client.requests)
    qtbot.mouseClick(window.explore.samples.wolff, Qt.MouseButton.LeftButton)
    assert session.source is not None
    assert session.source.spins is None
    assert (session.blend, session.latent_edits) == (None, ())
    assert len(client.requests) == before + 1
    session.latent_edits = (Edit(0, 2, 1, 1, 0.5),)
    assert client.requests[-1].edits == session.latent_edits


@pytest.mark.parametrize(
    ("name", "content"), [("a.png", b"no picture"), ("a.npz", b"no spins"), ("b.jpg", None)]
)
def test_an_unfit_file_gives_a_sentence(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, name: str, content: bytes | None
) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    window.encoder.read_file(tmp_path / name)
    qtbot.waitUntil(lambda: bool(window.message.text()), timeout=20_000)
    assert window.message.kind == "error"
    assert window.message.text().startswith("Cannot read")
    assert window.session.source is None


def test_other_drops_are_left_to_the_window(window: MainWindow) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile("/tmp/a.safetensors")])
    assert not window.explore.takes(data)
