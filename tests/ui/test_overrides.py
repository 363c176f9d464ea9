"""An error in a method that Qt calls does not free another one."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QApplication, QWidget
from shiboken6 import delete

from nrg_app.ui.overrides import OverrideKeeper


class Failing(QWidget):
    """Fails once when it takes a size."""

    failed = False

    def resizeEvent(self, event: QResizeEvent) -> None:
        if not self.failed:
            self.failed = True
            raise KeyError("plot2")


class Sound(QWidget):
    """Notes how often it takes a size."""

    sizes = 0

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.sizes += 1


# As if they were the program's.
Failing.__module__ = Sound.__module__ = "nrg_app.ui.tests"


@pytest.fixture
def keeper(qapp: QApplication) -> Iterator[OverrideKeeper]:
    keeper = OverrideKeeper(qapp)
    yield keeper
    delete(keeper)


def fail_among(count: int) -> list[Sound]:
    """Let a window take its size while one of its parts fails; the others come after it."""
    window = QWidget()
    failing = Failing(window)
    sound = [Sound(window) for _ in range(count)]
    failing.resize(10, 10)
    for number, widget in enumerate(sound, 20):
        widget.resize(number, 20)
    window.grab()
    assert failing.failed
    assert window.children()[1:] == sound
    return sound


@pytest.mark.qt_no_exception_capture
def test_methods_outlive_errors(keeper: OverrideKeeper) -> None:
    method = vars(Sound)["resizeEvent"]
    before = sys.getrefcount(method)
    for _ in range(3):
        fail_among(5)
    lost = before - sys.getrefcount(method)
    # One for each error in the releases with the fault, none in others; far from all.
    assert 0 <= lost <= 3
    assert before > 100
    assert sum(widget.sizes for widget in fail_among(5)) >= 4


def test_classes_that_come_later_are_held_too(
    keeper: OverrideKeeper, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Later(QWidget):
        def resizeEvent(self, event: QResizeEvent) -> None:
            pass

    Later.__module__ = "nrg_app.ui.later"
    method = vars(Later)["resizeEvent"]
    assert sys.getrefcount(method) < 10
    monkeypatch.setitem(sys.modules, "nrg_app.ui.later", sys)
    keeper.look()
    assert sys.getrefcount(method) > 100
