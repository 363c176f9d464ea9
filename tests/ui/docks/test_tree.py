"""Rectangles as rows and columns."""

from __future__ import annotations

from itertools import pairwise

import pytest
from PySide6.QtCore import QRect

from nrg_app.ui.docks.areas import GAP, divided, mapped, spread
from nrg_app.ui.docks.tree import Box, Split, Tabs, decompose


def test_the_places_of_explore_are_a_row_above_a_strip() -> None:
    boxes: dict[str, Box] = {
        "sample": (0, 0, 402, 442),
        "samples": (410, 0, 376, 442),
        "observables": (794, 0, 358, 442),
        "strip": (0, 450, 1152, 360),
    }
    row = Split("row", tuple(Tabs((name,)) for name in ("sample", "samples", "observables")))
    assert decompose(boxes, 3) == Split("column", (row, Tabs(("strip",))))


def test_equal_boxes_are_tabs() -> None:
    boxes: dict[str, Box] = {"a": (0, 0, 5, 9), "b": (6, 0, 5, 9), "c": (6, 0.5, 5, 8.5)}
    assert decompose(boxes, 1) == Split("row", (Tabs(("a",)), Tabs(("b", "c"))))


def test_a_hole_does_not_matter() -> None:
    boxes: dict[str, Box] = {"a": (0, 0, 3, 3), "b": (7, 0, 3, 3)}
    assert decompose(boxes, 0.1) == Split("row", (Tabs(("a",)), Tabs(("b",))))


@pytest.mark.parametrize(
    "boxes",
    [
        {"a": (0, 0, 6, 6), "b": (3, 3, 6, 6)},
        # A pinwheel: no straight line goes through.
        {
            "a": (0, 0, 6, 3),
            "b": (6, 0, 3, 6),
            "c": (3, 6, 6, 3),
            "d": (0, 3, 3, 6),
            "e": (3, 3, 3, 3),
        },
    ],
)
def test_boxes_that_overlap_or_interlock_are_no_tree(boxes: dict[str, Box]) -> None:
    assert decompose(boxes, 0.1) is None


@pytest.mark.parametrize("side", ["left", "right", "top", "bottom"])
def test_a_third_and_the_rest_fill_a_rectangle(side: str) -> None:
    whole = QRect(10, 20, 638, 338)
    part, rest = divided(whole, side)
    assert part.united(rest) == whole
    assert not part.adjusted(1 - GAP, 1 - GAP, GAP - 1, GAP - 1).intersects(rest)
    assert mapped(whole, whole, rest) == rest


def test_parts_are_spread_over_a_length() -> None:
    cells = spread(5, 1000, 3)
    assert cells[0][0] == 5
    assert cells[-1][0] + cells[-1][1] == 1005
    assert all(a + length + GAP == b for (a, length), (b, _) in pairwise(cells))
