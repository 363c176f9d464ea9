"""Results of measurements and analyses as JSON, in session files and on their own.

Dataclasses and arrays say what they are; nothing but the types listed here is ever made.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np

from nrg_app.analysis import (
    finite_size_results,
    multi_histogram,
    race_results,
    rg_results,
    scan_results,
)
from nrg_app.figures import plot_spec
from nrg_app.physics.observables import Estimate
from nrg_app.session.holography import messages
from nrg_app.session.measure import orders
from nrg_app.session.typed import fits

Result = orders.Result | messages.Result

_MODULES = (
    finite_size_results,
    multi_histogram,
    race_results,
    rg_results,
    scan_results,
    orders,
    plot_spec,
    messages,
)
_TYPES: dict[str, Any] = {
    name: thing
    for module in _MODULES
    for name, thing in vars(module).items()
    if isinstance(thing, type) and is_dataclass(thing)
} | {"Estimate": Estimate}
_TYPE, _ARRAY = "type", "array"
# Session files are written every 30 seconds, and a large result takes a while.
_PACKED: WeakKeyDictionary[Result, bytes] = WeakKeyDictionary()


def pack(result: Result) -> bytes:
    """Return a result as JSON; a second time it costs nothing."""
    if result not in _PACKED:
        _PACKED[result] = json.dumps(encode(result), separators=(",", ":")).encode()
    return _PACKED[result]


def unpack(data: bytes) -> Result:
    """Return the result that :func:`pack` was given.

    Raises:
        TypeError: if the data hold anything else, or values of other types.
        Exception: ``ValueError``, ``LookupError``, ``ArithmeticError``, ``RecursionError`` or
            ``NRGError`` if they are damaged.
    """
    result = decode(json.loads(data))
    if not fits(result, Result):
        raise TypeError("no result, or values of other types")
    found: Result = result
    return found


def encode(value: Any) -> Any:
    """Return plain data for JSON: dataclasses and arrays say what they are."""
    if is_dataclass(value) and not isinstance(value, type):
        content = {field.name: encode(getattr(value, field.name)) for field in fields(value)}
        return {_TYPE: type(value).__name__} | content
    if isinstance(value, np.ndarray):
        numbers = value.ravel().tolist()
        if value.dtype.kind == "f":
            numbers = [float(f"{x:.8g}") for x in numbers]
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
        ValueError: for numbers that do not make an array.
    """
    if isinstance(value, list):
        return tuple(decode(item) for item in value)
    if not isinstance(value, dict):
        return value
    if _ARRAY in value:
        dtype = np.dtype(str(value["dtype"]))
        if dtype.kind not in "fib":
            raise TypeError("not a number")
        numbers = np.array(value[_ARRAY], dtype=dtype).reshape(value["shape"])
        if np.isinf(numbers).any():
            raise ValueError("an infinite number")
        return numbers
    content = {key: decode(item) for key, item in value.items() if key != _TYPE}
    return _TYPES[value[_TYPE]](**content) if _TYPE in value else content
