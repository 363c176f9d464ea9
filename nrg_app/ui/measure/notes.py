"""Where words in a plot cover least of its data."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF

from nrg_app.figures.plot_spec import Series
from nrg_app.ui.train.axes import NOTE_HEIGHT, Plot

Points = NDArray[np.float64]
_STEP = 4.0  # logical pixels between the points that stand for a line
_MOST = 400  # of these points on one piece of a line
_REACH = 5.0  # of a marker about its point


def data_points(plot: Plot, series: Sequence[Series]) -> Points:
    """Return places (n, 2) in logical pixels that the points, error bars and curves go through."""
    taken = [np.empty((0, 2))]
    for one in series:
        x, y = plot.points(one.x, one.y)
        if one.look == "points":
            taken.append(np.stack([x, y], 1))
            if one.error is not None:
                tops = plot.points(one.x, one.y + one.error)[1]
                bottoms = plot.points(one.x, one.y - one.error)[1]
                shares = np.linspace(0.0, 1.0, 9)[:, None]
                bars = tops + shares * (bottoms - tops)
                taken.append(np.stack([np.broadcast_to(x, bars.shape), bars], -1).reshape(-1, 2))
        else:
            taken.append(_along(x, y))
    points = np.concatenate(taken)
    return points[np.isfinite(points).all(1)]


def _along(x: Points, y: Points) -> Points:
    """Return points every few pixels along a line through (n,) corners."""
    ends = np.stack([x, y], 1)
    ways = np.diff(ends, axis=0)
    lengths = np.abs(ways).max(1, initial=0.0)
    known = np.isfinite(lengths)
    ends, ways = ends[:-1][known], ways[known]
    counts = np.clip(lengths[known] / _STEP + 1, 2, _MOST).astype(int)
    # Which point of its piece every point is.
    number = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
    shares = number / np.repeat(counts - 1, counts)
    return np.repeat(ends, counts, 0) + shares[:, None] * np.repeat(ways, counts, 0)


def clear_place(frame: QRectF, width: float, tops: Sequence[float], taken: Points) -> QRectF:
    """Return the box for a note that covers least: right, left, in the middle or between.

    Args:
        frame: of the axes.
        width: of the note.
        tops: upper edges to choose from, the best first; they are brought into the frame.
        taken: places (n, 2) that are better not covered.
    """
    first, last = frame.left() + 2, max(frame.left() + 2, frame.right() - width - 2)
    lefts = [first + share * (last - first) for share in (1.0, 0.0, 0.5, 0.75, 0.25)]
    boxes = []
    for top in tops:
        inside = min(max(top, frame.top() + 2), frame.bottom() - NOTE_HEIGHT - 1)
        boxes += [QRectF(left, inside, width, NOTE_HEIGHT) for left in lefts]
    return min(boxes, key=lambda box: _covered(box, taken))


def _covered(box: QRectF, taken: Points) -> int:
    wide = box.adjusted(-_REACH, -_REACH, _REACH, _REACH)
    x, y = taken[:, 0], taken[:, 1]
    inside = (x > wide.left()) & (x < wide.right()) & (y > wide.top()) & (y < wide.bottom())
    return int(inside.sum())


def box_points(box: QRectF) -> Points:
    """Return places that stand for a box that is taken."""
    xs = np.linspace(box.left(), box.right(), 12)
    ys = np.linspace(box.top(), box.bottom(), 4)
    return np.stack(np.meshgrid(xs, ys), -1).reshape(-1, 2)
