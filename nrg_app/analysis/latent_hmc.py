"""Hamiltonian Monte Carlo in latent space: a flow straightens the path of the particle.

With ``p(z) = N(z) e^{w(z)}`` and momenta ``v`` the Hamiltonian is ``(z^2 + v^2) / 2 - w(z)`` (Li
and Wang, PRL 121, 260601, 2018).  The leapfrog alternates kicks by ``dw/dz`` with the *exact*
motion of the rest, a rotation of ``(z, v)``, so that a perfect flow makes no error at any lattice
size and a quarter turn yields an independent sample (Beskos et al., Stoch. Proc. Appl. 121, 2201,
2011; Shahbaba et al., Stat. Comput. 24, 339, 2014).  Kicks and rotations keep volumes and can be
reversed, so that accepting with ``min(1, e^{-dH})`` is exact for every flow, also with the kicks
bounded: any kick that depends on ``z`` alone has both properties.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from nrg_app.analysis.chain_series import ChainSeries, record_chains, validate_lengths
from nrg_app.analysis.latent_density import LatentDensity, LatentState, metropolis_accepts
from nrg_app.flows.neural_rg import NeuralRG

QUARTER_TURN = math.pi / 2
TARGET_ACCEPTANCE = 0.8
_MAX_LEAPS = 8
# Largest change of one momentum per kick.  Where a flow's modes part, w has steps so narrow that
# their slope says nothing about the next point: at L = 16 and Tc unbounded kicks accept 0.65 of
# trajectories of 32 leaps, bounded ones 0.8 of those of one leap.
_LARGEST_KICK = 0.05


@dataclass(frozen=True, eq=False)
class HmcRun:
    """Chains of Hamiltonian Monte Carlo.

    Attributes:
        series: energies and magnetizations of every step, that is of every trajectory.
        acceptance: share of accepted trajectories, 0 to 1.
        angle: rotation per leap, in radians, as adapted during the burn-in.
        leaps: leaps per trajectory, each with one gradient.
    """

    series: ChainSeries
    acceptance: float
    angle: float
    leaps: int


@dataclass(frozen=True, eq=False)
class _Point:
    """Where the chains stand, with ``dw/dz`` there."""

    state: LatentState
    gradient: Tensor


class HmcChains:
    """Parallel chains, trajectory by trajectory.

    Args:
        density: the target seen from the latents.
        latents: where they start, ``(chains, L^2)``.
        generator: source of all random numbers.
        adapting: number of trajectories during which the angle per leap is adapted.
    """

    def __init__(
        self,
        density: LatentDensity,
        latents: Tensor,
        generator: torch.Generator,
        *,
        adapting: int,
    ) -> None:
        self._density, self._generator, self._adapting = density, generator, adapting
        self._point = _Point(*density.with_gradient(latents))
        self._log_angle, self._step = math.log(QUARTER_TURN / 4), 0

    @property
    def state(self) -> LatentState:
        """Where the chains stand."""
        return self._point.state

    def leap(self) -> tuple[float, int]:
        """Rotation per leap, in radians, and leaps per trajectory."""
        return _divide(math.exp(self._log_angle))

    def advance(self) -> int:
        """Make one trajectory of every chain; the number of accepted ones."""
        point = self._point
        proposal, log_ratio = _trajectory(self._density, point, *self.leap(), self._generator)
        accepts = metropolis_accepts(log_ratio, self._generator)
        self._point = _Point(
            point.state.moved(accepts, proposal.state),
            torch.where(accepts[:, None], proposal.gradient, point.gradient),
        )
        if self._step < self._adapting:
            # A trajectory that has left the numbers counts as rejected.
            chance = float(torch.exp(log_ratio.clamp(max=0.0)).nan_to_num(0.0).mean())
            self._log_angle += 2.0 * (chance - TARGET_ACCEPTANCE) / math.sqrt(self._step + 1)
            self._log_angle = min(self._log_angle, math.log(QUARTER_TURN))
        self._step += 1
        return int(accepts.sum())


def latent_hmc(
    model: NeuralRG,
    temperature: float,
    *,
    chains: int,
    steps: int,
    burn_in: int,
    generator: torch.Generator,
) -> HmcRun:
    """Run parallel chains from samples of the flow.

    The trajectories make a quarter turn.  During the burn-in the angle per leap, common to all
    chains, is adapted to an acceptance of 80 % (Robbins and Monro, 1951), a whole quarter turn at
    most; then it is frozen.

    Args:
        model: the flow.
        temperature: T in J/k_B.
        chains: number of chains.
        steps: recorded trajectories of each, at least 8.
        burn_in: trajectories before them; without any, the angle is a quarter of the quarter turn.
        generator: source of all random numbers.

    Raises:
        NRGError: if a number is out of its range.
    """
    validate_lengths(chains, steps, burn_in)
    density = LatentDensity(model, temperature)
    start = density.normal(chains, generator)
    moving = HmcChains(density, start, generator, adapting=burn_in)
    series, accepted = record_chains(moving, model, temperature, steps, burn_in, generator)
    return HmcRun(series, accepted / (chains * steps), *moving.leap())


def _divide(angle: float) -> tuple[float, int]:
    """A quarter turn in leaps of at most the angle, or as many leaps as are allowed."""
    leaps = math.ceil(QUARTER_TURN / angle - 1e-9)
    return (QUARTER_TURN / leaps, leaps) if leaps <= _MAX_LEAPS else (angle, _MAX_LEAPS)


def _trajectory(
    density: LatentDensity, start: _Point, angle: float, leaps: int, generator: torch.Generator
) -> tuple[_Point, Tensor]:
    """The end of a trajectory with fresh momenta, and ``-dH`` ``(chains,)``."""
    momenta = density.normal(len(start.state.latents), generator)
    before = _log_density(start.state, momenta)
    cosine, sine = math.cos(angle), math.sin(angle)
    point = start
    for _ in range(leaps):
        momenta = momenta + _kick(angle, point)
        latents = cosine * point.state.latents + sine * momenta
        momenta = cosine * momenta - sine * point.state.latents
        point = _Point(*density.with_gradient(latents))
        momenta = momenta + _kick(angle, point)
    return point, _log_density(point.state, momenta) - before


def _kick(angle: float, point: _Point) -> Tensor:
    """Half a leap's change of the momenta ``(chains, L^2)``; exact where w is linear."""
    kick = math.tan(angle / 2) * point.gradient
    return kick.clamp(-_LARGEST_KICK, _LARGEST_KICK)


def _log_density(state: LatentState, momenta: Tensor) -> Tensor:
    kinetic = 0.5 * ((state.latents**2) + momenta**2).sum(1)
    return state.log_weights - kinetic
