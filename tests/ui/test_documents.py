"""New, open, save, title, recent files, autosave and its return."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog
from pytestqt.qtbot import QtBot

from nrg_app.errors import NRGError
from nrg_app.session.archive import load_session, save_session
from nrg_app.session.document import Session
from nrg_app.session.layout import Layout
from nrg_app.ui import app
from nrg_app.ui.autosave import KEPT, Autosave
from nrg_app.ui.file_work import FileWork
from nrg_app.ui.main_window import MainWindow
from nrg_app.ui.preferences import RECENT, Preferences

from .fakes import FakeClient, write_model_head

CONTROL = Qt.KeyboardModifier.ControlModifier
OFFER = "There are unsaved changes from last time."
MakeSaving = Callable[[], MainWindow]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "state" / "sessions"


@pytest.fixture
def make_saving(
    qtbot: QtBot, preferences: Preferences, model: str, folder: Path
) -> Iterator[MakeSaving]:
    windows = []

    def make() -> MainWindow:
        session = Session()
        session.model = model
        window = MainWindow(session, preferences, FakeClient, autosave_folder=folder)
        qtbot.addWidget(window)
        window.show()
        qtbot.waitUntil(lambda: window.samples is not None)
        windows.append(window)
        return window

    yield make
    for window in windows:
        window.close()


def crash(window: MainWindow) -> None:
    """Let go of the autosave as the end of a process would, without closing."""
    window.documents._autosave.close()
    window.documents._autosave = None


def test_title_and_mark_follow_the_session(window: MainWindow, tmp_path: Path) -> None:
    assert window.windowTitle() == "Untitled[*]"
    assert not window.isWindowModified()
    window.session.temperature = 2.0
    assert window.isWindowModified()
    window.documents.save_to(tmp_path / "cold")
    window.documents.files.wait()
    assert window.windowTitle() == "cold[*]"
    assert not window.isWindowModified()
    assert window.message.text() == "Saved cold.nrg."
    window.session.show_walls = not window.session.show_walls
    assert window.isWindowModified()
    window.session.show_walls = not window.session.show_walls
    assert not window.isWindowModified()


def test_saving_again_needs_no_question(window: MainWindow, tmp_path: Path) -> None:
    path = tmp_path / "mine.nrg"
    window.documents.save_to(path)
    window.documents.files.wait()
    window.session.temperature = 1.75
    QTest.keyClick(window, Qt.Key.Key_S, CONTROL)
    window.documents.files.wait()
    assert load_session(path).values["temperature"] == 1.75
    assert window.dialogs.shown("save") is None


def test_the_first_save_asks_for_a_name(window: MainWindow, tmp_path: Path) -> None:
    QTest.keyClick(window, Qt.Key.Key_S, CONTROL)
    dialog = window.dialogs.shown("save")
    assert isinstance(dialog, QFileDialog)
    assert not dialog.isModal()
    dialog.fileSelected.emit(str(tmp_path / "named.nrg"))
    dialog.close()
    window.documents.files.wait()
    assert (tmp_path / "named.nrg").exists()


def test_a_place_that_cannot_be_written_is_explained(window: MainWindow, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("")
    window.documents.save_to(tmp_path / "taken" / "mine.nrg")
    window.documents.files.wait()
    assert window.message.kind == "error"
    assert "Cannot write" in window.message.text()
    assert window.documents.path is None


def test_opening_shows_what_was_saved(window: MainWindow, tmp_path: Path, model: str) -> None:
    other = Session()
    other.model, other.temperature, other.seed, other.view = model, 3.0, 99, "field"
    path = tmp_path / "hot.nrg"
    save_session(path, other, Layout(maximised="strip", tab="observables"))
    window.session.playing = True
    requests = window.feed.client.requests
    before = len(requests)
    window.documents.open_file(path)
    window.documents.files.wait()
    session = window.session
    assert (session.temperature, session.seed, session.view) == (3.0, 99, "field")
    assert not session.playing
    assert not window.isWindowModified()
    assert window.windowTitle() == "hot[*]"
    layout = window.workspaces.layout_state()
    assert (layout.maximised, layout.tab) == ("strip", "observables")
    assert len(requests) == before + 1
    assert window.preferences.recent == [path]
    window.actions_["restart"].trigger()
    assert session.seed == 99


def test_opening_draws_without_auto_too(window: MainWindow, tmp_path: Path, model: str) -> None:
    saved = Session()
    saved.model, saved.temperature, saved.auto = model, 1.75, False
    save_session(tmp_path / "other.nrg", saved)
    window.session.auto = False
    window.documents.open_file(tmp_path / "other.nrg")
    window.documents.files.wait()
    while window.feed.is_waiting():
        QApplication.processEvents()
    assert window.samples.temperature == 1.75


def test_a_damaged_session_changes_nothing(window: MainWindow, tmp_path: Path) -> None:
    path = tmp_path / "bad.nrg"
    path.write_bytes(b"PK nothing")
    window.preferences.add_recent(path)
    before = window.session.values()
    window.documents.open_file(path)
    window.documents.files.wait()
    assert window.session.values() == before
    assert window.message.kind == "error"
    assert window.preferences.recent == []


def test_models_are_opened_by_their_suffix(window: MainWindow, tmp_path: Path) -> None:
    path = write_model_head(tmp_path / "other.safetensors")
    window.documents.open_file(path)
    window.documents.files.wait()
    assert window.session.model == str(path)
    window.documents.open_file(tmp_path / "letter.txt")
    window.documents.files.wait()
    assert "neither a session" in window.message.text()


def test_files_can_be_dropped_on_the_window(window: MainWindow, tmp_path: Path) -> None:
    path = tmp_path / "dropped.nrg"
    save_session(path, window.session)
    data = QMimeData()
    data.setUrls([QUrl("https://example.org/x.nrg"), QUrl.fromLocalFile(str(path))])
    event = QDropEvent(
        QPointF(500, 500),
        Qt.DropAction.CopyAction,
        data,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    window.dropEvent(event)
    assert event.isAccepted()
    window.documents.files.wait()
    assert window.documents.path == path
    data.setUrls([QUrl.fromLocalFile("/some/letter.txt")])
    assert window.documents.dropped(data) is None


def test_a_new_session_keeps_the_model(window: MainWindow, tmp_path: Path, model: str) -> None:
    window.documents.save_to(tmp_path / "mine.nrg")
    window.documents.files.wait()
    window.session.temperature = 3.1
    window.actions_["snapshot"].trigger()
    window.actions_["new"].trigger()
    assert window.session.model == model
    assert window.session.temperature == Session().temperature
    assert window.session.snapshots == ()
    assert window.windowTitle() == "Untitled[*]"
    assert not window.isWindowModified()


def test_recent_files_are_few_and_unique(preferences: Preferences, tmp_path: Path) -> None:
    paths = [tmp_path / f"{number}.nrg" for number in range(RECENT + 3)]
    for path in [*paths, paths[-2]]:
        preferences.add_recent(path)
    assert preferences.recent[:2] == [paths[-2], paths[-1]]
    assert len(preferences.recent) == RECENT


def test_unsaved_changes_come_back_after_a_crash(
    make_saving: MakeSaving, folder: Path, tmp_path: Path
) -> None:
    window = make_saving()
    window.documents.save_to(tmp_path / "mine.nrg")
    window.documents.files.wait()
    window.session.temperature = 1.625
    window.documents.autosave()
    window.documents.files.wait()
    assert len(list(folder.glob("*.nrg"))) == 1
    crash(window)
    second = make_saving()
    assert second.message.text() == OFFER
    second.message.button.click()
    second.documents.files.wait()
    assert second.session.temperature == 1.625
    assert second.documents.path == tmp_path / "mine.nrg"
    assert second.isWindowModified()
    second.documents.save()
    second.documents.files.wait()
    second.close()
    assert list(folder.glob("*.nrg")) == []


def test_unsaved_changes_can_be_discarded(make_saving: MakeSaving, folder: Path) -> None:
    window = make_saving()
    window.session.temperature = 1.625
    window.close()
    assert len(list(folder.glob("*.nrg"))) == 1
    second = make_saving()
    assert second.message.text() == OFFER
    second.message.other.click()
    second.documents.files.wait()
    assert list(folder.glob("*")) == []
    assert second.message.text() == ""


def test_a_close_without_changes_leaves_nothing(make_saving: MakeSaving, folder: Path) -> None:
    window = make_saving()
    window.session.temperature = 1.625
    window.documents.autosave()
    window.documents.files.wait()
    window.session.temperature = Session().temperature
    window.close()
    assert list(folder.glob("*")) == []
    assert make_saving().message.text() == ""


def test_a_running_window_keeps_its_autosave(make_saving: MakeSaving, folder: Path) -> None:
    window = make_saving()
    window.session.temperature = 1.625
    window.documents.autosave()
    window.documents.files.wait()
    assert make_saving().message.text() == ""
    assert len(list(folder.glob("*.nrg"))) == 1


def test_opening_another_session_keeps_unsaved_changes(
    make_saving: MakeSaving, tmp_path: Path
) -> None:
    window = make_saving()
    path = tmp_path / "other.nrg"
    save_session(path, window.session)
    window.session.temperature = 1.625
    window.documents.open_file(path)
    window.documents.files.wait()
    assert window.session.temperature == Session().temperature
    assert window.message.button.text() == "Restore"
    window.message.button.click()
    window.documents.files.wait()
    assert window.session.temperature == 1.625
    assert window.windowTitle() == "Untitled[*]"


def test_a_damaged_autosave_is_explained_and_deleted_on_demand(
    make_saving: MakeSaving, folder: Path
) -> None:
    folder.mkdir(parents=True)
    bad = folder / "bad.nrg"
    bad.write_bytes(b"nothing")
    window = make_saving()
    window.message.button.click()
    window.documents.files.wait()
    assert "damaged" in window.message.text()
    assert bad.exists()
    window.message.button.click()
    window.documents.files.wait()
    assert list(folder.glob("*")) == []


def test_a_restored_autosave_stays_until_there_is_a_newer_one(
    make_saving: MakeSaving, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = make_saving()
    window.session.temperature = 1.625
    window.documents.autosave()
    crash(window)

    def full(*_: object, **__: object) -> None:
        raise NRGError("The disk is full.")

    second = make_saving()
    with monkeypatch.context() as context:
        context.setattr("nrg_app.session.archive.save_session", full)
        second.message.button.click()
        second.documents.files.wait()
        second.documents.autosave()
        crash(second)
    third = make_saving()
    assert third.message.text() == OFFER
    third.message.button.click()
    third.documents.files.wait()
    assert third.session.temperature == 1.625
    third.session.temperature = 1.75
    third.close()
    (path,) = folder.glob("*.nrg")
    assert load_session(path).values["temperature"] == 1.75


def test_an_autosave_that_failed_is_tried_again(make_saving: MakeSaving, folder: Path) -> None:
    folder.parent.write_text("a file in the way")
    window = make_saving()
    window.session.temperature = 1.625
    window.documents.autosave()
    window.documents.files.wait()
    folder.parent.unlink()
    window.close()
    (path,) = folder.glob("*.nrg")
    assert load_session(path).values["temperature"] == 1.625


def test_an_autosave_is_offered_once(
    qtbot: QtBot, make_saving: MakeSaving, folder: Path, tmp_path: Path
) -> None:
    window = make_saving()
    window.session.temperature = 1.625
    window.documents.autosave()
    crash(window)
    save_session(tmp_path / "other.nrg", Session())
    second = make_saving()
    second.session.temperature = 1.75
    second.documents.open_file(tmp_path / "other.nrg")
    second.documents.files.wait()
    second.message.other.click()  # discards what was open before, and the first offer is back
    second.documents.files.wait()
    qtbot.waitUntil(lambda: second.message.text() == OFFER)
    second.message.button.click()
    second.documents.files.wait()
    for _ in range(10):
        QApplication.processEvents()
    assert second.session.temperature == 1.625
    assert second.message.text() == ""
    second.close()
    (path,) = folder.glob("*.nrg")
    assert load_session(path).values["temperature"] == 1.625


def test_changes_that_cannot_be_kept_are_not_promised(
    make_saving: MakeSaving, folder: Path, tmp_path: Path
) -> None:
    folder.parent.write_text("a file in the way")
    save_session(tmp_path / "other.nrg", Session())
    window = make_saving()
    window.session.temperature = 1.625
    window.documents.open_file(tmp_path / "other.nrg")
    window.documents.files.wait()
    assert "could not be kept" in window.message.text()


def test_what_was_autosaved_before_a_save_is_autosaved_again(
    make_saving: MakeSaving, folder: Path, tmp_path: Path
) -> None:
    window = make_saving()
    window.session.temperature = 1.625
    window.documents.autosave()
    window.session.temperature = 1.75
    window.documents.save_to(tmp_path / "mine.nrg")
    window.documents.files.wait()
    window.session.temperature = 1.625
    window.close()
    (path,) = folder.glob("*.nrg")
    assert load_session(path).values["temperature"] == 1.625


def test_only_a_few_abandoned_autosaves_are_kept(folder: Path) -> None:
    for _ in range(KEPT + 2):
        autosave = Autosave(folder, FileWork())
        autosave.write(Session(), Layout(), "", lambda: None, pytest.fail)
        autosave.close()
    mine = Autosave(folder, FileWork())
    assert len(mine.abandoned()) == KEPT
    mine.close()
    assert len(list(folder.glob("*.nrg"))) == KEPT
    mine.close()


def test_the_clock_autosaves_what_the_session_was_then(
    make_saving: MakeSaving, folder: Path
) -> None:
    window = make_saving()
    window.session.temperature = 1.625
    window.documents._timer.timeout.emit()
    # The file is written meanwhile, and keeps what it was begun with.
    window.session.temperature = 1.75
    window.documents.files.wait()
    (path,) = folder.glob("*.nrg")
    assert load_session(path).values["temperature"] == 1.625


def test_the_clock_tells_of_a_folder_that_cannot_be_made(
    qtbot: QtBot, make_saving: MakeSaving, folder: Path
) -> None:
    folder.parent.write_text("a file in the way")
    window = make_saving()
    window.session.temperature = 1.625
    window.documents._timer.timeout.emit()
    qtbot.waitUntil(lambda: window.message.text().startswith("Changes are not autosaved"))


def test_a_folder_that_cannot_be_made_is_told_of_once(
    make_saving: MakeSaving, folder: Path
) -> None:
    folder.parent.write_text("a file in the way")
    window = make_saving()
    window.session.temperature = 1.625
    window.documents.autosave()
    window.documents.files.wait()
    assert "Cannot write" in window.message.text()
    window.message.show_message("Something else.")
    window.documents.autosave()
    window.documents.files.wait()
    assert window.message.text() == "Something else."


def test_a_model_without_its_suffix_can_be_opened_and_saved(
    preferences: Preferences, tmp_path: Path
) -> None:
    write_model_head(tmp_path / "mine.safetensors")
    session = app.make_session(preferences, str(tmp_path / "mine"))
    assert session.model == str(tmp_path / "mine.safetensors")
    save_session(tmp_path / "mine.nrg", session)
    assert load_session(tmp_path / "mine.nrg").values["model"] == session.model


def test_a_session_whose_name_is_not_utf8_is_autosaved(
    make_saving: MakeSaving, folder: Path, tmp_path: Path
) -> None:
    window = make_saving()
    window.documents.save_to(tmp_path / "caf\udce9.nrg")
    window.documents.files.wait()
    window.session.temperature = 1.625
    window.close()
    (path,) = folder.glob("*.nrg")
    saved = load_session(path)
    assert (saved.values["temperature"], saved.original) == (1.625, "")


def test_a_bad_session_file_ends_the_program_with_a_sentence(
    qapp: QApplication, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "bad.nrg"
    path.write_bytes(b"nothing")
    assert app.main(["nrg", str(path)]) == 2
    assert "damaged or not a session" in capsys.readouterr().err
