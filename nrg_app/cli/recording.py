"""``nrg record``: a GIF or MP4 whose frames are made one by one."""

from __future__ import annotations

from pathlib import Path

import torch
from rich.progress import Progress

from nrg_app.cli.options import command_line
from nrg_app.cli.reports import console
from nrg_app.figures.movie import write_movie
from nrg_app.session.recording import Recording, recorded_frames, recording_origin


def record(order: Recording, out: Path, *, side: int, fps: int) -> None:
    """Write a recording with a progress bar; Ctrl-C leaves no file.

    Raises:
        NRGError: if it cannot be made or written.
        KeyboardInterrupt: if the user stopped it.
    """
    torch.set_num_threads(1)
    frames, count = recorded_frames(order)
    told = recording_origin(order) | {"command": command_line()}
    with Progress(console=console, transient=True) as progress:
        task = progress.add_task("recording", total=count)
        write_movie(
            out,
            frames,
            side=side,
            fps=fps,
            told=told,
            tick=lambda done: progress.update(task, completed=done),
        )
    console.print(f"wrote {out}, {count} frames at {fps} per second")
