"""Spins from outside: pictures by a threshold, and NPZ files."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from nrg_app.errors import NRGError
from nrg_app.session.arrays import DAMAGE, array_of, open_zip, read_member

KEY = "spins"
_MAX_BYTES = 2**26


def spins_of_picture(
    grey: NDArray[np.uint8], threshold: float, *, dark_is_up: bool = False
) -> NDArray[np.int8]:
    """Return spins (L, L): +1 where a grey value 0 .. 255 is above the threshold.

    >>> spins_of_picture(np.array([[10, 200]], dtype=np.uint8), 100.0).tolist()
    [[-1, 1]]
    """
    up = (grey > threshold) != dark_is_up
    return np.where(up, 1, -1).astype(np.int8)


def read_spins(path: Path, size: int) -> NDArray[np.int8]:
    """Read the spins of an NPZ file: array "spins", (L, L) or (n, L, L), of +1 and -1.

    Nothing is unpickled, and no more is read than 64 MiB.

    Args:
        path: the file.
        size: lattice side L.

    Returns:
        (n, L, L).

    Raises:
        NRGError: one sentence, whatever is wrong with the file.
    """
    try:
        values = _array(path)
    except DAMAGE as error:
        raise NRGError(
            f"Cannot read '{path}': it must be an NPZ file with an array of numbers "
            f"'{KEY}' of at most {_MAX_BYTES // 2**20} MiB."
        ) from error
    if values.ndim not in (2, 3) or values.shape[-2:] != (size, size) or not len(values):
        shape = " × ".join(map(str, values.shape)) or "no"
        raise NRGError(
            f"'{path.name}' holds {shape} spins; the model takes {size} × {size}, one or several."
        )
    if not (np.abs(values) == 1).all():
        raise NRGError(f"The spins of '{path.name}' must all be +1 or -1.")
    return values.reshape(-1, size, size).astype(np.int8)


def _array(path: Path) -> NDArray[np.generic]:
    with path.open("rb") as stream:
        content = stream.read(_MAX_BYTES + 1)
    if len(content) > _MAX_BYTES:
        raise ValueError("too large")
    with open_zip(content) as archive:
        return array_of(read_member(archive, f"{KEY}.npy", _MAX_BYTES))
