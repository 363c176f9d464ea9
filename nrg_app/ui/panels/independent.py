"""The Independent samples panel: a grid of draws of which one is shown large."""

from __future__ import annotations

import math

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from nrg_app.session.document import Session
from nrg_app.session.latents import Blend
from nrg_app.session.messages import SampleSet
from nrg_app.ui.panels.base import Panel, follow
from nrg_app.ui.panels.controls import IconButton
from nrg_app.ui.panels.grid_canvas import GridCanvas
from nrg_app.ui.panels.numbers import fixed, is_within, thousands
from nrg_app.ui.theme import Theme


class IndependentPanel(Panel):
    """Shows all samples of the newest set; a click or the arrow keys set ``session.selected``.

    A click with Ctrl makes a sample the target of an interpolation, or no more.

    Signals:
        picture_requested: a picture or a file of spins is to replace the shown sample.
        wolff_requested: a sample of Wolff's algorithm is to replace it.
    """

    picture_requested = Signal()
    wolff_requested = Signal()

    def __init__(self, session: Session, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(session, theme, "Independent samples", parent)
        self.picture = IconButton(theme, "image-plus", "Encode a picture or samples")
        self.picture.clicked.connect(self.picture_requested)
        self.wolff = IconButton(theme, "transit-connection-variant", "Encode a Wolff sample")
        self.wolff.clicked.connect(self.wolff_requested)
        self.header.add_tool(self.picture)
        # Where it has no room, its key still does it.
        self.header.add_tool(self.wolff, optional=True)
        self.maximise = IconButton(theme, "arrow-expand", "Maximise Independent samples")
        self.maximise.clicked.connect(self.maximise_requested)
        self.header.add_tool(self.maximise)
        self._trained: tuple[float, float] | None = None
        self._samples: SampleSet | None = None
        self.canvas = GridCanvas(theme)
        self.canvas.set_selected(session.selected)
        self.canvas.chosen.connect(lambda index: setattr(session, "selected", index))
        self.canvas.aimed.connect(self._aim)
        self.set_body(self.canvas)
        follow(self, session.events.selected, self._selected_changed)
        follow(self, session.events.blend, self._show_target)
        self._show_target()
        self.show_placeholder("Waiting for the first samples.")

    def _aim(self, index: int) -> None:
        blend, selected = self.session.blend, self.session.selected
        if blend is not None and (blend.sample, blend.target) == (selected, index):
            self.session.blend = None
        elif index != selected:
            self.session.blend = Blend(selected, index, 0.0)

    def _selected_changed(self, index: int) -> None:
        self.canvas.set_selected(index)
        self._show_target()

    def _show_target(self) -> None:
        blend = self.session.blend
        shown = blend is not None and blend.sample == self.session.selected
        self.canvas.set_target(blend.target if blend is not None and shown else None)

    def set_sample_set(self, samples: SampleSet) -> None:
        """Show a new set and the mean of |m| over it."""
        magnetizations = abs(samples.spins.mean(axis=(1, 2), dtype=float))
        count = len(magnetizations)
        mean = fixed(float(magnetizations.mean()), 3)
        if count > 1:
            error = float(magnetizations.std(ddof=1)) / math.sqrt(count)
            mean += f" \u00b1 {fixed(error, 3)}"
        self.set_waiting(False)
        self.show_body()
        self._samples = samples
        self._subtitle()
        self.canvas.set_samples(samples.spins, mean)

    def set_trained_range(self, trained: tuple[float, float] | None) -> None:
        """Mark samples of the flow as extrapolated at temperatures outside this range."""
        self._trained = trained
        self._subtitle()

    def _subtitle(self) -> None:
        samples = self._samples
        if samples is None:
            return
        words = f"{thousands(len(samples.spins))} draws"
        if samples.sampler == "flow" and not is_within(samples.temperature, self._trained):
            words += " \u00b7 extrapolated"
        self.set_subtitle(words)
