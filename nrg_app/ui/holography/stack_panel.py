"""The Layer stack panel: fields or latents of every scale, seen from the side."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtWidgets import QWidget

from nrg_app.session.bulk_view import BulkView
from nrg_app.session.document import Session
from nrg_app.session.messages import SampleSet
from nrg_app.session.sample_contents import sample_provenance
from nrg_app.ui.holography.stack_canvas import StackCanvas
from nrg_app.ui.panels.base import Panel, follow
from nrg_app.ui.panels.controls import IconButton, Segmented
from nrg_app.ui.panels.data_button import DataButton
from nrg_app.ui.panels.strip_flow import Flow
from nrg_app.ui.theme import Theme

_LAYERS = (("field", "Field"), ("latents", "Latents"))
_TIPS = {
    "field": "The coarse field x of every scale",
    "latents": "The latents z of every scale; plain cells are kept for the coarser one",
}


class StackPanel(Panel):
    """Shows sample ``session.selected``; it writes ``bulk``."""

    def __init__(self, session: Session, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(session, theme, "Layer stack", parent)
        self.set_title("Layer stack", tab="Layers")
        self._samples: SampleSet | None = None
        self.set_subtitle("fields by scale")
        self.layers = Segmented(theme, _LAYERS, "Layers", tips=_TIPS)
        self.layers.changed.connect(self._choose_layers)
        self.reset = IconButton(theme, "restart", "Look from the side again (Home)")
        self.reset.clicked.connect(self._reset_view)
        self.more = DataButton(theme)
        self.more.setAccessibleName("Data of Layer stack")
        for tool in (self.layers, self.reset, self.more):
            self.header.add_tool(tool)
        self.canvas = StackCanvas(theme)
        self.canvas.viewed.connect(lambda view: setattr(session, "bulk", view))
        self.set_body(self.canvas)
        follow(self, session.events.bulk, self._show_view)
        follow(self, session.events.selected, self._show_selected)
        self._show_view(session.bulk)
        self.show_placeholder("Waiting for the first sample.")

    def _choose_layers(self, layers: str) -> None:
        self.session.bulk = replace(self.session.bulk, layers=layers)  # type: ignore[arg-type]

    def _reset_view(self) -> None:
        fresh = BulkView()
        self.session.bulk = replace(
            self.session.bulk, tilt=fresh.tilt, turn=fresh.turn, spread=fresh.spread
        )

    def _show_view(self, view: BulkView) -> None:
        self.layers.set_current(view.layers)
        self.set_subtitle("fields by scale" if view.layers == "field" else "latents by scale")
        self.canvas.set_view(view)

    def set_sample_set(self, samples: SampleSet) -> None:
        """Show the selected sample of a new set; without a model there is nothing to show."""
        self._samples = samples
        self.set_waiting(False)
        if not samples.latents:
            self.show_placeholder("No model loaded.", "Open model")
            return
        self.show_body()
        self._show_selected()

    def _show_selected(self) -> None:
        samples = self._samples
        if samples is None or not samples.latents:
            return
        index = min(self.session.selected, len(samples.spins) - 1)
        told = sample_provenance(samples, index)
        self.header.setToolTip("\n".join(f"{name}: {words}" for name, words in told.items()))
        self.canvas.set_flow(
            Flow(
                samples.spins[index],
                {scale: values[index] for scale, values in samples.coarse_fields.items()},
                {scale: values[index] for scale, values in samples.latents.items()},
            )
        )
