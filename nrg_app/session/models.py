"""Where a model that the session names lies on the disk."""

from __future__ import annotations

from pathlib import Path

from nrg_app.resources import models_dir

SUFFIX = ".safetensors"
LIVE_SIZE = 32
"""Largest lattice side whose samples follow a slider without delay on one processor core."""


def shipped_models() -> tuple[str, ...]:
    """Return the names of the models that come with the program, sorted."""
    return tuple(sorted(path.stem for path in models_dir().glob(f"*{SUFFIX}")))


def model_path(model: str) -> Path:
    """Return the file of a shipped model's name or of a path that ends in ``.safetensors``."""
    return Path(model) if model.endswith(SUFFIX) else models_dir() / f"{model}{SUFFIX}"
