"""Who goes first where processes share the processors: a training takes what the window leaves."""

from __future__ import annotations

import contextlib
import os
import sys

_NICENESS = 10


def step_back() -> None:
    """Let this process run only while the window and its sampler have nothing to do.

    Linux has a scheduling class for this, which gives way at once and leaves its processor to
    whoever wakes up; elsewhere a low priority must do. Both weigh the processes of one terminal
    or desktop session against each other, and all of ours are in the same one.
    """
    with contextlib.suppress(OSError):
        if sys.platform == "linux":
            os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))
        elif sys.platform != "win32":
            os.nice(_NICENESS)
