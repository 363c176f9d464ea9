"""Who goes first where processes share the processors: a training takes what the window leaves."""

from __future__ import annotations

import os

_LOWEST = 19


def step_back() -> None:
    """Give this process the lowest priority, so that it hardly delays the window and its sampler.

    Systems weigh the processes of one terminal or desktop session against each other, and all of
    ours are in the same one.
    """
    if hasattr(os, "nice"):
        os.nice(_LOWEST)
