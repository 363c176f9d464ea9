"""Runs at the start of every watched Python process: what it does with the network is noted.

Python's own sockets are heard by an audit hook, which writes them to the file $NRG_WATCH. Native
code is stopped by the kernel: whatever asks for a socket of the internet ends the process, its
children included, with SIGSYS. Sockets within the machine (AF_UNIX) are free.
"""

from __future__ import annotations

import ctypes
import os
import platform
import socket
import struct
import sys

# The number of the system call socket(), and the name of the machine in the kernel's filters.
_MACHINES = {"x86_64": (41, 0xC000003E), "aarch64": (198, 0xC00000B7)}
_LOAD, _EQUAL, _RETURN = 0x20, 0x15, 0x06
_ALLOW, _KILL = 0x7FFF0000, 0x80000000
_NO_NEW_PRIVILEGES, _SECCOMP, _FILTER = 38, 22, 2
_NAMES = {"socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr"}
_ADDRESSES = {"socket.connect", "socket.bind", "socket.sendto", "socket.sendmsg"}


def _listen(event: str, arguments: tuple[object, ...]) -> None:
    if event in _ADDRESSES:
        own = arguments[0]
        if not isinstance(own, socket.socket) or own.family == socket.AF_UNIX:
            return
    elif event not in _NAMES:
        return
    with open(os.environ["NRG_WATCH"], "a") as stream:
        stream.write(f"{event} {arguments[1:]}\n")


def forbid() -> bool:
    """Ask the kernel to end whatever makes a socket of the internet; whether it will."""
    if sys.platform != "linux" or platform.machine() not in _MACHINES:
        return False
    call, machine = _MACHINES[platform.machine()]
    steps = [
        (_LOAD, 0, 0, 4), (_EQUAL, 0, 5, machine),  # of this machine?
        (_LOAD, 0, 0, 0), (_EQUAL, 0, 3, call),  # socket()?
        (_LOAD, 0, 0, 16), (_EQUAL, 2, 0, socket.AF_INET), (_EQUAL, 1, 0, socket.AF_INET6),
        (_RETURN, 0, 0, _ALLOW), (_RETURN, 0, 0, _KILL),
    ]  # fmt: skip
    code = b"".join(struct.pack("HBBI", *step) for step in steps)
    steps_buffer = ctypes.create_string_buffer(code, len(code))
    program = struct.pack("HxxxxxxQ", len(steps), ctypes.addressof(steps_buffer))
    program_buffer = ctypes.create_string_buffer(program, len(program))
    libc = ctypes.CDLL(None)
    if libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0) != 0:
        return False
    address = ctypes.c_void_p(ctypes.addressof(program_buffer))
    return bool(libc.prctl(_SECCOMP, _FILTER, address, 0, 0) == 0)


sys.addaudithook(_listen)
if os.environ.get("NRG_FORBID"):
    forbid()
