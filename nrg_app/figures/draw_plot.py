"""A plot in a box of a sheet: axes, curves, points with error bars, a strip of residuals."""

from __future__ import annotations

import textwrap
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, LogLocator, MaxNLocator, NullFormatter, NullLocator

from nrg_app.figures.markup import mathtext, pieces
from nrg_app.figures.plot_spec import PlotSpec, Scale, Series, residual_reach
from nrg_app.figures.sheet import Box, Sheet, dots

_MARKERS = "os^Dv"
_LINES = {"line": "-", "dashed": (0, (4, 2)), "dotted": (0, (1, 1.6)), "pale": "-"}
_HEIGHT, _STRIP = 42.0, 11.0  # millimetres of a plot and of the strip of its residuals
_LEFT, _RIGHT, _TOP, _BOTTOM = 14.5, 3.2, 7.0, 9.5
_KEY_POINTS, _KEY_LINE = 6.0, 2.9  # size of type, millimetres of a line
# A narrower logarithmic axis has numbers between the powers of ten.
_HALF_DECADE, _FEW_DECADES = 4.0, 30.0
_NARROW = 52.0  # a narrower plot has its key below
_NOTE_LETTERS = 44  # in a line of a note that is too long for the title's line


def plot_height(spec: PlotSpec, width: int) -> int:
    """Return the height in dots that suits a plot of a width."""
    inner = max(0, width - dots(_LEFT + _RIGHT))
    high = min(dots(_HEIGHT), round(0.75 * inner))
    high = max(high, min(round(0.45 * inner), dots(70.0)))
    return high + dots(_TOP + _BOTTOM) + _key_height(spec, inner)


def _key_height(spec: PlotSpec, inner: int) -> int:
    """Return the room below a narrow plot for its key, 0 where the key lies in the plot."""
    words = [s.name for s in spec.series] + [level.text for level in spec.levels]
    count = sum(bool(word) for word in (*words, *(text for _, text in spec.marks)))
    return dots(_KEY_LINE * count + 1.0) if inner < dots(_NARROW) and count > 2 else 0


def draw_plot(sheet: Sheet, spec: PlotSpec, box: Box, letter: str) -> None:
    """Draw a plot, which has something to show, into a box."""
    left, top = box.x + dots(_LEFT), box.y + dots(_TOP)
    width = max(dots(12.0), box.width - dots(_LEFT + _RIGHT))
    key = _key_height(spec, width)
    height = max(dots(10.0), box.height - dots(_TOP + _BOTTOM) - key)
    height = min(height, max(round(0.8 * width), dots(_HEIGHT)))
    strip = min(dots(_STRIP), height // 3) if spec.residuals else 0
    axes = sheet.axes(left, top, width, height - strip)
    _set_scale(axes, spec.x, "x", spec.x_limits(), width)
    _set_scale(axes, spec.y, "y", spec.y_limits(), height - strip)
    for series in spec.series:
        _draw_series(sheet, axes, series)
    _draw_marks(sheet, axes, spec)
    lowest = axes
    if spec.residuals:
        lowest = sheet.axes(left, top + height - strip, width, strip)
        _draw_residuals(sheet, lowest, spec)
        axes.tick_params(labelbottom=False)
    end = sheet.heading(box, left, spec.title, spec.symbol, letter)
    right = left + width
    above = end + sheet.width_of(*pieces(spec.note), points=_KEY_POINTS) + dots(3.0) < right
    below = (left, top + height + dots(_BOTTOM)) if key else None
    _label(sheet, spec, lowest, axes, "" if above else spec.note, below)
    if spec.note and above:
        sheet.words(right, box.y + dots(5.0), spec.note, points=_KEY_POINTS, ha="right")


def _draw_marks(sheet: Sheet, axes: Axes, spec: PlotSpec) -> None:
    look = sheet.look
    level: Any = {"color": look.ink, "lw": 0.6 * look.size, "ls": _LINES["dashed"]}
    for one in spec.levels:
        axes.axhline(one.value, **level, label=mathtext(one.text))
    mark: Any = {"color": look.muted, "lw": 0.5 * look.size, "ls": _LINES["dotted"]}
    for place, words in spec.marks:
        axes.axvline(place, **mark, zorder=1, label=mathtext(words))


def _label(
    sheet: Sheet, spec: PlotSpec, lowest: Axes, axes: Axes, note: str,
    below: tuple[int, int] | None,
) -> None:  # fmt: skip
    """Name the axes, and draw the key under a note: ``below`` the plot, or in it where it fits."""
    font, pad = sheet.font(), 1.5 * sheet.look.size
    lowest.set_xlabel(mathtext(spec.x.title), fontproperties=font, labelpad=pad)
    axes.set_ylabel(mathtext(spec.y.title), fontproperties=font, labelpad=pad)
    for part in {axes, lowest}:
        sheet.style_tick_labels(part)
    handles, names = axes.get_legend_handles_labels()
    if len(handles) > 1 or note:
        font = sheet.font(_KEY_POINTS)
        place: Any = {"loc": "best"}
        if below is not None:
            corner = (below[0] / sheet.width, 1 - below[1] / sheet.height)
            transform = sheet.figure.transFigure
            place = {"loc": "upper left", "bbox_to_anchor": corner, "bbox_transform": transform}
            place["borderaxespad"] = 0.0
        axes.legend(
            handles, names, frameon=False, prop=font, **place, handlelength=1.6,
            labelspacing=0.25, borderpad=0.2, alignment="left", title_fontproperties=font,
            title=mathtext(textwrap.fill(note, _NOTE_LETTERS)) or None,
        )  # fmt: skip


def _set_scale(
    axes: Axes, scale: Scale, which: str, limits: tuple[float, float], length: int
) -> None:
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
        span = limits[1] / limits[0]
        if span < _FEW_DECADES:
            narrow = span < _HALF_DECADE
            locator = MaxNLocator(4) if narrow else LogLocator(subs=(1.0, 2.0, 5.0))
            axis.set_major_locator(locator)
            axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    else:
        axis.set_major_locator(MaxNLocator(_tick_count(length), steps=[1, 2, 2.5, 5, 10]))


def _tick_count(length: int) -> int:
    return 5 if length >= dots(30.0) else 3


def _draw_series(sheet: Sheet, axes: Axes, series: Series) -> None:
    look = sheet.look
    color, label, size = look.color(series.color), mathtext(series.name) or "_", look.size
    if series.look == "bars":
        width = float(series.x[1] - series.x[0]) if len(series.x) > 1 else 1.0
        axes.bar(series.x, series.y, width, color=color, alpha=0.45, lw=0.0, label=label)
        return
    if series.look in _LINES:
        style_: Any = _LINES[series.look]
        pale = series.look == "pale"
        axes.plot(
            series.x, series.y, color=color, lw=(0.4 if pale else 0.8) * size, ls=style_,
            label=label, alpha=0.4 if pale else 1.0,
        )  # fmt: skip
        return
    marker = _MARKERS[series.marker % len(_MARKERS)]
    if series.look == "arrows":
        for k in range(len(series.x) - 1):
            axes.annotate(
                "", (series.x[k + 1], series.y[k + 1]), (series.x[k], series.y[k]),
                arrowprops={
                    "arrowstyle": "->", "color": color, "lw": 0.7 * size, "shrinkA": 1,
                    "shrinkB": 1, "mutation_scale": 10.0 * size,
                },
            )  # fmt: skip
    axes.errorbar(
        series.x, series.y, yerr=series.error, xerr=series.x_error, fmt=marker, ms=2.2 * size,
        color=color, elinewidth=0.6 * size, capsize=0, label=label,
    )  # fmt: skip
    _keep_clear(axes, series)
    if series.hollow is not None and series.hollow.any():
        x, y = series.x[series.hollow], series.y[series.hollow]
        # Above the filled ones, which hold the error bars.
        axes.plot(
            x, y, marker, ms=2.4 * size, mfc=look.ground, mec=color, mew=0.6 * size, label="_",
            zorder=4,
        )  # fmt: skip


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


def _draw_residuals(sheet: Sheet, axes: Axes, spec: PlotSpec) -> None:
    look = sheet.look
    axes.set_xlim(spec.x_limits())
    reach = residual_reach(spec.residuals)
    axes.set_ylim(-reach, reach)
    axes.axhspan(-1.0, 1.0, color=look.faint, lw=0.0, zorder=0)
    axes.axhline(0.0, color=look.ink, lw=sheet.line_points, zorder=1)
    for series in spec.residuals:
        marker = _MARKERS[series.marker % len(_MARKERS)]
        inside = np.clip(series.y, -0.95 * reach, 0.95 * reach)
        axes.plot(series.x, inside, marker, ms=1.8 * look.size, color=look.color(series.color))
    axes.set_yticks([-0.5 * reach, 0.0, 0.5 * reach])
    axes.xaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 2.5, 5, 10]))
    axes.set_ylabel("$\\Delta/\\sigma$", fontproperties=sheet.font(), labelpad=1.5 * look.size)
