"""The panels of what analyses have found: plots with what was run below them, and wavelets."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from nrg_app.figures.plot_spec import PlotSpec, Scale
from nrg_app.session.document import Session
from nrg_app.session.holography.messages import Kind, PlotsResult, Result, WaveletsResult
from nrg_app.ui.fonts import text_font
from nrg_app.ui.holography.job_bar import JobBar
from nrg_app.ui.holography.job_settings import JobSettings
from nrg_app.ui.holography.wavelet_canvas import WaveletCanvas
from nrg_app.ui.math_text import parse
from nrg_app.ui.math_text import plain as plain_words
from nrg_app.ui.measure.plot_panel import PlotPanel
from nrg_app.ui.panels.base import Canvas
from nrg_app.ui.panels.text import draw_text
from nrg_app.ui.theme import Theme
from nrg_app.ui.themed import Themed

_FOOTER = 20
_PADDING = 12


class Provenance(Themed):
    """One muted line on what was run; the whole of it in the tool tip."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self._words = ""
        self.setFixedHeight(_FOOTER)

    def text(self) -> str:
        """Return the words."""
        return self._words

    def set_provenance(self, told: dict[str, str]) -> None:
        """Show what was run."""
        self._words = " \N{MIDDLE DOT} ".join(
            words if name != "seed" else f"seed {words}" for name, words in told.items()
        )
        self.setToolTip("\n".join(f"{name}: {words}" for name, words in told.items()))
        self.setAccessibleName(f"What was run: {self._words}")
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the line, cut where it does not fit."""
        box = QRectF(_PADDING, 0, self.width() - 2 * _PADDING, self.height() - 4)
        metrics = QFontMetricsF(text_font(11))
        words = metrics.elidedText(self._words, Qt.TextElideMode.ElideRight, box.width())
        draw_text(QPainter(self), box, words, self.theme.text3, px=11)


class _Body(Canvas):
    """Canvases one below the other with the provenance at the bottom."""

    def __init__(self, theme: Theme, *canvases: Canvas) -> None:
        super().__init__(theme)
        self.footer = Provenance(theme)
        self._parts: tuple[Canvas | Provenance, ...] = (*canvases, self.footer)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        for number, canvas in enumerate(canvases):
            layout.addWidget(canvas, 3 if number == 0 else 2)
            canvas.show()
        layout.addWidget(self.footer)

    def set_theme(self, theme: Theme) -> None:
        """Repaint in another theme."""
        super().set_theme(theme)
        for part in self._parts:
            part.set_theme(theme)


class AnalysisPanel(PlotPanel):
    """Shows plots of one kind of analysis, one at a time, below the controls of the analysis.

    Args:
        session: the document.
        theme: the colours.
        kind: of the analysis.
        plots: its plots that this panel can show, as (key, title).
        settings: what the analysis is measured with.
        tab: a word for the panel.
    """

    def __init__(
        self,
        session: Session,
        theme: Theme,
        kind: Kind,
        plots: tuple[tuple[str, str], ...],
        settings: JobSettings,
        tab: str,
        parent: QWidget | None = None,
    ) -> None:
        key, title = plots[0]
        self._tab = tab
        super().__init__(session, theme, PlotSpec(key, title, "", Scale(""), Scale("")), parent)
        self.kind, self.settings = kind, settings
        self.bar = JobBar(
            session, theme, settings, title.lower(), with_estimator=kind == "information"
        )
        self.add_controls(self.bar)
        self._plots, self._shown = plots, key
        self._result: PlotsResult | None = None
        self.body = _Body(theme, *self.canvases())
        self.set_body(self.body)
        if len(plots) > 1:
            self.set_quantities(plots, key)
            self.quantity_chosen.connect(self._choose)
        self.set_result(None)

    def show_title(self, spec: PlotSpec) -> None:
        """Name the plot."""
        self.set_title(spec.title, tab=self._tab)

    def canvases(self) -> tuple[Canvas, ...]:
        """Return what the body is made of."""
        return (self.canvas,)

    def _choose(self, key: str) -> None:
        self._shown = key
        self.set_quantities(self._plots, key)
        self.set_result(self._result)

    def set_result(self, result: Result | None) -> None:
        """Show a result, None for none."""
        self._result = result if isinstance(result, PlotsResult) else None
        spec = None if self._result is None else self._result.plots.get(self._shown)
        self.more.setEnabled(spec is not None)
        if self._result is None or spec is None:
            self.set_subtitle("")
            self.show_placeholder("Not measured at this temperature yet.", "Measure")
            return
        line = self._result.headlines.get(self._shown, "")
        self.set_spec(spec, (line,))
        # Where room is short the last of several findings are left out.
        parts = line.split(" \N{MIDDLE DOT} ")
        shorter = [" \N{MIDDLE DOT} ".join(parts[:count]) for count in range(len(parts), 0, -1)]
        self.set_subtitle(*map(parse, shorter), "")
        self.body.footer.set_provenance(dict(spec.provenance))
        self.show_body()

    def specs(self) -> tuple[PlotSpec, ...]:
        """Return the plots of the panel, the one on show first."""
        if self._result is None:
            return ()
        keys = sorted((key for key, _ in self._plots), key=lambda key: key != self._shown)
        return tuple(self._result.plots[key] for key in keys if key in self._result.plots)

    def headline(self) -> str:
        """Return what the header says of the result."""
        return plain_words(self.lines[0]) if self.lines else ""


class WaveletPanel(AnalysisPanel):
    """Shows mean patterns above the radii of all scales."""

    def __init__(
        self,
        session: Session,
        theme: Theme,
        settings: JobSettings,
        parent: QWidget | None = None,
    ) -> None:
        self.tiles = WaveletCanvas(theme)
        plots = (("radii", "Wavelets"),)
        super().__init__(session, theme, "wavelets", plots, settings, "Wavelets", parent)

    def show_title(self, spec: PlotSpec) -> None:
        """Keep the title: the plot below is about the radii; the panel is about more."""
        self.set_title("Wavelets")

    def canvases(self) -> tuple[Canvas, ...]:
        """Return the tiles and the plot."""
        return (self.tiles, self.canvas)

    def set_result(self, result: Result | None) -> None:
        """Show a result, None for none."""
        found = result if isinstance(result, WaveletsResult) else None
        plots = None if found is None else PlotsResult(found.order, {"radii": found.radii})
        if found is not None:
            self.tiles.set_result(found)
        super().set_result(plots)
