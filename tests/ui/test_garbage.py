"""Garbage is collected by the thread of the window alone."""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from nrg_app.ui.garbage import GarbageCollector


@pytest.fixture
def collector(qtbot: QtBot) -> Iterator[GarbageCollector]:
    gc.collect()
    owner = QObject()
    yield GarbageCollector(owner)
    gc.enable()


class Loop:
    """Refers to itself, and notes the thread that destroys it."""

    ends: list[int]

    def __init__(self, ends: list[int]) -> None:
        self.me = self
        self.ends = ends

    def __del__(self) -> None:
        self.ends.append(threading.get_ident())


def allocate() -> list[list[int]]:
    return [[n] for n in range(20 * gc.get_threshold()[0])]


def test_a_thread_that_allocates_destroys_nothing(collector: GarbageCollector) -> None:
    ends: list[int] = []
    Loop(ends)
    thread = threading.Thread(target=allocate)
    thread.start()
    thread.join()
    assert ends == []
    kept = allocate()
    collector.collect()
    assert ends == [threading.get_ident()]
    assert kept


def test_nothing_is_collected_before_it_is_due(collector: GarbageCollector) -> None:
    gc.collect()
    ends: list[int] = []
    Loop(ends)
    collector.collect()
    assert ends == []
    gc.collect()
    assert ends == [threading.get_ident()]
