"""``nrg mcrg`` and ``nrg measure race``: the window's jobs, tables, files, refusals and Ctrl-C."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from nrg_app.analysis.effective_couplings import coupling_flow
from nrg_app.analysis.mcrg import measure_exponents
from nrg_app.cli import jobs, main
from nrg_app.session.measure.jobs import carry_out
from nrg_app.session.measure.orders import McrgResult, Order, RaceResult
from nrg_app.session.measure.store import load_result

MCRG = ("mcrg", "--size", 8, "-n", 800, "--path-samples", 80, "-T", 2.5, "--seed", 4)
RACE = ("measure", "race", "--sizes", "8", "--seconds", 0.03)


@pytest.fixture
def nrg(monkeypatch: pytest.MonkeyPatch):
    """Runs ``nrg`` with arguments and returns its exit status."""

    def run(*arguments: object) -> int:
        monkeypatch.setattr(sys, "argv", ["nrg", *map(str, arguments)])
        try:
            main()
        except SystemExit as end:
            return int(end.code or 0)
        return 0

    return run


def test_the_exponents_are_those_of_the_library(nrg, capsys, tmp_path: Path) -> None:
    out, figure = tmp_path / "rg.json", tmp_path / "rg.pdf"
    assert nrg(*MCRG, "--out", out, "--figure", figure) == 0
    text = capsys.readouterr().out
    assert re.search(r"│ y_t, majority +│ \d\.\d+ ± 0\.\d+ +│ 1\.000000 +│", text)
    assert re.search(r"│ K_nn, T = 2\.5 +│ 0\.\d+ ± 0\.\d+ +│ 0\.400000 +│", text)
    result = load_result(out)
    assert isinstance(result, McrgResult)
    assert result.made.finished
    assert result.exponents == (measure_exponents(8, samples=800, seed=4),)
    assert result.paths == coupling_flow(8, [2.5], samples=80, seed=4).paths
    assert figure.read_bytes().startswith(b"%PDF")


def test_a_network_takes_part_and_settings_come_from_a_file(nrg, capsys, tmp_path: Path) -> None:
    settings, out = tmp_path / "rg.toml", tmp_path / "rg.csv"
    settings.write_text(
        'model = "ising-8"\ntemperatures = [2.5]\nsamples = 9999\npath_samples = 40\nseed = 3\n'
    )
    assert nrg("mcrg", "--settings", settings, "-n", 800, "--out", out) == 0
    assert "y_h, network" in capsys.readouterr().out
    lines = out.read_text(encoding="utf-8").splitlines()
    assert any("800 samples" in line for line in lines if line.startswith("#"))
    assert "# model: ising-8" in lines
    start = 'y_t,"coarse fields of exact samples, decimation",'
    assert any(line.startswith(start) for line in lines)


def test_a_race_prints_memory_and_speed(nrg, capsys, tmp_path: Path) -> None:
    out, figure = tmp_path / "race.npz", tmp_path / "race.svg"
    assert nrg(*RACE, "--out", out, "--figure", figure) == 0
    text = capsys.readouterr().out
    for name in ("Metropolis", "Wolff", "latent HMC", "partial", "flow +"):
        assert f"│ {name} " in text
    with np.load(out, allow_pickle=False) as data:
        assert data["tau_m/Wolff/x"].tolist() == [8.0]
        assert "0.03 s of CPU time" in str(data["provenance"])
    assert b"<svg" in figure.read_bytes()[:500]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("mcrg", "--size", 4), "side 8 or more"),
        (("mcrg", "--size", 12), "power of two"),
        (("mcrg", "--rules", "magic"), "'rules.0'"),
        (("mcrg", "--rules", "encoded", "--size", 8), "needs a network"),
        (("mcrg", "-m", "ising-8", "--size", 16), "of side 8, not 16"),
        (("mcrg", "-n", 20, "--size", 8), "16 samples"),
        (("mcrg", "-T", -1, "--size", 8, "-n", 800), "temperature"),
        (("mcrg", "--seed", -1), "'seed'"),
        (("mcrg", "--out", "rg.xls"), ".csv, .npz or .json"),
        (("mcrg", "--figure", "rg.gif"), ".pdf, .svg or .png"),
        (("mcrg", "--figure", "missing/rg.pdf"), "no folder"),
        (("mcrg", "--settings", "missing.toml"), "missing.toml"),
        (("measure", "race", "-T", 2, "-T", 3), "at one temperature"),
        (("measure", "race", "--sizes", "5"), "ising-5"),
        (("measure", "race", "--sizes", "8,16", "-m", "ising-8"), "leave out --model or --sizes"),
        (("measure", "race", "--seconds", 0), "'seconds'"),
        (("measure", "scan", "--figure", "scan.gif"), ".pdf, .svg or .png"),
    ],
)
def test_bad_options_are_refused_in_one_sentence(
    nrg, capsys, arguments, sentence: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    assert nrg(*arguments) == 2
    error = capsys.readouterr().err
    assert error.startswith("nrg: ")
    assert error.count("\n") == 1
    assert sentence in error


@pytest.mark.parametrize(("arguments", "kind"), [(MCRG, McrgResult), (RACE, RaceResult)])
def test_ctrl_c_keeps_what_was_measured(
    nrg, capsys, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments, kind: type
) -> None:
    def interrupted(order: Order, say: Callable[[object], None]) -> None:
        def hear(message: object) -> None:
            say(message)
            if isinstance(message, kind):
                raise KeyboardInterrupt

        carry_out(order, hear)

    monkeypatch.setattr(jobs, "carry_out", interrupted)
    out = tmp_path / "part.json"
    assert nrg(*arguments, "--out", out) == 130
    result = load_result(out)
    assert isinstance(result, kind)
    assert not result.made.finished
    assert "Stopped before the end" in capsys.readouterr().out


def test_ctrl_c_before_anything_was_measured_writes_nothing(
    nrg, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(order: Order, say: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(jobs, "carry_out", interrupted)
    assert nrg(*MCRG, "--out", tmp_path / "none.json") == 130
    assert not list(tmp_path.iterdir())
