"""Finite-size scaling: Tc from Binder crossings, and the central charge from free energies at Tc.

At Tc the Binder cumulant does not depend on the lattice but for corrections, so that the curves
of two lattices cross close to it (Binder, Z. Phys. B 43, 119, 1981).  In the Ising model the
crossing of L and 2 L is off by a multiple of ``L^(-1/nu - omega)`` with nu = 1 and omega = 7/4
(Salas and Sokal, J. Stat. Phys. 98, 551, 2000), by -0.03 for L = 4; two crossings or more are
extrapolated with it.

At Tc the free energy of a large torus is ``ln Z = N ln z + ln Z_CFT``; for the square torus the
Ising model has ``Z_CFT = (theta_2 + theta_3 + theta_4) / (2 eta)`` at the nome ``e^-pi`` (Di
Francesco, Saleur and Zuber, Nucl. Phys. B 290, 527, 1987), in which the central charge stands as
``exp(pi c / 6)`` before a sum over the operators of the theory.  Taking these as known, the
measured constant gives c.

Example:
    >>> from nrg_app.analysis.finite_size import central_charge
    >>> from nrg_app.analysis.scan import ScanSettings, scan
    >>> at_tc = [*scan(ScanSettings(size=4, temperatures=(CRITICAL_TEMPERATURE,), samples=2000))]
    >>> print(central_charge(at_tc).constants[0].brackets())  # exactly 0.6468
    0.70(8)
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from nrg_app.analysis.collapse import collapse
from nrg_app.analysis.finite_size_results import CentralCharge, CriticalPoint, Crossing
from nrg_app.analysis.multi_histogram import MultiHistogram, ThermalCurve, jackknife_error
from nrg_app.analysis.scan_results import Estimator, ScanPoint
from nrg_app.errors import NRGError
from nrg_app.physics.exact import (
    CRITICAL_TEMPERATURE,
    kaufman_log_partition,
    onsager_log_partition_per_site,
)
from nrg_app.physics.observables import Estimate

__all__ = ["binder_crossings", "central_charge", "check_critical", "collapse", "torus_constant"]

FloatArray = NDArray[np.float64]

_GRID = 101
_AT_TC = 1e-6
_SHIFT = 1.0 + 7.0 / 4.0


def binder_crossings(histograms: Sequence[MultiHistogram]) -> CriticalPoint:
    """Crossings of the Binder cumulants of neighbouring sides, and Tc.

    Args:
        histograms: Of two different sides at least, each covering the crossing.

    Raises:
        NRGError: if there are fewer than two sides, or two cumulants do not cross.

    Example:
        >>> from nrg_app.analysis.scan import ScanSettings, scan
        >>> scans = [scan(ScanSettings(size, (2.1, 2.25, 2.4), samples=2000)) for size in (4, 8)]
        >>> found = binder_crossings([MultiHistogram(list(points)) for points in scans])
        >>> print(found.temperature.brackets())  # exactly 2.2357 for these two sides
        2.24(2)
    """
    ordered = sorted(histograms, key=lambda histogram: histogram.size)
    if len({histogram.size for histogram in ordered}) < max(2, len(ordered)):
        raise NRGError("A crossing needs scans of at least two lattice sides, one for each.")
    found = [_crossing(small, large) for small, large in pairwise(ordered)]
    crossings = tuple(crossing for crossing, _ in found)
    weights = _intercept(
        [crossing.sizes[0] ** -_SHIFT for crossing in crossings],
        [crossing.temperature.error for crossing in crossings],
    )
    value = float(weights @ [crossing.temperature.value for crossing in crossings])
    # Neighbouring crossings share a lattice: its blocks move both.
    moves = [np.zeros(1)] * len(ordered)
    for i, (weight, (_, (small_moves, large_moves))) in enumerate(zip(weights, found, strict=True)):
        moves[i] = moves[i] + weight * small_moves
        moves[i + 1] = moves[i + 1] + weight * large_moves
    return CriticalPoint(crossings, Estimate(value, _joint(moves)), float(CRITICAL_TEMPERATURE))


def _intercept(corrections: Sequence[float], errors: Sequence[float]) -> FloatArray:
    """Weights of data in the least-squares value at correction 0; a single datum is that value."""
    if len(corrections) == 1:
        return np.ones(1)
    columns = np.stack((np.ones(len(errors)), np.array(corrections)), axis=1)
    scale = np.array(errors)
    return np.asarray(np.linalg.pinv(columns / scale[:, None])[0] / scale)


def _crossing(
    small: MultiHistogram, large: MultiHistogram
) -> tuple[Crossing, tuple[FloatArray, FloatArray]]:
    """The crossing, and how its temperature moves with every block of the two that is left out."""
    low = max(small.temperatures[0], large.temperatures[0])
    high = min(small.temperatures[-1], large.temperatures[-1])
    if not low < high:
        raise NRGError(
            f"The scans of L = {small.size} and {large.size} have no temperatures in common."
        )
    middle, width = _root(small, large, np.linspace(low, high, _GRID))
    near = max(low, middle - width), min(high, middle + width)
    middle, width = _root(small, large, np.linspace(*near, _GRID))
    width = min(width, middle - low, high - middle)
    around = np.array([middle - width, middle, middle + width])
    curves = small.curve(around), large.curve(around)
    slopes = [float(c.values["binder"][2] - c.values["binder"][0]) / (2 * width) for c in curves]
    # A cumulant that is higher by d moves the crossing by d over the difference of the slopes.
    steepness = slopes[0] - slopes[1]
    moves = [_deviations(curve) for curve in curves]
    # Only a move of the other curve shifts the crossing along one's own slope.
    temperature = (-moves[0] / steepness, moves[1] / steepness)
    binder = (slopes[1] * temperature[0], slopes[0] * temperature[1])
    crossing = Crossing(
        sizes=(small.size, large.size),
        temperature=Estimate(middle, _joint(temperature)),
        binder=Estimate(float(curves[0].values["binder"][1]), _joint(binder)),
    )
    return crossing, temperature


def _root(
    small: MultiHistogram, large: MultiHistogram, temperatures: FloatArray
) -> tuple[float, float]:
    """Where the large lattice's cumulant falls below the small one's, and the grid's step."""
    difference = (
        large.curve(temperatures).values["binder"] - (small.curve(temperatures).values["binder"])
    )
    falls = np.flatnonzero((difference[:-1] > 0.0) & (difference[1:] <= 0.0))
    if len(falls) == 0:
        raise NRGError(
            f"The Binder cumulants of L = {small.size} and {large.size} do not cross between "
            f"T = {temperatures[0]:.4g} and {temperatures[-1]:.4g}; scan a range around Tc with "
            "more samples."
        )
    # Far below Tc both are 2/3 and noise makes them cross too, but never as steeply.
    first = falls[np.argmax(difference[falls] - difference[falls + 1])]
    step = float(temperatures[1] - temperatures[0])
    share = difference[first] / (difference[first] - difference[first + 1])
    return float(temperatures[first]) + step * float(share), step


def _deviations(curve: ThermalCurve) -> FloatArray:
    """How the middle Binder cumulant moves with every block that is left out, (blocks,)."""
    return np.asarray(curve.replicas["binder"][:, 1] - curve.values["binder"][1])


def _joint(moves: Sequence[FloatArray]) -> float:
    """Error from the jackknife replicas of independent scans."""
    return math.hypot(*(float(jackknife_error(replicas)) for replicas in moves))


def torus_constant() -> float:
    """``ln Z_CFT`` of the Ising model on the square torus.

    Example:
        >>> round(torus_constant(), 5)
        0.63991
    """
    n = np.arange(-8, 9)
    squares = np.exp(-math.pi * n**2)
    thetas = np.exp(-math.pi * (n + 0.5) ** 2).sum() + squares.sum() + ((-1.0) ** n @ squares)
    eta = math.exp(-math.pi / 12.0) * np.prod(1.0 - np.exp(-2.0 * math.pi * np.arange(1, 9)))
    return math.log(float(thetas) / (2.0 * float(eta)))


def central_charge(points: Sequence[ScanPoint]) -> CentralCharge:
    """The torus constant from free energies at Tc, and the central charge.

    Args:
        points: At Tc, one for each of one or more sides, of any estimator but "raw".

    Raises:
        NRGError: if there is no point, one is not at Tc or is raw, or a side occurs twice.
    """
    ordered = sorted(points, key=lambda point: point.size)
    _check_critical(ordered)
    sizes = tuple(point.size for point in ordered)
    bulk = float(onsager_log_partition_per_site(float(CRITICAL_TEMPERATURE)))
    constants = []
    for point in ordered:
        free, sites = point.values["free_energy"].estimate, point.size**2
        scale = sites / point.temperature
        constants.append(Estimate(-scale * free.value - sites * bulk, scale * free.error))
    exact = tuple(
        float(kaufman_log_partition(size, float(CRITICAL_TEMPERATURE))) - size**2 * bulk
        for size in sizes
    )
    limit = _limit(sizes, constants)
    known = torus_constant()
    charge = Estimate(0.5 + 6.0 / math.pi * (limit.value - known), 6.0 / math.pi * limit.error)
    return CentralCharge(sizes, tuple(constants), exact, limit, known, charge)


def _check_critical(points: Sequence[ScanPoint]) -> None:
    if not points or len({point.size for point in points}) < len(points):
        raise NRGError("The central charge needs one point at Tc for each lattice side.")
    check_critical([((point.temperature,), point.estimator) for point in points])


def check_critical(scans: Sequence[tuple[Sequence[float], Estimator]]) -> None:
    """Refuse scans, each temperatures and estimator, that do not give free energies at Tc.

    Raises:
        NRGError: if a temperature is not Tc, or the estimator is "raw".
    """
    for temperatures, estimator in scans:
        for temperature in temperatures:
            if abs(temperature - CRITICAL_TEMPERATURE) > _AT_TC:
                raise NRGError(
                    f"The central charge needs free energies at Tc = {CRITICAL_TEMPERATURE:.6f}, "
                    f"not at T = {temperature:g}."
                )
        if estimator == "raw":
            raise NRGError(
                "A network without weights gives only a bound of the free energy; use the "
                "estimator 'reweighted' instead."
            )


def _limit(sizes: Sequence[int], constants: Sequence[Estimate]) -> Estimate:
    """Least-squares fit of ``constant + b / N`` at large N; a single constant as it is."""
    errors = [constant.error for constant in constants]
    weights = _intercept([size**-2 for size in sizes], errors)
    value = float(weights @ [constant.value for constant in constants])
    return Estimate(value, float(np.linalg.norm(weights * errors)))
