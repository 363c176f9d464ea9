"""What a set-up needs of the machine: Python's tools, disk space, Qt's libraries, a display."""

from __future__ import annotations

import importlib.util
import os
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path

from dev_process import SetupError, run_logged

from nrg_app.qt_libraries import is_loadable, libraries_needed

NEEDED_BYTES = 3 * 10**9


def has_display(environment: Mapping[str, str]) -> bool:
    """Whether a window can open: always on macOS and Windows, on Linux where a display is named."""
    if not sys.platform.startswith("linux"):
        return True
    names = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    return any(environment.get(name) for name in names)


def makes_environments() -> bool:
    """Whether this Python has the modules that make a virtual environment with pip in it."""
    return all(importlib.util.find_spec(name) is not None for name in ("venv", "ensurepip"))


def missing_parts(environment: Mapping[str, str], *, new_environment: bool) -> dict[str, str]:
    """The parts of the operating system that are missing, each with its Debian package.

    Args:
        environment: Variables of the process, which say whether a display is used.
        new_environment: Whether a virtual environment has to be made.
    """
    needed = libraries_needed(environment)
    missing = {name: package for name, package in needed.items() if not is_loadable(name)}
    if new_environment and not makes_environments():
        version = f"{sys.version_info[0]}.{sys.version_info[1]}"
        missing["Python's venv module"] = f"python{version}-venv"
    return missing


def apt_command(packages: list[str]) -> list[str]:
    """The command that installs Debian packages without asking."""
    return ["apt-get", "install", "-y", "--no-install-recommends", *packages]


def can_install() -> bool:
    """Whether this process may install Debian packages itself."""
    return _is_root() and shutil.which("apt-get") is not None


def _is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0


def refuse_missing(missing: Mapping[str, str]) -> SetupError:
    """The sentence that says which parts are missing and how to get them."""
    names = ", ".join(missing)
    if shutil.which("apt-get") is None:
        return SetupError(
            f"This machine lacks {names}: install them with its package manager and run this again."
        )
    sudo = [] if _is_root() else ["sudo"]
    command = " ".join(sudo + apt_command(list(missing.values())))
    return SetupError(f"This machine lacks {names}: run '{command}' and then this again.")


def install_missing(missing: Mapping[str, str], log: Path) -> None:
    """Install the Debian packages of the missing parts, as root.

    Raises:
        SetupError: if apt fails; the sentence names the command to run by hand.
    """
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    try:
        run_logged(["apt-get", "update"], log, environment)
        run_logged(apt_command(list(missing.values())), log, environment)
    except SetupError as error:
        raise refuse_missing(missing) from error


def check_disk(root: Path) -> None:
    """Make sure that the packages fit beside the checkout.

    Raises:
        SetupError: if less than 3 GB are free.
    """
    free = shutil.disk_usage(root).free
    if free < NEEDED_BYTES:
        raise SetupError(
            f"The set-up needs about {NEEDED_BYTES / 1e9:.0f} GB and the disk that holds {root} "
            f"has {free / 1e9:.1f} GB free: free some space, or move NRG to another disk, and run "
            "this again."
        )
