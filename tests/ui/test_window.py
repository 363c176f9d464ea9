from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QSettings, Qt
from PySide6.QtGui import QPalette
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from nrg_app.errors import NRGError
from nrg_app.physics.exact import CRITICAL_TEMPERATURE
from nrg_app.session.messages import WorkerFailure
from nrg_app.ui.app import make_session
from nrg_app.ui.export_dialog import ExportDialog
from nrg_app.ui.figure_orders import ContentsOrder, FigureOrder, Form
from nrg_app.ui.main_window import MainWindow
from nrg_app.ui.preferences import Preferences
from nrg_app.ui.screenshot import render_window
from nrg_app.ui.theme import DARK, LIGHT

from .conftest import MakeWindow, take_theme
from .fakes import FakeClient

SHIFT = Qt.KeyboardModifier.ShiftModifier
CONTROL = Qt.KeyboardModifier.ControlModifier


def type_key(window: MainWindow, key: Qt.Key, modifier: object = None) -> None:
    window.setFocus()
    QTest.keyClick(window, key, modifier or Qt.KeyboardModifier.NoModifier)


def test_the_window_is_there_before_the_sampler(
    qtbot: QtBot, preferences: Preferences, model: str
) -> None:
    session = make_session(preferences, model)
    window = MainWindow(session, preferences, FakeClient)
    qtbot.addWidget(window)
    window.show()
    assert window.feed.client is None
    qtbot.waitUntil(lambda: window.samples is not None)
    window.close()


def test_keys_change_the_temperature(window: MainWindow) -> None:
    session = window.session
    session.temperature = 2.0
    type_key(window, Qt.Key.Key_Right)
    assert session.temperature == pytest.approx(2.01)
    type_key(window, Qt.Key.Key_Left, SHIFT)
    assert session.temperature == pytest.approx(2.009)
    type_key(window, Qt.Key.Key_C)
    assert session.temperature == CRITICAL_TEMPERATURE


def test_keys_run_and_draw(window: MainWindow) -> None:
    session = window.session
    seed = session.seed
    type_key(window, Qt.Key.Key_Period)
    assert session.seed == seed + 1
    type_key(window, Qt.Key.Key_Space)
    assert session.playing
    type_key(window, Qt.Key.Key_Space)
    assert not session.playing
    session.frozen_scale = 2
    type_key(window, Qt.Key.Key_R, SHIFT)
    assert session.redraws


def test_keys_change_the_picture(window: MainWindow) -> None:
    session = window.session
    type_key(window, Qt.Key.Key_V)
    assert session.view == "field"
    for view in ("probability", "clusters", "structure", "spins"):
        type_key(window, Qt.Key.Key_V)
        assert session.view == view
    canvas = window.explore.sample.canvas
    canvas.zoom(3)
    type_key(window, Qt.Key.Key_0)
    assert canvas.torus().is_whole
    walls = session.show_walls
    type_key(window, Qt.Key.Key_W)
    assert session.show_walls is not walls


def test_letters_typed_into_a_box_are_no_commands(window: MainWindow) -> None:
    line = window.sidebar.run.seed.editor.lineEdit()
    line.setFocus()
    view, seed = window.session.view, window.session.seed
    QTest.keyClicks(line, "vr")
    assert window.session.view == view
    assert window.session.seed == seed


def test_the_theme_toggles_and_is_remembered(
    window: MainWindow, qapp: QApplication, preferences: Preferences, qtbot: QtBot
) -> None:
    assert window.theme is DARK
    window.top.toggle.click()
    assert window.theme is LIGHT
    assert preferences.theme is LIGHT
    qtbot.waitUntil(window.updatesEnabled)
    assert window.explore.sample.theme is LIGHT
    assert window.sidebar.temperature.slider.theme is LIGHT
    assert qapp.palette().color(QPalette.ColorRole.WindowText).name().upper() == LIGHT.text
    window.top.toggle.click()
    assert window.theme is DARK


def test_both_themes_paint_their_own_grounds(window: MainWindow, qtbot: QtBot) -> None:
    for theme in (LIGHT, DARK):
        take_theme(window, theme, qtbot)
        image = window.grab().toImage()
        assert image.pixelColor(4, 600).name().upper() == theme.bar
        assert image.pixelColor(276, 300).name().upper() == theme.window


def test_the_status_bar_tells_state_and_speed(window: MainWindow, qtbot: QtBot) -> None:
    window.session.temperature = 1.75
    window.session.seed = 12345
    assert window.status.state.text() == "T = 1.750\u2002seed 12\N{THIN SPACE}345"
    assert window.status.device.text() == "CPU · 1 thread"
    assert window.status.model.text().startswith("Gap 0.00031(2) per site")
    qtbot.waitUntil(lambda: window.clock.latency is not None)
    qtbot.waitUntil(lambda: window.status.rate.text() != "– fps")
    assert window.status.latency.text().endswith(" ms")


def test_a_dead_sampler_is_announced_with_a_way_to_restart(
    window: MainWindow, client: FakeClient, qtbot: QtBot
) -> None:
    client.on_message(WorkerFailure("The sampler stopped unexpectedly.", fatal=True))
    qtbot.waitUntil(lambda: bool(window.message.text()))
    assert window.message.kind == "error"
    assert window.status.device.text() == "Sampler stopped"
    window.message.button.click()
    assert client.restarts == 1
    assert window.message.text() == ""
    qtbot.waitUntil(lambda: window.status.device.text() == "CPU · 1 thread")


def test_a_failed_request_offers_to_retry(
    window: MainWindow, client: FakeClient, qtbot: QtBot
) -> None:
    asked = len(client.requests)
    failure = WorkerFailure("There is no such model.", fatal=False, request_id=asked)
    client.on_message(failure)
    qtbot.waitUntil(lambda: window.message.text() == "There is no such model.")
    assert window.message.button.text() == "Retry"
    window.message.button.click()
    assert len(client.requests) == asked + 1


def test_good_news_can_be_dismissed(window: MainWindow) -> None:
    window.message.show_message("Saved.")
    assert not window.message.button.isVisible()
    window.message._close.click()
    assert window.message.text() == ""


def test_closing_ends_the_sampler_and_remembers(
    make_window: MakeWindow, preferences: Preferences, model: str
) -> None:
    window = make_window()
    client = window.feed.client
    window.session.temperature = 1.9
    window.session.playing = True
    window.close()
    assert client.closed
    assert preferences.temperature == 1.9
    assert preferences.model == model
    assert preferences.geometry is not None
    assert make_session(preferences).temperature == 1.9


def test_the_last_model_comes_back(
    make_window: MakeWindow, preferences: Preferences, model: str
) -> None:
    preferences.model = model
    window = make_window(make_session(preferences))
    assert window.session.model == model


def test_damaged_preferences_read_as_absent(tmp_path: Path) -> None:
    path = tmp_path / "bad.ini"
    path.write_text("[General]\ntheme=pink\ntemperature=hot\ngeometry=5\n")
    preferences = Preferences(QSettings(str(path), QSettings.Format.IniFormat))
    assert preferences.theme is DARK
    assert preferences.temperature is None
    assert preferences.geometry is None
    assert preferences.model == ""


def test_a_named_model_must_exist(preferences: Preferences) -> None:
    with pytest.raises(NRGError, match="Cannot read"):
        make_session(preferences, "no-such-model")


def test_sheets_open_without_blocking(window: MainWindow) -> None:
    type_key(window, Qt.Key.Key_F1)
    sheet = window.dialogs.shown("shortcuts")
    assert sheet is not None
    assert not sheet.isModal()
    window.actions_["model_details"].trigger()
    assert window.dialogs.shown("model") is not None
    window.toggle_theme()
    sheet.close()
    assert window.dialogs.shown("shortcuts") is None


def an_order(form: Form, panel: str) -> ContentsOrder:
    return ContentsOrder((), form)


def test_export_asks_for_a_file_and_says_where_it_went(
    window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    type_key(window, Qt.Key.Key_E, CONTROL)
    dialog = window.dialogs.shown("export")
    assert isinstance(dialog, ExportDialog)
    assert not dialog.isModal()
    assert dialog.file.text().endswith("nrg-L8-T2.269-seed1.pdf")
    dialog.formats.button("svg").click()
    assert dialog.file.text().endswith(".svg")
    dialog.page.widths.button("178").click()
    orders: list[FigureOrder] = []
    monkeypatch.setattr(window.dialogs.job, "start", orders.append)
    path = tmp_path / "figure.svg"
    dialog.file.edit.setText(str(path))
    dialog.export_action.trigger()
    (order,) = orders
    assert (order.index, order.path) == (0, path)
    assert (order.form.width_mm, order.form.height_mm, order.form.dpi) == (178.0, None, 600)
    assert np.array_equal(order.samples.spins, window.samples.spins[:1])
    window.dialogs.job.finished.emit(path, "")
    assert window.message.text() == f"Saved {path}."
    window.dialogs.job.finished.emit(path, "The disk is full.")
    assert window.message.text() == "The disk is full."
    assert window.message.kind == "error"


@pytest.mark.parametrize(
    ("name", "note"),
    [
        ("", "Enter a file name."),
        ("figure.txt", "The name must end in .pdf, .svg, .png, .tiff, .csv or .npz."),
        ("missing/figure.pdf", "There is no such folder."),
        ("folder.pdf", "This is a folder."),
    ],
)
def test_bad_file_names_are_explained(qtbot: QtBot, tmp_path: Path, name: str, note: str) -> None:
    (tmp_path / "folder.pdf").mkdir()
    dialog = ExportDialog(DARK, make=an_order)
    qtbot.addWidget(dialog)
    dialog.file.edit.setText(str(tmp_path / name) if name else "")
    assert dialog.note.text() == note
    assert not dialog.export_action.isEnabled()


def test_a_width_is_chosen_or_typed_and_pixels_have_a_resolution(
    qtbot: QtBot, tmp_path: Path
) -> None:
    dialog = ExportDialog(DARK, make=an_order)
    qtbot.addWidget(dialog)
    page = dialog.page
    page.widths.button("254").click()
    assert (page.page_width(), page.page_height()) == (254.0, 142.9)
    page.width_mm.editor.setValue(140.0)
    page.width_mm.edited.emit(140.0)
    assert page.widths.current() == ""
    page.heights.button("auto").click()
    page.looks.button("slides").click()
    page.letters.button("all").click()
    assert not dialog.resolutions.isEnabled()
    dialog.formats.button("tiff").click()
    assert dialog.resolutions.isEnabled()
    dialog.resolutions.button("300").click()
    dialog.file.edit.setText(str(tmp_path / "figure.tiff"))
    with qtbot.waitSignal(dialog.ordered) as ordered:
        dialog.export_action.trigger()
    (order,) = ordered.args
    form = order.form
    assert (form.path, form.width_mm, form.dpi) == (tmp_path / "figure.tiff", 140.0, 300)
    assert (form.height_mm, form.look, form.letters) == (None, "slides", True)


def test_an_existing_file_is_mentioned(qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "figure.pdf"
    path.write_bytes(b"old")
    dialog = ExportDialog(DARK, make=an_order)
    qtbot.addWidget(dialog)
    dialog.file.edit.setText(str(path))
    assert dialog.note.text() == "This file exists and will be replaced."
    assert dialog.export_action.isEnabled()


def test_full_screen_and_back(window: MainWindow) -> None:
    type_key(window, Qt.Key.Key_F11)
    assert window.isFullScreen()
    window.actions_["full_screen"].trigger()
    assert not window.isFullScreen()


def test_the_sweep_moves_the_temperature_until_it_is_stopped(
    window: MainWindow, qtbot: QtBot
) -> None:
    before = window.session.temperature
    window.sidebar.temperature.sweep.click()
    qtbot.waitUntil(lambda: window.session.temperature != before)
    window.sidebar.temperature.sweep.click()
    stopped = window.session.temperature
    qtbot.wait(80)
    assert window.session.temperature == stopped


def test_every_control_has_a_name(window: MainWindow) -> None:
    from nrg_app.ui.panels.controls import PaintedButton

    reached = [
        widget
        for widget in window.findChildren(QWidget)
        if widget.isVisible() and widget.focusPolicy() & Qt.FocusPolicy.TabFocus
    ]
    assert [widget for widget in reached if not widget.accessibleName()] == []
    buttons = window.findChildren(PaintedButton)
    unnamed = [button for button in buttons if button.isVisible() and not button.accessibleName()]
    assert unnamed == []
    assert len(buttons) > 20


def test_tab_goes_through_bar_sidebar_and_panels_in_reading_order(window: MainWindow) -> None:
    stops: list[QWidget] = []
    widget = window.nextInFocusChain()
    while widget is not window:
        if widget.isVisible() and widget.focusPolicy() & Qt.FocusPolicy.TabFocus:
            stops.append(widget)
        widget = widget.nextInFocusChain()
    parts = (window.top, window.sidebar, *window.explore.space.docks.values())
    order = [
        next(number for number, part in enumerate(parts) if part.isAncestorOf(stop))
        for stop in stops
    ]
    assert order == sorted(order)
    assert set(order) == set(range(len(parts)))


def test_numbers_tell_their_units(window: MainWindow) -> None:
    section, run = window.sidebar.temperature, window.sidebar.run
    for widget in (section.slider, section.box.editor, section.presets.buttons[0][1]):
        assert "J/k_B" in widget.toolTip()
    assert "per second" in run.speed.toolTip()


def test_the_window_is_drawn_to_a_file(tmp_path: Path, model: str, preferences: object) -> None:
    path = tmp_path / "window.png"
    session = make_session(preferences, model)
    image = render_window(path, 1100, 700, 1, "light", session, client_factory=FakeClient)
    assert (image.width(), image.height()) == (1100, 700)
    assert path.read_bytes().startswith(b"\x89PNG")
    assert list(tmp_path.glob(".window*")) == []


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"theme": "pink"}, "no theme 'pink'"),
        ({"scale": 3}, "must be 1 or 2"),
        ({"scale": 2}, "already draws at scale 1"),
    ],
)
def test_bad_wishes_for_a_picture_are_explained(
    qapp: QApplication, tmp_path: Path, options: dict, sentence: str
) -> None:
    with pytest.raises(NRGError, match=sentence):
        render_window(tmp_path / "x.png", client_factory=FakeClient, **options)


@pytest.mark.parametrize("width", [1100, 1440])
def test_a_message_has_room_over_the_workspaces(make_window: MakeWindow, width: int) -> None:
    window = make_window(width=width, height=700)
    text = "The folder '/a/rather/long/name/of/a/folder' cannot be written: it is full. " * 2
    window.message.show_message(text, "error", button="Retry", other=("Discard", None))
    message = window.message
    assert message.isVisible()
    assert message.label.height() >= message.label.heightForWidth(message.label.width())
    assert message.geometry().bottom() < window.status.y()
    assert message.geometry().left() >= window.sidebar.geometry().right()
    assert message.geometry().right() < window.width()
    window.resize(width + 60, 760)
    assert message.geometry().bottom() < window.status.y()


def test_an_offer_that_was_overtaken_comes_back(window: MainWindow, qtbot: QtBot) -> None:
    done = []
    message = window.message
    message.show_message("A stopped.", "error", button="Restart", action=lambda: done.append("A"))
    message.show_message("B stopped.", "error", button="Restart", action=lambda: done.append("B"))
    assert message.text() == "B stopped."
    message.button.click()
    qtbot.waitUntil(lambda: message.text() == "A stopped.")
    message.button.click()
    assert done == ["B", "A"]
    qtbot.wait(20)
    assert message.text() == ""
