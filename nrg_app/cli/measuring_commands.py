"""The commands that measure: the bulk, speed, thermodynamics, exponents."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from nrg_app.cli.flags import (
    FigureFile,
    ModelOption,
    ResultFile,
    SettingsFile,
    Temperature,
    Threads,
    temperatures,
)
from nrg_app.errors import NRGError

app = typer.Typer()


@app.command()
def holography(
    model: Annotated[
        str | None, typer.Argument(help="Name of a shipped model or path of a model file.")
    ] = None,
    temperature: Annotated[
        float | None, typer.Option("--temperature", "-T", help="T in J/k_B, Tc.")
    ] = None,
    samples: Annotated[
        int | None,
        typer.Option("--samples", "-n", help="Exact samples, and samples of the flow, 2048."),
    ] = None,
    what: Annotated[
        str | None,
        typer.Option(
            help="What to measure, with commas between: responses, wavelets, information, "
            "geometry, energy; all by default."
        ),
    ] = None,
    estimator: Annotated[
        Literal["gaussian", "ksg"] | None,
        typer.Option(help="Of mutual information: linear, by default, or by nearest neighbours."),
    ] = None,
    latent: Annotated[
        str | None, typer.Option(help="SCALE,ROW,COLUMN of the latent whose response is shown.")
    ] = None,
    size: Annotated[
        int | None,
        typer.Option(
            help="Another lattice side than the model's, if one network serves all its scales."
        ),
    ] = None,
    seed: Annotated[int | None, typer.Option(help="Seed of all random numbers, 0.")] = None,
    settings: SettingsFile = None,
    out: ResultFile = None,
    threads: Threads = 1,
) -> None:
    """Measure responses, wavelets, mutual information, geometry and energy in a flow's bulk."""
    from nrg_app.cli.holography import run_holography

    flags = {
        "model": model,
        "temperature": temperature,
        "samples": samples,
        "what": None if what is None else [part.strip() for part in what.split(",")],
        "estimator": estimator,
        "latent": None if latent is None else latent.split(","),
        "size": size,
        "seed": seed,
    }
    run_holography(flags, settings, out, threads)


@app.command()
def bench(
    what: Annotated[Literal["samplers", "gui"], typer.Argument(help="What to measure.")] = (
        "samplers"
    ),
    temperature: Temperature = 2.269185314213022,
    sizes: Annotated[str, typer.Option(help="Lattice sides, powers of two.")] = "8,16,32,64,128",
    seconds: Annotated[
        float | None,
        typer.Option(
            help="Processor time per measurement, 1.5 by default; for the window the time of "
            "dragging, 60.",
            min=0.001,
            max=3600.0,
        ),
    ] = None,
    threads: Threads = 1,
    json: Annotated[Path | None, typer.Option(help="JSON file to write.")] = None,
    figure: FigureFile = None,
    model: ModelOption = "",
    training: Annotated[bool, typer.Option(help="Train beside the measured window.")] = True,
    use: Annotated[
        bool,
        typer.Option("--use", help="Use the measured window in all ways, 10 minutes by default."),
    ] = False,
) -> None:
    """Compare the network's speed with Metropolis and Wolff, or measure how the window answers."""
    if what == "gui":
        from nrg_app.cli.gui_benchmark import run_gui_benchmark

        run_gui_benchmark(
            model, seconds or (600.0 if use else 60.0), training=training, use=use, file=json
        )
        return
    if model or use:
        raise NRGError("--model and --use belong to the window: nrg bench gui.")
    from nrg_app.cli.benchmark import run_benchmark

    run_benchmark(temperature, sizes, seconds or 1.5, threads, json, figure)


@app.command()
def soak(
    minutes: Annotated[
        float, typer.Option(help="Duration of the use.", min=0.05, max=10_000.0)
    ] = 120.0,
    model: ModelOption = "",
    json: Annotated[Path | None, typer.Option(help="JSON file to write.")] = None,
) -> None:
    """Use a window for hours with a training beside it; see whether memory and handles grow."""
    from nrg_app.cli.soak import run_soak

    if not run_soak(model, minutes, json):
        raise typer.Exit(1)


@app.command(hidden=True)
def measured_window(
    model: Annotated[str, typer.Argument(help="Model name or file.")],
    seconds: Annotated[float, typer.Argument(help="Duration of the drag.")],
    started: Annotated[float, typer.Argument(help="When the process was started, Unix time.")],
    training: Annotated[bool, typer.Option("--training", help="Train beside it.")] = False,
    use: Annotated[bool, typer.Option("--use", help="Use it in all ways.")] = False,
) -> None:
    """Open a window that measures itself; for the benchmark."""
    from nrg_app.cli.measured_window import measure_window

    measure_window(model, seconds, started, training=training, use=use)


@app.command()
def measure(
    what: Annotated[
        Literal["scan", "crossing", "collapse", "charge", "race"] | None,
        typer.Argument(
            help="A scan over T, or from scans of several sides: the Binder crossing, a data "
            "collapse, the central charge; or a race of samplers."
        ),
    ] = None,
    model: Annotated[
        str | None,
        typer.Option("--model", "-m", help="Model name or file; ising-L of each side by default."),
    ] = None,
    sizes: Annotated[str | None, typer.Option(help="Lattice sides, such as 8,16,32.")] = None,
    estimator: Annotated[
        Literal["raw", "reweighted", "independence", "refresh", "wolff"] | None,
        typer.Option(
            "--estimator",
            "-e",
            help="Network as it is or reweighted (default with --model), its Monte Carlo chains, "
            "or Wolff (default without).",
        ),
    ] = None,
    temperature: Annotated[list[float] | None, temperatures("T in J/k_B, repeatable.")] = None,
    low: Annotated[float | None, typer.Option(help="Lowest T of a range.")] = None,
    high: Annotated[float | None, typer.Option(help="Highest T of a range.")] = None,
    points: Annotated[int | None, typer.Option(help="Temperatures of a range, 9.")] = None,
    samples: Annotated[
        int | None, typer.Option("--samples", "-n", help="Samples per temperature, 4096.")
    ] = None,
    seed: Annotated[int | None, typer.Option(help="Seed of all random numbers, 0.")] = None,
    window: Annotated[
        float | None, typer.Option(help="Of a collapse: largest |T - Tc| L, 2.")
    ] = None,
    known_tc: Annotated[
        bool | None, typer.Option(help="Whether a collapse takes the exact Tc.")
    ] = None,
    seconds: Annotated[
        float | None,
        typer.Option(help="Of a race: processor time for each sampler and side, 5."),
    ] = None,
    settings: SettingsFile = None,
    out: ResultFile = None,
    figure: FigureFile = None,
    threads: Threads = 1,
) -> None:
    """Measure thermodynamics over T beside exact values; finite-size scaling; race samplers."""
    from nrg_app.cli.measuring import measure as run_measure

    flags = {
        "what": what,
        "model": model,
        "sizes": None if sizes is None else sizes.split(","),
        "estimator": estimator,
        "temperatures": temperature or None,
        "low": low,
        "high": high,
        "points": points,
        "samples": samples,
        "seed": seed,
        "window": window,
        "known_tc": known_tc,
        "seconds": seconds,
    }
    run_measure(flags, settings, out, figure, threads)


@app.command()
def mcrg(
    model: Annotated[
        str | None,
        typer.Option("--model", "-m", help="Also the coarse fields of a model, by name or file."),
    ] = None,
    size: Annotated[
        int | None, typer.Option(help="Lattice side; that of the model, or 32.")
    ] = None,
    rules: Annotated[
        str | None,
        typer.Option(
            help="How spins are coarse-grained, with commas between: majority, decimation, and "
            "with a model encoded, flow."
        ),
    ] = None,
    temperature: Annotated[
        list[float] | None,
        temperatures("Where a path of couplings begins, repeatable: 2.15, Tc, 2.4."),
    ] = None,
    samples: Annotated[
        int | None, typer.Option("--samples", "-n", help="Samples for the exponents, 8000.")
    ] = None,
    path_samples: Annotated[
        int | None, typer.Option(help="Samples for every path of couplings, 2000.")
    ] = None,
    seed: Annotated[int | None, typer.Option(help="Seed of all random numbers, 0.")] = None,
    settings: SettingsFile = None,
    out: ResultFile = None,
    figure: FigureFile = None,
    threads: Threads = 1,
) -> None:
    """Measure critical exponents at Tc and the flow of couplings by Monte Carlo RG."""
    from nrg_app.cli.rg import run_mcrg

    flags = {
        "model": model,
        "size": size,
        "rules": None if rules is None else rules.split(","),
        "temperatures": temperature or None,
        "samples": samples,
        "path_samples": path_samples,
        "seed": seed,
    }
    run_mcrg(flags, settings, out, figure, threads)
