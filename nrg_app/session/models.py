"""Where a model that the session names lies on the disk."""

from __future__ import annotations

from pathlib import Path, PurePath

from nrg_app.files import is_utf8
from nrg_app.resources import models_dir

SUFFIX = ".safetensors"
LIVE_SIZE = 32
"""Largest lattice side whose samples follow a slider without delay on one processor core."""


def shipped_models() -> tuple[str, ...]:
    """Return the names of the models that come with the program, sorted."""
    return tuple(sorted(path.stem for path in models_dir().glob(f"*{SUFFIX}")))


def model_path(model: str) -> Path:
    """Return the file of a shipped model's name, or of a path with or without its suffix."""
    if model.endswith(SUFFIX):
        return Path(model)
    name = f"{model}{SUFFIX}"
    return models_dir() / name if PurePath(model).name == model else Path(name)


def lasting_name(model: str) -> str:
    """Return a shipped model's name as it is, and the whole path of any other file."""
    bare = PurePath(model).name == model and not model.endswith(SUFFIX)
    return model if bare else str(model_path(model).absolute())


def is_model_name(model: str) -> bool:
    """Whether it is a bare name or the path of a model file, and can be written as UTF-8."""
    named = model.endswith(SUFFIX) or PurePath(model).name == model
    return named and "\0" not in model and is_utf8(model)
