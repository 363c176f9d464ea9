from __future__ import annotations

from itertools import combinations

import pytest
from PySide6.QtCore import QRect

from nrg_app.ui.explore import GAP, arrange
from nrg_app.ui.main_window import MainWindow

from .conftest import MakeWindow

SIZES = [(1168, 826), (868, 626), (728, 546), (1648, 1006), (2288, 1366), (1168, 626)]


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_panels_lie_apart_within_the_workspace(width: int, height: int) -> None:
    places = arrange(width, height)
    rectangles = [places.sample, places.samples, places.strip]
    rectangles.append(places.tabs if places.tabs else places.observables)
    bounds = QRect(0, 0, width, height).adjusted(GAP, GAP, -GAP, -GAP)
    assert all(bounds.contains(rectangle) for rectangle in rectangles)
    assert not any(a.intersects(b) for a, b in combinations(rectangles, 2))


def test_the_design_size_gives_the_sizes_of_the_design() -> None:
    places = arrange(1168, 826)
    assert (places.sample.width(), places.sample.height()) == (402, 442)
    assert places.samples.width() == 376
    assert places.observables.width() == 358
    assert places.strip.height() == 360
    assert places.tabs is None


def test_little_width_puts_two_panels_into_tabs(make_window: MakeWindow) -> None:
    window = make_window(width=960, height=620)
    explore = window.explore
    assert explore.tabs.isVisible()
    assert explore.samples.isVisible()
    assert not explore.observables.isVisible()
    explore.tabs.button("observables").click()
    assert explore.observables.isVisible()
    assert not explore.samples.isVisible()


def test_a_panel_fills_the_workspace_and_goes_back(window: MainWindow) -> None:
    explore = window.explore
    before = explore.strip.geometry()
    explore.strip.maximise_requested.emit()
    assert not explore.sample.isVisible()
    assert explore.strip.width() == explore.width() - 2 * GAP
    assert explore.strip.height() == explore.height() - 2 * GAP
    explore.strip.maximise_requested.emit()
    assert explore.sample.isVisible()
    assert explore.strip.geometry() == before
