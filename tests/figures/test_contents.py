"""Every panel as a figure: readable, complete, the same bytes each time, and as numbers."""

from __future__ import annotations

import csv
import hashlib
import itertools
import json
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from matplotlib.figure import Figure

from nrg_app.errors import NRGError
from nrg_app.figures.compose import Page, Placed, composed_figure
from nrg_app.figures.content_tables import contents_text, save_contents
from nrg_app.figures.contents import Content, TableSpec, Tiles, contents_metadata
from nrg_app.figures.export import panels_note, save_figure
from nrg_app.figures.look import LOOKS, look_of
from nrg_app.figures.plot_spec import PlotSpec, Scale, Series, array
from nrg_app.session.figure_panels import PANELS, FigureSource
from nrg_app.session.messages import SampleSet
from nrg_app.session.sample_contents import Views

from .boxes import texts

MakeSamples = Callable[..., SampleSet]
DRAWN = [panel.key for panel in PANELS.values() if panel.drawn]
RESULTS = ["scan.energy", "observables", "wavelets", "training.ess"]


def a_plot() -> PlotSpec:
    x = array([1.0, 2.0, 4.0])
    curve = Series("exact, $L$ = 4", x, x**2, "line", "exact")
    points = Series("measured", x, x**2, "points", error=0.1 * x)
    residuals = (Series("measured", x, array([0.5, -1.0, 2.0]), "points"),)
    return PlotSpec(
        "scan.energy", "Energy", "$e$", Scale("$T$", "$J$/$k$_{B}"), Scale("$e$", "$J$"),
        (curve, points), residuals, provenance={"estimator": "raw"},
    )  # fmt: skip


def a_curve() -> PlotSpec:
    steps = np.arange(1.0, 200.0)
    noise = np.abs(np.sin(steps)) + 0.1
    return PlotSpec(
        "training.ess", "Effective sample size", "", Scale("training step"), Scale("ESS", log=True),
        (
            Series("every step", steps, noise, "pale"),
            Series("running mean", steps, np.full_like(steps, 0.7)),
        ),
        marks=((100.0, "L = 8"),),
    )  # fmt: skip


@pytest.fixture
def source(make_samples: MakeSamples) -> FigureSource:
    rows = (("Energy $e$", "−1.427(3)", "−1.4340", "+2.3"), ("Binder", "–", "0.61", "–"))
    numbers = {"network": array([-1.427, np.nan]), "reference": array([-1.434, 0.61])}
    heads = ("per site", "network", "reference", "Δ/$σ$")
    patterns = np.abs(np.random.default_rng(1).normal(size=(3, 3, 8, 8)))
    tiles = Tiles(
        "wavelets", "Wavelets", "", patterns, look_scale(), ("|∂$x$/∂$z$|", "read", "Haar"),
        ("$ℓ$ = 4", "$ℓ$ = 2", "$ℓ$ = 1"), alone=True,
    )  # fmt: skip
    results: dict[str, Content] = {
        "scan.energy": a_plot(),
        "training.ess": a_curve(),
        "wavelets": tiles,
        "observables": TableSpec("observables", "Observables", "", heads, rows, numbers, "9 draws"),
    }
    response = np.linspace(-1.0, 1.4, 16)
    return FigureSource(make_samples(16), Views(selected=1), results, response)


def look_scale():
    from nrg_app.figures.contents import ColorScale

    return ColorScale("share", 0.0, 1.0, "share")


def alone(source: FigureSource, key: str, width: float, look: str) -> Figure:
    page = Page(width, None, True, look_of(look))
    return composed_figure([Placed(source.content(key))], page)


@pytest.mark.parametrize("key", [*DRAWN, *RESULTS])
@pytest.mark.parametrize(("width", "look"), [(86.0, "paper"), (178.0, "paper"), (254.0, "slides")])
def test_no_word_is_clipped_or_covers_another(
    source: FigureSource, key: str, width: float, look: str
) -> None:
    figure = alone(source, key, width, look)
    assert figure.get_figwidth() * 25.4 == pytest.approx(width, abs=0.1)
    page, boxes = figure.bbox, texts(figure)
    assert boxes
    for text, box in boxes:
        inside = page.x0 <= box.x0 and box.x1 <= page.x1 and page.y0 <= box.y0 and box.y1 <= page.y1
        assert inside, text
    for (text, box), (other, other_box) in itertools.combinations(boxes, 2):
        # Pieces of one line touch, the rooms of lines too.
        assert not box.padded(-6).overlaps(other_box.padded(-6)), (text, other)


@pytest.mark.parametrize("look", LOOKS)
def test_looks_differ_in_ground_and_ink(source: FigureSource, look: str) -> None:
    figure = alone(source, "flow", 160.0, look)
    assert figure.get_facecolor()[:3] != (1.0, 1.0, 1.0) or look == "paper"
    inks = {text.get_color() for text in figure.texts}
    assert look_of(look).ink in inks


@pytest.mark.parametrize("suffix", [".pdf", ".svg", ".png", ".tiff"])
def test_equal_contents_give_equal_bytes_and_tell_their_origin(
    source: FigureSource, tmp_path: Path, suffix: str
) -> None:
    contents = [source.content(key) for key in ("spins", "scan.energy", "stack", "disk")]
    digests = []
    for name in ("a", "b"):
        placed = [Placed(content, *divmod(k, 2)) for k, content in enumerate(contents)]
        path = tmp_path / name / f"figure{suffix}"
        note = panels_note(contents)
        figure = composed_figure(placed, Page(178.0))
        save_figure(figure, path, contents_metadata(contents), dpi=150, details=note)
        digests.append(hashlib.sha256(path.read_bytes()).hexdigest())
        told = json.loads(path.with_name(path.name + ".json").read_text(encoding="utf-8"))
        assert [one["panel"] for one in told["panels"]] == ["spins", "scan.energy", "stack", "disk"]
        assert told["panels"][1]["made by"] == {"estimator": "raw"}
        assert "seed: 2147483647" in told["made by"]
    assert digests[0] == digests[1]


def test_pdf_text_is_true_type_and_svg_text_is_text(source: FigureSource, tmp_path: Path) -> None:
    for key in (*DRAWN, *RESULTS):
        figure = alone(source, key, 178.0, "paper")
        save_figure(figure, tmp_path / "f.pdf", {"Title": key})
        content = (tmp_path / "f.pdf").read_bytes()
        assert b"/FontFile2" in content
        assert b"/ToUnicode" in content
        assert b"/Type3" not in content
        save_figure(figure, tmp_path / "f.svg", {"Title": key})
        root = ElementTree.parse(tmp_path / "f.svg").getroot()
        found = [element for element in root.iter() if element.tag.endswith("}text")]
        assert "(a)" in "".join("".join(element.itertext()) for element in found)


def test_a_page_of_a_slide_is_filled(source: FigureSource) -> None:
    placed = [Placed(source.content("spins")), Placed(source.content("scan.energy"), 0, 1)]
    placed.append(Placed(source.content("flow"), 1, 0, 1, 2))
    figure = composed_figure(placed, Page(254.0, 142.9, look=look_of("slides")))
    assert figure.get_figheight() * 25.4 == pytest.approx(142.9, abs=0.1)
    letters = [text for text, _ in texts(figure) if text.startswith("(") and len(text) == 3]
    assert letters == ["(a)", "(b)", "(c)"]


def test_pages_that_are_too_small_are_refused(source: FigureSource) -> None:
    placed = [Placed(source.content("spins"), 0, k) for k in range(4)]
    for page, words in (
        (Page(60.0), "too few for 4 columns"),
        (Page(178.0, 10.0), "height of a figure must be"),
        (Page(1e4), "width of a figure must be"),
    ):
        with pytest.raises(NRGError, match=words):
            composed_figure(placed, page)
    rows = [Placed(source.content("spins"), k) for k in range(3)]
    with pytest.raises(NRGError, match="too low for 3 rows"):
        composed_figure(rows, Page(86.0, 30.0))
    with pytest.raises(NRGError, match="nothing to draw"):
        composed_figure([], Page(86.0))


def test_words_that_cannot_be_set_are_a_sentence(tmp_path: Path) -> None:
    broken = TableSpec("observables", r"$\frac{$", "", ("a", "b"), (("1", "2"),))
    with pytest.raises(NRGError, match="cannot be set"):
        composed_figure([Placed(broken)], Page(86.0))


@pytest.mark.parametrize("key", [*DRAWN, *RESULTS])
def test_numbers_of_every_panel_are_written(source: FigureSource, tmp_path: Path, key: str) -> None:
    save_contents([source.content(key)], tmp_path / "a.npz")
    with np.load(tmp_path / "a.npz", allow_pickle=False) as arrays:
        names = [name for name in arrays.files if name != "provenance"]
        assert names
        assert all(name.startswith(f"{key}/") for name in names)
        assert sum(arrays[name].size for name in names) >= 4


def test_a_lattice_and_a_table_are_written_as_csv(source: FigureSource, tmp_path: Path) -> None:
    save_contents([source.content("spins")], tmp_path / "spins.csv")
    lines = (tmp_path / "spins.csv").read_text(encoding="utf-8").splitlines()
    assert "# seed: 2147483647" in lines
    numbers = np.array([line.split(",") for line in lines if not line.startswith("#")], dtype=float)
    assert source.samples is not None
    np.testing.assert_array_equal(numbers, source.samples.spins[1])
    save_contents([source.content("observables")], tmp_path / "table.csv")
    rows = list(csv.reader((tmp_path / "table.csv").read_text(encoding="utf-8").splitlines()))
    assert rows == [
        ["quantity", "network", "reference"],
        ["Energy e", "-1.427", "-1.434"],
        ["Binder", "", "0.61"],
    ]


@pytest.mark.parametrize("key", ["disk", "stack", "flow", "wavelets"])
def test_every_number_of_a_picture_has_a_line(
    source: FigureSource, key: str, tmp_path: Path
) -> None:
    content = source.content(key)
    text = contents_text([content])
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    rows = list(csv.DictReader(lines, delimiter="\t"))
    save_contents([content], tmp_path / "a.npz")
    with np.load(tmp_path / "a.npz", allow_pickle=False) as data:
        parts = {name: data[name] for name in data.files if name != "provenance"}
    finite = {name: int(np.isfinite(values).sum()) for name, values in parts.items()}
    assert len(rows) == sum(finite.values())
    assert {row["panel"] for row in rows} == {key}
    for row in rows:
        if key == "wavelets":
            continue
        place = tuple(int(row[axis]) for axis in ("row", "column") if row[axis])
        assert float(row["value"]) == pytest.approx(parts[f"{key}/{row['part']}"][place], rel=1e-8)
    if key == "wavelets":
        first = next(row for row in rows if row["part"] == "read, ℓ = 2")
        assert float(first["value"]) == pytest.approx(parts["wavelets/values"][1, 1, 0, 0])


def test_a_table_of_another_kind_is_refused(source: FigureSource, tmp_path: Path) -> None:
    with pytest.raises(NRGError, match=r"\.csv or \.npz"):
        save_contents([source.content("disk")], tmp_path / "a.txt")


def test_panels_without_anything_to_show_say_so(make_samples: MakeSamples) -> None:
    bare = FigureSource(make_samples(16, with_scales=False))
    keys = [panel.key for panel in bare.available()]
    assert "spins" in keys
    assert "flow" not in keys
    with pytest.raises(NRGError, match="open a model first"):
        bare.content("flow")
    with pytest.raises(NRGError, match=r"'scan\.energy' has nothing to show"):
        bare.content("scan.energy")
    with pytest.raises(NRGError, match="There is no panel 'nonsense'; there are sample, spins"):
        bare.content("nonsense")
    with pytest.raises(NRGError, match="there is no sample yet"):
        FigureSource().content("spins")


def test_views_decide_what_is_shown(make_samples: MakeSamples) -> None:
    samples = make_samples(16)
    for view, colors in (("field", "diverging"), ("structure", "share"), ("clusters", "clusters")):
        shown = FigureSource(samples, Views(view=view)).content("sample")
        assert shown.key == "sample"
        assert shown.colors.kind == colors
    tie = FigureSource(samples, Views(strip_view="majority")).content("flow")
    values = np.concatenate([np.asarray(part).ravel() for part in tie.upper.values()])
    assert set(np.unique(values[np.isfinite(values)])) == {-1.0, 1.0}
