"""How numbers are written."""

from __future__ import annotations

import pytest

from nrg_app.ui.panels.numbers import fixed, signed_integer, thousands


@pytest.mark.parametrize(
    ("value", "decimals", "plus", "text"),
    [
        (-0.354, 2, False, "−0.35"),
        (0.5, 1, True, "+0.5"),
        (-0.004, 2, False, "0.00"),
        (0.004, 2, True, "0.00"),
        (12.0, 0, False, "12"),
    ],
)
def test_fixed_writes_a_true_minus_and_no_signed_zero(value, decimals, plus, text):
    assert fixed(value, decimals, plus=plus) == text


def test_spins_have_their_sign():
    assert (signed_integer(1), signed_integer(-1)) == ("+1", "−1")


def test_thousands_are_thin_spaced():
    assert thousands(20231117) == "20\u2009231\u2009117"
    assert thousands(999) == "999"
