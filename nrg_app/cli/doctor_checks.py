"""The checks of ``nrg doctor``: each looks at one thing and says what was found and what helps.

None needs a display, and one that fails keeps the others from nothing.
"""

from __future__ import annotations

import multiprocessing
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Literal

from platformdirs import user_config_dir, user_data_dir, user_log_dir, user_state_dir

from nrg_app import __version__
from nrg_app.cli.display import require_display
from nrg_app.errors import NRGError
from nrg_app.qt_libraries import is_loadable, libraries_needed
from nrg_app.resources import (
    fonts_dir,
    icons_dir,
    measurements_dir,
    recipes_dir,
    templates_dir,
)

State = Literal["ok", "note", "problem"]
NEEDED_BYTES = 500 * 10**6
_PATIENCE_S = 60.0
_REINSTALL = "install NRG again"


@dataclass(frozen=True)
class Finding:
    """What one check found.

    Attributes:
        name: of the thing.
        state: "ok"; "note" where something is missing that the program can do without; "problem".
        found: what there is.
        remedy: what helps, "" where nothing has to be done.
    """

    name: str
    state: State
    found: str
    remedy: str = ""


def check_program() -> Finding:
    """Versions of the program, of Python and of the system."""
    system = f"{platform.system()} {platform.release()} {platform.machine()}"
    return Finding("program", "ok", f"NRG {__version__}, Python {sys.version.split()[0]}, {system}")


def check_display() -> Finding:
    """Whether a window can open."""
    try:
        require_display()
    except NRGError as error:
        return Finding("display", "note", str(error), "all commands work, only no window opens")
    platform_name = os.environ.get("QT_QPA_PLATFORM") or os.environ.get("WAYLAND_DISPLAY")
    return Finding("display", "ok", platform_name or os.environ.get("DISPLAY") or sys.platform)


def check_opengl() -> Finding:
    """Nothing to look for: the window is painted by the processor."""
    return Finding("OpenGL", "ok", "not needed: the window is painted by the processor")


def check_libraries() -> Finding:
    """The libraries of the system that Qt loads."""
    needed = libraries_needed(os.environ)
    missing = {name: package for name, package in needed.items() if not is_loadable(name)}
    if missing:
        found = f"missing: {', '.join(missing)}"
        command = f"run 'sudo apt-get install {' '.join(missing.values())}'"
        return Finding("Qt's libraries", "problem", found, command)
    return Finding("Qt's libraries", "ok", f"{len(needed)} found" if needed else "part of Qt")


def check_qt() -> Finding:
    """Whether Qt starts and takes the fonts, in a process of its own: it may abort."""
    context = multiprocessing.get_context("spawn")
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=_start_qt, args=(sender,), daemon=True)
    process.start()
    sender.close()
    try:
        found = receiver.recv() if receiver.poll(_PATIENCE_S) else None
    except EOFError:
        found = None
    process.kill()
    process.join()
    if found is None:
        remedy = f"install the libraries that are named above, or {_REINSTALL}"
        return Finding("Qt", "problem", "it does not start", remedy)
    version, families = found
    if "Inter" not in families:
        found = f"Qt {version} cannot read the fonts in {fonts_dir()}"
        return Finding("Qt and fonts", "problem", found, _REINSTALL)
    return Finding("Qt and fonts", "ok", f"Qt {version}; {', '.join(sorted(set(families)))}")


def _start_qt(answer: Connection[Any, Any]) -> None:
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from PySide6.QtCore import qVersion
    from PySide6.QtGui import QGuiApplication

    from nrg_app.ui import fonts

    application = QGuiApplication(["nrg"])
    answer.send((qVersion(), fonts.load()))
    application.quit()


def check_torch() -> Finding:
    """Whether PyTorch loads and computes, and with how many threads."""
    try:
        import torch

        product = float((torch.ones(64, 64) @ torch.ones(64, 64)).sum())
    except (ImportError, OSError, RuntimeError) as error:
        return Finding("PyTorch", "problem", " ".join(str(error).split())[:200], _REINSTALL)
    if product != 64.0**3:
        return Finding("PyTorch", "problem", f"computes {product} in place of {64**3}", _REINSTALL)
    threads = f"{torch.get_num_threads()} of {os.cpu_count()} processors"
    return Finding("PyTorch", "ok", f"{torch.__version__}, uses up to {threads}")


def check_gpu() -> Finding:
    """Whether there is an accelerator that a training could use."""
    try:
        import torch

        if not torch.cuda.is_available():
            found = "none that PyTorch can use; everything runs on the processor"
            return Finding("accelerator", "note", found)
        names = [torch.cuda.get_device_name(k) for k in range(torch.cuda.device_count())]
        torch.ones(8, device="cuda").sum().item()
    except (ImportError, OSError, RuntimeError) as error:
        found = " ".join(str(error).split())[:200]
        return Finding("accelerator", "problem", found, "train with '--device cpu'")
    return Finding("accelerator", "ok", f"{', '.join(names)}: 'nrg train --device cuda'")


def check_movies() -> Finding:
    """Whether the program that encodes MP4 files starts."""
    try:
        from imageio_ffmpeg import get_ffmpeg_version

        found = f"ffmpeg {get_ffmpeg_version()}"
    except (ImportError, OSError, RuntimeError, subprocess.SubprocessError) as error:
        found = " ".join(str(error).split())[:200] or type(error).__name__
        return Finding("movies", "note", found, "record GIF files, or " + _REINSTALL)
    return Finding("movies", "ok", found)


def check_folders() -> Iterator[Finding]:
    """Whether there is room where the program keeps its files, and whether it may write there."""
    folders = {
        "trainings": user_data_dir("nrg", appauthor=False),
        # The two places that carry the name of the Qt application.
        "autosaves": user_state_dir("NRG", appauthor=False),
        "settings": user_config_dir("NRG", appauthor=False),
        "log": user_log_dir("nrg", appauthor=False),
        "temporary files": tempfile.gettempdir(),
    }
    for name, folder in folders.items():
        yield _check_folder(f"folder of {name}", Path(folder))


def _check_folder(name: str, folder: Path) -> Finding:
    # Unlike Path.exists this is no error where a folder may not be looked into.
    existing = next(place for place in (folder, *folder.parents) if os.path.exists(place))
    try:
        # What is missing is made at need, so that the doctor leaves nothing behind.
        with tempfile.TemporaryFile(dir=existing):
            pass
        free = shutil.disk_usage(existing).free
    except OSError as error:
        reason = error.strerror or str(error)
        return Finding(name, "problem", f"{folder}: {reason}", f"make {existing} writable")
    found = f"{folder}, {free / 1e9:.1f} GB free"
    if free < NEEDED_BYTES:
        return Finding(name, "problem", found, f"free {NEEDED_BYTES / 1e9:g} GB there")
    return Finding(name, "ok", found)


def check_resources() -> Finding:
    """Whether the program's own files are there but the models."""
    folders = (fonts_dir, icons_dir, measurements_dir, recipes_dir, templates_dir)
    try:
        empty = [place.name for place in (find() for find in folders) if not any(place.iterdir())]
    except (NRGError, OSError) as error:
        return Finding("program's files", "problem", str(error), _REINSTALL)
    if empty:
        return Finding("program's files", "problem", f"no {', '.join(empty)}", _REINSTALL)
    return Finding("program's files", "ok", "all are there")


def check_models() -> Finding:
    """Whether the models that come with the program are there and sound."""
    try:
        from nrg_app.flows.neural_rg import NeuralRG
        from nrg_app.session.models import model_path, shipped_models

        names = shipped_models()
        missing = {path.stem for path in recipes_dir().glob("*.toml")} - set(names)
        swapped = [n for n in names if NeuralRG.load(model_path(n)).card.name != n]
    except (NRGError, ImportError, OSError) as error:
        return Finding("models", "problem", str(error), _REINSTALL)
    if swapped:
        found = f"another model in place of {', '.join(swapped)}"
        return Finding("models", "problem", found, _REINSTALL)
    if missing:
        return Finding("models", "problem", f"no {', '.join(sorted(missing))}", _REINSTALL)
    return Finding("models", "ok", f"{len(names)} load: {', '.join(names)}")


def all_findings() -> Iterator[Finding]:
    """Every check in turn."""
    yield check_program()
    yield check_display()
    yield check_opengl()
    yield check_libraries()
    yield check_qt()
    yield check_torch()
    yield check_gpu()
    yield check_movies()
    yield from check_folders()
    yield check_resources()
    yield check_models()
