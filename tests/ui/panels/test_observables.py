"""The Observables panel: notation, references, too little data, the clipboard, P(m)."""

from __future__ import annotations

import csv
import io
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QGuiApplication

from nrg_app.session.messages import Correlation, Histogram
from nrg_app.ui.painting import rgb32
from nrg_app.ui.panels.correlation_plot import Axes
from nrg_app.ui.panels.observables import ObservablesPanel
from nrg_app.ui.panels.observables_table import HEADER, ROW
from nrg_app.ui.panels.order_parameter import nice_ticks
from nrg_app.ui.panels.plot_canvas import LOW_PLOT
from nrg_app.ui.theme import LIGHT


@pytest.fixture
def panel(show, samples, observables):
    shown = show(ObservablesPanel, 358, 442)
    shown.set_observables(observables())
    shown.set_sample_set(samples(8))
    return shown


def cells(panel) -> dict[str, tuple[str, ...]]:
    return {column.title: column.cells for column in panel.table.columns()}


def test_network_has_its_error_in_brackets_and_a_true_minus(panel):
    expected = ("−2.1051(2)", "−1.427(3)", "1.81(4)", "0.652(6)", "14.7(4)", "0.606(4)")
    assert cells(panel)["network"] == expected


def test_reference_is_exact_or_has_the_error_of_wolff(panel):
    expected = ("−2.1110", "−1.4340", "1.8460", "0.6486(4)", "14.57(5)", "0.6077(6)")
    assert cells(panel)["reference"] == expected


def test_deviation_in_standard_errors_comes_when_there_is_width(panel):
    # Joint standard errors: 0.0069/0.0031 and 0.0034/hypot(0.006, 0.0004).
    assert cells(panel)["Δ/σ"][1] == "+2.2"
    assert cells(panel)["Δ/σ"][3] == "+0.6"
    panel.resize(290, 442)
    assert "Δ/σ" not in cells(panel)


@pytest.mark.parametrize("draws", [0, 31])
def test_below_32_draws_there_are_dashes_instead_of_estimates(panel, observables, draws):
    panel.set_observables(observables(draws))
    assert cells(panel)["network"] == ("–",) * 6
    assert cells(panel)["reference"][0] == "−2.1110"


def test_a_row_without_numbers_has_dashes(panel, observables):
    update = observables()
    empty = replace(update.rows[0], network=None, reference=None, reference_kind="none")
    panel.set_observables(replace(update, rows=(empty,)))
    assert cells(panel)["network"] == cells(panel)["reference"] == ("–",)


def test_subtitle_counts_draws(panel, observables):
    line = panel.header.subtitle.line
    assert "".join(run.text for run in line).startswith("16\u2009384 draws")


def test_reweighting_is_offered_only_if_there_is_something_to_reweight(panel, observables):
    assert not panel.reweight.isVisible()
    panel.set_observables(observables(reweighted=True))
    assert panel.reweight.isVisible()
    panel.set_observables(observables())
    assert not panel.reweight.isVisible()
    assert "network" in cells(panel)


def test_reweighting_leads_with_the_weighted_estimates(panel, observables, qtbot):
    panel.set_observables(observables(reweighted=True))
    qtbot.mouseClick(panel.reweight, Qt.MouseButton.LeftButton)
    assert panel.table.columns()[0].title == "reweighted"
    assert cells(panel)["reweighted"][1] == "−1.428(6)"
    panel.resize(900, 300)
    assert [c.title for c in panel.table.columns()] == [
        "reweighted",
        "network",
        "reference",
        "Δ/σ",
    ]


def test_reweighting_comes_back_with_the_weights(panel, observables, qtbot):
    panel.set_observables(observables(reweighted=True))
    qtbot.mouseClick(panel.reweight, Qt.MouseButton.LeftButton)
    panel.set_observables(observables())  # after a change of T, before there are enough draws
    assert panel.table.columns()[0].title == "network"
    panel.set_observables(observables(reweighted=True))
    assert panel.table.columns()[0].title == "reweighted"
    panel.set_observables(replace(observables(), model=""))
    panel.set_observables(observables(reweighted=True))
    assert panel.table.columns()[0].title == "network"


def test_copy_gives_tabs_units_and_plain_numbers(panel, observables, qtbot):
    panel.set_observables(observables(reweighted=True))
    qtbot.mouseClick(panel.copy, Qt.MouseButton.LeftButton)
    text = QGuiApplication.clipboard().text()
    rows = list(csv.reader(io.StringIO(text), delimiter="\t"))
    assert rows[0] == ["model ising", "T = 2.269 J/k_B", "draws 16384", "ESS 0.61"]
    table = [dict(zip(rows[1], row, strict=True)) for row in rows[2:]]
    assert [row["unit"] for row in table] == ["J", "J", "k_B", "1", "1", "1"]
    assert float(table[1]["network"]) == pytest.approx(-1.4271)
    assert float(table[1]["network error"]) == pytest.approx(0.0031)
    assert float(table[1]["reweighted"]) == pytest.approx(-1.4281)
    assert table[0]["reference error"] == ""
    assert float(table[3]["reference error"]) == pytest.approx(4e-4)
    assert table[3]["reference kind"] == "wolff"
    assert table[1]["network value(error)"] == "-1.427(3)"
    assert table[1]["network deviation / standard errors"] == "+2.2"
    assert table[1]["reweighted value(error)"] == "-1.428(6)"
    assert table[2]["network deviation / standard errors"] == "-0.9"


def test_copy_key_works_in_the_table(panel, qtbot):
    QGuiApplication.clipboard().clear()
    panel.activateWindow()
    panel.table.setFocus()
    qtbot.waitUntil(panel.table.hasFocus, timeout=2000)
    qtbot.keyClick(panel.table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert "Specific heat\tk_B" in QGuiApplication.clipboard().text()


def test_copy_leaves_estimates_from_too_few_draws_empty(panel, observables):
    panel.set_observables(observables(12))
    panel.copy_table()
    assert "\tk_B\t\t\t\t\t1.846\t\texact" in QGuiApplication.clipboard().text()


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (0, ("Free energy", "J per site", "ln <i>Z</i>", "exact −2.1110")),
        (2, ("Specific heat", "k_B per site", "<i>T</i>²", "(−0.9 σ)")),
        (4, ("Susceptibility", "no unit", "⟨<i>m</i>²⟩", "Wolff Monte Carlo 14.57(5)")),
        (5, ("Binder", "<i>U</i><sub>4</sub> = 1 − ", "network 0.606(4)")),
    ],
)
def test_tooltips_define_the_quantity(panel, row, words):
    text = panel.table.tooltip_at(QPointF(60, HEADER + (row + 0.5) * ROW))
    for word in words:
        assert word in text


def test_keyboard_reads_the_table_row_by_row(panel, qtbot):
    panel.table.setFocus()
    qtbot.keyClick(panel.table, Qt.Key.Key_Down)
    assert panel.table.accessibleDescription() == (
        "Free energy, network −2.1051(2), reference −2.1110, Δ/σ +29.5"
    )
    qtbot.keyClick(panel.table, Qt.Key.Key_Down)
    assert panel.table.accessibleDescription().startswith("Energy, ")


def test_dashed_line_marks_the_shown_sample(panel, pixels, session, samples):
    session.selected = 9
    mean = float(samples(8).spins[9].mean())
    frame = panel.plot.plot_rect()
    x = frame.center().x() + mean / 1.09 * frame.width() / 2
    shown = pixels(panel.plot)[round(frame.top()) + 2 : round(frame.bottom()) - 2]
    columns = np.flatnonzero((shown == rgb32(LIGHT.warning)).any(axis=0))
    assert len(columns) > 0
    assert abs(columns.mean() + 0.5 - x) <= 1.0
    assert not (shown[:, columns[0]] == rgb32(LIGHT.warning)).all()


def test_bars_have_the_height_of_their_density(panel, pixels, show):
    edges = np.array([-1.0, 0.0, 1.0])
    histogram = Histogram(edges, np.array([1.0, 0.5]), None)
    panel.plot.set_histogram(histogram)
    panel.plot.set_shown(0.99)
    frame = panel.plot.plot_rect()
    shown = pixels(panel.plot)
    heights = []
    for share in (0.25, 0.75):
        column = shown[round(frame.top()) + 1 : round(frame.bottom()), :]
        x = round(frame.left() + share * frame.width())
        bar = column[-3, x]
        heights.append((column[:, x] == bar).sum())
    assert heights[0] == pytest.approx(frame.height() / 1.12, abs=3)
    assert heights[1] == pytest.approx(heights[0] / 2, abs=3)


def test_a_bin_can_be_read(panel):
    frame = panel.plot.plot_rect()
    text = panel.plot.tooltip_at(frame.center())
    assert text.startswith("m from −0.02 to 0.02: network 0.05, Wolff 0.05")


def test_an_empty_histogram_says_too_few_draws(panel, observables, pixels):
    edges = np.linspace(-1, 1, 5)
    before = pixels(panel.plot)
    panel.set_observables(replace(observables(), histogram=Histogram(edges, np.zeros(4), None)))
    assert panel.plot.tooltip_at(panel.plot.plot_rect().center()) == ""
    assert not np.array_equal(pixels(panel.plot), before)


@pytest.mark.parametrize(
    ("top", "ticks"), [(2.2, [0, 1, 2]), (0.9, [0, 0.5]), (41.0, [0, 20, 40]), (0.0, [0])]
)
def test_axis_ticks_are_round(top, ticks):
    assert nice_ticks(top) == pytest.approx(ticks)


@pytest.fixture
def correlation() -> Correlation:
    distances = np.arange(5)
    values, errors = 0.8**distances, 0.01 * distances
    return Correlation(
        distances, (values, errors), (values + 0.03, 2 * errors), (values - 0.02, errors)
    )


def test_the_correlation_function_takes_the_place_of_the_distribution(
    panel, observables, correlation, qtbot
):
    panel.set_observables(replace(observables(reweighted=True), correlation=correlation))
    body = panel.canvas
    assert panel.plot.isVisible()
    assert not body.log.isVisible()
    qtbot.mouseClick(body.choice.button("correlation"), Qt.MouseButton.LeftButton)
    assert body.correlation.isVisible()
    assert body.log.isVisible()
    assert not panel.plot.isVisible()
    axes = body.correlation.axes()
    text = body.correlation.tooltip_at(QPointF(axes.x(2), axes.frame.center().y()))
    assert text.startswith("r = 2, network 0.64(2), Wolff 0.62(2), infinite lattice")
    assert text.endswith("0.5915")
    qtbot.mouseClick(panel.reweight, Qt.MouseButton.LeftButton)
    text = body.correlation.tooltip_at(QPointF(axes.x(2), axes.frame.center().y()))
    assert "reweighted 0.67(4)" in text


@pytest.mark.parametrize(("name", "ticks"), [("distribution", (0.5, 1.0)), ("correlation", (3, 4))])
def test_a_low_plot_has_the_title_of_its_horizontal_axis_between_two_numbers(
    panel, observables, correlation, pixels, name, ticks
):
    panel.resize(358, 300)
    panel.set_observables(replace(observables(), correlation=correlation))
    panel.canvas.choice.button(name).click()
    plot = panel.canvas.plot if name == "distribution" else panel.canvas.correlation
    frame = plot.plot_rect()
    assert plot.height() <= LOW_PLOT
    if name == "distribution":
        left, right = (frame.center().x() + m / 1.09 * frame.width() / 2 for m in ticks)
    else:
        left, right = (plot.axes().x(r) for r in ticks)
    # Numbers are less than 24 pixels wide.
    between = pixels(plot)[round(frame.bottom()) + 5 :, round(left) + 12 : round(right) - 12]
    assert np.any(between != between[0, 0])


@pytest.mark.parametrize("log", [False, True])
def test_points_of_the_correlation_function_lie_at_their_values(
    panel, observables, correlation, pixels, log
):
    panel.set_observables(replace(observables(), correlation=correlation))
    panel.canvas.choice.button("correlation").click()
    panel.canvas.log.setChecked(log)
    plot = panel.canvas.correlation
    axes, shown = plot.axes(), pixels(plot)
    for r in (1, 2, 4):
        value = float(correlation.network[0][r])
        assert shown[round(axes.y(value)), round(axes.x(r))] == rgb32(LIGHT.accent)


def test_logarithmic_axes_are_straight_for_a_power_law() -> None:
    axes = Axes(QRectF(0, 0, 300, 100), 16.0, 0.1, log=True)
    x = np.array([axes.x(r) for r in (1, 2, 4, 8)])
    y = np.array([axes.y(0.7 * r**-0.25) for r in (1, 2, 4, 8)])
    assert np.allclose(np.diff(x), np.diff(x)[0])
    assert np.allclose(np.diff(y), np.diff(y)[0])
    assert axes.x_ticks() == [1, 2, 4, 8, 16]
    places = [axes.y(tick) for tick in axes.y_ticks()]
    assert min(np.diff(places)) >= 15


def test_values_outside_the_trained_range_are_called_extrapolated(panel, observables, pixels):
    panel.set_trained_range((1.5, 2.5))
    before = pixels(panel.table)
    assert "extrapolated" not in panel.table.row_text(0)
    panel.set_trained_range((2.5, 3.5))
    assert "extrapolated" in panel.table.row_text(0)
    assert not np.array_equal(pixels(panel.table), before)
    assert "not trained" in panel.table.tooltip_at(QPointF(60, HEADER + ROW / 2))
    panel.set_trained_range(None)
    assert np.array_equal(pixels(panel.table), before)
