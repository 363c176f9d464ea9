"""Spins from files that nobody vouches for: NPZ, HDF5 and CSV."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from nrg_app.errors import NRGError
from nrg_app.session.arrays import DAMAGE, array_of, open_zip, read_member
from nrg_app.session.csv_reading import read_table
from nrg_app.session.hdf5_reading import read_dataset
from nrg_app.session.reading_apart import read_apart

KEY = "spins"
MAX_BYTES = 2**26


class SpinFile(NamedTuple):
    """What a file holds.

    Attributes:
        spins: (n, L, L) int8, +1 or -1.
        note: A sentence on how the numbers were read, "" if they were spins.
    """

    spins: NDArray[np.int8]
    note: str


def read_spins(path: Path, size: int) -> SpinFile:
    """Read the spins of a file, whose suffix says its format.

    NPZ and HDF5 files hold an array "spins", (L, L) or (n, L, L). CSV files are those that the
    program writes, or have L numbers in every line and several configurations one below another;
    lines that begin with ``#`` count for nothing. The numbers are +1 and -1, or 1 and 0.

    Nothing is unpickled, and no more is read than 64 MiB.

    Args:
        path: the file.
        size: lattice side L.

    Raises:
        NRGError: one sentence, whatever is wrong with the file.
    """
    read, kind = _READERS.get(path.suffix.lower(), _READERS[".npz"])
    try:
        values = read(path)
    except DAMAGE as error:
        raise NRGError(
            f"Cannot read '{path}': it must be {kind} of at most {MAX_BYTES // 2**20} MiB."
        ) from error
    return _checked(values, path.name, size)


def _checked(values: NDArray[np.generic], name: str, size: int) -> SpinFile:
    if values.ndim not in (2, 3) or values.shape[-2:] != (size, size) or not len(values):
        shape = " × ".join(map(str, values.shape)) or "no"
        raise NRGError(
            f"'{name}' holds {shape} spins; the model takes {size} × {size}, one or several."
        )
    # Compared, not subtracted or rounded: NaN and numbers near 1 are no spins.
    up, down, zero = values == 1, values == -1, values == 0
    if not ((up | down).all() or (up | zero).all()):
        raise NRGError(f"The spins of '{name}' must all be +1 or -1, or all 1 or 0.")
    note = f"In '{name}' 0 was read as the spin \N{MINUS SIGN}1." if zero.any() else ""
    spins = np.where(up, 1, -1).astype(np.int8)
    return SpinFile(spins.reshape(-1, size, size), note)


def _content(path: Path) -> bytes:
    with path.open("rb") as stream:
        content = stream.read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        raise ValueError("too large")
    return content


def _npz(path: Path) -> NDArray[np.generic]:
    with open_zip(_content(path)) as archive:
        return array_of(read_member(archive, f"{KEY}.npy", MAX_BYTES))


def _hdf5(path: Path) -> NDArray[np.generic]:
    return array_of(read_apart(read_dataset, path, KEY, MAX_BYTES))


def _csv(path: Path) -> NDArray[np.generic]:
    return array_of(read_apart(read_table, path, KEY, MAX_BYTES))


Reader = Callable[[Path], NDArray[np.generic]]
_READERS: dict[str, tuple[Reader, str]] = {
    ".npz": (_npz, f"an NPZ file with an array of numbers '{KEY}'"),
    ".h5": (_hdf5, f"an HDF5 file with a data set of numbers '{KEY}'"),
    ".hdf5": (_hdf5, f"an HDF5 file with a data set of numbers '{KEY}'"),
    ".csv": (_csv, "a CSV file with the numbers of a square lattice, L in every line,"),
}
SPIN_FILES = tuple(_READERS)
"""Suffixes of files that may hold spins."""
