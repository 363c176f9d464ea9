"""The numbers behind any panel: CSV for spreadsheets, NPZ for programs, text for the clipboard."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from nrg_app.errors import NRGError
from nrg_app.figures.contents import (
    Content,
    DiskPicture,
    FlowPicture,
    Picture,
    StackPicture,
    TableSpec,
    Tiles,
    Values,
    is_empty,
)
from nrg_app.figures.markup import plain_words
from nrg_app.figures.plot_spec import PlotSpec
from nrg_app.figures.plot_tables import plot_arrays, table_heads, table_text
from nrg_app.files import write_bytes

SUFFIXES = (".csv", ".npz")


def save_contents(contents: Sequence[Content], path: str | Path) -> None:
    """Write the numbers of panels to a file.

    Args:
        contents: of the panels.
        path: ``.npz`` with arrays named ``panel/part``, or ``.csv``, see :func:`contents_text`.

    Raises:
        NRGError: if there are no numbers yet, the suffix is another or the file cannot be
            written.
    """
    target = Path(path)
    shown = [content for content in contents if not is_empty(content)]
    if not shown:
        raise NRGError("There are no numbers to export yet; start a measurement first.")
    if target.suffix.lower() == ".csv":
        write_bytes(target, contents_text(shown, ",").encode())
    elif target.suffix.lower() == ".npz":
        buffer = io.BytesIO()
        np.savez_compressed(buffer, allow_pickle=False, **_arrays(shown))
        write_bytes(target, buffer.getvalue())
    else:
        raise NRGError(f"The table '{target.name}' needs a name that ends in .csv or .npz.")


def contents_text(contents: Sequence[Content], delimiter: str = "\t") -> str:
    """Return the numbers of panels as lines: what was run, the columns, the numbers.

    Plots have one line for each point, a table has its rows, one lattice is written row by row;
    of anything else every number has a line with the place where it stands.
    """
    plots = [content for content in contents if isinstance(content, PlotSpec)]
    if len(plots) == len(contents):
        return table_text(plots, delimiter)
    if len(contents) == 1 and isinstance(contents[0], TableSpec):
        return _table_text(contents[0], delimiter)
    if len(contents) == 1 and isinstance(contents[0], Picture):
        return _picture_text(contents[0], delimiter)
    return _long_text(contents, delimiter)


def _long_text(contents: Sequence[Content], delimiter: str) -> str:
    """Return a line for every number: panel, part, row, column, value; NaN is left out."""
    buffer = io.StringIO()
    heads = dict.fromkeys(line for content in contents for line in _heads(content).splitlines())
    buffer.writelines(f"{line}\n" for line in heads)
    writer = csv.writer(buffer, delimiter=delimiter, lineterminator="\n")
    writer.writerow(["panel", "part", "row", "column", "value"])
    for content in contents:
        parts = plot_arrays([content]) if isinstance(content, PlotSpec) else _lattices(content)
        for name, values in parts.items():
            if name == "provenance":
                continue
            for place, value in np.ndenumerate(np.asarray(values)):
                if np.isfinite(value):
                    row, column = ("", *place)[-2:]
                    writer.writerow([content.key, name, row, column, f"{value:.10g}"])
    return buffer.getvalue()


def _lattices(content: Content) -> Mapping[str, Values]:
    """Return the parts of a content, each tile on its own, none with more than two axes."""
    if not isinstance(content, Tiles):
        return _parts(content)
    found = {}
    for row, tiles in enumerate(content.values):
        for column, tile in enumerate(tiles):
            name = content.row_labels[row] if content.row_labels else str(row)
            other = content.column_labels[column] if content.column_labels else str(column)
            found[f"{plain_words(name)}, {plain_words(other)}"] = tile
    return found


def _heads(content: Content) -> str:
    return "".join(f"# {name}: {words}\n" for name, words in content.provenance.items())


def _table_text(table: TableSpec, delimiter: str) -> str:
    """Return names, and numbers where there are any, else the words of the table."""
    buffer = io.StringIO()
    buffer.write(_heads(table))
    writer = csv.writer(buffer, delimiter=delimiter, lineterminator="\n")
    writer.writerow(["quantity", *(table.numbers or map(plain_words, table.columns[1:]))])
    for number, row in enumerate(table.rows):
        values = [column[number] for column in table.numbers.values()]
        cells = ["" if np.isnan(value) else f"{value:.10g}" for value in values]
        writer.writerow([plain_words(row[0]), *(cells or map(plain_words, row[1:]))])
    return buffer.getvalue()


def _picture_text(picture: Picture, delimiter: str) -> str:
    buffer = io.StringIO()
    buffer.write(_heads(picture))
    buffer.write(f"# {picture.key}: {picture.title}; one line per row of the lattice\n")
    csv.writer(buffer, delimiter=delimiter, lineterminator="\n").writerows(
        [f"{value:.7g}" for value in row] for row in np.asarray(picture.values).tolist()
    )
    return buffer.getvalue()


def _arrays(contents: Sequence[Content]) -> dict[str, NDArray]:
    plots = [content for content in contents if isinstance(content, PlotSpec)]
    result: dict[str, NDArray] = plot_arrays(plots)
    lines = dict.fromkeys(table_heads(plots))
    for content in contents:
        if not isinstance(content, PlotSpec):
            lines |= {f"{name}: {words}": None for name, words in content.provenance.items()}
            parts = _parts(content)
            result |= {f"{content.key}/{name}": np.asarray(part) for name, part in parts.items()}
    return result | {"provenance": np.array(json.dumps(list(lines), ensure_ascii=False))}


def _parts(content: Content) -> dict[str, Values]:
    if isinstance(content, Picture | Tiles):
        return {"values": content.values}
    if isinstance(content, FlowPicture):
        return _scales("upper", content.upper) | _scales("latents", content.latents)
    if isinstance(content, StackPicture):
        return _scales("layers", content.layers)
    if isinstance(content, DiskPicture):
        found = {"spins": content.spins} | _scales("latents", content.latents)
        return found if content.response is None else found | {"response": content.response}
    if isinstance(content, TableSpec):
        return dict(content.numbers)
    return {}


def _scales(name: str, values: Mapping[int, Values]) -> dict[str, Values]:
    return {f"{name}/{scale}": part for scale, part in values.items()}
