"""Finite-size scaling: Binder crossing, data collapse, central charge."""

from __future__ import annotations

from collections.abc import Sequence

from nrg_app.analysis.finite_size_results import CentralCharge, Collapse, CriticalPoint, Scaled
from nrg_app.analysis.multi_histogram import MultiHistogram
from nrg_app.analysis.scan_results import ScanPoint


def binder_crossings(histograms: Sequence[MultiHistogram]) -> CriticalPoint:
    """Crossings of the Binder cumulants of neighbouring sides, and Tc.

    Args:
        histograms: Of two different sides at least, each covering the crossing.

    Raises:
        NRGError: if there are fewer than two sides, or two cumulants do not cross.
    """
    raise NotImplementedError


def collapse(
    points: Sequence[ScanPoint],
    quantity: Scaled,
    *,
    critical_temperature: float | None = None,
    window: float = 2.0,
) -> Collapse:
    """Fit Tc, nu and the exponent of a quantity so that all lattices lie on one curve.

    Args:
        points: Of two sides at least.
        quantity: What to scale.
        critical_temperature: Tc in J/k_B if it is known; else it is fitted too.
        window: Only data with ``|T - Tc| L^(1/nu)`` up to this are used.

    Raises:
        NRGError: if there are too few points for the fit.
    """
    raise NotImplementedError


def central_charge(points: Sequence[ScanPoint]) -> CentralCharge:
    """The torus constant from free energies at Tc.

    Args:
        points: At Tc, of one side or more, of any estimator but "raw".

    Raises:
        NRGError: if there is no point, or one is not at Tc.
    """
    raise NotImplementedError
