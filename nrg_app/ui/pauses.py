"""Two short pauses of the window instead of a long one."""

from __future__ import annotations

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget


def paint_later(widget: QWidget) -> None:
    """Let a widget that changes now be painted in another round of the event loop."""
    widget.setUpdatesEnabled(False)
    QTimer.singleShot(0, widget, lambda: widget.setUpdatesEnabled(True))


def polish(widget: QWidget) -> None:
    """Style a widget and all in it before it is shown, which then is quicker."""
    for part in (widget, *widget.findChildren(QWidget)):
        part.ensurePolished()
