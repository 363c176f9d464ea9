"""One array of an HDF5 file that nobody vouches for; runs in a process of its own.

What HDF5 files can do besides holding numbers is refused before anything is read: links to other
files, data sets made of other files, Python objects, filters that are plug-ins, chunks larger
than the array.
"""

from __future__ import annotations

import io
import math
import os

import numpy as np

_DEFLATE, _SHUFFLE, _FLETCHER32, _LZF = 1, 2, 3, 32000
_FILTERS = {_DEFLATE, _SHUFFLE, _FLETCHER32, _LZF}


def read_dataset(path: str, name: str, limit: int) -> bytes:
    """Return a data set of the outermost group as the bytes of an NPY file.

    Raises:
        Exception: whatever the library finds; ``ValueError`` for what is no array of at most
            ``limit`` bytes.
    """
    # No plug-ins, whatever the file asks for.
    os.environ["HDF5_PLUGIN_PRELOAD"] = "::"
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
