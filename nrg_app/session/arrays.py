"""Arrays out of zip files that nobody vouches for: NPZ files and session files.

Nothing is unpacked to the disk or unpickled, only members that are asked for by their exact name
are read, and sizes are checked before anything is inflated or made room for.
"""

from __future__ import annotations

import io
import math
import zipfile
import zlib

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

# What the readers of zip, JSON and NPY files raise when the bytes make no sense to them.
DAMAGE = (
    zipfile.BadZipFile, zlib.error, ValueError, LookupError, EOFError, OSError, RuntimeError,
    ArithmeticError, MemoryError, TypeError, SyntaxError,
)  # fmt: skip
HEADER_BYTES = 2**14
"""More than the header of an NPY file takes."""
_COMPRESSIONS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_ENTRY = b"PK\x01\x02"  # begins every entry of the table of contents
_MAX_ENTRIES = 4096
_HEADERS = {(1, 0): npy.read_array_header_1_0, (2, 0): npy.read_array_header_2_0}


def open_zip(content: bytes) -> zipfile.ZipFile:
    """Return the archive in some bytes.

    Raises:
        ValueError: if its table of contents is absurdly long; zipfile would read all of it.
        Exception: one of ``DAMAGE`` if the bytes are no archive.
    """
    if content.count(_ENTRY) > _MAX_ENTRIES:
        raise ValueError("too many members")
    return zipfile.ZipFile(io.BytesIO(content))


def read_member(archive: zipfile.ZipFile, name: str, limit: int) -> bytes:
    """Return one member of at most ``limit`` bytes; more are never inflated.

    Raises:
        Exception: one of ``DAMAGE`` if it is missing, damaged, too large or packed unusually.
    """
    info = archive.getinfo(name)
    if info.file_size > limit or info.compress_type not in _COMPRESSIONS:
        raise ValueError(f"{name} is too large or packed in an unknown way")
    with archive.open(info) as stream:
        return stream.read(limit)


def array_of(data: bytes) -> NDArray[np.generic]:
    """Return the numbers in the bytes of an NPY file.

    ``numpy.load`` would make room for whatever shape the header claims.

    Raises:
        ValueError: if the bytes are not exactly an array of integers or floating-point numbers.
    """
    stream = io.BytesIO(data)
    read_header = _HEADERS.get(npy.read_magic(stream))
    if read_header is None:
        raise ValueError("unknown version of the NPY format")
    try:
        shape, in_columns, dtype = read_header(stream)
    except Exception as error:  # the header is a Python literal: nearly anything can go wrong
        raise ValueError("damaged NPY header") from error
    if dtype.kind not in "iuf" or min(shape, default=0) < 0:
        raise ValueError("no array of numbers")
    rest = data[stream.tell() :]
    if math.prod(shape) * dtype.itemsize != len(rest):
        raise ValueError("the array is not as large as its header says")
    return np.frombuffer(rest, dtype).reshape(shape, order="F" if in_columns else "C")
