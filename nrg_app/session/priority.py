"""Who goes first where processes share the processors: a training takes what the window leaves."""

from __future__ import annotations

import contextlib
import os
import sys

_LOWEST = 19


def step_back() -> None:
    """Let this thread, and those that it starts, run only where nobody else wants to.

    Linux has a scheduling class for this: a processor that runs such a thread counts as free, so
    that the window and its sampler wake up there at once. With the lowest priority alone they
    wait for each other instead, up to 80 ms on two processors. Other systems have only that.
    """
    if sys.platform == "linux":
        with contextlib.suppress(OSError):  # some containers forbid it
            os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))
            return
    if hasattr(os, "nice"):
        os.nice(_LOWEST)
