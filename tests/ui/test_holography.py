"""The Holography workspace with stand-ins for its processes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, Qt
from PySide6.QtGui import QGuiApplication, QMouseEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QTabBar
from pytestqt.qtbot import QtBot

from nrg_app.analysis.bulk import latent_index
from nrg_app.analysis.causal_cones import influence_cone
from nrg_app.errors import NRGError
from nrg_app.physics.exact import CRITICAL_TEMPERATURE
from nrg_app.session.archive import load_session, save_session
from nrg_app.session.bulk_view import BulkView
from nrg_app.session.document import Session
from nrg_app.session.holography.messages import Failure, JobOrder, Progress
from nrg_app.ui.figure_source import window_results
from nrg_app.ui.holography.disk_panel import ConeShape
from nrg_app.ui.holography.workspace import Holography
from nrg_app.ui.main_window import MainWindow
from nrg_app.ui.preferences import Preferences
from nrg_app.ui.screenshot import render_window

from .conftest import MakeWindow
from .fakes import FakeClient
from .holography_fakes import FakeHolography, make_response

CONTROL = Qt.KeyboardModifier.ControlModifier
NONE = Qt.KeyboardModifier.NoModifier
TC = float(CRITICAL_TEMPERATURE)


@pytest.fixture
def holography(window: MainWindow) -> Holography:
    QTest.keyClick(window, Qt.Key.Key_3, CONTROL)
    return window.workspaces.holography


def fake(holography: Holography) -> FakeHolography:
    client = holography.desk._client
    assert isinstance(client, FakeHolography)
    return client


def node_at(holography: Holography, node: tuple[int, int]) -> QPoint:
    layout = holography.disk.canvas.layout_of_disk()
    assert layout is not None
    return layout.pixel(layout.point(node)).toPoint()


def hover(holography: Holography, node: tuple[int, int]) -> None:
    canvas, at = holography.disk.canvas, QPointF(node_at(holography, node))
    none = Qt.MouseButton.NoButton
    QApplication.sendEvent(canvas, QMouseEvent(QEvent.Type.MouseMove, at, at, none, none, NONE))


def wheel(widget, at: QPointF, delta: int) -> None:
    event = QWheelEvent(
        at, widget.mapToGlobal(at), QPoint(), QPoint(0, delta), Qt.MouseButton.NoButton, NONE,
        Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(widget, event)


# -- the workspace --------------------------------------------------------------------------


def test_the_key_shows_it_and_it_comes_back(
    make_window: MakeWindow, preferences: Preferences
) -> None:
    window = make_window()
    QTest.keyClick(window, Qt.Key.Key_3, CONTROL)
    assert window.workspaces.holography.isVisible()
    assert window.top.workspaces[2].isChecked()
    window.close()
    assert make_window().workspaces.current_name() == "holography"


def test_out_of_sight_nothing_is_drawn_or_asked(window: MainWindow) -> None:
    holography = window.workspaces.holography
    assert holography.disk.canvas.slice is None
    assert holography.desk._client is None
    QTest.keyClick(window, Qt.Key.Key_3, CONTROL)
    assert holography.disk.canvas.slice is not None


def test_without_a_model_there_is_one_line_and_one_button(make_window: MakeWindow) -> None:
    session = Session()
    window = make_window()
    window.workspaces.show_name("holography")
    session = window.session
    session.sampler = "wolff"
    session.model = ""
    holography = window.workspaces.holography
    QTest.qWait(1)
    assert holography.disk.placeholder_text() == "No model loaded."
    assert holography.stack.placeholder_text() == "No model loaded."
    assert not any(panel.bar.button.isEnabled() for panel in holography.analyses)


def test_every_control_has_a_name_and_can_be_reached_by_tab(holography: Holography) -> None:
    for panel in (holography.wavelets, holography.collapse, holography.energy):
        holography.reveal(panel)
    controls = [
        *holography.findChildren(QAbstractButton),
        *holography.findChildren(QComboBox),
        holography.disk.canvas,
        holography.stack.canvas,
        holography.disk.latent.slider,
    ]
    for control in controls:
        if isinstance(control, QAbstractButton) and control.isHidden() and not control.text():
            continue
        assert control.accessibleName(), control
        assert control.focusPolicy() & Qt.FocusPolicy.TabFocus, control.accessibleName()


@pytest.mark.parametrize("size", [(1100, 700), (1440, 900)])
def test_everything_on_show_has_room(make_window: MakeWindow, size: tuple[int, int]) -> None:
    window = make_window(width=size[0], height=size[1])
    window.workspaces.show_name("holography")
    holography = window.workspaces.holography
    for panel in holography.panels:
        holography.reveal(panel)
        dock = holography.dock(panel)
        assert panel.isVisible()
        assert holography.space.rect().contains(dock.geometry())
        tools = [tool for tool in dock.findChildren(QAbstractButton) if tool.isVisible()]
        for tool in tools:
            assert dock.rect().contains(QRect(tool.mapTo(dock, QPoint()), tool.size()))


def bars(holography: Holography) -> list[QTabBar]:
    return [bar for bar in holography.space.findChildren(QTabBar) if bar.isVisible()]


def words(bar: QTabBar) -> list[str]:
    return [bar.tabText(number) for number in range(bar.count())]


def test_a_large_window_has_two_places_beside_the_disk(holography: Holography) -> None:
    upper, lower = sorted(bars(holography), key=lambda bar: bar.y())
    assert words(upper) == ["Layers", "Wavelets"]
    assert words(lower) == ["Distance", "Information", "Energy"]
    assert holography.stack.isVisible()
    assert holography.distance.isVisible()
    assert holography.dock(holography.disk).width() == 620
    assert upper.accessibleName() == "Tabs Layers, Wavelets"


def test_a_small_window_has_one_place_beside_the_disk(make_window: MakeWindow) -> None:
    window = make_window(width=1100, height=700)
    window.workspaces.show_name("holography")
    holography = window.workspaces.holography
    (bar,) = bars(holography)
    assert len(words(bar)) == 5
    holography.reveal(holography.energy)
    assert not holography.stack.isVisible()
    window.resize(1440, 900)
    assert holography.stack.isVisible()
    assert holography.energy.isVisible()


def test_arrow_keys_go_from_tab_to_tab(window: MainWindow, holography: Holography) -> None:
    window.activateWindow()
    lower = max(bars(holography), key=lambda bar: bar.y())
    lower.setFocus()
    before = window.session.temperature
    QTest.keyClick(lower, Qt.Key.Key_Right)
    assert holography.collapse.isVisible()
    assert not holography.distance.isVisible()
    assert window.session.temperature == before


def test_a_panel_floats_with_the_controls_of_its_analysis(
    holography: Holography, qtbot: QtBot
) -> None:
    space = holography.space
    space.toggle_floating("collapse")
    assert holography.collapse.window() is space.docks["collapse"]
    assert holography.distance.isVisible()
    bar = holography.collapse.bar
    assert bar.isVisible()
    bar.temperatures.set_current("ordered")
    bar.temperatures.activated.emit(0)
    assert holography.distance.bar.temperatures.current() == "ordered"
    assert holography.wavelets.bar.temperatures.current() == "critical"
    bar.button.click()
    assert fake(holography).started[0].temperature == 2.0
    qtbot.waitUntil(lambda: holography.desk.progress.fraction == 0.5)
    assert holography.distance.bar.button.text() == "Cancel"
    space.toggle_floating("collapse")
    assert space.places() == ()


def test_panels_are_moved_hidden_and_reset(window: MainWindow, holography: Holography) -> None:
    space = holography.space
    space.move_to("stack", "left")
    space.set_shown("disk", False)
    space.tab_with("energy", "stack")
    assert holography.energy.isVisible()
    assert not holography.stack.isVisible()
    assert space.docks["energy"].x() == 0
    window.actions_["reset_layout"].trigger()
    assert space.places() == ()
    assert holography.disk.isVisible()
    assert holography.stack.isVisible()
    assert holography.distance.isVisible()


def test_a_session_brings_the_places_along(
    window: MainWindow, holography: Holography, tmp_path: Path
) -> None:
    holography.space.move_to("disk", "right")
    holography.space.toggle_floating("wavelets")
    moved = holography.space.places()
    window.documents.save_to(tmp_path / "moved.nrg")
    window.documents.files.wait()
    window.workspaces.reset_layout()
    window.documents.open_file(tmp_path / "moved.nrg")
    window.documents.files.wait()
    assert holography.space.places() == moved
    assert holography.wavelets.window() is holography.space.docks["wavelets"]


def test_a_panel_fills_the_workspace_and_escape_puts_it_back(holography: Holography) -> None:
    holography.distance.maximise.click()
    assert not holography.disk.isVisible()
    assert holography.distance.maximise.icon_name == "arrow-collapse"
    QTest.keyClick(holography, Qt.Key.Key_Escape)
    assert holography.disk.isVisible()


# -- the disk -------------------------------------------------------------------------------


def test_hovering_shows_the_exact_cone_at_once_and_asks_for_the_response(
    holography: Holography, qtbot: QtBot
) -> None:
    disk = holography.disk
    disk.set_shape(ConeShape(8, 1))
    hover(holography, (4, 1))
    line = disk.canvas.slice
    assert line is not None
    place = line.place(4, 1)
    reached = influence_cone(ConeShape(8, 1), latent_index(8, *place))[line.sites]
    assert disk.canvas.cone is not None
    assert disk.canvas.cone.tree == (4, 8)
    first, last = disk.canvas.cone.reach
    inside = {k % 8 for k in range(first, last)}
    assert set(np.flatnonzero(reached)) <= inside
    order = fake(holography).asked[-1]
    assert order.place == place
    samples = holography._samples
    assert samples is not None
    assert order.latents[8].tobytes() == samples.latents[8][0].tobytes()
    qtbot.waitUntil(lambda: disk.canvas.response is not None)
    assert np.array_equal(disk.canvas.response, make_response(order).response[line.sites])
    assert "Latent scale 4 index 1" in disk.canvas.accessibleDescription()
    assert "largest" in disk.plot.accessibleDescription()


def test_an_answer_about_another_latent_is_not_shown(holography: Holography, qtbot: QtBot) -> None:
    hover(holography, (4, 1))
    client = fake(holography)
    qtbot.waitUntil(lambda: holography.disk.canvas.response is not None)
    client.silent = True
    hover(holography, (8, 0))
    assert holography.disk.canvas.response is None
    client.say(make_response(client.asked[-2]))
    qtbot.wait(20)
    assert holography.disk.canvas.response is None
    client.say(make_response(client.asked[-1]))
    qtbot.waitUntil(lambda: holography.disk.canvas.response is not None)


def test_a_response_is_that_of_the_newest_samples_or_none(
    window: MainWindow, holography: Holography, qtbot: QtBot
) -> None:
    disk = holography.disk
    hover(holography, (4, 1))
    qtbot.waitUntil(lambda: disk.canvas.response is not None)
    assert "response" in window_results(window)
    window.workspaces.show_name("explore")
    before = window.samples
    window.session.seed = 77
    qtbot.waitUntil(lambda: window.samples is not before)
    assert "response" not in window_results(window)


def test_a_failed_response_is_said_in_the_panel(holography: Holography, qtbot: QtBot) -> None:
    hover(holography, (4, 1))
    client = fake(holography)
    client.say(Failure("The model is gone.", client.asked[-1].number))
    qtbot.waitUntil(lambda: holography.disk.message.accessibleName() == "The model is gone.")


def test_a_click_pins_and_escape_unpins(holography: Holography) -> None:
    canvas = holography.disk.canvas
    QTest.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=node_at(holography, (4, 0)))
    assert canvas.is_pinned()
    assert holography.disk.pin.isChecked()
    hover(holography, (8, 3))
    assert canvas.active() == (4, 0)
    QTest.keyClick(canvas, Qt.Key.Key_Escape)
    assert not canvas.is_pinned()


def test_keys_walk_along_rings_and_between_them(holography: Holography) -> None:
    canvas = holography.disk.canvas
    canvas.setFocus()
    walk = [
        (Qt.Key.Key_Right, (8, 0)),
        (Qt.Key.Key_Right, (8, 1)),
        (Qt.Key.Key_Left, (8, 0)),
        (Qt.Key.Key_Left, (8, 3)),
        (Qt.Key.Key_PageUp, (4, 1)),
        (Qt.Key.Key_PageUp, (2, 0)),
        (Qt.Key.Key_PageUp, (1, 0)),
        (Qt.Key.Key_PageDown, (2, 0)),
        (Qt.Key.Key_PageDown, (4, 0)),
    ]
    for key, node in walk:
        QTest.keyClick(canvas, key)
        assert canvas.active() == node
    QTest.keyClick(canvas, Qt.Key.Key_Return)
    assert canvas.is_pinned()


def test_a_value_is_set_by_wheel_slider_and_keys_and_undone(
    window: MainWindow, holography: Holography, qtbot: QtBot
) -> None:
    canvas, session = holography.disk.canvas, window.session
    at = node_at(holography, (4, 1))
    wheel(canvas, QPointF(at), 120)
    assert session.latent_edits == ()  # nothing is pinned yet
    QTest.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=at)
    place = canvas.active_place()
    before = holography.disk._value(place)
    wheel(canvas, QPointF(at), 120)
    assert session.latent_edits[0].place == (0, *place)
    assert session.latent_edits[0].value == pytest.approx(before + 0.1, abs=0.006)
    holography.disk.set_value.click()
    assert holography.disk.latent.isVisible()
    holography.disk.latent.moved.emit(-2.0)
    assert session.latent_edits[0].value == -2.0
    QTest.qWait(1)
    window.actions_["undo"].trigger()
    assert session.latent_edits == ()
    canvas.setFocus()
    QTest.keyClick(canvas, Qt.Key.Key_Plus)
    assert len(session.latent_edits) == 1
    QTest.keyClick(canvas, Qt.Key.Key_Delete)
    assert session.latent_edits == ()


def test_a_new_sample_asks_anew_for_the_pinned_latent(
    window: MainWindow, holography: Holography, qtbot: QtBot
) -> None:
    canvas = holography.disk.canvas
    QTest.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=node_at(holography, (4, 1)))
    asked = len(fake(holography).asked)
    window.session.seed = 77
    qtbot.waitUntil(lambda: len(fake(holography).asked) > asked)
    assert fake(holography).asked[-1].place == canvas.active_place()


def test_direction_and_row_choose_the_line(window: MainWindow, holography: Holography) -> None:
    disk = holography.disk
    disk.directions.button("diagonal").click()
    disk.forth.click()
    assert window.session.bulk == BulkView("diagonal", 1)
    assert "diagonal 1" in disk.row.accessibleName()
    disk.back.click()
    disk.back.click()
    assert window.session.bulk.row == 7
    line = disk.canvas.slice
    assert line is not None
    assert (line.direction, line.row) == ("diagonal", 7)


# -- the stack ------------------------------------------------------------------------------


def test_dragging_tilts_and_the_wheel_spreads(window: MainWindow, holography: Holography) -> None:
    canvas = holography.stack.canvas
    QTest.mousePress(canvas, Qt.MouseButton.LeftButton, pos=QPoint(100, 100))
    at = QPointF(120, 150)
    left = Qt.MouseButton.LeftButton
    QApplication.sendEvent(canvas, QMouseEvent(QEvent.Type.MouseMove, at, at, left, left, NONE))
    QTest.mouseRelease(canvas, left, pos=at.toPoint())
    view = window.session.bulk
    assert (view.tilt, view.turn) == (45.0, 37.0)
    wheel(canvas, at, 240)
    assert window.session.bulk.spread > 1.0
    canvas.setFocus()
    QTest.keyClick(canvas, Qt.Key.Key_Up)
    assert window.session.bulk.tilt == 47.0
    QTest.keyClick(canvas, Qt.Key.Key_Home)
    assert window.session.bulk == BulkView()


def test_a_cell_is_read_with_its_column(holography: Holography) -> None:
    canvas = holography.stack.canvas
    geometry = canvas.geometry_of_stack()
    at = geometry.transform(3).map(QPointF(0.5, 0.5))
    none = Qt.MouseButton.NoButton
    QApplication.sendEvent(canvas, QMouseEvent(QEvent.Type.MouseMove, at, at, none, none, NONE))
    assert canvas.cell == (1, 0, 0)
    assert "scale 1, site (0, 0)" in canvas.accessibleDescription()
    holography.stack.layers.button("latents").click()
    assert canvas.view.layers == "latents"


def test_the_view_is_saved_with_the_session(tmp_path: Path) -> None:
    session = Session()
    session.bulk = BulkView("vertical", 3, 60.0, 10.0, 0.5, "latents")
    save_session(tmp_path / "a.nrg", session)
    other = Session()
    other.assign(load_session(tmp_path / "a.nrg").values)
    assert other.bulk == session.bulk


@pytest.mark.parametrize(
    "change",
    [{"direction": "up"}, {"row": -1}, {"tilt": 5.0}, {"spread": float("nan")}, {"layers": "x"}],
)
def test_an_impossible_view_is_refused(change: dict) -> None:
    with pytest.raises(NRGError):
        Session().bulk = BulkView(**change)


# -- analyses -------------------------------------------------------------------------------


def test_an_analysis_runs_with_the_chosen_settings(holography: Holography, qtbot: QtBot) -> None:
    holography.reveal(holography.collapse)
    bar = holography.collapse.bar
    bar.temperatures.set_current("ordered")
    bar.counts.set_current("512")
    bar.estimators.set_current("ksg")
    bar.counts.activated.emit(0)
    bar.button.click()
    order = fake(holography).started[0]
    assert (order.kind, order.temperature, order.samples) == ("information", 2.0, 512)
    assert (order.estimator, order.model) == ("ksg", holography.session.model)
    qtbot.waitUntil(lambda: holography.desk.progress.fraction == 0.5)
    assert bar.button.text() == "Cancel"
    assert "50 percent" in bar.button.accessibleName()
    assert not holography.wavelets.bar.button.isEnabled()


def test_results_are_shown_at_their_temperature_alone(
    window: MainWindow, holography: Holography, qtbot: QtBot
) -> None:
    assert holography.distance.placeholder_text().startswith("Not measured")
    holography.distance._placeholder.button.click()
    fake(holography).finish()
    qtbot.waitUntil(lambda: holography.distance.placeholder_text() == "")
    assert holography.desk.job is None
    assert holography.distance.headline() == "slope 0.64(2)"
    footer = holography.distance.body.footer
    assert "1024 Wolff samples" in footer.text()
    assert "seed 1" in footer.text()
    assert holography.collapse.placeholder_text() == ""
    assert holography.energy.placeholder_text().startswith("Not measured")
    settings = holography.settings
    settings.choices = replace(settings.choices, point="disordered")
    assert holography.distance.placeholder_text().startswith("Not measured")
    settings.choices = replace(settings.choices, point="now")
    window.session.temperature = TC
    assert holography.distance.placeholder_text() == ""
    window.session.temperature = 2.5
    assert holography.distance.placeholder_text().startswith("Not measured")
    assert holography.distance.bar.temperatures.currentText() == "T = 2.500"


def test_results_belong_to_the_session(
    window: MainWindow, holography: Holography, qtbot: QtBot
) -> None:
    holography.distance._placeholder.button.click()
    fake(holography).finish()
    qtbot.waitUntil(lambda: len(window.session.results) == 1)
    window.history.undo()
    assert window.session.results == ()
    assert holography.distance.placeholder_text().startswith("Not measured")
    window.history.redo()
    assert holography.distance.placeholder_text() == ""


def test_cancelling_ends_the_job_and_late_words_are_ignored(
    holography: Holography, qtbot: QtBot
) -> None:
    bar = holography.distance.bar
    bar.button.click()
    qtbot.waitUntil(lambda: holography.desk.progress.fraction == 0.5)
    bar.button.click()
    assert fake(holography).cancelled == 1
    assert holography.desk.job is None
    assert bar.button.text() == "Measure"
    fake(holography).say(Progress(0.9, "late"))
    qtbot.wait(20)
    assert holography.desk.words() == ""


def test_the_status_bar_says_what_runs(
    window: MainWindow, holography: Holography, qtbot: QtBot
) -> None:
    holography.distance.bar.button.click()
    qtbot.waitUntil(lambda: "Mutual information" in window.status.activity.text())
    fake(holography).say(Failure("Too few samples; take more."))
    qtbot.waitUntil(lambda: window.message.text() == "Too few samples; take more.")
    assert holography.distance.message.accessibleName() == "Too few samples; take more."
    assert holography.wavelets.message.isHidden()
    assert "Mutual information" not in window.status.activity.text()


def test_the_time_that_is_left_is_told(
    holography: Holography, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    bar = holography.distance.bar
    bar.button.click()
    qtbot.waitUntil(lambda: holography.desk.progress.fraction == 0.5)
    assert holography.desk.time_left() == ""  # too early to tell
    monkeypatch.setattr(holography.desk, "_began", holography.desk._began - 30.0)
    fake(holography).say(Progress(0.75, "Sample 768 of 1024"))
    qtbot.waitUntil(lambda: holography.desk.progress.fraction == 0.75)
    assert holography.desk.words() == "Mutual information · 75 %, 10 s left"
    assert bar.button.toolTip() == "Sample 768 of 1024, 10 s left"


@pytest.mark.parametrize("name", ["disk", "stack"])
def test_pictures_have_their_numbers_and_say_what_was_run(
    window: MainWindow, holography: Holography, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    panel = getattr(holography, name)
    assert f"seed: {window.session.seed}" in panel.header.toolTip()
    copy, table, arrays, figure = panel.more.menu.actions()
    copy.trigger()
    lines = QGuiApplication.clipboard().text().splitlines()
    assert any(line.startswith("# model: ") for line in lines)
    rows = [line.split("\t") for line in lines if not line.startswith("#")]
    assert rows[0] == ["panel", "part", "row", "column", "value"]
    assert {row[0] for row in rows[1:]} == {name}
    asked = []
    monkeypatch.setattr(
        window.dialogs, "ask_table", lambda contents, *how: asked.append((contents, how))
    )
    table.trigger()
    arrays.trigger()
    assert [how for _, how in asked] == [("csv", f"nrg-{name}"), ("npz", f"nrg-{name}")]
    assert [contents[0].key for contents, _ in asked] == [name, name]
    figure.trigger()
    dialog = window.dialogs.shown("export")
    assert dialog is not None
    assert dialog.panel() == name
    dialog.close()


def test_the_patterns_of_wavelets_are_exported_with_their_radii(
    holography: Holography, qtbot: QtBot
) -> None:
    holography.reveal(holography.wavelets)
    holography.wavelets.bar.button.click()
    fake(holography).finish()
    qtbot.waitUntil(lambda: holography.wavelets.placeholder_text() == "")
    with qtbot.waitSignal(holography.table_asked) as asked:
        holography.wavelets.data.actions()[2].trigger()
    contents, suffix, _ = asked.args
    assert suffix == "npz"
    assert [content.key for content in contents] == ["wavelets", "radii"]


def test_wavelets_have_tiles_for_every_scale(holography: Holography, qtbot: QtBot) -> None:
    holography.reveal(holography.wavelets)
    holography.wavelets.bar.button.click()
    fake(holography).finish()
    qtbot.waitUntil(lambda: holography.wavelets.placeholder_text() == "")
    tiles = holography.wavelets.tiles
    assert "8, largest" in tiles.tip(tiles.tile_rect(0, 0).center()).replace(": ", ", ")
    assert tiles.tile_rect(2, 3).right() <= tiles.width()
    assert holography.wavelets.grab().toImage().width() > 0


def test_another_plot_of_the_same_result(holography: Holography, qtbot: QtBot) -> None:
    holography.reveal(holography.energy)
    holography.energy.bar.button.click()
    fake(holography).finish()
    qtbot.waitUntil(lambda: holography.energy.placeholder_text() == "")
    holography.energy.quantity_chosen.emit("slopes")
    assert holography.energy.spec.key == "slopes"
    dock = holography.dock(holography.energy)
    assert (dock.accessibleName(), dock.windowTitle()) == ("Slope by scale", "Energy")


def test_numbers_are_copied_and_exported(
    window: MainWindow, holography: Holography, qtbot: QtBot, tmp_path: Path
) -> None:
    holography.distance.ordered.emit("copy")
    assert "Measure first" in window.message.text()
    holography.distance.bar.button.click()
    fake(holography).finish()
    qtbot.waitUntil(lambda: holography.distance.placeholder_text() == "")
    holography.distance.ordered.emit("copy")
    text = QGuiApplication.clipboard().text()
    assert "# samples: 1024 Wolff samples" in text
    assert "0.01" in text
    holography.distance.ordered.emit("csv")
    assert window.dialogs.shown("table") is not None
    holography.distance.ordered.emit("figure")
    assert window.dialogs.shown("export") is not None
    window.dialogs.close()


def test_a_new_model_has_results_of_its_own(holography: Holography, qtbot: QtBot) -> None:
    order = JobOrder("energy", "other", TC, 64)
    holography.desk.start(order)
    fake(holography).finish()
    qtbot.waitUntil(lambda: holography.desk.job is None)
    assert holography.desk.result("energy", "other", TC) is not None
    assert holography.energy.placeholder_text().startswith("Not measured")


def test_closing_the_window_ends_the_processes(make_window: MakeWindow, qtbot: QtBot) -> None:
    window = make_window()
    window.workspaces.show_name("holography")
    holography = window.workspaces.holography
    hover(holography, (4, 1))
    client = fake(holography)
    window.close()
    assert client.closed


def test_a_picture_of_the_workspace(
    tmp_path: Path, qapp: QApplication, model: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The stand-in never ends an analysis.
    monkeypatch.setattr("nrg_app.ui.screenshot._PATIENCE_S", 2.0)
    session = Session()
    session.model = model
    path = tmp_path / "window.png"
    image = render_window(
        path, theme="light", workspace="holography", session=session,
        client_factory=FakeClient, holography_factory=FakeHolography,
    )  # fmt: skip
    assert (image.width(), image.height()) == (1440, 900)
    assert path.exists()
