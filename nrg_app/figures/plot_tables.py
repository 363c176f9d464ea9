"""The numbers of plots as files: CSV for spreadsheets, NPZ for programs, text for the clipboard."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nrg_app.errors import NRGError
from nrg_app.figures.markup import plain_words
from nrg_app.figures.plot_spec import PlotSpec, Series
from nrg_app.files import write_bytes

_COLUMNS = ("plot", "series", "x", "x_error", "y", "y_error", "bound")


def table_text(specs: Sequence[PlotSpec], delimiter: str = "\t") -> str:
    """Return the numbers of plots as lines: what was run, the columns, one line per point.

    A point that is drawn hollow has "yes" in the last column.  Lines that start with ``#`` say
    what was run and what the axes are.
    """
    buffer = io.StringIO()
    for line in table_heads(specs):
        buffer.write(f"# {line}\n")
    writer = csv.writer(buffer, delimiter=delimiter, lineterminator="\n")
    writer.writerow(_COLUMNS)
    for spec in specs:
        for name, series in _named(spec):
            columns = (series.x, series.x_error, series.y, series.error)
            for k in range(len(series.x)):
                numbers = ["" if c is None else f"{c[k]:.10g}" for c in columns]
                bound = "yes" if series.hollow is not None and series.hollow[k] else ""
                writer.writerow((spec.key, name, *numbers, bound))
    return buffer.getvalue()


def save_table(specs: Sequence[PlotSpec], path: str | Path) -> None:
    """Write the numbers of plots to a file.

    Args:
        specs: the plots.
        path: ``.csv``, or ``.npz`` with arrays named ``plot/series/x``, ``.../y``,
            ``.../x_error``, ``.../y_error`` and ``.../bound`` and what was run as JSON in
            ``provenance``.

    Raises:
        NRGError: if there are no numbers yet, the suffix is another or the file cannot be written.
    """
    target = Path(path)
    if all(spec.is_empty() for spec in specs):
        raise NRGError("There are no numbers to export yet; start a measurement first.")
    if target.suffix.lower() == ".csv":
        write_bytes(target, table_text(specs, ",").encode())
    elif target.suffix.lower() == ".npz":
        buffer = io.BytesIO()
        np.savez_compressed(buffer, allow_pickle=False, **plot_arrays(specs))
        write_bytes(target, buffer.getvalue())
    else:
        raise NRGError(f"The table '{target.name}' needs a name that ends in .csv or .npz.")


def table_heads(specs: Sequence[PlotSpec]) -> list[str]:
    """Return what was run and what the axes are, one line each."""
    lines: dict[str, None] = {}
    for spec in specs:
        lines |= {f"{name}: {plain_words(words)}": None for name, words in spec.provenance.items()}
    for spec in specs:
        axes = [
            f"{letter} = {plain_words(scale.label)}"
            + (f" in {plain_words(scale.unit)}" if scale.unit else "")
            for letter, scale in (("x", spec.x), ("y", spec.y))
        ]
        lines[f"{spec.key}: {spec.title}; {', '.join(axes)}"] = None
    return list(lines)


def _named(spec: PlotSpec) -> Iterator[tuple[str, Series]]:
    for series in spec.series:
        if series.name:
            yield plain_words(series.name), series
    for series in spec.residuals:
        yield f"{plain_words(series.name)}, deviation in standard errors", series


def plot_arrays(specs: Sequence[PlotSpec]) -> dict[str, NDArray[Any]]:
    """Return the arrays of an NPZ file of plots."""
    result: dict[str, NDArray[Any]] = {}
    for spec in specs:
        for name, series in _named(spec):
            stem = f"{spec.key}/{name}"
            result |= {f"{stem}/x": series.x, f"{stem}/y": series.y}
            others = (
                ("x_error", series.x_error),
                ("y_error", series.error),
                ("bound", series.hollow),
            )
            for key, values in others:
                if values is not None:
                    result[f"{stem}/{key}"] = values
    told = json.dumps(table_heads(specs), ensure_ascii=False)
    return result | {"provenance": np.array(told)}
