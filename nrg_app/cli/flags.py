"""Arguments and options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

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
    Path | None,
    typer.Option(
        help="TOML file with the names of the flags, _ for - and lists for several values "
        "('temperatures' where -T may be repeated); flags override it."
    ),
]
ResultFile = Annotated[Path | None, typer.Option(help="File to write: .csv, .npz or .json.")]
FigureFile = Annotated[Path | None, typer.Option(help="Figure to write: .pdf, .svg or .png.")]


def temperatures(words: str) -> Any:
    """Return the option of any number of temperatures, with words on what they are."""
    return typer.Option("--temperature", "-T", help=words)
