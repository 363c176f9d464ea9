"""``nrg bench gui``: how the window answers, beside what it should."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from rich.table import Table

from nrg_app.cli.display import require_display
from nrg_app.cli.reports import console, default_model
from nrg_app.errors import NRGError
from nrg_app.files import write_bytes

if TYPE_CHECKING:
    from nrg_app.ui.gui_benchmark import GuiFigures


def run(model: str, seconds: float, *, training: bool, use: bool = False) -> GuiFigures:
    """Measure a window in a process of its own, started as a user would start it.

    Args:
        model: name or file of the model.
        seconds: duration of the drag.
        training: whether to train a model for L = 16 beside it.
        use: whether to use the window in all ways while dragging.

    Raises:
        NRGError: if the window did not open or brought no sample.
    """
    from nrg_app.ui.gui_benchmark import GuiFigures

    command = [sys.executable, "-m", "nrg_app.cli.measured_window", model, str(seconds)]
    command += [str(training), str(use), repr(time.time())]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    try:
        return GuiFigures(**json.loads(done.stdout.splitlines()[-1]))
    except (IndexError, ValueError, TypeError) as error:
        reason = done.stderr.strip().splitlines()[-1:] or ["it ended without a word"]
        raise NRGError(f"The window could not be measured: {reason[0]}.") from error


def run_gui_benchmark(
    model: str, seconds: float, *, training: bool, use: bool = False, file: Path | None = None
) -> None:
    """Open a window, drag its temperature for some time and print what was measured.

    Args:
        model: name or file of the model, "" for the usual one.
        seconds: duration of the drag.
        training: whether to train a model for L = 16 beside it.
        use: whether to use the window in all ways while dragging.
        file: JSON file to write, if any.

    Raises:
        NRGError: if there is no display, or the window did not open.
    """
    require_display()
    from nrg_app.ui.gui_benchmark import LONG_PAUSE

    with console.status(f"A window drags its temperature for {seconds:g} s ..."):
        figures = run(model or default_model(), seconds, training=training, use=use)
    if file is not None:
        write_bytes(file, json.dumps(asdict(figures), indent=2).encode() + b"\n")
    beside = "without a training" if figures.training is None else "while a training runs"
    table = Table("", "measured", "wanted", title=f"{figures.model}, {figures.platform}, {beside}")
    pause = f"{1000 * LONG_PAUSE:.0f} ms"
    for name, measured, wanted in (
        ("window visible", f"{figures.visible:.2f} s", "1.5 s"),
        ("first live sample", f"{figures.first_sample:.2f} s", "4 s"),
        ("slider to picture, median", f"{1000 * figures.latency_median:.0f} ms", "50 ms"),
        ("slider to picture, 95 %", f"{1000 * figures.latency_p95:.0f} ms", "100 ms"),
        ("pictures per second", f"{figures.frames_per_second:.1f}", "30"),
        ("longest pause of the window", f"{1000 * figures.longest_pause:.0f} ms", pause),
        (f"pauses above {pause}", f"{figures.long_pauses} in {seconds:g} s", "0"),
    ):
        table.add_row(name, measured, wanted)
    if figures.training is not None:
        table.add_row("training beside it", f"{figures.training:.1f} steps/s", "")
    console.print(table)
    for length, before in figures.worst_pauses:
        console.print(f"  {1000 * length:.0f} ms after {before}")
