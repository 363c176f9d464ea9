"""Work in small pieces, so that the window answers in between."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from PySide6.QtCore import QObject, QTimer


def in_turns(owner: QObject, work: Iterator[None], done: Callable[[], None], wait: int = 0) -> None:
    """Do every piece of some work in a round of the event loop of its own.

    Args:
        owner: nothing more is done once it is gone.
        work: yields between two pieces; the first one is done at once.
        done: is called after the last one.
        wait: milliseconds from one piece to the next.
    """

    def go_on() -> None:
        try:
            next(work)
        except StopIteration:
            done()
        else:
            QTimer.singleShot(wait, owner, go_on)

    go_on()
