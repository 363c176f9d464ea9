"""The workspaces of a window, one on show at a time, and the actions that switch them."""

from __future__ import annotations

from PySide6.QtWidgets import QStackedWidget, QWidget

from nrg_app.session.document import Session
from nrg_app.session.layout import Layout
from nrg_app.ui.actions import Actions
from nrg_app.ui.docks.space import DockSpace
from nrg_app.ui.docks.workspace import DockedWorkspace
from nrg_app.ui.explore import Explore
from nrg_app.ui.holography.desk import HolographyDesk, HolographyFactory
from nrg_app.ui.holography.workspace import Holography
from nrg_app.ui.measure.desk import MeasureDesk, MeasureFactory
from nrg_app.ui.measure.workspace import Measure
from nrg_app.ui.pauses import paint_later
from nrg_app.ui.preferences import Preferences
from nrg_app.ui.theme import Theme
from nrg_app.ui.themed import Themed
from nrg_app.ui.train.desk import TrainingDesk, TrainingFactory
from nrg_app.ui.train.workspace import Train

WORKSPACES = {
    "explore": "workspace_explore",
    "train": "workspace_train",
    "holography": "workspace_holography",
    "measure": "workspace_measure",
}
"""Name of a workspace -> name of the action that shows it."""
_TABS = ("samples", "observables")


class Workspaces(QStackedWidget):
    """Holds the workspaces; each keeps its own state while another is on show."""

    def __init__(
        self,
        session: Session,
        actions: Actions,
        preferences: Preferences,
        theme: Theme,
        training_factory: TrainingFactory,
        measure_factory: MeasureFactory,
        holography_factory: HolographyFactory,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._actions = actions
        self._preferences = preferences
        self.desk = TrainingDesk(training_factory, self)
        self.explore = Explore(session, theme)
        self.train = Train(session, actions, self.desk, theme)
        self.holography_desk = HolographyDesk(session, holography_factory, self)
        self.holography = Holography(session, self.holography_desk, theme)
        self.measure_desk = MeasureDesk(session, measure_factory, self)
        self.measure = Measure(session, actions, self.measure_desk, theme)
        self._by_name: dict[str, QWidget] = {
            "explore": self.explore,
            "train": self.train,
            "holography": self.holography,
            "measure": self.measure,
        }
        for name, action in WORKSPACES.items():
            self.addWidget(self._by_name[name])
            actions[action].triggered.connect(lambda _=False, chosen=name: self.show_name(chosen))
        self.desk.show(preferences.run or (self.desk.runs[0].name if self.desk.runs else ""))
        self.show_name(preferences.workspace)

    def current_name(self) -> str:
        """Return the name of the workspace on show."""
        return next(n for n, widget in self._by_name.items() if widget is self.currentWidget())

    def docked(self) -> dict[str, DockedWorkspace]:
        """Return the workspaces that are made of docks, by name; Measure has pages of them."""
        return {"explore": self.explore, "train": self.train, "holography": self.holography}

    def on_show(self) -> DockedWorkspace:
        """Return what is on show: a workspace, or the page of one."""
        name = self.current_name()
        return self.measure.page if name == "measure" else self.docked()[name]

    def space(self) -> DockSpace:
        """Return the docks on show."""
        return self.on_show().space

    def spaces(self) -> tuple[DockSpace, ...]:
        """Return the docks of every workspace and of the pages there are."""
        parts = (*self.docked().values(), *self.measure.stack.pages.values())
        return tuple(part.space for part in parts)

    def show_name(self, name: str) -> None:
        """Show a workspace; an unknown name shows Explore."""
        self.setCurrentWidget(self._by_name.get(name, self.explore))
        if self.isVisible():
            paint_later(*self.on_show().panels)
        for other, action in WORKSPACES.items():
            self._actions[action].setChecked(other == self.current_name())

    def parts(self) -> tuple[Themed, ...]:
        """Return the workspaces."""
        return (self.explore, self.train, self.holography, self.measure)

    def layout_state(self) -> Layout:
        """Return where the panels of every workspace are."""
        space = self.explore.space
        panels = {name: widget.space.places() for name, widget in self.docked().items()}
        panels |= self.measure.stack.arrangements()
        return Layout(space.maximised, space.in_front(_TABS), panels)

    def set_layout(self, layout: Layout) -> None:
        """Take a layout; names that are not known here change nothing."""
        for name, workspace in self.docked().items():
            if name in layout.panels:
                workspace.space.set_places(layout.panels[name])
        self.measure.stack.arrange(layout.panels)
        space = self.explore.space
        if layout.tab in _TABS and not layout.panels.get("explore"):
            space.bring_forward(layout.tab)
        space.maximised = layout.maximised

    def reset_layout(self) -> None:
        """Put the panels of every workspace to their default places."""
        for workspace in self.docked().values():
            workspace.reset_places()
        self.measure.stack.reset()

    def remember(self) -> None:
        """Put into the preferences what comes back at the next start."""
        self._preferences.workspace = self.current_name()
        self._preferences.run = self.desk.shown
