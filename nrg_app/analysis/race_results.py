"""What a race of samplers finds: their memory, their rates, and how both grow with the lattice.

Plain results without torch, so that a window can hold and draw them.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from nrg_app.physics.observables import Estimate

Racer = Literal["metropolis", "wolff", "latent-hmc", "partial-refresh", "flow-correction"]
Observable = Literal["energy", "abs_magnetization"]
OBSERVABLES: tuple[Observable, ...] = ("energy", "abs_magnetization")
RACERS: tuple[Racer, ...] = (
    "metropolis",
    "wolff",
    "latent-hmc",
    "partial-refresh",
    "flow-correction",
)
RACER_LABELS: dict[Racer, str] = {
    "metropolis": "Metropolis",
    "wolff": "Wolff",
    "latent-hmc": "latent HMC",
    "partial-refresh": "partial refresh",
    "flow-correction": "flow + correction",
}
RACER_STEPS: dict[Racer, str] = {
    "metropolis": "sweep: N trials",
    "wolff": "clusters that flip about N sites",
    "latent-hmc": "trajectory of a quarter turn",
    "partial-refresh": "proposal of fresh fine latents",
    "flow-correction": "proposal of the flow",
}

METROPOLIS_Z = Estimate(2.1667, 0.0005)
"""z of single spin flips from other simulations (Nightingale and Blote, PRB 62, 1089, 2000)."""


@dataclass(frozen=True)
class RaceRow:
    """One sampler at one size.

    Attributes:
        racer: Which sampler.
        size: Lattice side L.
        model: Name of the network, None for Metropolis and Wolff.
        chains: Parallel chains.
        steps: Recorded steps of each.
        steps_per_second: Steps of all chains together per CPU second, spins drawn included.
        tau_energy: tau_int of the energy in steps; None if it never changed.
        tau_magnetization: tau_int of |m|, likewise.
        independent_per_second: ``steps_per_second / (2 tau)`` with the slower tau; None if no
            tau is known.
        acceptance: Share of accepted proposals, None for Metropolis and Wolff.
        bound: Whether the chains are too short for their tau: the true one is larger, and
            ``independent_per_second`` is only an upper bound.
    """

    racer: Racer
    size: int
    model: str | None
    chains: int
    steps: int
    steps_per_second: float
    tau_energy: Estimate | None
    tau_magnetization: Estimate | None
    independent_per_second: Estimate | None
    acceptance: float | None
    bound: bool

    def tau(self, observable: Observable) -> Estimate | None:
        """tau_int of an observable in steps."""
        return self.tau_energy if observable == "energy" else self.tau_magnetization


@dataclass(frozen=True)
class DynamicalExponent:
    """``tau_int ~ L^z`` of one sampler.

    Attributes:
        racer: Which sampler.
        observable: Whose tau, "energy" or "abs_magnetization".
        sizes: Lattice sides of the fit.
        z: The exponent, its error widened by the scatter about the fit.
        amplitude: tau at L = 1 of the fitted line, to draw it.
        chi_square: Per degree of freedom; None for two sizes.
    """

    racer: Racer
    observable: Observable
    sizes: tuple[int, ...]
    z: Estimate
    amplitude: float
    chi_square: float | None


@dataclass(frozen=True)
class Race:
    """Everything of one run.

    Attributes:
        temperature: T in J/k_B.
        seconds: CPU time per row.
        seed: Of all random numbers.
        clock: What the times are.
        program_version: Of NRG.
        rows: In the order in which they were measured.
        exponents: Of every sampler with a known tau at two sizes or more.
    """

    temperature: float
    seconds: float
    seed: int
    clock: str
    program_version: str
    rows: tuple[RaceRow, ...]
    exponents: tuple[DynamicalExponent, ...]


def dynamical_exponents(rows: Sequence[RaceRow]) -> tuple[DynamicalExponent, ...]:
    """Fit ``tau ~ L^z`` for every sampler where tau is known at two sizes or more.

    Least squares of ln tau against ln L, weighted by the errors of tau.  Chains that are too short
    for their tau are left out.  The error of z is widened by the square root of chi^2 per degree
    of freedom where that is above 1.

    Example:
        >>> def row(size, tau):
        ...     memory = Estimate(tau, 0.01 * tau)
        ...     known = (memory, memory, None, None, False)
        ...     return RaceRow("wolff", size, None, 1, 10**6, 1e5, *known)
        >>> energy, magnetization = dynamical_exponents([row(8, 2.0), row(16, 4.0)])
        >>> print(energy.z.brackets())
        1.00(2)
    """
    result = []
    for racer in RACERS:
        for observable in OBSERVABLES:
            points = [
                (row.size, tau, row.chains * row.steps)
                for row in rows
                if row.racer == racer and not row.bound and (tau := row.tau(observable)) is not None
            ]
            if len({size for size, _, _ in points}) > 1:
                result.append(_fit(racer, observable, sorted(points)))
    return tuple(result)


def _fit(
    racer: Racer, observable: Observable, points: Sequence[tuple[int, Estimate, int]]
) -> DynamicalExponent:
    """The fit through sides, tau and numbers of steps."""
    sides = np.array([size for size, _, _ in points], dtype=float)
    x, y = np.log(sides), np.log([tau.value for _, tau, _ in points])
    # A tau that is cut at its first step has no error of its own.
    errors = [max(tau.error / tau.value, 1.0 / math.sqrt(n)) for _, tau, n in points]
    weights = 1.0 / np.square(errors)
    centre = float(weights @ x / weights.sum())
    spread = float(weights @ (x - centre) ** 2)
    slope = float(weights @ ((x - centre) * y)) / spread
    start = float(weights @ y / weights.sum()) - slope * centre
    residuals = float(weights @ (y - start - slope * x) ** 2)
    chi_square = residuals / (len(x) - 2) if len(x) > 2 else None
    error = math.sqrt(max(chi_square or 1.0, 1.0) / spread)
    return DynamicalExponent(
        racer=racer,
        observable=observable,
        sizes=tuple(size for size, _, _ in points),
        z=Estimate(slope, error),
        amplitude=math.exp(start),
        chi_square=chi_square,
    )
