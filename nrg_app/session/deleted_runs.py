"""Deleted trainings: they are put away, so that deleting can be undone, and later removed."""

from __future__ import annotations

import contextlib
import os
import shutil
import time
from pathlib import Path

from nrg_app.errors import NRGError
from nrg_app.locks import FileLock
from nrg_app.session.training_runs import RunFolder, runs_dir

KEPT_SECONDS = 24 * 3600.0
"""How long a deleted run can be brought back."""


def delete_run(name: str) -> Path:
    """Put a run away.

    Returns:
        Its folder now, for :func:`bring_back`.

    Raises:
        NRGError: if another process trains it, or it cannot be moved.
    """
    folder = RunFolder(runs_dir() / name)
    holder = FileLock(folder.lock).holder()
    if holder is not None:
        raise NRGError(f"{name} is training in another window (process {holder}); stop it first.")
    away = _folder() / f"{name}.{time.time_ns()}"
    try:
        away.parent.mkdir(exist_ok=True)
        folder.path.rename(away)
        os.utime(away)
    except OSError as error:
        reason = error.strerror or str(error)
        raise NRGError(f"Cannot delete '{folder.path}': {reason}.") from error
    return away


def bring_back(away: Path) -> str:
    """Undo :func:`delete_run` and return the name of the run.

    Raises:
        NRGError: if it is gone, or its name has been taken meanwhile.
    """
    name = away.name.rpartition(".")[0]
    place = runs_dir() / name
    if place.exists():
        raise NRGError(f"There is another run {name} now; the deleted one stays in '{away}'.")
    try:
        away.rename(place)
    except OSError as error:
        reason = error.strerror or str(error)
        raise NRGError(f"Cannot bring {name} back: {reason}.") from error
    return name


def remove_deleted(older_than: float = KEPT_SECONDS) -> None:
    """Remove runs for good that were deleted so many seconds ago; what cannot be removed stays."""
    oldest = time.time() - older_than
    with contextlib.suppress(OSError):
        for away in _folder().iterdir():
            if away.stat().st_mtime < oldest:
                shutil.rmtree(away, ignore_errors=True)


def _folder() -> Path:
    return runs_dir() / ".deleted"
