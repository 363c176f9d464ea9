"""The Observables panel: the table against its references, P(m) and G(r)."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QGuiApplication, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QWidget

from nrg_app.session.document import Session
from nrg_app.session.messages import ObservablesUpdate, SamplerUpdate, SampleSet
from nrg_app.ui.panels.base import Canvas, Panel, follow
from nrg_app.ui.panels.controls import CONTROL_HEIGHT, IconButton, Segmented
from nrg_app.ui.panels.correlation_plot import CorrelationPlot
from nrg_app.ui.panels.numbers import is_within, thousands
from nrg_app.ui.panels.observable_text import table_text
from nrg_app.ui.panels.observables_table import ObservablesTable
from nrg_app.ui.panels.order_parameter import OrderParameterPlot
from nrg_app.ui.panels.sampler_comparison import SamplerComparison
from nrg_app.ui.theme import Theme

_SIDE_BY_SIDE = 640
_PLOTS = (("distribution", "P(m)"), ("correlation", "G(r)"), ("samplers", "Samplers"))
_PLOT_TIPS = {
    "distribution": "Distribution of the magnetization per site m",
    "correlation": "Correlation of spins at the distance r along the axes, in sites",
}
_MARGIN, _GAP = 11, 8


class _Body(Canvas):
    """The table above a plot, or beside it when there is width to spare."""

    def __init__(self, session: Session, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self.table = ObservablesTable(theme, self)
        self.plot = OrderParameterPlot(theme, self)
        self.correlation = CorrelationPlot(theme, self)
        self.samplers = SamplerComparison(session, theme, self)
        self.choice = Segmented(theme, _PLOTS, "Plot", self, tips=_PLOT_TIPS, padding=14)
        self.choice.set_current("distribution")
        self.choice.changed.connect(self._choose_plot)
        self.log = IconButton(theme, "math-log", "Logarithmic axes", checkable=True, parent=self)
        self.log.toggled.connect(self.correlation.set_log)
        self._parts = (self.table, self.plot, self.correlation, self.samplers)
        self.setMinimumSize(250, 170)
        self._choose_plot("distribution")

    def _choose_plot(self, name: str) -> None:
        self.plot.setVisible(name == "distribution")
        self.correlation.setVisible(name == "correlation")
        self.samplers.setVisible(name == "samplers")
        self.log.setVisible(name == "correlation")
        self.arrange()

    def set_theme(self, theme: Theme) -> None:
        for part in (*self._parts, self.choice, self.log):
            part.set_theme(theme)
        super().set_theme(theme)

    def set_dimmed(self, dimmed: bool) -> None:
        for part in self._parts:
            part.set_dimmed(dimmed)
        super().set_dimmed(dimmed)

    def arrange(self) -> None:
        """Place the two parts."""
        width, height = self.width(), self.height()
        if width >= _SIDE_BY_SIDE:
            share = min(round(0.55 * width), 560)
            self.table.setVisible(True)
            self.table.setGeometry(0, 0, share, height)
            self._place_plot(QRect(share, 0, width - share, height))
            return
        table = self.table.preferred_height()
        self.table.setGeometry(0, 0, width, table)
        top = table + (11 if height - table > 180 else 0)
        # Where both tables do not fit, that of the samplers takes the whole place.
        crowded = height - top < self.samplers.preferred_height() + self.choice.height()
        alone = crowded and self.choice.current() == "samplers"
        self.table.setVisible(not alone)
        if alone:
            top = 0
        self._place_plot(QRect(0, top, width, max(0, height - top)))

    def _place_plot(self, area: QRect) -> None:
        """Give both plots an area, with the choice between them in its corner."""
        size = self.choice.sizeHint()
        corner = area.topLeft() + QPoint(_MARGIN, 2)
        self.choice.setGeometry(QRect(corner, size))
        self.log.move(corner + QPoint(size.width() + _GAP, 0))
        self.plot.title_left = float(_MARGIN + size.width() + _GAP)
        self.correlation.title_left = self.plot.title_left + CONTROL_HEIGHT + _GAP
        for plot in (self.plot, self.correlation):
            plot.setGeometry(area)
        self.samplers.setGeometry(area.adjusted(0, size.height() + 5, 0, 0))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.arrange()


class ObservablesPanel(Panel):
    """Shows an ``ObservablesUpdate``; it writes nothing to the session."""

    def __init__(self, session: Session, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(session, theme, "Observables", parent)
        self.reweight = IconButton(
            theme, "scale-balance", "Reweight by exp(\u2212U)/q", checkable=True
        )
        self.reweight.toggled.connect(self._set_reweighted)
        self.copy = IconButton(theme, "table-arrow-down", "Copy table")
        self.copy.clicked.connect(self.copy_table)
        self.maximise = IconButton(theme, "arrow-expand", "Maximise Observables")
        self.maximise.clicked.connect(self.maximise_requested)
        for tool in (self.reweight, self.copy, self.maximise):
            self.header.add_tool(tool)
        self.canvas = _Body(session, theme)
        self.table, self.plot = self.canvas.table, self.canvas.plot
        self.set_body(self.canvas)
        shortcut = QShortcut(QKeySequence(QKeySequence.StandardKey.Copy), self.table)
        shortcut.setContext(Qt.ShortcutContext.WidgetShortcut)
        shortcut.activated.connect(self.copy_table)
        self._update: ObservablesUpdate | None = None
        self._samples: SampleSet | None = None
        self._trained: tuple[float, float] | None = None
        self._offer_reweighting(False)
        follow(self, session.events.selected, self._mark_selected)
        self.show_placeholder("Waiting for the first draws.")

    def set_observables(self, update: ObservablesUpdate) -> None:
        """Show the numbers accumulated so far."""
        self._update = update
        self.set_waiting(False)
        self.show_body()
        weighted = any(row.reweighted is not None for row in update.rows)
        self._offer_reweighting(weighted, keep=bool(update.model))
        self.table.set_update(update)
        self.plot.set_histogram(update.histogram)
        self.canvas.correlation.set_correlation(update.correlation)
        self.table.set_extrapolated(self._is_extrapolated())
        self.canvas.arrange()
        self._subtitle()

    @property
    def shown(self) -> ObservablesUpdate | None:
        """The numbers on show, None before the first ones."""
        return self._update

    @property
    def samplers(self) -> SamplerComparison:
        """The table of two samplers."""
        return self.canvas.samplers

    def set_sampler(self, update: SamplerUpdate) -> None:
        """Show what was measured of one of the two samplers that are compared."""
        self.canvas.samplers.set_update(update)

    def set_trained_range(self, trained: tuple[float, float] | None) -> None:
        """Mark the network's values as extrapolated at temperatures outside this range."""
        self._trained = trained
        self.table.set_extrapolated(self._is_extrapolated())
        self._subtitle()

    def _is_extrapolated(self) -> bool:
        return self._update is not None and not is_within(self._update.temperature, self._trained)

    def set_sample_set(self, samples: SampleSet) -> None:
        """Mark the selected sample of a new set in P(m)."""
        self._samples = samples
        self._mark_selected()

    def copy_table(self) -> None:
        """Put the table on the clipboard, for a spreadsheet."""
        if self._update is not None:
            QGuiApplication.clipboard().setText(table_text(self._update))

    def _mark_selected(self) -> None:
        if self._samples is not None:
            index = min(self.session.selected, len(self._samples.spins) - 1)
            self.plot.set_shown(float(self._samples.spins[index].mean()))

    def _offer_reweighting(self, offered: bool, keep: bool = False) -> None:
        """Offer it or not; the choice is kept where weights are only still to come."""
        self.reweight.setProperty("wanted", offered)
        if not offered and not keep:
            self.reweight.setChecked(False)
        self._set_reweighted()
        self.header.arrange()

    def _set_reweighted(self, _: bool = False) -> None:
        on = self.reweight.isChecked() and bool(self.reweight.property("wanted"))
        self.table.set_reweighted(on)
        self.canvas.correlation.set_reweighted(on)
        self._subtitle()

    def _subtitle(self) -> None:
        update = self._update
        if update is None:
            return
        draws = f"{thousands(update.draws)} draws"
        if not update.draws and update.wolff_draws:
            draws = f"{thousands(update.wolff_draws)} Wolff draws"
        if update.ess is None:
            self.set_subtitle(draws)
        else:
            self.set_subtitle(f"{draws} \u00b7 ESS {100 * update.ess:.0f} %", draws)
