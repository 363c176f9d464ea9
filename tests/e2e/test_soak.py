"""The soak: what it tells of the processes of a window that is used for some time."""

from __future__ import annotations

import math
import os
from pathlib import Path

import numpy as np
import pytest

from nrg_app.cli.soak import MEMORY_SLOPE, Life, Soak, run_soak, soak

LONG = os.environ.get("HYPOTHESIS_PROFILE") == "nightly"


def test_a_growing_process_is_told_from_a_steady_one() -> None:
    times = np.arange(0.0, 1200.0, 5.0)
    rng = np.random.default_rng(1)
    teeth = 30.0 * (times % 60.0) / 60.0 + rng.normal(0.0, 0.5, len(times))
    start = 80.0 * np.exp(-times / 60.0)
    steady = Life("window", times.tolist(), (200.0 - start + teeth).tolist(), [1] * len(times))
    leaking = Life(
        "window", times.tolist(), (200.0 - start + teeth + 3.0 * times / 600.0).tolist(), []
    )
    assert abs(steady.slope(400.0)) < MEMORY_SLOPE
    assert leaking.slope(400.0) == pytest.approx(3.0, abs=MEMORY_SLOPE)
    assert math.isnan(Life("window", [1.0], [2.0], [3]).slope(0.0))


def test_a_window_is_used_and_its_processes_are_looked_at(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    run_soak("ising-8", 0.4, tmp_path / "soak.json")
    told = capsys.readouterr().out
    for words in ("window", "sampler", "training", "shared memory left behind: none"):
        assert words in told
    assert (tmp_path / "soak.json").stat().st_size > 500


@pytest.mark.skipif(not LONG, reason="30 minutes; set HYPOTHESIS_PROFILE=nightly")
@pytest.mark.timeout(2400)
def test_ten_minutes_after_the_warm_up_leave_memory_and_handles_as_they_were(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    *_, (_, result) = soak("ising-32", 30.0)
    assert isinstance(result, Soak)
    assert {"window", "sampler", "training"} <= {life.name for life in result.lives}
    assert result.shared_left == []
    for life in result.lives:
        assert life.slope(result.warm_up) < MEMORY_SLOPE, life.name
        assert life.handles[-1] <= life.handles[life.at(result.warm_up)] + 2, life.name
