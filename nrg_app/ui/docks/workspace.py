"""A workspace of docks: the base of every workspace of the window."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from nrg_app.ui.docks.areas import GAP, Entry, by_area
from nrg_app.ui.docks.dock import Dock
from nrg_app.ui.docks.space import DockSpace
from nrg_app.ui.figure_source import OF_DOCKS
from nrg_app.ui.panels.base import Panel
from nrg_app.ui.theme import Theme
from nrg_app.ui.themed import Themed


class DockedWorkspace(Themed):
    """Panels as docks on the ground of the window.

    A subclass makes its panels and gives them to :meth:`set_panels`; it overrides
    :meth:`default_places` where columns and rows will not do.
    """

    layout_changed = Signal()

    def __init__(self, name: str, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self.setAccessibleName(name)
        self._entries: tuple[Entry, ...] = ()

    def set_panels(self, entries: Sequence[Entry]) -> None:
        """Make docks of the panels, once, in reading order."""
        for _ in self.take_panels(entries):
            pass

    def take_panels(self, entries: Sequence[Entry]) -> Iterator[None]:
        """Make docks of the panels in pieces, so that the window can answer in between."""
        self._entries = tuple(entries)
        self.space = DockSpace(self._inner_places, self)
        self.space.changed.connect(self.layout_changed)
        for entry in entries:
            self.space.add(entry.name, entry.panel)
            yield

    def is_complete(self) -> bool:
        """Return whether every panel has its dock."""
        return len(self.space.docks) == len(self._entries)

    @property
    def panels(self) -> tuple[Panel, ...]:
        """All panels, in reading order."""
        return tuple(entry.panel for entry in self._entries)

    def name_of(self, panel: QWidget) -> str:
        """Return the name of a panel in layouts; ``KeyError`` for another widget."""
        return {entry.panel: entry.name for entry in self._entries}[panel]  # type: ignore[index]

    def default_places(self, width: int, height: int) -> dict[str, QRect]:
        """Return where panels are docked in a workspace of this size, with gaps all around."""
        return by_area(self._entries, width, height)

    def _inner_places(self, size: QSize) -> dict[str, QRect]:
        places = self.default_places(size.width() + 2 * GAP, size.height() + 2 * GAP)
        return {name: place.translated(-GAP, -GAP) for name, place in places.items()}

    def dock(self, panel: QWidget) -> Dock:
        """Return what surrounds a panel and its header."""
        return self.space.docks[self.name_of(panel)]

    def figure_of(self, name: str) -> str:
        """Return the name in figures of what a panel shows, "" if it shows nothing of its own."""
        return OF_DOCKS.get(name, "")

    def reveal(self, panel: QWidget) -> None:
        """Bring a panel in sight."""
        self.space.reveal(self.name_of(panel))

    def toggle_maximised(self, panel: QWidget) -> None:
        """Give a panel the whole workspace, or put everything back."""
        self.space.toggle_maximised(self.name_of(panel))

    def restore(self) -> None:
        """Put a maximised panel back."""
        self.space.maximised = ""

    def reset_places(self) -> None:
        """Put every panel back to its default place."""
        self.space.reset()

    def place_again(self) -> None:
        """Ask for the default places anew, after what they depend on has changed."""
        self.space.apply()

    def sizeHint(self) -> QSize:
        """Return the size in the design."""
        return QSize(1168, 826)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the docks all but a gap around them."""
        self.space.setGeometry(self.rect().adjusted(GAP, GAP, -GAP, -GAP))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the ground."""
        QPainter(self).fillRect(self.rect(), QColor(self.theme.window))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Put a maximised panel back with Escape."""
        if event.key() == Qt.Key.Key_Escape and self.space.maximised:
            self.restore()
        else:
            super().keyPressEvent(event)
