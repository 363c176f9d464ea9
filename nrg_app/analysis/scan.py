"""Scans over temperature: one finished point after the other.

Example:
    >>> from nrg_app.analysis.scan import ScanSettings, scan
    >>> points = list(scan(ScanSettings(size=4, temperatures=(2.0, 2.5), samples=500, seed=1)))
    >>> print(points[0].values["energy"].estimate.brackets())
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from nrg_app.analysis.scan_results import ScanPoint, ScanSettings
from nrg_app.flows.neural_rg import NeuralRG

__all__ = ["ScanPoint", "ScanSettings", "scan"]

Tick = Callable[[float], None]


def scan(
    settings: ScanSettings, model: NeuralRG | None = None, tick: Tick | None = None
) -> Iterator[ScanPoint]:
    """Measure one temperature after the other.

    Close the generator to stop between points; ``tick`` is called several times a second with
    the finished share of the scan, 0 to 1, and may raise to stop within a point.

    Args:
        settings: What to run.
        model: The network; not needed for Wolff.
        tick: Told about progress.

    Yields:
        Points in the order of ``settings.temperatures``.

    Raises:
        NRGError: if the estimator needs a network of this side and there is none.
    """
    raise NotImplementedError
