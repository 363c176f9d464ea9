"""The pages of the Measure workspace: what each measures, plots and tabulates."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from nrg_app.figures.plot_spec import PlotSpec
from nrg_app.session.measure.mcrg_plots import mcrg_lines, mcrg_plots
from nrg_app.session.measure.orders import Kind
from nrg_app.session.measure.race_plots import race_lines, race_plots
from nrg_app.session.measure.rows import (
    Table,
    mcrg_tables,
    race_tables,
    scaling_tables,
    scan_tables,
)
from nrg_app.session.measure.scaling_plots import scaling_lines, scaling_plots
from nrg_app.session.measure.scan_plots import scan_lines, scan_plot
from nrg_app.session.views import MeasureView
from nrg_app.ui.measure.desk import MeasureDesk
from nrg_app.ui.measure.forms import McrgForm, RaceForm, ScalingForm, ScanForm
from nrg_app.ui.measure.order_form import OrderForm


@dataclass(frozen=True)
class Page:
    """One kind of measurement.

    Attributes:
        kind: of the measurement.
        tab: words of its tab.
        form: class of its form.
        count: number of plots.
        linked: whether T of the session is marked in the plots.
        empty: what is said before anything was measured.
    """

    kind: Kind
    tab: str
    form: type[OrderForm]
    count: int
    linked: bool
    empty: str

    @property
    def layout_name(self) -> str:
        """The name of the page in layouts."""
        return f"measure-{self.kind}"


PAGES = (
    Page("scan", "Thermodynamics", ScanForm, 6, True, ""),
    Page(
        "scaling", "Finite size", ScalingForm, 6, False,
        "Tc, exponents and central charge from several lattices.",
    ),
    Page(
        "mcrg", "Monte Carlo RG", McrgForm, 6, False,
        "Exponents from coarse-grained samples, and the flow of couplings.",
    ),
    Page(
        "race", "Samplers", RaceForm, 4, False,
        "Autocorrelation times and independent samples per second against L.",
    ),
)  # fmt: skip
_PLOTS: dict[Kind, Callable[[Any], dict[str, PlotSpec]]] = {
    "scaling": scaling_plots,
    "mcrg": mcrg_plots,
    "race": race_plots,
}
_LINES: dict[Kind, Callable[[Any], tuple[str, ...]]] = {
    "scan": scan_lines,
    "scaling": scaling_lines,
    "mcrg": mcrg_lines,
    "race": race_lines,
}
_TABLES: dict[Kind, Callable[[Any], tuple[Table, ...]]] = {
    "scaling": scaling_tables,
    "mcrg": mcrg_tables,
    "race": race_tables,
}


def page_plots(
    desk: MeasureDesk, kind: Kind, quantities: tuple[str, ...], temperature: float
) -> list[PlotSpec]:
    """Return the plots of a page; ``quantities`` are those of a scan."""
    result: Any = desk.results.get(kind)
    if kind == "scan":
        return [scan_plot(key, result, desk.exact, temperature) for key in quantities]
    return list(_PLOTS[kind](result).values())


def page_lines(desk: MeasureDesk, kind: Kind) -> tuple[str, ...]:
    """Return what was run in one line, and again shorter; nothing before anything was."""
    result = desk.results.get(kind)
    return () if result is None else _LINES[kind](result.order)


def page_tables(desk: MeasureDesk, kind: Kind, temperature: float) -> tuple[Table, ...]:
    """Return the tables of a page."""
    result: Any = desk.results.get(kind)
    if kind == "scan":
        return scan_tables(result, temperature)
    return _TABLES[kind](result)


def first_plots(kind: Kind) -> list[PlotSpec]:
    """Return the plots of a page before anything is known."""
    if kind == "scan":
        return [scan_plot(key, None, None, 2.0) for key in MeasureView().quantities]
    return list(_PLOTS[kind](None).values())
