"""Panels on a grid: any contents side by side on one sheet, as wide and high as asked for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from matplotlib.figure import Figure

from nrg_app.errors import NRGError
from nrg_app.figures import style
from nrg_app.figures.contents import (
    Content,
    DiskPicture,
    FlowPicture,
    Picture,
    StackPicture,
    TableSpec,
    Tiles,
)
from nrg_app.figures.draw_bulk import bulk_height, draw_disk, draw_stack
from nrg_app.figures.draw_picture import (
    draw_flow,
    draw_picture,
    draw_tiles,
    flow_height,
    picture_height,
    tiles_height,
)
from nrg_app.figures.draw_plot import draw_plot, plot_height
from nrg_app.figures.draw_table import draw_table, table_height
from nrg_app.figures.look import PAPER, Look
from nrg_app.figures.plot_spec import PlotSpec
from nrg_app.figures.sheet import Box, Sheet, dots

WIDTHS_MM = (40.0, 500.0)
HEIGHTS_MM = (20.0, 800.0)
LETTERS = "abcdefghijklmnopqrstuvwxyz"
_LEAST_MM = 18.0  # of a column or a row: less has no room for an axis and its words

Height = Callable[[Any, int], int]
Draw = Callable[[Sheet, Any, Box, str], None]
_KINDS: dict[type, tuple[Height, Draw]] = {
    PlotSpec: (plot_height, draw_plot),
    Picture: (picture_height, draw_picture),
    Tiles: (tiles_height, draw_tiles),
    FlowPicture: (flow_height, draw_flow),
    DiskPicture: (bulk_height, draw_disk),
    StackPicture: (bulk_height, draw_stack),
    TableSpec: (table_height, draw_table),
}


@dataclass(frozen=True, eq=False)
class Placed:
    """A content on a grid: its first row and column, and how many of both it takes."""

    content: Content
    row: int = 0
    column: int = 0
    rows: int = 1
    columns: int = 1


@dataclass(frozen=True)
class Page:
    """A page.

    Attributes:
        width_mm: its width.
        height_mm: its height, None for what suits the panels.
        letters: write (a), (b) ... in reading order.
        look: its colours and the size of its type.
    """

    width_mm: float
    height_mm: float | None = None
    letters: bool = True
    look: Look = PAPER


def composed_figure(
    panels: Sequence[Placed], page: Page, tick: Callable[[int], None] = lambda count: None
) -> Figure:
    """Draw contents on a grid; columns are equally wide, rows as high as they need.

    Args:
        panels: what to draw.
        page: where to.
        tick: told how many panels are drawn.

    Raises:
        NRGError: if there is nothing to draw, or the page is too small or too large.
    """
    if not panels:
        raise NRGError("There is nothing to draw yet; choose a panel first.")
    _check(page)
    columns = max(panel.column + panel.columns for panel in panels)
    width = dots(page.width_mm / page.look.size)
    if width < columns * dots(_LEAST_MM):
        raise NRGError(
            f"{page.width_mm:g} mm are too few for {columns} columns of panels; choose a larger "
            "width or fewer columns."
        )
    edges = [round(width * k / columns) for k in range(columns + 1)]
    heights = _row_heights(panels, edges)
    if page.height_mm is not None:
        # What does not shrink: headings, axes, colour bars.
        fixed = _row_heights(panels, [0] * len(edges))
        heights = _fitted(heights, fixed, dots(page.height_mm / page.look.size))
    tops = [sum(heights[:k]) for k in range(len(heights) + 1)]
    ordered = sorted(panels, key=lambda panel: (panel.row, panel.column))
    with style.drawing(page.look):
        sheet = Sheet(width, tops[-1], page.look)
        for number, panel in enumerate(ordered):
            left, right = edges[panel.column], edges[panel.column + panel.columns]
            top, bottom = tops[panel.row], tops[panel.row + panel.rows]
            box = Box(left, top, right - left, bottom - top)
            letter = LETTERS[number] if page.letters and number < len(LETTERS) else ""
            try:
                _KINDS[type(panel.content)][1](sheet, panel.content, box, letter)
            except ValueError as error:
                raise NRGError(f"The words of '{panel.content.key}' cannot be set.") from error
            tick(number + 1)
    return sheet.figure


def _check(page: Page) -> None:
    for name, value, (low, high) in (
        ("width", page.width_mm, WIDTHS_MM),
        ("height", page.height_mm, HEIGHTS_MM),
    ):
        if value is not None and not low <= value <= high:
            raise NRGError(f"The {name} of a figure must be {low:g} to {high:g} mm, not {value:g}.")


def _row_heights(panels: Sequence[Placed], edges: list[int]) -> list[int]:
    """Return heights that suit what stands in one row, then what stands in several."""
    heights = [0] * max(panel.row + panel.rows for panel in panels)
    for panel in sorted(panels, key=lambda panel: panel.rows):
        width = edges[panel.column + panel.columns] - edges[panel.column]
        wanted = _KINDS[type(panel.content)][0](panel.content, width)
        here = range(panel.row, panel.row + panel.rows)
        missing = wanted - sum(heights[k] for k in here)
        if missing > 0:
            for k in here:
                heights[k] += -(-missing // panel.rows)
    return heights


def _fitted(heights: list[int], fixed: list[int], total: int) -> list[int]:
    """Return heights with a sum; what is not fixed of them keeps its proportions."""
    filled = [height for height in heights if height]
    if total < len(filled) * dots(_LEAST_MM):
        raise NRGError(
            f"The figure is too low for {len(filled)} rows of panels; choose a larger height."
        )
    free = [height - low for height, low in zip(heights, fixed, strict=True)]
    share = (total - sum(fixed)) / max(1, sum(free))
    if share <= 0.0:
        free, fixed, share = heights, [0] * len(heights), total / sum(heights)
    wanted = [low + share * part for low, part in zip(fixed, free, strict=True)]
    ends = [round(sum(wanted[:k])) for k in range(len(wanted) + 1)]
    return [end - start for start, end in pairwise(ends)]
