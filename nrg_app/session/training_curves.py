"""What a training has said so far, in buffers of fixed size, for the plots."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from nrg_app.physics.exact import CRITICAL_TEMPERATURE, kaufman_log_partition
from nrg_app.session.training_messages import (
    AbsMagnetization,
    FixedNoise,
    GapsByScale,
    GapsByTemperature,
    TrainingMark,
    TrainingMessage,
    TrainingPoint,
)

CAPACITY = 2048
_REACH = 12  # points to either side that are averaged in a smoothed curve
_LAST = 5  # points before the last one that are averaged with it
_COLUMNS = (
    "steps", "gap", "gap_error", "critical_gap", "critical_gap_error", "ess", "learning_rate",
    "gradient_norm", "exact",
)  # fmt: skip
Series = NDArray[np.float64]


def critical_free_energy(size: int) -> float:
    """Return the exact free energy per site at Tc of the torus of side ``size``, in J."""
    log_z = float(kaufman_log_partition(size, CRITICAL_TEMPERATURE))
    return -CRITICAL_TEMPERATURE * log_z / size**2


class RunCurves:
    """The curves of one run and its newest pictures.

    Points are kept in buffers of ``CAPACITY`` rows; when they are full, neighbours are averaged,
    so that the whole run stays visible.
    """

    def __init__(self) -> None:
        self.marks: list[TrainingMark] = []
        self.last: TrainingPoint | None = None
        self.samples: FixedNoise | None = None
        self.magnetization: AbsMagnetization | None = None
        self.temperatures: GapsByTemperature | None = None
        self.scales: GapsByScale | None = None
        self._table = np.empty((CAPACITY, len(_COLUMNS)))
        self._rows = 0
        self._stride = 1
        self._pending: list[Series] = []
        self._exact: tuple[int, float] = (0, 0.0)

    @classmethod
    def of(cls, messages: Iterable[TrainingMessage]) -> RunCurves:
        """Return the curves of a whole history."""
        curves = cls()
        for message in messages:
            curves.add(message)
        return curves

    def add(self, message: TrainingMessage) -> None:
        """Take in what a training says; what has no curve is ignored."""
        match message:
            case TrainingPoint():
                self._append(message)
            case TrainingMark():
                self.marks = [mark for mark in self.marks if mark.steps < message.steps]
                self.marks.append(message)
            case FixedNoise():
                self.samples = message
            case AbsMagnetization():
                self.magnetization = message
            case GapsByTemperature():
                self.temperatures = message
            case GapsByScale():
                self.scales = message

    def __len__(self) -> int:
        return self._rows

    def column(self, name: str) -> Series:
        """Return a column (n,) by the name of the point's attribute, NaN where unknown."""
        return self._table[: self._rows, _COLUMNS.index(name)]

    def free_energy(self) -> tuple[Series, Series]:
        """Return the variational free energy per site at Tc (n,), in J, and its error."""
        gap, error = self.column("critical_gap"), self.column("critical_gap_error")
        return self.column("exact") + CRITICAL_TEMPERATURE * gap, CRITICAL_TEMPERATURE * error

    def stage_starts(self) -> NDArray[np.intp]:
        """Return the rows at which another lattice begins, 0 included."""
        exact = self.column("exact")
        return np.flatnonzero(np.diff(exact, prepend=np.nan) != 0.0)

    def _append(self, point: TrainingPoint) -> None:
        # After a crash the steps since the last checkpoint are done again.
        if self.last is not None and self.last.steps >= point.steps:
            self._undo(point.steps)
        if self._exact[0] != point.size:
            self._exact = (point.size, critical_free_energy(point.size))
            self._pending.clear()
        self.last = point
        values = [getattr(point, name) for name in _COLUMNS[:-1]]
        row = np.array([np.nan if v is None else float(v) for v in values] + [self._exact[1]])
        self._pending.append(row)
        if len(self._pending) < self._stride:
            return
        if self._rows == CAPACITY:
            self._halve()
        self._table[self._rows] = _mean(np.stack(self._pending))
        self._table[self._rows, 0] = point.steps
        self._rows += 1
        self._pending.clear()

    def _undo(self, steps: int) -> None:
        """Forget what was said from a step on."""
        while self._rows and self._table[self._rows - 1, 0] >= steps:
            self._rows -= 1
        self._pending.clear()
        self.marks = [mark for mark in self.marks if mark.steps < steps]

    def _halve(self) -> None:
        pairs = self._table.reshape(-1, 2, len(_COLUMNS))
        merged = np.stack([_mean(pair) for pair in pairs])
        # A pair across the border of two lattices keeps to the newer one.
        merged[:, -1] = pairs[:, 1, -1]
        merged[:, 0] = pairs[:, 1, 0]
        self._rows = CAPACITY // 2
        self._table[: self._rows] = merged
        self._stride *= 2


def energy_range(curves: RunCurves) -> tuple[float, float]:
    """Return a range for the present lattice: its exact value and the later part of its curve."""
    values, _ = curves.free_energy()
    exact, starts = curves.column("exact"), curves.stage_starts()
    last = float(exact[-1])
    above = (values - last)[starts[-1] :]
    above = above[np.isfinite(above)]
    span = max(2e-3, 1.3 * float(np.percentile(above, 90))) if len(above) else 0.1
    before = float(exact[starts[-2]]) if len(starts) > 1 else last
    low = min(before, last)
    return low - 0.15 * (span + last - low), last + span


def _mean(rows: Series) -> Series:
    """Return the mean (c,) of rows (n, c) without their NaN; errors (columns 2, 4) shrink."""
    known = ~np.isnan(rows)
    count = known.sum(axis=0)
    total = np.where(known, rows, 0.0).sum(axis=0)
    result = np.where(count > 0, total / np.maximum(count, 1), np.nan)
    for column in (2, 4):
        squares = np.where(known[:, column], rows[:, column], 0.0) ** 2
        if count[column]:
            result[column] = np.sqrt(squares.sum()) / count[column]
    return result


def smooth(values: Series, starts: NDArray[np.intp]) -> Series:
    """Return the running mean (n,) of a curve over its neighbours, anew from every start.

    The window is centred, so that a steep fall is not delayed, and smaller near a start and an
    end, where it holds a few points at least. Unknown values (NaN) are left out.
    """
    first, last = _windows(len(values), starts)
    known = ~np.isnan(values)
    total = np.concatenate([[0.0], np.cumsum(np.where(known, values, 0.0))])
    count = np.concatenate([[0], np.cumsum(known)])
    number = count[last] - count[first]
    return np.where(number > 0, (total[last] - total[first]) / np.maximum(number, 1), np.nan)


def smooth_error(errors: Series, starts: NDArray[np.intp]) -> Series:
    """Return the standard errors (n,) of a curve smoothed by :func:`smooth`."""
    first, last = _windows(len(errors), starts)
    count = np.concatenate([[0], np.cumsum(~np.isnan(errors))])
    result: Series = np.sqrt(smooth(errors**2, starts) / np.maximum(count[last] - count[first], 1))
    return result


def _windows(n: int, starts: NDArray[np.intp]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return first row and row after the last (n,) of the window of every row."""
    rows = np.arange(n)
    begins = np.append(starts, n)
    part = np.searchsorted(starts, rows, side="right") - 1
    reach = np.minimum(_REACH, rows - begins[part])
    last = np.minimum(rows + reach + 1, begins[part + 1])
    return rows - np.minimum(reach, np.maximum(last - rows - 1, _LAST)), last
