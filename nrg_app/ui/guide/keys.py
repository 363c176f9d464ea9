"""Keys that belong to a guide while it is on show, before the window's shortcuts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

_PLAIN = (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)


class KeyCatcher(QObject):
    """Calls a slot for some plain keys that reach any of the watched widgets.

    Keys bubble up: a watched window gets those that its focused widget has no use for.
    """

    def __init__(
        self,
        widgets: Iterable[QWidget],
        slots: Mapping[Qt.Key, Callable[[], object]],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._widgets = tuple(widgets)
        self._slots = dict(slots)

    def set_active(self, active: bool) -> None:
        """Start or stop watching."""
        for widget in self._widgets:
            widget.removeEventFilter(self)
            if active:
                widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take the keys: claim them from shortcuts first, act when they are pressed."""
        kind = event.type()
        if kind not in (QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress):
            return False
        if not isinstance(event, QKeyEvent) or event.modifiers() not in _PLAIN:
            return False
        slot = self._slots.get(Qt.Key(event.key()))
        if slot is None:
            return False
        event.accept()
        if kind == QEvent.Type.KeyPress:
            slot()
        return True
