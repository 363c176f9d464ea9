"""``nrg soak``: hours of use of a window, and whether its processes stay as they were."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import psutil
from rich.table import Table
from scipy.stats import theilslopes

from nrg_app.cli.display import require_display
from nrg_app.cli.gui_benchmark import MeasuredWindow
from nrg_app.cli.reports import console, default_model, timed_progress
from nrg_app.files import write_bytes

if TYPE_CHECKING:
    from nrg_app.ui.gui_benchmark import GuiFigures

MEMORY_SLOPE = 1.0  # MB in ten minutes
_LOOK_S = 5.0
# Share of the time, and seconds: until then caches and the history of undo are full.
_WARM_UP, _LONGEST_WARM_UP = 2 / 3, 1200.0
_SHARED = Path("/dev/shm")  # of Linux alone
_LIVES = 0.5  # share of the time that a process must live to be told of


@dataclass
class Life:
    """What was seen of one process.

    Attributes:
        name: what it does: "window", "sampler" ...
        times: seconds since the start, at every look.
        memory: its own memory (unique set size) in MB.
        handles: open files, pipes and sockets.
    """

    name: str
    times: list[float] = field(default_factory=list)
    memory: list[float] = field(default_factory=list)
    handles: list[int] = field(default_factory=list)

    def slope(self, warm: float) -> float:
        """Return the growth of the memory in MB in ten minutes, after ``warm`` seconds.

        The median of the slopes between all pairs of looks (Theil and Sen), which single jumps
        and the teeth of a garbage collector do not move.
        """
        times, memory = np.array(self.times), np.array(self.memory)
        later = times >= warm
        if later.sum() < 3:
            return float("nan")
        return 600.0 * float(theilslopes(memory[later], times[later])[0])

    def at(self, warm: float) -> int:
        """Return the number of the first look after ``warm`` seconds."""
        return min(int(np.searchsorted(self.times, warm)), len(self.times) - 1)


@dataclass(frozen=True)
class Soak:
    """What ``nrg soak`` has found.

    Attributes:
        minutes: of use.
        warm_up: seconds at the beginning that do not count.
        lives: of the processes that lived for more than half of the time.
        shared_left: names of shared memory that was left behind.
        window: how the window answered.
    """

    minutes: float
    warm_up: float
    lives: list[Life]
    shared_left: list[str]
    window: GuiFigures


def soak(model: str, minutes: float) -> Iterator[tuple[float, Soak | None]]:
    """Use a window in all ways while a training runs beside it, and look at its processes.

    Yields:
        The share that is done, and at the end the result.

    Raises:
        NRGError: if the window did not open or brought no sample.
    """
    before = _shared_names()
    lives: dict[int, Life] = {}
    with MeasuredWindow(model, 60.0 * minutes, use=True) as window:
        start = time.monotonic()
        while not window.ended(_LOOK_S):
            now = time.monotonic() - start
            _look(window.pid, now, lives)
            yield min(0.99, now / (60.0 * minutes)), None
        figures = window.figures()
    spent = time.monotonic() - start
    warm = min(_WARM_UP * spent, _LONGEST_WARM_UP)
    long = [life for life in lives.values() if life.times[-1] - life.times[0] > _LIVES * spent]
    left = sorted(name for name in _shared_names() - before if not _is_used(name))
    yield 1.0, Soak(minutes, warm, long, left, figures)


def _look(pid: int, now: float, lives: dict[int, Life]) -> None:
    try:
        window = psutil.Process(pid)
        processes = [window, *window.children(recursive=True)]
    except psutil.Error:
        return
    for process in processes:
        try:
            memory = process.memory_full_info().uss / 2**20
            handles = _handles(process)
            if process.pid not in lives:
                lives[process.pid] = Life(_name(process, pid, lives))
        except psutil.Error:
            continue  # it has ended meanwhile
        life = lives[process.pid]
        life.times.append(now)
        life.memory.append(memory)
        life.handles.append(handles)


def _handles(process: psutil.Process) -> int:
    if sys.platform == "win32":
        return process.num_handles()
    return process.num_fds()


def _name(process: psutil.Process, window: int, lives: Mapping[int, Life]) -> str:
    if process.pid == window:
        return "window"
    if "resource_tracker" in " ".join(process.cmdline()):
        return "resource tracker"
    known = [life.name for life in lives.values()]
    # The window starts them in this order, and what it measures later.
    return next((name for name in ("sampler", "training") if name not in known), "measurement")


def _shared_names() -> set[str]:
    """Return the names of Python's shared memory on this machine."""
    return {path.name for path in _SHARED.glob("psm_*")} if _SHARED.is_dir() else set()


def _is_used(name: str) -> bool:
    """Whether a living process has some shared memory in its address space."""
    for process in psutil.process_iter():
        try:
            if any(name in part.path for part in process.memory_maps()):
                return True
        except psutil.Error:
            continue
    return False


def run_soak(model: str, minutes: float, file: Path | None = None) -> bool:
    """Soak a window, print what was found and return whether all is as it should be.

    Raises:
        NRGError: if there is no display, or the window did not open.
    """
    require_display()
    result = None
    with timed_progress() as progress:
        task = progress.add_task(f"A window is used for {minutes:g} minutes", total=1.0)
        for share, result in soak(model or default_model(), minutes):  # noqa: B007
            progress.update(task, completed=share)
    assert result is not None
    if file is not None:
        write_bytes(file, json.dumps(asdict(result), indent=1).encode() + b"\n")
    return _tell(result)


def _tell(result: Soak) -> bool:
    table = Table("", "MB", "MB per 10 min", "handles", title="Processes, after the warm-up")
    good = not result.shared_left
    for life in result.lives:
        first, slope = life.at(result.warm_up), life.slope(result.warm_up)
        flat = slope < MEMORY_SLOPE
        kept = life.handles[-1] <= life.handles[first]
        good &= flat and kept
        table.add_row(
            life.name,
            f"{life.memory[first]:.1f} → {life.memory[-1]:.1f}",
            f"{slope:+.2f}" + ("" if flat else "  too much"),
            f"{life.handles[first]} → {life.handles[-1]}" + ("" if kept else "  too many"),
        )
    console.print(table)
    window = result.window
    console.print(
        f"slider to picture, median: {1000 * window.latency_early:.0f} ms in the first fifth, "
        f"{1000 * window.latency_late:.0f} ms in the last\n"
        f"pictures per second: {window.frames_early:.1f}, {window.frames_late:.1f}\n"
        f"pauses above 50 ms: {window.long_pauses}, the longest "
        f"{1000 * window.longest_pause:.0f} ms\n"
        f"shared memory left behind: {', '.join(result.shared_left) or 'none'}"
    )
    return good
