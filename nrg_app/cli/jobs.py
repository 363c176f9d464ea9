"""The jobs of the Measure workspace on the command line: progress, Ctrl-C and files.

A job is carried out by the same function as in the window, so that equal orders give equal
results; a JSON file of one is what the window itself keeps.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from nrg_app.analysis.scan_files import SUFFIXES
from nrg_app.cli.options import command_line
from nrg_app.cli.reports import console, timed_progress
from nrg_app.errors import NRGError
from nrg_app.figures.contents import contents_metadata
from nrg_app.figures.export import panels_note, save_figure
from nrg_app.figures.plot_figure import plots_figure
from nrg_app.figures.plot_spec import PlotSpec
from nrg_app.figures.plot_tables import save_table
from nrg_app.session.measure.jobs import carry_out
from nrg_app.session.measure.orders import Message, Order, Progress, Result
from nrg_app.session.measure.store import save_result

FIGURES = (".pdf", ".svg", ".png")


def check_places(out: Path | None, figure: Path | None) -> None:
    """Check where files are to be written, before anything is measured.

    Raises:
        NRGError: for another ending than .csv, .npz or .json, for a figure than .pdf, .svg or
            .png, or a missing folder.
    """
    for path, endings in ((out, SUFFIXES), (figure, FIGURES)):
        if path is None:
            continue
        if path.suffix.lower() not in endings:
            known = f"{', '.join(endings[:-1])} or {endings[-1]}"
            raise NRGError(f"The file '{path.name}' needs a name that ends in {known}.")
        if not path.parent.is_dir():
            raise NRGError(f"There is no folder '{path.parent}'; make it or choose another.")


def run_job(order: Order) -> tuple[Result | None, bool]:
    """Carry out an order with a progress bar.

    Returns:
        What was found, None if there was no time to find anything; and whether Ctrl-C let the
        job come to its end.

    Raises:
        NRGError: if the order cannot be carried out.
    """
    found: Result | None = None
    with timed_progress() as bar:
        task = bar.add_task("", total=1.0)

        def hear(message: Message) -> None:
            nonlocal found
            if isinstance(message, Progress):
                bar.update(task, completed=message.fraction, description=message.words)
            elif isinstance(message, Result):
                found = message

        try:
            carry_out(order, hear)
        except KeyboardInterrupt:
            return found, False
    return found, True


def write_result(
    result: Result, plots: Mapping[str, PlotSpec], out: Path | None, figure: Path | None
) -> None:
    """Write a result as JSON, its plots as numbers, or both as a figure, each if asked to.

    Args:
        result: What was found.
        plots: Its plots by their keys.
        out: JSON file of the whole result; CSV or NPZ file of the numbers of the plots.
        figure: PDF, SVG or PNG file of the plots.

    Raises:
        NRGError: if there is nothing to write or a file cannot be written.
    """
    specs = tuple(plots.values())
    if out is not None:
        if out.suffix.lower() == ".json":
            save_result(result, out)
        else:
            save_table(specs, out)
        console.print(f"wrote {out}")
    if figure is not None:
        write_plots(specs, figure)


def write_plots(specs: tuple[PlotSpec, ...], figure: Path) -> None:
    """Write plots as a figure, those with data.

    Raises:
        NRGError: if no plot has data or the file cannot be written.
    """
    shown = [spec for spec in specs if not spec.is_empty()]
    details = panels_note(shown) | {"command": command_line()}
    save_figure(plots_figure(shown), figure, contents_metadata(shown), details=details)
    console.print(f"wrote {figure}")


def stopped() -> KeyboardInterrupt:
    """Say that a job did not come to its end; raise what this returns."""
    console.print("[yellow]Stopped before the end: only what had been measured is here.[/]")
    return KeyboardInterrupt()
