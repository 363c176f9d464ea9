"""Monte Carlo RG (Swendsen 1979)."""

from __future__ import annotations

from collections.abc import Iterator

from nrg_app.analysis.rg_results import RGExponents, Rule
from nrg_app.flows.neural_rg import NeuralRG
from nrg_app.physics.onsager import CRITICAL_TEMPERATURE


def running_exponents(
    size: int = 64,
    temperature: float = CRITICAL_TEMPERATURE,
    *,
    rule: Rule = "majority",
    model: NeuralRG | None = None,
    samples: int = 20_000,
    bins: int = 50,
    seed: int = 0,
) -> Iterator[RGExponents]:
    """Exponents with a result after each bin from the second on."""
    raise NotImplementedError


def measure_exponents(
    size: int = 64,
    temperature: float = CRITICAL_TEMPERATURE,
    *,
    rule: Rule = "majority",
    model: NeuralRG | None = None,
    samples: int = 20_000,
    bins: int = 50,
    seed: int = 0,
) -> RGExponents:
    """Exponents: the last result of :func:`running_exponents`."""
    raise NotImplementedError
