"""The plots of any result, by name."""

from __future__ import annotations

from nrg_app.figures.plot_spec import PlotSpec
from nrg_app.session.holography.messages import PlotsResult, WaveletsResult
from nrg_app.session.measure.mcrg_plots import mcrg_plots
from nrg_app.session.measure.orders import McrgResult, RaceResult, ScalingResult
from nrg_app.session.measure.race_plots import race_plots
from nrg_app.session.measure.scaling_plots import scaling_plots
from nrg_app.session.measure.scan_plots import scan_plot
from nrg_app.session.results import Result
from nrg_app.session.views import QUANTITIES


def result_plots(result: Result, temperature: float = 2.0) -> dict[str, PlotSpec]:
    """Return the plots of a result; ``temperature`` chooses the correlations of a scan."""
    if isinstance(result, ScalingResult):
        return scaling_plots(result)
    if isinstance(result, McrgResult):
        return mcrg_plots(result)
    if isinstance(result, RaceResult):
        return race_plots(result)
    if isinstance(result, PlotsResult):
        return dict(result.plots)
    if isinstance(result, WaveletsResult):
        return {"radii": result.radii}
    return {key: scan_plot(key, result, None, temperature) for key in QUANTITIES}
