"""Observables of Ising configurations, each with its standard error.

All functions take spins ``(n, L, L)`` that are *independent* samples, of the Boltzmann
distribution or, with log weights ``(n,)``, of another density.  Weighted means are
self-normalised, ``sum_i w_i f_i / sum_i w_i``.  Errors are those of the delta method: a function g
of means moves by ``psi_i = w_i / sum(w) * sum_k dg/df_k (f_ki - mean f_k)`` with sample i, and its
squared error is ``n / (n - 1) sum_i psi_i^2``; with equal weights and one mean this is the
familiar standard error.  Errors of correlated chains come out too small.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from nrg_app.errors import NRGError
from nrg_app.physics.lattice import (
    Spins,
    ising_energy,
    validate_side,
    validate_spins,
    validate_temperature,
)

FloatArray = npt.NDArray[np.float64]

_MINUS = "\u2212"


@dataclass(frozen=True)
class Estimate:
    """A value with its standard error; the error is NaN where one sample says nothing about it."""

    value: float
    error: float

    def deviation(self, reference: float) -> float:
        """Distance ``value - reference`` in standard errors, with its sign.

        Example:
            >>> Estimate(2.5, 0.25).deviation(2.0)
            2.0
        """
        difference = self.value - reference
        if self.error == 0.0:
            return math.copysign(math.inf, difference) if difference else 0.0
        return difference / self.error

    def brackets(self) -> str:
        """Value with the error of its last digit in brackets, with a true minus sign.

        An unknown value or error gives an en dash.

        Example:
            >>> Estimate(1.4271, 0.0031).brackets(), Estimate(1234.0, 37.0).brackets()
            ('1.427(3)', '1230(40)')
        """
        if not (math.isfinite(self.value) and math.isfinite(self.error)):
            return "\u2013"
        if self.error <= 0.0:
            return f"{self.value:z.6g}".replace("-", _MINUS)
        # Formatting rounds first, so that an error of 0.0097 is one of 0.01.
        exponent = int(f"{self.error:.0e}".partition("e")[2])
        unit = 10.0**exponent
        digit = round(self.error / unit)
        if exponent >= 0:
            text = f"{round(self.value / unit) * unit:z.0f}({digit * unit:.0f})"
        else:
            text = f"{self.value:z.{-exponent}f}({digit})"
        return text.replace("-", _MINUS)


def energies(spins: npt.ArrayLike) -> FloatArray:
    """Total energy of each sample, ``(n,)``, in units of J.

    Raises:
        NRGError: if the spins have the wrong shape or values.
    """
    return ising_energy(validate_spins(spins)).astype(np.float64)


def magnetizations(spins: npt.ArrayLike) -> FloatArray:
    """Magnetization per site of each sample, with its sign, ``(n,)``.

    Raises:
        NRGError: if the spins have the wrong shape or values.
    """
    return _magnetizations(validate_spins(spins))


def half_correlations(spins: npt.ArrayLike) -> FloatArray:
    """``s(x) s(x + L / 2)`` of each sample, averaged over sites and both axes, ``(n,)``.

    Raises:
        NRGError: if the spins have the wrong shape or values.
    """
    checked = validate_spins(spins).astype(np.float64)
    half = checked.shape[1] // 2
    across = (checked * np.roll(checked, half, 1)).mean((1, 2))
    along = (checked * np.roll(checked, half, 2)).mean((1, 2))
    return np.asarray(0.5 * (across + along))


def weighted_mean(values: FloatArray, log_weights: npt.ArrayLike | None = None) -> Estimate:
    """Self-normalised mean of independent values ``(n,)``, error by the delta method.

    Raises:
        NRGError: if the weights are out of their range.
    """
    return _mean(values, _weights(log_weights, len(values)))


def measure(
    spins: npt.ArrayLike, temperature: float, log_weights: npt.ArrayLike | None = None
) -> dict[str, Estimate]:
    """The thermodynamic observables of ``(n, L, L)`` spins: see :func:`measure_series`.

    Raises:
        NRGError: if spins, temperature or weights are out of their range.
    """
    checked = validate_spins(spins)
    return measure_series(
        checked.shape[1],
        temperature,
        ising_energy(checked).astype(np.float64),
        _magnetizations(checked),
        log_weights,
    )


def measure_series(
    size: int,
    temperature: float,
    energy: FloatArray,
    magnetization: FloatArray,
    log_weights: npt.ArrayLike | None = None,
) -> dict[str, Estimate]:
    """The thermodynamic observables from the energy and magnetization of each sample.

    Args:
        size: Lattice side ``L``.
        temperature: ``T`` in units of ``J / k_B``.
        energy: Total energies ``(n,)`` in units of J, as of :func:`energies`.
        magnetization: Per site, ``(n,)``, as of :func:`magnetizations`.
        log_weights: Logarithms of the weights ``(n,)`` up to a constant; equal if left out.

    Returns:
        ``energy`` per site (J), ``specific_heat`` per site ``(<E^2> - <E>^2) / (N T^2)`` (k_B),
        ``abs_magnetization`` ``<|m|>``, ``magnetization_squared`` ``<m^2>``, ``susceptibility``
        ``N <m^2>`` and ``binder`` ``1 - <m^4> / (3 <m^2>^2)``.

    Raises:
        NRGError: if size, temperature or weights are out of their range.
    """
    n_sites = validate_side(size) ** 2
    t = validate_temperature(temperature)
    w = _weights(log_weights, len(energy))
    squared = magnetization**2
    mean_square = _mean(squared, w)
    return {
        "energy": _scaled(_mean(energy, w), 1.0 / n_sites),
        "specific_heat": _scaled(_variance(energy, w), 1.0 / (n_sites * t**2)),
        "abs_magnetization": _mean(np.abs(magnetization), w),
        "magnetization_squared": mean_square,
        "susceptibility": _scaled(mean_square, float(n_sites)),
        "binder": _binder(squared, w),
    }


def correlation_function(
    spins: npt.ArrayLike, log_weights: npt.ArrayLike | None = None
) -> tuple[FloatArray, FloatArray]:
    """Two-point function ``<s(x) s(x + r)>`` along the axes, nothing subtracted, and its errors.

    Averaged over sites and both axes; errors of different distances are strongly correlated.

    Returns:
        Values and standard errors at ``r = 0 ... L // 2``, each ``(L // 2 + 1,)``.

    Raises:
        NRGError: if spins or weights are out of their range.
    """
    return mean_correlations(correlations(spins), log_weights)


def correlations(spins: npt.ArrayLike) -> FloatArray:
    """``s(x) s(x + r)`` of each sample, averaged over sites and both axes.

    Returns:
        ``(n, L // 2 + 1)``, for ``r = 0 ... L // 2``.

    Raises:
        NRGError: if the spins have the wrong shape or values.
    """
    return cross_correlations(spins, spins)


def cross_correlations(spins: npt.ArrayLike, others: npt.ArrayLike) -> FloatArray:
    """``s(x) s'(x + r)`` of each pair of samples, averaged as by :func:`correlations`.

    Args:
        spins: ``s``, ``(n, L, L)``.
        others: ``s'``, likewise.

    Raises:
        NRGError: if the spins have the wrong shape or values.
    """
    first, second = (validate_spins(s).astype(np.float64) for s in (spins, others))
    along = _row_correlation(first, second)
    across = _row_correlation(first.swapaxes(1, 2), second.swapaxes(1, 2))
    return 0.5 * (along + across)[:, : first.shape[1] // 2 + 1]


def mean_correlations(
    per_sample: FloatArray, log_weights: npt.ArrayLike | None = None
) -> tuple[FloatArray, FloatArray]:
    """Means and standard errors, each ``(k,)``, of the :func:`correlations` of samples ``(n, k)``.

    Raises:
        NRGError: if the weights are out of their range.
    """
    w = _weights(log_weights, len(per_sample))
    estimates = [_mean(column, w) for column in per_sample.T]
    return np.array([e.value for e in estimates]), np.array([e.error for e in estimates])


def effective_sample_size(log_weights: npt.ArrayLike) -> float:
    """``(sum w)^2 / (n sum w^2)``, the fraction of the samples that counts, in 0 ... 1.

    Raises:
        NRGError: if there is no weight, or one is not a number.

    Example:
        >>> effective_sample_size([-3.0, -3.0])
        1.0
    """
    w = _weights(log_weights)
    return float(1.0 / (len(w) * np.sum(w**2)))


def largest_weight_share(log_weights: npt.ArrayLike) -> float:
    """Share of the largest weight in the sum of all, in 0 ... 1.

    Raises:
        NRGError: if there is no weight, or one is not a number.
    """
    return float(_weights(log_weights).max())


def _magnetizations(spins: Spins) -> FloatArray:
    n_sites = spins.shape[1] * spins.shape[2]
    return np.asarray(spins.sum(axis=(1, 2), dtype=np.int64) / n_sites)


def _weights(log_weights: npt.ArrayLike | None, n: int | None = None) -> FloatArray:
    """Weights that add up to one."""
    if log_weights is None:
        return np.full(n or 0, 1.0 / (n or 1))
    logs = np.asarray(log_weights, dtype=np.float64)
    if logs.ndim != 1 or logs.size == 0 or (n is not None and logs.size != n):
        raise NRGError(
            f"The log weights must be one number for each of the {n} samples."
            if n is not None
            else "The log weights must be a list of at least one number."
        )
    top = logs.max()
    if not math.isfinite(top):
        raise NRGError(
            "The log weights must be numbers, at least one of them finite and none +infinity; "
            "leave out the broken samples."
        )
    w = np.exp(logs - top)
    return np.asarray(w / w.sum())


def _standard_error(influence: FloatArray) -> float:
    """Delta-method error from what each sample moves the estimate by, ``psi_i``."""
    n = len(influence)
    return math.sqrt(n / (n - 1) * float(influence @ influence)) if n > 1 else math.nan


def _mean(values: FloatArray, w: FloatArray) -> Estimate:
    mean = float(w @ values)
    return Estimate(mean, _standard_error(w * (values - mean)))


def _variance(values: FloatArray, w: FloatArray) -> Estimate:
    """Variance without the bias of order 1 / n that the estimated mean brings."""
    if len(values) < 2:
        return Estimate(math.nan, math.nan)
    squares = (values - w @ values) ** 2
    spread = float(w @ squares)
    # n / (n - 1) for equal weights; the floor is for one weight that outshines all others.
    unbias = 1.0 / max(1.0 - float(w @ w), np.finfo(np.float64).eps)
    return Estimate(spread * unbias, unbias * _standard_error(w * (squares - spread)))


def _binder(squared: FloatArray, w: FloatArray) -> Estimate:
    second, fourth = float(w @ squared), float(w @ squared**2)
    if second == 0.0:
        return Estimate(math.nan, math.nan)
    ratio = fourth / second**2
    influence = (squared**2 - fourth) / second**2 - 2.0 * ratio * (squared - second) / second
    return Estimate(1.0 - ratio / 3.0, _standard_error(w * influence) / 3.0)


def _scaled(estimate: Estimate, factor: float) -> Estimate:
    return Estimate(estimate.value * factor, estimate.error * factor)


def _row_correlation(spins: FloatArray, others: FloatArray) -> FloatArray:
    """Mean of ``s(x) s'(x + r)`` over sites, r along the last axis: ``(n, L, L) -> (n, L)``."""
    size = spins.shape[-1]
    waves = np.fft.rfft(spins, axis=-1).conj() * np.fft.rfft(others, axis=-1)
    sums = np.fft.irfft(waves.sum(axis=1), n=size, axis=-1)
    # The sums are whole numbers: rounding removes what the transform left.
    return np.asarray(np.rint(sums) / size**2)
