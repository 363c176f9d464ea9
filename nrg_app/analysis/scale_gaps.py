"""Where a flow loses its free energy: the gap of every scale.

By the chain rule the divergence of a flow ``q`` from its target ``p`` is a sum over scales,

    KL(q || p) = sum_l E_q[ KL( q(x_l | x_<l) || p(x_l | x_<l) ) ],

with ``x_<=l`` the coarse field of scale ``l``, also where it is a learned variable.  Complete a
coarse field many times: keep its latents, draw the finer ones anew.  With ``w = -U(x) - ln q(x)``,
nested importance sampling gives the marginal of the target,

    ln p(x_<=l) - ln q(x_<=l) = F_l - ln Z,    F_l = ln E[ e^w | x_<=l ],

since ``e^-U / q(x_>l | x_<=l) = e^w q(x_<=l)``.  The scales beyond ``l`` then diverge by

    G_l = E[ F_l - E[ w | x_<=l ] ] = E_q[ KL( q(x_>l | x_<=l) || p(x_>l | x_<=l) ) ],

and scale ``l`` by ``G_{l/2} - G_l``; scale 1 by ``ln Z - E[F_1]`` with the exact ``ln Z``.  The
difference of ``F`` and ``w`` over the same completions fluctuates far less than either.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from nrg_app.analysis.importance import mean
from nrg_app.errors import NRGError
from nrg_app.flows.neural_rg import NeuralRG
from nrg_app.physics.lattice import validate_temperature
from nrg_app.physics.observables import Estimate

# Fields that are decoded at a time.
_BATCH = 256


@dataclass(frozen=True)
class ScaleGaps:
    """The free-energy gap by scale, all in nats per site of the finest lattice.

    Attributes:
        shares: Gap of every scale l = 1, 2, 4 ... L; errors from the spread of the outer samples.
        total: Their sum, the gap of the completions of scale 1 as samples of the flow.
        corrections: What the jackknife changed of every share.  One beyond the error of its share
            says that more completions are needed.
        outer: Number of outer samples so far.
    """

    shares: dict[int, Estimate]
    total: Estimate
    corrections: dict[int, float]
    outer: int


def scale_gaps(
    model: NeuralRG,
    temperature: float,
    *,
    outer: int = 64,
    inner: int = 64,
    generator: torch.Generator,
) -> ScaleGaps:
    """Estimate the gap of every scale: the last result of :func:`running_scale_gaps`.

    Raises:
        NRGError: if a number is out of its range.

    Example:
        >>> from nrg_app.resources import models_dir
        >>> model = NeuralRG.load(models_dir() / "ising-8.safetensors")
        >>> generator = torch.Generator().manual_seed(1)
        >>> found = scale_gaps(model, 2.4, outer=32, inner=32, generator=generator)
        >>> list(found.shares), found.total.value < 0.001
        ([1, 2, 4, 8], True)
    """
    *_, result = running_scale_gaps(
        model, temperature, outer=outer, inner=inner, generator=generator
    )
    return result


def running_scale_gaps(
    model: NeuralRG,
    temperature: float,
    *,
    outer: int = 64,
    inner: int = 64,
    generator: torch.Generator,
) -> Iterator[ScaleGaps]:
    """Estimate the gap of every scale, with a result after each slice of outer samples.

    Args:
        model: The flow; float32 is precise enough and fastest.
        temperature: T in J/k_B.
        outer: Number of samples whose coarse fields are completed, at least 2.
        inner: Completions of each coarse field, its own sample among them, at least 2.
        generator: Source of all random numbers.

    Raises:
        NRGError: if a number is out of its range.
    """
    value = validate_temperature(temperature)
    if outer < 2 or inner < 2:
        raise NRGError(
            "The gap by scale needs at least 2 outer samples with at least 2 completions each."
        )
    log_z = model.log_partition_target(value)
    # At least two, so that the first result has an error.
    slice_size = max(2, _BATCH // inner)
    # Of every outer sample the gap beyond l = 0, 1, 2 ... L, as it is and with its bias removed.
    parts: list[NDArray[np.float64]] = []
    for start in range(0, outer, slice_size):
        count = min(slice_size, outer - start)
        parts.append(_gaps_beyond(model, value, count, inner, log_z, generator))
        yield _summarize(model, np.concatenate(parts, axis=1))


def _gaps_beyond(
    model: NeuralRG,
    temperature: float,
    count: int,
    inner: int,
    log_z: float,
    generator: torch.Generator,
) -> NDArray[np.float64]:
    """``F_l - mean w`` of outer samples, plain and corrected: ``(2, count, scales + 1)``, nats.

    Column 0 is ``ln Z - mean w``, that of the whole gap.
    """
    n = model.size**2
    own = torch.randn(count, n, generator=generator, device=generator.device)
    beyond = np.zeros((2, count, len(model.scales) + 1))
    for column, scale in enumerate(model.scales[:-1], start=1):
        known = scale * scale
        fresh = torch.randn(count, inner - 1, n - known, generator=generator, device=own.device)
        finer = torch.cat((own[:, None, known:], fresh), 1)
        coarse = own[:, None, :known].expand(-1, inner, -1)
        latents = torch.cat((coarse, finer), 2).reshape(count * inner, n)
        log_weights = _log_weights(model, temperature, latents).view(count, inner)
        mean_weight = log_weights.mean(1).numpy()
        if scale == 1:
            beyond[:, :, 0] = log_z - mean_weight
        plain, corrected = log_mean_weights(log_weights)
        beyond[:, :, column] = np.stack((plain, corrected)) - mean_weight
    return beyond


def _log_weights(model: NeuralRG, temperature: float, latents: Tensor) -> Tensor:
    """``w`` of latents ``(n, L^2)``: ``(n,)`` float64, in nats."""
    parts = []
    for batch in latents.to(model.device, model.dtype).split(_BATCH):
        sample = model.decode(batch, temperature)
        parts.append(model.log_weight(sample, temperature).double().cpu())
    return torch.cat(parts)


def log_mean_weights(log_weights: Tensor) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """``ln`` of the mean weight of each row, as it is and with the bias removed.

    The logarithm of a mean of ``n`` weights is too small by about ``var(w) / (2 n <w>^2)``; the
    jackknife (Quenouille, Biometrika 43, 353, 1956) leaves a bias of order ``1 / n^2``.

    Args:
        log_weights: ``(rows, n)``, ``n`` at least 2.

    Returns:
        Two arrays ``(rows,)``, in nats.
    """
    n = log_weights.shape[1]
    plain = torch.logsumexp(log_weights, 1) - math.log(n)
    left_out = torch.eye(n, dtype=torch.bool, device=log_weights.device)
    others = log_weights[:, None, :].masked_fill(left_out, -math.inf)
    without = torch.logsumexp(others, 2) - math.log(n - 1)
    corrected = n * plain - (n - 1) * without.mean(1)
    return plain.numpy(), corrected.numpy()


def _summarize(model: NeuralRG, beyond: NDArray[np.float64]) -> ScaleGaps:
    """The result of gaps beyond each scale ``(2, outer, scales + 1)``."""
    beyond = beyond / model.size**2
    plain, shares = beyond[:, :, :-1] - beyond[:, :, 1:]
    changes = (shares - plain).mean(0)
    return ScaleGaps(
        shares={scale: mean(shares[:, k]) for k, scale in enumerate(model.scales)},
        total=mean(beyond[1, :, 0]),
        corrections={scale: float(changes[k]) for k, scale in enumerate(model.scales)},
        outer=beyond.shape[1],
    )
