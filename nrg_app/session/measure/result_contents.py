"""Measurements as contents of figures, by the names of their panels."""

from __future__ import annotations

from nrg_app.figures.contents import Content
from nrg_app.session.measure.mcrg_plots import mcrg_plots
from nrg_app.session.measure.orders import (
    McrgResult,
    RaceResult,
    Result,
    ScalingResult,
    ScanResult,
    kind_of,
)
from nrg_app.session.measure.race_plots import race_plots
from nrg_app.session.measure.scaling_plots import scaling_plots
from nrg_app.session.measure.scan_plots import SYMBOLS, ExactCurves, scan_plot


def measured_contents(
    result: Result, exact: ExactCurves | None, temperature: float
) -> dict[str, Content]:
    """Return the plots of a result that have data.

    Args:
        result: of a measurement.
        exact: exact curves of a scan; without them a scan has its points alone.
        temperature: at which a scan's correlations are shown.
    """
    if isinstance(result, ScanResult):
        plots = {key: scan_plot(key, result, exact, temperature) for key in SYMBOLS}
    elif isinstance(result, ScalingResult):
        plots = scaling_plots(result)
    elif isinstance(result, McrgResult):
        plots = mcrg_plots(result)
    else:
        assert isinstance(result, RaceResult)
        plots = race_plots(result)
    kind = kind_of(result)
    return {f"{kind}.{key}": plot for key, plot in plots.items() if not plot.is_empty()}
