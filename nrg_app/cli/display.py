"""Whether a window can be opened.  Qt aborts the process where it cannot, without a way back."""

from __future__ import annotations

import multiprocessing
import os
import re
import socket
import sys
from pathlib import Path

from nrg_app.errors import NRGError
from nrg_app.qt_libraries import is_loadable, libraries_needed

_FIRST_PORT = 6000
_PATIENCE_S, _QT_PATIENCE_S = 3.0, 30.0
_SCREENLESS = ("offscreen", "minimal")


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
    if sys.platform != "linux":
        return
    platform = os.environ.get("QT_QPA_PLATFORM", "")
    if platform:
        if platform.partition(":")[0] not in _SCREENLESS and not _starts():
            raise NRGError(
                f"Qt cannot open a window by '{platform}'; unset QT_QPA_PLATFORM, or run "
                "'nrg demo' for samples and pictures without one."
            )
        return
    wayland, display = (os.environ.get(name, "") for name in ("WAYLAND_DISPLAY", "DISPLAY"))
    if not (wayland or display):
        raise NRGError(
            "There is no display to open a window on; run 'nrg demo' for samples and pictures "
            "without one."
        )
    if not (wayland and _is_wayland(wayland)) and not (display and _answers(display)):
        name = "DISPLAY" if display else "WAYLAND_DISPLAY"
        raise NRGError(
            f"The display '{display or wayland}' does not answer; check {name}, or run 'nrg demo' "
            "for samples and pictures without one."
        )


def _starts() -> bool:
    """Whether Qt starts as it is told to, tried in a process of its own: it may abort."""
    process = multiprocessing.get_context("spawn").Process(target=_start_qt, daemon=True)
    process.start()
    process.join(_QT_PATIENCE_S)
    process.kill()
    return process.exitcode == 0


def _start_qt() -> None:
    import resource

    # Neither its words nor its memory are wanted if it aborts.
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    from PySide6.QtGui import QGuiApplication

    QGuiApplication(["nrg"]).quit()


def _is_wayland(display: str) -> bool:
    """Whether a compositor listens at a name, in the folder of the user's sockets, or a path."""
    return _listens(str(Path(os.environ.get("XDG_RUNTIME_DIR", "/"), display)))


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
