"""Colour maps, the same on the screen and in print: stops, and tables that are linear in OKLab.

Colours are 0xFFRRGGBB as numpy ``uint32``.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

Colors = NDArray[np.uint32]
LUT_ENTRIES = 256

# Every fifth entry of cividis (Nunez, Anderton, Renslow, PLoS ONE 13, 2018; CC0).
_CIVIDIS = (
    "00224e002656002a5f002d68003070083370163770203a6f273e6e2e416d34456c3a486c3f4c6c444f6c"
    "49536c4e566c535a6d575d6d5c616e60646f656870696b716d6f727272747676767a7a787e7d78838179"
    "8885788d8878928c789690779b9476a09875a59c74aaa073afa471b5a86fbaac6dbfb06bc4b468c9b965"
    "cfbd62d4c15fdac65bdfca57e5cf52ead34cf0d846f6dd3ffce236fee838"
)
CIVIDIS = tuple("#" + _CIVIDIS[i : i + 6] for i in range(0, len(_CIVIDIS), 6))

_RGB_TO_LMS = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
_LMS_TO_LAB = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)

DIVERGING = {
    "blue-orange": (
        (
            "#0B5CA3", "#4C82BD", "#85A9D2", "#BDCFE5", "#F7F7F7",
            "#E0C8BA", "#C89A7F", "#AE6D45", "#8F4200",
        ),
        (
            "#88CEFF", "#6A9ECD", "#4E7090", "#334557", "#221D18",
            "#523F2C", "#876540", "#C08D54", "#FDB769",
        ),
    ),
    "purple-green": (
        (
            "#6D389E", "#8F67B9", "#B195D3", "#D5C5E9", "#F7F7F7",
            "#B8D6B8", "#7FB480", "#46904B", "#006B19",
        ),
        (
            "#D7B6FE", "#AA85D4", "#785F95", "#493D59", "#221D18",
            "#324A33", "#4B7A4D", "#67AC69", "#85E189",
        ),
    ),
    "cividis": (CIVIDIS, CIVIDIS),
}  # fmt: skip
"""Colour map of a field -> its stops on a light ground and on a dark one, negative ones first.

Both diverging maps are linear and symmetric in OKLab lightness, with the centre of their ground.
Seen with any of the three colour blindnesses (simulated after Machado, Oliveira and Fernandes, IEEE
TVCG 15, 1291 (2009)) the two ends of the blue-orange map stay at least 0.19 apart in OKLab and
those of the purple-green one 0.12, where 0.02 can just be told apart; cividis was made to look the
same to all.
"""


def _to_oklab(colors: Sequence[str]) -> NDArray[np.float64]:
    srgb = np.array([[int(c[i : i + 2], 16) for i in (1, 3, 5)] for c in colors]) / 255.0
    linear = np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)
    lab: NDArray[np.float64] = np.cbrt(linear @ _RGB_TO_LMS.T) @ _LMS_TO_LAB.T
    return lab


def from_oklab(lab: NDArray[np.float64]) -> Colors:
    """Return the nearest colours of the screen to OKLab values (n, 3): lightness 0..1, a, b."""
    linear = (lab @ np.linalg.inv(_LMS_TO_LAB).T) ** 3 @ np.linalg.inv(_RGB_TO_LMS).T
    linear = linear.clip(0.0, 1.0)
    srgb = np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)
    red, green, blue = np.rint(srgb * 255).astype(np.uint32).T
    return np.uint32(0xFF000000) | (red << 16) | (green << 8) | blue


@lru_cache(maxsize=16)
def gradient(stops: tuple[str, ...], entries: int = LUT_ENTRIES) -> Colors:
    """Return a look-up table (entries,) through evenly spaced stops, linear in OKLab.

    OKLab (Ottosson 2020) keeps lightness linear between the stops. The table is read-only.
    """
    lab = _to_oklab(stops)
    where = np.linspace(0, len(stops) - 1, entries)
    channels = [np.interp(where, np.arange(len(stops)), channel) for channel in lab.T]
    table = from_oklab(np.stack(channels, axis=1))
    table.flags.writeable = False
    return table


def round_limit(values: NDArray[np.floating]) -> float:
    """Return the end of a colour bar for values: 1, 1.5, 2, 3, 5 or 7 times a power of ten.

    >>> round_limit(np.array([-0.4, 1.31])), round_limit(np.zeros(2))
    (1.5, 1.0)
    """
    largest = float(np.abs(values).max())
    if not largest > 1e-9:
        return 1.0
    power = 10.0 ** math.floor(math.log10(largest))
    steps = (1.0, 1.5, 2.0, 3.0, 5.0, 7.0, 10.0)
    return next(round(s * power, 12) for s in steps if s * power >= largest * 0.9999)
