"""The Sample panel: one configuration, large, as spins, field or probability."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from nrg_app.session.document import Session
from nrg_app.session.messages import SampleSet
from nrg_app.ui.panels.base import Panel, follow
from nrg_app.ui.panels.controls import IconButton, Segmented
from nrg_app.ui.panels.sample_canvas import SampleCanvas
from nrg_app.ui.theme import Theme

VIEWS = (("spins", "Spins"), ("field", "Field"), ("probability", "Probability"))


class SamplePanel(Panel):
    """Shows sample ``session.selected`` of the newest set; writes ``view`` and ``show_walls``."""

    def __init__(self, session: Session, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(session, theme, "Sample", parent)
        self.views = Segmented(theme, VIEWS, "View")
        self.views.set_current(session.view)
        self.views.changed.connect(lambda key: setattr(session, "view", key))
        self.walls = IconButton(theme, "vector-polyline", "Domain walls (W)", checkable=True)
        self.walls.setChecked(session.show_walls)
        self.walls.toggled.connect(lambda on: setattr(session, "show_walls", on))
        self.header.add_tool(self.views)
        self.header.add_tool(self.walls)
        self.canvas = SampleCanvas(theme)
        self.canvas.set_view(session.view)
        self.canvas.set_walls(session.show_walls)
        self.set_body(self.canvas)
        self._samples: SampleSet | None = None
        follow(self, session.events.view, self._view_changed)
        follow(self, session.events.show_walls, self._walls_changed)
        follow(self, session.events.selected, self._show_selected)
        for event in (session.events.source, session.events.blend, session.events.latent_edits):
            follow(self, event, self._show_changes)
        self.show_placeholder("Waiting for the first sample.")

    def set_sample_set(self, samples: SampleSet) -> None:
        """Show the selected sample of a new set."""
        self._samples = samples
        self.set_waiting(False)
        self.show_body()
        self._show_selected()

    def _show_selected(self) -> None:
        if self._samples is not None:
            index = min(self.session.selected, len(self._samples.spins) - 1)
            self.canvas.set_sample(self._samples.spins[index], self._samples.fields[index])
        self._show_changes()

    def _show_changes(self) -> None:
        """Say what was done to the sample's latents."""
        session, words = self.session, []
        for change, word in ((session.source, "encoded"), (session.blend, "blended")):
            if change is not None and change.sample == session.selected:
                words.append(word)
        if any(edit.sample == session.selected for edit in session.latent_edits):
            words.append("edited")
        self.set_subtitle(", ".join(words), words[-1] if words else "")

    def _view_changed(self, view: str) -> None:
        self.views.set_current(view)
        self.canvas.set_view(view)

    def _walls_changed(self, on: bool) -> None:
        self.walls.setChecked(on)
        self.canvas.set_walls(on)
