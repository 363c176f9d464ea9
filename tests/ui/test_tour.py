"""The tour: what it frames, when it comes, its keys, the window beside it."""

from __future__ import annotations

from itertools import product

import pytest
from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from nrg_app.ui.guide.coach import EDGE, FRAME, card_place
from nrg_app.ui.main_window import MainWindow
from nrg_app.ui.preferences import Preferences
from nrg_app.ui.theme import DARK, LIGHT

from .conftest import MakeWindow, take_theme


def part(window: MainWindow, widget) -> QRect:
    return QRect(widget.mapTo(window, QPoint()), widget.size())


def test_it_comes_by_itself_only_once_and_never_unasked(
    window: MainWindow, preferences: Preferences
) -> None:
    tour = window.guide.tour
    assert not tour.is_running()
    window.guide.greet()
    assert tour.is_running()
    assert preferences.tour_seen
    tour.end()
    window.guide.greet()
    assert not tour.is_running()
    window.actions_["tour"].trigger()
    assert tour.is_running()


@pytest.mark.parametrize(("width", "height"), [(1440, 900), (1100, 700), (960, 620)])
def test_every_step_frames_its_widget_and_the_card_lies_beside_it(
    make_window: MakeWindow, width: int, height: int
) -> None:
    window = make_window(width=width, height=height)
    tour = window.guide.tour
    window.guide.start_tour()
    for number in range(5):
        assert tour.step.target.isVisible()
        framed = part(window, tour.step.target) & window.rect()
        assert tour.mark.geometry().contains(framed)
        assert window.rect().contains(tour.card.geometry())
        assert not tour.card.geometry().intersects(framed)
        name = f"Tour, step {number + 1} of 5: {tour.step.title}"
        assert tour.card.accessibleName() == name
        assert tour.card.text.heightForWidth(tour.card.text.width()) <= tour.card.text.height()
        tour.card.next.click()
    assert not tour.is_running()
    assert not tour.mark.isVisible()


def test_keys_turn_the_pages(window: MainWindow) -> None:
    tour, temperature = window.guide.tour, window.session.temperature
    window.guide.start_tour()
    seen = []
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Return, Qt.Key.Key_Left, Qt.Key.Key_Space):
        QTest.keyClick(tour.card.next, key)
        seen.append(tour.step.title)
    assert seen == ["Sample", "Renormalization flow", "Sample", "Renormalization flow"]
    assert window.session.temperature == temperature
    assert not window.session.playing
    QTest.keyClick(tour.card.next, Qt.Key.Key_Escape)
    assert not tour.is_running()


def test_the_window_stays_usable(window: MainWindow) -> None:
    tour, session = window.guide.tour, window.session
    window.guide.start_tour()
    slider = window.sidebar.temperature.slider
    # The frame lies over the slider and lets the mouse through.
    middle = slider.mapTo(window, slider.rect().center())
    assert tour.mark.geometry().contains(middle)
    assert window.childAt(middle) is slider
    window.setFocus()
    temperature = session.temperature
    QTest.keyClick(window, Qt.Key.Key_Right)
    assert session.temperature != temperature
    assert tour.step.title == "Temperature"
    QTest.keyClick(window, Qt.Key.Key_Escape)
    assert not tour.is_running()


def test_it_follows_the_window_and_a_widget_that_hides(window: MainWindow, qtbot: QtBot) -> None:
    tour = window.guide.tour
    window.guide.start_tour()
    tour.move(2)
    window.resize(1200, 760)

    dock = window.explore.dock(window.explore.strip)

    def follows() -> bool:
        framed = part(window, dock).adjusted(-FRAME, -FRAME, FRAME, FRAME)
        return tour.mark.geometry() == framed & window.rect()

    qtbot.waitUntil(follows)
    window.explore.toggle_maximised(window.explore.sample)
    qtbot.waitUntil(lambda: not tour.mark.isVisible())
    assert tour.card.isVisible()
    tour.move(1)
    assert window.explore.strip.isVisible()
    assert tour.mark.isVisible()


def test_it_takes_the_theme(window: MainWindow, qtbot: QtBot) -> None:
    tour = window.guide.tour
    window.guide.start_tour()
    for theme in (LIGHT, DARK):
        take_theme(window, theme, qtbot)
        image = tour.card.grab().toImage()
        assert image.pixelColor(8, 60).name().upper() == theme.raised
        edge = tour.mark.grab().toImage()
        assert edge.pixelColor(2, edge.height() // 2).name().upper() == theme.accent


def test_a_card_never_leaves_the_window_nor_covers_what_it_explains() -> None:
    window, card = QRect(0, 0, 1000, 700), QSize(320, 150)
    room = window.adjusted(EDGE, EDGE, -EDGE, -EDGE)
    for x, y, width, height in product((0, 300, 680), (0, 250, 500), (200, 320), (100, 200)):
        framed = QRect(x, y, width, height)
        place = QRect(card_place(card, framed, window), card)
        assert room.contains(place)
        assert not place.intersects(framed)
    # Where there is no room beside it, the card lies inside.
    assert room.contains(QRect(card_place(card, window, window), card))
    assert room.contains(QRect(card_place(card, QRect(), window), card))


def test_damaged_flags_read_as_absent(preferences: Preferences) -> None:
    for key in ("tour_seen", "reduced_motion"):
        preferences._settings.setValue(key, "perhaps")
    assert preferences.tour_seen is False
    assert preferences.reduced_motion is None
    preferences.tour_seen = True
    assert preferences.tour_seen is True
