"""``nrg bench``: a table, a JSON file that reads back, a figure; bad input in one sentence."""

import sys
from pathlib import Path

import pytest
from pydantic import TypeAdapter

from nrg_app.analysis.benchmark import Benchmark
from nrg_app.cli import main


def bench(monkeypatch: pytest.MonkeyPatch, *arguments: object) -> int:
    monkeypatch.setattr(sys, "argv", ["nrg", "bench", *map(str, arguments)])
    try:
        main()
    except SystemExit as end:
        return int(end.code or 0)
    return 0


def test_a_short_run_writes_everything(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    json, figure = tmp_path / "bench.json", tmp_path / "bench.pdf"
    options = ("--sizes", "4,8", "--seconds", 0.01, "--json", json, "--figure", figure)
    assert bench(monkeypatch, *options) == 0
    adapter = TypeAdapter(Benchmark)
    result = adapter.validate_json(json.read_text())
    assert adapter.validate_json(adapter.dump_json(result)) == result
    assert [(s.size, s.method) for s in result.speeds] == [
        (side, method) for side in (4, 8) for method in ("network", "metropolis", "wolff")
    ]
    assert [(cost.size, cost.trained) for cost in result.costs] == [(4, False), (8, True)]
    assert result.speed("network", 4).independent_per_second is None
    assert any(growth.quantity == "network, a sample" for growth in result.growths)
    assert figure.read_bytes().startswith(b"%PDF")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["bench.json", "bench.pdf"]
    text = capsys.readouterr().out
    assert "Independent samples per second" in text
    assert "No trained model for L = 4" in text


@pytest.mark.parametrize(
    "options",
    [
        ("--sizes", "7"),
        ("--sizes", "8,x"),
        ("--sizes", "2"),
        ("--sizes", "256"),
        ("--temperature", "-1"),
        ("--json", "/nowhere/at/all.json"),
        ("--figure", "bench.gif"),
    ],
)
def test_bad_input_is_refused_before_anything_is_measured(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], options: tuple[str, str]
) -> None:
    assert bench(monkeypatch, *options) == 2
    error = capsys.readouterr().err
    assert error.startswith("nrg: ")
    assert error.count("\n") == 1
