"""The shared libraries of a Linux system that Qt loads, each with its Debian package.

Nothing but Python's own library is imported: the set-up asks before anything else is there.
"""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Mapping

OFFSCREEN_LIBRARIES = {
    "libGL.so.1": "libgl1",
    "libEGL.so.1": "libegl1",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libfreetype.so.6": "libfreetype6",
    "libfontconfig.so.1": "libfontconfig1",
    "libdbus-1.so.3": "libdbus-1-3",
}
X11_LIBRARIES = {
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
}


def libraries_needed(environment: Mapping[str, str]) -> dict[str, str]:
    """The shared libraries that Qt loads here, each with its Debian package.

    Args:
        environment: Variables of the process, which say whether a display is used.
    """
    if not sys.platform.startswith("linux"):
        return {}
    # Only Qt's plug-in for X11 loads the others.
    if environment.get("DISPLAY") and environment.get("QT_QPA_PLATFORM", "xcb") == "xcb":
        return OFFSCREEN_LIBRARIES | X11_LIBRARIES
    return dict(OFFSCREEN_LIBRARIES)


def is_loadable(library: str) -> bool:
    """Whether the dynamic linker finds a shared library, e.g. 'libEGL.so.1'."""
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True
