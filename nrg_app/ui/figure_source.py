"""What the window has on show, as the source of figures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nrg_app.figures.contents import Content
from nrg_app.session.figure_panels import FigureSource
from nrg_app.session.holography.contents import bulk_contents
from nrg_app.session.measure.orders import ScanResult
from nrg_app.session.measure.result_contents import measured_contents
from nrg_app.session.observable_contents import observable_contents, sampler_table
from nrg_app.session.sample_contents import response_plot, sample_provenance, views_of
from nrg_app.session.training_contents import training_contents

if TYPE_CHECKING:
    from nrg_app.ui.main_window import MainWindow
    from nrg_app.ui.measure.desk import MeasureDesk

FIRST = {"train": "training.free_energy", "holography": "disk"}
"""Workspace -> the panel that Export figure begins with; the others have figures of their own."""
OF_DOCKS = {
    "sample": "sample",
    "samples": "samples",
    "observables": "observables",
    "strip": "flow",
    "free_energy": "training.free_energy",
    "curves": "training.ess",
    "scales": "training.scales",
    "physics": "training.temperatures",
    "run": "training.samples",
    "disk": "disk",
    "stack": "stack",
    "wavelets": "wavelets",
    "distance": "distance",
    "collapse": "collapse",
    "energy": "energy",
}
"""Name of a panel in layouts -> name of what it shows in figures."""


def window_source(window: MainWindow) -> FigureSource:
    """Return all that figures can show now; nothing is drawn for it.

    The exact curves of a scan are asked for if they are missing: the desk tells when they come.
    """
    _want_exact(window.workspaces.measure_desk)
    response = window.workspaces.holography.disk.shown_response(window.samples)
    return FigureSource(
        window.samples,
        views_of(window.session),
        window_results(window),
        None if response is None else response[0],
    )


def _want_exact(desk: MeasureDesk) -> None:
    scan = desk.results.get("scan")
    if isinstance(scan, ScanResult):
        settings = scan.order.settings
        desk.want_exact(settings.size, min(settings.temperatures), max(settings.temperatures))


def window_results(window: MainWindow) -> dict[str, Content]:
    """Return the results on show in all workspaces, by the names of their panels."""
    found = _explored(window)
    train = window.workspaces.train
    found |= training_contents(train.desk.curves, train.desk.shown, train.expected_gap)
    found |= _bulk(window)
    desk = window.workspaces.measure_desk
    for result in desk.results.values():
        found |= measured_contents(result, desk.exact, window.session.temperature)
    return found


def _explored(window: MainWindow) -> dict[str, Content]:
    panel, session = window.explore.observables, window.session
    found: dict[str, Content] = {}
    if panel.shown is not None:
        found |= observable_contents(panel.shown)
    table = sampler_table(panel.samplers.updates, session.sampler, session.rival)
    return found | ({"samplers": table} if table.rows else {})


def _bulk(window: MainWindow) -> dict[str, Content]:
    holography, found = window.workspaces.holography, dict[str, Content]()
    for result in holography.shown_results():
        found |= bulk_contents(result)
    response = holography.disk.shown_response(window.samples)
    if response is not None and window.samples is not None:
        told = sample_provenance(window.samples, window.session.selected)
        found["response"] = response_plot(*response, told)
    return found
