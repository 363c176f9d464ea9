"""What a training says while it runs."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class StageStarted:
    """A lattice size begins; ``grown`` tells whether it continues the smaller one."""

    index: int
    n_stages: int
    size: int
    grown: bool


@dataclass(frozen=True)
class Progress:
    """Means over the steps since the last event.

    Attributes:
        stage: Index of the stage.
        size: Lattice side of the stage.
        step: Steps of the stage so far.
        gap: Free-energy gap per site over the training temperatures, in nats.
        gap_error: Its standard error.
        critical_gap: The same over temperatures within 0.1 of Tc, None without enough samples.
        critical_gap_error: Its standard error.
        ess: Effective sample size of a batch over all its temperatures, a fraction.
        learning_rate: Current rate.
        gradient_norm: Norm before clipping.
        steps_per_second: Speed.
        fraction: Finished share of the whole training, 0 .. 1.
        remaining: Estimated seconds to the end.
    """

    stage: int
    size: int
    step: int
    gap: float
    gap_error: float
    critical_gap: float | None
    critical_gap_error: float | None
    ess: float
    learning_rate: float
    gradient_norm: float
    steps_per_second: float
    fraction: float
    remaining: float


@dataclass(frozen=True)
class RolledBack:
    """The training met numbers that are not finite and returned to its last good state."""

    step: int
    learning_rate_factor: float


@dataclass(frozen=True)
class CheckpointSaved:
    """Everything needed to resume is on disk."""

    path: Path
    step: int


@dataclass(frozen=True)
class Finished:
    """All stages are done."""

    seconds: float
    steps: int


Event = StageStarted | Progress | RolledBack | CheckpointSaved | Finished
