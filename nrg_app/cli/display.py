"""Whether a window can be opened.  Qt aborts the process where it cannot, without a way back."""

from __future__ import annotations

import os
import re
import socket
import sys

from nrg_app.errors import NRGError
from nrg_app.qt_libraries import is_loadable, libraries_needed

_FIRST_PORT = 6000
_PATIENCE_S = 3.0


def require_display() -> None:
    """Make sure that there is a display, and the system's libraries that Qt needs for it.

    Raises:
        NRGError: if there is none, it does not answer, or libraries are missing.
    """
    missing = [
        package for name, package in libraries_needed(os.environ).items() if not is_loadable(name)
    ]
    if missing:
        raise NRGError(
            "Qt needs system libraries that are missing; install them: "
            f"sudo apt install {' '.join(missing)}"
        )
    if sys.platform != "linux" or os.environ.get("QT_QPA_PLATFORM"):
        return
    if os.environ.get("WAYLAND_DISPLAY"):
        return
    display = os.environ.get("DISPLAY", "")
    if not display:
        raise NRGError(
            "There is no display to open a window on; run 'nrg demo' for samples and pictures "
            "without one."
        )
    if not _answers(display):
        raise NRGError(
            f"The display '{display}' does not answer; check DISPLAY, or run 'nrg demo' for "
            "samples and pictures without one."
        )


def _answers(display: str) -> bool:
    """Whether an X server listens where an X11 display name ``[host]:number[.screen]`` says."""
    match = re.fullmatch(r"(?P<host>.*):(?P<number>\d{1,5})(\.\d+)?", display)
    if match is None:
        return False
    host, number = match["host"], int(match["number"])
    if host not in ("", "unix"):
        try:
            socket.create_connection((host, _FIRST_PORT + number), _PATIENCE_S).close()
        except OSError:
            return False
        return True
    path = f"/tmp/.X11-unix/X{number}"
    return any(_listens(address) for address in (path, f"\0{path}"))


def _listens(address: str) -> bool:
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(_PATIENCE_S)
        try:
            connection.connect(address)
        except OSError:
            return False
    return True
