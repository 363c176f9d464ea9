"""What holds the raw averages of a flow at those of its target.

A divergence of some hundredths of a nat that a flow cannot lose leaves its averages where the shape
of the divergence takes them, and a few percent matter little to it: two percent of ``<|m|>`` of a
lattice of side 32 at ``T = 2.35 J/k_B`` are a twenty-fifth of the spread of ``|m|`` and cost .0008
nats.  So the averages are asked for themselves, as in the method of moments, by half the square of
their relative deviation,

    sum over moments f of ((E_q[f] - E_p[f]) / E_q[f])^2 / 2,

where ``E_q[f] - E_p[f] = E_q[(1 - p / q) f]`` needs no data and has little noise where ``p / q``
is near 1.  The moments are the square of the energy's distance from its mean, ``|m|`` and ``m^2``
of the mean spins given the field, which the specific heat, the magnetization and the
susceptibility follow.
"""

from __future__ import annotations

import torch
from torch import Tensor


def features_of(field: Tensor) -> Tensor:
    """Energy in ``J`` and ``|m|`` per site of dual fields ``(batch, L, L)``: ``(batch, 2)``.

    They are those of ``tanh(x)``, the mean spins given the field.
    """
    spins = torch.tanh(field).double()
    bonds = spins * (spins.roll(1, 1) + spins.roll(1, 2))
    return torch.stack((-bonds.mean((1, 2)), spins.mean((1, 2)).abs()), 1)


def pull_of_moments(features: Tensor, weights: Tensor) -> Tensor:
    """The factor of every sample's score in the gradient of the penalty, ``(batch,)``.

    The denominators and the mean energy are held, as if known; a term that vanishes with the
    deviation falls away.

    Args:
        features: Those of samples at one temperature, ``(batch, 2)``, from :func:`features_of`.
        weights: ``p / q`` of the samples, ``(batch,)``, with the exact normalisation; the largest
            may be clamped.

    Returns:
        Zeros for fewer than three samples, of which two have equal distances from their mean.  A
        sample's factor contains the deviation of the others only: with its own it would be biased
        by its square.
    """
    if len(weights) < 3:
        return torch.zeros_like(weights)
    energy, magnetization = features.T
    moments = torch.stack(((energy - energy.mean()) ** 2, magnetization, magnetization**2))
    relative = moments / moments.mean(1, keepdim=True).clamp(min=torch.finfo(moments.dtype).tiny)
    relative = relative - relative.mean(1, keepdim=True)
    excess = (1.0 - weights) * relative
    of_others = (excess.sum(1, keepdim=True) - excess) / (len(weights) - 1)
    pull: Tensor = (of_others * relative).sum(0)
    return pull
