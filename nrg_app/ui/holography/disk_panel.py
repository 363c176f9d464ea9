"""The Poincaré disk panel: one line of the lattice, its latents, and what they do to it."""

from __future__ import annotations

import threading
from dataclasses import dataclass, replace

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from nrg_app.analysis.bulk import latent_index
from nrg_app.analysis.causal_cones import influence_cone
from nrg_app.session.bulk_slice import BulkSlice, Place
from nrg_app.session.bulk_view import BulkView
from nrg_app.session.document import Session
from nrg_app.session.holography.messages import Array, Response
from nrg_app.session.latents import LATENT_LIMIT
from nrg_app.session.messages import SampleSet
from nrg_app.session.sample_contents import sample_provenance
from nrg_app.ui.holography.disk_canvas import DiskCanvas
from nrg_app.ui.holography.disk_ground import line_words
from nrg_app.ui.holography.disk_marks import Cone, latent_name, reach_span
from nrg_app.ui.holography.response_canvas import ResponseCanvas
from nrg_app.ui.model_list import ModelEntry
from nrg_app.ui.panels.base import Canvas, Panel, follow
from nrg_app.ui.panels.controls import IconButton, Segmented, TextLine
from nrg_app.ui.panels.data_button import DataButton
from nrg_app.ui.panels.header import Header
from nrg_app.ui.panels.strip_tools import LatentTool
from nrg_app.ui.panels.text import line_text, plain
from nrg_app.ui.theme import Theme

_DIRECTIONS = (("horizontal", "H"), ("vertical", "V"), ("diagonal", "D"))
_TIPS = {
    "horizontal": "A row of the lattice, with the latents that lie along it",
    "vertical": "A column of the lattice, with the latents that lie along it",
    "diagonal": "A diagonal of the lattice, with the latents that lie along it",
}
_RESPONSE_HEIGHT = 164
_HEADER_HINT = "point at a latent"


@dataclass(frozen=True)
class ConeShape:
    """What of a model decides the causal cones; see ``analysis.causal_cones.Stencils``."""

    size: int
    radius: int = 3
    colours: int = 2
    disentanglers: bool = False


def cone_shape(entry: ModelEntry | None) -> ConeShape | None:
    """Return the stencils of a model from its card, None without one."""
    if entry is None:
        return None
    card = entry.card["architecture"]
    known = {name: card[name] for name in ("radius", "colours", "disentanglers") if name in card}
    return ConeShape(entry.size, **known)


class _Body(Canvas):
    """Disk above, response below with a header of its own."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self.disk = DiskCanvas(theme)
        self.header = Header(theme, "Boundary response")
        self.response = ResponseCanvas(theme)
        self.response.setMaximumHeight(_RESPONSE_HEIGHT)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 4)
        layout.setSpacing(0)
        layout.addWidget(self.disk, 1)
        layout.addWidget(self.header)
        layout.addWidget(self.response)

    def set_theme(self, theme: Theme) -> None:
        """Repaint in another theme."""
        super().set_theme(theme)
        for part in (self.disk, self.header, self.response):
            part.set_theme(theme)

    def set_dimmed(self, dimmed: bool) -> None:
        """Dim the disk; the response says itself that it waits."""
        self.disk.set_dimmed(dimmed)


class DiskPanel(Panel):
    """Shows sample ``session.selected``; it writes ``bulk`` and ``latent_edits``.

    ``asked`` carries the latent whose response is wanted, None for none.
    """

    asked = Signal(object)

    def __init__(self, session: Session, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(session, theme, "Poincaré disk", parent)
        self._samples: SampleSet | None = None
        self._shape: ConeShape | None = None
        self._answer: Response | None = None
        self.body = _Body(theme)
        self.canvas, self.plot = self.body.disk, self.body.response
        self._make_tools(theme)
        self._make_response_tools(theme)
        self.set_body(self.body)
        self.canvas.activated.connect(self._activated)
        self.canvas.pinned.connect(self._show_tools)
        self.canvas.nudged.connect(self._nudge)
        self.canvas.restored.connect(self._restore_latent)
        events = session.events
        follow(self, events.bulk, self._view_changed)
        follow(self, events.selected, self._show_selected)
        follow(self, events.latent_edits, self._show_tools)
        self._view_changed(session.bulk)
        self._show_tools()
        self.show_placeholder("Waiting for the first sample.")

    def _make_tools(self, theme: Theme) -> None:
        self.directions = Segmented(
            theme, _DIRECTIONS, "Direction of the line", tips=_TIPS, padding=20
        )
        self.directions.changed.connect(self._choose_direction)
        self.back = IconButton(theme, "chevron-up", "Line before")
        self.row = TextLine(theme, color_token="text2")
        self.forth = IconButton(theme, "chevron-down", "Next line")
        for button, step in ((self.back, -1), (self.forth, 1)):
            button.setAutoRepeat(True)
            button.clicked.connect(lambda _=False, step=step: self.step_row(step))
        self.more = DataButton(theme)
        self.more.setAccessibleName("Data of Poincaré disk")
        for tool in (self.directions, self.back, self.row, self.forth, self.more):
            self.header.add_tool(tool)

    def _make_response_tools(self, theme: Theme) -> None:
        self.latent = LatentTool(theme)
        self.latent.slider.setToolTip("Value of the pinned latent; the wheel over the disk too")
        self.latent.moved.connect(self._set_latent)
        self.latent.ended.connect(self._restore_latent)
        self.pin = IconButton(theme, "pin-outline", "Pin the latent (Enter)", checkable=True)
        self.pin.clicked.connect(self._pin_clicked)
        self.set_value = IconButton(theme, "tune-variant", "Set value", checkable=True)
        self.set_value.clicked.connect(self._set_value_clicked)
        for tool in (self.latent, self.pin, self.set_value):
            self.body.header.add_tool(tool)

    # -- the line -------------------------------------------------------------------------

    def _choose_direction(self, direction: str) -> None:
        self.session.bulk = replace(self.session.bulk, direction=direction)  # type: ignore[arg-type]

    def step_row(self, step: int) -> None:
        """Go to a parallel line; the first follows the last."""
        size = 1 if self._samples is None else self._samples.size
        row = (self.session.bulk.row % size + step) % size
        self.session.bulk = replace(self.session.bulk, row=row)

    def _view_changed(self, view: BulkView) -> None:
        self.directions.set_current(view.direction)
        kind = line_words(view.direction)
        size = 1 if self._samples is None else self._samples.size
        line = (plain(f"{kind} {view.row % size}"),)
        self.row.set_line(line)
        self.row.setAccessibleName(line_text(line))
        for button, words in ((self.back, f"Previous {kind}"), (self.forth, f"Next {kind}")):
            button.setAccessibleName(f"{words}, now {view.row % size}")
            button.setToolTip(words)
        self.set_subtitle(f"bulk latents of one lattice {kind}", f"one {kind}", "")
        self.header.arrange()
        self._show_selected()

    # -- samples --------------------------------------------------------------------------

    def set_shape(self, shape: ConeShape | None) -> None:
        """Take the stencils of the model; they are worked out before they are needed."""
        self._shape = shape
        if shape is not None:
            # A tenth of a second the first time, which must not be that of the first hover.
            warm = threading.Thread(target=influence_cone, args=(shape, 0), daemon=True)
            warm.start()

    def set_sample_set(self, samples: SampleSet) -> None:
        """Show the selected sample of a new set; without a model there is nothing to show."""
        resized = self._samples is None or self._samples.size != samples.size
        self._samples = samples
        self.set_waiting(False)
        if not samples.latents:
            self.show_placeholder("No model loaded.", "Open model")
            return
        self.show_body()
        if resized:
            self._view_changed(self.session.bulk)
        else:
            self._show_selected()

    def sample_latents(self) -> tuple[SampleSet, dict] | None:
        """Return the set and the latents by scale of the sample on show, None without one."""
        samples = self._samples
        if samples is None or not samples.latents:
            return None
        index = min(self.session.selected, len(samples.spins) - 1)
        return samples, {scale: values[index] for scale, values in samples.latents.items()}

    def _show_selected(self, _: object = None) -> None:
        shown = self.sample_latents()
        if shown is None:
            return
        samples, latents = shown
        view = self.session.bulk
        line = BulkSlice(samples.size, view.direction, view.row % samples.size)
        index = min(self.session.selected, len(samples.spins) - 1)
        self.plot.set_line(samples.size, line_words(view.direction))
        told = sample_provenance(samples, index)
        self.header.setToolTip("\n".join(f"{name}: {words}" for name, words in told.items()))
        self.canvas.set_line(line, samples.spins[index], latents)
        place = self.canvas.active_place()
        if place is not None:
            # The old answer stays until that of the new sample comes.
            self._show_cone(place)
            self._show_answer()
            self.asked.emit(place)
        self._show_tools()

    # -- the active latent ----------------------------------------------------------------

    def _activated(self, place: Place | None) -> None:
        self._answer = None
        if place is not None:
            self._show_cone(place)
        self._show_answer()
        self._show_tools()
        self.asked.emit(place)

    def _show_cone(self, place: Place) -> None:
        line = self.canvas.slice
        if line is None or place not in line.nodes:
            return
        tree = line.span(*line.nodes[place])
        if self._shape is None or self._shape.size != line.size:
            self.canvas.set_cone(Cone(tree, tree))
            return
        reached = influence_cone(self._shape, latent_index(line.size, *place))
        self.canvas.set_cone(Cone(tree, reach_span(reached[line.sites])))

    def set_response(self, answer: Response) -> None:
        """Show what the boundary answers, if it is about the active latent."""
        if answer.place == self.canvas.active_place():
            self._answer = answer
            self.clear_error()
            self._show_answer()

    def shown_response(self, samples: SampleSet | None) -> tuple[Array, Place] | None:
        """Return the answer (L,) of the line's sites and its latent, None where there is none.

        Out of sight the panel keeps older samples: their answer is not that of the newest.
        """
        line, answer = self.canvas.slice, self._answer
        if samples is not self._samples:
            return None
        if line is None or answer is None or answer.place != self.canvas.active_place():
            return None
        return answer.response[line.sites], answer.place

    def _show_answer(self) -> None:
        line, node, answer = self.canvas.slice, self.canvas.active(), self._answer
        span = (0, 0) if line is None or node is None else line.span(*node)
        values = None
        if line is not None and node is not None and answer is not None:
            values = answer.response[line.sites]
        self.canvas.set_response(values)
        self.plot.set_response(values, span)

    # -- setting a value ------------------------------------------------------------------

    def _pin_clicked(self, on: bool) -> None:
        self.canvas.pin(self.canvas.active() if on else None)

    def _set_value_clicked(self, on: bool) -> None:
        if on and not self.canvas.is_pinned():
            node = self.canvas.active() or (self.canvas.slice and (self.canvas.slice.size // 4, 0))
            self.canvas.pin(node or None)
        self._show_tools()

    def _value(self, place: Place) -> float:
        # The edit is newer than the picture while the answer is on its way.
        edits = {e.place[1:]: e.value for e in self._edits()}
        shown = self.sample_latents()
        assert shown is not None
        scale, row, column = place
        return edits.get(place, float(shown[1][scale][row, column]))

    def _edits(self) -> list:
        return [e for e in self.session.latent_edits if e.sample == self.session.selected]

    def _set_latent(self, value: float) -> None:
        place = self.canvas.active_place()
        if place is not None:
            value = min(max(value, -LATENT_LIMIT), LATENT_LIMIT)
            self.session.edit_latent(*place, round(value, 2))

    def _nudge(self, change: float) -> None:
        place = self.canvas.active_place()
        if place is not None:
            self._set_latent(self._value(place) + change)

    def _restore_latent(self) -> None:
        place = (self.session.selected, *(self.canvas.active_place() or ()))
        edits = self.session.latent_edits
        self.session.latent_edits = tuple(edit for edit in edits if edit.place != place)

    def _show_tools(self, _: object = None) -> None:
        """Show the name of the active latent and, for a pinned one, its slider."""
        place, pinned = self.canvas.active_place(), self.canvas.is_pinned()
        setting = pinned and self.set_value.isChecked() and place is not None
        self.pin.setChecked(pinned)
        self.pin.setEnabled(pinned or place is not None)
        if not pinned:
            self.set_value.setChecked(False)
        self.set_value.setEnabled(self.canvas.slice is not None)
        if setting and place is not None and self.sample_latents() is not None:
            edited = any(edit.place[1:] == place for edit in self._edits())
            self.latent.show_latent(place, self._value(place), edited=edited)
        self.latent.setProperty("wanted", setting)
        node = self.canvas.active()
        if node is None:
            self.body.header.set_subtitle((plain(_HEADER_HINT),))
        else:
            self.body.header.set_subtitle((plain("to "), *latent_name(node)), ())
