"""Free energies of Wolff chains by a ladder of temperatures from infinity.

At ``beta = 0`` the spins are independent and ``ln Z = N ln 2``.  From a rung at ``beta`` the next
one follows by ``Z(beta') / Z(beta) = <exp(-(beta' - beta) E)>_beta`` (Zwanzig, J. Chem. Phys. 22,
1420, 1954).  Rungs lie so close that the exponent in the mean has a standard deviation of 0.7;
Kaufman's specific heat places them before the run, so that their choice biases nothing.  Every
step uses the configurations of the rung before it only, so that the errors of the steps add in
quadrature, and the free energy at the last rung is independent of its configurations.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from nrg_app.analysis.autocorrelation import autocorrelation
from nrg_app.physics.exact import kaufman_specific_heat
from nrg_app.physics.monte_carlo import wolff
from nrg_app.physics.observables import Estimate, energies

FloatArray = NDArray[np.float64]

# Distance of the rungs in units of 1 / (standard deviation of the energy).
_STEP = 0.7
_STEPS_BETWEEN = 2
_AT_A_TIME = 2**20


class Ladder:
    """Climbs from ``beta = 0`` down in temperature.

    Args:
        size: Lattice side L.
        samples: Configurations per rung.
        seed: Of all random numbers.

    Attributes:
        samples: Configurations per rung.
    """

    def __init__(self, size: int, samples: int, seed: np.random.SeedSequence) -> None:
        self._size, self.samples, self._seed = size, samples, seed
        self._log_z, self._variance = size**2 * math.log(2.0), 0.0
        self._beta, self._energies = 0.0, self._random_energies()

    def log_partition(self, temperature: float, work: Callable[[int], None]) -> Estimate:
        """``ln Z`` in nats at a temperature up to that of the last rung.

        Args:
            temperature: T in J/k_B.
            work: Told after every step how many configurations a rung has.
        """
        beta = 1.0 / temperature
        for target in self._betas_to(beta):
            self._step_to(target)
            if target < beta:
                self._energies = self._rung_energies(target)
            work(self.samples)
        return Estimate(self._log_z, math.sqrt(self._variance))

    def stand_on(self, energies_there: FloatArray) -> None:
        """Climb on from configurations of the last temperature, (chains, steps)."""
        self._energies = energies_there

    def rungs_to(self, temperature: float) -> int:
        """How many steps lie between the last rung and a temperature."""
        return len(self._betas_to(1.0 / temperature))

    def _betas_to(self, beta: float) -> list[float]:
        betas = [self._beta]
        while betas[-1] < beta:
            betas.append(min(beta, betas[-1] + _STEP / self._spread_at(betas[-1])))
        return betas[1:]

    def _spread_at(self, beta: float) -> float:
        """Standard deviation of the energy, one J at least: a frozen torus has none."""
        if beta == 0.0:
            return math.sqrt(2.0) * self._size
        heat = float(kaufman_specific_heat(self._size, 1.0 / beta))
        return max(self._size / beta * math.sqrt(heat), 1.0)

    def _step_to(self, beta: float) -> None:
        exponents = -(beta - self._beta) * self._energies
        top = exponents.max()
        weights = np.exp(exponents - top)
        error = autocorrelation(weights).error
        relative = 0.0 if math.isnan(error) else error / float(weights.mean())
        # ln of a mean lies below by half its variance.
        self._log_z += float(top) + math.log(weights.mean()) + 0.5 * relative**2
        self._variance += relative**2
        self._beta = beta

    def _random_energies(self) -> FloatArray:
        generator = np.random.default_rng(self._seed.spawn(1)[0])
        at_a_time = max(1, _AT_A_TIME // self._size**2)
        parts = []
        for start in range(0, self.samples, at_a_time):
            count = min(at_a_time, self.samples - start)
            spins = 2 * generator.integers(0, 2, (count, self._size, self._size), np.int8) - 1
            parts.append(energies(spins))
        return np.concatenate(parts)[None]

    def _rung_energies(self, beta: float) -> FloatArray:
        seed = int(self._seed.spawn(1)[0].generate_state(1)[0])
        spins = wolff(self._size, 1.0 / beta, self.samples, seed=seed, steps_between=_STEPS_BETWEEN)
        return energies(spins)[None]
