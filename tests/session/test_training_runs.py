"""Runs on the disk, and the settings that they come from."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest

from nrg_app.errors import NRGError
from nrg_app.session.training_messages import (
    AbsMagnetization,
    FixedNoise,
    GapsByScale,
    TrainingMark,
    TrainingMessage,
    TrainingState,
)
from nrg_app.session.training_runs import (
    RunFolder,
    create_run,
    list_runs,
    read_events,
    runs_dir,
    write_event,
)
from nrg_app.session.training_settings import RunSettings, expected_gap


@pytest.fixture(autouse=True)
def _own_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))


def test_every_run_has_a_folder_and_a_name_of_its_own(tmp_path: Path) -> None:
    names = [create_run(RunSettings(size=size)).name for size in (8, 8, 16)]
    assert names == ["ising-8-a", "ising-8-b", "ising-16-a"]
    assert runs_dir() == tmp_path / "nrg" / "runs"
    assert {run.name for run in list_runs()} == set(names)


def test_the_record_comes_back_as_it_was_stored() -> None:
    folder = create_run(RunSettings(size=8, seed=5, minutes=2.5))
    record = folder.load()
    record.status, record.steps, record.gap = "paused", 12, 3e-4
    folder.store(record)
    assert RunFolder(folder.path).load() == record
    assert [path.name for path in folder.path.iterdir()] == ["run.json"]


def test_a_damaged_record_is_explained_and_left_out_of_the_list() -> None:
    folder = create_run(RunSettings())
    folder.record.write_text('{"name": "x"')
    assert list_runs() == []
    with pytest.raises(NRGError, match="damaged"):
        folder.load()


def test_events_survive_the_disk() -> None:
    folder = create_run(RunSettings())
    spins = np.where(np.random.default_rng(1).random((3, 8, 8)) < 0.5, 1, -1).astype(np.int8)
    density = np.array([0.25, 0.75])
    said: list[TrainingMessage] = [
        TrainingMark(10, "growth", "L = 4 → 8", 8),
        FixedNoise(11, spins),
        AbsMagnetization(12, 64, np.array([0.0, 0.5, 1.0]), density, None),
        GapsByScale(13, {8: (1e-3, 1e-4)}),
        TrainingState("running"),
    ]
    with folder.events.open("w", encoding="utf-8") as stream:
        for message in said:
            write_event(stream, message)
    mark, samples, magnetization, scales = read_events(folder)
    assert mark == said[0]
    assert isinstance(samples, FixedNoise)
    assert samples.spins.dtype == np.int8
    assert np.array_equal(samples.spins, spins)
    assert isinstance(magnetization, AbsMagnetization)
    assert magnetization.network == pytest.approx(density)
    assert magnetization.wolff is None
    assert scales == said[3]


def test_a_line_that_was_cut_off_by_a_crash_is_left_out() -> None:
    folder = create_run(RunSettings())
    line = io.StringIO()
    write_event(line, TrainingMark(10, "growth", "L = 4 → 8", 8))
    folder.events.write_text(line.getvalue() + '{"event": "Unknown"}\n7\n' + line.getvalue()[:30])
    assert len(list(read_events(folder))) == 1


def test_a_run_without_events_has_none() -> None:
    assert list(read_events(create_run(RunSettings()))) == []


@pytest.mark.parametrize(
    ("settings", "sizes"),
    [
        (RunSettings(size=16), [4, 8, 16]),
        (RunSettings(size=16, start="m", start_size=8), [16]),
        (RunSettings(size=32, start="m", start_size=8), [16, 32]),
        (RunSettings(size=8, start="m", start_size=8), [8]),
        (RunSettings(recipe="ising-8", seed=3), [4, 8, 8, 8, 8, 8]),
    ],
)
def test_settings_become_the_stages_of_growth(settings: RunSettings, sizes: list[int]) -> None:
    recipe = settings.make_recipe()
    assert [stage.size for stage in recipe.stages] == sizes
    assert recipe.seed == settings.seed
    assert recipe.start == settings.start


def test_bad_settings_are_explained() -> None:
    with pytest.raises(NRGError, match="no recipe 'none'"):
        RunSettings(recipe="none").make_recipe()


def test_more_time_promises_a_smaller_gap() -> None:
    for size in (8, 16, 32, 64):
        gaps = [expected_gap(size, minutes) for minutes in (1.0, 5.0, 30.0)]
        assert gaps == sorted(gaps, reverse=True)
        assert gaps[0] > gaps[-1] > 0
    assert expected_gap(128, 5.0) is None
    assert RunSettings(recipe="ising-8").expected_gap() is None
    new, grown = (RunSettings(size=16, start_size=size).expected_gap() for size in (0, 8))
    assert new is not None
    assert grown is not None
    assert grown < new
