"""The commands and how their errors end.

torch and Matplotlib take a second to import, so that each command imports what it needs.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from nrg_app import __version__
from nrg_app.cli import drawing_commands, measuring_commands
from nrg_app.cli.flags import Model, Seed, Size, Temperature, Threads, temperatures
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
        list[float] | None, temperatures("T in J/k_B, repeatable; nine by default.")
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


for commands in (measuring_commands, drawing_commands):
    app.add_typer(commands.app)


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
