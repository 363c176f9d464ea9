"""``nrg measure race``: the memory of samplers and how it grows with the lattice."""

from __future__ import annotations

from pathlib import Path

from nrg_app.cli.jobs import run_job, stopped, write_result
from nrg_app.cli.measuring_tables import print_race_rows, print_values
from nrg_app.session.measure.orders import RaceOrder, RaceResult
from nrg_app.session.measure.race_plots import race_plots
from nrg_app.session.measure.rows import race_tables


def run_race(order: RaceOrder, out: Path | None, figure: Path | None) -> None:
    """Measure, print tables and write files if asked to.

    Args:
        order: What to run.
        out: JSON file of the whole result; CSV or NPZ file of the numbers of its plots.
        figure: PDF, SVG or PNG file.

    Raises:
        NRGError: for bad options, a bad model or a place that cannot be written.
        KeyboardInterrupt: if the user stopped it, after the tables and the files of what was done.
    """
    result, complete = run_job(order)
    if isinstance(result, RaceResult):
        print_race_rows(result.rows)
        print_values(race_tables(result))
        write_result(result, race_plots(result), out, figure)
    if not complete:
        raise stopped()
