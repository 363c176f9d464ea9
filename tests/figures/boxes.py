"""Where the words of a figure are."""

from __future__ import annotations

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.transforms import Bbox


def texts(figure: Figure) -> list[tuple[str, Bbox]]:
    """Return all words that are seen, with their boxes in pixels."""
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    renderer = canvas.get_renderer()
    outside = _outside(figure)
    shown = [
        text
        for text in figure.findobj(Text)
        if text.get_visible() and text.get_text() and text not in outside
    ]
    return [(t.get_text(), t.get_window_extent(renderer)) for t in shown]


def _outside(figure: Figure) -> set[Text]:
    """Return labels of ticks beyond the ends of their axis, which are never drawn."""
    found = set()
    for axes in figure.axes:
        for axis in (axes.xaxis, axes.yaxis):
            low, high = sorted(axis.get_view_interval())
            room = 1e-9 * (high - low)
            ticks = (*axis.get_major_ticks(), *axis.get_minor_ticks())
            far = (tick for tick in ticks if not low - room <= tick.get_loc() <= high + room)
            found |= {label for tick in far for label in (tick.label1, tick.label2)}
    return found
