"""What a plot shows, in plain data: the window paints it, figures print it, tables list it.

Words are marked up as in the window: ``$T$`` is a symbol, ``_{c}`` a subscript, ``^{ν}`` a
superscript in italic. Colours are named by what they stand for: "network", "exact", "reference",
"muted", "cold" and "warm" for two sides of something, or "0" ... "5" for the colours of an ordered
family such as lattice sides.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]
Look = Literal["points", "line", "dashed", "dotted", "pale", "bars", "arrows"]
_MARGIN = 0.05  # share of the range that is left free at both ends


def array(values: ArrayLike) -> Array:
    """Return values as float64."""
    return np.asarray(values, dtype=np.float64)


@dataclass(frozen=True, eq=False)
class Series:
    """A curve or a set of points.

    Attributes:
        name: what the key says, "" to leave it out of the key and of tables.
        x: (n,) places.
        y: (n,) values; NaN breaks a line.
        look: "points" with error bars, a line, a "pale" one for what is noisy, "bars" on evenly
            spaced places, or "arrows": points joined by arrows.
        color: what it stands for.
        error: (n,) standard errors of ``y``.
        x_error: (n,) standard errors of ``x``.
        marker: 0 ... 4, the shape of the points.
        hollow: (n,) points that are only bounds.

    Raises:
        ValueError: if the arrays differ in length.
    """

    name: str
    x: Array
    y: Array
    look: Look = "line"
    color: str = "network"
    error: Array | None = None
    x_error: Array | None = None
    marker: int = 0
    hollow: NDArray[np.bool_] | None = None

    def __post_init__(self) -> None:
        others = (self.y, self.error, self.x_error, self.hollow)
        if any(values is not None and values.shape != self.x.shape for values in others):
            raise ValueError("the arrays of a series must have the same length")
        if self.x.ndim != 1:
            raise ValueError("a series is one-dimensional")

    def ends(self) -> Array:
        """Return all values with the ends of their error bars, (m,)."""
        if self.error is None:
            return self.y
        spread = np.where(np.isfinite(self.error), self.error, 0.0)
        return np.concatenate([self.y - spread, self.y + spread])


@dataclass(frozen=True)
class Scale:
    """An axis: its words, and its range where that does not follow from the data.

    Raises:
        ValueError: if the ends are no range of such an axis.
    """

    label: str
    unit: str = ""
    log: bool = False
    low: float | None = None
    high: float | None = None
    ticks: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        ends = [end for end in (self.low, self.high) if end is not None]
        if not all(map(math.isfinite, ends)) or (self.log and min(ends, default=1.0) <= 0.0):
            raise ValueError("the ends of an axis must be finite, and positive if logarithmic")
        if len(ends) == 2 and ends[0] >= ends[1]:
            raise ValueError("the lower end of an axis must lie below the upper one")

    @property
    def title(self) -> str:
        """Return the words with the unit in brackets."""
        return f"{self.label} ({self.unit})" if self.unit else self.label

    def limits(self, values: Sequence[Array], margin: float = _MARGIN) -> tuple[float, float]:
        """Return the ends of the axis for the values that are to be seen."""
        flat = np.concatenate([*values, np.empty(0)])
        known = flat[np.isfinite(flat)]
        if self.log:
            known = np.log(known[known > 0.0])
        low, high = (float(known.min()), float(known.max())) if len(known) else (0.0, 1.0)
        if high - low < 1e-9 * max(1.0, abs(high)):
            spread = 0.5 if self.log else max(0.5 * abs(high), 1e-3)
            low, high = low - spread, high + spread
        room = margin * (high - low)
        low, high = low - room, high + room
        if self.log:
            low, high = math.exp(low), math.exp(high)
        return (low if self.low is None else self.low, high if self.high is None else self.high)


@dataclass(frozen=True)
class Level:
    """A horizontal line at an expected value, with its words."""

    value: float
    text: str


@dataclass(frozen=True, eq=False)
class PlotSpec:
    """One plot.

    Attributes:
        key: short name, for files and for the choice of a plot.
        title: words of the header.
        symbol: markup of what is plotted.
        x: horizontal axis.
        y: vertical axis.
        series: what is drawn, the last on top.
        residuals: deviations from the expected values in standard errors, drawn in a strip below.
        levels: expected values.
        marks: (place, markup) of vertical lines.
        note: a line written into the plot.
        provenance: what was run to get this, as words by name.
    """

    key: str
    title: str
    symbol: str
    x: Scale
    y: Scale
    series: tuple[Series, ...] = ()
    residuals: tuple[Series, ...] = ()
    levels: tuple[Level, ...] = ()
    marks: tuple[tuple[float, str], ...] = ()
    note: str = ""
    provenance: Mapping[str, str] = field(default_factory=dict)

    def x_limits(self) -> tuple[float, float]:
        """Return the ends of the horizontal axis."""
        seen = [s.x for s in self.series]
        for s in self.series:
            if s.x_error is not None:
                seen += [s.x - s.x_error, s.x + s.x_error]
        return self.x.limits(seen, 0.03)

    def y_limits(self) -> tuple[float, float]:
        """Return the ends of the vertical axis for what lies within the horizontal one."""
        low, high = self.x_limits()
        seen = []
        for s in self.series:
            inside = (s.x >= low) & (s.x <= high)
            seen.append(s.y[inside])
            if s.look in ("points", "arrows") and s.error is not None:
                seen.append(s.ends()[np.tile(inside, 2)])
        return self.y.limits([*seen, array([level.value for level in self.levels])])

    def is_empty(self) -> bool:
        """Return whether there is nothing to see yet."""
        return not any(len(s.x) for s in self.series)


def residual_reach(residuals: Sequence[Series]) -> float:
    """Return the end of the axis of residuals: 4, or what holds all but wild ones, up to 20."""
    known = np.concatenate([*(np.abs(s.y[np.isfinite(s.y)]) for s in residuals), np.zeros(1)])
    return 4.0 if known.max() <= 4.0 else 10.0 if known.max() <= 10.0 else 20.0
