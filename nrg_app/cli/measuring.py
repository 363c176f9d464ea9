"""``nrg measure``: scans over temperature and what finite-size scaling makes of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

import torch
from pydantic import BaseModel, ConfigDict, Field
from rich.progress import Progress

from nrg_app.analysis.finite_size import (
    binder_crossings,
    central_charge,
    check_critical,
    collapse,
)
from nrg_app.analysis.finite_size_results import SCALED
from nrg_app.analysis.multi_histogram import MultiHistogram
from nrg_app.analysis.scan import scan
from nrg_app.analysis.scan_files import write_scan
from nrg_app.analysis.scan_results import (
    Estimator,
    Provenance,
    ScanPoint,
    ScanSettings,
    temperature_range,
)
from nrg_app.cli.jobs import check_places, stopped, write_plots
from nrg_app.cli.measuring_tables import (
    print_central_charge,
    print_collapse,
    print_critical_point,
    print_points,
)
from nrg_app.cli.options import command_line, read_options
from nrg_app.cli.racing import run_race
from nrg_app.cli.reports import console, load, timed_progress, warn_beyond_training
from nrg_app.errors import NRGError
from nrg_app.figures.plot_spec import PlotSpec
from nrg_app.flows.neural_rg import NeuralRG
from nrg_app.physics.exact import CRITICAL_TEMPERATURE
from nrg_app.session.measure.orders import (
    Made,
    RaceOrder,
    ScalingOrder,
    ScalingResult,
    ScanOrder,
    ScanResult,
)
from nrg_app.session.measure.scaling_plots import scaling_plots
from nrg_app.session.measure.scan_plots import TITLES, exact_curves, scan_plot

What = Literal["scan", "crossing", "collapse", "charge", "race"]
TC = float(CRITICAL_TEMPERATURE)
_SIZES: dict[What, tuple[int, ...]] = {
    "scan": (16,),
    "crossing": (8, 16, 32),
    "collapse": (8, 16, 32),
    "charge": (8, 16, 32),
    "race": (8, 16, 32),
}


class MeasureOptions(BaseModel):
    """Everything that flags or a TOML file say; the names are those of the flags.

    Attributes:
        what: What to measure.
        model: Name or file of a network; by default ``ising-L`` of each side.
        sizes: Lattice sides; empty for that of the model, or what suits ``what``.
        estimator: Where the spins come from; by default "reweighted" if a model is named, else
            "wolff".
        temperatures: T in J/k_B; empty for the range.
        low: Lowest temperature of the range, likewise.
        high: Highest temperature.
        points: Number of temperatures.
        samples: Configurations per temperature.
        seed: Of all random numbers.
        window: Of a collapse: largest ``|T - Tc| L``.
        known_tc: Whether a collapse takes the exact Tc.
        seconds: Of a race: CPU time for each sampler and side.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    what: What = "scan"
    model: str = ""
    sizes: tuple[int, ...] = ()
    estimator: Estimator | None = None
    temperatures: tuple[float, ...] = ()
    low: float | None = None
    high: float | None = None
    points: int = Field(default=9, ge=1, le=1000)
    samples: int = 4096
    seed: int = Field(default=0, ge=0, lt=2**31)
    window: float = Field(default=2.0, gt=0.0)
    known_tc: bool = False
    seconds: float = Field(default=5.0, gt=0.0, le=3600.0)

    @property
    def source(self) -> Estimator:
        """The estimator, chosen by the user or by default."""
        return self.estimator or ("reweighted" if self.model else "wolff")


def measure(
    flags: dict[str, Any],
    settings: Path | None,
    out: Path | None,
    figure: Path | None,
    threads: int,
) -> None:
    """Run everything, print tables and write a file if asked to.

    Args:
        flags: Options of the command line; None where nothing was said.
        settings: A TOML file with options that flags override.
        out: File to write, .csv, .npz or .json.
        figure: Figure to write, .pdf, .svg or .png.
        threads: Of the network.

    Raises:
        NRGError: for bad options, a bad model or a place that cannot be written.
        KeyboardInterrupt: if the user stopped it, after the tables and the file of what was done.
    """
    torch.set_num_threads(threads)
    options = read_options(MeasureOptions, settings, flags)
    check_places(out, figure)
    if options.what == "race":
        run_race(_race(options), out, figure)
        return
    runs = _runs(options)
    _check_runs(options.what, [run for run, _ in runs])
    for run, model in runs:
        if model is not None:
            warn_beyond_training(model, run.temperatures)
    points, complete = _measure(runs)
    results: dict[str, Any] = {"complete": complete}
    failure: NRGError | None = None
    if options.what == "scan" or not complete:
        print_points(points)
    else:
        try:
            results |= _finish(options, points)
        except NRGError as error:
            # The points stay, whatever does not follow from them.
            failure, results["failure"] = error, str(error)
            print_points(points)
    if out is not None:
        provenance = Provenance(tuple(run for run, _ in runs), command_line())
        write_scan(out, points, provenance, results)
        console.print(f"wrote {out}")
    if figure is not None and points:
        write_plots(_plots(options, [run for run, _ in runs], points, results), figure)
    if failure is not None:
        raise failure
    if not complete:
        raise stopped()


def _race(options: MeasureOptions) -> RaceOrder:
    """A race at one temperature, of shipped models unless one is named."""
    if len(options.temperatures) > 1:
        raise NRGError("A race is run at one temperature; name only one.")
    if options.model and options.sizes:
        raise NRGError(
            "A race is run at the side of the model that is named, or at several sides by shipped "
            "models; leave out --model or --sizes."
        )
    sizes = options.sizes or _SIZES["race"]
    models = (options.model,) if options.model else tuple(f"ising-{size}" for size in sizes)
    (temperature,) = options.temperatures or (TC,)
    return RaceOrder(models, temperature, options.seconds, options.seed)


def _runs(options: MeasureOptions) -> list[tuple[ScanSettings, NeuralRG | None]]:
    """One scan with its network for each lattice side.

    What is put together of several sides takes another seed for each, as the window does.
    """
    runs = []
    for number, (size, model) in enumerate(_models(options)):
        temperatures = _temperatures(options, size)
        name = "" if model is None else options.model or f"ising-{size}"
        seed = options.seed + (0 if options.what == "scan" else number)
        run = ScanSettings(size, temperatures, options.source, options.samples, seed, name)
        runs.append((run, model))
    return runs


def _check_runs(what: What, runs: Sequence[ScanSettings]) -> None:
    """Refuse scans from which what is asked for cannot follow, before they are carried out."""
    if what in ("crossing", "collapse") and len(runs) < 2:
        raise NRGError(f"A {what} needs several lattice sides; name them, such as --sizes 8,16.")
    if what == "crossing" and any(run.estimator == "raw" for run in runs):
        raise NRGError(
            "Crossings need configurations of known weights: choose the estimator wolff."
        )
    if what == "charge":
        check_critical([(run.temperatures, run.estimator) for run in runs])


def _models(options: MeasureOptions) -> list[tuple[int, NeuralRG | None]]:
    sizes = options.sizes
    if options.model and not sizes:
        sizes = (load(options.model).size,)
    sizes = tuple(sorted(set(sizes or _SIZES[options.what])))
    if options.source == "wolff":
        return [(size, None) for size in sizes]
    return [(size, load(options.model or f"ising-{size}", size)) for size in sizes]


def _temperatures(options: MeasureOptions, size: int) -> tuple[float, ...]:
    if options.temperatures:
        return options.temperatures
    if options.what == "charge":
        return (TC,)
    if options.what == "collapse" and options.low is None and options.high is None:
        reach = options.window / size
        # Rounding must not move the ends out of the window.
        return temperature_range(TC - 0.999 * reach, TC + 0.999 * reach, options.points)
    low, high = (2.18, 2.34) if options.what == "crossing" else (1.8, 2.8)
    return temperature_range(
        low if options.low is None else options.low,
        high if options.high is None else options.high,
        options.points,
    )


def _measure(runs: list[tuple[ScanSettings, NeuralRG | None]]) -> tuple[list[ScanPoint], bool]:
    """Points of all scans, and whether the user let them end."""
    points: list[ScanPoint] = []
    with timed_progress() as progress:
        task = progress.add_task("", total=len(runs))
        try:
            for done, (settings, model) in enumerate(runs):
                tick = _ticker(progress, task, done)
                progress.update(task, description=f"L = {settings.size}")
                for point in scan(settings, model, tick):
                    points.append(point)
                    progress.update(
                        task, description=f"L = {settings.size}, T = {point.temperature:.4f}"
                    )
        except KeyboardInterrupt:
            return points, False
    return points, True


def _ticker(progress: Progress, task: Any, done: int) -> Callable[[float], None]:
    return lambda share: progress.update(task, completed=done + share)


def _finish(options: MeasureOptions, points: list[ScanPoint]) -> dict[str, Any]:
    """What finite-size scaling makes of the points, printed; by name."""
    if options.what == "charge":
        charge = central_charge(points)
        print_central_charge(charge)
        return {"central_charge": charge}
    if options.what == "crossing":
        sizes = sorted({point.size for point in points})
        found = binder_crossings(
            [MultiHistogram([p for p in points if p.size == size]) for size in sizes]
        )
        print_critical_point(found)
        return {"critical_point": found}
    known = TC if options.known_tc else None
    collapses = [
        collapse(points, quantity, critical_temperature=known, window=options.window)
        for quantity in SCALED
    ]
    print_collapse(collapses)
    return {f"collapse_{result.quantity}": result for result in collapses}


def _plots(
    options: MeasureOptions,
    runs: Sequence[ScanSettings],
    points: Sequence[ScanPoint],
    results: Mapping[str, Any],
) -> tuple[PlotSpec, ...]:
    """Plots of the points: of every quantity for a scan, else of finite-size scaling."""
    made = Made.now(sum(point.seconds for point in points), finished=bool(results["complete"]))
    if options.what == "scan":
        return tuple(plot for run in runs for plot in _scan_plots(run, points, made))
    order = ScalingOrder(
        sizes=tuple(run.size for run in runs),
        temperatures=tuple(sorted({t for run in runs for t in run.temperatures})),
        samples=options.samples,
        seed=options.seed,
    )
    collapses = [results.get(f"collapse_{quantity}") for quantity in SCALED]
    result = ScalingResult(
        order=order,
        made=made,
        points=tuple(points),
        critical=results.get("critical_point"),
        collapses=tuple(found for found in collapses if found is not None),
        charge=results.get("central_charge"),
    )
    return tuple(scaling_plots(result).values())


def _scan_plots(run: ScanSettings, points: Sequence[ScanPoint], made: Made) -> Iterator[PlotSpec]:
    result = ScanResult(ScanOrder(run), made, tuple(p for p in points if p.size == run.size))
    exact = exact_curves(run.size, min(run.temperatures), max(run.temperatures))
    for key in TITLES:
        yield scan_plot(key, result, exact, TC)
