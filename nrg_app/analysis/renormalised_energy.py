"""The energy that the target has for the latents of a flow, beside the Gaussian one.

With ``w(z) = -U(x(z)) - ln q(x(z))`` the latents of the target have the density
``N(z) e^(w - ln Z)``, so that their energy, normalised, is

    E_eff(z) = -ln p(z) - (N / 2) ln 2 pi = |z|^2 / 2 - (w(z) - ln Z).

A perfect flow has ``E_eff = |z|^2 / 2``.  Over latents drawn from the flow the best linear
dependence on the share ``|z_l|^2 / 2`` of a scale has the slope
``1 - cov(w, |z_l|^2 / 2) / var(|z_l|^2 / 2)`` (Hu, Li, Wang and You, PRR 2, 023369).
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from nrg_app.analysis.importance import batch_size
from nrg_app.errors import NRGError
from nrg_app.flows.neural_rg import NeuralRG
from nrg_app.physics.lattice import validate_temperature
from nrg_app.physics.observables import Estimate

FloatArray = NDArray[np.float64]

_FEWEST_SAMPLES = 32


@dataclass(frozen=True, eq=False)
class RenormalisedEnergy:
    """E_eff of ``n`` samples of a flow, as a whole and by scale.

    Attributes:
        scales: 1, 2, 4 ... L.
        gaussian: ``|z_l|^2 / 2`` of every scale and sample, ``(scales, n)``, in nats.
        effective: ``|z_l|^2 / 2 - (w - ln Z)``: E_eff without the Gaussian energy of the other
            scales, ``(scales, n)``, in nats.
        slopes: Slope of the second against the first for every scale; 1 for a perfect flow.
        total_gaussian: ``|z|^2 / 2``, ``(n,)``.
        total_effective: ``E_eff``, ``(n,)``.
        total_slope: The slope of these.
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

    Example:
        >>> from nrg_app.resources import models_dir
        >>> model = NeuralRG.load(models_dir() / "ising-8.safetensors")
        >>> found = renormalised_energy(model, 2.4, samples=1024, seed=1)
        >>> abs(found.total_slope.value - 1.0) < 0.05
        True
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
    value = validate_temperature(temperature)
    if samples < _FEWEST_SAMPLES:
        raise NRGError(
            f"The renormalised energy needs at least {_FEWEST_SAMPLES} samples, not {samples}."
        )
    generator = torch.Generator().manual_seed(seed)
    log_z = model.log_partition_target(value)
    batch = max(_FEWEST_SAMPLES, batch_size(model.size))
    excesses: list[FloatArray] = []
    shares: list[FloatArray] = []
    drawn = 0
    while drawn < samples:
        n = min(batch, samples - drawn)
        sample = model.sample(value, n, generator=generator)
        log_weights = model.log_weight(sample, value).double().cpu().numpy()
        excesses.append(log_weights - log_z)
        halves = 0.5 * sample.latents.double().cpu().numpy() ** 2
        shares.append(np.stack([halves[:, s * s // 4 : s * s].sum(1) for s in model.scales]))
        drawn += n
        yield _summarize(
            model.scales, np.concatenate(excesses), np.concatenate(shares, 1), drawn / samples
        )


def _summarize(
    scales: tuple[int, ...], excess: FloatArray, shares: FloatArray, done: float
) -> RenormalisedEnergy:
    """The result of ``w - ln Z`` ``(n,)`` and ``|z_l|^2 / 2`` ``(scales, n)``."""
    total = shares.sum(0)
    return RenormalisedEnergy(
        scales=scales,
        gaussian=shares,
        effective=shares - excess,
        slopes=tuple(_slope(share, excess) for share in shares),
        total_gaussian=total,
        total_effective=total - excess,
        total_slope=_slope(total, excess),
        done=done,
    )


def _slope(gaussian: FloatArray, excess: FloatArray) -> Estimate:
    """``1 - cov / var`` with the error of the delta method, whatever the law of the residuals."""
    offset = gaussian - gaussian.mean()
    variance = float(offset @ offset)
    slope = float(offset @ excess) / variance
    residuals = excess - excess.mean() - slope * offset
    n = len(gaussian)
    error = math.sqrt(n / (n - 1) * float((offset * residuals) @ (offset * residuals))) / variance
    return Estimate(1.0 - slope, error)
