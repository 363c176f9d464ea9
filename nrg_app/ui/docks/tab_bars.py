"""The tab bars that Qt makes for docks at the same place."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QMainWindow, QTabBar

from nrg_app.ui.panels.controls import claims_key

_AROUND = 28  # pixels of a tab beside its words, with the usual padding
_KEYS = (Qt.Key.Key_Left, Qt.Key.Key_Right)


class TabBars(QObject):
    """Makes the tab bars of a window of docks like its other controls.

    Qt makes and keeps them as it needs them: call :meth:`prepare` when docks have moved.
    """

    def __init__(self, window: QMainWindow) -> None:
        super().__init__(window)
        self._window = window

    def _bars(self) -> list[QTabBar]:
        direct = Qt.FindChildOption.FindDirectChildrenOnly
        return self._window.findChildren(QTabBar, options=direct)

    def height(self) -> int:
        """Return how much of a shared place the tabs take."""
        return max((bar.sizeHint().height() for bar in self._bars()), default=0)

    def prepare(self) -> None:
        """Give the bars names, room for their words, and keys before the window's shortcuts."""
        for bar in self._bars():
            names = [bar.tabText(number) for number in range(bar.count())]
            bar.setAccessibleName(f"Tabs {', '.join(names)}")
            # Qt keeps one that it does not need beyond the edge.
            focus = Qt.FocusPolicy.TabFocus if names else Qt.FocusPolicy.NoFocus
            bar.setFocusPolicy(focus)
            bar.setDrawBase(False)
            bar.installEventFilter(self)
            self._fit(bar)

    @staticmethod
    def _fit(bar: QTabBar) -> None:
        """Take less padding where the words would be cut."""
        advance = bar.fontMetrics().horizontalAdvance
        need = sum(advance(bar.tabText(number)) + _AROUND for number in range(bar.count()))
        tight = need > bar.width()
        if bar.property("tight") != tight:
            bar.setProperty("tight", tight)
            bar.style().unpolish(bar)
            bar.style().polish(bar)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keep the keys that go from tab to tab from the window's shortcuts; fit a new width."""
        if event.type() == QEvent.Type.Resize and isinstance(watched, QTabBar):
            self._fit(watched)
        return claims_key(event, _KEYS)
