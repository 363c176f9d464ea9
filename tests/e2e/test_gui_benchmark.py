"""The benchmark of the window: it opens one, drags its slider and counts pictures."""

import json
from pathlib import Path

import pytest

from nrg_app.cli.gui_benchmark import run, run_gui_benchmark
from nrg_app.errors import NRGError


def test_a_window_is_measured_in_a_process_of_its_own(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    out = tmp_path / "gui.json"
    run_gui_benchmark("ising-8", 4.0, training=False, use=True, file=out)
    assert "slider to picture" in capsys.readouterr().out
    figures = json.loads(out.read_text())
    assert figures["model"] == "ising-8"
    assert figures["platform"] == "offscreen"
    assert figures["pictures"] > 0
    assert 0.0 < figures["visible"] < figures["first_sample"]
    assert figures["long_pauses"] == sum(number for _, number, _ in figures["pauses_after"])
    assert 0.0 < figures["latency_median"] <= figures["latency_p95"]


def test_a_window_that_cannot_open_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QT_QPA_PLATFORM", "nonsense")
    with pytest.raises(NRGError, match="could not be measured"):
        run("ising-8", 1.0, training=False)
