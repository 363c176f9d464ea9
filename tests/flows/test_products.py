"""The compiled product against a product in double precision."""

import numpy as np
import pytest

from nrg_app.flows.products import COLUMNS, ROWS, add_product


@pytest.mark.parametrize(("rows", "inner", "columns"), [(1, 1, 1), (2, 7, 1), (9, 88, 2)])
def test_a_product_is_added(rows: int, inner: int, columns: int) -> None:
    rng = np.random.default_rng(0)
    a = rng.standard_normal((rows * ROWS, inner)).astype(np.float32)
    # More rows than the product needs: they are not touched.
    b = rng.standard_normal((inner + 3, columns * COLUMNS)).astype(np.float32)
    out = rng.standard_normal((rows * ROWS + 2, columns * COLUMNS)).astype(np.float32)
    expected = out.astype(float)
    expected[:-2] += a.astype(float) @ b[:inner].astype(float)
    add_product(a, b, out)
    # Rounding of at most 89 terms of about one: 4 standard deviations of 89^(1/2) 89^(1/2) eps / 2.
    assert np.abs(out - expected).max() < 4 * 89 * 2.0**-25
    assert (out[-2:] == expected[-2:]).all()
