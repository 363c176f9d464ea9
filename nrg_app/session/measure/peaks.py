"""Where specific heat and susceptibility are largest: the pseudo-critical temperatures."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from nrg_app.analysis.multi_histogram import ThermalCurve
from nrg_app.physics.exact import kaufman_specific_heat
from nrg_app.physics.observables import Estimate
from nrg_app.session.measure.orders import Peak

PEAKED = ("specific_heat", "susceptibility")
_FINE = 401


def find_peaks(curve: ThermalCurve) -> tuple[Peak, ...]:
    """Return the peaks that lie within a curve; errors by jackknife over its replicas.

    The susceptibility here is ``N (<m^2> - <|m|>^2)``: ``N <m^2>`` has no maximum.

    Example:
        >>> from nrg_app.analysis.multi_histogram import MultiHistogram
        >>> from nrg_app.analysis.scan import ScanSettings, scan
        >>> points = list(scan(ScanSettings(4, (2.1, 2.5, 2.9), samples=4000)))
        >>> heat, *_ = find_peaks(MultiHistogram(points).curve(np.linspace(2.1, 2.9, 81)))
        >>> print(heat.temperature.brackets(), f"{heat.exact:.4f}")
        2.445(8) 2.4390
    """
    t, n_sites = curve.temperatures, curve.size**2
    peaks = []
    for key in PEAKED:
        rows = _values(curve.replicas, key, n_sites)
        place = _top(t, _values(curve.values, key, n_sites))
        if place is None:
            continue
        tops = np.array([_top(t, row) or math.nan for row in rows])
        blocks = len(tops)
        spread = float(np.sqrt((blocks - 1) / blocks * np.sum((tops - tops.mean()) ** 2)))
        exact = _exact_top(curve.size, place) if key == "specific_heat" else None
        peaks.append(Peak(key, Estimate(place, spread), exact))
    return tuple(peaks)


def _values(source: object, key: str, n_sites: int) -> NDArray[np.float64]:
    table: dict[str, NDArray[np.float64]] = dict(source)  # type: ignore[call-overload]
    if key == "susceptibility":
        squared = table["magnetization_squared"] - table["abs_magnetization"] ** 2
        return np.asarray(n_sites * squared)
    return table[key]


def _top(t: NDArray[np.float64], y: NDArray[np.float64]) -> float | None:
    """Return where a curve is largest, by a parabola through three points; None at an end."""
    k = int(np.argmax(y))
    if not 0 < k < len(t) - 1:
        return None
    a, b, c = np.polyfit(t[k - 1 : k + 2] - t[k], y[k - 1 : k + 2], 2)
    del c
    return float(t[k] - b / (2.0 * a)) if a < 0.0 else None


def _exact_top(size: int, near: float) -> float | None:
    t = np.linspace(max(near - 0.3, 0.5), near + 0.3, _FINE)
    return _top(t, np.asarray(kaufman_specific_heat(size, t)))
