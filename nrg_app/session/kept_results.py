"""Results that a session file keeps, so that figures can be drawn from it without the window.

A JSON text says what there is; all numbers lie one after the other in one array, which the text
points into. Only the types below are ever made, and their parts are checked.
"""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nrg_app.figures.contents import ColorScale, Content, TableSpec, Tiles
from nrg_app.figures.plot_spec import Level, PlotSpec, Scale, Series
from nrg_app.session.arrays import array_of
from nrg_app.session.figure_panels import PANELS
from nrg_app.session.typed import fits

Kept = Mapping[str, Content]
MAX_TEXT_BYTES, MAX_ARRAY_BYTES = 2**22, 2**25
_TYPES: dict[str, Any] = {
    kind.__name__: kind for kind in (ColorScale, Level, PlotSpec, Scale, Series, TableSpec, Tiles)
}
_TYPE, _AT, _PAIRS = "type", "at", "pairs"
_MAX_TILES, _MAX_SERIES = 400, 64


def pack(results: Kept) -> tuple[bytes, bytes]:
    """Return the JSON text and the NPY file of results."""
    numbers: list[NDArray[np.float64]] = []
    told = {key: _plain(content, numbers) for key, content in results.items()}
    flat = np.concatenate([*(part.ravel() for part in numbers), np.empty(0)])
    buffer = io.BytesIO()
    np.lib.format.write_array(buffer, flat, version=(1, 0), allow_pickle=False)
    return json.dumps(told, ensure_ascii=False).encode(), buffer.getvalue()


def unpack(text: bytes, numbers: bytes) -> dict[str, Content]:
    """Return the results of a text and an NPY file; panels of other versions are left out.

    Raises:
        Exception: one of ``arrays.DAMAGE`` if they are no such results.
    """
    told, flat = json.loads(text), array_of(numbers)
    if not isinstance(told, dict) or flat.ndim != 1 or flat.dtype != np.float64:
        raise ValueError("no kept results")
    found = {key: _made(value, flat) for key, value in told.items() if key in PANELS}
    for key, content in found.items():
        if not fits(content, PlotSpec | Tiles | TableSpec):
            raise TypeError(f"{key} is no result")
        _check(content)
    return found


def _plain(value: Any, numbers: list[NDArray[np.float64]]) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        parts = {one.name: _plain(getattr(value, one.name), numbers) for one in fields(value)}
        return {_TYPE: type(value).__name__} | parts
    if isinstance(value, np.ndarray):
        start = sum(part.size for part in numbers)
        numbers.append(value.astype(np.float64))
        return {_AT: start, "shape": list(value.shape), "bits": value.dtype.kind == "b"}
    if isinstance(value, Mapping):
        return {_PAIRS: [[str(key), _plain(item, numbers)] for key, item in value.items()]}
    if isinstance(value, list | tuple):
        return [_plain(item, numbers) for item in value]
    return value.item() if isinstance(value, np.generic) else value


def _made(value: Any, flat: NDArray[Any]) -> Any:
    if isinstance(value, list):
        return tuple(_made(item, flat) for item in value)
    if not isinstance(value, dict):
        return value
    if _AT in value:
        return _array(value, flat)
    if _PAIRS in value:
        return {str(key): _made(item, flat) for key, item in value[_PAIRS]}
    parts = {key: _made(item, flat) for key, item in value.items() if key != _TYPE}
    return _TYPES[value[_TYPE]](**parts)


def _array(value: dict[str, Any], flat: NDArray[Any]) -> NDArray[Any]:
    start, shape = value[_AT], tuple(value["shape"])
    if not all(type(number) is int and number >= 0 for number in (start, *shape)):
        raise ValueError("no place of an array")
    count = int(np.prod(shape, dtype=object))
    if start + count > len(flat):
        raise ValueError("an array that reaches beyond the numbers")
    part = flat[start : start + count].reshape(shape)
    return part != 0.0 if value["bits"] is True else part


def _check(content: Any) -> None:
    """Refuse parts that do not belong together.

    Raises:
        ValueError: if there are any.
    """
    if isinstance(content, Tiles):
        shape = content.values.shape
        square = len(shape) == 4 and shape[2] == shape[3] > 0
        if not square or not 0 < shape[0] * shape[1] <= _MAX_TILES:
            raise ValueError("no tiles")
        labels = (len(content.row_labels), len(content.column_labels))
        if labels[0] > shape[0] or labels[1] > shape[1]:
            raise ValueError("more names than tiles")
    elif isinstance(content, TableSpec):
        wide = len(content.columns)
        if not wide or any(len(row) != wide for row in content.rows):
            raise ValueError("no table")
        if any(len(column) != len(content.rows) for column in content.numbers.values()):
            raise ValueError("columns of another length")
    else:
        _check_plot(content)


def _check_plot(plot: PlotSpec) -> None:
    series = (*plot.series, *plot.residuals)
    if len(series) > _MAX_SERIES:
        raise ValueError("too many curves")
    for one in series:
        known = (one.x, one.y, one.error, one.x_error, one.hollow)
        if any(part is not None and part.shape != (len(one.x),) for part in known):
            raise ValueError("a curve of unequal parts")
        if one.color.isdigit() and int(one.color) > 5:
            raise ValueError("no colour")
