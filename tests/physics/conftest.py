"""Exact averages of small tori, by listing every configuration."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pytest

from nrg_app.physics.lattice import Spins

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Enumeration:
    """All ``2^N`` configurations of a torus: spins, total energies and magnetizations per site."""

    size: int
    spins: Spins
    energy: FloatArray
    magnetization: FloatArray

    def log_partition(self, temperature: float) -> float:
        """``ln Z`` in nats."""
        logs = -self.energy / temperature
        return float(logs.max() + np.log(np.exp(logs - logs.max()).sum()))

    def probabilities(self, temperature: float) -> FloatArray:
        """Boltzmann probability of each configuration."""
        return np.asarray(np.exp(-self.energy / temperature - self.log_partition(temperature)))

    def observables(self, temperature: float) -> dict[str, float]:
        """The exact values of what ``measure`` estimates."""
        p = self.probabilities(temperature)
        n_sites = self.size**2
        mean = p @ self.energy
        second, fourth = p @ self.magnetization**2, p @ self.magnetization**4
        return {
            "energy": mean / n_sites,
            "specific_heat": p @ (self.energy - mean) ** 2 / (n_sites * temperature**2),
            "abs_magnetization": p @ np.abs(self.magnetization),
            "magnetization_squared": second,
            "susceptibility": n_sites * second,
            "binder": 1.0 - fourth / (3.0 * second**2),
        }

    def draw(self, temperature: float, n: int, seed: int) -> Spins:
        """Independent samples ``(n, L, L)``."""
        generator = np.random.default_rng(seed)
        chosen = generator.choice(len(self.energy), n, p=self.probabilities(temperature))
        return self.spins[chosen]


@functools.lru_cache(maxsize=3)
def _enumerate(size: int) -> Enumeration:
    n_sites = size**2
    bits = np.arange(2**n_sites)[:, None] >> np.arange(n_sites) & 1
    spins = (2 * bits - 1).astype(np.int8).reshape(-1, size, size)
    energy = np.zeros(len(spins))
    # Bond by bond, on purpose unlike the program's own way.
    for row in range(size):
        for column in range(size):
            here = spins[:, row, column]
            energy -= here * spins[:, row, (column + 1) % size]
            energy -= here * spins[:, (row + 1) % size, column]
    return Enumeration(size, spins, energy, spins.mean(axis=(1, 2), dtype=np.float64))


@pytest.fixture(scope="session")
def enumeration() -> Callable[[int], Enumeration]:
    """All configurations of the torus of side 2, 3 or 4."""
    return _enumerate


@pytest.fixture
def rng() -> np.random.Generator:
    """Random numbers that are the same in every run."""
    return np.random.default_rng(20240607)
