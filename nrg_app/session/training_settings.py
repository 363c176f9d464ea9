"""What the form of a new training asks for, and what it may be expected to give."""

from __future__ import annotations

import math

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from nrg_app.training.recipe import Recipe, read_recipe, standard_recipe

STANDARD = "standard"
SIZES = (4, 8, 16, 32, 64)

# Minutes of training in all on one processor core, and the gap per site at Tc that was measured
# then (width 32, whole range of temperatures).
_MEASURED: dict[int, tuple[tuple[float, float], ...]] = {
    4: ((0.6, 5.8e-4), (4.0, 4e-5)),
    8: ((1.0, 7e-4), (2.4, 3.6e-4), (8.0, 3.6e-4)),
    16: ((3.4, 4.7e-4), (6.0, 6.3e-4), (36.0, 1.7e-4)),
    32: ((5.2, 7.8e-4), (15.0, 4.8e-4), (98.0, 3.4e-4)),
    64: ((115.0, 2.7e-4),),
}
_USUAL_EXPONENT = -0.4  # where one measurement alone gives none
_USUAL_WIDTH = 32
_SHIPPED_MINUTES = {4: 4.0, 8: 8.0, 16: 36.0, 32: 98.0, 64: 115.0}


class RunSettings(BaseModel):
    """Settings of a training.

    Attributes:
        size: lattice side L to reach.
        temperature_range: of the training, in J/k_B.
        width: hidden width of the conditioners.
        recipe: "standard" (grow within the time) or the name of a shipped recipe.
        seed: of parameters, latents and temperatures.
        device: "cpu" or "cuda".
        minutes: time for all lattices together, for the standard recipe.
        start: shipped model's name or model file to continue or grow, "" for a new flow.
        start_size: its lattice side, 0 for a new flow.
        disentanglers: whether the start has them.
    """

    model_config = ConfigDict(extra="forbid")

    size: int = 8
    temperature_range: tuple[float, float] = (1.5, 3.5)
    width: int = Field(default=32, ge=1, le=512)
    recipe: str = STANDARD
    seed: int = Field(default=0, ge=0)
    device: str = "cpu"
    minutes: float = Field(default=3.0, gt=0.0)
    start: str = ""
    start_size: int = 0
    disentanglers: bool = False

    def make_recipe(self) -> Recipe:
        """Return the recipe that these settings stand for.

        Raises:
            NRGError: if they do not fit together, or there is no such recipe.
        """
        if self.recipe != STANDARD:
            shared = {"seed": self.seed, "device": self.device}
            return read_recipe(self.recipe).model_copy(update=shared)
        return standard_recipe(
            self.size,
            self.minutes,
            first=max(4, min(self.size, 2 * self.start_size)),
            start=self.start,
            temperature_range=self.temperature_range,
            width=self.width,
            disentanglers=self.disentanglers,
            seed=self.seed,
            device=self.device,
        )

    def expected_gap(self) -> float | None:
        """Return roughly what gap per site at Tc to expect, None for a recipe in steps."""
        if self.recipe != STANDARD:
            return None
        minutes = self.minutes + _SHIPPED_MINUTES.get(self.start_size, 0.0)
        minutes *= min(1.0, _USUAL_WIDTH / self.width)
        return expected_gap(self.size, minutes)


def expected_gap(size: int, minutes: float) -> float | None:
    """Return the gap per site at Tc after so many minutes: a power law through measurements.

    >>> f"{expected_gap(8, 2.4):.0e}"
    '5e-04'
    """
    points = _MEASURED.get(size)
    if points is None:
        return None
    x, y = np.log(np.array(points)).T
    slope = float(np.polyfit(x, y, 1)[0]) if len(points) > 1 else _USUAL_EXPONENT
    # A fit may not promise more than twice as good as the best that was measured.
    gap = math.exp(float(y.mean()) + slope * (math.log(minutes) - float(x.mean())))
    return max(gap, 0.5 * math.exp(float(y.min())))
