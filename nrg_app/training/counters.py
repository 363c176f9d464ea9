"""Where a training stands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

from nrg_app.training.recipe import Recipe


@dataclass
class Counters:
    """Where a training stands; all of it is saved in a checkpoint.

    Attributes:
        stage: Index of the stage.
        step: Steps done in the stage.
        stage_seconds: Time spent in the stage.
        seconds: Time spent in all.
        steps: Steps done in all.
        rate_factor: Factor on the learning rate, halved by every roll-back.
    """

    stage: Annotated[int, Field(ge=0)] = 0
    step: Annotated[int, Field(ge=0)] = 0
    stage_seconds: Annotated[float, Field(ge=0.0, allow_inf_nan=False)] = 0.0
    seconds: Annotated[float, Field(ge=0.0, allow_inf_nan=False)] = 0.0
    steps: Annotated[int, Field(ge=0)] = 0
    rate_factor: Annotated[float, Field(ge=0.0, le=1.0)] = 1.0

    def count(self, seconds: float) -> None:
        """Count a step that took so long."""
        self.step += 1
        self.steps += 1
        self.stage_seconds += seconds
        self.seconds += seconds

    def next_stage(self) -> None:
        """Begin the next stage."""
        self.stage += 1
        self.step = 0
        self.stage_seconds = 0.0

    def stage_fraction(self, recipe: Recipe) -> float:
        """Share of the stage's budget that is used, from 0; the stage ends at 1."""
        stage = recipe.stages[self.stage]
        if stage.steps is not None:
            return self.step / stage.steps
        assert stage.seconds is not None
        return self.stage_seconds / stage.seconds

    def fraction(self, recipe: Recipe) -> float:
        """Share of the work done; steps of a lattice are weighted by its number of sites."""
        weights = [
            s.seconds if s.seconds is not None else float((s.steps or 0) * s.size**2 * s.batch)
            for s in recipe.stages
        ]
        done = sum(weights[: self.stage])
        done += weights[self.stage] * min(1.0, self.stage_fraction(recipe))
        return done / sum(weights)
