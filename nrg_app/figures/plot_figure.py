"""Plots of measurements for print: any number of plots on one sheet, 86 or 178 mm wide."""

from __future__ import annotations

import math
import re
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.textpath import text_to_path
from matplotlib.ticker import LogLocator, MaxNLocator, NullFormatter, NullLocator

from nrg_app.errors import NRGError
from nrg_app.figures import style
from nrg_app.figures.plot_spec import PlotSpec, Scale, Series, residual_reach
from nrg_app.figures.sheet import Sheet, dots, style_tick_labels

_COLORS = {
    "network": "#0A7568",
    "exact": style.INK,
    "reference": style.INK,
    "muted": "#6B7783",
    "cold": style.DIVERGING[0],
    "warm": style.DIVERGING[-1],
}
_FAMILY = ("#4D9960", "#008A77", "#007387", "#00588B", "#2B3B7F", "#3D1F63")
_MARKERS = "os^Dv"
_LINES = {"line": "-", "dashed": (0, (4, 2)), "dotted": (0, (1, 1.6))}
_HEIGHT, _STRIP = 42.0, 11.0  # millimetres of a plot and of the strip of its residuals
_LEFT, _RIGHT, _TOP, _BOTTOM = 14.5, 2.0, 7.0, 9.5
_KEY_POINTS = 6.0
_NOTE_LETTERS = 44  # in a line of a note that is too long for the title's line
_MARKUP = re.compile(r"\$(?P<symbol>[^$]*)\$|_\{(?P<sub>[^}]*)\}|\^\{(?P<sup>[^}]*)\}")


@dataclass(frozen=True)
class _Box:
    """Where a plot goes, in millimetres from the left and the top."""

    x: float
    y: float
    width: float
    height: float


def plots_figure(specs: Sequence[PlotSpec], *, width_mm: float = 178.0) -> Figure:
    """Draw plots one under the other, two abreast from 120 mm on.

    Args:
        specs: what to draw; plots without data are left out.
        width_mm: of the figure, 60 to 300.

    Raises:
        NRGError: if there is nothing to draw or the width is out of its range.
    """
    shown = [spec for spec in specs if not spec.is_empty()]
    if not shown:
        raise NRGError("There is nothing to draw yet; start a measurement first.")
    if not 60.0 <= width_mm <= 300.0:
        raise NRGError(f"The width of the figure must be 60 to 300 mm, not {width_mm:g}.")
    columns = 2 if width_mm >= 120.0 and len(shown) > 1 else 1
    rows = math.ceil(len(shown) / columns)
    cell = width_mm / columns
    sheet = Sheet(dots(width_mm), dots(rows * (_TOP + _HEIGHT + _BOTTOM)))
    with rc_context(style.RC):
        for number, spec in enumerate(shown):
            row, column = divmod(number, columns)
            box = _Box(
                column * cell + _LEFT,
                row * (_TOP + _HEIGHT + _BOTTOM) + _TOP,
                cell - _LEFT - _RIGHT,
                _HEIGHT,
            )
            letter = "abcdefghijklmnopqrstuvwxyz"[number] if len(shown) > 1 else ""
            _draw(sheet, spec, box, letter)
    return sheet.figure


def plots_metadata(specs: Sequence[PlotSpec]) -> dict[str, str]:
    """Title and description of the figure: what is plotted, and what was run to get it."""
    told: dict[str, str] = {}
    for spec in specs:
        told |= dict(spec.provenance)
    return {
        "Title": ", ".join(spec.title for spec in specs),
        "Description": "; ".join(f"{name}: {words}" for name, words in told.items()),
    }


def mathtext(markup: str) -> str:
    r"""Return markup for Matplotlib.

    >>> print(mathtext("$T$_{c} in K"))
    $T$$_{\mathrm{c}}$ in K
    """

    def replace(match: re.Match[str]) -> str:
        if match.lastgroup == "sub":
            return rf"$_{{\mathrm{{{match['sub']}}}}}$"
        if match.lastgroup == "sup":
            return f"$^{{{match['sup']}}}$"
        return f"${match['symbol']}$" if match["symbol"] else ""

    # The text font has no angle brackets.
    averages = markup.replace("⟨", r"$\langle$").replace("⟩", r"$\rangle$")
    return _MARKUP.sub(replace, averages)


def _draw(sheet: Sheet, spec: PlotSpec, box: _Box, letter: str) -> None:
    strip = _STRIP if spec.residuals else 0.0
    upper = box.height - strip
    axes = sheet.axes(dots(box.x), dots(box.y), dots(box.width), dots(upper))
    _set_scale(axes, spec.x, "x", spec.x_limits())
    _set_scale(axes, spec.y, "y", spec.y_limits())
    for series in spec.series:
        _draw_series(axes, series)
    for level in spec.levels:
        words = mathtext(level.text)
        axes.axhline(level.value, color=style.INK, lw=0.6, ls=_LINES["dashed"], label=words)
    for place, words in spec.marks:
        line: Any = {"color": _COLORS["muted"], "lw": 0.5, "ls": _LINES["dotted"]}
        axes.axvline(place, **line, zorder=1, label=mathtext(words))
    lowest = axes
    if spec.residuals:
        lowest = sheet.axes(dots(box.x), dots(box.y + upper), dots(box.width), dots(strip))
        _draw_residuals(lowest, spec)
        axes.tick_params(labelbottom=False)
    header = mathtext(f"{spec.title}  {spec.symbol}".rstrip())
    note = mathtext(spec.note)
    above = _width(header, style.TEXT_POINTS) + _width(note, _KEY_POINTS) + 3.0 < box.width
    _label(lowest, spec, axes, "" if above else spec.note)
    title = box.y - 1.8
    if letter:
        sheet.text(dots(box.x - 10.0), dots(title), letter, points=style.LABEL_POINTS, bold=True)
    sheet.text(dots(box.x), dots(title), header)
    if above:
        end = dots(box.x + box.width)
        sheet.text(end, dots(title), note, points=_KEY_POINTS, ha="right")


def _width(text: str, points: float) -> float:
    """Return the width of a text in millimetres."""
    font = style.text_font(points)
    width, _, _ = text_to_path.get_text_width_height_descent(text, font, ismath="$" in text)
    return float(width) * 25.4 / 72.0


def _label(lowest: Axes, spec: PlotSpec, axes: Axes, note: str) -> None:
    """Name the axes, and draw the key under a note."""
    font = style.text_font()
    unit = f" ({spec.x.unit})" if spec.x.unit else ""
    lowest.set_xlabel(mathtext(spec.x.label + unit), fontproperties=font, labelpad=1.5)
    unit = f" ({spec.y.unit})" if spec.y.unit else ""
    axes.set_ylabel(mathtext(spec.y.label + unit), fontproperties=font, labelpad=1.5)
    for part in {axes, lowest}:
        style_tick_labels(part)
    handles, names = axes.get_legend_handles_labels()
    if len(handles) > 1 or note:
        font = style.text_font(_KEY_POINTS)
        axes.legend(
            handles, names, frameon=False, prop=font, loc="best", handlelength=1.6,
            labelspacing=0.25, borderpad=0.2, alignment="left", title_fontproperties=font,
            title=mathtext(textwrap.fill(note, _NOTE_LETTERS)) or None,
        )  # fmt: skip


def _set_scale(axes: Axes, scale: Scale, which: str, limits: tuple[float, float]) -> None:
    axis = axes.xaxis if which == "x" else axes.yaxis
    set_limits: Any = axes.set_xlim if which == "x" else axes.set_ylim
    if scale.log:
        (axes.set_xscale if which == "x" else axes.set_yscale)("log")
    set_limits(limits)
    if scale.ticks:
        axis.set_ticks(list(scale.ticks), labels=[f"{tick:g}" for tick in scale.ticks])
        axis.set_minor_locator(NullLocator())
    elif scale.log:
        axis.set_major_locator(LogLocator(numticks=6))
        axis.set_minor_formatter(NullFormatter())
    else:
        axis.set_major_locator(MaxNLocator(5, steps=[1, 2, 2.5, 5, 10]))


def _color(series: Series) -> str:
    return _FAMILY[int(series.color)] if series.color.isdigit() else _COLORS[series.color]


def _draw_series(axes: Axes, series: Series) -> None:
    color, label = _color(series), mathtext(series.name) or "_"
    if series.look in _LINES:
        style_: Any = _LINES[series.look]
        axes.plot(series.x, series.y, color=color, lw=0.8, ls=style_, label=label)
        return
    marker = _MARKERS[series.marker % len(_MARKERS)]
    if series.look == "arrows":
        for k in range(len(series.x) - 1):
            axes.annotate(
                "", (series.x[k + 1], series.y[k + 1]), (series.x[k], series.y[k]),
                arrowprops={
                    "arrowstyle": "->", "color": color, "lw": 0.7, "shrinkA": 1, "shrinkB": 1,
                },
            )  # fmt: skip
    axes.errorbar(
        series.x, series.y, yerr=series.error, xerr=series.x_error, fmt=marker, ms=2.2, color=color,
        elinewidth=0.6, capsize=0, label=label,
    )  # fmt: skip
    _keep_clear(axes, series)
    if series.hollow is not None and series.hollow.any():
        x, y = series.x[series.hollow], series.y[series.hollow]
        # Above the filled ones, which hold the error bars.
        axes.plot(x, y, marker, ms=2.4, mfc="white", mec=color, mew=0.6, label="_", zorder=4)


def _keep_clear(axes: Axes, series: Series) -> None:
    """Let the key see the error bars: invisible lines along them, which it is not put upon."""
    gap = np.full(len(series.x), np.nan)
    for error, across in ((series.error, False), (series.x_error, True)):
        if error is None:
            continue
        values, other = (series.x, series.y) if across else (series.y, series.x)
        bars = np.stack([values - error, values + error, gap], 1).ravel()
        places = np.repeat(other, 3)
        axes.plot(*((bars, places) if across else (places, bars)), ls="none", label="_")


def _draw_residuals(axes: Axes, spec: PlotSpec) -> None:
    axes.set_xlim(spec.x_limits())
    reach = residual_reach(spec.residuals)
    axes.set_ylim(-reach, reach)
    axes.axhspan(-1.0, 1.0, color=style.KEPT, lw=0.0, zorder=0)
    axes.axhline(0.0, color=style.INK, lw=0.5, zorder=1)
    for series in spec.residuals:
        marker = _MARKERS[series.marker % len(_MARKERS)]
        inside = np.clip(series.y, -0.95 * reach, 0.95 * reach)
        axes.plot(series.x, inside, marker, ms=1.8, color=_color(series))
    axes.set_yticks([-0.5 * reach, 0.0, 0.5 * reach])
    axes.xaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 2.5, 5, 10]))
    axes.set_ylabel("$\\Delta/\\sigma$", fontproperties=style.text_font(), labelpad=1.5)
