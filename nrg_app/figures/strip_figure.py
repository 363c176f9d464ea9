"""One sample and its renormalization flow, in the width of a journal column.

Panel a: the spins with their domain walls. Panel b: the continuous dual field. Panel c: the
field x_l and the latents z_l of every scale l; arrows show what the field of a scale is generated
from, the next coarser field and the latents of its own scale.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from numpy.typing import NDArray

from nrg_app import __version__
from nrg_app.errors import NRGError
from nrg_app.figures import style
from nrg_app.figures.contents import FIELD_LIMIT, LATENT_LIMIT
from nrg_app.figures.draw_picture import draw_rule, walls
from nrg_app.figures.flow_strip import LATENT_SYMBOL, Strip, arrange_strip, draw_strip
from nrg_app.figures.look import PAPER, Look
from nrg_app.figures.sheet import Sheet, dots

_EDGE = dots(0.5)
_LARGEST_TILE = dots(15.0)
_ORIGINS = {
    "flow": "network",
    "corrected": "corrected",
    "hmc": "latent HMC",
    "wolff": "Wolff",
    "metropolis": "Metropolis",
}


class Samples(Protocol):
    """What a figure reads of a set of samples (``session.messages.SampleSet`` fits)."""

    @property
    def model(self) -> str:
        """Name or path of the model."""

    @property
    def temperature(self) -> float:
        """T in J/k_B."""

    @property
    def seed(self) -> int:
        """Seed of the samples."""

    @property
    def sampler(self) -> str:
        """One of "flow", "corrected", "hmc", "wolff" and "metropolis"."""

    @property
    def altered(self) -> str:
        """What of them was not drawn but chosen, "" for nothing."""

    @property
    def spins(self) -> NDArray[np.int8]:
        """Spins (n, L, L)."""

    @property
    def fields(self) -> NDArray[np.float32]:
        """The continuous dual (n, L, L)."""

    @property
    def coarse_fields(self) -> Mapping[int, NDArray[np.float32]]:
        """Scale l -> (n, l, l); empty if unknown."""

    @property
    def latents(self) -> Mapping[int, NDArray[np.float32]]:
        """Scale l -> (n, l, l), NaN on the cells kept for the next coarser scale."""


def rg_figure(
    samples: Samples, index: int, *, width_mm: float = 86.0, look: Look = PAPER
) -> Figure:
    """Draw one sample, its field and, if its scales are known, its renormalization flow.

    Args:
        samples: a set of samples.
        index: which of them, from 0.
        width_mm: width of the figure: 86 for one column of a journal, 178 for two.
        look: paper or slides.

    Raises:
        NRGError: if there is no such sample or the width is not between 80 and 400 mm.
    """
    if not 0 <= index < len(samples.spins):
        raise NRGError(f"There is no sample {index + 1}; choose one of 1 to {len(samples.spins)}.")
    least = 80.0 * look.size
    if not least <= width_mm <= 400.0:
        raise NRGError(f"The width of a figure must be between {least:g} and 400 mm.")
    scales = sorted(samples.coarse_fields, reverse=True)
    layout = _arrange(samples.spins.shape[-1], len(scales), dots(width_mm / look.size))
    with style.drawing(look):
        sheet = Sheet(layout.width, layout.height, look)
        _draw_sample(sheet, layout, samples, index)
        if scales:
            assert layout.strip is not None
            sheet.letter(_EDGE, layout.strip.upper - dots(1.2), "c")
            draw_strip(
                sheet,
                layout.strip,
                {scale: samples.coarse_fields[scale][index] for scale in scales},
                {scale: samples.latents[scale][index] for scale in scales},
                (style.field_colors(look), FIELD_LIMIT),
                r"$x_{\ell}$",
            )
        _draw_foot(sheet, layout, samples, with_latents=bool(scales))
    return sheet.figure


def figure_metadata(samples: Samples, index: int) -> dict[str, str]:
    """Return the title and the origin of a figure, for ``export.save_figure``."""
    size = samples.spins.shape[-1]
    altered = f"{samples.altered}, " if samples.altered else ""
    return {
        "Title": f"2D Ising model, L = {size}, T = {samples.temperature:.6g} J/k_B",
        "Description": (
            f"Sample {index + 1} of seed {samples.seed}, sampler {samples.sampler}, "
            f"model {samples.model or 'none'}, {altered}NRG {__version__}"
        ),
    }


@dataclass(frozen=True)
class _Layout:
    """Places and lengths in dots, from the left and the top."""

    width: int
    height: int
    large: int
    large_x: tuple[int, int]
    large_y: int
    strip: Strip | None
    bar_y: int
    foot_y: int


def _arrange(size: int, n_scales: int, width: int) -> _Layout:
    """Stack the parts; the sides of all lattices are whole multiples of ``size`` dots."""
    left, right = dots(6.4), width - dots(2.0)
    between = dots(6.0)
    large = (right - left - between) // 2 // size * size
    large_x = (left, right - large)
    large_y = dots(5.7)
    y = large_y + large + dots(4.2)
    strip = None
    if n_scales:
        largest = _LARGEST_TILE * width // dots(86.0)
        strip = arrange_strip(size, n_scales, left, right, y, largest=largest)
        y = strip.bottom
    bar_y = y + dots(2.6)
    foot_y = bar_y + dots(9.2)
    height = foot_y + dots(1.4)
    return _Layout(width, height, large, large_x, large_y, strip, bar_y, foot_y)


def _draw_sample(sheet: Sheet, layout: _Layout, samples: Samples, index: int) -> None:
    spins, field = samples.spins[index], samples.fields[index]
    (x_a, x_b), y, side = layout.large_x, layout.large_y, layout.large
    head = y - dots(1.9)
    axes = sheet.cells(x_a, y, side, spins, 1.0, style.spin_colors())
    axes.add_collection(
        LineCollection(
            walls(spins),
            colors=sheet.look.wall,
            linewidths=0.6 * sheet.look.size,
            capstyle="projecting",
        )
    )
    draw_rule(sheet, axes, len(spins), numbers=True)
    sheet.letter(_EDGE, head, "a")
    sheet.line(x_a, head, "spins ", "$s$")
    right = x_a + side
    for text, color, offset in (("+1", 1, dots(2.9)), ("−1", 0, dots(9.4))):
        sheet.text(right - offset + dots(2.9), head, text, ha="right")
        _swatch(sheet, right - offset - dots(2.3), head - dots(1.9), style.SPIN_COLORS[color])
    axes = sheet.cells(x_b, y, side, field, FIELD_LIMIT, style.field_colors(sheet.look))
    draw_rule(sheet, axes, len(field), numbers=False)
    sheet.letter(x_b - dots(5.6), head, "b")
    sheet.line(x_b, head, "dual field ", "$x$")


def _swatch(sheet: Sheet, x: int, y: int, color: str) -> None:
    axes = sheet.axes(x, y, dots(1.9), dots(1.9))
    axes.set_facecolor(color)


def _draw_foot(sheet: Sheet, layout: _Layout, samples: Samples, *, with_latents: bool) -> None:
    colors = style.field_colors(sheet.look)
    width = layout.large * 2 // 3
    inset = (layout.large - width) // 2
    symbol = r"$x,\/ x_{\ell}$" if with_latents else "$x$"
    x_a, x_b = layout.large_x
    sheet.color_bar(x_a + inset, layout.bar_y, width, symbol, FIELD_LIMIT, colors)
    if with_latents:
        sheet.color_bar(x_b + inset, layout.bar_y, width, LATENT_SYMBOL, LATENT_LIMIT, colors)
    origin = _ORIGINS[samples.sampler]
    sheet.line(
        x_a,
        layout.foot_y,
        "2D Ising, ",
        "$L$",
        f" = {samples.spins.shape[-1]}, ",
        "$T$",
        f" = {samples.temperature:.3f} ",
        r"$J/k_{\rm B}$",
        f", {origin}, seed {samples.seed}",
    )
