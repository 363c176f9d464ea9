"""The command line: every job of the program without a window.  ``nrg`` alone opens the window."""

from __future__ import annotations

from nrg_app.cli.main import main

__all__ = ["main"]
