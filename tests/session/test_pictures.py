"""Pictures as spins."""

from __future__ import annotations

import numpy as np

from nrg_app.session.pictures import spins_of_picture


def test_the_threshold_parts_bright_from_dark() -> None:
    grey = np.array([[0, 99], [100, 255]], dtype=np.uint8)
    assert spins_of_picture(grey, 99).tolist() == [[-1, -1], [1, 1]]
    assert spins_of_picture(grey, 99, dark_is_up=True).tolist() == [[1, 1], [-1, -1]]
