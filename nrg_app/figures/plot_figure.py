"""Plots of measurements for print: any number of plots on one sheet, 86 or 178 mm wide."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.figure import Figure

from nrg_app.errors import NRGError
from nrg_app.figures.compose import Page, Placed, composed_figure
from nrg_app.figures.contents import Content, is_empty
from nrg_app.figures.look import PAPER, Look

_TWO_ABREAST_MM = 120.0
_LIMITS_MM = (60.0, 400.0)


def plots_figure(
    contents: Sequence[Content], *, width_mm: float = 178.0, look: Look = PAPER,
    height_mm: float | None = None, letters: bool | None = None,
) -> Figure:  # fmt: skip
    """Draw contents one under the other, two abreast from 120 mm on.

    Args:
        contents: what to draw; those without data are left out.
        width_mm: of the figure, 60 to 400.
        look: paper or slides.
        height_mm: of the figure, None for what suits them.
        letters: write (a), (b) ...; by default if there are several.

    Raises:
        NRGError: if there is nothing to draw or a length is out of its range.
    """
    shown = [content for content in contents if not is_empty(content)]
    if not shown:
        raise NRGError("There is nothing to draw yet; start a measurement first.")
    if not _LIMITS_MM[0] <= width_mm <= _LIMITS_MM[1]:
        raise NRGError(f"The width of the figure must be 60 to 400 mm, not {width_mm:g}.")
    abreast = width_mm >= _TWO_ABREAST_MM * look.size and len(shown) > 1
    columns = 2 if abreast else 1
    placed = [Placed(content, *divmod(k, columns)) for k, content in enumerate(shown)]
    lettered = len(shown) > 1 if letters is None else letters
    return composed_figure(placed, Page(width_mm, height_mm, lettered, look))
