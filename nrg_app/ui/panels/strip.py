"""The Renormalization flow panel: the shown sample at every scale, with locks and redraws."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from nrg_app.session.document import Session
from nrg_app.session.messages import SampleSet
from nrg_app.ui.panels.base import Panel, follow
from nrg_app.ui.panels.controls import Segmented, TextButton, TextLine
from nrg_app.ui.panels.strip_canvas import StripCanvas
from nrg_app.ui.panels.text import ELL, Line, plain, sub, sym
from nrg_app.ui.theme import Theme

_SUBTITLE = (
    sym("x"),
    sub(ELL, symbol=True),
    plain(" \u2192 "),
    sym("x"),
    sub(ELL, symbol=True),
    sub("/2"),
    plain(" decimates,  "),
    sym("z"),
    sub(ELL, symbol=True),
    plain(" carries what was integrated out"),
)

_VIEW_TIPS = {
    "field": "Continuous field x of every scale \N{SCRIPT SMALL L}, without a unit",
    "spins": "Spins s of the finest scale, signs of the field at the coarser ones",
}


def keep_line(frozen_scale: int, size: int) -> Line:
    """Return the sentence that says what Resample fine keeps."""
    if frozen_scale == 0:
        return (plain("Resample all scales"),)
    if frozen_scale >= size:
        return (plain("Keep all scales"),)
    return (
        plain("Keep coarse "),
        sym(ELL),
        plain(f" \u2264 {frozen_scale}, resample "),
        sym(ELL),
        plain(f" \u2265 {2 * frozen_scale}"),
    )


class StripPanel(Panel):
    """Shows the flow of sample ``session.selected``.

    It writes ``frozen_scale`` and ``strip_view``, and calls ``session.resample_fine``.
    """

    def __init__(self, session: Session, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(session, theme, "Renormalization flow", parent)
        self.set_subtitle(_SUBTITLE)
        self.keep = TextLine(theme, color_token="text2")
        self.resample = TextButton(theme, "Resample fine", "dice-5-outline")
        self.resample.setToolTip("Redraw the latents of the scales that are not frozen (Shift+R)")
        self.resample.clicked.connect(lambda: session.resample_fine())
        choices = (("field", "Field"), ("spins", "Spins"))
        self.views = Segmented(theme, choices, "Strip view", tips=_VIEW_TIPS)
        self.views.set_current(session.strip_view)
        self.views.changed.connect(lambda key: setattr(session, "strip_view", key))
        self.header.add_tool(self.keep, optional=True)
        self.header.add_tool(self.resample)
        self.header.add_tool(self.views)
        self.canvas = StripCanvas(theme)
        self.canvas.set_view(session.strip_view)
        self.canvas.lock_clicked.connect(self._toggle_freeze)
        self.set_body(self.canvas)
        self._samples: SampleSet | None = None
        follow(self, session.events.strip_view, self._view_changed)
        follow(self, session.events.frozen_scale, self._frozen_changed)
        follow(self, session.events.selected, self._show_selected)
        self._frozen_changed(session.frozen_scale)
        self.show_placeholder("Waiting for the first sample.")

    def set_sample_set(self, samples: SampleSet) -> None:
        """Show the selected sample of a new set; without a model there is nothing to show."""
        self._samples = samples
        self.set_waiting(False)
        if not samples.latents:
            self.show_placeholder("No model loaded.", "Open model")
            return
        self.show_body()
        self._show_selected()
        self._frozen_changed(self.session.frozen_scale)

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

    def freeze(self) -> None:
        """Freeze or free the scale under the cursor; without one, all coarse scales."""
        samples, scale = self._samples, self.canvas.cursor_scale()
        if scale is not None:
            self._toggle_freeze(scale)
        elif samples is not None and samples.latents:
            self.session.frozen_scale = 0 if self.session.frozen_scale else samples.size // 4

    def _toggle_freeze(self, scale: int) -> None:
        """Freeze a scale and all coarser ones; if it is frozen, thaw it and all finer ones."""
        frozen = scale <= self.session.frozen_scale
        self.session.frozen_scale = scale // 2 if frozen else scale

    def _frozen_changed(self, scale: int) -> None:
        self.canvas.set_frozen_scale(scale)
        size = self._samples.size if self._samples is not None else 2 * scale + 1
        self.keep.set_line(keep_line(scale, size))
        self.resample.setEnabled(scale < size)
        self.header.arrange()

    def _view_changed(self, view: str) -> None:
        self.views.set_current(view)
        self.canvas.set_view(view)
