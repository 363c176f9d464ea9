"""Samples per second of every sampler against the lattice side, and the gap of a training."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import NullFormatter, NullLocator

from nrg_app.figures import style
from nrg_app.figures.look import PAPER
from nrg_app.figures.sheet import Sheet, dots

if TYPE_CHECKING:
    from nrg_app.analysis.benchmark import Benchmark, LearningCurve, Method, Speed

_COLORS = {"network": "#0A7568", "metropolis": "#6B7783", "wolff": style.INK}
_MARKERS = {"network": "o", "metropolis": "s", "wolff": "^"}
_LABELS = {"network": "Network", "metropolis": "Metropolis", "wolff": "Wolff"}
_MARKER_POINTS = 3.5
# Left edges and width of the panels in millimetres.
_LEFTS = (19.0, 79.0, 137.0)
_SIDE = 39.0
# A gap is never negative, but its estimate may be.
_SMALLEST_GAP = 1e-6


def benchmark_figure(benchmark: Benchmark) -> Figure:
    """Draw both rates and the gap of a short training on logarithmic axes, 178 mm wide.

    Open symbols: a network that was not trained at this size, or a chain too short for its
    autocorrelation time (an upper bound).
    """
    with style.drawing():
        return _draw(benchmark)


def _draw(benchmark: Benchmark) -> Figure:
    learning = benchmark.learning if benchmark.learning and benchmark.learning.points else None
    lefts = _LEFTS if learning else _LEFTS[:2]
    sheet = Sheet(dots(178.0 if learning else 120.0), dots(64.0))
    plain = _panel(sheet, lefts[0], "lattice side L", "samples per second of one core")
    independent = _panel(sheet, lefts[1], "lattice side L", "independent samples per second")
    trained = {cost.size: cost.trained for cost in benchmark.costs}
    methods: list[Method] = ["network", "metropolis", "wolff"]
    for method in methods:
        speeds = [speed for speed in benchmark.speeds if speed.method == method]
        open_plain = [not trained[s.size] if method == "network" else False for s in speeds]
        _curve(plain, method, [(s.size, s.per_second) for s in speeds], open_plain)
        known = [(s, s.independent_per_second) for s in speeds if s.independent_per_second]
        _curve(
            independent, method, [(s.size, rate) for s, rate in known], [s.bound for s, _ in known]
        )
    rates = [rate for s in benchmark.speeds for rate in (s.per_second, s.independent_per_second)]
    limits = [rate for rate in rates if rate]
    for axes in (plain, independent):
        axes.set_ylim(min(limits) / 2.0, max(limits) * 2.0)
        _ticks(sheet, axes, benchmark.speeds)
    plain.legend(frameon=False, prop=style.text_font(), loc="lower left", handlelength=1.6)
    if learning is not None:
        _draw_learning(sheet, learning)
    for letter, x in zip("abc", lefts, strict=False):
        sheet.letter(dots(x), dots(5.2), letter)
    return sheet.figure


def benchmark_metadata(benchmark: Benchmark) -> dict[str, str]:
    """Title and description of the figure."""
    sizes = ", ".join(str(cost.size) for cost in benchmark.costs)
    return {
        "Title": "Samples per second of the network, Metropolis and Wolff",
        "Description": (
            f"2D Ising model, T = {benchmark.temperature:.6g} J/k_B, L = {sizes}; "
            f"{benchmark.clock}, {benchmark.threads} thread(s), {benchmark.processor}; "
            f"NRG {benchmark.program_version}"
        ),
    }


def _panel(sheet: Sheet, x: float, across: str, up: str) -> Axes:
    axes = sheet.axes(dots(x), dots(7.0), dots(_SIDE), dots(46.0))
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_xlabel(across, fontproperties=style.text_font(), labelpad=2.0)
    axes.set_ylabel(up, fontproperties=style.text_font(), labelpad=2.0)
    axes.grid(True, which="major", color=PAPER.faint, linewidth=style.LINE_POINTS)
    axes.set_axisbelow(True)
    return axes


def _draw_learning(sheet: Sheet, curve: LearningCurve) -> None:
    """The gap against CPU time, with a band of one standard error."""
    axes = _panel(sheet, _LEFTS[2], "CPU seconds of training", f"gap per site, L = {curve.size}")
    seconds = [point.seconds for point in curve.points]
    gaps = [max(point.gap, _SMALLEST_GAP) for point in curve.points]
    errors = [point.gap_error for point in curve.points]
    low = [max(gap - error, _SMALLEST_GAP) for gap, error in zip(gaps, errors, strict=True)]
    high = [gap + error for gap, error in zip(gaps, errors, strict=True)]
    color = _COLORS["network"]
    axes.fill_between(seconds, low, high, color=color, alpha=0.25, linewidth=0.0)
    axes.plot(seconds, gaps, color=color, linewidth=1.0, marker="o", markersize=1.5)
    axes.set_xlim(min(seconds) / 1.25, max(seconds) * 1.25)
    axes.set_ylim(min(gaps) / 2.0, max(gaps) * 2.0)
    for axis, limits in ((axes.xaxis, axes.get_xlim()), (axes.yaxis, axes.get_ylim())):
        places = _steps(*limits)
        axis.set_ticks(places, labels=[f"{value:g}" for value in places])
        axis.set_minor_locator(NullLocator())
    sheet.style_tick_labels(axes)


def _steps(low: float, high: float) -> list[float]:
    """Powers of ten within the limits, with 2 and 5 between them if they are few."""
    fine = high < 300.0 * low
    factors = (1.0, 2.0, 5.0) if fine else (1.0,)
    values = [float(f"{factor}e{power}") for power in range(-9, 10) for factor in factors]
    return [value for value in values if low <= value <= high]


def _curve(
    axes: Axes, method: Method, points: list[tuple[int, float]], is_open: list[bool]
) -> None:
    color, marker = _COLORS[method], _MARKERS[method]
    x, y = [size for size, _ in points], [rate for _, rate in points]
    axes.plot(
        x, y, color=color, marker=marker, markersize=_MARKER_POINTS, linewidth=1.0,
        label=_LABELS[method],
    )  # fmt: skip
    hollow = [point for point, flag in zip(points, is_open, strict=True) if flag]
    axes.plot(
        [size for size, _ in hollow], [rate for _, rate in hollow], color=color, marker=marker,
        markersize=_MARKER_POINTS, linestyle="none", markerfacecolor="white",
    )  # fmt: skip


def _ticks(sheet: Sheet, axes: Axes, speeds: tuple[Speed, ...]) -> None:
    sizes = sorted({speed.size for speed in speeds})
    axes.set_xlim(sizes[0] / 1.25, sizes[-1] * 1.25)
    axes.set_xticks(sizes, labels=[str(size) for size in sizes])
    axes.xaxis.set_minor_locator(NullLocator())
    low, high = axes.get_ylim()
    decades = [10.0**k for k in range(-3, 10) if low <= 10.0**k <= high]
    axes.set_yticks(decades, labels=[_power(value) for value in decades])
    axes.yaxis.set_minor_formatter(NullFormatter())
    sheet.style_tick_labels(axes)


def _power(value: float) -> str:
    return f"{value:,.0f}" if value >= 1.0 else f"{value:g}"
