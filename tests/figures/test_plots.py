"""Plots of measurements for print, and their numbers as files."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg

from nrg_app.errors import NRGError
from nrg_app.figures.contents import contents_metadata
from nrg_app.figures.export import save_figure
from nrg_app.figures.markup import mathtext
from nrg_app.figures.plot_figure import plots_figure
from nrg_app.figures.plot_spec import Level, PlotSpec, Scale, Series, array
from nrg_app.figures.plot_tables import save_table, table_text


@pytest.fixture
def spec() -> PlotSpec:
    x = array([1.0, 2.0, 4.0])
    points = Series(
        "measured", x, x**2, "points", error=0.1 * x, hollow=np.array([False, True, False])
    )
    curve = Series("exact, $L$ = 4", x, x**2, "line", "exact")
    return PlotSpec(
        "demo", "Demo", "$y$", Scale("$T$_{c}", "$J$"), Scale("$y$^{2}"), (curve, points),
        residuals=(Series("measured", x, array([0.5, -1.0, 30.0]), "points"),),
        levels=(Level(4.0, "expected"),), marks=((2.0, "here"),), provenance={"seed": "3"},
    )  # fmt: skip


def test_limits_hold_the_error_bars_and_the_levels(spec: PlotSpec) -> None:
    low, high = spec.y_limits()
    assert low < 0.9
    assert high > 16.4
    lifted = replace(spec, levels=(Level(99.0, "far"),))
    assert lifted.y_limits()[1] > 99.0


def test_a_logarithmic_axis_ignores_what_is_not_positive() -> None:
    low, high = Scale("x", log=True).limits([array([-1.0, 0.0, 1.0, 100.0])])
    assert 0.5 < low < 1.0
    assert 100.0 < high < 200.0


@pytest.mark.parametrize(
    ("high", "expected"), [(2.0, {"1.25", "1.5"}), (20.0, {"2", "5", "10"}), (2e4, set())]
)
def test_short_logarithmic_axes_have_plain_numbers(high: float, expected: set[str]) -> None:
    x = array([1.0, 2.0])
    axis = Scale("y", log=True, low=1.0, high=high)
    plot = PlotSpec("log", "Log", "", Scale("x"), axis, (Series("a", x, x),))
    figure = plots_figure([plot], width_mm=86.0)
    FigureCanvasAgg(figure).draw()
    words = {text.get_text() for text in figure.axes[0].get_yticklabels()}
    assert expected <= words
    assert any("$" in text for text in words) == (not expected)


def test_one_value_still_has_a_range() -> None:
    low, high = Scale("x").limits([array([2.0])])
    assert low < 2.0 < high


@pytest.mark.parametrize("suffix", ["pdf", "svg", "png"])
def test_plots_are_printed(spec: PlotSpec, tmp_path: Path, suffix: str) -> None:
    log = replace(
        spec, x=Scale("$L$", log=True, ticks=(1, 2, 4)), y=Scale("y", log=True), residuals=()
    )
    arrows = replace(spec, series=(Series("path", array([0, 1]), array([0, 1]), "arrows", "warm"),))
    path = tmp_path / f"plots.{suffix}"
    specs = [spec, log, arrows]
    save_figure(plots_figure(specs, width_mm=178.0), path, contents_metadata(specs))
    assert path.stat().st_size > 2000


def test_width_decides_the_columns(spec: PlotSpec) -> None:
    narrow = plots_figure([spec, spec], width_mm=86.0).get_size_inches()
    wide = plots_figure([spec, spec], width_mm=178.0).get_size_inches()
    assert narrow[0] == pytest.approx(86 / 25.4, abs=0.01)
    assert narrow[1] == pytest.approx(2 * wide[1], rel=0.01)


def test_the_key_names_expected_values_and_marks(spec: PlotSpec) -> None:
    legend = plots_figure([spec], width_mm=86.0).axes[0].get_legend()
    assert legend is not None
    words = {text.get_text() for text in legend.get_texts()}
    assert words == {"exact, $L$ = 4", "measured", "expected", "here"}


@pytest.mark.parametrize(("note", "above"), [("short", True), ("many words " * 12, False)])
def test_a_note_is_printed_above_the_plot_or_heads_the_key(
    spec: PlotSpec, note: str, above: bool
) -> None:
    figure = plots_figure([replace(spec, note=note)], width_mm=86.0)
    legend = figure.axes[0].get_legend()
    assert legend is not None
    heads = legend.get_title().get_text().replace("\n", " ")
    beside = [text.get_text() for text in figure.texts]
    assert (note.strip() == heads.strip(), note in beside) == (not above, above)


def test_the_key_keeps_clear_of_error_bars() -> None:
    # Points below, whose bars fill the right half up to the top.
    x = np.linspace(0.0, 1.0, 40)
    points = Series("points", x, np.full(40, 0.1), "points", error=np.where(x > 0.4, 0.9, 0.01))
    others = Series("others", x, np.full(40, 0.1), "points")
    spec = PlotSpec("bars", "Bars", "", Scale("x"), Scale("y", high=1.0), (points, others))
    figure = plots_figure([spec], width_mm=86.0)
    FigureCanvasAgg(figure).draw()
    (axes,) = figure.axes
    legend = axes.get_legend()
    assert legend is not None
    assert axes.transData.inverted().transform(legend.get_window_extent())[1, 0] < 0.4


def test_nothing_to_draw_is_a_sentence(spec: PlotSpec, tmp_path: Path) -> None:
    empty = replace(spec, series=())
    with pytest.raises(NRGError, match="nothing to draw"):
        plots_figure([empty])
    with pytest.raises(NRGError, match="60 to 400"):
        plots_figure([spec], width_mm=20.0)
    with pytest.raises(NRGError, match="no numbers"):
        save_table([empty], tmp_path / "a.csv")
    with pytest.raises(NRGError, match=r"\.csv or \.npz"):
        save_table([spec], tmp_path / "a.txt")


def test_markup_becomes_mathtext() -> None:
    assert mathtext("$χ$ $L$^{−γ/ν} in $k$_{B}") == (r"$χ$ $L$$^{−γ/ν}$ in $k$$_{\mathrm{B}}$")


def test_tables_hold_every_number_and_what_was_run(spec: PlotSpec, tmp_path: Path) -> None:
    save_table([spec], tmp_path / "a.csv")
    lines = (tmp_path / "a.csv").read_text(encoding="utf-8").splitlines()
    assert "# seed: 3" in lines
    assert "# demo: Demo; x = T_c in J, y = y^2" in lines
    rows = list(csv.DictReader(line for line in lines if not line.startswith("#")))
    measured = [row for row in rows if row["series"] == "measured"]
    assert [float(row["y"]) for row in measured] == [1.0, 4.0, 16.0]
    assert [float(row["y_error"]) for row in measured] == [0.1, 0.2, 0.4]
    assert [row["bound"] for row in measured] == ["", "yes", ""]
    off = [row for row in rows if "deviation" in row["series"]]
    assert float(off[2]["y"]) == 30.0
    assert table_text([spec]).count("\t") > 30


def test_arrays_hold_the_same(spec: PlotSpec, tmp_path: Path) -> None:
    save_table([spec], tmp_path / "a.npz")
    with np.load(tmp_path / "a.npz", allow_pickle=False) as arrays:
        np.testing.assert_array_equal(arrays["demo/measured/y"], [1.0, 4.0, 16.0])
        np.testing.assert_allclose(arrays["demo/measured/y_error"], [0.1, 0.2, 0.4])
        assert arrays["demo/measured/bound"].tolist() == [False, True, False]
        assert "seed: 3" in json.loads(str(arrays["provenance"]))
