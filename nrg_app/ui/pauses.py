"""Several short pauses of the window instead of a long one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

from nrg_app.ui.turns import in_turns

_UPDATE_MS = 8  # a little more than Qt waits before it paints what has changed


def paint_later(*widgets: QWidget) -> None:
    """Let widgets that change now be painted in other rounds of the event loop, one in each."""
    for widget in widgets:
        widget.setUpdatesEnabled(False)
    if widgets:
        in_turns(widgets[0].window(), _enable(widgets), lambda: None, _UPDATE_MS)


def _enable(widgets: Sequence[QWidget]) -> Iterator[None]:
    for widget in widgets:
        yield
        if isValid(widget):
            widget.setUpdatesEnabled(True)
