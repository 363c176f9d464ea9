"""The figure: readable type, nothing clipped or overlapping, every cell where it belongs."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from io import BytesIO

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.image import imread
from matplotlib.text import Text

from nrg_app.errors import NRGError
from nrg_app.figures.strip_figure import figure_metadata, rg_figure
from nrg_app.figures.style import DOTS_PER_INCH, SPIN_COLORS, TEXT_POINTS
from nrg_app.session.messages import SAMPLERS, SampleSet

from .boxes import texts

MakeSamples = Callable[..., SampleSet]
VARIANTS = [(2, True, 86.0), (4, True, 86.0), (16, True, 86.0), (16, False, 86.0),
            (16, True, 178.0), (32, True, 86.0), (64, True, 86.0), (64, True, 80.0)]  # fmt: skip


@pytest.mark.parametrize("sampler", SAMPLERS)
@pytest.mark.parametrize(("size", "with_scales", "width_mm"), VARIANTS)
def test_no_text_is_clipped_or_covers_another(
    make_samples: MakeSamples, size: int, with_scales: bool, width_mm: float, sampler: str
) -> None:
    samples = make_samples(size, with_scales=with_scales, sampler=sampler)
    figure = rg_figure(samples, 0, width_mm=width_mm)
    boxes = texts(figure)
    page = figure.bbox
    for text, box in boxes:
        inside = page.x0 <= box.x0 and box.x1 <= page.x1 and page.y0 <= box.y0 and box.y1 <= page.y1
        assert inside, text
    for (text, box), (other, other_box) in itertools.combinations(boxes, 2):
        # Pieces of one line touch.
        assert not box.padded(-2).overlaps(other_box), (text, other)


@pytest.mark.parametrize(("size", "with_scales", "width_mm"), VARIANTS)
def test_no_text_covers_a_picture(
    make_samples: MakeSamples, size: int, with_scales: bool, width_mm: float
) -> None:
    figure = rg_figure(make_samples(size, with_scales=with_scales), 0, width_mm=width_mm)
    boxes = texts(figure)
    for axes in figure.axes:
        for text, box in boxes:
            assert not axes.bbox.overlaps(box), text


def test_type_is_at_least_seven_points(make_samples: MakeSamples) -> None:
    figure = rg_figure(make_samples(), 0)
    assert min(t.get_fontsize() for t in figure.findobj(Text) if t.get_text()) == TEXT_POINTS == 7


@pytest.mark.parametrize("width_mm", [86.0, 178.0])
def test_the_width_is_what_was_asked_for(make_samples: MakeSamples, width_mm: float) -> None:
    figure = rg_figure(make_samples(), 0, width_mm=width_mm)
    assert figure.get_figwidth() * 25.4 == pytest.approx(width_mm, abs=0.05)


@pytest.mark.parametrize("size", [4, 16, 32])
def test_every_spin_is_a_square_of_its_colour(make_samples: MakeSamples, size: int) -> None:
    samples = make_samples(size)
    figure = rg_figure(samples, 1)
    buffer = BytesIO()
    FigureCanvasAgg(figure).print_png(buffer)
    buffer.seek(0)
    pixels = np.rint(imread(buffer)[..., :3] * 255).astype(int)
    box = figure.axes[0].bbox
    cell = box.width / size
    assert cell == pytest.approx(round(cell), abs=1e-6)
    centres = (np.arange(size) + 0.5) * cell
    rows = np.floor(pixels.shape[0] - box.y1 + centres).astype(int)
    columns = np.floor(box.x0 + centres).astype(int)
    found = pixels[rows[:, None], columns]
    colors = np.array([[int(c[k : k + 2], 16) for k in (1, 3, 5)] for c in SPIN_COLORS])
    assert np.array_equal(found, colors[(samples.spins[1] + 1) // 2])


def test_caption_and_headings_say_what_is_shown(make_samples: MakeSamples) -> None:
    shown = [text for text, _ in texts(rg_figure(make_samples(), 0))]
    caption = " ".join("".join(shown).split())
    for part in ("2D Ising", "$L$ = 16", "$T$ = 2.269", "network, seed 2147483647"):
        assert part in caption
    for scale in (1, 2, 4, 8, 16):
        assert rf"$\ell = {scale}$" in shown
    assert {"(a)", "(b)", "(c)"} <= set(shown)


def test_monte_carlo_samples_are_named(make_samples: MakeSamples) -> None:
    shown = [text for text, _ in texts(rg_figure(make_samples(sampler="wolff"), 0))]
    assert any("Wolff" in text for text in shown)


def test_metadata_tell_the_origin(make_samples: MakeSamples) -> None:
    metadata = figure_metadata(make_samples(), 1)
    assert metadata["Title"] == "2D Ising model, L = 16, T = 2.26918 J/k_B"
    for part in ("Sample 2", "seed 2147483647", "flow", "ising-16", "NRG"):
        assert part in metadata["Description"]


def test_global_settings_stay_as_they_are(make_samples: MakeSamples) -> None:
    before = dict(mpl.rcParams)
    rg_figure(make_samples(), 0)
    assert dict(mpl.rcParams) == before


@pytest.mark.parametrize("index", [-1, 2])
def test_a_missing_sample_is_refused(make_samples: MakeSamples, index: int) -> None:
    with pytest.raises(NRGError, match="There is no sample"):
        rg_figure(make_samples(), index)


@pytest.mark.parametrize("width_mm", [10.0, 1000.0, float("nan")])
def test_an_odd_width_is_refused(make_samples: MakeSamples, width_mm: float) -> None:
    with pytest.raises(NRGError, match="width"):
        rg_figure(make_samples(), 0, width_mm=width_mm)


def test_png_files_have_the_resolution_of_the_layout(make_samples: MakeSamples) -> None:
    assert rg_figure(make_samples(), 0).dpi == DOTS_PER_INCH
