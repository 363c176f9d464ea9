"""What holds the raw averages of a flow at those of its target.

A divergence of some hundredths of a nat that a flow cannot lose leaves its averages where the shape
of the divergence takes them, and percents are little to it: two percent of ``<|m|>`` of a lattice
of side 32 at ``T = 2.35 J/k_B`` are a twenty-fifth of the spread of ``|m|`` and cost .0008 nats.
So the averages are asked for themselves, as in the method of moments, by the penalty

    sum over features f of (E_q[f] - E_p[f])^2 / (2 Var_q[f]),

where ``E_q[f] - E_p[f] = E_q[(1 - p / q) f]`` needs no data and has little noise where ``p / q``
is near 1.  The features are the energy, its square, the magnetization and its square, which are
what the specific heat, ``<|m|>``, the susceptibility and Binder's cumulant are made of.
"""

from __future__ import annotations

import torch
from torch import Tensor


def features_of(field: Tensor) -> Tensor:
    """What is matched, of the dual fields ``(batch, L, L)``: ``(batch, 2)``, per site.

    They are the energy in ``J`` and ``|m|`` of the mean spins ``tanh(x)`` given the field, of which
    the mean energy is that of the spins exactly.
    """
    spins = torch.tanh(field).double()
    bonds = spins * (spins.roll(1, 1) + spins.roll(1, 2))
    return torch.stack((-bonds.mean((1, 2)), spins.mean((1, 2)).abs()), 1)


def pull_of_moments(features: Tensor, weights: Tensor) -> Tensor:
    """The factor of every sample's score in the gradient of the penalty, ``(batch,)``.

    Args:
        features: Those of samples at one temperature, ``(batch, 2)``, from :func:`features_of`.
        weights: ``p / q`` of the samples, ``(batch,)``, with the exact normalisation.

    Returns:
        Zeros where fewer than three samples say nothing of a spread.  A sample's factor contains
        the deviation of the others only, which leaves it without the bias of a square.
    """
    if len(weights) < 3:
        return torch.zeros_like(weights)
    energy, magnetization = (features - features.mean(0)).T
    powers = torch.stack((energy, energy**2, magnetization, features[:, 1] ** 2))
    powers = powers - powers.mean(1, keepdim=True)
    powers = powers / powers.std(1, keepdim=True).clamp(min=torch.finfo(powers.dtype).tiny)
    excess = (1.0 - weights) * powers
    of_others = (excess.sum(1, keepdim=True) - excess) / (len(weights) - 1)
    pull: Tensor = (of_others * powers).sum(0)
    return pull
