"""Markov chains of Ising spins: Wolff's clusters and Metropolis' single spins, compiled by numba.

A chain depends only on its arguments: it owns a xoshiro256+ generator (Blackman and Vigna, 2018)
seeded by numpy's ``SeedSequence``.  The compiled code is kept on disk, so that only the very
first call waits a few seconds.
"""

from __future__ import annotations

import math
from typing import SupportsIndex

import numpy as np
import numpy.typing as npt

from nrg_app.compiling import cached
from nrg_app.errors import NRGError
from nrg_app.physics.lattice import (
    Spins,
    validate_side,
    validate_spins,
    validate_temperature,
)
from nrg_app.physics.onsager import CRITICAL_TEMPERATURE, yang_magnetization

_State = npt.NDArray[np.uint64]


def wolff(
    size: SupportsIndex,
    temperature: float,
    n_samples: int,
    *,
    seed: int,
    n_thermal: int = 50,
    steps_between: int = 5,
    start: npt.ArrayLike | None = None,
) -> Spins:
    """Spins by single-cluster updates, fast at every temperature (Wolff, PRL 62, 361, 1989).

    A step is the number of clusters that flips about ``N`` sites: see :func:`clusters_per_step`.

    Args:
        size: Lattice side ``L``, at least 2.
        temperature: In units of ``J / k_B``.
        n_samples: Number of configurations to return.
        seed: Of the generator, at least 0.
        n_thermal: Steps before the first sample.
        steps_between: Steps from one sample to the next.  The energy decorrelates over 0.5 to 2.5
            steps (measured up to L = 64), so that samples five apart are nearly independent.
        start: First configuration ``(L, L)``; by default ordered with a random sign up to Tc and
            random above.

    Returns:
        Spins +1 and -1, ``(n_samples, L, L)``.

    Raises:
        NRGError: if an argument is out of its range.

    Example:
        >>> wolff(8, 2.0, 3, seed=1).shape
        (3, 8, 8)
    """
    side, temperature = validate_side(size), validate_temperature(temperature)
    spins, state = _begin(side, temperature, seed, start)
    samples = _room(side, n_samples, n_thermal, steps_between)
    clusters = clusters_per_step(side, temperature)
    add = -math.expm1(-2.0 / temperature)
    _wolff(spins, state, add, side, n_thermal * clusters, steps_between * clusters, samples)
    return samples.reshape(-1, side, side)


def metropolis(
    size: SupportsIndex,
    temperature: float,
    n_samples: int,
    *,
    seed: int,
    n_thermal: int = 2000,
    steps_between: int = 20,
    start: npt.ArrayLike | None = None,
) -> Spins:
    """Spins by single-spin updates (Metropolis et al., J. Chem. Phys. 21, 1087, 1953).

    A step is a sweep: ``N`` trials at random sites.  (In a fixed order the chain is not ergodic
    at high temperatures, where every trial succeeds.)  At Tc samples decorrelate only over about
    ``L^2.17`` sweeps, and below it the sign of the magnetization hardly ever changes.

    Arguments, result and errors are those of :func:`wolff`.

    Example:
        >>> metropolis(4, 5.0, 2, seed=1).dtype
        dtype('int8')
    """
    side, temperature = validate_side(size), validate_temperature(temperature)
    spins, state = _begin(side, temperature, seed, start)
    samples = _room(side, n_samples, n_thermal, steps_between)
    # The probability to flip a spin whose product with its neighbours' sum is 0, 1, 2, 3 or 4.
    accept = np.exp(-2.0 / temperature * np.arange(5))
    n_sites = side**2
    _metropolis(spins, state, accept, side, n_thermal * n_sites, steps_between * n_sites, samples)
    return samples.reshape(-1, side, side)


def clusters_per_step(size: int, temperature: float) -> int:
    """Number of Wolff clusters that flips about ``N`` sites.

    The mean cluster has ``N <m^2>`` sites.  It is estimated before the run (a choice made during
    it would bias the samples): by the spontaneous magnetization, by ``1.09 L^(7/4)`` at Tc and by
    ``0.96 (1 - Tc / T)^(-7/4)`` above (Wu, McCoy, Tracy and Barouch, PRB 13, 316, 1976).
    """
    n_sites = size**2
    critical = min(1.0922 * size**1.75, n_sites)
    if temperature > CRITICAL_TEMPERATURE:
        distance = 1.0 - CRITICAL_TEMPERATURE / temperature
        mean = min(0.9626 * distance**-1.75, critical)
    else:
        mean = max(yang_magnetization(temperature) ** 2 * n_sites, critical)
    return max(1, round(float(n_sites / max(mean, 1.0))))


def _begin(
    size: int, temperature: float, seed: int, start: npt.ArrayLike | None
) -> tuple[npt.NDArray[np.int8], _State]:
    """First configuration ``(N,)`` and the state of the generator ``(4,)``."""
    if seed < 0:
        raise NRGError(f"The seed must be a whole number of at least 0, but {seed!r} was given.")
    sequence = np.random.SeedSequence(seed)
    state = np.asarray(sequence.generate_state(4, np.uint64), dtype=np.uint64)
    if start is not None:
        given = validate_spins(start)
        if given.shape != (1, size, size):
            raise NRGError(f"The chain must start from one configuration of {size} x {size} spins.")
        return given.ravel().copy(), state
    generator = np.random.default_rng(sequence.spawn(1)[0])
    shape = size**2 if temperature > CRITICAL_TEMPERATURE else 1
    spins = np.empty(size**2, dtype=np.int8)
    spins[:] = 2 * generator.integers(0, 2, shape) - 1
    return spins, state


def _room(size: int, n_samples: int, n_thermal: int, steps_between: int) -> npt.NDArray[np.int8]:
    """Empty array ``(n, N)`` for the samples, once their numbers are checked."""
    if n_samples < 1:
        raise NRGError(f"The number of samples must be at least 1, but {n_samples} was given.")
    if n_thermal < 0 or steps_between < 1:
        raise NRGError(
            "A chain needs 0 or more steps before the first sample and at least 1 between samples."
        )
    return np.empty((n_samples, size**2), dtype=np.int8)


@cached()
def _next(state: _State) -> np.uint64:
    """64 random bits of xoshiro256+."""
    s0, s1, s2, s3 = state[0], state[1], state[2], state[3]
    result = s0 + s3
    s2 ^= s0
    s3 ^= s1
    state[1] = s1 ^ s2
    state[0] = s0 ^ s3
    state[2] = s2 ^ (s1 << np.uint64(17))
    state[3] = (s3 << np.uint64(45)) | (s3 >> np.uint64(19))
    return np.uint64(result)


@cached()
def _uniform(state: _State) -> float:
    """Uniform number in [0, 1) from the 53 highest bits."""
    return float(_next(state) >> np.uint64(11)) * 2.0**-53


@cached()
def _site(state: _State, n_sites: int) -> np.int64:
    """Uniform site in 0 ... N - 1; the bias of the product, below ``N / 2^32``, is no matter."""
    high_bits = _next(state) >> np.uint64(32)
    # An unsigned site minus a signed size would be a float.
    return np.int64((high_bits * np.uint64(n_sites)) >> np.uint64(32))


@cached()
def _neighbours(site: np.int64, size: int) -> tuple[np.int64, np.int64, np.int64, np.int64]:
    row = site // size
    base = row * size
    column = site - base
    up = site - size if row > 0 else site + size * (size - 1)
    down = site + size if row < size - 1 else column
    left = site - 1 if column > 0 else base + size - 1
    right = site + 1 if column < size - 1 else base
    return up, down, left, right


@cached()
def _flip_cluster(
    spins: npt.NDArray[np.int8], state: _State, add: float, size: int, stack: npt.NDArray[np.int32]
) -> None:
    """Grow one cluster, with bond probability ``add``, and flip it while it grows."""
    site = _site(state, spins.size)
    sign = spins[site]
    spins[site] = -sign
    stack[0] = site
    height = 1
    while height > 0:
        height -= 1
        for neighbour in _neighbours(stack[height], size):
            if spins[neighbour] == sign and _uniform(state) < add:
                spins[neighbour] = -sign
                stack[height] = neighbour
                height += 1


@cached()
def _wolff(
    spins: npt.NDArray[np.int8],
    state: _State,
    add: float,
    size: int,
    n_thermal: int,
    n_between: int,
    samples: npt.NDArray[np.int8],
) -> None:
    """Fill the samples ``(n, N)``; the numbers of updates are in clusters."""
    stack = np.empty(spins.size, dtype=np.int32)
    for _ in range(n_thermal):
        _flip_cluster(spins, state, add, size, stack)
    for k in range(samples.shape[0]):
        for _ in range(n_between):
            _flip_cluster(spins, state, add, size, stack)
        for site in range(spins.size):
            samples[k, site] = spins[site]


@cached()
def _try_flips(
    spins: npt.NDArray[np.int8],
    state: _State,
    accept: npt.NDArray[np.float64],
    n_trials: int,
    size: int,
) -> None:
    for _ in range(n_trials):
        site = _site(state, spins.size)
        up, down, left, right = _neighbours(site, size)
        aligned = spins[site] * (spins[up] + spins[down] + spins[left] + spins[right])
        if aligned <= 0 or _uniform(state) < accept[aligned]:
            spins[site] = -spins[site]


@cached()
def _metropolis(
    spins: npt.NDArray[np.int8],
    state: _State,
    accept: npt.NDArray[np.float64],
    size: int,
    n_thermal: int,
    n_between: int,
    samples: npt.NDArray[np.int8],
) -> None:
    """Fill the samples ``(n, N)``; the numbers of updates are in trials."""
    _try_flips(spins, state, accept, n_thermal, size)
    for k in range(samples.shape[0]):
        _try_flips(spins, state, accept, n_between, size)
        for site in range(spins.size):
            samples[k, site] = spins[site]
