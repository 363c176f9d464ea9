"""``nrg bench``: a table, a JSON file that reads back, a figure; bad input in one sentence."""

import sys
from pathlib import Path

import pytest
from pydantic import TypeAdapter

from nrg_app.analysis import timing
from nrg_app.analysis.benchmark import Benchmark, Speed
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
    # Away from Tc, where the network of all scales would stand in for L = 4.
    options = ("-T", 2.0, "--sizes", "4,8", "--seconds", 0.01, "--json", json, "--figure", figure)
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
    assert result.complete
    assert result.learning is not None
    assert result.learning.size == 4
    seconds = [point.seconds for point in result.learning.points]
    assert seconds == sorted(seconds)
    assert result.learning.points[-1].steps >= 5
    network = result.speed("network", 8)
    assert network.gap is not None
    assert network.gap_error is not None
    # The shipped model of L = 8 has a gap of 1e-4 here; its batches err by 1e-4.
    assert abs(network.gap) < 2e-3
    assert figure.read_bytes().startswith(b"%PDF")
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "bench.json",
        "bench.pdf",
        "bench.pdf.json",
    ]
    text = capsys.readouterr().out
    assert "Independent samples per second" in text
    assert "No trained model for L = 4" in text
    assert "A short training: L = 4" in text
    assert "Growth, time ~ N^exponent" in text


def test_an_interrupted_run_writes_what_it_has(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    chain_speed = timing.chain_speed

    def interrupted(method: str, size: int, temperature: float, seconds: float) -> Speed:
        if size == 8:
            raise KeyboardInterrupt
        return chain_speed(method, size, temperature, seconds)  # type: ignore[arg-type]

    monkeypatch.setattr(timing, "chain_speed", interrupted)
    json, figure = tmp_path / "bench.json", tmp_path / "bench.svg"
    # Away from Tc, where the network of all scales would stand in for L = 4.
    options = ("-T", 2.0, "--sizes", "4,8", "--seconds", 0.01, "--json", json, "--figure", figure)
    assert bench(monkeypatch, *options) == 130
    result = TypeAdapter(Benchmark).validate_json(json.read_text())
    assert {speed.size for speed in result.speeds} == {4}
    assert [cost.size for cost in result.costs] == [4]
    assert (result.complete, result.learning, result.growths) == (False, None, ())
    assert figure.exists()
    assert "Stopped before the end" in capsys.readouterr().out


def test_a_run_that_is_stopped_at_once_writes_nothing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def interrupted(*_arguments: object, **_options: object) -> Speed:
        raise KeyboardInterrupt

    monkeypatch.setattr(timing, "network_speed", interrupted)
    json = tmp_path / "bench.json"
    assert bench(monkeypatch, "--sizes", "4", "--seconds", 0.01, "--json", json) == 130
    assert not json.exists()


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
        ("--model", "ising-8"),
        ("--use",),
    ],
)
def test_bad_input_is_refused_before_anything_is_measured(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], options: tuple[str, ...]
) -> None:
    assert bench(monkeypatch, *options) == 2
    error = capsys.readouterr().err
    assert error.startswith("nrg: ")
    assert error.count("\n") == 1
