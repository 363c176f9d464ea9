"""Spins from a picture, by a threshold."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def spins_of_picture(
    grey: NDArray[np.uint8], threshold: float, *, dark_is_up: bool = False
) -> NDArray[np.int8]:
    """Return spins (L, L): +1 where a grey value 0 .. 255 is above the threshold.

    >>> spins_of_picture(np.array([[10, 200]], dtype=np.uint8), 100.0).tolist()
    [[-1, 1]]
    """
    up = (grey > threshold) != dark_is_up
    return np.where(up, 1, -1).astype(np.int8)
