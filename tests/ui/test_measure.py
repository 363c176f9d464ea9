"""The Measure workspace with a stand-in for the job's process."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPointF, QSize, Qt, QTimer
from PySide6.QtGui import QGuiApplication, QMouseEvent, QResizeEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QWidget,
)
from pytestqt.qtbot import QtBot

from nrg_app.physics.exact import CRITICAL_TEMPERATURE
from nrg_app.session.measure.orders import (
    Failure,
    Kind,
    McrgOrder,
    Progress,
    Result,
    ScalingOrder,
    ScanOrder,
    kind_of,
)
from nrg_app.session.measure.scan_plots import exact_curves
from nrg_app.session.measure.store import load_result, measurements_path
from nrg_app.ui.export_dialog import ExportDialog
from nrg_app.ui.main_window import MainWindow
from nrg_app.ui.measure.order_form import dense_temperatures
from nrg_app.ui.measure.page import MeasurePage
from nrg_app.ui.measure.places import is_narrow, plot_places
from nrg_app.ui.measure.workspace import Measure
from nrg_app.ui.screenshot import render_window

from .conftest import MakeWindow
from .fakes import FakeClient
from .measure_fakes import (
    FakeMeasurements,
    make_mcrg,
    make_race,
    make_scaling,
    make_scan,
)

CONTROL = Qt.KeyboardModifier.ControlModifier
KINDS: tuple[Kind, ...] = ("scan", "scaling", "mcrg", "race")


@pytest.fixture(autouse=True)
def _own_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))


@pytest.fixture
def measure(window: MainWindow, qtbot: QtBot) -> Measure:
    QTest.keyClick(window, Qt.Key.Key_4, CONTROL)
    measure = window.workspaces.measure
    qtbot.waitUntil(lambda: len(measure.desk.results) == 4 and measure.desk.exact is not None)
    return measure


def worker(measure: Measure) -> FakeMeasurements:
    client = measure.desk._client
    assert isinstance(client, FakeMeasurements)
    return client


def show(measure: Measure, result: Result) -> None:
    kind = kind_of(result)
    measure.show_page(kind)
    others = [r for r in measure.session.results if kind_of(r) != kind]
    measure.session.results = (*others, result)


# -- what is shown --------------------------------------------------------------------------


def test_the_workspace_opens_with_measurements_that_come_with_the_program(
    measure: Measure,
) -> None:
    assert measure.isVisible()
    for kind in KINDS:
        measure.show_page(kind)
        assert [p.title for panel in measure.plots if (p := panel.spec).is_empty()] == []
        assert measure.column.values.tables


def test_a_scan_shows_points_exact_curves_and_deviations(measure: Measure, qtbot: QtBot) -> None:
    show(measure, make_scan(16, 21, "reweighted"))
    qtbot.waitUntil(lambda: measure.desk.exact.size == 16)
    energy = measure.plots[1].spec
    assert energy.title == "Energy"
    names = [series.name for series in energy.series]
    assert names == ["exact, $L$ → ∞", "exact, $L$ = 16", "Wolff reference", "network, reweighted"]
    point = make_scan(16, 21, "reweighted").points[3].values["energy"]
    assert point.deviation is not None
    assert energy.residuals[0].y[3] == pytest.approx(point.deviation)
    # No formula is known for it: the reference has an error of its own.
    assert len(measure.plots[4].spec.residuals[0].x) == 21


def test_another_quantity_is_chosen_in_a_panel(measure: Measure) -> None:
    panel = measure.plots[0]
    action = next(a for a in panel.quantities.actions() if a.text() == "Entropy")
    action.trigger()
    assert panel.spec.key == "entropy"
    assert panel.accessibleName() == "Entropy s"
    assert panel.header.title.line[0].text == "Entropy"
    assert measure.page.dock(panel).windowTitle() == "Entropy s"
    assert measure.plots[1].spec.key == "energy"


def test_correlations_are_those_of_the_point_next_to_t(measure: Measure) -> None:
    show(measure, make_scan())
    measure.set_quantity(0, "correlation")
    measure.session.temperature = 1.5
    low = measure.plots[0].spec.series[-1].y
    measure.session.temperature = 3.5
    high = measure.plots[0].spec.series[-1].y
    assert high[4] < low[4]
    assert measure.plots[0].canvas.marker.temperature is None


def test_the_table_follows_the_temperature(measure: Measure) -> None:
    show(measure, make_scan())
    measure.session.temperature = 2.52
    table = measure.column.values.tables[0]
    assert "2.5000" in table.caption
    assert {row.symbol for row in table.rows} >= {"$f$", "$U$_{4}", "$ξ$_{2}"}
    point = next(p for p in make_scan().points if p.temperature == 2.5)
    assert table.rows[1].estimate == point.values["energy"].estimate
    assert table.rows[1].deviation == pytest.approx(point.values["energy"].deviation)


def test_a_page_takes_sizes_while_it_is_being_made(measure: Measure, qtbot: QtBot) -> None:
    """As it does while the window changes its size in the seconds after the start."""
    sizes: list[int] = []

    def tell_sizes() -> None:
        for page in measure.stack.findChildren(MeasurePage):
            if page not in measure.stack.pages.values():
                sizes.append(len(page.space.docks))
                for width in (640, 1168):
                    size = QSize(width, 600)
                    QApplication.sendEvent(page, QResizeEvent(size, page.size()))

    clock = QTimer()
    clock.timeout.connect(tell_sizes)
    clock.start(30)
    measure.stack.prepare("mcrg")
    qtbot.waitUntil(lambda: "mcrg" in measure.stack.pages)
    page = measure.stack.pages["mcrg"]
    assert set(sizes) >= set(range(1, len(page.panels)))
    measure.show_page("mcrg")
    assert all(panel.isVisible() for panel in page.plots)


@pytest.mark.parametrize("result", [make_scaling(), make_mcrg(), make_race()], ids=kind_of)
def test_other_measurements_fill_their_page(measure: Measure, result: Result) -> None:
    show(measure, result)
    for panel in measure.plots:
        assert not panel.spec.is_empty()
        assert panel.placeholder_text() == ""
        assert panel.spec.provenance["made"] == "2026-01-31 12:00 UTC"
    assert "2026-01-31" in measure.column.told.text()
    assert measure.column.values.tables


def test_nothing_measured_is_one_line_and_one_button(measure: Measure) -> None:
    measure.show_page("mcrg")
    measure.desk.clear("mcrg")
    first, *others = measure.plots
    assert first.placeholder_text()
    assert {panel.placeholder_text() for panel in others} == {"Nothing measured yet."}
    first._placeholder.button.click()
    assert isinstance(worker(measure).orders[0], McrgOrder)


# -- the marker -----------------------------------------------------------------------------


def drag(widget: QWidget, kind: QEvent.Type, x: float, y: float) -> None:
    held = Qt.MouseButton.NoButton if kind == QEvent.Type.MouseMove else Qt.MouseButton.LeftButton
    place = QPointF(x, y)
    event = QMouseEvent(
        kind, place, widget.mapToGlobal(place), held, Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.AltModifier,
    )  # fmt: skip
    QGuiApplication.sendEvent(widget, event)


def test_dragging_the_marker_sets_the_temperature(measure: Measure) -> None:
    canvas = measure.plots[0].canvas
    frame = canvas.frame()
    y = frame.center().y()
    low, high = canvas.spec.x_limits()
    drag(canvas, QEvent.Type.MouseButtonPress, frame.left() + 0.25 * frame.width(), y)
    assert measure.session.temperature == pytest.approx(low + 0.25 * (high - low), abs=2e-3)
    drag(canvas, QEvent.Type.MouseMove, frame.left() + 0.75 * frame.width(), y)
    assert measure.session.temperature == pytest.approx(low + 0.75 * (high - low), abs=2e-3)
    assert measure.plots[5].canvas.marker.temperature == measure.session.temperature
    drag(canvas, QEvent.Type.MouseButtonRelease, frame.left(), y)
    drag(canvas, QEvent.Type.MouseMove, frame.left(), y)
    assert measure.session.temperature > 2.9


def test_the_temperature_moves_the_marker(measure: Measure) -> None:
    measure.session.temperature = 1.75
    assert [panel.canvas.marker.temperature for panel in measure.plots] == [1.75] * 6


def test_page_keys_walk_over_the_points(measure: Measure) -> None:
    show(measure, make_scan())
    measure.session.temperature = 2.32
    canvas = measure.plots[0].canvas
    QTest.keyClick(canvas, Qt.Key.Key_PageUp)
    assert measure.session.temperature == pytest.approx(2.4)
    QTest.keyClick(canvas, Qt.Key.Key_PageDown)
    assert measure.session.temperature == pytest.approx(2.3)


def test_a_point_is_read_under_the_mouse(measure: Measure) -> None:
    show(measure, make_scan())
    canvas = measure.plots[1].canvas
    series = canvas.spec.series[-1]
    x, y = canvas._axes()
    frame = canvas.frame()
    place = QPointF(
        frame.left() + float(x.share(series.x[4:5])[0]) * frame.width(),
        frame.bottom() - float(y.share(series.y[4:5])[0]) * frame.height(),
    )
    assert "T = 1.9" in canvas.tooltip_at(place)
    assert canvas.tooltip_at(QPointF(1, 1)) == ""


# -- jobs -----------------------------------------------------------------------------------


def test_the_form_becomes_an_order(measure: Measure, model: str) -> None:
    measure.show_page("scan")
    form = measure.column.form
    form.low.editor.setValue(2.0)
    form.points.editor.setValue(5)
    form.samples.editor.setValue(500)
    form.seed.editor.setValue(7)
    measure.column.start.click()
    order = worker(measure).orders[0]
    assert isinstance(order, ScanOrder)
    settings = order.settings
    assert (settings.size, settings.model, settings.estimator) == (8, model, "reweighted")
    assert (settings.samples, settings.seed, order.reference) == (500, 7, 500)
    assert settings.temperatures == dense_temperatures(2.0, 3.5, 5)
    assert CRITICAL_TEMPERATURE in settings.temperatures


def test_a_chosen_model_stays_until_the_session_has_another(
    window: MainWindow, measure: Measure
) -> None:
    measure.show_page("scan")
    form = measure.column.form
    names = [e.model for e in window.models.entries]
    own = window.session.model
    other = next(name for name in names if name != own)
    measure.set_models(window.models.entries, own)
    form.model.set_current(other)
    measure.set_models(window.models.entries, own)
    assert form.model.current() == other
    measure.set_models(window.models.entries, other)
    measure.set_models(window.models.entries, own)
    assert form.model.current() == own


def test_points_come_alive_and_the_job_is_stopped(measure: Measure, qtbot: QtBot) -> None:
    measure.column.start.click()
    client = worker(measure)
    result = make_scan(16, 3, "reweighted")
    client.say(Progress(0.4, "Temperature 2 of 3"))
    client.say(result)
    qtbot.waitUntil(lambda: measure.desk.results.get("scan") is result)
    assert measure.column.state.text() == "Temperature 2 of 3"
    assert measure.column.percent.text() == "40 %"
    assert not measure.column.form.isEnabled()
    assert len(measure.plots[0].spec.series[-1].x) == 3
    assert measure.column.start.text() == "Stop"
    measure.column.start.click()
    assert client.cancelled == 1
    client.say(make_scan(16, 5))  # came too late
    qtbot.wait(20)
    assert measure.desk.results["scan"] is result
    assert measure.column.form.isEnabled()
    assert measure.column.progress.isHidden()


def test_a_finished_measurement_is_kept(measure: Measure, qtbot: QtBot) -> None:
    measure.show_page("scaling")
    measure.column.start.click()
    client = worker(measure)
    assert isinstance(client.orders[0], ScalingOrder)
    client.say(make_scaling())
    client.end()
    qtbot.waitUntil(lambda: measurements_path("scaling").exists())
    assert measure.desk.active is None
    kept = load_result(measurements_path("scaling"))
    assert kept.order == make_scaling().order


def test_a_change_of_the_job_is_told_once(measure: Measure, qtbot: QtBot) -> None:
    told: list[Kind | None] = []
    desk = measure.desk
    desk.changed.connect(lambda: told.append(desk.active))

    def taken() -> list[Kind | None]:
        qtbot.wait(1)  # what was said is heard in the next round of the event loop
        taken, told[:] = list(told), []
        return taken

    for end in (lambda: worker(measure).end(), lambda: worker(measure).say(Failure("No."))):
        for results in ([make_scan(16, 3)], []):
            desk.start(make_scan().order)
            assert taken() == ["scan", "scan"]  # the start, and the first progress
            for result in results:
                worker(measure).say(result)
                assert taken() == ["scan"]
            end()
            assert taken() == [None]
    desk.start(make_scan().order)
    taken()
    desk.stop()
    assert taken() == [None]


def test_results_belong_to_the_session(
    window: MainWindow, measure: Measure, qtbot: QtBot, tmp_path: Path
) -> None:
    example = measure.desk.results["scan"]
    measure.column.start.click()
    assert "scan" not in measure.desk.results
    worker(measure).say(make_scan(16, 3))
    qtbot.waitUntil(lambda: "scan" in measure.desk.results)
    assert not window.isWindowModified()
    worker(measure).end()
    qtbot.waitUntil(lambda: window.isWindowModified())
    (mine,) = window.session.results
    window.documents.save_to(tmp_path / "mine.nrg")
    qtbot.waitUntil(lambda: not window.isWindowModified())
    window.actions_["measure_clear"].trigger()
    assert "scan" not in measure.desk.results
    assert not window.isWindowModified() or window.session.results == ()
    window.history.undo()
    assert measure.desk.results["scan"] is mine
    window.history.undo()
    assert measure.desk.results.get("scan") is not mine
    window.documents.open_file(tmp_path / "mine.nrg")
    qtbot.waitUntil(lambda: len(window.session.results) == 1)
    assert measure.desk.results["scan"].order == mine.order
    assert measure.desk.results["scan"].order != example.order
    assert len(measure.plots[0].spec.series[-1].x) == 3


def test_a_job_that_finds_nothing_leaves_what_was_there(measure: Measure, qtbot: QtBot) -> None:
    before = measure.desk.results["scan"]
    measure.column.start.click()
    worker(measure).say(Failure("The model is damaged."))
    qtbot.waitUntil(lambda: measure.desk.active is None)
    assert measure.desk.results["scan"] is before


def test_exact_curves_that_come_late_are_left(measure: Measure, qtbot: QtBot) -> None:
    desk = measure.desk
    show(measure, make_scan(16, 21, "reweighted"))
    qtbot.waitUntil(lambda: desk.exact is not None and desk.exact.size == 16)
    wanted, curves = desk._wanted, desk.exact
    desk._take_exact((8, 1.5, 3.5), exact_curves(8, 1.5, 3.5))
    assert desk.exact is curves
    assert desk._wanted == wanted


def test_a_job_that_is_stopped_early_says_so(measure: Measure, qtbot: QtBot) -> None:
    before = measure.desk.results["scan"]
    measure.column.start.click()
    with qtbot.waitSignal(measure.desk.spoke) as said:
        measure.column.start.click()
    words = "The temperature scan has been stopped before it had found anything."
    assert said.args == [words, "ok"]
    assert measure.desk.results["scan"] is before


def test_the_choice_of_plots_is_undone(window: MainWindow, measure: Measure) -> None:
    measure.set_quantity(0, "entropy")
    assert measure.plots[0].spec.key == "entropy"
    measure.show_page("race")
    window.history.undo()
    window.history.undo()
    assert measure.kind == "scan"
    assert measure.plots[0].spec.key == "free_energy"


def test_an_error_is_a_message_with_a_retry(window: MainWindow, measure: Measure) -> None:
    measure.column.start.click()
    client = worker(measure)
    client.say(Failure("The model is damaged."))
    QTest.qWait(20)
    assert window.message.text() == "The model is damaged."
    assert measure.column.start.text() == "Start measurement"
    window.message.button.click()
    assert len(client.orders) == 2


def test_settings_that_do_not_fit_cannot_be_started(measure: Measure) -> None:
    form = measure.column.form
    form.low.editor.setValue(3.6)
    assert not measure.column.start.isEnabled()
    assert "higher temperature" in form.note.text()
    form.low.editor.setValue(1.5)
    assert measure.column.start.isEnabled()


def test_closing_the_window_ends_the_job(window: MainWindow, measure: Measure) -> None:
    measure.column.start.click()
    client = worker(measure)
    window.close()
    assert client.closed


# -- taking data along ----------------------------------------------------------------------


def test_data_are_copied_with_what_was_run(measure: Measure) -> None:
    show(measure, make_scan())
    measure.plots[1].data.actions()[0].trigger()
    lines = QGuiApplication.clipboard().text().splitlines()
    assert "# estimator: Wolff clusters" in lines
    assert "# seed: 3" in lines
    rows = [line.split("\t") for line in lines if not line.startswith("#")]
    assert rows[0][:3] == ["plot", "series", "x"]
    measured = [row for row in rows if row[1] == "Wolff clusters"]
    assert float(measured[0][4]) == pytest.approx(
        make_scan().points[0].values["energy"].estimate.value
    )


def test_values_are_copied(measure: Measure) -> None:
    show(measure, make_mcrg())
    measure.export_page("table")
    lines = QGuiApplication.clipboard().text().splitlines()
    assert lines[1].split("\t")[:4] == ["Estimates", "y_t, majority", "0.97", "0.0224"]
    assert lines[5].split("\t")[1:4] == ["y_t, 32 → 16", "0.94", "0.01"]


def test_numbers_are_written_to_a_file(
    window: MainWindow, measure: Measure, tmp_path: Path
) -> None:
    show(measure, make_scan())
    measure.plots[0].data.actions()[2].trigger()
    dialog = window.dialogs.shown("table")
    assert dialog is not None
    window.dialogs.write_table([measure.plots[0].spec], tmp_path / "f.npz")
    with np.load(tmp_path / "f.npz", allow_pickle=False) as arrays:
        assert len(arrays["free_energy/Wolff clusters/y_error"]) == 21
        assert "Wolff" in str(arrays["provenance"])
    assert "Saved" in window.message.text()
    window.dialogs.write_table([measure.plots[0].spec], tmp_path / "f.npz" / "f.csv")
    assert window.message.kind == "error"


def test_the_export_action_offers_the_plots_of_the_page(
    window: MainWindow, measure: Measure
) -> None:
    window.actions_["export"].trigger()
    assert window.dialogs.shown("export") is not None


# -- space, keys, names ---------------------------------------------------------------------


@pytest.mark.parametrize(("width", "height"), [(1168, 826), (868, 626)])
@pytest.mark.parametrize("count", [4, 6])
def test_plots_fill_the_space_and_do_not_overlap(width: int, height: int, count: int) -> None:
    places = plot_places(width, height, count, not is_narrow(width))
    for number, place in enumerate(places):
        assert place.width() > 300
        assert place.height() > 160
        assert 0 < place.left() < place.right() < width
        assert 0 < place.top() < place.bottom() < height
        assert not any(place.intersects(other) for other in places[:number])


def test_a_small_window_keeps_the_form_in_a_drawer(make_window: MakeWindow) -> None:
    window = make_window(width=1100, height=700)
    window.workspaces.show_name("measure")
    measure = window.workspaces.measure
    assert not measure.column.isVisible()
    measure.drawer.click()
    assert measure.column.isVisible()
    QTest.keyClick(measure, Qt.Key.Key_Escape)
    assert not measure.column.isVisible()


@pytest.mark.parametrize("kind", KINDS)
def test_every_page_keeps_places_of_its_own(
    window: MainWindow, measure: Measure, kind: Kind
) -> None:
    measure.show_page(kind)
    space = measure.page.space
    assert window.workspaces.space() is space
    shown = [name for name in space.docks if name != "measurement"]
    assert [space.docks[name].isVisible() for name in shown] == [True] * len(measure.plots)
    before = {name: dock.geometry() for name, dock in space.docks.items()}
    window.panel_commands._latest[space] = "plot2"
    window.actions_["panel_left"].trigger()
    assert space.docks["plot2"].x() == 0
    assert space.docks["plot2"].height() == space.height()
    moved = window.workspaces.layout_state().panels
    assert [name for name in moved if moved[name]] == [f"measure-{kind}"]
    window.actions_["reset_layout"].trigger()
    assert {name: dock.geometry() for name, dock in space.docks.items()} == before


def test_a_plot_floats_and_the_others_stay(measure: Measure) -> None:
    space, panel = measure.page.space, measure.plots[2]
    space.toggle_floating("plot3")
    assert panel.window() is space.docks["plot3"]
    assert panel.canvas.with_title
    measure.session.temperature = 1.75
    assert panel.canvas.marker.temperature == 1.75
    measure.show_page("race")
    assert not panel.isVisible()
    measure.show_page("scan")
    assert panel.isVisible()
    space.toggle_floating("plot3")
    assert space.places() == ()


def test_the_lowest_plots_name_the_axis_and_the_first_one_the_temperature(
    measure: Measure,
) -> None:
    def titled() -> list[int]:
        return [k for k, panel in enumerate(measure.plots, 1) if panel.canvas.with_title]

    def labelled() -> list[int]:
        return [k for k, panel in enumerate(measure.plots, 1) if panel.canvas.marker.with_label]

    assert (titled(), labelled()) == ([5, 6], [1])
    measure.page.space.move_to("plot1", "bottom")
    assert titled() == [1, 5, 6]
    measure.page.space.set_shown("plot1", False)
    assert labelled() == [2]


def test_a_hidden_column_leaves_its_room_to_the_plots(measure: Measure) -> None:
    space = measure.page.space
    wide = space.docks["plot1"].width()
    space.set_shown("measurement", False)
    assert space.docks["plot2"].width() > wide
    measure.show_page("mcrg")
    assert measure.column.isVisible()


def test_places_are_remembered_and_come_with_a_session(
    make_window: MakeWindow, tmp_path: Path
) -> None:
    window = make_window()
    window.workspaces.show_name("measure")
    measure = window.workspaces.measure
    measure.show_page("mcrg")
    measure.page.space.tab_with("plot2", "plot1")
    moved = measure.page.space.places()
    window.documents.save_to(tmp_path / "moved.nrg")
    window.documents.files.wait()
    window.workspaces.show_name("explore")
    window.close()
    second = make_window()
    stack = second.workspaces.measure.stack
    assert list(stack.pages) == []
    assert stack.arrangements()["measure-mcrg"] == moved
    assert stack.page("mcrg").space.places() == moved
    second.workspaces.reset_layout()
    assert stack.page("mcrg").space.places() == ()
    second.documents.open_file(tmp_path / "moved.nrg")
    second.documents.files.wait()
    assert stack.page("mcrg").space.places() == moved
    assert stack.page("scan").space.places() == ()


def test_a_panel_of_a_page_is_exported(window: MainWindow, measure: Measure) -> None:
    page = measure.page
    assert page.figure_of("plot4") == "scan.abs_magnetization"
    assert page.figure_of("measurement") == ""
    window.panel_commands._latest[page.space] = "plot4"
    window.actions_["panel_export"].trigger()
    dialog = window.dialogs.shown("export")
    assert isinstance(dialog, ExportDialog)
    assert dialog.panel() == "scan.abs_magnetization"
    texts = [entry.text for entry in window.panel_commands.entries()]
    assert "Export panel Specific heat c" in texts
    assert "Export panel Measurement" not in texts


def test_a_wide_window_has_no_drawer(window: MainWindow, measure: Measure) -> None:
    assert not measure.drawer.isVisible()
    window.resize(1100, 700)
    assert measure.drawer.isVisible()
    measure.page.space.move_to("plot1", "top")
    assert not measure.drawer.isVisible()


def test_a_plot_is_maximised_and_put_back(measure: Measure) -> None:
    panel = measure.plots[2]
    panel.maximise.click()
    assert panel.width() == measure.width() - 16
    assert not measure.plots[0].isVisible()
    assert not measure.tabs.isVisible()
    QTest.keyClick(measure, Qt.Key.Key_Escape)
    assert measure.plots[0].isVisible()
    assert measure.column.isVisible()
    assert measure.tabs.isVisible()


@pytest.mark.parametrize("kind", KINDS)
def test_every_control_has_a_name_and_can_be_reached(measure: Measure, kind: Kind) -> None:
    measure.show_page(kind)
    controls = [
        widget
        for cls in (QAbstractButton, QComboBox, QAbstractSpinBox)
        for widget in measure.findChildren(cls)
        if widget.isVisible()
    ]
    assert [w for w in controls if not w.accessibleName()] == []
    assert [
        w.accessibleName()
        for w in [*controls, *(panel.canvas for panel in measure.plots)]
        if not w.focusPolicy() & Qt.FocusPolicy.TabFocus
    ] == []
    assert len(controls) > 15


def test_the_workspace_is_drawn_to_a_file(tmp_path: Path) -> None:
    path = tmp_path / "measure.png"
    image = render_window(path, theme="light", workspace="measure", client_factory=FakeClient)
    assert (image.width(), image.height()) == (1440, 900)
    assert path.exists()
