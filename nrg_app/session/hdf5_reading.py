"""One array of an HDF5 file that nobody vouches for, read by a process of its own.

The HDF5 library is C code that damaged files can crash or keep busy for ever, so that it runs in a
process with limits: whatever becomes of that one, this one goes on. What HDF5 files can do besides
holding numbers is refused before anything is read: links to other files, data sets made of other
files, Python objects, filters that are plug-ins, chunks larger than the array.
"""

from __future__ import annotations

import contextlib
import io
import math
import multiprocessing
import os
import sys
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import numpy as np

_SECONDS = 60.0
_MEMORY = 2**32
_DEFLATE, _SHUFFLE, _FLETCHER32, _LZF = 1, 2, 3, 32000
_FILTERS = {_DEFLATE, _SHUFFLE, _FLETCHER32, _LZF}


def read_dataset(path: Path, name: str, limit: int) -> bytes:
    """Return a data set as the bytes of an NPY file.

    Args:
        path: the file.
        name: of the data set in the outermost group.
        limit: of its size in bytes.

    Raises:
        OSError: if the file cannot be read.
        ValueError: if it has no such numbers, or reading takes longer than a minute.
    """
    with path.open("rb"):  # what is wrong with the place is better said here
        pass
    context = multiprocessing.get_context("spawn")
    own, other = context.Pipe(duplex=False)
    arguments = (other, str(path.absolute()), name, limit)
    process = context.Process(target=_serve, args=arguments, name="nrg-hdf5", daemon=True)
    process.start()
    other.close()
    answer = b""
    try:
        with contextlib.suppress(EOFError):
            if own.poll(_SECONDS):
                answer = own.recv_bytes(limit + 2**12)
    finally:
        process.kill()
        process.join()
        own.close()
    if not answer:
        raise ValueError("no such numbers")
    return answer


def _serve(connection: Connection[Any, Any], path: str, name: str, limit: int) -> None:
    """Send the data set, or end without a word; runs in the process."""
    if sys.platform == "linux":
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # No plug-ins, whatever the file asks for.
    os.environ["HDF5_PLUGIN_PRELOAD"] = "::"
    with contextlib.suppress(Exception):
        connection.send_bytes(_read(path, name, limit))


def _read(path: str, name: str, limit: int) -> bytes:
    import h5py

    with h5py.File(path, "r", locking=False) as file:
        if not isinstance(file.get(name, getlink=True), h5py.HardLink):
            raise ValueError("a link to elsewhere, or nothing")
        data = file[name]
        if not isinstance(data, h5py.Dataset) or data.dtype.kind not in "iuf":
            raise ValueError("no numbers")
        plan = data.id.get_create_plist()
        layouts = {h5py.h5d.COMPACT, h5py.h5d.CONTIGUOUS, h5py.h5d.CHUNKED}
        filters = {plan.get_filter(index)[0] for index in range(plan.get_nfilters())}
        if data.external or plan.get_layout() not in layouts or not filters <= _FILTERS:
            raise ValueError("numbers that lie elsewhere, or are packed in an unknown way")
        for shape in (data.shape, data.chunks or ()):
            if math.prod(shape or ()) * data.dtype.itemsize > limit:
                raise ValueError("too large")
        stream = io.BytesIO()
        np.save(stream, data[()], allow_pickle=False)
        return stream.getvalue()
