"""Writing files so that a reader never sees half of one; reading no more than makes sense."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from nrg_app.errors import NRGError
from nrg_app.faults import FULL

MAX_TEXT_BYTES = 2**20


def read_text(path: Path) -> str:
    """Return the text of a small file in UTF-8.

    Raises:
        OSError: if it cannot be read.
        ValueError: if it has more than 1 MiB, or is no such text.
    """
    with path.open("rb") as stream:
        content = stream.read(MAX_TEXT_BYTES + 1)
    if len(content) > MAX_TEXT_BYTES:
        raise ValueError("the file is too large")
    return content.decode("utf-8")


def file_name(path: Path) -> str:
    """Return the name of a file that is to be written.

    Raises:
        NRGError: if the path names none, as ``.`` and ``/`` do.
    """
    if not path.name:
        raise NRGError(f"'{path}' names no file; add a name.")
    return path.name


def is_utf8(text: str) -> bool:
    """Whether a text can be written as UTF-8, which the name of a file need not be."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def write_bytes(path: Path, content: bytes) -> None:
    """Write a file to a temporary name in its folder and rename it.

    Raises:
        NRGError: if the folder is missing or read-only, or the disk is full.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        try:
            with os.fdopen(handle, "wb") as stream:
                stream.write(content)
                stream.flush()
                os.fsync(stream.fileno())
            os.chmod(temporary, 0o644)
            os.replace(temporary, path)
        except BaseException:
            os.unlink(temporary)
            raise
    except OSError as error:
        raise unwritable(path, error) from error


def unwritable(path: Path, error: OSError) -> NRGError:
    """Return the sentence about a file that cannot be written."""
    reason = error.strerror or str(error)
    remedy = "Choose a folder that you may write to."
    if error.errno in FULL:
        remedy = "Free some space there, or choose another folder."
    return NRGError(f"Cannot write '{path}': {reason}. {remedy}")
