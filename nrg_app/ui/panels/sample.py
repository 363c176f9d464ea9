"""The Sample panel: one configuration, large: spins, field, probability, clusters, S(k)."""

from __future__ import annotations

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from nrg_app.session.document import Session
from nrg_app.session.messages import SampleSet
from nrg_app.ui.model_section import ComboBox
from nrg_app.ui.panels.base import Panel, follow
from nrg_app.ui.panels.controls import CONTROL_HEIGHT, IconButton, Segmented
from nrg_app.ui.panels.sample_canvas import SampleCanvas
from nrg_app.ui.panels.sample_views import Ensemble, Shown
from nrg_app.ui.theme import Theme

VIEWS = (
    ("spins", "Spins"),
    ("field", "Field"),
    ("probability", "Probability"),
    ("clusters", "Clusters"),
    ("structure", "S(k)"),
)
_LIST_BELOW = 400  # narrower panels have a list of views instead of a row

VIEW_TIPS = {
    "spins": "Spins s, +1 or \N{MINUS SIGN}1",
    "field": "Continuous field x, without a unit",
    "probability": "P(s = +1) given the field x",
    "clusters": "Clusters of equal neighbouring spins on the torus",
    "structure": "Structure factor S(k), k in units of \N{GREEK SMALL LETTER PI}",
}


class SamplePanel(Panel):
    """Shows sample ``session.selected`` of the newest set; writes what its tools and mouse say."""

    def __init__(self, session: Session, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(session, theme, "Sample", parent)
        self.views = Segmented(theme, VIEWS, "View", tips=VIEW_TIPS, padding=14)
        self.views.changed.connect(lambda key: setattr(session, "view", key))
        self.view_list = ComboBox(theme)
        self.view_list.setFixedHeight(CONTROL_HEIGHT)
        self.view_list.setAccessibleName("View")
        self.view_list.setToolTip("What the picture shows (V)")
        for key, text in VIEWS:
            self.view_list.addItem(text, key)
        self.view_list.activated.connect(
            lambda index: setattr(session, "view", self.view_list.itemData(index))
        )
        self.walls = IconButton(theme, "vector-polyline", "Domain walls (W)", checkable=True)
        self.walls.setChecked(session.show_walls)
        self.walls.toggled.connect(lambda on: setattr(session, "show_walls", on))
        for tool in (self.views, self.view_list, self.walls):
            self.header.add_tool(tool)
        self.canvas = SampleCanvas(theme)
        self.canvas.set_walls(session.show_walls)
        self.canvas.set_zoom(session.zoom)
        self.canvas.zoomed.connect(lambda zoom: setattr(session, "zoom", zoom))
        self.set_body(self.canvas)
        self._ensemble: Ensemble | None = None
        self._view_changed(session.view)
        follow(self, session.events.view, self._view_changed)
        follow(self, session.events.show_walls, self._walls_changed)
        follow(self, session.events.zoom, self.canvas.set_zoom)
        follow(self, session.events.selected, self._show_selected)
        for event in (session.events.source, session.events.blend, session.events.latent_edits):
            follow(self, event, self._show_changes)
        self.show_placeholder("Waiting for the first sample.")

    def set_sample_set(self, samples: SampleSet) -> None:
        """Show the selected sample of a new set."""
        self._ensemble = Ensemble(samples.spins, samples.fields)
        self.set_waiting(False)
        self.show_body()
        self._show_selected()

    def _show_selected(self) -> None:
        if self._ensemble is not None:
            index = min(self.session.selected, len(self._ensemble.spins) - 1)
            self.canvas.set_sample(Shown(self._ensemble, index))
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
        self.view_list.setCurrentIndex(self.view_list.findData(view))
        self.canvas.set_view(view)
        self.walls.setEnabled(view != "structure")

    def _walls_changed(self, on: bool) -> None:
        self.walls.setChecked(on)
        self.canvas.set_walls(on)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Offer the views in a row, or in a list where a row does not fit."""
        narrow = self.width() < _LIST_BELOW
        self.views.setProperty("wanted", not narrow)
        self.view_list.setProperty("wanted", narrow)
        self.header.arrange()
        super().resizeEvent(event)
