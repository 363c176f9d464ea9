"""Results on the disk, as JSON: the newest of every kind comes back at the next start."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

import numpy as np
from platformdirs import user_data_dir

from nrg_app.analysis import (
    finite_size_results,
    multi_histogram,
    race_results,
    rg_results,
    scan_results,
)
from nrg_app.errors import NRGError
from nrg_app.files import write_bytes
from nrg_app.physics.observables import Estimate
from nrg_app.resources import measurements_dir
from nrg_app.session.measure import orders
from nrg_app.session.measure.orders import Kind, Result, kind_of
from nrg_app.session.typed import fits

MAX_FILE_BYTES = 2**28
"""Of a scan of many temperatures with the series of every quantity."""

_MODULES = (finite_size_results, multi_histogram, race_results, rg_results, scan_results, orders)
_TYPES: dict[str, Any] = {
    name: thing
    for module in _MODULES
    for name, thing in vars(module).items()
    if isinstance(thing, type) and is_dataclass(thing)
} | {"Estimate": Estimate}
_TYPE, _ARRAY = "type", "array"


def measurements_path(kind: Kind) -> Path:
    """Return the user's file of the newest result of a kind."""
    return Path(user_data_dir("nrg", appauthor=False)) / "measurements" / f"{kind}.json"


def save_result(result: Result, path: Path | None = None) -> None:
    """Write a result, by default where the newest of its kind belongs.

    Raises:
        NRGError: if the file cannot be written.
    """
    target = measurements_path(kind_of(result)) if path is None else path
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        reason = error.strerror or str(error)
        raise NRGError(f"Cannot make the folder '{target.parent}': {reason}.") from error
    write_bytes(target, json.dumps(encode(result), separators=(",", ":")).encode())


def load_result(path: Path) -> Result:
    """Read a result.

    Raises:
        NRGError: if the file is missing or holds no result of this version.
    """
    try:
        if path.stat().st_size > MAX_FILE_BYTES:
            raise ValueError("too large")
        result = decode(json.loads(path.read_bytes()))
        if not fits(result, Result):
            raise TypeError("values of other types")
    except OSError as error:
        raise NRGError(f"Cannot read '{path}': {error.strerror or error}.") from error
    except NRGError as error:
        raise NRGError(f"'{path}' holds no measurement of this version: {error}") from error
    except (ValueError, LookupError, TypeError, ArithmeticError, RecursionError) as error:
        raise NRGError(f"'{path}' holds no measurement of this version.") from error
    found: Result = result
    return found


def newest(kind: Kind) -> Result | None:
    """Return the user's newest result of a kind, else the example that comes with the program."""
    for path in (measurements_path(kind), measurements_dir() / f"{kind}.json"):
        try:
            return load_result(path)
        except NRGError:
            continue
    return None


def encode(value: Any) -> Any:
    """Return plain data for JSON: dataclasses and arrays say what they are."""
    if is_dataclass(value) and not isinstance(value, type):
        content = {field.name: encode(getattr(value, field.name)) for field in fields(value)}
        return {_TYPE: type(value).__name__} | content
    if isinstance(value, np.ndarray):
        numbers = value.tolist()
        if value.dtype.kind == "f":
            numbers = [float(f"{x:.8g}") for x in value.ravel().tolist()]
        else:
            numbers = value.ravel().tolist()
        return {_ARRAY: numbers, "shape": list(value.shape), "dtype": value.dtype.name}
    if isinstance(value, Mapping):
        return {str(key): encode(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [encode(item) for item in value]
    if isinstance(value, np.generic):
        return value.item()
    return value


def decode(value: Any) -> Any:
    """Return what :func:`encode` was given; sequences come back as tuples.

    Raises:
        KeyError: for an unknown type.
        TypeError: for a type with other fields.
    """
    if isinstance(value, list):
        return tuple(decode(item) for item in value)
    if not isinstance(value, dict):
        return value
    if _ARRAY in value:
        dtype = np.dtype(str(value["dtype"]))
        if dtype.kind not in "fib":
            raise TypeError("not a number")
        return np.array(value[_ARRAY], dtype=dtype).reshape(value["shape"])
    content = {key: decode(item) for key, item in value.items() if key != _TYPE}
    return _TYPES[value[_TYPE]](**content) if _TYPE in value else content
