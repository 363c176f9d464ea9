"""Whether values out of a file are what the fields of a dataclass say they are."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import is_dataclass
from functools import cache
from types import NoneType, UnionType
from typing import Any, Literal, Union, cast, get_args, get_origin, get_type_hints

import numpy as np


@cache
def _hints(kind: Any) -> dict[str, Any]:
    """The types of a dataclass's fields; it takes a while to find them out."""
    return get_type_hints(kind)


def fits(value: Any, hint: Any) -> bool:
    """Whether a value has a type, with all that it holds.

    Args:
        value: what a file held.
        hint: a type as in an annotation; those that files do not hold fit nothing.

    >>> fits((1, 2.5), tuple[float, ...]), fits({"a": "b"}, dict[str, int])
    (True, False)
    """
    origin, parts = get_origin(hint), get_args(hint)
    if hint is Any:
        return True
    if origin in (Union, UnionType):
        return any(fits(value, part) for part in parts)
    if origin is Literal:
        return any(type(value) is type(part) and value == part for part in parts)
    if origin is np.ndarray or hint is np.ndarray:
        return isinstance(value, np.ndarray)
    if origin in (tuple, Sequence):
        return isinstance(value, tuple) and _members_fit(value, parts, open_end=origin is Sequence)
    if origin in (dict, Mapping):
        return isinstance(value, dict) and all(
            fits(key, parts[0]) and fits(item, parts[1]) for key, item in value.items()
        )
    if is_dataclass(hint):
        return type(value) is hint and all(
            fits(getattr(value, name), part) for name, part in _hints(cast(Hashable, hint)).items()
        )
    if hint is float:
        return type(value) in (int, float)
    return hint in (int, str, bool, NoneType) and type(value) is hint


def _members_fit(value: tuple[Any, ...], parts: tuple[Any, ...], *, open_end: bool) -> bool:
    if open_end or parts[1:] == (Ellipsis,):
        return all(fits(item, parts[0]) for item in value)
    return len(value) == len(parts) and all(map(fits, value, parts))
