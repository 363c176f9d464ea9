"""Roots of mixture quantile equations: a compiled loop on the processor, tensors elsewhere.

The root of ``F(x) = Phi(z)`` is sought in the smaller tail: mirrored by the sign of ``z``, it is
``ln S(x) = ln Q(|z|)`` with ``S`` and ``Q`` the survival functions of the mixture and of the
normal distribution.  Newton steps are taken inside a bracket spanned by the quantiles of the
single components; a step that would leave it is replaced by a bisection.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from nrg_app.compiling import cached

_SQRT_HALF = math.sqrt(0.5)
_DENSITY_NORM = 1.0 / math.sqrt(2.0 * math.pi)
_MAX_STEPS = 100
# A Newton step this short, in standard deviations, leaves an error of its square.
_TOLERANCE = {torch.float32: 3e-4, torch.float64: 1e-8}
# Steps on whole tensors before the few unconverged sites are iterated on their own.
_FULL_STEPS = 5


@torch.no_grad()
def solve_quantile(z: Tensor, weights: Tensor, means: Tensor, log_stds: Tensor) -> Tensor:
    """``x`` with ``F(x) = Phi(z)``.

    Args:
        z: Standard normal latents, any shape.
        weights: Weights of the components, broadcastable to ``(components, *z.shape)``.
        means: Means, likewise.
        log_stds: Logarithms of the standard deviations, likewise.

    Returns:
        The quantiles, shape of ``z``.
    """
    full = (len(means), *z.shape)
    parts = [t.expand(full).reshape(full[0], -1) for t in (weights, means, torch.exp(log_stds))]
    flat = z.reshape(-1)
    if z.device.type == "cpu":
        latents, w, mean, std = (t.contiguous().numpy() for t in (flat, *parts))
        x = torch.from_numpy(solve_compiled(latents, w, mean, std, _TOLERANCE[z.dtype]))
    else:
        x = solve_with_tensors(flat, *parts)
    return x.reshape(z.shape)


@cached()
def solve_compiled(
    z: npt.NDArray[np.floating],
    weights: npt.NDArray[np.floating],
    means: npt.NDArray[np.floating],
    stds: npt.NDArray[np.floating],
    tolerance: float,
) -> npt.NDArray[np.floating]:  # pragma: no cover - compiled
    """The same as :func:`solve_quantile` for arrays.

    Args:
        z: ``(n,)``.
        weights: ``(components, n)``.
        means: Likewise.
        stds: Likewise.
        tolerance: Length of the last step in units of the narrowest component.
    """
    n_components, n = means.shape
    result = np.empty_like(z)
    for i in range(n):
        sign = -1.0 if z[i] < 0.0 else 1.0
        magnitude = abs(float(z[i]))
        log_target = math.log(0.5 * math.erfc(magnitude * _SQRT_HALF))
        low, high, x, narrow = np.inf, -np.inf, 0.0, np.inf
        for c in range(n_components):
            quantile = sign * means[c, i] + magnitude * stds[c, i]
            low, high = min(low, quantile), max(high, quantile)
            x += weights[c, i] * quantile
            narrow = min(narrow, float(stds[c, i]))
        for _ in range(_MAX_STEPS):
            survival, density = 0.0, 0.0
            for c in range(n_components):
                u = (x - sign * means[c, i]) / stds[c, i]
                survival += weights[c, i] * math.erfc(u * _SQRT_HALF)
                density += weights[c, i] / stds[c, i] * math.exp(-0.5 * u * u)
            survival *= 0.5
            density *= _DENSITY_NORM
            if survival > 0.0:
                excess = math.log(survival) - log_target
                if excess > 0.0:
                    low = x
                else:
                    high = x
            else:
                excess = 0.0
                high = x
            margin = 1e-15 * (1.0 + abs(x))
            new = np.inf
            if density > 0.0 and survival > 0.0:
                new = x + excess * survival / density
            inside = low - margin <= new <= high + margin
            if not inside:
                new = 0.5 * (low + high)
            move = abs(new - x)
            x = new
            if (inside and move <= tolerance * narrow) or high - low <= margin:
                break
        result[i] = sign * x
    return result


def solve_with_tensors(z: Tensor, weights: Tensor, means: Tensor, stds: Tensor) -> Tensor:
    """The same with tensor operations only, for devices without a compiled loop.

    Args:
        z: ``(n,)``.
        weights: ``(components, n)``.
        means: ``(components, n)``.
        stds: ``(components, n)``.
    """
    sign = torch.where(z < 0, -1.0, 1.0).to(means.dtype)
    magnitude = z.abs()
    mixture = (means * sign, 1.0 / stds, weights, torch.special.log_ndtr(-magnitude))
    quantiles = mixture[0] + magnitude * stds
    state = ((weights * quantiles).sum(0), quantiles.amin(0), quantiles.amax(0))
    tolerance = _TOLERANCE[z.dtype]
    done = torch.zeros_like(z, dtype=torch.bool)
    for _ in range(_FULL_STEPS):
        *state_list, done = _bracketed_newton(*state, *mixture, tolerance)
        state = (state_list[0], state_list[1], state_list[2])
    x, low, high = state
    active = torch.nonzero(~done).squeeze(1)
    for _ in range(_MAX_STEPS):
        if active.numel() == 0:
            break
        part = [t[..., active] for t in (x, low, high, *mixture)]
        x[active], low[active], high[active], done = _bracketed_newton(
            part[0], part[1], part[2], part[3], part[4], part[5], part[6], tolerance
        )
        active = active[~done]
    return sign * x


def _bracketed_newton(
    x: Tensor,
    low: Tensor,
    high: Tensor,
    means: Tensor,
    inverse_stds: Tensor,
    weights: Tensor,
    log_target: Tensor,
    tolerance: float,
) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    u = (x - means) * inverse_stds
    survival = 0.5 * (weights * torch.special.erfc(u * _SQRT_HALF)).sum(0)
    density = (weights * inverse_stds * torch.exp(-0.5 * u * u)).sum(0) * _DENSITY_NORM
    excess = torch.log(survival) - log_target
    right = excess > 0
    low, high = torch.where(right, x, low), torch.where(right, high, x)
    newton = x + excess * survival / density
    # Rounding may put the root a hair outside a bracket that has collapsed onto it.
    margin = 4.0 * torch.finfo(x.dtype).eps * (1.0 + x.abs())
    inside = (newton >= low - margin) & (newton <= high + margin)
    new = torch.where(inside, newton, 0.5 * (low + high))
    small = (new - x).abs() * inverse_stds.amax(0) <= tolerance
    return new, low, high, (inside & small) | (high - low <= margin)
