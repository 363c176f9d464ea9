"""Methods that Qt calls outlive an error in one of them.

If an exception is pending when PySide 6.10 looks up a method that overrides a virtual one, it
gives up a reference that it does not own (shiboken, ``Sbk_GetPyOverride``). The last one is that of
the class: the method would be freed, and the next call of it would crash the program instead of
reporting the error.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from types import FunctionType

from PySide6.QtCore import QObject, QTimer

_INTERVAL_MS = 2000
_REFERENCES = 100  # each error costs one


class OverrideKeeper(QObject):
    """Holds the methods of the program's Qt classes, also of those that are imported later.

    Args:
        parent: an object that lives as long as the program.
    """

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._kept: dict[type, list[FunctionType]] = {}
        self._modules = 0
        self._timer = QTimer(self)
        self._timer.setInterval(_INTERVAL_MS)
        self._timer.timeout.connect(self.look)
        self._timer.start()
        self.look()

    def look(self) -> None:
        """Hold the methods of classes that are new."""
        if len(sys.modules) == self._modules:
            return
        self._modules = len(sys.modules)
        for kind in _own_classes(QObject):
            if kind not in self._kept:
                methods = [one for one in vars(kind).values() if isinstance(one, FunctionType)]
                self._kept[kind] = methods * _REFERENCES


def _own_classes(kind: type[QObject]) -> Iterator[type[QObject]]:
    for child in kind.__subclasses__():
        if child.__module__.startswith("nrg_app."):
            yield child
        yield from _own_classes(child)
