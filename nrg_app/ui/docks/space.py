"""The docks of one workspace, placed by rectangles."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QEvent, QRect, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QApplication, QMainWindow, QTabWidget, QWidget

from nrg_app.session.layout import Arrangement, PanelPlace
from nrg_app.ui.docks.areas import divided, mapped
from nrg_app.ui.docks.building import ACROSS, DOWN, divide
from nrg_app.ui.docks.dock import Dock
from nrg_app.ui.docks.shares import Places, as_tree, is_sound, recorded, rectangles, spread_out
from nrg_app.ui.docks.tab_bars import TabBars
from nrg_app.ui.docks.tree import Node, groups
from nrg_app.ui.panels.base import Panel
from nrg_app.ui.theme import Theme

_DRAG_MS = 50
_HOME, _ASIDE = Qt.DockWidgetArea.LeftDockWidgetArea, Qt.DockWidgetArea.RightDockWidgetArea


class DockSpace(QMainWindow):
    """A main window of docks alone, which lies in a workspace like any other widget.

    Its docks follow ``default`` until the user changes something, and the user's places, in
    proportion, from then on. ``changed`` tells that another panel is on show, in front or
    maximised; ``menu_requested`` carries a panel's name and a point of the desktop.

    Args:
        default: the rectangles for a size of this widget.
    """

    changed = Signal()
    menu_requested = Signal(str, object)

    def __init__(self, default: Callable[[QSize], Places], parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowFlags(Qt.WindowType.Widget)
        options = QMainWindow.DockOption
        self.setDockOptions(options.AllowNestedDocks | options.AllowTabbedDocks)
        every = Qt.DockWidgetArea.AllDockWidgetAreas
        self.setTabPosition(every, QTabWidget.TabPosition.North)
        self.setDocumentMode(True)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        self._default = default
        self._own: Arrangement = ()
        self._fronts: list[str] = []
        self._maximised = ""
        self._built: Node | None = None
        self._known: dict[str, QRect | str] = {}
        self._sizes: dict[str, QRect] = {}
        self._ways_back: dict[str, tuple[Node | None, Arrangement]] = {}
        self._busy = False
        self._bars = TabBars(self)
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.timeout.connect(self._look)
        self.docks: dict[str, Dock] = {}

    def add(self, name: str, panel: Panel) -> None:
        """Make a dock of a panel; they come in reading order."""
        dock = Dock(name, panel, self)
        for signal in (dock.topLevelChanged, dock.dockLocationChanged, dock.closed):
            signal.connect(self._note)
        dock.double_clicked.connect(partial(self._double_clicked, name))
        dock.visibilityChanged.connect(partial(self._visibility_changed, name))
        dock.menu_requested.connect(partial(self.menu_requested.emit, name))
        self.docks[name] = dock
        self.addDockWidget(_ASIDE, dock)

    def set_theme(self, theme: Theme) -> None:
        """Repaint every panel in another theme."""
        for dock in self.docks.values():
            dock.set_theme(theme)

    # -- what is on show ------------------------------------------------------------------

    def is_shown(self, name: str) -> bool:
        """Return whether a panel is docked or floats, even behind a tab or a maximised one."""
        states = {place.panel: place.state for place in self._own}
        if states:
            return states[name] != "hidden"
        return name in self._default(self.size())

    def in_front(self, names: Iterable[str]) -> str:
        """Return which of some tabs lies before the others."""
        chosen = [name for name in self._fronts if name in names]
        return chosen[-1] if chosen else next(iter(names))

    def places(self) -> Arrangement:
        """Return the user's places, () if the default ones are in use."""
        return tuple(map(self._completed, self._own))

    def _completed(self, place: PanelPlace) -> PanelPlace:
        """Return a place with what the user changes without moving docks."""
        if place.state == "floating":
            box = self.docks[place.panel].geometry()
            sides = (box.x(), box.y(), box.width(), box.height())
            return PanelPlace(place.panel, *sides, "floating")
        spot = (place.x, place.y, place.width, place.height)
        same = [p.panel for p in self._own if (p.x, p.y, p.width, p.height) == spot]
        return replace(place, front=self.in_front(same) == place.panel)

    def set_places(self, places: Arrangement) -> None:
        """Use places of :meth:`places`; any that do not fit the panels give the default ones."""
        self._own = places if is_sound(places, self.docks) else ()
        self._maximised = ""
        for place in self._own:
            if place.state == "docked" and place.front:
                self.bring_forward(place.panel)
        floating = {place.panel: place for place in self._own if place.state == "floating"}
        with self._quietly():
            for name, dock in self.docks.items():
                if name in floating:
                    dock.float_at(floating[name])
                    dock.setVisible(self.isVisible())
                else:
                    dock.setFloating(False)
        self.apply()
        self.changed.emit()

    def reset(self) -> None:
        """Use the default places, with the first one of all tabs in front."""
        self._fronts.clear()
        self.set_places(())

    # -- what the user does ---------------------------------------------------------------

    @property
    def maximised(self) -> str:
        """The panel that fills the workspace, "" for none."""
        return self._maximised

    @maximised.setter
    def maximised(self, name: str) -> None:
        if name == self._maximised or (name and name not in self.docks):
            return
        if name:
            self.reveal(name)
        self._maximised = name
        self.apply()
        self.changed.emit()

    def toggle_maximised(self, name: str) -> None:
        """Give a panel the whole workspace, or put everything back."""
        self.maximised = "" if self._maximised == name else name

    def reveal(self, name: str) -> None:
        """Bring a panel in sight: docked or floating, before its tabs, no other one maximised."""
        if self._maximised != name:
            self.maximised = ""
        self.set_shown(name, True)
        self.bring_forward(name)
        self.changed.emit()

    def set_shown(self, name: str, shown: bool) -> None:
        """Show a panel again, where Qt remembers it, or hide it."""
        if shown != self.is_shown(name):
            self._change(name, lambda dock: dock.setVisible(shown), back=shown)

    def toggle_floating(self, name: str) -> None:
        """Make a window of a panel, or dock it again."""
        self.set_shown(name, True)
        self.bring_forward(name)  # behind a tab it lies beyond the edge, as its window would
        floating = self.docks[name].isFloating()
        self._change(name, lambda dock: dock.setFloating(not floating), back=floating)

    def _change(self, name: str, do: Callable[[Dock], object], *, back: bool) -> None:
        """Let Qt take a dock out or put it back, and keep the sizes of the others.

        If nothing else has changed meanwhile, putting it back restores the places before.
        """
        self.maximised = ""
        state = self._ways_back.pop(name, None)
        if back and state is not None and state[0] == self._built:
            with self._quietly():
                do(self.docks[name])
            self.bring_forward(name)
            self.set_places(state[1])
            return
        with self._quietly():
            do(self.docks[name])
            self._resize(self._sizes)
            self._raise_fronts(rectangles(self._read()))
        self.bring_forward(name)
        self._take_over()

    def move_to(self, name: str, side: str) -> None:
        """Dock a panel along the "left", "right", "top" or "bottom" of the workspace."""
        whole = self.rect()
        part, rest = divided(whole, side)
        others = self._docked_others(name)
        places = {other: mapped(place, whole, rest) for other, place in others.items()}
        self._rearrange({**places, name: part if others else whole})

    def tab_with(self, name: str, other: str) -> None:
        """Put a panel before another docked one, at the same place."""
        others = self._docked_others(name)
        self._rearrange({**others, name: others[other]})

    def _docked_others(self, name: str) -> dict[str, QRect]:
        self.maximised = ""
        with self._quietly():
            self.docks[name].setFloating(False)
        self.bring_forward(name)
        return {other: place for other, place in rectangles(self._known).items() if other != name}

    def _rearrange(self, places: dict[str, QRect]) -> None:
        """Dock panels anew and fill the room that is left between them."""
        self._own = recorded({**self._known, **places}, self.size())
        self.apply()
        self._own = recorded(self._known, self.size())
        self.changed.emit()

    def _double_clicked(self, name: str) -> None:
        if self.docks[name].isFloating():
            self.toggle_floating(name)
        else:
            self.toggle_maximised(name)

    def bring_forward(self, name: str) -> None:
        """Put a panel before those that share its place, if any does."""
        self._fronts = [*(other for other in self._fronts if other != name), name]
        self.docks[name].raise_()

    def _visibility_changed(self, name: str, visible: bool) -> None:
        """Remember the tab that was chosen."""
        tabbed = self.tabifiedDockWidgets(self.docks[name])
        if visible and tabbed and not self._busy and self.isVisible():
            self.bring_forward(name)
            self.changed.emit()

    def _note(self, _: object = None) -> None:
        """Look at the docks once Qt has placed them: the user may have moved one."""
        if not self._busy and self.isVisible():
            self._soon.start(0)

    def _look(self) -> None:
        """Take over where the docks are, unless a drag goes on."""
        if QApplication.mouseButtons() & Qt.MouseButton.LeftButton:
            self._soon.start(_DRAG_MS)
        else:
            self._take_over()

    def _take_over(self) -> None:
        """Take where the docks are now for the user's own places, if that is new."""
        if self._maximised:
            dock = self.docks[self._maximised]
            if not (dock.isHidden() or dock.isFloating()):
                return
            self._maximised = ""
            with self._quietly():
                for name in self._targets():
                    if name != dock.objectName():
                        self.docks[name].show()
        self._lay_out()
        found = self._read()
        if found != self._known:
            taken_out = rectangles(self._known).keys() - rectangles(found).keys()
            own = self._own
            self._learn(found)
            self._own = recorded(found, self.size())
            self._built = as_tree(rectangles(found))
            self._ways_back |= dict.fromkeys(taken_out, (self._built, own))
            self.changed.emit()

    def _read(self) -> dict[str, QRect | str]:
        """Return where the docks are: a rectangle with its tabs, or "floating" or "hidden"."""
        return {name: self._place_of(dock) for name, dock in self.docks.items()}

    def _place_of(self, dock: Dock) -> QRect | str:
        if dock.isHidden():
            return "hidden"
        if dock.isFloating():
            return "floating"
        mates = [self.docks[mate.objectName()] for mate in self.tabifiedDockWidgets(dock)]
        mates = [mate for mate in mates if not (mate.isFloating() or mate.isHidden())]
        seen = next((mate for mate in (dock, *mates) if mate.is_on_show()), dock)
        return seen.geometry().adjusted(0, -self._bars.height() if mates else 0, 0, 0)

    # -- placing --------------------------------------------------------------------------

    def apply(self) -> None:
        """Put every docked panel where it belongs at the present size."""
        targets = self._targets()
        if self._maximised and not self.docks[self._maximised].isFloating():
            targets = {self._maximised: self.rect()}
        elif (tree := as_tree(targets)) != self._built:
            self._build(tree, targets)
        with self._quietly():
            for name, dock in self.docks.items():
                if not dock.isFloating():
                    dock.setVisible(name in targets)
            self._resize(targets)
            self._raise_fronts(targets)
        self._learn(self._read())

    def _raise_fronts(self, places: Places) -> None:
        """Put one of the docks at every place before the others."""
        for group in groups(as_tree(places)):
            if len(group.names) > 1:
                self.docks[self.in_front(group.names)].raise_()

    def _resize(self, sizes: Places) -> None:
        """Give the docks these sizes, as far as they fit into the workspace together."""
        docks = [self.docks[name] for name in sizes]
        for length, kind in ((QRect.width, ACROSS), (QRect.height, DOWN)):
            self.resizeDocks(docks, [max(1, length(place)) for place in sizes.values()], kind)
        self._lay_out()

    def _lay_out(self) -> None:
        """Place the docks now; Qt would do it later."""
        layout = self.layout()
        assert layout is not None
        layout.activate()

    def _learn(self, found: dict[str, QRect | str]) -> None:
        self._known = found
        self._bars.prepare()
        self._sizes |= rectangles(found)

    def _targets(self) -> dict[str, QRect]:
        """Return the rectangles of the docked panels."""
        if not self._own:
            return dict(self._default(self.size()))
        return spread_out(self._own, self.size())

    def _build(self, tree: Node | None, targets: Places) -> None:
        """Dock everything anew; what is hidden comes to the right when it is shown."""
        focused = QApplication.focusWidget()
        with self._quietly():
            docked = [dock for dock in self.docks.values() if not dock.isFloating()]
            for dock in docked:
                self.removeDockWidget(dock)
            if tree is not None:
                self.addDockWidget(_HOME, self.docks[tree.first()])
                divide(self, self.docks, tree)
            for dock in docked:
                if dock.objectName() not in targets:
                    self.addDockWidget(_ASIDE, dock)
                    dock.hide()
        self._built = tree
        if focused is not None and self.isAncestorOf(focused) and focused.isVisible():
            focused.setFocus(Qt.FocusReason.OtherFocusReason)

    @contextmanager
    def _quietly(self) -> Iterator[None]:
        """Do not take what is done meanwhile for the user's doing, and paint it at once."""
        before, self._busy = self._busy, True
        self.setUpdatesEnabled(False)
        try:
            yield
        finally:
            self._busy = before
            # A dock that became a window meanwhile is not reached through this widget any more.
            for widget in (self, *self.docks.values()):
                widget.setUpdatesEnabled(True)

    # -- Qt events ------------------------------------------------------------------------

    def event(self, event: QEvent) -> bool:
        """Look at the docks when the mouse may have moved a border between them."""
        result = super().event(event)
        if event.type() == QEvent.Type.MouseButtonRelease:
            self._note()
        return result

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the proportions."""
        super().resizeEvent(event)
        self.apply()

    def showEvent(self, event: QShowEvent) -> None:
        """Show what floats along with the workspace."""
        super().showEvent(event)
        if not event.spontaneous():
            self._show_floating(True)
            self.apply()

    def hideEvent(self, event: QHideEvent) -> None:
        """Hide what floats along with the workspace."""
        super().hideEvent(event)
        if not event.spontaneous():
            self._show_floating(False)

    def _show_floating(self, shown: bool) -> None:
        with self._quietly():
            for place in self._own:
                if place.state == "floating":
                    self.docks[place.panel].setVisible(shown)
