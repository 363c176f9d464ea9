"""What the actions, the menus and the command palette do to the panels of a workspace."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, QPoint
from PySide6.QtWidgets import QApplication, QMenu, QWidget

from nrg_app.ui.actions import Actions
from nrg_app.ui.docks.space import DockSpace
from nrg_app.ui.finder import Entry
from nrg_app.ui.workspaces import Workspaces

SIDES = ("left", "right", "top", "bottom")
SECTION = "Panels"


class PanelCommands(QObject):
    """Acts on the panel that has the focus, else on the one that had it last."""

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
            space.menu_requested.connect(partial(self._open_menu, space))
            space.changed.connect(self._name_actions)
        for name, do in {
            "panel_next": lambda: self._step(1),
            "panel_previous": lambda: self._step(-1),
            "panel_maximise": lambda: self._space.toggle_maximised(self.current()),
            "panel_float": lambda: self._space.toggle_floating(self.current()),
            "panel_hide": lambda: self._space.set_shown(self.current(), False),
            "panels_all": self._show_all,
            **{f"panel_{side}": partial(self._move, side) for side in SIDES},
        }.items():
            actions[name].triggered.connect(lambda _=False, do=do: do())

    @property
    def _space(self) -> DockSpace:
        return self._workspaces.current().space

    def current(self) -> str:
        """Return the panel of the present workspace that actions are for."""
        space = self._space
        return self._latest.get(space) or next(
            (name for name in space.docks if space.is_shown(name)), next(iter(space.docks))
        )

    def _focus_changed(self, _: QWidget | None, widget: QWidget | None) -> None:
        for space in self._workspaces.spaces():
            for name, dock in space.docks.items():
                if widget is not None and dock.isAncestorOf(widget):
                    self._latest[space] = name

    def _step(self, by: int) -> None:
        """Give the focus to the next panel in sight."""
        space = self._space
        shown = [name for name in space.docks if space.docks[name].is_on_show()]
        if shown:
            focused = QApplication.focusWidget()
            here = [k for k, name in enumerate(shown) if space.docks[name].isAncestorOf(focused)]
            start = here[0] if here else (-1 if by > 0 else 0)
            chosen = shown[(start + by) % len(shown)]
            space.docks[chosen].take_focus()
            self._latest[space] = chosen

    def _move(self, side: str) -> None:
        self._space.move_to(self.current(), side)

    def _show_all(self) -> None:
        space = self._space
        for name in space.docks:
            space.set_shown(name, True)

    def _name_actions(self) -> None:
        """Let actions tell what they can do now."""
        space = self._space
        hidden = [name for name in space.docks if not space.is_shown(name)]
        self._actions["panels_all"].setEnabled(bool(hidden))

    # -- menus and palette ----------------------------------------------------------------

    def list_panels(self, menu: QMenu) -> None:
        """Fill a menu with the panels of the present workspace, ticked where they are shown."""
        menu.clear()
        space = self._space
        for name, dock in space.docks.items():
            action = menu.addAction(dock.windowTitle())
            action.setCheckable(True)
            action.setChecked(space.is_shown(name))
            action.triggered.connect(partial(space.set_shown, name))

    def entries(self) -> list[Entry]:
        """Return what the command palette offers for single panels."""
        space = self._space
        found = []
        for name, dock in space.docks.items():
            title, shown = dock.windowTitle(), space.is_shown(name)
            word = "Hide" if shown else "Show"
            found.append(Entry(f"{word} panel {title}", SECTION, "", self._setter(name, not shown)))
            if shown:
                go = partial(self._go_to, name)
                found.append(Entry(f"Go to panel {title}", SECTION, "", go))
        return found

    def _setter(self, name: str, shown: bool) -> Callable[[], None]:
        return partial(self._space.set_shown, name, shown)

    def _go_to(self, name: str) -> None:
        self._space.reveal(name)
        self._space.docks[name].take_focus()

    def _open_menu(self, space: DockSpace, name: str, place: QPoint) -> None:
        self._latest[space] = name
        self.menu.clear()
        for action in ("panel_maximise", "panel_float", "panel_hide"):
            self.menu.addAction(self._actions[action])
        self.menu.addSeparator()
        for side in SIDES:
            self.menu.addAction(self._actions[f"panel_{side}"])
        others = self.menu.addMenu("Tab with")
        for other, dock in space.docks.items():
            if other != name and space.is_shown(other) and not dock.isFloating():
                action = others.addAction(dock.windowTitle())
                action.triggered.connect(lambda _=False, other=other: space.tab_with(name, other))
        others.setEnabled(not others.isEmpty())
        self.menu.addSeparator()
        self.menu.addAction(self._actions["reset_layout"])
        self.menu.popup(place)
