"""The commands and how their errors end.

torch and Matplotlib take a second to import, so that each command imports what it needs.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from nrg_app import __version__
from nrg_app.errors import NRGError
from nrg_app.faults import explain

if TYPE_CHECKING:
    from nrg_app.session.early import EarlySampler

app = typer.Typer(
    name="nrg",
    help="Neural renormalization of the two-dimensional Ising model. Alone: open the window.",
    no_args_is_help=False,
    add_completion=False,
    pretty_exceptions_enable=False,
)

Model = Annotated[str, typer.Argument(help="Name of a shipped model or path of a model file.")]
ModelOption = Annotated[
    str, typer.Option("--model", "-m", help="Model name or file; ising-32 by default.")
]
Temperature = Annotated[
    float, typer.Option("--temperature", "-T", help="T in J/k_B.", show_default="Tc")
]
Size = Annotated[
    int,
    typer.Option(
        help="Another lattice side than the model's, if one network serves all its scales.",
        show_default=False,
    ),
]
Seed = Annotated[int, typer.Option(help="Seed of all random numbers.", min=0, max=2**31 - 1)]
Threads = Annotated[int, typer.Option(help="Processor threads.", min=1, max=256)]
SettingsFile = Annotated[
    Path | None, typer.Option(help="TOML file with the same names; flags override it.")
]
ResultFile = Annotated[Path | None, typer.Option(help="File to write: .csv, .npz or .json.")]
FigureFile = Annotated[Path | None, typer.Option(help="Figure to write: .pdf, .svg or .png.")]


def main() -> None:
    """Run ``nrg``: one sentence for whatever goes wrong.

    The exit status is 2 for bad input, 130 after Ctrl-C, 1 after a fault of the machine or a crash.
    """
    multiprocessing.freeze_support()
    try:
        app()
    except NRGError as error:
        print(f"nrg: {error}", file=sys.stderr)
        sys.exit(2)
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:
        # The reader of the output has left, for example `nrg models | head -1`.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except Exception as error:
        print(f"nrg: {explain(error) or _report(error)}", file=sys.stderr)
        sys.exit(1)


def _report(error: Exception) -> str:
    """Write the report of a crash and say in a sentence where it lies."""
    from nrg_app.cli.options import command_line
    from nrg_app.crash_reports import CrashRecorder, reports_folder

    recorder = CrashRecorder(reports_folder())
    recorder.note(command_line())
    text, path = recorder.report(error)
    words = " ".join(str(error).split())[:200] or type(error).__name__
    if path is None:
        return f"Unexpected error: {words}. The report cannot be written:\n{text}"
    return f"Unexpected error: {words}. A report lies in '{path}'; nothing was sent."


def _show_version(value: bool) -> None:
    if value:
        print(f"nrg {__version__}")
        raise typer.Exit


@app.callback(invoke_without_command=True)
def window(
    context: typer.Context,
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_show_version, is_eager=True, help="Show the version and exit."
        ),
    ] = False,
) -> None:
    """Neural renormalization of the two-dimensional Ising model. Alone: open the window."""
    if context.invoked_subcommand is None:
        _open_window("")


@app.command("open")
def open_file(
    name: Annotated[
        str, typer.Argument(help="Path of a session file (.nrg), or a model's name or file.")
    ],
) -> None:
    """Open the window with a session or a model."""
    _open_window(name)


def start_sampler() -> EarlySampler:
    """Start the sampler of a window that comes next: both load their libraries meanwhile."""
    # What modules make stays for good; the window collects garbage once it has started.
    gc.disable()
    from nrg_app.session.early import EarlySampler

    return EarlySampler()


def _open_window(name: str) -> None:
    from nrg_app.cli.display import require_display

    require_display()
    sampler = start_sampler()
    try:
        from nrg_app.ui.app import main as open_window

        status = open_window(["nrg", name] if name else ["nrg"], sampler)
    finally:
        sampler.close()
    sys.exit(status)


@app.command()
def models() -> None:
    """List the models that come with the program."""
    from nrg_app.cli.reports import print_models

    print_models()


@app.command()
def train(
    out: Annotated[Path, typer.Option(help="Model file to write (.safetensors).")],
    size: Annotated[int, typer.Option(help="Lattice side, a power of two from 4.")] = 16,
    minutes: Annotated[float, typer.Option(help="Time for all stages together.")] = 20.0,
    resume: Annotated[
        bool, typer.Option("--resume", help="Continue the checkpoint beside --out.")
    ] = False,
    start: Annotated[
        str, typer.Option("--from", help="Model to continue; smaller ones are grown.")
    ] = "",
    recipe: Annotated[
        str, typer.Option(help="Name of a shipped model's recipe or a TOML file.")
    ] = "",
    width: Annotated[int, typer.Option(help="Hidden width.", min=1, max=512)] = 32,
    disentanglers: Annotated[
        bool, typer.Option("--disentanglers", help="Learn block variables too.")
    ] = False,
    seed: Seed = 0,
    threads: Threads = 1,
    device: Annotated[str, typer.Option(help="Torch device: cpu, cuda, cuda:1 ...")] = "cpu",
) -> None:
    """Train a flow from the Hamiltonian alone; Ctrl-C saves, --resume continues."""
    from nrg_app.cli.training import resume_training, start_training, train_by_recipe

    if resume:
        resume_training(out)
    elif recipe:
        train_by_recipe(out, recipe)
    else:
        start_training(
            out,
            size,
            minutes,
            start,
            width=width,
            disentanglers=disentanglers,
            seed=seed,
            threads=threads,
            device=device,
        )


@app.command()
def sample(
    model: Model,
    temperature: Temperature = 2.269185314213022,
    count: Annotated[int, typer.Option("--count", "-n", help="Samples.", min=2)] = 1024,
    seed: Seed = 0,
    out: Annotated[Path | None, typer.Option(help="File to write: .npz, .h5 or .csv.")] = None,
    size: Size = 0,
    threads: Threads = 1,
) -> None:
    """Draw independent samples, print observables and save spins, scales and weights."""
    from nrg_app.cli.sampling import sample_model

    sample_model(model, temperature, count, seed, out, threads, size)


@app.command()
def encode(
    model: Model,
    file: Annotated[
        Path, typer.Argument(help="Spins as .npz, .h5 or .csv, or a picture such as .png or .jpg.")
    ],
    temperature: Temperature = 2.269185314213022,
    threshold: Annotated[
        float | None,
        typer.Option(help="Grey value of a picture, 0 to 255, above which s = +1; its median."),
    ] = None,
    seed: Seed = 0,
    out: Annotated[Path | None, typer.Option(help="File to write: .npz, .h5 or .csv.")] = None,
    size: Size = 0,
    threads: Threads = 1,
) -> None:
    """Encode spins from a file: their latents and coarse fields of every scale, and weights."""
    from nrg_app.cli.encoding import encode_file

    encode_file(model, file, temperature, threshold, seed, out, threads, size)


@app.command()
def verify(
    model: Model,
    draws: Annotated[int, typer.Option(help="Samples per temperature.", min=32)] = 4096,
    temperature: Annotated[
        list[float] | None,
        typer.Option("--temperature", "-T", help="T in J/k_B, repeatable; nine by default."),
    ] = None,
    observables: Annotated[
        bool,
        typer.Option(
            "--observables", help="Also thermodynamics, raw and reweighted, against references."
        ),
    ] = False,
    size: Size = 0,
    scales: Annotated[
        bool, typer.Option("--scales", help="Also the gap of every scale, at Tc or every -T.")
    ] = False,
    coarse: Annotated[
        bool,
        typer.Option("--coarse", help="Also coarse fields beside block variables, likewise."),
    ] = False,
    seed: Seed = 0,
    threads: Threads = 1,
) -> None:
    """Check a model against exact properties and measure its free-energy gap."""
    from nrg_app.cli.verifying import verify_model

    passed = verify_model(
        model,
        draws,
        temperature or [],
        seed,
        threads,
        observables=observables,
        scales=scales,
        coarse=coarse,
        size=size,
    )
    if not passed:
        raise typer.Exit(1)


@app.command()
def holography(
    model: Model,
    temperature: Temperature = 2.269185314213022,
    samples: Annotated[
        int, typer.Option("--samples", "-n", help="Exact samples, and samples of the flow.", min=2)
    ] = 2048,
    what: Annotated[
        str, typer.Option(help="What to measure, with commas between.")
    ] = "responses,wavelets,information,geometry,energy",
    estimator: Annotated[
        Literal["gaussian", "ksg"],
        typer.Option(help="Of mutual information: linear, or by nearest neighbours."),
    ] = "gaussian",
    latent: Annotated[
        str, typer.Option(help="SCALE,ROW,COLUMN of the latent whose response is shown.")
    ] = "",
    out: Annotated[
        Path | None, typer.Option(help="File to write: .npz for arrays, .json or .csv for tables.")
    ] = None,
    size: Size = 0,
    seed: Seed = 0,
    threads: Threads = 1,
) -> None:
    """Measure responses, wavelets, mutual information, geometry and energy in a flow's bulk."""
    from nrg_app.cli.holography import run_holography

    run_holography(
        model,
        temperature,
        samples,
        seed,
        what,
        estimator=estimator,
        latent=latent,
        out=out,
        size=size,
        threads=threads,
    )


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
    from nrg_app.cli.gui_benchmark import measure_window

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
    temperature: Annotated[
        list[float] | None, typer.Option("--temperature", "-T", help="T in J/k_B, repeatable.")
    ] = None,
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
        typer.Option(
            "--temperature",
            "-T",
            help="Where a path of couplings begins, repeatable: 2.15, Tc, 2.4.",
        ),
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


@app.command()
def figure(
    out: Annotated[
        Path,
        typer.Option(help="File to write: .pdf, .svg, .png, .tiff; .csv or .npz for the numbers."),
    ],
    session: Annotated[
        Path | None, typer.Argument(help="Session file (.nrg) to draw; else a model's samples.")
    ] = None,
    template: Annotated[
        str, typer.Option(help="Figure template: a name such as thermodynamics, or a .json file.")
    ] = "",
    panel: Annotated[str, typer.Option(help="One panel, such as stack or scan.energy.")] = "",
    run: Annotated[str, typer.Option(help="Training run, for the panels of trainings.")] = "",
    model: ModelOption = "",
    temperature: Annotated[
        float | None, typer.Option("--temperature", "-T", help="T in J/k_B.")
    ] = None,
    seed: Annotated[int | None, typer.Option(help="Seed of the samples.", min=0)] = None,
    width: Annotated[float | None, typer.Option(help="Width in millimetres, 86.")] = None,
    height: Annotated[
        float | None, typer.Option(help="Height in millimetres; as needed by default.")
    ] = None,
    theme: Annotated[
        Literal["paper", "slides"] | None, typer.Option(help="Light, or dark with large type.")
    ] = None,
    letters: Annotated[bool | None, typer.Option(help="Letters (a), (b) of the panels.")] = None,
    colors: Annotated[
        str, typer.Option(help="Of fields: blue-orange, purple-green or cividis.")
    ] = "blue-orange",
    dpi: Annotated[int, typer.Option(help="Dots per inch of pixels.")] = 600,
) -> None:
    """Draw a session or a model: by a template, one panel, or a sample with its flow."""
    from nrg_app.cli.figures import FigureOptions, draw_figure

    draw_figure(
        out,
        FigureOptions(
            session=session,
            template=template,
            panel=panel,
            run=run,
            model=model,
            temperature=temperature,
            seed=seed,
            width_mm=width,
            height_mm=height,
            look=theme,
            letters=letters,
            color_map=colors,
            dpi=dpi,
        ),
    )


@app.command()
def gallery(
    names: Annotated[
        list[str] | None, typer.Argument(help="Figures to draw, such as observables; all ten.")
    ] = None,
    out: Annotated[Path, typer.Option(help="Folder to write to.")] = Path("nrg-gallery"),
    suffix: Annotated[
        Literal["pdf", "svg", "png", "tiff"], typer.Option("--format", help="Of the files.")
    ] = "pdf",
    dpi: Annotated[int, typer.Option(help="Dots per inch of pixels.", min=72, max=2400)] = 600,
    threads: Threads = 1,
) -> None:
    """Draw ten figures for print: a sample, thermodynamics, scaling, RG, the bulk, speeds."""
    import torch

    from nrg_app.cli.gallery import write_gallery

    torch.set_num_threads(threads)
    write_gallery(out, suffix, dpi, names or ())


@app.command()
def record(
    what: Annotated[
        Literal["sweep", "path", "scales", "training"],
        typer.Argument(
            help="A sample through temperatures, from one sample to another, through the scales, "
            "or samples of fixed noise while a run of the Train workspace learned."
        ),
    ],
    out: Annotated[Path, typer.Option(help="File to write: .gif or .mp4.")],
    model: Annotated[
        str, typer.Option("--model", "-m", help="Model name or file; of a training its run.")
    ] = "ising-32",
    temperature: Temperature = 2.269185314213022,
    low: Annotated[float, typer.Option(help="T where a sweep begins.")] = 1.6,
    high: Annotated[float, typer.Option(help="T where a sweep ends.")] = 3.2,
    frames: Annotated[int, typer.Option(help="Number of frames; a training has its own.")] = 150,
    view: Annotated[Literal["spins", "field"], typer.Option(help="What to show.")] = "spins",
    seed: Seed = 1,
    side: Annotated[int, typer.Option(help="Width in pixels.")] = 640,
    fps: Annotated[int, typer.Option(help="Frames per second.")] = 25,
) -> None:
    """Record a GIF or MP4, every frame made from the model."""
    from nrg_app.cli.recording import record as run_record
    from nrg_app.session.recording import Recording

    order = Recording(what, model, seed, temperature, low, high, frames, view)
    run_record(order, out, side=side, fps=fps)


@app.command()
def screenshot(
    out: Annotated[Path, typer.Option(help="PNG file to write.")] = Path("nrg-window.png"),
    model: ModelOption = "",
    temperature: Temperature = 2.269185314213022,
    seed: Seed = 1,
    width: Annotated[int, typer.Option(help="Width in pixels.", min=640, max=7680)] = 1440,
    height: Annotated[int, typer.Option(help="Height in pixels.", min=480, max=4320)] = 900,
    scale: Annotated[int, typer.Option(help="Device pixels per pixel.", min=1, max=2)] = 1,
    theme: Annotated[Literal["dark", "light"], typer.Option(help="Colours.")] = "dark",
    workspace: Annotated[
        Literal["explore", "train", "holography", "measure"],
        typer.Option(
            help="What to show: train with the newest training, holography with a small analysis, "
            "measure with the newest results or the examples."
        ),
    ] = "explore",
) -> None:
    """Draw the window into a PNG file, without a display."""
    from nrg_app.cli.pictures import write_screenshot

    write_screenshot(out, model, temperature, seed, (width, height), scale, theme, workspace)


@app.command()
def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON in place of a table.")] = (
        False
    ),
) -> None:
    """Check what the program needs of this machine and say what helps; exit 2 for a problem."""
    from nrg_app.cli.doctor import run_doctor

    if not run_doctor(as_json=as_json):
        raise typer.Exit(2)


@app.command()
def demo(
    out: Annotated[Path, typer.Option(help="Folder to write to.")] = Path("nrg-output"),
) -> None:
    """Do the main job without a display: samples, a table, a picture of the window, a figure."""
    from nrg_app.cli.demo import run_demo

    run_demo(out)
