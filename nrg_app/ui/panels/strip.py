"""The Renormalization flow panel: the shown sample at every scale, its locks and its latents."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from nrg_app.session.document import Session
from nrg_app.session.latents import LATENT_LIMIT, scales_up_to
from nrg_app.session.messages import ObservablesUpdate, SampleSet
from nrg_app.ui.panels.base import Panel, follow
from nrg_app.ui.panels.controls import IconButton, Segmented, TextButton, TextLine
from nrg_app.ui.panels.strip_canvas import StripCanvas
from nrg_app.ui.panels.strip_flow import Place
from nrg_app.ui.panels.strip_text import flow_line, keep_line, resample_text, source_lines
from nrg_app.ui.panels.strip_tools import BlendTool, LatentTool
from nrg_app.ui.theme import Theme

VIEWS = (
    ("field", "Field", "The coarse field of the network"),
    ("spins", "Spins", "Signs of the coarse field of the network"),
    ("mean", "Mean", "Conventional block spins: the mean of the finest spins"),
    ("majority", "Majority", "Conventional block spins: the majority of the finest spins"),
)

_VIEW_TIPS = {
    "field": "Continuous field x of every scale \N{SCRIPT SMALL L}, without a unit",
    "spins": "Spins s of the finest scale, signs of the field at the coarser ones",
}


class StripPanel(Panel):
    """Shows the flow of sample ``session.selected``.

    It writes ``locks``, ``strip_view``, ``latent_edits`` and ``blend``, and resamples.
    """

    def __init__(self, session: Session, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(session, theme, "Renormalization flow", parent)
        self._samples: SampleSet | None = None
        self._update: ObservablesUpdate | None = None
        self._make_tools(theme)
        self.canvas = StripCanvas(theme)
        self.canvas.set_view(session.strip_view)
        self.canvas.lock_clicked.connect(self._toggle_lock)
        self.canvas.latent_selected.connect(self._show_latent)
        self.canvas.latent_nudged.connect(self._nudge)
        self.canvas.latent_restored.connect(self._restore_latent)
        self.set_body(self.canvas)
        events = session.events
        follow(self, events.strip_view, self._view_changed)
        follow(self, events.locks, self._locks_changed)
        follow(self, events.selected, self._show_selected)
        follow(self, events.blend, self._show_changes)
        follow(self, events.latent_edits, self._show_changes)
        follow(self, events.source, self._show_changes)
        self._locks_changed(session.locks)
        self._show_changes()
        self.show_placeholder("Waiting for the first sample.")

    def _make_tools(self, theme: Theme) -> None:
        session = self.session
        self.keep = TextLine(theme, color_token="text2")
        self.blend = BlendTool(theme)
        self.blend.moved.connect(self._move_blend)
        self.blend.ended.connect(lambda: setattr(session, "blend", None))
        self.latent = LatentTool(theme)
        self.latent.moved.connect(self._set_latent)
        self.latent.ended.connect(self._restore_latent)
        self.reset = IconButton(theme, "eraser", "Reset all latents of this sample")
        self.reset.clicked.connect(lambda: session.reset_latents())
        self.resample = TextButton(theme, "Resample fine", "dice-5-outline")
        self.resample.setToolTip("Redraw the latents of the scales that are not frozen (Shift+R)")
        self.resample.clicked.connect(lambda: session.resample_fine())
        self.views = Segmented(theme, [view[:2] for view in VIEWS], "Strip view")
        for key, _, words in VIEWS:
            self.views.button(key).setToolTip(words)
        self.views.set_current(session.strip_view)
        self.views.changed.connect(lambda key: setattr(session, "strip_view", key))
        self.header.add_tool(self.keep, optional=True)
        self.header.add_tool(self.blend, optional=True)
        for tool in (self.latent, self.reset, self.resample, self.views):
            self.header.add_tool(tool)

    # -- samples --------------------------------------------------------------------------

    def set_sample_set(self, samples: SampleSet) -> None:
        """Show the selected sample of a new set; without a model there is nothing to show."""
        resized = self._samples is None or self._samples.size != samples.size
        self._samples = samples
        self.set_waiting(False)
        if not samples.latents:
            self.show_placeholder("No model loaded.", "Open model")
            return
        self.show_body()
        self._show_selected()
        if resized:
            self._locks_changed(self.session.locks)

    def set_observables(self, update: ObservablesUpdate) -> None:
        """Take what the weights of the network's samples are."""
        self._update = update
        self._show_subtitle()

    def _show_selected(self) -> None:
        samples = self._samples
        if samples is None or not samples.latents:
            return
        index = min(self.session.selected, len(samples.spins) - 1)
        self.canvas.set_flow(
            samples.spins[index],
            {scale: values[index] for scale, values in samples.coarse_fields.items()},
            {scale: values[index] for scale, values in samples.latents.items()},
        )
        self._show_changes()

    def _view_changed(self, view: str) -> None:
        self.views.set_current(view)
        self.canvas.set_view(view)

    # -- locks ----------------------------------------------------------------------------

    def freeze(self) -> None:
        """Freeze or free the scale under the cursor; without one, all coarse scales."""
        samples, scale = self._samples, self.canvas.cursor_scale()
        if scale is not None:
            self._toggle_lock(scale, with_coarser=False)
        elif samples is not None and samples.latents:
            self.session.frozen_scale = 0 if self.session.frozen_scale else samples.size // 4

    def _toggle_lock(self, scale: int, with_coarser: bool) -> None:
        """Freeze or thaw a scale, with all coarser ones or alone."""
        scales = scales_up_to(scale) if with_coarser else frozenset({scale})
        locks = self.session.locks
        self.session.locks = locks - scales if scale in locks else locks | scales

    def _locks_changed(self, locks: frozenset[int]) -> None:
        self.canvas.set_locks(locks)
        size = self._samples.size if self._samples is not None else 2 * max(locks, default=1)
        self.keep.set_line(keep_line(locks, size))
        self.resample.setText(resample_text(locks, size))
        self.resample.setAccessibleName(self.resample.text())
        self.resample.setEnabled(not scales_up_to(size) <= locks)
        self.header.arrange()

    # -- latents --------------------------------------------------------------------------

    def _edits(self) -> dict[Place, float]:
        """Return the edits of the shown sample by scale, row and column."""
        edits = (e for e in self.session.latent_edits if e.sample == self.session.selected)
        return {(e.scale, e.row, e.column): e.value for e in edits}

    def _value(self, place: Place) -> float:
        # The edit is newer than the picture while the answer is on its way.
        scale, row, column = place
        return self._edits().get(place, float(self.canvas.flow.latents[scale][row, column]))

    def _set_latent(self, value: float) -> None:
        if self.canvas.selection is not None:
            value = min(max(value, -LATENT_LIMIT), LATENT_LIMIT)
            self.session.edit_latent(*self.canvas.selection, round(value, 2))

    def _nudge(self, change: float) -> None:
        if self.canvas.selection is not None:
            self._set_latent(self._value(self.canvas.selection) + change)

    def _restore_latent(self) -> None:
        place = (self.session.selected, *(self.canvas.selection or ()))
        edits = self.session.latent_edits
        self.session.latent_edits = tuple(edit for edit in edits if edit.place != place)

    def _move_blend(self, amount: float) -> None:
        if self.session.blend is not None:
            self.session.blend = self.session.blend._replace(amount=amount)

    def _show_changes(self) -> None:
        """Show what was done to the latents of the shown sample."""
        self.canvas.set_edited(frozenset(self._edits()))
        self._show_latent(self.canvas.selection)

    def _show_latent(self, place: Place | None) -> None:
        edits, blend = self._edits(), self.session.blend
        if place is not None:
            self.latent.show_latent(place, self._value(place), edited=place in edits)
        blended = blend is not None and blend.sample == self.session.selected
        if blend is not None and blended:
            self.blend.show_blend(*blend)
        for tool, wanted in (
            (self.latent, place is not None),
            (self.reset, bool(edits)),
            (self.blend, blended),
        ):
            tool.setProperty("wanted", wanted)
        self._show_subtitle()

    def _show_subtitle(self) -> None:
        source = self.session.source
        if source is None or source.sample != self.session.selected:
            self.header.set_subtitle(flow_line(learned=self.canvas.flow.is_learned))
        else:
            self.header.set_subtitle(*source_lines(source, self._samples, self._update))
