"""``nrg bench gui``: how the window answers, beside what it should."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
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

_PYTHON = [sys.executable, "-m", "nrg_app"]


class MeasuredWindow:
    """A window in a process of its own, started as a user would start it, that measures itself.

    Runs, measurements and sessions of the user are neither shown nor changed (where folders follow
    the XDG variables).

    Args:
        model: name or file of the model.
        seconds: duration of the drag.
        training: whether to train a model for L = 16 beside it.
        use: whether to use the window in all ways while dragging.
    """

    def __init__(
        self, model: str, seconds: float, *, training: bool = True, use: bool = False
    ) -> None:
        program = [sys.executable] if getattr(sys, "frozen", False) else _PYTHON
        self._order = [*program, "measured-window", model, str(seconds), repr(time.time())]
        self._order += [flag for flag, on in (("--training", training), ("--use", use)) if on]

    def __enter__(self) -> MeasuredWindow:
        """Start the process."""
        self._said, self._errors = tempfile.TemporaryFile(), tempfile.TemporaryFile()
        self._folder = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        own = {"XDG_DATA_HOME": self._folder.name, "XDG_STATE_HOME": self._folder.name}
        self._process = subprocess.Popen(
            self._order, stdout=self._said, stderr=self._errors, env={**os.environ, **own}
        )
        return self

    def __exit__(self, *_: object) -> None:
        """End the process, if it still runs."""
        self._process.kill()
        self._process.wait()
        self._said.close()
        self._errors.close()
        self._folder.cleanup()

    @property
    def pid(self) -> int:
        """The number of the process."""
        return self._process.pid

    def ended(self, seconds: float | None = None) -> bool:
        """Wait for the end, at most for some seconds, and return whether it has come."""
        try:
            self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            return False
        return True

    def figures(self) -> GuiFigures:
        """Return what was measured, after the end.

        Raises:
            NRGError: if the window did not open or brought no sample.
        """
        from nrg_app.ui.gui_benchmark import GuiFigures

        self._said.seek(0)
        self._errors.seek(0)
        try:
            return GuiFigures(**json.loads(self._said.read().splitlines()[-1]))
        except (IndexError, ValueError, TypeError) as error:
            told = self._errors.read().decode(errors="replace").strip().splitlines()
            reason = told[-1] if told else "it ended without a word"
            raise NRGError(f"The window could not be measured: {reason}.") from error


def run(model: str, seconds: float, *, training: bool, use: bool = False) -> GuiFigures:
    """Measure a window, see :class:`MeasuredWindow`.

    Raises:
        NRGError: if the window did not open or brought no sample.
    """
    with MeasuredWindow(model, seconds, training=training, use=use) as window:
        window.ended()
        return window.figures()


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
    for name, number, longest in figures.pauses_after:
        console.print(f"  {number} after {name}, the longest {1000 * longest:.0f} ms")
