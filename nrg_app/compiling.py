"""Functions that Numba compiles once: what it made is kept on the disk, where there is room."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import numba

_Function = TypeVar("_Function", bound=Callable[..., Any])


def cached(**options: Any) -> Callable[[_Function], _Function]:
    """Return a decorator that compiles a function at its first call and keeps the result.

    Numba keeps it beside the module or in the user's cache folder. Where it may write to neither,
    the function is compiled anew in every process.

    Args:
        options: of ``numba.njit``.
    """

    def decorate(function: _Function) -> _Function:
        try:
            compiled: _Function = numba.njit(cache=True, **options)(function)
        except RuntimeError:
            compiled = numba.njit(**options)(function)
        return compiled

    return decorate
