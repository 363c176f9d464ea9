"""A figure on which everything is placed by dots (1/600 inch) from the left and the top."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Colormap, Normalize
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.lines import Line2D
from matplotlib.patches import FancyArrowPatch
from matplotlib.textpath import text_to_path
from numpy.typing import NDArray

from nrg_app.figures import style
from nrg_app.figures.look import PAPER, Look
from nrg_app.figures.markup import pieces

# An embedded picture has at least this many pixels a side, each cell repeated a whole number of
# times: readers that smooth enlarged pictures then blur less than a hundredth of a tile.
_EMBEDDED_PIXELS = 512


def dots(millimetres: float) -> int:
    """Return a length in whole dots."""
    return round(millimetres * style.DOTS_PER_MM)


class Box(NamedTuple):
    """A part of a sheet in dots, from its left and its top."""

    x: int
    y: int
    width: int
    height: int


class Sheet:
    """A figure of ``width`` x ``height`` dots.

    A look with larger type has larger dots instead, so that every layout is one for paper.
    """

    def __init__(self, width: int, height: int, look: Look = PAPER) -> None:
        self.width, self.height, self.look = width, height, look
        inch = style.DOTS_PER_INCH / look.size
        size = (width / inch, height / inch)
        self.figure = Figure(figsize=size, dpi=inch, facecolor=look.ground)

    @property
    def line_points(self) -> float:
        """Width of thin lines."""
        return style.LINE_POINTS * self.look.size

    def font(self, points: float = style.TEXT_POINTS, *, bold: bool = False) -> FontProperties:
        """Return the type of a size on paper."""
        return style.text_font(points * self.look.size, bold=bold)

    def axes(self, x: int, y: int, width: int, height: int) -> Axes:
        """Return axes whose top left corner is at (x, y), without ticks."""
        bottom = self.height - y - height
        box = (x / self.width, bottom / self.height, width / self.width, height / self.height)
        axes, size = self.figure.add_axes(box), self.look.size
        axes.set_xticks([])
        axes.set_yticks([])
        axes.tick_params(width=self.line_points, length=2.0 * size, pad=1.5 * size)
        return axes

    def cells(
        self, x: int, y: int, side: int, values: NDArray[Any], limit: float,
        colors: Colormap | None, *, low: float | None = None,
    ) -> Axes:  # fmt: skip
        """Draw an (l, l) array as a square of ``side`` dots.

        Colours span ``low``, by default -limit, to limit; values (l, l, 3) are colours themselves.
        The axes count cells from the top left corner, rows downwards.
        """
        axes = self.axes(x, y, side, side)
        count = len(values)
        repeat = -(-_EMBEDDED_PIXELS // count)
        axes.imshow(
            np.repeat(np.repeat(values, repeat, axis=0), repeat, axis=1),
            cmap=colors,
            vmin=-limit if low is None else low,
            vmax=limit,
            interpolation="none",
            extent=(0, count, count, 0),
            aspect="auto",
        )
        return axes

    def text(
        self, x: int, y: int, text: str, *, points: float = style.TEXT_POINTS,
        bold: bool = False, ha: str = "left", va: str = "baseline", color: str = "",
        rotation: float = 0.0,
    ) -> None:  # fmt: skip
        """Write text at (x, y)."""
        self.figure.text(
            x / self.width,
            1 - y / self.height,
            text,
            fontproperties=self.font(points, bold=bold),
            color=color or self.look.ink,
            ha=ha,
            va=va,
            rotation=rotation,
        )

    def line(self, x: int, y: int, *parts: str) -> None:
        """Write parts one after the other from (x, y), each either all text or all symbols.

        A part with both would be set letter by letter, and SVG files would be hard to edit.
        """
        for part in parts:
            self.text(x, y, part)
            x += self.width_of(part)

    def width_of(self, *parts: str, points: float = style.TEXT_POINTS) -> int:
        """Return how wide parts are one after the other, in dots."""
        font, size = self.font(points), self.look.size
        widths = (
            text_to_path.get_text_width_height_descent(p, font, ismath=p.startswith("$"))[0]
            for p in parts
        )
        return round(sum(widths) / size * style.DOTS_PER_INCH / 72)

    def words(
        self, x: int, y: int, markup: str, *, points: float = style.TEXT_POINTS,
        ha: str = "left", color: str = "",
    ) -> None:  # fmt: skip
        """Write markup at (x, y), from there, up to there or around it ("center")."""
        parts = pieces(markup)
        shift = {"left": 0.0, "center": 0.5, "right": 1.0}[ha]
        x -= round(shift * self.width_of(*parts, points=points)) if shift else 0
        for part in parts:
            self.text(x, y, part, points=points, color=color)
            x += self.width_of(part, points=points)

    def heading(self, box: Box, left: int, title: str, symbol: str, letter: str) -> int:
        """Write a panel's letter, title and symbol above what begins at ``left``.

        Returns:
            Where they end.
        """
        y = box.y + dots(5.0)
        if letter:
            self.letter(box.x + dots(0.5), y, letter)
            left = max(left, box.x + dots(6.6))
        words = f"{title}  {symbol}" if symbol else title
        self.words(left, y, words)
        return left + self.width_of(*pieces(words))

    def rule(self, left: int, right: int, y: int, weight: float) -> None:
        """Draw a horizontal line, ``weight`` times as wide as thin ones."""
        places = ([left / self.width, right / self.width], [1 - y / self.height] * 2)
        self.figure.add_artist(
            Line2D(*places, color=self.look.ink, linewidth=weight * self.line_points)
        )

    def arrow(self, start: tuple[int, int], end: tuple[int, int]) -> None:
        """Draw a thin arrow."""
        places = [(x / self.width, 1 - y / self.height) for x, y in (start, end)]
        self.figure.add_artist(
            FancyArrowPatch(
                places[0],
                places[1],
                transform=self.figure.transFigure,
                arrowstyle="->,head_length=1.6,head_width=1.1",
                mutation_scale=self.look.size,
                shrinkA=0,
                shrinkB=0,
                linewidth=self.line_points,
                color=self.look.ink,
            )
        )

    def letter(self, x: int, y: int, letter: str) -> None:
        """Write the letter of a panel."""
        self.text(x, y, f"({letter})", points=style.LABEL_POINTS, bold=True)

    def color_bar(
        self, x: int, y: int, width: int, symbol: str, limit: float, colors: Colormap,
        ticks: Mapping[float, str] | None = None,
    ) -> None:  # fmt: skip
        """Draw a horizontal colour bar with its symbol on the left.

        It spans -limit to limit, or the places from 0 to 1 at which ``ticks`` has words.
        """
        height = dots(1.7)
        axes = self.axes(x, y, width, height)
        ends = (-limit, limit) if ticks is None else (0.0, 1.0)
        bar = self.figure.colorbar(
            ScalarMappable(Normalize(*ends), colors), cax=axes, orientation="horizontal"
        )
        bar.outline.set_linewidth(self.line_points)
        words = {-limit: f"−{limit:g}", 0.0: "0", limit: f"+{limit:g}"} if ticks is None else ticks
        bar.set_ticks(list(words), labels=list(words.values()))
        self.style_tick_labels(axes)
        points = style.SYMBOL_POINTS if symbol.startswith("$") else style.TEXT_POINTS
        self.text(x - dots(1.0), y + height // 2, symbol, points=points, ha="right", va="center")

    def style_tick_labels(self, axes: Axes, points: float = style.TEXT_POINTS) -> None:
        """Set the tick labels in the figure's type."""
        for label in (*axes.get_xticklabels(), *axes.get_yticklabels()):
            label.set_fontproperties(self.font(points))
