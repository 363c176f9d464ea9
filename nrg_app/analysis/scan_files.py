"""Scans as CSV, NPZ and JSON, each with what was run to get it."""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, is_dataclass
from pathlib import Path
from typing import Any

import numpy as np

from nrg_app.analysis.scan_results import QUANTITIES, Provenance, ScanPoint
from nrg_app.errors import NRGError
from nrg_app.files import write_bytes

SUFFIXES = (".csv", ".npz", ".json")


def scan_csv(
    points: Sequence[ScanPoint], provenance: Provenance, results: Mapping[str, Any] | None = None
) -> str:
    """A table, one line per point, after lines of provenance that begin with ``#``.

    Args:
        points: Of one or more scans.
        provenance: What was run.
        results: What followed from the points, by name; dataclasses or plain values.
    """
    stream = io.StringIO()
    stream.write(f"# provenance {json.dumps(plain(provenance), ensure_ascii=False)}\n")
    for name, result in (results or {}).items():
        stream.write(f"# {name} {json.dumps(plain(result), ensure_ascii=False)}\n")
    rows = [_row(point) for point in points]
    # A larger lattice has more distances.
    header = max(rows, key=len, default={})
    writer = csv.DictWriter(stream, header.keys(), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return stream.getvalue()


def write_scan(
    path: Path,
    points: Sequence[ScanPoint],
    provenance: Provenance,
    results: Mapping[str, Any] | None = None,
) -> None:
    """Write a scan to a file whose ending says how: .csv, .npz or .json.

    An NPZ file holds arrays over points, NaN where there is nothing, and a JSON text ``metadata``.

    Args:
        path: Where to.
        points: Of one or more scans.
        provenance: What was run.
        results: What followed from the points, by name; dataclasses or plain values.

    Raises:
        NRGError: for another ending or a place that cannot be written.
    """
    _check_path(path)
    writers: dict[str, Callable[[], bytes]] = {
        ".csv": lambda: scan_csv(points, provenance, results).encode(),
        ".json": lambda: _json(points, provenance, results or {}),
        ".npz": lambda: _npz(points, provenance, results or {}),
    }
    write_bytes(path, writers[path.suffix.lower()]())


def _check_path(path: Path) -> None:
    """Check where a scan is to be written.

    Raises:
        NRGError: for another ending than .csv, .npz or .json, or a missing folder.
    """
    if path.suffix.lower() not in SUFFIXES:
        raise NRGError(f"The file '{path.name}' needs a name that ends in .csv, .npz or .json.")
    if not path.parent.is_dir():
        raise NRGError(f"There is no folder '{path.parent}'; make it or choose another.")


def plain(value: Any) -> Any:
    """Dataclasses, arrays and numbers as JSON knows them; None for what is not finite."""
    if is_dataclass(value) and not isinstance(value, type):
        return plain(asdict(value))
    if isinstance(value, Mapping):
        return {str(key): plain(part) for key, part in value.items()}
    if isinstance(value, np.ndarray):
        return plain(value.tolist())
    if isinstance(value, (tuple, list)):
        return [plain(part) for part in value]
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else None
    return value


def _row(point: ScanPoint) -> dict[str, Any]:
    row: dict[str, Any] = {
        "L": point.size,
        "T": point.temperature,
        "estimator": point.estimator,
        "samples": point.samples,
        "tau": point.tau.value if point.tau else None,
        "ess": point.ess,
    }
    for key in QUANTITIES:
        measured = point.values[key]
        row |= {
            key: measured.estimate.value,
            f"{key}_error": measured.estimate.error,
            f"{key}_exact": measured.exact,
            f"{key}_deviation": measured.deviation,
        }
    for r in point.distances[1:]:
        row |= {f"G_{r}": point.correlations[r], f"G_{r}_error": point.correlation_errors[r]}
    return {key: plain(value) for key, value in row.items()}


def _json(points: Sequence[ScanPoint], provenance: Provenance, results: Mapping[str, Any]) -> bytes:
    content = {
        "provenance": provenance,
        "results": results,
        "points": [_json_point(point) for point in points],
    }
    return json.dumps(plain(content), indent=1, ensure_ascii=False).encode() + b"\n"


def _json_point(point: ScanPoint) -> dict[str, Any]:
    # The configurations' own series would make the file a hundred times larger.
    names = ScanPoint.__dataclass_fields__.keys() - {"series", "values"}
    content = {name: getattr(point, name) for name in names}
    content["values"] = {
        key: {
            "value": measured.estimate.value,
            "error": measured.estimate.error,
            "exact": measured.exact,
            "deviation": measured.deviation,
            "infinite_lattice": measured.infinite,
        }
        for key, measured in point.values.items()
    }
    return {name: content[name] for name in ScanPoint.__dataclass_fields__ if name in content}


def _npz(points: Sequence[ScanPoint], provenance: Provenance, results: Mapping[str, Any]) -> bytes:
    arrays: dict[str, Any] = {
        "sizes": np.array([point.size for point in points]),
        "temperatures": np.array([point.temperature for point in points]),
        "samples": np.array([point.samples for point in points]),
    }
    for key in QUANTITIES:
        measured = [point.values[key] for point in points]
        arrays[key] = np.array([m.estimate.value for m in measured])
        arrays[f"{key}_error"] = np.array([m.estimate.error for m in measured])
        exact = [math.nan if m.exact is None else m.exact for m in measured]
        arrays[f"{key}_exact"] = np.array(exact)
    longest = max((len(point.distances) for point in points), default=0)
    for name in ("correlations", "correlation_errors"):
        table = np.full((len(points), longest), math.nan)
        for row, point in zip(table, points, strict=True):
            row[: len(point.distances)] = getattr(point, name)
        arrays[name] = table
    metadata = plain({"provenance": provenance, "results": results})
    buffer = io.BytesIO()
    np.savez_compressed(buffer, **arrays, metadata=np.array(json.dumps(metadata)))
    return buffer.getvalue()
