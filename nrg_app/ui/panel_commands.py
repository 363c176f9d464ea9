"""What the actions, the menus and the command palette do to the panels of a workspace."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, QPoint, Signal
from PySide6.QtWidgets import QApplication, QMenu, QWidget

from nrg_app.ui.actions import Actions
from nrg_app.ui.docks.space import DockSpace
from nrg_app.ui.finder import Entry
from nrg_app.ui.workspaces import Workspaces

SIDES = ("left", "right", "top", "bottom")
SECTION = "Panels"


class PanelCommands(QObject):
    """Acts on the panel that has the focus, else on the one that had it last.

    ``export_asked`` carries the name in figures of a panel that is to be exported.
    """

    export_asked = Signal(str)

    def __init__(self, workspaces: Workspaces, actions: Actions, parent: QWidget) -> None:
        super().__init__(parent)
        self._workspaces, self._actions = workspaces, actions
        self._latest: dict[DockSpace, str] = {}
        # Qt owns the menu, but PySide forgets what Python does not refer to.
        self.menu = QMenu(parent)
        self.menu.setAccessibleName("Panel")
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        app.focusChanged.connect(self._focus_changed)
        for space in workspaces.spaces():
            self._watch(space)
        workspaces.measure.stack.made.connect(lambda page: self._watch(page.space))
        for name, do in {
            "panel_next": lambda space: self._step(space, 1),
            "panel_previous": lambda space: self._step(space, -1),
            "panel_maximise": lambda space: space.toggle_maximised(self.current(space)),
            "panel_float": lambda space: space.toggle_floating(self.current(space)),
            "panel_hide": lambda space: space.set_shown(self.current(space), False),
            "panels_all": self._show_all,
            **{f"panel_{side}": partial(self._move, side) for side in SIDES},
            "panel_export": lambda space: self.export(self.current(space)),
        }.items():
            actions[name].triggered.connect(lambda _=False, do=do: self._act(do))
        for stack in (workspaces, workspaces.measure.stack):
            stack.currentChanged.connect(lambda _: self._show_state())
        self._show_state()

    def _watch(self, space: DockSpace) -> None:
        space.menu_requested.connect(partial(self._open_menu, space))
        space.changed.connect(self._show_state)

    def _act(self, do: Callable[[DockSpace], object]) -> None:
        do(self._workspaces.space())

    def current(self, space: DockSpace) -> str:
        """Return the panel of a workspace that actions are for."""
        return self._latest.get(space) or next(
            (name for name in space.docks if space.is_shown(name)), next(iter(space.docks))
        )

    def export(self, name: str) -> None:
        """Ask for a figure of a panel."""
        self.export_asked.emit(self._workspaces.on_show().figure_of(name))

    def _focus_changed(self, _: QWidget | None, widget: QWidget | None) -> None:
        for space in self._workspaces.spaces():
            for name, dock in space.docks.items():
                if widget is not None and dock.isAncestorOf(widget):
                    self._latest[space] = name

    def _step(self, space: DockSpace, by: int) -> None:
        """Give the focus to the next panel in sight."""
        shown = [name for name, dock in space.docks.items() if dock.is_on_show()]
        if shown:
            focused = QApplication.focusWidget() or space
            here = [k for k, name in enumerate(shown) if space.docks[name].isAncestorOf(focused)]
            start = here[0] if here else (-1 if by > 0 else 0)
            chosen = shown[(start + by) % len(shown)]
            space.docks[chosen].take_focus()
            self._latest[space] = chosen

    def _move(self, side: str, space: DockSpace) -> None:
        space.move_to(self.current(space), side)

    def _show_all(self, space: DockSpace) -> None:
        for name in space.docks:
            space.set_shown(name, True)

    def _show_state(self) -> None:
        """Offer only what can be done now."""
        space = self._workspaces.space()
        hidden = not all(map(space.is_shown, space.docks))
        self._actions["panels_all"].setEnabled(hidden)

    # -- menus and palette ----------------------------------------------------------------

    def list_panels(self, menu: QMenu) -> None:
        """Fill a menu with the panels of the present workspace, ticked where they are shown."""
        menu.clear()
        space = self._workspaces.space()
        for name, dock in space.docks.items():
            action = menu.addAction(dock.accessibleName())
            action.setCheckable(True)
            action.setChecked(space.is_shown(name))
            action.toggled.connect(partial(space.set_shown, name))

    def entries(self) -> list[Entry]:
        """Return what the command palette offers for single panels."""
        workspace = self._workspaces.on_show()
        space, found = workspace.space, []
        for name, dock in space.docks.items():
            title, shown = dock.accessibleName(), space.is_shown(name)
            word, change = ("Hide", False) if shown else ("Show", True)
            do = partial(space.set_shown, name, change)
            found.append(Entry(f"{word} panel {title}", SECTION, "", do))
            if shown:
                go = partial(self._go_to, space, name)
                found.append(Entry(f"Go to panel {title}", SECTION, "", go))
                if workspace.figure_of(name):
                    export = partial(self.export, name)
                    found.append(Entry(f"Export panel {title}", SECTION, "", export))
        return found

    def _go_to(self, space: DockSpace, name: str) -> None:
        space.reveal(name)
        space.docks[name].take_focus()

    def _open_menu(self, space: DockSpace, name: str, place: QPoint) -> None:
        self._latest[space] = name
        self.menu.clear()
        for command in ("panel_maximise", "panel_float", "panel_hide"):
            self.menu.addAction(self._actions[command])
        self.menu.addSeparator()
        for side in SIDES:
            self.menu.addAction(self._actions[f"panel_{side}"])
        others = self.menu.addMenu("Tab with")
        for other, dock in space.docks.items():
            if other != name and space.is_shown(other) and not dock.isFloating():
                action = others.addAction(dock.accessibleName())
                action.triggered.connect(lambda _=False, other=other: space.tab_with(name, other))
        others.setEnabled(not others.isEmpty())
        self.menu.addSeparator()
        self.menu.addAction(self._actions["panel_export"])
        self.menu.addAction(self._actions["reset_layout"])
        self.menu.popup(place)
