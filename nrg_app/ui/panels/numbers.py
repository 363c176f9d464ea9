"""Numbers as the window writes them: with a true minus and thin-space thousands."""

from __future__ import annotations

MINUS = "\N{MINUS SIGN}"
THIN_SPACE = "\N{THIN SPACE}"
DASH = "\N{EN DASH}"


def fixed(value: float, decimals: int, *, plus: bool = False) -> str:
    """Return a number with a true minus; a value that rounds to zero has no sign.

    >>> fixed(-0.354, 2) == MINUS + "0.35", fixed(0.5, 1, plus=True), fixed(-0.001, 2)
    (True, '+0.5', '0.00')
    """
    text = f"{abs(value):.{decimals}f}"
    if float(text) == 0:
        return text
    if value < 0:
        return MINUS + text
    return "+" + text if plus else text


def is_within(temperature: float, limits: tuple[float, float] | None) -> bool:
    """Return whether a temperature lies in a range, but for rounding; any does without limits.

    >>> is_within(3.5, (1.5, 3.5)), is_within(4.0, (1.5, 3.5)), is_within(4.0, None)
    (True, False, True)
    """
    return limits is None or limits[0] - 1e-9 <= temperature <= limits[1] + 1e-9


def signed_integer(value: int) -> str:
    """Return a spin with its sign."""
    return fixed(value, 0, plus=True)


def thousands(value: int) -> str:
    """Return a whole number in groups of three.

    >>> thousands(16384).replace(THIN_SPACE, "_")
    '16_384'
    """
    return f"{value:,}".replace(",", THIN_SPACE)
