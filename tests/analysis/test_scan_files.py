"""Scans in files: what was measured and what was run comes back."""

from __future__ import annotations

import csv
import json
import math
from pathlib import Path

import numpy as np
import pytest

from nrg_app.analysis.scan import ScanPoint, ScanSettings, scan
from nrg_app.analysis.scan_files import plain, write_scan
from nrg_app.analysis.scan_results import QUANTITIES, Provenance
from nrg_app.errors import NRGError

SETTINGS = tuple(ScanSettings(size, (2.2, 2.6), samples=200, seed=size) for size in (4, 16))
PROVENANCE = Provenance(SETTINGS, "nrg measure")


@pytest.fixture(scope="module")
def points() -> list[ScanPoint]:
    return [point for settings in SETTINGS for point in scan(settings)]


def test_a_table_has_provenance_values_errors_and_exact_values(
    points: list[ScanPoint], tmp_path: Path
) -> None:
    write_scan(tmp_path / "scan.csv", points, PROVENANCE, {"complete": True})
    first, second, *lines = (tmp_path / "scan.csv").read_text(encoding="utf-8").splitlines()
    run = json.loads(first.removeprefix("# provenance "))
    assert run["settings"][1]["seed"] == 16
    assert run["command"] == "nrg measure"
    assert run["program"].startswith("NRG ")
    assert second == "# complete true"
    rows = list(csv.DictReader(lines))
    assert [(row["L"], row["T"]) for row in rows] == [
        ("4", "2.6"), ("4", "2.2"), ("16", "2.6"), ("16", "2.2")
    ]  # fmt: skip
    for row, point in zip(rows, points, strict=True):
        for key in QUANTITIES:
            assert float(row[key]) == point.values[key].estimate.value
            assert float(row[f"{key}_error"]) == point.values[key].estimate.error
        assert float(row["G_2"]) == point.correlations[2]
    assert rows[0]["binder_exact"] != ""
    assert rows[2]["binder_exact"] == rows[0]["G_8"] == ""


def test_arrays_come_back_without_pickle(points: list[ScanPoint], tmp_path: Path) -> None:
    write_scan(tmp_path / "scan.npz", points, PROVENANCE)
    with np.load(tmp_path / "scan.npz", allow_pickle=False) as data:
        assert data["sizes"].tolist() == [4, 4, 16, 16]
        assert data["energy"].tolist() == [p.values["energy"].estimate.value for p in points]
        assert np.isnan(data["binder_exact"]).tolist() == [False, False, True, True]
        assert data["correlations"].shape == (4, 9)
        assert np.isnan(data["correlations"][0, 3:]).all()
        metadata = json.loads(str(data["metadata"]))
    assert metadata["provenance"] == plain(PROVENANCE)


def test_json_holds_everything_but_the_configurations(
    points: list[ScanPoint], tmp_path: Path
) -> None:
    write_scan(tmp_path / "scan.json", points, PROVENANCE, {"tc": math.nan})
    content = json.loads((tmp_path / "scan.json").read_text(encoding="utf-8"))
    assert content["results"] == {"tc": None}
    binder = points[0].values["binder"]
    assert content["points"][0]["values"]["binder"] == {
        "value": binder.estimate.value,
        "error": binder.estimate.error,
        "exact": binder.exact,
        "deviation": binder.deviation,
        "infinite_lattice": None,
    }
    assert content["points"][0]["correlations"] == points[0].correlations.tolist()
    assert "series" not in content["points"][0]


def test_bad_places_are_refused(points: list[ScanPoint], tmp_path: Path) -> None:
    with pytest.raises(NRGError, match=r"\.csv, \.npz or \.json"):
        write_scan(tmp_path / "scan.xls", points, PROVENANCE)
    with pytest.raises(NRGError, match="no folder"):
        write_scan(tmp_path / "missing" / "scan.csv", points, PROVENANCE)
