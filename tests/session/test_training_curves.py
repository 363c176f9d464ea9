"""Histories of trainings in buffers of fixed size."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from nrg_app.physics.exact import CRITICAL_TEMPERATURE
from nrg_app.session.training_curves import (
    CAPACITY,
    RunCurves,
    critical_free_energy,
    smooth,
    smooth_error,
)
from nrg_app.session.training_messages import TrainingMark, TrainingPoint

POINT = TrainingPoint(
    steps=1,
    size=8,
    stage=0,
    gap=0.01,
    gap_error=0.002,
    critical_gap=0.02,
    critical_gap_error=0.004,
    ess=0.5,
    learning_rate=1e-3,
    gradient_norm=0.1,
    steps_per_second=10.0,
    fraction=0.5,
    seconds=10.0,
    remaining=10.0,
)
NO_STARTS = np.array([0])


def history(n: int, **changes: float) -> RunCurves:
    return RunCurves.of(replace(POINT, steps=k + 1, **changes) for k in range(n))


def test_the_exact_free_energy_is_known() -> None:
    # Kaufman's lnZ / N at Tc for L = 8 and 32.
    assert critical_free_energy(8) == pytest.approx(-CRITICAL_TEMPERATURE * 0.93971532, abs=1e-7)
    assert critical_free_energy(32) == pytest.approx(-CRITICAL_TEMPERATURE * 0.93032039, abs=1e-7)


def test_a_gap_becomes_a_variational_free_energy_above_the_exact_one() -> None:
    values, errors = history(3).free_energy()
    assert values == pytest.approx(critical_free_energy(8) + CRITICAL_TEMPERATURE * 0.02)
    assert errors == pytest.approx(CRITICAL_TEMPERATURE * 0.004)


def test_a_long_history_is_thinned_and_stays_whole() -> None:
    curves = RunCurves()
    for k in range(3 * CAPACITY):
        curves.add(replace(POINT, steps=k + 1, gap=float(k)))
    assert len(curves) <= CAPACITY
    steps = curves.column("steps")
    assert steps[0] <= 4
    assert steps[-1] > 3 * CAPACITY - 4
    assert np.all(np.diff(steps) > 0)
    # Means of neighbours lie within a stride of the last of them.
    assert np.abs(curves.column("gap") - steps).max() < 4


def test_thinning_keeps_means_and_shrinks_errors() -> None:
    curves = history(2 * CAPACITY)
    assert curves.column("gap") == pytest.approx(0.01)
    assert curves.column("gap_error")[0] == pytest.approx(0.002 / np.sqrt(2))


def test_steps_that_are_done_again_after_a_crash_replace_the_old_ones() -> None:
    curves = history(10)
    curves.add(replace(POINT, steps=4, gap=0.5))
    assert curves.column("steps").tolist() == [1, 2, 3, 4]
    assert curves.column("gap")[-1] == 0.5


def test_marks_that_are_set_again_replace_the_old_ones() -> None:
    curves = RunCurves()
    for steps in (5, 9, 5):
        curves.add(TrainingMark(steps, "growth", "L = 4 → 8", 8))
    assert [mark.steps for mark in curves.marks] == [5]


def test_unknown_values_are_no_numbers() -> None:
    curves = history(3, critical_gap=None, critical_gap_error=None)  # type: ignore[arg-type]
    assert np.isnan(curves.free_energy()[0]).all()


def test_a_new_lattice_is_a_new_start() -> None:
    curves = history(4)
    for k in range(4, 8):
        curves.add(replace(POINT, steps=k + 1, size=16))
    assert curves.stage_starts().tolist() == [0, 4]


def test_smoothing_follows_a_line_and_does_not_look_across_a_start() -> None:
    line = np.arange(50.0)
    assert smooth(line, NO_STARTS)[12:38] == pytest.approx(line[12:38])
    steps = np.repeat([1.0, 2.0], 30)
    assert smooth(steps, np.array([0, 30])) == pytest.approx(steps)
    holes = np.where(line % 3 == 0, np.nan, 5.0)
    assert smooth(holes, NO_STARTS)[1:] == pytest.approx(5.0)


def test_the_error_of_a_smoothed_curve_is_its_spread() -> None:
    rng = np.random.default_rng(2)
    noise = rng.normal(size=(400, 60))
    spread = np.array([smooth(row, NO_STARTS)[30] for row in noise]).std()
    error = smooth_error(np.ones(60), NO_STARTS)[30]
    # The relative error of a standard deviation of 400 values is 1 / sqrt(800): 4 of them.
    assert abs(spread / error - 1.0) < 4 / np.sqrt(800)
