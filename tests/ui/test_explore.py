from __future__ import annotations

from itertools import combinations

import pytest
from PySide6.QtCore import QRect
from PySide6.QtWidgets import QTabBar

from nrg_app.ui.docks.areas import GAP
from nrg_app.ui.explore import arrange
from nrg_app.ui.main_window import MainWindow

from .conftest import MakeWindow

SIZES = [(1168, 826), (868, 626), (728, 546), (1648, 1006), (2288, 1366), (1168, 626)]


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_panels_lie_apart_within_the_workspace(width: int, height: int) -> None:
    places = arrange(width, height)
    rectangles = [places.sample, places.samples, places.strip]
    if places.observables != places.samples:
        rectangles.append(places.observables)
    bounds = QRect(0, 0, width, height).adjusted(GAP, GAP, -GAP, -GAP)
    assert all(bounds.contains(rectangle) for rectangle in rectangles)
    assert not any(a.intersects(b) for a, b in combinations(rectangles, 2))


def test_the_design_size_gives_the_sizes_of_the_design() -> None:
    places = arrange(1168, 826)
    assert (places.sample.width(), places.sample.height()) == (402, 442)
    assert places.samples.width() == 376
    assert places.observables.width() == 358
    assert places.strip.height() == 360


def test_little_width_puts_two_panels_into_tabs(make_window: MakeWindow) -> None:
    window = make_window(width=960, height=620)
    explore = window.explore
    (tabs,) = (bar for bar in explore.space.findChildren(QTabBar) if bar.isVisible())
    assert [tabs.tabText(k) for k in range(2)] == ["Independent samples", "Observables"]
    assert explore.samples.isVisible()
    assert not explore.observables.isVisible()
    tabs.setCurrentIndex(1)
    assert explore.observables.isVisible()
    assert not explore.samples.isVisible()
    assert window.workspaces.layout_state().tab == "observables"


def test_a_panel_fills_the_workspace_and_goes_back(window: MainWindow) -> None:
    explore = window.explore
    strip = explore.dock(explore.strip)
    before = strip.geometry()
    explore.strip.maximise_requested.emit()
    assert not explore.sample.isVisible()
    assert strip.width() == explore.width() - 2 * GAP
    assert strip.height() == explore.height() - 2 * GAP
    explore.strip.maximise_requested.emit()
    assert explore.sample.isVisible()
    assert strip.geometry() == before
