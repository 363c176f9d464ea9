from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible, QContextMenuEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from nrg_app.errors import NRGError
from nrg_app.session.document import MAX_SEED, Session
from nrg_app.ui.main_window import MainWindow
from nrg_app.ui.model_list import read_entry
from nrg_app.ui.sidebar import NARROW, WIDE
from nrg_app.ui.snapshot_list import SnapshotList
from nrg_app.ui.theme import DARK, LIGHT

from .conftest import MakeWindow, take_theme
from .fakes import FakeClient, write_model_head

THIN = "\N{THIN SPACE}"


def test_play_becomes_pause(window: MainWindow) -> None:
    play = window.sidebar.run.play
    play.click()
    assert window.session.playing
    assert play.text() == "Pause"
    play.click()
    assert not window.session.playing
    assert play.text() == "Play"


def test_locking_the_seed_stops_drawing(window: MainWindow) -> None:
    window.session.playing = True
    window.sidebar.run.lock.click()
    assert window.session.seed_locked
    assert not window.session.playing
    assert not window.sidebar.run.play.isEnabled()
    assert window.sidebar.run.lock.accessibleName() == "Unlock the seed"
    window.sidebar.run.lock.click()
    assert window.sidebar.run.play.isEnabled()


def test_step_reseed_and_restart(window: MainWindow) -> None:
    actions, session = window.actions_, window.session
    first = session.seed
    actions["step"].trigger()
    assert session.seed == first + 1
    actions["reseed"].trigger()
    actions["restart"].trigger()
    assert session.seed == first


def test_a_typed_seed_is_used_and_is_what_restart_returns_to(window: MainWindow) -> None:
    editor = window.sidebar.run.seed.editor
    editor.lineEdit().selectAll()
    QTest.keyClicks(editor.lineEdit(), "20231117")
    QTest.keyClick(editor.lineEdit(), Qt.Key.Key_Return)
    assert window.session.seed == 20231117
    assert editor.text() == f"20{THIN}231{THIN}117"
    window.actions_["step"].trigger()
    window.actions_["restart"].trigger()
    assert window.session.seed == 20231117


@pytest.mark.parametrize("width", [1100, 1440])
def test_the_largest_seed_fits_its_box(make_window: MakeWindow, width: int) -> None:
    window = make_window(width=width)
    window.session.seed = MAX_SEED
    line = window.sidebar.run.seed.editor.lineEdit()
    assert line.fontMetrics().horizontalAdvance(line.text()) <= line.width() - 4


@pytest.mark.parametrize("width", [1100, 1440])
def test_the_temperature_fits_its_box(make_window: MakeWindow, width: int) -> None:
    line = make_window(width=width).sidebar.temperature.box.editor.lineEdit()
    assert line.fontMetrics().horizontalAdvance("2.269") <= line.width() - 4


def test_the_speed_slider_sets_the_speed(window: MainWindow) -> None:
    slider = window.sidebar.run.speed
    slider.setValue(slider.maximum())
    assert window.session.speed == 60
    window.session.speed = 1
    assert slider.value() == slider.minimum()
    assert slider.accessibleName() == "Speed, 1 draws per second"


def test_the_auto_switch_follows_and_sets_the_session(window: MainWindow) -> None:
    switch = window.sidebar.run.auto
    assert switch.isChecked()
    switch.click()
    assert not window.session.auto
    window.session.auto = True
    assert switch.isChecked()


def test_sampler_rows_set_the_sampler(window: MainWindow) -> None:
    rows = window.sidebar.sampler.rows
    rows["wolff"].click()
    assert window.session.sampler == "wolff"
    rows["wolff"].setFocus()
    QTest.keyClick(rows["wolff"], Qt.Key.Key_1)
    assert window.session.sampler == "flow"
    assert rows["flow"].isChecked()


def test_the_facts_of_the_model_are_shown(window: MainWindow) -> None:
    texts = {key: label.text() for key, label in window.sidebar.model._values.items()}
    assert texts == {
        "size": "L = 8, periodic",
        "range": "1.5 ≤ T ≤ 3.5",
        "gap": "0.00031 per site",
    }


def test_choosing_another_model_asks_for_its_samples(
    window: MainWindow, client: FakeClient, tmp_path: Path
) -> None:
    other = str(write_model_head(tmp_path / "other.safetensors", 16))
    window.models.choose(other)
    assert client.requests[-1].model == other
    assert window.sidebar.model.combo.currentData() == other
    assert window.sidebar.model._values["size"].text() == "L = 16, periodic"


def test_a_file_that_is_no_model_is_refused_in_a_sentence(
    window: MainWindow, tmp_path: Path
) -> None:
    before = window.session.model
    bad = tmp_path / "bad.safetensors"
    bad.write_bytes(b"\x05\0\0\0\0\0\0\0[1,2]")
    window.models.choose(str(bad))
    assert window.session.model == before
    assert window.message.text() == f"'{bad}' is not a model of this program; choose another."


@pytest.mark.parametrize("content", [b"", b"short", b"\xff" * 64, b"\x02\0\0\0\0\0\0\0{}"])
def test_damaged_heads_raise_a_sentence(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "damaged.safetensors"
    path.write_bytes(content)
    with pytest.raises(NRGError, match="not a model of this program"):
        read_entry(str(path))


def test_a_missing_model_raises_a_sentence() -> None:
    with pytest.raises(NRGError, match="Cannot read"):
        read_entry("/nowhere/model.safetensors")


def test_without_a_model_wolff_samples(make_window: MakeWindow, monkeypatch: object) -> None:
    monkeypatch.setattr("nrg_app.ui.models.shipped_entries", list)
    session = Session()
    window = make_window(session)
    assert session.sampler == "wolff"
    assert not window.sidebar.sampler.rows["flow"].isEnabled()
    assert window.explore.strip.placeholder_text() == "No model loaded."


def take_snapshots(window: MainWindow, temperatures: list[float]) -> SnapshotList:
    """Take snapshots at temperatures and return the list of them."""
    for temperature in temperatures:
        window.session.temperature = temperature
        while window.feed.is_waiting():
            QApplication.processEvents()
        window.actions_["snapshot"].trigger()
    return window.sidebar.snapshots.list


def click_row(thumbnails: SnapshotList, row: int) -> None:
    index = thumbnails.model().index(row, 0)
    thumbnails.scrollTo(index)
    place = thumbnails.visualRect(index).topLeft() + QPoint(20, 20)
    assert thumbnails.viewport().rect().contains(place)
    QTest.mouseClick(thumbnails.viewport(), Qt.MouseButton.LeftButton, pos=place)


def test_snapshots_are_shown_newest_first_and_restored(
    window: MainWindow, client: FakeClient
) -> None:
    thumbnails = take_snapshots(window, [1.6, 1.8, 2.0, 2.2, 2.4])
    assert [s.temperature for s in thumbnails.snapshots()] == [2.4, 2.2, 2.0, 1.8, 1.6]
    window.session.playing = True
    asked = len(client.requests)
    click_row(thumbnails, 3)
    assert window.session.temperature == 1.8
    assert not window.session.playing
    assert len(client.requests) == asked + 1


def test_a_snapshot_has_the_temperature_of_its_picture(window: MainWindow, qtbot: QtBot) -> None:
    shown = window.samples.temperature
    window.session.auto = False
    window.session.temperature = 1.6
    window.actions_["snapshot"].trigger()
    (snapshot,) = window.session.snapshots
    assert snapshot.temperature == shown
    window.sidebar.snapshots.list.restore.emit(snapshot)
    assert window.session.temperature == shown


def test_a_return_to_a_snapshot_draws_without_auto_too(window: MainWindow) -> None:
    take_snapshots(window, [2.0])
    (snapshot,) = window.session.snapshots
    window.session.temperature = 2.6
    window.session.auto = False
    window.history.settle()

    def shown() -> float:
        while window.feed.is_waiting():
            QApplication.processEvents()
        return window.samples.temperature

    assert shown() == 2.6
    window.sidebar.snapshots.list.restore.emit(snapshot)
    assert shown() == 2.0
    window.history.undo()
    assert shown() == 2.6
    window.history.redo()
    assert shown() == 2.0


@pytest.mark.parametrize(("width", "height"), [(1440, 900), (1100, 700), (960, 620)])
def test_every_snapshot_is_reached_with_the_mouse(
    make_window: MakeWindow, width: int, height: int
) -> None:
    window = make_window(width=width, height=height)
    temperatures = [round(1.5 + 0.02 * number, 2) for number in range(60)]
    thumbnails = take_snapshots(window, temperatures)
    for row in (0, 3, 7, 30, 59):
        click_row(thumbnails, row)
        assert window.session.temperature == temperatures[-1 - row]


def test_every_snapshot_is_reached_restored_and_deleted_with_the_keyboard(
    window: MainWindow,
) -> None:
    thumbnails = take_snapshots(window, [1.6, 1.8, 2.0, 2.2, 2.4, 2.6])
    thumbnails.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(thumbnails, Qt.Key.Key_Home)
    reached = []
    for _ in range(6):
        QTest.keyClick(thumbnails, Qt.Key.Key_Return)
        reached.append(window.session.temperature)
        QTest.keyClick(thumbnails, Qt.Key.Key_Right)
    # The arrow keys do not change the temperature meanwhile.
    assert reached == [2.6, 2.4, 2.2, 2.0, 1.8, 1.6]
    QTest.keyClick(thumbnails, Qt.Key.Key_End)
    QTest.keyClick(thumbnails, Qt.Key.Key_Delete)
    assert [s.temperature for s in window.session.snapshots] == [2.6, 2.4, 2.2, 2.0, 1.8]
    window.history.settle()
    assert window.actions_["undo"].text() == "Undo deletion of a snapshot"
    window.actions_["undo"].trigger()
    assert len(thumbnails.snapshots()) == 6


def test_the_menu_of_a_snapshot_restores_and_deletes(window: MainWindow) -> None:
    thumbnails = take_snapshots(window, [1.6, 1.8])
    thumbnails.setCurrentIndex(thumbnails.model().index(1, 0))
    event = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, QPoint(), QPoint())
    QApplication.sendEvent(thumbnails, event)
    restore, delete = thumbnails.menu.actions()
    restore.trigger()
    assert window.session.temperature == 1.6
    delete.trigger()
    assert [s.temperature for s in window.session.snapshots] == [1.8]
    thumbnails.menu.close()


def test_screen_readers_are_told_of_every_snapshot(window: MainWindow) -> None:
    window.session.seed = 7
    thumbnails = take_snapshots(window, [1.6, 1.8])
    told = QAccessible.queryAccessibleInterface(thumbnails)
    names = [told.child(row).text(QAccessible.Text.Name) for row in range(2)]
    assert names == ["Snapshot, temperature 1.800, seed 7", "Snapshot, temperature 1.600, seed 7"]


def test_the_sidebar_is_narrow_in_a_small_window(make_window: MakeWindow) -> None:
    window = make_window(width=1440)
    assert window.sidebar.width() == WIDE
    window.resize(1100, 700)
    assert window.sidebar.width() == NARROW
    assert window.sidebar.snapshots.isVisible()
    assert window.sidebar.model.facts.isHidden()


@pytest.mark.parametrize(("width", "height"), [(1100, 700), (1440, 900), (960, 620)])
def test_no_control_is_cut_off_at_the_side(
    make_window: MakeWindow, width: int, height: int
) -> None:
    sidebar = make_window(width=width, height=height).sidebar
    content = sidebar.temperature.parentWidget()
    assert content.minimumSizeHint().width() <= sidebar.width()
    assert content.width() <= sidebar.width()


def test_numbers_can_be_read_after_a_change_of_theme(window: MainWindow, qtbot: QtBot) -> None:
    take_theme(window, DARK, qtbot)
    for theme in (LIGHT, DARK):
        take_theme(window, theme, qtbot)
        for field in (window.sidebar.temperature.box, window.sidebar.run.seed):
            line = field.editor.lineEdit()
            line.ensurePolished()
            assert line.palette().text().color().name() == theme.text.lower()
