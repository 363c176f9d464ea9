"""The card of a model: what it is, how it was trained and how good it was measured to be."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field, field_validator

from nrg_app.flows.architecture import Architecture

CARD_VERSION = 1
MAX_NAME = 200


class GapRecord(BaseModel):
    """Quality at one temperature.

    Attributes:
        temperature: Temperature in units of J / k_B.
        gap: Free-energy gap per site (exact ln Z - ELBO) / N, in nats.
        error: Its standard error.
        ess: Effective sample size as a fraction 0 .. 1.
        largest_weight_share: Share of the largest importance weight.
        draws: Number of samples.
    """

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)

    temperature: float
    gap: float
    error: float
    ess: float
    largest_weight_share: float
    draws: int


class ModelCard(BaseModel):
    """Description that travels inside a model file.

    Attributes:
        name: Name shown to users.
        target: Name of the density (see :mod:`nrg_app.physics.target`).
        field_gap: Smallest eigenvalue ``g`` of the dual coupling.
        temperature_range: Trained range of temperatures.
        architecture: Shape of the flow.
        training: Recipe, steps, seconds, seed and stages of the training.
        gaps: Measured quality, empty before the first measurement.
        program_version: Version that wrote the file.
        card_version: Version of this format.
    """

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)

    name: str = Field(min_length=1, max_length=MAX_NAME)
    target: str = "ising-dual"
    field_gap: float = Field(default=3.0, gt=0.0, lt=1e3)
    temperature_range: tuple[float, float] = (1.5, 3.5)
    architecture: Architecture
    training: dict[str, Any] = Field(default_factory=dict)
    gaps: list[GapRecord] = Field(default_factory=list)
    program_version: str
    card_version: int = CARD_VERSION

    @field_validator("temperature_range")
    @classmethod
    def _rising(cls, value: tuple[float, float]) -> tuple[float, float]:
        if not 0.0 < value[0] <= value[1]:
            raise ValueError("the range of temperatures must rise from above 0")
        return value

    @property
    def size(self) -> int:
        """Lattice side ``L``."""
        return self.architecture.size

    def gap_near(self, temperature: float) -> GapRecord | None:
        """The measurement closest to a temperature (within 0.05), if there is one."""
        near = [g for g in self.gaps if abs(g.temperature - temperature) < 0.05]
        return min(near, key=lambda g: abs(g.temperature - temperature), default=None)
