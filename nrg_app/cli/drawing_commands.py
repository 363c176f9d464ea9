"""The commands that draw: figures, movies, pictures of the window."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from nrg_app.cli.flags import ModelOption, Seed, Temperature, Threads

app = typer.Typer()


@app.command()
def figure(
    out: Annotated[
        Path,
        typer.Option(
            help="File to write: .pdf, .svg, .png, .tiff; of a template or a panel also .csv or "
            ".npz, for the numbers."
        ),
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
