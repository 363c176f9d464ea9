"""Measurements: a real job in a process of its own, results on the disk, plots of results."""

from __future__ import annotations

import queue
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from nrg_app.analysis.multi_histogram import ThermalCurve
from nrg_app.analysis.scan_results import ScanSettings
from nrg_app.errors import NRGError
from nrg_app.physics.exact import CRITICAL_TEMPERATURE, kaufman_specific_heat
from nrg_app.session.measure.client import DIED, MeasureClient
from nrg_app.session.measure.orders import (
    KINDS,
    Ended,
    Failure,
    Message,
    ScalingResult,
    ScanOrder,
    ScanResult,
)
from nrg_app.session.measure.peaks import find_peaks
from nrg_app.session.measure.rows import scaling_tables
from nrg_app.session.measure.scan_plots import exact_curves, scan_plot
from nrg_app.session.measure.store import load_result, newest, save_result
from nrg_app.session.results import decode, encode

PATIENCE = 280.0  # seconds; only a failing test waits that long


@pytest.fixture
def inbox() -> queue.Queue[Message]:
    return queue.Queue()


@pytest.fixture
def client(inbox: queue.Queue[Message]) -> Iterator[MeasureClient]:
    client = MeasureClient(inbox.put)
    yield client
    client.close()


def order(samples: int = 400) -> ScanOrder:
    return ScanOrder(ScanSettings(4, (2.0, 2.2, 2.4), "wolff", samples, 3))


def test_a_scan_runs_in_a_process_of_its_own(
    client: MeasureClient, inbox: queue.Queue[Message], tmp_path: Path
) -> None:
    client.start(order())
    results = []
    while not isinstance(message := inbox.get(timeout=PATIENCE), Ended):
        assert not isinstance(message, Failure), message
        if isinstance(message, ScanResult):
            results.append(message)
    assert [len(result.points) for result in results] == [1, 2, 3, 3]
    last = results[-1]
    assert last.made.finished
    assert last.curve is not None
    # Exact values of the 4 x 4 torus; the seed is fixed, so five standard errors suffice.
    for point in last.points:
        for key in ("energy", "abs_magnetization", "binder"):
            deviation = point.values[key].deviation
            assert deviation is not None
            assert abs(deviation) < 5.0
    assert client.pid is None
    save_result(last, tmp_path / "scan.json")
    again = load_result(tmp_path / "scan.json")
    assert isinstance(again, ScanResult)
    assert again.order == last.order
    assert again.points[1].values == last.points[1].values
    np.testing.assert_allclose(again.curve.values["energy"], last.curve.values["energy"], 1e-7)


def test_a_cancelled_job_says_nothing_more(
    client: MeasureClient, inbox: queue.Queue[Message]
) -> None:
    client.start(order(5_000_000))
    inbox.get(timeout=PATIENCE)
    client.cancel()
    assert client.pid is None
    time.sleep(0.2)
    while not inbox.empty():
        inbox.get()
    time.sleep(0.3)
    assert inbox.empty()


def test_a_job_that_dies_is_a_sentence(client: MeasureClient, inbox: queue.Queue[Message]) -> None:
    client.start(order(5_000_000))
    inbox.get(timeout=PATIENCE)
    assert client._link is not None
    client._link.process.kill()
    while not isinstance(message := inbox.get(timeout=PATIENCE), Failure):
        pass
    assert message.message == DIED


def test_a_bad_model_is_a_sentence(client: MeasureClient, inbox: queue.Queue[Message]) -> None:
    settings = ScanSettings(4, (2.0,), "raw", 400, 3, "no-such-model")
    client.start(ScanOrder(settings))
    while not isinstance(message := inbox.get(timeout=PATIENCE), Failure):
        pass
    assert "no-such-model" in message.message


def test_every_measurement_that_comes_with_the_program_can_be_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    for kind in KINDS:
        result = newest(kind)
        assert result is not None
        assert result.made.finished
    scaling = newest("scaling")
    assert isinstance(scaling, ScalingResult)
    assert len(scaling_tables(scaling)) == 3


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        '{"type": "Path"}',
        '{"type": "Estimate", "wrong": 1}',
        '{"array": [1], "shape": 3}',
    ],
)
def test_damaged_files_are_a_sentence(tmp_path: Path, text: str) -> None:
    path = tmp_path / "scan.json"
    path.write_text(text)
    with pytest.raises(NRGError, match="holds no measurement"):
        load_result(path)


def test_arrays_and_unknown_numbers_survive() -> None:
    value = {"a": np.array([[1.5, np.nan]]), "b": (1, None, "x"), "c": np.arange(3)}
    back = decode(encode(value))
    np.testing.assert_array_equal(back["a"], value["a"])
    assert back["a"].dtype == np.float64
    assert back["b"] == value["b"]
    np.testing.assert_array_equal(back["c"], value["c"])


def test_the_peak_of_the_exact_specific_heat_is_found() -> None:
    t = np.linspace(2.0, 2.6, 121)
    heat = np.asarray(kaufman_specific_heat(16, t))
    flat = np.zeros_like(t)
    values = {
        "specific_heat": heat,
        "magnetization_squared": 0.01 - (t - 2.41) ** 2,
        "abs_magnetization": flat,
    }
    replicas = {key: np.stack([value, value]) for key, value in values.items()}
    curve = ThermalCurve(16, t, values, {}, replicas, flat)
    heat_peak, chi_peak = find_peaks(curve)
    assert heat_peak.exact == pytest.approx(2.3175, abs=5e-4)
    assert heat_peak.temperature.value == pytest.approx(heat_peak.exact, abs=1e-3)
    assert heat_peak.temperature.error == pytest.approx(0.0, abs=1e-12)
    assert chi_peak.temperature.value == pytest.approx(2.41, abs=1e-6)
    assert chi_peak.exact is None


def test_a_scan_of_one_temperature_has_an_axis_all_the_same() -> None:
    plot = scan_plot("energy", None, exact_curves(4, 2.2, 2.2), 2.2)
    assert (plot.x.low, plot.x.high) == (None, None)


def test_exact_curves_are_drawn_before_anything_is_measured() -> None:
    curves = exact_curves(8, 1.5, 3.5)
    heat = scan_plot("specific_heat", None, curves, 2.0)
    assert [series.look for series in heat.series] == ["dotted", "line"]
    # The infinite lattice's heat diverges at Tc: the curve is broken there.
    at_tc = np.flatnonzero(curves.temperatures == CRITICAL_TEMPERATURE)
    assert np.isnan(heat.series[0].y[at_tc]).all()
    assert scan_plot("binder", None, curves, 2.0).is_empty()
