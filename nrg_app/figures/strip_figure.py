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
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from numpy.typing import NDArray

from nrg_app import __version__
from nrg_app.errors import NRGError
from nrg_app.figures import style
from nrg_app.figures.sheet import Sheet, dots, style_tick_labels

FIELD_LIMIT = 10.0
LATENT_LIMIT = 3.0
_EDGE = dots(0.5)
_LARGEST_TILE = dots(15.0)
_LARGEST_DOTTED = 8  # kept cells are marked up to this scale, beyond it the marks would merge
_X = r"$x_{\ell}$"
_Z = r"$z_{\ell}$"


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
        """Either "flow" or "wolff"."""

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


def rg_figure(samples: Samples, index: int, *, width_mm: float = 86.0) -> Figure:
    """Draw one sample, its field and, if its scales are known, its renormalization flow.

    Args:
        samples: a set of samples.
        index: which of them, from 0.
        width_mm: width of the figure: 86 for one column of a journal, 178 for two.

    Raises:
        NRGError: if there is no such sample or the width is not between 80 and 400 mm.
    """
    if not 0 <= index < len(samples.spins):
        raise NRGError(f"There is no sample {index + 1}; choose one of 1 to {len(samples.spins)}.")
    if not 80.0 <= width_mm <= 400.0:
        raise NRGError("The width of a figure must be between 80 and 400 mm.")
    scales = sorted(samples.coarse_fields, reverse=True)
    layout = _arrange(samples.spins.shape[-1], len(scales), dots(width_mm))
    with rc_context(style.RC):
        sheet = Sheet(layout.width, layout.height)
        _draw_sample(sheet, layout, samples, index)
        if scales:
            _draw_strip(sheet, layout, samples, index, scales)
        _draw_foot(sheet, layout, samples, with_latents=bool(scales))
    return sheet.figure


def figure_metadata(samples: Samples, index: int) -> dict[str, str]:
    """Return the title and the origin of a figure, for ``export.save_figure``."""
    size = samples.spins.shape[-1]
    return {
        "Title": f"2D Ising model, L = {size}, T = {samples.temperature:.6g} J/k_B",
        "Description": (
            f"Sample {index + 1} of seed {samples.seed}, sampler {samples.sampler}, "
            f"model {samples.model or 'none'}, NRG {__version__}"
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
    tile: int
    tile_x: tuple[int, ...]
    field_y: int
    latent_y: int
    bar_y: int
    foot_y: int


def _arrange(size: int, n_scales: int, width: int) -> _Layout:
    """Stack the parts; the sides of all lattices are whole multiples of ``size`` dots."""
    left, right = dots(6.4), width - dots(2.0)
    between = dots(6.0)
    large = (right - left - between) // 2 // size * size
    large_x = (left, right - large)
    large_y = dots(5.2)
    y = large_y + large + dots(4.2)
    tile = field_y = latent_y = 0
    tile_x: tuple[int, ...] = ()
    if n_scales:
        room = (right - left - (n_scales - 1) * dots(2.6)) // n_scales
        tile = max(1, min(room, _LARGEST_TILE * width // dots(86.0)) // size) * size
        step = (right - left - tile) / (n_scales - 1)
        tile_x = tuple(left + round(k * step) for k in range(n_scales))
        field_y = y + dots(6.4)
        latent_y = field_y + tile + dots(3.8)
        y = latent_y + tile
    bar_y = y + dots(2.6)
    foot_y = bar_y + dots(9.2)
    return _Layout(
        width, foot_y + dots(1.4), large, large_x, large_y,
        tile, tile_x, field_y, latent_y, bar_y, foot_y,
    )  # fmt: skip


def _draw_sample(sheet: Sheet, layout: _Layout, samples: Samples, index: int) -> None:
    spins, field = samples.spins[index], samples.fields[index]
    (x_a, x_b), y, side = layout.large_x, layout.large_y, layout.large
    head = y - dots(1.4)
    axes = sheet.cells(x_a, y, side, spins, 1.0, style.spin_colors())
    axes.add_collection(
        LineCollection(_walls(spins), colors=style.WALL, linewidths=0.6, capstyle="projecting")
    )
    _rule(axes, len(spins), numbers=True)
    sheet.text(_EDGE, head, "a", points=style.LABEL_POINTS, bold=True)
    sheet.line(x_a, head, "spins ", "$s$")
    right = x_a + side
    for text, color, offset in (("+1", 1, dots(2.9)), ("−1", 0, dots(9.4))):
        sheet.text(right - offset + dots(2.9), head, text, ha="right")
        _swatch(sheet, right - offset - dots(2.3), head - dots(1.9), style.SPIN_COLORS[color])
    axes = sheet.cells(x_b, y, side, field, FIELD_LIMIT, style.field_colors())
    _rule(axes, len(field), numbers=False)
    sheet.text(x_b - dots(4.0), head, "b", points=style.LABEL_POINTS, bold=True)
    sheet.line(x_b, head, "dual field ", "$x$")


def _swatch(sheet: Sheet, x: int, y: int, color: str) -> None:
    axes = sheet.axes(x, y, dots(1.9), dots(1.9))
    axes.set_facecolor(color)


def _rule(axes: Axes, size: int, *, numbers: bool) -> None:
    """Put ticks at the quarters of the lattice, numbered at its ends and middle."""
    places = [size * k / 4 for k in range(5)] if size >= 4 else [0, size]
    names = [f"{place:g}" if k % 2 == 0 else "" for k, place in enumerate(places)]
    axes.set_xticks(places, labels=names)
    axes.set_yticks(places, labels=names if numbers else [""] * len(places))
    style_tick_labels(axes)


def _walls(spins: NDArray[np.int8]) -> list[tuple[tuple[int, int], tuple[int, int]]]:
    """Return the inner edges between unlike neighbours as ((x, y), (x, y)), counted in cells."""
    upright = np.argwhere(spins[:, 1:] != spins[:, :-1]).tolist()
    level = np.argwhere(spins[1:] != spins[:-1]).tolist()
    return [((c + 1, r), (c + 1, r + 1)) for r, c in upright] + [
        ((c, r + 1), (c + 1, r + 1)) for r, c in level
    ]


def _draw_strip(
    sheet: Sheet, layout: _Layout, samples: Samples, index: int, scales: list[int]
) -> None:
    tile, colors = layout.tile, style.field_colors()
    head = layout.field_y - dots(1.2)
    sheet.text(_EDGE, head, "c", points=style.LABEL_POINTS, bold=True)
    for symbol, y in ((_X, layout.field_y), (_Z, layout.latent_y)):
        sheet.text(
            layout.tile_x[0] - dots(1.4), y + tile // 2, symbol, points=style.SYMBOL_POINTS,
            ha="right", va="center",
        )  # fmt: skip
    for k, (scale, x) in enumerate(zip(scales, layout.tile_x, strict=True)):
        middle = x + tile // 2
        sheet.text(middle, head, rf"$\ell = {scale}$", points=style.SYMBOL_POINTS, ha="center")
        field, latents = samples.coarse_fields[scale][index], samples.latents[scale][index]
        sheet.cells(x, layout.field_y, tile, field, FIELD_LIMIT, colors)
        axes = sheet.cells(x, layout.latent_y, tile, latents, LATENT_LIMIT, colors)
        if scale <= _LARGEST_DOTTED:
            rows, columns = np.nonzero(np.isnan(latents))
            axes.plot(columns + 0.5, rows + 0.5, "o", ms=1.2, mew=0, color=style.KEPT_DOT)
        gap = dots(0.6)
        sheet.arrow((middle, layout.latent_y - gap), (middle, layout.field_y + tile + gap))
        if k > 0:
            y = layout.field_y + tile // 2
            sheet.arrow((x - gap, y), (layout.tile_x[k - 1] + tile + gap, y))


def _draw_foot(sheet: Sheet, layout: _Layout, samples: Samples, *, with_latents: bool) -> None:
    colors = style.field_colors()
    width = layout.large * 2 // 3
    inset = (layout.large - width) // 2
    symbol = r"$x,\/ x_{\ell}$" if with_latents else "$x$"
    x_a, x_b = layout.large_x
    sheet.color_bar(x_a + inset, layout.bar_y, width, symbol, FIELD_LIMIT, colors)
    if with_latents:
        sheet.color_bar(x_b + inset, layout.bar_y, width, _Z, LATENT_LIMIT, colors)
    origin = "network" if samples.sampler == "flow" else "Wolff"
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
