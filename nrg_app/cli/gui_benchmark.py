"""``nrg bench gui``: how the window answers, beside what it should."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

from rich.table import Table

from nrg_app.cli.display import require_display
from nrg_app.cli.reports import console, default_model
from nrg_app.files import write_bytes


def run_gui_benchmark(model: str, seconds: float, training: bool, file: Path | None) -> None:
    """Open a window, drag its temperature for some time and print what was measured.

    Raises:
        NRGError: if there is no display, or the window did not open.
    """
    require_display()
    from nrg_app.ui.gui_benchmark import LONG_PAUSE, run

    with console.status(f"A window drags its temperature for {seconds:g} s ..."):
        figures = run(model or default_model(), seconds, training=training)
    if file is not None:
        write_bytes(file, json.dumps(asdict(figures), indent=2).encode() + b"\n")
    beside = "while a training runs" if figures.training else "without a training"
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
    console.print(table)
