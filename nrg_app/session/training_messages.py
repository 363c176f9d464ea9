"""Messages between the window and the training worker: frozen dataclasses of numpy arrays.

Temperatures are in J/k_B, gaps are free-energy gaps per site, (exact lnZ - ELBO)/N in nats, and
``steps`` counts the steps of the whole training, all lattices together.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

TrainingCommand = Literal[
    "pause", "resume", "save", "export", "follow", "unfollow", "stop", "close"
]
"""What the window asks for. "close", like the end of the pipe, means: save, and end the process."""
TrainingStatus = Literal["new", "running", "paused", "measuring", "stopped", "finished"]
ENDED: tuple[TrainingStatus, ...] = ("stopped", "finished")
MarkKind = Literal["growth", "polish", "rollback"]


@dataclass(frozen=True)
class TrainingState:
    """The run has come into a state; after one of ``ENDED`` the process is gone."""

    status: TrainingStatus


@dataclass(frozen=True)
class TrainingPoint:
    """Means over the steps since the last point.

    Attributes:
        steps: steps so far.
        size: lattice side L of the present stage.
        stage: index of the stage.
        gap: over all training temperatures.
        gap_error: its standard error.
        critical_gap: over temperatures near Tc, None without enough samples.
        critical_gap_error: its standard error.
        ess: effective sample size, a fraction 0..1.
        learning_rate: present rate.
        gradient_norm: before clipping.
        steps_per_second: speed.
        fraction: finished share of the training, 0..1.
        seconds: time spent training.
        remaining: estimated seconds to the end.
    """

    steps: int
    size: int
    stage: int
    gap: float
    gap_error: float
    critical_gap: float | None
    critical_gap_error: float | None
    ess: float
    learning_rate: float
    gradient_norm: float
    steps_per_second: float
    fraction: float
    seconds: float
    remaining: float


@dataclass(frozen=True)
class TrainingMark:
    """Something happened at a step that the curves show: a vertical line with a text.

    ``size`` is the lattice side from here on.
    """

    steps: int
    kind: MarkKind
    text: str
    size: int


@dataclass(frozen=True)
class CheckpointWritten:
    """Everything needed to resume is on disk."""

    steps: int


@dataclass(frozen=True, eq=False)
class FixedNoise:
    """Samples (n, L, L) int8 at Tc from latents that never change, so that learning shows."""

    steps: int
    spins: NDArray[np.int8]


@dataclass(frozen=True, eq=False)
class AbsMagnetization:
    """Distribution of |m| at Tc: densities (b,) over ``edges`` (b + 1,), None until known."""

    steps: int
    draws: int
    edges: NDArray[np.float64]
    network: NDArray[np.float64]
    wolff: NDArray[np.float64] | None


@dataclass(frozen=True, eq=False)
class GapsByTemperature:
    """The gap (n,) at temperatures (n,) with its standard errors (n,)."""

    steps: int
    temperatures: NDArray[np.float64]
    gaps: NDArray[np.float64]
    errors: NDArray[np.float64]


@dataclass(frozen=True)
class GapsByScale:
    """Share of every scale l in the gap at Tc: l -> (value, standard error)."""

    steps: int
    gaps: dict[int, tuple[float, float]]


@dataclass(frozen=True)
class ModelExported:
    """The present averaged weights are in a model file."""

    path: str
    size: int
    steps: int


@dataclass(frozen=True)
class TrainingFailure:
    """The training cannot go on, in one plain sentence; the process is gone."""

    message: str


Diagnostic = FixedNoise | AbsMagnetization | GapsByTemperature | GapsByScale
TrainingMessage = (
    TrainingState
    | TrainingPoint
    | TrainingMark
    | CheckpointWritten
    | Diagnostic
    | ModelExported
    | TrainingFailure
)
