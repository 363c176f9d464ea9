"""What a training has to say of the steps since it last said something."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import torch
from torch import Tensor

from nrg_app.physics.exact import CRITICAL_TEMPERATURE
from nrg_app.training.counters import Counters
from nrg_app.training.events import Progress
from nrg_app.training.objective import StepGaps, effective_sample_fraction, mean_gaps
from nrg_app.training.recipe import Recipe

# What counts as critical in a progress event, and the samples that an error bar needs; so close
# to Tc the gap is the same, also for samples that share a temperature.
_NEAR_CRITICAL = 0.1
_ENOUGH = 8


@dataclass
class Window:
    """Figures collected since the last progress event, which came at ``began`` seconds."""

    began: float
    gaps: list[Tensor] = field(default_factory=list)
    temperatures: list[Tensor] = field(default_factory=list)
    means: list[Tensor] = field(default_factory=list)
    ess: list[float] = field(default_factory=list)
    norm: float = 0.0

    @property
    def enough(self) -> bool:
        """Whether there is a mean with an error bar."""
        return sum(map(len, self.means)) > 1

    def add(self, step: StepGaps, norm: float, recipe: Recipe, size: int) -> None:
        """Count a step on a lattice of a side, with the norm of its gradient."""
        low, high = recipe.temperature_range
        self.gaps.append(step.gaps)
        self.temperatures.append(step.temperatures)
        self.means.append(step.gaps if low == high else mean_gaps(step))
        self.ess.append(effective_sample_fraction(step, size**2))
        self.norm = norm

    def progress(self, recipe: Recipe, counters: Counters, learning_rate: float) -> Progress:
        """The event that tells of these steps."""
        gaps, means = torch.cat(self.gaps), torch.cat(self.means)
        near = (torch.cat(self.temperatures) - CRITICAL_TEMPERATURE).abs() < _NEAR_CRITICAL
        critical_gap, critical_gap_error = _mean(gaps[near])
        fraction = counters.fraction(recipe)
        return Progress(
            stage=counters.stage,
            size=recipe.stages[counters.stage].size,
            step=counters.step,
            gap=float(gaps.mean()),
            gap_error=float(means.std()) / math.sqrt(len(means)),
            critical_gap=critical_gap,
            critical_gap_error=critical_gap_error,
            ess=sum(self.ess) / len(self.ess),
            learning_rate=learning_rate,
            gradient_norm=self.norm,
            steps_per_second=len(self.gaps) / max(counters.seconds - self.began, 1e-9),
            fraction=fraction,
            remaining=counters.seconds * (1.0 - fraction) / max(fraction, 1e-9),
        )


def _mean(values: Tensor) -> tuple[float, float] | tuple[None, None]:
    """Mean and standard error of ``(n,)`` values, if they are enough for it."""
    if len(values) < _ENOUGH:
        return None, None
    return float(values.mean()), float(values.std()) / math.sqrt(len(values))
