"""A figure on which everything is placed by dots (1/600 inch) from the left and the top."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Colormap, Normalize
from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch
from matplotlib.textpath import text_to_path
from numpy.typing import NDArray

from nrg_app.figures import style

# An embedded picture has at least this many pixels a side, each cell repeated a whole number of
# times: readers that smooth enlarged pictures then blur less than a hundredth of a tile.
_EMBEDDED_PIXELS = 512


def dots(millimetres: float) -> int:
    """Return a length in whole dots."""
    return round(millimetres * style.DOTS_PER_MM)


class Sheet:
    """A white figure of ``width`` x ``height`` dots."""

    def __init__(self, width: int, height: int) -> None:
        self.width, self.height = width, height
        inch = style.DOTS_PER_INCH
        self.figure = Figure(figsize=(width / inch, height / inch), dpi=inch, facecolor="white")

    def axes(self, x: int, y: int, width: int, height: int) -> Axes:
        """Return axes whose top left corner is at (x, y), without ticks."""
        bottom = self.height - y - height
        box = (x / self.width, bottom / self.height, width / self.width, height / self.height)
        axes = self.figure.add_axes(box)
        axes.set_xticks([])
        axes.set_yticks([])
        axes.tick_params(width=style.LINE_POINTS, length=2.0, pad=1.5, color=style.INK)
        return axes

    def cells(
        self, x: int, y: int, side: int, values: NDArray[Any], limit: float, colors: Colormap
    ) -> Axes:
        """Draw an (l, l) array as a square of ``side`` dots; colours span -limit to limit.

        The axes count cells from the top left corner, rows downwards.
        """
        axes = self.axes(x, y, side, side)
        count = len(values)
        repeat = -(-_EMBEDDED_PIXELS // count)
        axes.imshow(
            np.repeat(np.repeat(values, repeat, axis=0), repeat, axis=1),
            cmap=colors,
            vmin=-limit,
            vmax=limit,
            interpolation="none",
            extent=(0, count, count, 0),
            aspect="auto",
        )
        return axes

    def text(
        self, x: int, y: int, text: str, *, points: float = style.TEXT_POINTS,
        bold: bool = False, ha: str = "left", va: str = "baseline",
    ) -> None:  # fmt: skip
        """Write text at (x, y)."""
        self.figure.text(
            x / self.width,
            1 - y / self.height,
            text,
            fontproperties=style.text_font(points, bold=bold),
            ha=ha,
            va=va,
        )

    def line(self, x: int, y: int, *pieces: str) -> None:
        """Write pieces one after the other from (x, y), each either all text or all symbols.

        A piece with both would be set letter by letter, and SVG files would be hard to edit.
        """
        font = style.text_font()
        for piece in pieces:
            self.text(x, y, piece)
            points, _, _ = text_to_path.get_text_width_height_descent(
                piece, font, ismath=piece.startswith("$")
            )
            x += round(points * style.DOTS_PER_INCH / 72)

    def arrow(self, start: tuple[int, int], end: tuple[int, int]) -> None:
        """Draw a thin arrow."""
        places = [(x / self.width, 1 - y / self.height) for x, y in (start, end)]
        self.figure.add_artist(
            FancyArrowPatch(
                places[0],
                places[1],
                transform=self.figure.transFigure,
                arrowstyle="->,head_length=1.6,head_width=1.1",
                mutation_scale=1.0,
                shrinkA=0,
                shrinkB=0,
                linewidth=style.LINE_POINTS,
                color=style.INK,
            )
        )

    def color_bar(
        self, x: int, y: int, width: int, symbol: str, limit: float, colors: Colormap
    ) -> None:
        """Draw a horizontal colour bar from -limit to limit with its symbol on the left."""
        height = dots(1.7)
        axes = self.axes(x, y, width, height)
        mappable = ScalarMappable(Normalize(-limit, limit), colors)
        bar = self.figure.colorbar(mappable, cax=axes, orientation="horizontal")
        bar.outline.set_linewidth(style.LINE_POINTS)
        bar.set_ticks([-limit, 0.0, limit], labels=[f"−{limit:g}", "0", f"+{limit:g}"])
        style_tick_labels(axes)
        self.text(
            x - dots(1.0), y + height // 2, symbol, points=style.SYMBOL_POINTS,
            ha="right", va="center",
        )  # fmt: skip


def style_tick_labels(axes: Axes) -> None:
    """Set the tick labels in the figure's type."""
    for label in (*axes.get_xticklabels(), *axes.get_yticklabels()):
        label.set_fontproperties(style.text_font())
