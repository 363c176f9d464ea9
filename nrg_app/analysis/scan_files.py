"""Scans as CSV, NPZ and JSON, each with what was run to get it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from nrg_app.analysis.scan_results import Provenance, ScanPoint


def scan_csv(points: Sequence[ScanPoint], provenance: Provenance) -> str:
    """A table, one line per point, after lines of provenance that begin with ``#``."""
    raise NotImplementedError


def write_scan(path: Path, points: Sequence[ScanPoint], provenance: Provenance) -> None:
    """Write a scan to a file whose ending says how: .csv, .npz or .json.

    Raises:
        NRGError: for another ending or a place that cannot be written.
    """
    raise NotImplementedError
