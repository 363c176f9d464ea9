"""How the window looks at the session: the zoom of the sample, the sweep, the plots of Measure."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Literal, get_args

from nrg_app.errors import NRGError

SweepMode = Literal["to_and_fro", "loop", "once"]
Page = Literal["scan", "scaling", "mcrg", "race"]
Quantity = Literal[
    "free_energy", "energy", "specific_heat", "entropy", "abs_magnetization", "susceptibility",
    "binder", "correlation_length", "correlation",
]  # fmt: skip
SWEEP_MODES: tuple[SweepMode, ...] = get_args(SweepMode)
QUANTITIES: tuple[Quantity, ...] = get_args(Quantity)
"""What the six plots of a scan over T can show."""
MAX_ZOOM = 1024.0
MAX_RATE = 10.0  # J/k_B per second


@dataclass(frozen=True)
class Zoom:
    """Which part of the lattice torus the sample panel shows.

    Attributes:
        factor: magnification, 1 for the whole lattice.
        row: centre of the frame from the upper edge, as a share (0 to 1) of the lattice.
        column: the same from the left edge.
    """

    factor: float = 1.0
    row: float = 0.5
    column: float = 0.5


@dataclass(frozen=True)
class SweepSettings:
    """How a sweep moves T.

    Attributes:
        mode: turn round at the ends, begin again at the lower end, or stop at the upper one.
        rate: speed in J/k_B per second.
    """

    mode: SweepMode = "to_and_fro"
    rate: float = 0.2


@dataclass(frozen=True)
class MeasureView:
    """What the Measure workspace shows.

    Attributes:
        page: the kind of measurement on show.
        quantities: of the six plots of a scan, in reading order.
    """

    page: Page = "scan"
    quantities: tuple[Quantity, ...] = (
        "free_energy", "energy", "specific_heat", "abs_magnetization", "susceptibility", "binder",
    )  # fmt: skip


def checked_zoom(value: Any) -> Zoom:
    """Return a zoom.

    Raises:
        NRGError: if it shows no part of a lattice.
    """
    if isinstance(value, Zoom):
        numbers = (value.factor, value.row, value.column)
        sound = all(isinstance(n, float | int) and math.isfinite(n) for n in numbers)
        if sound and 1.0 <= value.factor <= MAX_ZOOM and all(0.0 <= n <= 1.0 for n in numbers[1:]):
            return value
    raise NRGError(f"The zoom must be a factor from 1 to {MAX_ZOOM:g} and a place from 0 to 1.")


def checked_sweep(value: Any) -> SweepSettings:
    """Return the settings of a sweep.

    Raises:
        NRGError: if the mode is unknown or the rate no speed.
    """
    if not isinstance(value, SweepSettings) or value.mode not in SWEEP_MODES:
        raise NRGError(f"The sweep must be one of {', '.join(SWEEP_MODES)}.")
    if not isinstance(value.rate, float | int) or not 0.0 < value.rate <= MAX_RATE:
        raise NRGError(f"The rate of the sweep must be above 0 and at most {MAX_RATE:g}.")
    return value


def checked_measure(value: Any) -> MeasureView:
    """Return a view of the measurements.

    Raises:
        NRGError: if a page or a quantity is unknown.
    """
    if not isinstance(value, MeasureView) or value.page not in get_args(Page):
        raise NRGError(f"The measurement on show must be one of {', '.join(get_args(Page))}.")
    count = len(MeasureView().quantities)
    if len(value.quantities) != count or not set(value.quantities) <= set(QUANTITIES):
        raise NRGError(f"{count} quantities are plotted, out of {', '.join(QUANTITIES)}.")
    return value
