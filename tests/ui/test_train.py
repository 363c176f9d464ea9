"""The Train workspace with a stand-in for the training worker."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from nrg_app.locks import FileLock
from nrg_app.session.training_messages import (
    AbsMagnetization,
    CheckpointWritten,
    FixedNoise,
    GapsByScale,
    GapsByTemperature,
    ModelExported,
    TrainingFailure,
    TrainingMark,
    TrainingStatus,
)
from nrg_app.session.training_runs import create_run, list_runs, runs_dir, write_event
from nrg_app.session.training_settings import RunSettings
from nrg_app.ui.main_window import MainWindow
from nrg_app.ui.panels.controls import PaintedButton
from nrg_app.ui.preferences import Preferences
from nrg_app.ui.screenshot import render_window
from nrg_app.ui.train.axes import Axis, power_text
from nrg_app.ui.train.places import arrange, is_narrow
from nrg_app.ui.train.workspace import Train

from .conftest import MakeWindow
from .fakes import FakeClient, FakeTrainings, make_point, write_model_head

CONTROL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture(autouse=True)
def _own_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))


@pytest.fixture
def train(window: MainWindow) -> Train:
    QTest.keyClick(window, Qt.Key.Key_2, CONTROL)
    return window.workspaces.train


def worker(train: Train) -> FakeTrainings:
    client = train.desk._client
    assert isinstance(client, FakeTrainings)
    return client


def start(train: Train, qtbot: QtBot) -> FakeTrainings:
    train.run.play.click()
    qtbot.waitUntil(lambda: len(train.desk.curves) > 0)
    return worker(train)


def a_finished_run(steps: int = 40) -> str:
    folder = create_run(RunSettings(size=8))
    with folder.events.open("w", encoding="utf-8") as stream:
        for k in range(1, steps + 1):
            write_event(stream, make_point(k))
    record = folder.load()
    record.status, record.steps, record.fraction, record.size = "finished", steps, 1.0, 8
    folder.store(record)
    write_model_head(folder.model)
    return folder.name


# -- workspaces -----------------------------------------------------------------------------


def test_keys_and_buttons_switch_the_workspace(window: MainWindow) -> None:
    explore, train = window.top.workspaces[:2]
    assert window.explore.isVisible()
    assert explore.isChecked()
    QTest.keyClick(window, Qt.Key.Key_2, CONTROL)
    assert window.workspaces.train.isVisible()
    assert not window.explore.isVisible()
    assert train.isChecked()
    assert not explore.isChecked()
    explore.click()
    assert window.explore.isVisible()
    explore.click()
    assert explore.isChecked()


def test_the_workspace_and_the_run_come_back(
    make_window: MakeWindow, preferences: Preferences
) -> None:
    name = a_finished_run()
    a_finished_run()
    window = make_window()
    window.workspaces.show_name("train")
    window.workspaces.desk.show(name)
    window.close()
    again = make_window()
    assert again.workspaces.current_name() == "train"
    assert again.workspaces.desk.shown == name


def test_curves_that_came_out_of_sight_are_drawn(
    window: MainWindow, train: Train, qtbot: QtBot
) -> None:
    train.run.play.click()
    window.workspaces.show_name("explore")
    qtbot.waitUntil(lambda: len(train.desk.curves) > 0)
    assert train.curves.placeholder_text()
    window.workspaces.show_name("train")
    assert train.curves.placeholder_text() == ""


# -- a run ----------------------------------------------------------------------------------


def test_nothing_trained_is_one_line_and_one_button(train: Train, qtbot: QtBot) -> None:
    placeholder = train.free_energy
    assert placeholder.placeholder_text().startswith("No training yet.")
    placeholder._placeholder.button.click()
    assert worker(train).started == [runs_dir() / "ising-8-a"]


def test_the_form_becomes_the_settings_of_a_run(train: Train, qtbot: QtBot) -> None:
    form = train.run.form
    form.lattice.button("16").click()
    form.minutes.editor.setValue(7.5)
    form.low.editor.setValue(2.0)
    form.seed.editor.setValue(5)
    assert "about" in form.note.text()
    start(train, qtbot)
    settings = list_runs()[0].settings
    assert (settings.size, settings.minutes, settings.seed) == (16, 7.5, 5)
    assert settings.temperature_range == (2.0, 3.5)
    assert not form.isVisible()


def test_bad_settings_cannot_be_started(train: Train) -> None:
    form = train.run.form
    form.low.editor.setValue(3.6)
    assert not train.run.play.isEnabled()
    assert "must lie above" in form.note.text()
    form.low.editor.setValue(1.5)
    assert train.run.play.isEnabled()


def test_a_recipe_decides_what_it_contains(train: Train) -> None:
    form = train.run.form
    form.recipe.set_current("ising-8")
    form.recipe.activated.emit(form.recipe.currentIndex())
    assert not form.minutes.isEnabled()
    assert not form.hidden.isEnabled()
    assert "steps" in form.note.text()
    assert form.settings().recipe == "ising-8"


def test_a_shipped_model_can_be_grown(train: Train) -> None:
    form = train.run.form
    form.start.set_current("ising-16")
    form.start.activated.emit(form.start.currentIndex())
    assert form.lattice.current() == "16"
    assert not form.lattice.button("8").isEnabled()
    form.lattice.button("32").click()
    settings = form.settings()
    assert (settings.start, settings.start_size, settings.size) == ("ising-16", 16, 32)


def test_the_key_starts_pauses_and_resumes(window: MainWindow, train: Train, qtbot: QtBot) -> None:
    for text, command in (("Start training", None), ("Pause", "pause"), ("Resume", "resume")):
        assert train.run.play.text() == text
        QTest.keyClick(window, Qt.Key.Key_T, CONTROL)
        qtbot.waitUntil(lambda: not train.desk.waiting)
        if command:
            assert worker(train).commands[-1] == command
    assert train.run.play.text() == "Pause"
    assert len(worker(train).started) == 1


def test_stopping_asks_once(train: Train, qtbot: QtBot) -> None:
    client = start(train, qtbot)
    train.run.stop.click()
    assert client.commands == []
    assert train.run.stop.text() == "Stop now?"
    train.run.stop.click()
    assert client.commands == ["stop"]
    qtbot.waitUntil(lambda: train.desk.active == "")
    assert train.run.play.text() == "Resume"


def test_figures_follow_the_newest_point(window: MainWindow, train: Train, qtbot: QtBot) -> None:
    client = start(train, qtbot)
    client.say(make_point(8640))
    qtbot.waitUntil(lambda: train.run.steps.text() == "8\N{THIN SPACE}640")
    assert train.run.percent.text() == "50 %"
    assert train.run.times["left"].text() == "10 s"
    assert "step 8640" in window.status.activity.text()
    assert "step 8640" in train.free_energy.canvas.accessibleDescription()


def test_growth_is_marked_and_shown(train: Train, qtbot: QtBot) -> None:
    client = start(train, qtbot)
    client.say(make_point(10, size=4))
    qtbot.waitUntil(lambda: train.run.growth.present == 4)
    client.say(TrainingMark(10, "growth", "L = 4 → 8", 8))
    client.say(make_point(20, size=8))
    qtbot.waitUntil(lambda: train.run.growth.present == 8)
    assert [mark.text for mark in train.desk.curves.marks] == ["L = 4 → 8"]


def test_a_roll_back_is_said(window: MainWindow, train: Train, qtbot: QtBot) -> None:
    start(train, qtbot).say(TrainingMark(10, "rollback", "rolled back, rate × 0.5", 8))
    qtbot.waitUntil(lambda: "rolled back" in window.message.text())
    assert window.message.kind == "warning"


def test_the_temperature_is_dragged_in_the_gap_by_temperature(
    train: Train, window: MainWindow, qtbot: QtBot
) -> None:
    start(train, qtbot).say(
        GapsByTemperature(5, np.array([1.6, 3.4]), np.array([1e-4, 3e-4]), np.full(2, 1e-5))
    )
    canvas = train.physics.canvas
    qtbot.waitUntil(lambda: canvas.gaps is not None)
    # The axis goes from 1.5 to 3.5.
    frame = canvas._frame()
    left = QPoint(round(frame.left() + 0.25 * frame.width()), round(frame.center().y()))
    right = QPoint(round(frame.left() + 0.75 * frame.width()), round(frame.center().y()))
    QTest.mousePress(canvas, Qt.MouseButton.LeftButton, pos=left)
    assert window.session.temperature == pytest.approx(2.0, abs=0.02)
    QTest.mouseMove(canvas, right)
    assert window.session.temperature == pytest.approx(3.0, abs=0.02)
    QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=right)
    window.session.temperature = 1.9
    assert canvas.marker.temperature == 1.9
    train.physics.views.button("m").click()
    QTest.mousePress(canvas, Qt.MouseButton.LeftButton, pos=right)
    assert window.session.temperature == 1.9


def test_pictures_reach_their_panels(train: Train, qtbot: QtBot) -> None:
    client = start(train, qtbot)
    assert train.scales.placeholder_text()
    client.say(GapsByScale(5, {1: (1e-4, 1e-5), 2: (2e-4, 1e-5)}))
    client.say(GapsByTemperature(5, np.array([2.0, 2.3]), np.array([1e-4, 3e-4]), np.full(2, 1e-5)))
    client.say(AbsMagnetization(5, 64, np.array([0.0, 0.5, 1.0]), np.array([0.5, 1.5]), None))
    client.say(FixedNoise(5, np.ones((12, 8, 8), np.int8)))
    qtbot.waitUntil(lambda: train.desk.curves.samples is not None)
    assert train.scales.placeholder_text() == ""
    assert "scale 2: 0.20 e-3" in train.scales.canvas.accessibleDescription()
    assert train.physics.placeholder_text() == ""
    train.physics.views.button("m").click()
    assert train.physics.canvas.accessibleName() == "Distribution of |m|"
    train.curves.views.button("optimizer").click()
    assert not train.grab().isNull()


def test_a_dead_worker_is_announced_with_a_way_to_resume(
    window: MainWindow, train: Train, qtbot: QtBot
) -> None:
    client = start(train, qtbot)
    client.say(TrainingFailure("The training stopped unexpectedly."))
    qtbot.waitUntil(lambda: window.message.text() == "The training stopped unexpectedly.")
    assert train.desk.active == ""
    window.message.button.click()
    assert len(client.started) == 2
    assert client.started[0] == client.started[1]


def test_closing_the_window_lets_the_training_save(
    window: MainWindow, train: Train, qtbot: QtBot
) -> None:
    client = start(train, qtbot)
    window.close()
    assert client.closed


@pytest.mark.parametrize("status", ["new", "running"])
def test_an_interrupted_run_can_be_resumed_at_the_next_start(
    make_window: MakeWindow, qtbot: QtBot, status: TrainingStatus
) -> None:
    folder = create_run(RunSettings(size=8))
    record = folder.load()
    record.status = status
    folder.store(record)
    train = make_window().workspaces.train
    assert train.desk.shown == folder.name
    assert train.run.chooser.currentText() == "ising-8-a, interrupted"
    assert train.run.play.text() == "Resume"
    train.run.play.click()
    assert worker(train).started == [folder.path]


def test_another_run_can_be_looked_at_meanwhile_but_not_started(train: Train, qtbot: QtBot) -> None:
    start(train, qtbot)
    train.desk.show("")
    assert not train.run.play.isEnabled()
    assert "ising-8-a is training" in train.run.play.toolTip()
    train.desk.show("ising-8-a")
    assert len(train.desk.curves) > 0
    assert train.run.play.text() == "Pause"


# -- other runs and Explore -------------------------------------------------------------------


def test_a_finished_run_shows_its_history_and_is_compared(
    make_window: MakeWindow, qtbot: QtBot
) -> None:
    first, second = a_finished_run(30), a_finished_run(50)
    train = make_window().workspaces.train
    desk = train.desk
    desk.show(second)
    qtbot.waitUntil(lambda: len(desk.curves) == 50)
    assert train.run.play.text() == "Finished"
    assert not train.run.play.isEnabled()
    train.compare.set_current(first)
    train.compare.activated.emit(train.compare.currentIndex())
    qtbot.waitUntil(lambda: desk.compared_curves is not None)
    assert len(desk.compared_curves) == 30


def test_duplicating_takes_the_settings_and_growing_the_model(
    make_window: MakeWindow, qtbot: QtBot
) -> None:
    name = a_finished_run()
    train = make_window().workspaces.train
    train.run.duplicate.click()
    assert train.desk.shown == ""
    assert train.run.form.settings() == RunSettings(size=8)
    train.desk.show(name)
    train.run.grow.click()
    settings = train.run.form.settings()
    assert settings.size == 16
    assert settings.start == str(runs_dir() / name / "model.safetensors")
    assert settings.start_size == 8


def test_a_finished_model_is_used_in_explore(make_window: MakeWindow) -> None:
    name = a_finished_run()
    window = make_window()
    window.workspaces.show_name("train")
    window.workspaces.train.run.adopt.click()
    assert window.session.model == str(runs_dir() / name / "model.safetensors")
    assert window.workspaces.current_name() == "explore"


def test_a_running_model_is_exported_first(
    window: MainWindow, train: Train, client: FakeClient, qtbot: QtBot
) -> None:
    trainer = start(train, qtbot)
    train.run.adopt.click()
    assert trainer.commands == ["export"]
    path = str(write_model_head(trainer.started[0] / "model.safetensors"))
    trainer.say(ModelExported(path, 8, 10))
    qtbot.waitUntil(lambda: window.session.model == path)
    assert window.workspaces.current_name() == "explore"


def test_following_reloads_the_model_and_stays(
    window: MainWindow, train: Train, client: FakeClient, qtbot: QtBot
) -> None:
    trainer = start(train, qtbot)
    train.run.follow.click()
    assert trainer.commands == ["follow"]
    path = str(write_model_head(trainer.started[0] / "model.safetensors"))
    for size in (8, 16):
        write_model_head(Path(path), size)
        asked = len(client.requests)
        trainer.say(ModelExported(path, size, 10))
        qtbot.waitUntil(lambda before=asked: len(client.requests) > before)
        assert window.models.entry is not None
        assert window.models.entry.size == size
    assert window.workspaces.current_name() == "train"
    train.run.follow.click()
    assert trainer.commands == ["follow", "unfollow"]


def test_a_checkpoint_is_no_news_for_the_curves(train: Train, qtbot: QtBot) -> None:
    client = start(train, qtbot)
    before = len(train.desk.curves)
    client.say(CheckpointWritten(10))
    qtbot.waitUntil(lambda: train.desk.saved_at is not None)
    assert len(train.desk.curves) == before
    client.say(make_point(5))
    qtbot.waitUntil(lambda: len(train.desk.curves) > before)
    assert "saved" in train.window().status.activity.text()  # type: ignore[attr-defined]


# -- space and access -------------------------------------------------------------------------


@pytest.mark.parametrize(("width", "height"), [(1168, 826), (868, 626), (728, 546)])
@pytest.mark.parametrize("with_run", [True, False])
def test_panels_never_overlap_or_leave_the_workspace(
    width: int, height: int, with_run: bool
) -> None:
    places = arrange(width, height, with_run)
    shown = [places.free_energy, *places.row] + ([places.run] if with_run else [])
    for number, place in enumerate(shown):
        assert place.width() > 180
        assert place.height() > 180
        assert 0 <= place.left() <= place.right() < width
        assert 0 <= place.top() <= place.bottom() < height
        assert not any(place.intersects(other) for other in shown[:number])


def test_a_small_window_keeps_the_run_in_a_drawer(make_window: MakeWindow) -> None:
    window = make_window(width=1100, height=700)
    window.workspaces.show_name("train")
    train = window.workspaces.train
    assert is_narrow(train.width())
    assert not train.run.isVisible()
    train.drawer.click()
    assert train.run.isVisible()
    QTest.keyClick(train, Qt.Key.Key_Escape)
    assert not train.run.isVisible()


def test_every_control_of_the_workspace_has_a_name(train: Train) -> None:
    buttons = train.findChildren(PaintedButton)
    assert [b for b in buttons if b.isVisible() and not b.accessibleName()] == []
    assert len(buttons) > 15


def test_a_panel_is_maximised_and_put_back(train: Train) -> None:
    train.free_energy.maximise.click()
    assert train.free_energy.width() == train.width() - 16
    assert not train.run.isVisible()
    QTest.keyClick(train, Qt.Key.Key_Escape)
    assert train.run.isVisible()
    assert train.scales.isVisible()


def test_the_workspace_is_drawn_to_a_file(tmp_path: Path, preferences: Preferences) -> None:
    a_finished_run()
    path = tmp_path / "train.png"
    image = render_window(path, theme="light", workspace="train", client_factory=FakeClient)
    assert (image.width(), image.height()) == (1440, 900)
    assert path.exists()


@pytest.mark.parametrize(
    ("axis", "ticks"),
    [
        (Axis(0.0, 1.0), [0.0, 0.2, 0.4, 0.6, 0.8, 1.0]),
        (Axis(-2.115, -2.105), [-2.114, -2.112, -2.11, -2.108, -2.106]),
        (Axis(1e-4, 1.0, log=True), [1e-4, 1e-3, 1e-2, 1e-1, 1.0]),
        (Axis(2e-4, 6e-4, log=True), [2e-4, 5e-4]),
    ],
)
def test_ticks_are_round(axis: Axis, ticks: list[float]) -> None:
    assert axis.ticks(5) == pytest.approx(ticks)


def test_tick_labels_show_the_whole_step() -> None:
    assert Axis(0.0, 1.0).tick_texts([0.0, 0.25, 0.5]) == ["0.00", "0.25", "0.50"]
    assert Axis(0.0, 10.0).tick_texts([0.0, 5.0, 10.0]) == ["0", "5", "10"]


def test_powers_are_written_as_people_do() -> None:
    assert power_text(1e-3) == "10⁻³"
    assert power_text(4e-4) == "4 × 10⁻⁴"
    assert power_text(9.7e-4) == "10⁻³"


# -- deleting -------------------------------------------------------------------------------


def test_a_deleted_run_is_gone_until_it_is_brought_back(
    window: MainWindow, train: Train, qtbot: QtBot
) -> None:
    name = a_finished_run()
    train.desk.runs = list_runs()
    train.desk.show(name)
    train.run.delete.click()
    assert train.desk.shown == ""
    assert list_runs() == []
    assert not train.run.delete.isEnabled()
    assert window.message.text() == f"Deleted the run {name}."
    window.message.button.click()
    assert train.desk.shown == name
    assert [run.name for run in list_runs()] == [name]
    qtbot.waitUntil(lambda: len(train.desk.curves) == 40)


def test_a_run_that_is_on_is_not_deleted(train: Train, qtbot: QtBot) -> None:
    start(train, qtbot)
    assert not train.run.delete.isEnabled()
    train.desk.delete()
    assert [run.name for run in list_runs()] == [train.desk.shown]


def test_a_run_of_another_window_is_not_deleted(window: MainWindow, train: Train) -> None:
    name = a_finished_run()
    train.desk.runs = list_runs()
    train.desk.show(name)
    lock = FileLock(runs_dir() / name / "run.lock")
    assert lock.acquire()
    train.run.delete.click()
    lock.release()
    assert "stop it first" in window.message.text()
    assert [run.name for run in list_runs()] == [name]
