"""Effective couplings of coarse-grained spins (Swendsen, PRL 52, 1165, 1984)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from nrg_app.analysis.rg_results import CouplingFlow, CouplingPath, Rule
from nrg_app.flows.neural_rg import NeuralRG


def coupling_paths(
    size: int,
    temperatures: Sequence[float],
    *,
    rule: Rule = "majority",
    model: NeuralRG | None = None,
    samples: int = 2000,
    bins: int = 20,
    seed: int = 0,
) -> Iterator[CouplingPath]:
    """The path of one temperature after the other."""
    raise NotImplementedError


def coupling_flow(
    size: int,
    temperatures: Sequence[float],
    *,
    rule: Rule = "majority",
    model: NeuralRG | None = None,
    samples: int = 2000,
    bins: int = 20,
    seed: int = 0,
) -> CouplingFlow:
    """All paths: an RG flow diagram."""
    raise NotImplementedError
