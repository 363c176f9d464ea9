"""A template and a source give a figure."""

from __future__ import annotations

from collections.abc import Callable

from matplotlib.figure import Figure

from nrg_app.figures.compose import Page, Placed, composed_figure
from nrg_app.figures.contents import Content
from nrg_app.figures.look import BLUE_ORANGE, look_of
from nrg_app.figures.template import Template
from nrg_app.session.figure_panels import FigureSource


def template_contents(template: Template, source: FigureSource) -> list[Content]:
    """Return what the panels of a template show, in the order of its cells.

    Raises:
        NRGError: if there is no such panel, or it has nothing to show.
    """
    made = {name: source.content(name) for name in dict.fromkeys(template.panels)}
    return [made[name] for name in template.panels]


def template_figure(
    template: Template,
    contents: list[Content],
    color_map: str = BLUE_ORANGE,
    tick: Callable[[int], None] = lambda count: None,
) -> Figure:
    """Draw the contents of a template's cells; ``tick`` is told how many are drawn.

    Raises:
        NRGError: if the page has no room for them.
    """
    placed = [
        Placed(content, cell.row, cell.column, cell.rows, cell.columns)
        for cell, content in zip(template.cells, contents, strict=True)
    ]
    look = look_of(template.look, color_map)
    page = Page(template.width_mm, template.height_mm, template.letters, look)
    return composed_figure(placed, page, tick)
