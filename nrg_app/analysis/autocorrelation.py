"""Integrated autocorrelation times by the Gamma method (Wolff, hep-lat/0306017).

The variance of a mean over correlated steps is that of independent ones times ``2 tau_int``,
``tau_int = 1/2 + sum_{t > 0} rho(t)``.  The sum is cut where its truncation error and its noise
together are smallest.  Fluctuations are taken about the mean over all chains, not about that of
each, so that many short chains are as good as one long one.

The package pyerrors has the same method, and the tests compare with it.  It is no dependency:
importing it takes three seconds of processor time, brings pyplot along and warns of the removal
of ``scipy.odr``, without which it will no longer load.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nrg_app.errors import NRGError
from nrg_app.physics.observables import Estimate

FloatArray = NDArray[np.float64]

MIN_STEPS = 8
_STAU = 1.5  # assumed ratio of the exponential to the integrated time (Wolff's S)


@dataclass(frozen=True)
class Autocorrelation:
    """What a series says about its own memory.

    Attributes:
        tau: tau_int in steps, 0.5 for independent ones and never less; NaN for a series that
            never changes.
        error: standard error of the mean of the series, in its units; NaN likewise.
        closed: False if the chains are too short for the sum to converge: tau and error are
            then too small.
    """

    tau: Estimate
    error: float
    closed: bool


def autocorrelation(series: FloatArray) -> Autocorrelation:
    """Autocorrelation time of stationary chains of equal length, and the error of their mean.

    Args:
        series: (chains, steps), one value of a scalar per step.

    Raises:
        NRGError: if there are fewer than 8 steps.

    Example:
        >>> noise = np.random.default_rng(1).standard_normal((20, 501))
        >>> found = autocorrelation(noise[:, 1:] + noise[:, :-1])
        >>> print(found.tau.brackets())  # exactly 1: neighbours are correlated by 1/2
        0.95(5)
    """
    chains, steps = series.shape
    if steps < MIN_STEPS:
        raise NRGError(
            f"An autocorrelation time needs at least {MIN_STEPS} steps, not {steps}; "
            "run the chain for longer."
        )
    n = chains * steps
    gamma = _autocovariance(series - series.mean())
    # What is left of a constant series is rounding.
    if gamma[0] <= (1e-12 * np.abs(series).max()) ** 2:
        return Autocorrelation(Estimate(math.nan, math.nan), math.nan, closed=False)
    taus = np.cumsum(gamma) / gamma[0] - 0.5
    window, closed = _window(taus, n)
    # The estimated mean lowers every Gamma by the variance of the mean: equation (49).
    tau = max(float(taus[window]) * (1.0 + (2.0 * window + 1.0) / n), 0.5)
    variance = gamma[0] * (1.0 + 2.0 * tau / n)
    tau_error = tau * 2.0 * math.sqrt(max(window + 0.5 - tau, 0.0) / n)
    return Autocorrelation(
        Estimate(tau, tau_error), math.sqrt(2.0 * tau * float(variance) / n), closed
    )


def _autocovariance(deviations: FloatArray) -> FloatArray:
    """``Gamma(t)`` averaged over chains, t = 0 ... steps - 1."""
    steps = deviations.shape[1]
    power = (np.abs(np.fft.rfft(deviations, 2 * steps, axis=1)) ** 2).mean(0)
    sums = np.fft.irfft(power, 2 * steps)[:steps]
    return np.asarray(sums / (steps - np.arange(steps)))


def _window(taus: FloatArray, n: int) -> tuple[int, bool]:
    """Where to cut the sum: equations (50) to (52); and whether it had converged there."""
    for w in range(1, len(taus)):
        # Noise about independent steps, or anticorrelation, which errors do not lean on.
        if taus[w] <= 0.5:
            return w, True
        decay = _STAU / math.log((2.0 * taus[w] + 1.0) / (2.0 * taus[w] - 1.0))
        if math.exp(-w / decay) < decay / math.sqrt(w * n):
            return w, True
    return len(taus) - 1, False
