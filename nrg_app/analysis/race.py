"""The race of samplers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from nrg_app.analysis.race_results import RACERS, Race, Racer, RaceRow
from nrg_app.flows.neural_rg import NeuralRG


def race_rows(
    models: Sequence[NeuralRG],
    temperature: float,
    *,
    seconds: float = 5.0,
    racers: Sequence[Racer] = RACERS,
    seed: int = 0,
) -> Iterator[RaceRow]:
    """Measure one sampler at one size after the other, smallest size first."""
    raise NotImplementedError


def race(
    models: Sequence[NeuralRG],
    temperature: float,
    *,
    seconds: float = 5.0,
    racers: Sequence[Racer] = RACERS,
    seed: int = 0,
) -> Race:
    """The whole race."""
    raise NotImplementedError
