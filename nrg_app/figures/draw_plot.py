"""A plot in a box of a sheet: axes, curves, points with error bars, a strip of residuals."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import LogLocator, MaxNLocator, NullFormatter, NullLocator

from nrg_app.figures.markup import mathtext
from nrg_app.figures.plot_spec import PlotSpec, Scale, Series, residual_reach
from nrg_app.figures.sheet import Box, Sheet, dots

_MARKERS = "os^Dv"
_LINES = {"line": "-", "dashed": (0, (4, 2)), "dotted": (0, (1, 1.6)), "pale": "-"}
_HEIGHT, _STRIP = 42.0, 11.0  # millimetres of a plot and of the strip of its residuals
_LEFT, _RIGHT, _TOP, _BOTTOM, _NOTE = 14.5, 3.2, 7.0, 9.5, 3.6
_LEGEND_POINTS = 6.0


def plot_height(spec: PlotSpec, width: int) -> int:
    """Return the height in dots that suits a plot of a width."""
    inner = width - dots(_LEFT + _RIGHT)
    high = min(dots(_HEIGHT), round(0.75 * inner))
    high = max(high, min(round(0.45 * inner), dots(70.0)))
    return high + dots(_TOP + _BOTTOM + (_NOTE if spec.note else 0.0))


def draw_plot(sheet: Sheet, spec: PlotSpec, box: Box, letter: str) -> None:
    """Draw a plot, which has something to show, into a box."""
    left, top = box.x + dots(_LEFT), box.y + dots(_TOP)
    width = max(dots(12.0), box.width - dots(_LEFT + _RIGHT))
    bottom = dots(_BOTTOM + (_NOTE if spec.note else 0.0))
    height = max(dots(10.0), box.height - dots(_TOP) - bottom)
    strip = min(dots(_STRIP), height // 3) if spec.residuals else 0
    axes = sheet.axes(left, top, width, height - strip)
    _set_scale(axes, spec.x, "x", spec.x_limits(), width)
    _set_scale(axes, spec.y, "y", spec.y_limits(), height - strip)
    _draw_marks(sheet, axes, spec)
    for series in spec.series:
        _draw_series(sheet, axes, series)
    lowest = axes
    if spec.residuals:
        lowest = sheet.axes(left, top + height - strip, width, strip)
        _draw_residuals(sheet, lowest, spec)
        axes.tick_params(labelbottom=False)
    _label(sheet, spec, lowest, axes)
    sheet.heading(box, left, spec.title, spec.symbol, letter)
    if spec.note:
        sheet.words(left, box.y + box.height - dots(0.8), spec.note, points=_LEGEND_POINTS)


def _draw_marks(sheet: Sheet, axes: Axes, spec: PlotSpec) -> None:
    look = sheet.look
    for level in spec.levels:
        axes.axhline(level.value, color=look.ink, lw=0.6 * look.size, ls=_LINES["dashed"], zorder=1)
    for place, _ in spec.marks:
        axes.axvline(place, color=look.muted, lw=0.5 * look.size, ls=_LINES["dotted"], zorder=1)


def _label(sheet: Sheet, spec: PlotSpec, lowest: Axes, axes: Axes) -> None:
    font, pad = sheet.font(), 1.5 * sheet.look.size
    lowest.set_xlabel(mathtext(spec.x.title), fontproperties=font, labelpad=pad)
    axes.set_ylabel(mathtext(spec.y.title), fontproperties=font, labelpad=pad)
    for part in {axes, lowest}:
        sheet.style_tick_labels(part)
    handles, names = axes.get_legend_handles_labels()
    if len(handles) > 1:
        axes.legend(
            handles, names, frameon=False, prop=sheet.font(_LEGEND_POINTS), loc="best",
            handlelength=1.6, labelspacing=0.25, borderpad=0.2,
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
    if series.hollow is not None and series.hollow.any():
        x, y = series.x[series.hollow], series.y[series.hollow]
        # Above the filled ones, which hold the error bars.
        axes.plot(
            x, y, marker, ms=2.4 * size, mfc=look.ground, mec=color, mew=0.6 * size, label="_",
            zorder=4,
        )  # fmt: skip


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
