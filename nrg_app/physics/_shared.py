"""What the exact results share: arrays of temperatures, and functions safe near Tc."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Protocol, SupportsIndex, cast, overload

import numpy as np
import numpy.typing as npt

from nrg_app.errors import NRGError
from nrg_app.physics.lattice import validate_side

FloatArray = npt.NDArray[np.float64]

# Beyond this coupling excitations weigh less than exp(-160): only the ground states count.
FROZEN_COUPLING = 20.0
# Here the rounding error of the energy has grown to 1e-10.
_HIGHEST_TEMPERATURE = 1e6


def acosh1p(x: FloatArray) -> FloatArray:
    """``arcosh(1 + x)`` without loss of digits at small x."""
    return np.asarray(np.log1p(x + np.sqrt(x * (2.0 + x))))


class OfTemperature(Protocol):
    """A function of one temperature or of an array of them."""

    @overload
    def __call__(self, temperature: float) -> float: ...
    @overload
    def __call__(self, temperature: npt.NDArray[np.floating]) -> FloatArray: ...


class OfSizeAndTemperature(Protocol):
    """A function of a lattice side and of one temperature or an array of them."""

    @overload
    def __call__(self, size: SupportsIndex, temperature: float) -> float: ...
    @overload
    def __call__(
        self, size: SupportsIndex, temperature: npt.NDArray[np.floating]
    ) -> FloatArray: ...


def _checked(temperature: npt.ArrayLike) -> FloatArray:
    t = np.asarray(temperature, dtype=np.float64)
    if not np.all((t > 0.0) & (t <= _HIGHEST_TEMPERATURE)):
        raise NRGError("Every temperature must be a finite number above zero, at most a million.")
    return t


def of_temperature(function: Callable[[FloatArray], FloatArray]) -> OfTemperature:
    """Let a function of temperatures ``(n,)`` take one number or an array of any shape."""

    @functools.wraps(function)
    def call(temperature: npt.ArrayLike) -> float | FloatArray:
        t = _checked(temperature)
        values = function(t.ravel())
        return values.reshape(t.shape) if t.ndim else float(values[0])

    return cast(OfTemperature, call)


def of_size_and_temperature(
    function: Callable[[int, FloatArray], FloatArray],
) -> OfSizeAndTemperature:
    """The same for a function of a lattice side and temperatures ``(n,)``."""

    @functools.wraps(function)
    def call(size: SupportsIndex, temperature: npt.ArrayLike) -> float | FloatArray:
        t = _checked(temperature)
        values = function(validate_side(size), t.ravel())
        return values.reshape(t.shape) if t.ndim else float(values[0])

    return cast(OfSizeAndTemperature, call)
