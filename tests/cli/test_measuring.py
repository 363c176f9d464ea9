"""``nrg measure``: tables, files, settings, refusals and Ctrl-C."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from nrg_app.analysis.scan import ScanPoint, scan
from nrg_app.cli import main, measuring
from nrg_app.physics.exact import CRITICAL_TEMPERATURE
from nrg_app.session.measure.jobs import carry_out
from nrg_app.session.measure.orders import Message, ScalingOrder, ScalingResult


@pytest.fixture
def nrg(monkeypatch: pytest.MonkeyPatch):
    """Runs ``nrg measure`` with arguments and returns its exit status."""

    def run(*arguments: object) -> int:
        monkeypatch.setattr(sys, "argv", ["nrg", "measure", *map(str, arguments)])
        try:
            main()
        except SystemExit as end:
            return int(end.code or 0)
        return 0

    return run


def test_a_scan_prints_estimates_beside_exact_values(nrg, capsys) -> None:
    assert nrg("--sizes", 4, "--low", 2.0, "--high", 2.4, "--points", 2, "-n", 300) == 0
    text = capsys.readouterr().out
    assert "Wolff clusters, 300 samples" in text
    assert text.index("L = 4, T = 2 ") < text.index("L = 4, T = 2.4 ")
    assert re.search(r"energy e +│ −1\.\d+ ± 0\.\d+ +│ −1\.755380 +│ [+−]\d\.\d ", text)


def test_a_network_is_reweighted_and_the_file_says_so(nrg, capsys, tmp_path: Path) -> None:
    out = tmp_path / "scan.json"
    assert nrg("-m", "ising-8", "-T", 2.31, "-n", 400, "--seed", 7, "--out", out) == 0
    assert "trained range" not in capsys.readouterr().out
    content = json.loads(out.read_text(encoding="utf-8"))
    (settings,) = content["provenance"]["settings"]
    assert settings == {
        "size": 8,
        "temperatures": [2.31],
        "estimator": "reweighted",
        "samples": 400,
        "seed": 7,
        "model": "ising-8",
    }
    assert content["provenance"]["command"].startswith("nrg measure -m ising-8 -T 2.31")
    values = content["points"][0]["values"]
    assert all(abs(value["deviation"]) < 4.0 for value in values.values())


def test_settings_come_from_a_file_and_flags_override_them(nrg, tmp_path: Path, capsys) -> None:
    settings, out = tmp_path / "scan.toml", tmp_path / "scan.npz"
    settings.write_text("sizes = [4]\ntemperatures = [2.0, 3.0]\nsamples = 250\nseed = 3\n")
    assert nrg("--settings", settings, "-n", 200, "--out", out) == 0
    with np.load(out, allow_pickle=False) as data:
        assert data["temperatures"].tolist() == [3.0, 2.0]
        assert data["samples"].tolist() == [200, 200]
    assert f"wrote {out}".replace("\n", "") in capsys.readouterr().out.replace("\n", "")


def test_crossings_and_tc_are_printed(nrg, tmp_path: Path, capsys) -> None:
    out = tmp_path / "tc.json"
    options = ("--low", 2.05, "--high", 2.4, "--points", 3, "-n", 2000, "--seed", 1)
    assert nrg("crossing", "--sizes", "4,8", *options, "--out", out) == 0
    text = capsys.readouterr().out
    assert "T, L = 4 and 8" in text
    found = json.loads(out.read_text())["results"]["critical_point"]
    # The exact cumulants of L = 4 and 8 cross there.
    assert abs(found["temperature"]["value"] - 2.235747) < 4.0 * found["temperature"]["error"]


def test_a_collapse_prints_exponents(nrg, capsys) -> None:
    assert nrg("collapse", "--sizes", "4,8", "-n", 1000, "--known-tc") == 0
    text = capsys.readouterr().out
    for name, exact in (("nu", "1.000000"), ("beta", "0.125000"), ("gamma", "1.750000")):
        assert re.search(rf"│ {name} +│ \d\.\d+ ± \d\.\d+ +│ {exact} │", text), name


def test_the_central_charge_is_that_of_the_networks(nrg, capsys) -> None:
    assert nrg("charge", "--sizes", "8,16", "-e", "reweighted", "-n", 500) == 0
    text = capsys.readouterr().out
    assert "L = 16" in text
    assert re.search(r"central charge c +│ 0\.\d+ ± 0\.0\d+ +│ 0\.500000 │", text)


@pytest.mark.parametrize(
    ("what", "models"), [("crossing", ()), ("charge", ("ising-8", "ising-16"))]
)
def test_scaling_is_that_of_the_window(nrg, tmp_path: Path, what: str, models) -> None:
    out, tc = tmp_path / "scaling.json", CRITICAL_TEMPERATURE
    sizes, temperatures = ((8, 16), (tc,)) if models else ((4, 8), (2.1, tc, 2.4))
    flags = [flag for t in temperatures for flag in ("-T", repr(t))]
    flags += ["-e", "reweighted"] if models else []
    sides = ",".join(map(str, sizes))
    assert nrg(what, "--sizes", sides, *flags, "-n", 1000, "--seed", 3, "--out", out) == 0
    heard: list[Message] = []
    carry_out(ScalingOrder(sizes, temperatures, 1000, 3, models), heard.append)
    result = next(m for m in reversed(heard) if isinstance(m, ScalingResult))
    found = json.loads(out.read_text())["results"]
    if models:
        assert result.charge is not None
        mine, other = found["central_charge"]["central_charge"], result.charge.central_charge
    else:
        assert result.critical is not None
        mine, other = found["critical_point"]["temperature"], result.critical.temperature
    assert (mine["value"], mine["error"]) == (other.value, other.error)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("-T", -1), "temperature"),
        (("--sizes", "a"), "sizes"),
        (("--samples", 3), "128 samples"),
        (("--low", 3, "--high", 2), "no range"),
        (("-e", "raw", "--sizes", 8, "-m", "ising-16"), "one lattice side"),
        (("--out", "scan.xls"), ".csv, .npz or .json"),
        (("--out", "missing/scan.csv"), "no folder"),
        (("--settings", "missing.toml"), "missing.toml"),
        (("charge", "-T", 2.0, "-n", 10**9, "--sizes", 4), "not at T = 2"),
        (("charge", "-e", "raw", "-n", 10**9, "--sizes", 8), "only a bound"),
        (("crossing", "-n", 10**9, "--sizes", 8), "several lattice sides"),
        (("collapse", "-n", 10**9, "--sizes", 8), "several lattice sides"),
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


def test_an_unknown_setting_is_named(nrg, capsys, tmp_path: Path) -> None:
    settings = tmp_path / "scan.toml"
    settings.write_text("temperature = 2.0\n")
    assert nrg("--settings", settings) == 2
    assert "'temperature'" in capsys.readouterr().err


def test_points_outlive_an_analysis_that_fails(nrg, tmp_path: Path, capsys) -> None:
    out = tmp_path / "points.json"
    hot = ("--low", 2.9, "--high", 3.0, "--points", 2)
    assert nrg("crossing", "--sizes", "4,8", *hot, "-n", 400, "--out", out) == 2
    assert "do not cross" in capsys.readouterr().err
    content = json.loads(out.read_text())
    assert len(content["points"]) == 4
    assert "do not cross" in content["results"]["failure"]


def test_raw_averages_have_no_crossings(nrg, capsys) -> None:
    assert nrg("crossing", "-e", "raw", "--sizes", "8,16") == 2
    assert "known weights" in capsys.readouterr().err


def test_ctrl_c_keeps_what_was_measured(
    nrg, capsys, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*arguments: object) -> Iterator[ScanPoint]:
        yield next(scan(*arguments))  # type: ignore[arg-type]
        raise KeyboardInterrupt

    monkeypatch.setattr(measuring, "scan", interrupted)
    out = tmp_path / "scan.json"
    assert nrg("--sizes", 4, "-n", 200, "--out", out) == 130
    content = json.loads(out.read_text(encoding="utf-8"))
    assert content["results"] == {"complete": False}
    assert [point["temperature"] for point in content["points"]] == [2.8]
    assert "Stopped before the end" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("what", "samples"), [("scan", 200), ("crossing", 2000), ("collapse", 300), ("charge", 200)]
)
def test_points_are_drawn(nrg, tmp_path: Path, what: str, samples: int) -> None:
    figure = tmp_path / "points.pdf"
    assert nrg(what, "--sizes", "4,8", "--points", 5, "-n", samples, "--figure", figure) == 0
    assert figure.read_bytes().startswith(b"%PDF")


def test_ctrl_c_before_the_first_point_draws_nothing(
    nrg, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*arguments: object) -> Iterator[ScanPoint]:
        raise KeyboardInterrupt

    monkeypatch.setattr(measuring, "scan", interrupted)
    figure = tmp_path / "none.pdf"
    assert nrg("crossing", "--sizes", "4,8", "-n", 200, "--figure", figure) == 130
    assert not figure.exists()
