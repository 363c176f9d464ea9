"""Nothing is cut off or covered: in small windows, with large letters, on every page."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, QRect
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractScrollArea,
    QAbstractSlider,
    QAbstractSpinBox,
    QComboBox,
    QWidget,
)

from nrg_app.ui import fonts
from nrg_app.ui.main_window import MainWindow

from .conftest import MakeWindow
from .test_accessibility import PAGES, show

SIZES = ((1100, 700), (1440, 900), (1920, 1080))


@pytest.fixture(params=[100, 130])
def percent(request: pytest.FixtureRequest) -> Iterator[int]:
    fonts.load()
    before = fonts.percent()
    fonts.set_percent(request.param)
    yield request.param
    fonts.set_percent(before)


def shown(window: MainWindow) -> list[QWidget]:
    kinds = (QAbstractButton, QAbstractSpinBox, QComboBox, QAbstractSlider)
    found = [w for kind in kinds for w in window.findChildren(kind)]
    return [w for w in found if w.isVisible() and not w.visibleRegion().isEmpty()]


def place(widget: QWidget, window: MainWindow) -> QRect:
    return QRect(widget.mapTo(window, QPoint(0, 0)), widget.size())


def scroller(widget: QWidget) -> QWidget | None:
    """Return the scroll area that a widget lies in."""
    above = widget.parentWidget()
    while above is not None and not isinstance(above, QAbstractScrollArea):
        above = above.parentWidget()
    return above


@pytest.mark.parametrize("size", SIZES)
def test_controls_have_room(make_window: MakeWindow, percent: int, size: tuple[int, int]) -> None:
    window = make_window(width=size[0], height=size[1])
    for workspace, page in PAGES:
        show(window, workspace, page)
        where = f"{workspace} {page}".strip()
        controls = shown(window)
        narrow = [
            (where, w.accessibleName(), w.width(), w.sizeHint().width())
            for w in controls
            if isinstance(w, QAbstractButton) and w.text() and w.width() < w.sizeHint().width()
        ]
        assert narrow == []
        outside = [
            (where, w.accessibleName())
            for w in controls
            if scroller(w) is None and not window.rect().contains(place(w, window))
        ]
        assert outside == []
        covered = [
            (where, one.accessibleName(), other.accessibleName())
            for number, one in enumerate(controls)
            for other in controls[number + 1 :]
            if scroller(one) is scroller(other)
            and not (one.isAncestorOf(other) or other.isAncestorOf(one))
            and place(one, window).intersects(place(other, window))
        ]
        assert covered == []
