"""``nrg gallery``: all its figures are drawn, each with what was run to get it."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from nrg_app.cli import benchmark, gallery, main


def nrg(monkeypatch: pytest.MonkeyPatch, *arguments: object) -> int:
    monkeypatch.setattr(sys, "argv", ["nrg", "gallery", *map(str, arguments)])
    try:
        main()
    except SystemExit as end:
        return int(end.code or 0)
    return 0


def test_every_figure_is_written_with_its_note(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    # What is measured anew is measured as little as goes.
    monkeypatch.setattr(gallery, "_BULK_MODEL", "ising-8")
    monkeypatch.setattr(gallery, "_BULK_SAMPLES", 64)
    monkeypatch.setattr(benchmark, "_QUICK_SIDES", (8,))
    monkeypatch.setattr(benchmark, "_QUICK_SECONDS", 0.01)
    monkeypatch.setattr(benchmark, "_QUICK_TRAINING", 0.1)
    gallery._bulk.cache_clear()
    assert nrg(monkeypatch, "--out", tmp_path) == 0
    gallery._bulk.cache_clear()
    assert len(gallery.GALLERY) == 10
    for name in gallery.GALLERY:
        assert (tmp_path / f"{name}.pdf").read_bytes().startswith(b"%PDF")
        note = json.loads((tmp_path / f"{name}.pdf.json").read_text(encoding="utf-8"))
        assert note["title"]
        assert note["made by"]


def test_one_figure_may_be_chosen_in_another_format(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert nrg(monkeypatch, "gaps", "--out", tmp_path, "--format", "png", "--dpi", 100) == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["gaps.png", "gaps.png.json"]


def test_an_unknown_figure_is_a_sentence(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert nrg(monkeypatch, "gasp", "--out", tmp_path) == 2
    assert "no figure 'gasp'; choose of sample, observables" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())
