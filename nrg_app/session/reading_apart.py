"""Readers that run in a process of their own, with limits.

Damaged files can crash a library or keep it busy for ever, and long texts keep the interpreter
from the window: whatever becomes of that process, this one goes on.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import sys
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from nrg_app.session.arrays import HEADER_BYTES

_SECONDS = 60.0
_MEMORY = 2**32
Reader = Callable[[str, str, int], bytes]
"""Given a path, the name of an array and a limit: the array as the bytes of an NPY file."""


def read_apart(reader: Reader, path: Path, name: str, limit: int) -> bytes:
    """Return an array of a file as the bytes of an NPY file.

    Args:
        reader: a function of a module.
        path: the file.
        name: of the array.
        limit: of its size in bytes.

    Raises:
        OSError: if the file cannot be read.
        ValueError: if it has no such array, or reading takes longer than a minute.
    """
    with path.open("rb"):  # what is wrong with the place is better said here
        pass
    context = multiprocessing.get_context("spawn")
    own, other = context.Pipe(duplex=False)
    arguments = (other, reader, str(path.absolute()), name, limit)
    process = context.Process(target=_serve, args=arguments, name="nrg-reading", daemon=True)
    process.start()
    other.close()
    answer = b""
    try:
        with contextlib.suppress(EOFError):
            if own.poll(_SECONDS):
                answer = own.recv_bytes(limit + HEADER_BYTES)
    finally:
        process.kill()
        process.join()
        own.close()
    if not answer:
        raise ValueError("no such numbers")
    return answer


def _serve(
    connection: Connection[Any, Any], reader: Reader, path: str, name: str, limit: int
) -> None:
    """Send the array, or end without a word; runs in the process."""
    if sys.platform == "linux":
        import resource

        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        memory = _MEMORY if hard == resource.RLIM_INFINITY else min(_MEMORY, hard)
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with contextlib.suppress(Exception):
        connection.send_bytes(reader(path, name, limit))
