"""``nrg figure``: a saved session by a template, without a display."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from nrg_app.cli import main
from nrg_app.resources import measurements_dir
from nrg_app.session.archive import save_session
from nrg_app.session.document import Session
from nrg_app.session.measure.store import load_result
from nrg_app.session.sampling import load_model, sample


def nrg(monkeypatch: pytest.MonkeyPatch, *arguments: object) -> int:
    monkeypatch.setattr(sys, "argv", ["nrg", *map(str, arguments)])
    try:
        main()
    except SystemExit as end:
        return int(end.code or 0)
    return 0


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    """A session with an edited latent, another shown sample and a scan."""
    session = Session()
    session.model, session.temperature, session.seed = "ising-8", 2.5, 7
    session.selected = 3
    session.edit_latent(8, 1, 1, 2.5)
    session.results = (load_result(measurements_dir() / "scan.json"),)
    save_session(tmp_path / "mine.nrg", session)
    return tmp_path / "mine.nrg"


def test_a_saved_session_is_drawn_by_a_template_twice_the_same(
    monkeypatch: pytest.MonkeyPatch, saved: Path, tmp_path: Path
) -> None:
    contents = []
    for name in ("a.pdf", "b.pdf"):
        out = tmp_path / name
        assert nrg(monkeypatch, "figure", saved, "--template", "slide", "--out", out) == 0
        contents.append(out.read_bytes())
    assert contents[0] == contents[1]
    note = json.loads((tmp_path / "a.pdf.json").read_text(encoding="utf-8"))
    assert note["template"] == "slide"
    assert note["millimetres"] == [254.0, pytest.approx(142.9, abs=0.1)]
    (spins, scan, flow) = note["panels"]
    assert (spins["panel"], scan["panel"], flow["panel"]) == ("spins", "scan.specific_heat", "flow")
    assert spins["made by"]["seed"] == "7"
    assert spins["made by"]["sample"] == "4"


def test_samples_are_those_of_the_document_with_its_edits(
    monkeypatch: pytest.MonkeyPatch, saved: Path, tmp_path: Path
) -> None:
    out = tmp_path / "numbers.npz"
    assert nrg(monkeypatch, "figure", saved, "--panel", "flow", "--out", out) == 0
    session = Session()
    session.model, session.temperature, session.seed = "ising-8", 2.5, 7
    session.selected = 3
    session.edit_latent(8, 1, 1, 2.5)
    expected = sample(session.sample_request(0), load_model("ising-8"))
    with np.load(out, allow_pickle=False) as arrays:
        np.testing.assert_array_equal(arrays["flow/upper/8"], expected.fields[3])
        assert arrays["flow/latents/8"][1, 1] == pytest.approx(2.5)


def test_options_change_what_session_and_template_say(
    monkeypatch: pytest.MonkeyPatch, saved: Path, tmp_path: Path
) -> None:
    out = tmp_path / "f.png"
    options = ("--width", 100, "--height", 60, "--theme", "slides", "--dpi", 127, "--no-letters")
    status = nrg(
        monkeypatch, "figure", saved, "--panel", "stack", "-T", 1.7, "--out", out, *options
    )
    assert status == 0
    with Image.open(out) as image:
        assert np.abs(np.subtract(image.size, (500, 300))).max() <= 1
        assert image.convert("RGB").getpixel((2, 2)) == (0x16, 0x1A, 0x20)
    note = json.loads((tmp_path / "f.png.json").read_text(encoding="utf-8"))
    assert note["panels"][0]["made by"]["temperature"] == "1.7 J/k_B"


def test_without_a_session_a_model_and_the_newest_measurements_are_drawn(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    out = tmp_path / "f.csv"
    assert nrg(monkeypatch, "figure", "--template", "thermodynamics", "--out", out) == 0
    assert "scan.binder" in out.read_text(encoding="utf-8")
    out = tmp_path / "g.svg"
    arguments = ("--panel", "observables", "-m", "ising-8", "--out", out)
    assert nrg(monkeypatch, "figure", *arguments) == 0
    assert "4096 draws" in out.read_text(encoding="utf-8")
    out = tmp_path / "h.pdf"
    assert nrg(monkeypatch, "figure", "-m", "ising-8", "--theme", "slides", "--out", out) == 0


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (
            ("--template", "nonsense"),
            "no figure template 'nonsense'; there are bulk, flow",
        ),
        (("--panel", "nonsense"), "There is no panel 'nonsense'; there are sample"),
        (("--template", "flow", "--panel", "spins"), "leave out one"),
        (("--panel", "scaling.binder"), "is not measured here"),
        (("--panel", "training.gap"), "is not measured here"),
        (("--panel", "training.gap", "--run", "none"), "Cannot read"),
        (("--panel", "spins", "--colors", "jet"), "There is no colour map 'jet'"),
        (("--panel", "spins", "--width", "1"), "must be 40 to 500 mm"),
        (("--height", "60"), "Height and letters are those of a template"),
        (("--letters",), "Height and letters are those of a template"),
    ],
)
def test_what_cannot_be_drawn_is_one_sentence(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    saved: Path,
    tmp_path: Path,
    arguments: tuple[str, ...],
    words: str,
) -> None:
    assert nrg(monkeypatch, "figure", saved, "--out", tmp_path / "f.pdf", *arguments) == 2
    error = capsys.readouterr().err
    assert words in error
    assert error.count("\n") == 1
    assert not (tmp_path / "f.pdf").exists()


def test_a_file_that_is_no_session_is_one_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "a.nrg").write_bytes(b"PK nothing")
    for name, words in (("a.nrg", "damaged"), ("b.nrg", "Cannot read"), ("a.txt", "no session")):
        arguments = (tmp_path / name, "--template", "flow", "--out", tmp_path / "f.pdf")
        assert nrg(monkeypatch, "figure", *arguments) == 2
        assert words in capsys.readouterr().err
