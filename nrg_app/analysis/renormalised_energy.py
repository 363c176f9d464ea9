"""The energy that the target has for the latents of a flow, beside the Gaussian one.

With ``w(z) = -U(x(z)) - ln q(x(z))`` the latents of the target have the density
``N(z) e^(w - ln Z)``, so that their energy, normalised, is

    E_eff(z) = -ln p(z) - (N / 2) ln 2 pi = |z|^2 / 2 - (w(z) - ln Z).

A perfect flow has ``E_eff = |z|^2 / 2``.  Over latents drawn from the flow the best linear
dependence on the share ``|z_l|^2 / 2`` of a scale has the slope
``1 - cov(w, |z_l|^2 / 2) / var(|z_l|^2 / 2)``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nrg_app.flows.neural_rg import NeuralRG
from nrg_app.physics.observables import Estimate

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class RenormalisedEnergy:
    """E_eff of samples of a flow, by scale; ``S`` scales 1, 2, 4 ... L and a last entry for all.

    Attributes:
        scales: 1, 2, 4 ... L.
        gaussian: ``|z_l|^2 / 2`` of every sample, ``(S, n)``, in nats.
        effective: ``|z_l|^2 / 2 - (w - ln Z)``: E_eff without the Gaussian energy of the other
            scales, ``(S, n)``, in nats.
        slopes: Slope of the second against the first, of every scale; 1 if the flow is perfect.
        total_gaussian: ``|z|^2 / 2``, ``(n,)``.
        total_effective: ``E_eff``, ``(n,)``.
        total_slope: Its slope.
        done: Share of the samples, 0 to 1.
    """

    scales: tuple[int, ...]
    gaussian: FloatArray
    effective: FloatArray
    slopes: tuple[Estimate, ...]
    total_gaussian: FloatArray
    total_effective: FloatArray
    total_slope: Estimate
    done: float


def renormalised_energy(
    model: NeuralRG, temperature: float, *, samples: int = 2048, seed: int
) -> RenormalisedEnergy:
    """The last result of :func:`running_renormalised_energy`.

    Raises:
        NRGError: if an argument is out of its range.
    """
    *_, result = running_renormalised_energy(model, temperature, samples=samples, seed=seed)
    return result


def running_renormalised_energy(
    model: NeuralRG, temperature: float, *, samples: int = 2048, seed: int
) -> Iterator[RenormalisedEnergy]:
    """E_eff of samples of a flow, with a result after each slice of samples.

    Args:
        model: The flow.
        temperature: T in J/k_B.
        samples: Number of samples, at least 32.
        seed: Of all random numbers.

    Raises:
        NRGError: if an argument is out of its range.
    """
    raise NotImplementedError
