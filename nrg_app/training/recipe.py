"""How a model is trained: the stages of growth and their settings."""

from __future__ import annotations

import tomllib
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from nrg_app.errors import NRGError
from nrg_app.files import read_text
from nrg_app.flows.architecture import MAX_SIDE
from nrg_app.physics.lattice import validate_size
from nrg_app.resources import recipes_dir

# Small batches and many steps win on a processor (measured at L = 4 ... 32).
_BATCH = {2: 128, 4: 128, 8: 128, 16: 64}
_LEARNING_RATE = {2: 5e-3, 4: 5e-3, 8: 5e-3, 16: 4e-3}
# Every doubling deserves about this factor more time than the lattice before.
_TIME_RATIO = 4.0


class Stage(BaseModel):
    """Training at one lattice size.

    Attributes:
        size: Lattice side ``L``.
        batch: Samples per step.
        learning_rate: Peak of the cosine schedule.
        seconds: Time budget, if the stage is limited by time.
        steps: Number of steps, if it is limited by steps.
        forward: Share of the forward divergence in the objective; above 0 the stage polishes
            what the variational objective cannot see.
        overshoot: Share of half the reversed chi-squared divergence; above 0 the stage removes
            what the flow proposes too often.
        moments: Factor on the penalty for raw averages that deviate from those of the target;
            only where coarse octaves are trained.
        coarse: Side of the lattice up to which octaves are trained, by their score; 0 trains
            all, along the path of the samples.
        pairs: Pairs of modes from 1 up to those of the recipe, which is the default.
        colours: Colours of the cells up to those of the recipe, which is the default. A flow of
            fewer pairs and colours is trained faster and refined by a later stage.
    """

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)

    size: int = Field(ge=2, le=MAX_SIDE)
    batch: int = Field(ge=1, le=2**20)
    learning_rate: float = Field(gt=0.0)
    seconds: float | None = Field(default=None, gt=0.0)
    steps: int | None = Field(default=None, ge=1, le=10**9)
    forward: float = Field(default=0.0, ge=0.0, le=1.0)
    overshoot: float = Field(default=0.0, ge=0.0, le=1.0)
    moments: float = Field(default=0.0, ge=0.0, le=1e3)
    coarse: int = Field(default=0, ge=0, le=MAX_SIDE)
    pairs: int | None = Field(default=None, ge=1, le=4)
    colours: Literal[2, 4] | None = None

    @model_validator(mode="after")
    def _one_limit(self) -> Stage:
        if (self.seconds is None) == (self.steps is None):
            raise ValueError("a stage is limited either by seconds or by steps")
        if self.size & (self.size - 1):
            raise ValueError("the side of a lattice is a power of two")
        if self.coarse & (self.coarse - 1) or self.coarse > self.size:
            raise ValueError("coarse is 0 or a power of two that is not above the side")
        if self.forward + self.overshoot > 1.0:
            raise ValueError("the shares forward and overshoot together are at most 1")
        if self.moments and (self.batch < 3 or not self.coarse):
            raise ValueError(
                "moments are matched only where coarse octaves are trained, with 3 samples or more"
            )
        return self


class Recipe(BaseModel):
    """A whole training.

    Attributes:
        stages: Growing lattices, each as large as the one before or twice as large.
        start: Name or file of the model to begin with; empty for a new flow.
        temperature_range: Range of training temperatures.
        width: Hidden width of the conditioners.
        radius: Neighbourhood radius.
        field_gap: Smallest eigenvalue ``g`` of the dual coupling.
        disentanglers: Whether the octaves have disentanglers.
        shared: Whether all octaves beyond the first share one network.
        pairs: Pairs of modes of a site in all octaves but the last.
        colours: Colours of the cells that are filled one after the other.
        ema_decay: Decay of the exponential moving average of the parameters per step.
        clip: Largest gradient norm.
        warmup: Steps of linear warm-up.
        seed: Seed of parameters, latents and temperatures.
        threads: Number of processor threads.
        device: Torch device.
        draws: Samples per temperature that measure the finished model.
    """

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)

    stages: list[Stage] = Field(min_length=1, max_length=64)
    start: str = ""
    temperature_range: tuple[float, float] = (1.5, 3.5)
    width: int = Field(default=32, ge=1, le=512)
    radius: int = Field(default=3, ge=1, le=7)
    field_gap: float = Field(default=3.0, gt=0.0, lt=1e3)
    disentanglers: bool = False
    shared: bool = False
    pairs: int = Field(default=2, ge=1, le=4)
    colours: Literal[2, 4] = 4
    ema_decay: float = Field(default=0.998, ge=0.0, lt=1.0)
    clip: float = Field(default=1.0, gt=0.0)
    warmup: int = Field(default=50, ge=1, le=10**9)
    seed: int = Field(default=0, ge=0, lt=2**31)
    threads: int = Field(default=1, ge=1, le=256)
    device: str = "cpu"
    draws: int = Field(default=4096, ge=32, le=2**24)

    @model_validator(mode="after")
    def _growing(self) -> Recipe:
        sizes = [stage.size for stage in self.stages]
        if any(b not in (a, 2 * a) for a, b in pairwise(sizes)):
            raise ValueError("every stage is as large as the one before or twice as large")
        if self.shared and any(2 < stage.coarse < stage.size for stage in self.stages):
            raise ValueError("of a network that all scales share, coarse octaves cannot be trained")
        shapes = [*map(self.shape, self.stages), (self.pairs, self.colours)]
        if any(a[0] not in (1, b[0]) or a[1] > b[1] for a, b in pairwise(shapes)):
            raise ValueError("colours never become fewer, and pairs of modes change from 1 only")
        if not 0.0 < self.temperature_range[0] <= self.temperature_range[1]:
            raise ValueError("the range of temperatures rises from above 0")
        return self

    def shape(self, stage: Stage) -> tuple[int, Literal[2, 4]]:
        """Pairs of modes and colours of the cells in a stage."""
        return stage.pairs or self.pairs, stage.colours or self.colours

    @property
    def size(self) -> int:
        """Lattice side of the last stage."""
        return self.stages[-1].size


def standard_recipe(
    size: int, minutes: float, *, first: int = 4, steps: int | None = None, **settings: Any
) -> Recipe:
    """The default recipe: grow 4 -> 8 -> ... -> ``size`` within a time budget.

    Args:
        size: Lattice side, a power of two, at least 4.
        minutes: Budget for all stages together.
        first: Lattice side of the first stage.
        steps: Number of steps of every stage instead of a time budget.
        settings: Further fields of :class:`Recipe`.

    Raises:
        NRGError: if the size or the budget is not usable.
    """
    validate_size(size)
    if size < 4:
        raise NRGError(f"A model needs a lattice of side 4 or more, not {size}.")
    if not 0.0 < minutes < 1e5:
        raise NRGError(f"The training time must be a positive number of minutes, not {minutes}.")
    if validate_size(first) > size:
        raise NRGError(f"A model of side {first} cannot continue on the smaller side {size}.")
    if size > MAX_SIDE:
        raise NRGError(f"A model has a side of at most {MAX_SIDE}, not {size}.")
    sizes = [first * 2**k for k in range(size.bit_length() - first.bit_length() + 1)]
    weights = [_TIME_RATIO**k for k in range(len(sizes))]
    stages = [
        Stage(
            size=side,
            batch=_BATCH.get(side, 32),
            learning_rate=_LEARNING_RATE.get(side, 3e-3),
            seconds=None if steps else 60.0 * minutes * weight / sum(weights),
            steps=steps,
        )
        for side, weight in zip(sizes, weights, strict=True)
    ]
    return Recipe.model_validate({"stages": stages, **settings})


def read_recipe(recipe: str) -> Recipe:
    """The recipe of a shipped model's name or of a TOML file.

    Raises:
        NRGError: if there is none, or it is damaged.
    """
    path = Path(recipe) if recipe.endswith(".toml") else recipes_dir() / f"{recipe}.toml"
    try:
        return Recipe.model_validate(tomllib.loads(read_text(path)))
    except OSError as error:
        names = ", ".join(sorted(file.stem for file in recipes_dir().glob("*.toml")))
        raise NRGError(
            f"There is no recipe '{recipe}'; name a TOML file or one of {names}."
        ) from error
    except (ValidationError, ValueError, RecursionError) as error:
        first = error.errors()[0] if isinstance(error, ValidationError) else None
        place = ".".join(str(part) for part in first["loc"]) if first else ""
        reason = f"{place}: {first['msg']}" if first else str(error)
        raise NRGError(f"The recipe '{path}' cannot be used ({reason}).") from error
