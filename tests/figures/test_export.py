"""Files of figures: equal bytes, real text, and no half-written file."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable
from pathlib import Path

import matplotlib as mpl
import pytest
from matplotlib.figure import Figure
from matplotlib.image import imread
from PIL import Image
from pypdf import PdfReader

from nrg_app.errors import NRGError
from nrg_app.figures.export import save_figure
from nrg_app.figures.strip_figure import figure_metadata, rg_figure
from nrg_app.session.messages import SampleSet

MakeSamples = Callable[..., SampleSet]
SUFFIXES = (".pdf", ".svg", ".png")


@pytest.fixture(scope="module")
def files(make_samples: MakeSamples, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("figures")
    samples = make_samples()
    for suffix in SUFFIXES:
        save_figure(rg_figure(samples, 0), folder / f"f{suffix}", figure_metadata(samples, 0))
    return {suffix: folder / f"f{suffix}" for suffix in SUFFIXES}


def small_figure() -> Figure:
    figure = Figure(figsize=(1, 1))
    figure.text(0.1, 0.5, "T")
    return figure


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_saving_again_gives_the_same_bytes(
    files: dict[str, Path], make_samples: MakeSamples, tmp_path: Path, suffix: str
) -> None:
    samples = make_samples()
    figure = rg_figure(samples, 0)
    for name in ("first", "second"):
        path = tmp_path / f"{name}{suffix}"
        save_figure(figure, path, figure_metadata(samples, 0))
        assert path.read_bytes() == files[suffix].read_bytes()


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_what_a_user_has_set_for_matplotlib_changes_nothing(
    files: dict[str, Path], make_samples: MakeSamples, tmp_path: Path, suffix: str
) -> None:
    own = {"savefig.bbox": "tight", "axes.grid": True, "font.size": 30.0, "pdf.fonttype": 3}
    samples, path = make_samples(), tmp_path / f"own{suffix}"
    with mpl.rc_context(own):
        save_figure(rg_figure(samples, 0), path, figure_metadata(samples, 0))
    assert path.read_bytes() == files[suffix].read_bytes()


def test_another_process_gives_the_same_bytes(tmp_path: Path) -> None:
    code = (
        "import sys, numpy as np;"
        "from nrg_app.session.messages import SampleSet;"
        "from nrg_app.figures.export import save_figure;"
        "from nrg_app.figures.strip_figure import rg_figure;"
        "x = np.random.default_rng(1).standard_normal((1, 4, 4)).astype('f4');"
        "s = SampleSet(1, '', 2.0, 1, 'flow', np.sign(x).astype('i1'), x, {}, {}, 0.0);"
        "[save_figure(rg_figure(s, 0), sys.argv[1] + e, {}) for e in ('.pdf', '.svg', '.png')]"
    )
    digests = []
    for hash_seed in ("1", "2"):
        stem = tmp_path / hash_seed
        environment = {**os.environ, "PYTHONHASHSEED": hash_seed}
        subprocess.run([sys.executable, "-c", code, str(stem)], env=environment, check=True)
        digests.append(
            [hashlib.sha256(Path(f"{stem}{suffix}").read_bytes()).digest() for suffix in SUFFIXES]
        )
    assert digests[0] == digests[1]


def test_pdf_embeds_true_type_fonts_only(files: dict[str, Path]) -> None:
    content = files[".pdf"].read_bytes()
    assert b"/FontFile2" in content
    assert b"/ToUnicode" in content
    assert b"/Type3" not in content
    assert b"CreationDate" not in content
    assert b"2D Ising model" in content  # the title


def test_pdf_text_can_be_copied(files: dict[str, Path]) -> None:
    text = PdfReader(files[".pdf"]).pages[0].extract_text()
    assert "2D Ising" in text
    assert "network, seed 2147483647" in text
    assert "−10" in text


def test_pdf_fonts_are_embedded_as_true_type(files: dict[str, Path]) -> None:
    fonts = PdfReader(files[".pdf"]).pages[0]["/Resources"]["/Font"]
    assert any("Inter" in font.get_object()["/BaseFont"] for font in fonts.values())
    for font in fonts.values():
        (outlines,) = font.get_object()["/DescendantFonts"]
        assert outlines.get_object()["/Subtype"] == "/CIDFontType2"
        assert "/FontFile2" in outlines.get_object()["/FontDescriptor"]


def test_svg_holds_text_and_unsmoothed_pictures(files: dict[str, Path]) -> None:
    root = ElementTree.parse(files[".svg"]).getroot()
    words = "".join(root.itertext())
    assert "network, seed 2147483647" in words
    assert "Inter" in files[".svg"].read_text(encoding="utf-8")
    images = [element for element in root.iter() if element.tag.endswith("image")]
    # Two large lattices and five of each kind of scale; the others are the colour bars.
    assert sum("pixelated" in image.get("style", "") for image in images) == 12


def test_png_has_the_width_of_a_column_at_600_dots_per_inch(files: dict[str, Path]) -> None:
    assert imread(files[".png"]).shape[1] == 2031


def test_tiff_says_what_it_is(make_samples: MakeSamples, tmp_path: Path) -> None:
    samples = make_samples()
    contents = []
    for name in ("a.tiff", "b.tif"):
        figure = rg_figure(samples, 0)
        save_figure(figure, tmp_path / name, figure_metadata(samples, 0), dpi=300)
        contents.append((tmp_path / name).read_bytes())
    assert contents[0] == contents[1]
    with Image.open(tmp_path / "a.tiff") as image:
        assert abs(image.width - 86 / 25.4 * 300) < 1
        assert image.info["dpi"] == (300, 300)
        assert "2D Ising model" in str(image.tag_v2[270])


def test_a_note_beside_the_figure_says_how_it_was_made(files: dict[str, Path]) -> None:
    for path in files.values():
        note = json.loads(path.with_name(path.name + ".json").read_text(encoding="utf-8"))
        assert note["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()
        assert "seed 2147483647" in note["made by"]
        assert note["millimetres"][0] == pytest.approx(86, abs=0.05)


def test_an_unknown_suffix_is_one_sentence(tmp_path: Path) -> None:
    for name in ("figure.jpeg", "figure"):
        with pytest.raises(NRGError, match=r"ends in \.pdf, \.svg, \.png or \.tiff\.$"):
            save_figure(small_figure(), tmp_path / name, {})
    assert list(tmp_path.iterdir()) == []


def test_a_missing_folder_is_made(tmp_path: Path) -> None:
    save_figure(small_figure(), tmp_path / "new" / "f.png", {})
    assert (tmp_path / "new" / "f.png").stat().st_size > 0


def test_a_file_in_the_place_of_a_folder_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("")
    with pytest.raises(NRGError, match="Cannot write"):
        save_figure(small_figure(), tmp_path / "taken" / "f.png", {})


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write all")
def test_a_read_only_folder_is_one_sentence(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(NRGError, match="Cannot write"):
        save_figure(small_figure(), tmp_path / "f.png", {})
    tmp_path.chmod(0o700)


@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_a_failure_leaves_the_older_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    path = tmp_path / "f.pdf"
    path.write_bytes(b"older")

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, step, fail)
    with pytest.raises(NRGError, match="No space left on device"):
        save_figure(small_figure(), path, {})
    assert path.read_bytes() == b"older"
    assert list(tmp_path.iterdir()) == [path]


def test_saving_changes_neither_figure_nor_settings(tmp_path: Path) -> None:
    figure = small_figure()
    before = (figure.dpi, dict(mpl.rcParams))
    for suffix in SUFFIXES:
        save_figure(figure, tmp_path / f"f{suffix}", {})
    assert (figure.dpi, dict(mpl.rcParams)) == before
