"""The field of every scale above the latents it takes, with arrows that say what comes from what.

The field of a scale is generated from the next coarser field and from the latents of its own scale.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from matplotlib.colors import Colormap

from nrg_app.figures import style
from nrg_app.figures.contents import LATENT_LIMIT, Values
from nrg_app.figures.sheet import Sheet, dots

_LARGEST_DOTTED = 8  # kept cells are marked up to this scale, beyond it the marks would merge
_HEAD, _BETWEEN, _STEP = 6.4, 3.8, 2.6  # millimetres above, between the rows and the tiles
_WIDEST = 2.2  # tiles from one to the next
LATENT_SYMBOL = r"$z_{\ell}$"


@dataclass(frozen=True)
class Strip:
    """Places in dots: left edges of the tiles, finest first, tops of both rows, and the end."""

    tile: int
    lefts: tuple[int, ...]
    upper: int
    lower: int

    @property
    def bottom(self) -> int:
        """Return where the lower row ends."""
        return self.lower + self.tile


def arrange_strip(size: int, count: int, left: int, right: int, top: int, *, largest: int) -> Strip:
    """Place the tiles of ``count`` scales; their side is a whole multiple of ``size`` dots.

    Args:
        size: lattice side L of the finest scale.
        count: of scales.
        left: where the first tile begins.
        right: where the last one ends.
        top: where the strip with its headings begins.
        largest: side of a tile, at most.
    """
    room = (right - left - (count - 1) * dots(_STEP)) // count
    tile = max(1, min(room, largest) // size) * size
    step = min((right - left - tile) / max(1, count - 1), _WIDEST * tile)
    upper = top + dots(_HEAD)
    lefts = tuple(left + round(k * step) for k in range(count))
    return Strip(tile, lefts, upper, upper + tile + dots(_BETWEEN))


def draw_strip(
    sheet: Sheet,
    strip: Strip,
    upper: Mapping[int, Values],
    latents: Mapping[int, Values],
    colors: tuple[Colormap, float],
    symbol: str,
) -> None:
    """Draw both rows with their headings and arrows.

    Args:
        sheet: where to.
        strip: the places.
        upper: scale l -> (l, l) of the upper row.
        latents: scale l -> (l, l), NaN on kept cells.
        colors: map of the upper row and the value at its end.
        symbol: of the upper row.
    """
    tile, table = strip.tile, style.field_colors(sheet.look)
    head, gap = strip.upper - dots(1.2), dots(0.6)
    for words, y in ((symbol, strip.upper), (LATENT_SYMBOL, strip.lower)):
        sheet.text(
            strip.lefts[0] - dots(1.4), y + tile // 2, words, points=style.SYMBOL_POINTS,
            ha="right", va="center",
        )  # fmt: skip
    scales = sorted(upper, reverse=True)
    for k, (scale, x) in enumerate(zip(scales, strip.lefts, strict=True)):
        middle = x + tile // 2
        sheet.text(middle, head, rf"$\ell = {scale}$", points=style.SYMBOL_POINTS, ha="center")
        sheet.cells(x, strip.upper, tile, upper[scale], colors[1], colors[0])
        axes = sheet.cells(x, strip.lower, tile, latents[scale], LATENT_LIMIT, table)
        if scale <= _LARGEST_DOTTED:
            rows, columns = np.nonzero(np.isnan(latents[scale]))
            size = 1.2 * sheet.look.size
            axes.plot(columns + 0.5, rows + 0.5, "o", ms=size, mew=0, color=sheet.look.muted)
        sheet.arrow((middle, strip.lower - gap), (middle, strip.upper + tile + gap))
        if k > 0:
            y = strip.upper + tile // 2
            sheet.arrow((x - gap, y), (strip.lefts[k - 1] + tile + gap, y))
