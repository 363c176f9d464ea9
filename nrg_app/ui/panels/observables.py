"""The Observables panel: the table against its references, and P(m)."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QWidget

from nrg_app.session.document import Session
from nrg_app.session.messages import ObservablesUpdate, SampleSet
from nrg_app.ui.panels.base import Canvas, Panel, follow
from nrg_app.ui.panels.controls import IconButton
from nrg_app.ui.panels.numbers import thousands
from nrg_app.ui.panels.observable_text import table_text
from nrg_app.ui.panels.observables_table import ObservablesTable
from nrg_app.ui.panels.order_parameter import OrderParameterPlot
from nrg_app.ui.theme import Theme

_SIDE_BY_SIDE = 640


class _Body(Canvas):
    """The table above the plot, or beside it when there is width to spare."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self.table = ObservablesTable(theme, self)
        self.plot = OrderParameterPlot(theme, self)
        self.setMinimumSize(250, 170)

    def set_theme(self, theme: Theme) -> None:
        self.table.set_theme(theme)
        self.plot.set_theme(theme)
        super().set_theme(theme)

    def set_dimmed(self, dimmed: bool) -> None:
        self.table.set_dimmed(dimmed)
        self.plot.set_dimmed(dimmed)
        super().set_dimmed(dimmed)

    def arrange(self) -> None:
        """Place the two parts."""
        width, height = self.width(), self.height()
        if width >= _SIDE_BY_SIDE:
            share = min(round(0.55 * width), 560)
            self.table.setGeometry(0, 0, share, height)
            self.plot.setGeometry(share, 0, width - share, height)
            return
        table = self.table.preferred_height()
        self.table.setGeometry(0, 0, width, table)
        top = table + (11 if height - table > 180 else 0)
        self.plot.setGeometry(0, top, width, max(0, height - top))

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
        self.maximise = IconButton(theme, "arrow-expand", "Maximise")
        self.maximise.clicked.connect(self.maximise_requested)
        for tool in (self.reweight, self.copy, self.maximise):
            self.header.add_tool(tool)
        self.canvas = _Body(theme)
        self.table, self.plot = self.canvas.table, self.canvas.plot
        self.set_body(self.canvas)
        shortcut = QShortcut(QKeySequence(QKeySequence.StandardKey.Copy), self.table)
        shortcut.setContext(Qt.ShortcutContext.WidgetShortcut)
        shortcut.activated.connect(self.copy_table)
        self._update: ObservablesUpdate | None = None
        self._samples: SampleSet | None = None
        self._offer_reweighting(False)
        follow(self, session.events.selected, self._mark_selected)
        self.show_placeholder("Waiting for the first draws.")

    def set_observables(self, update: ObservablesUpdate) -> None:
        """Show the numbers accumulated so far."""
        self._update = update
        self.set_waiting(False)
        self.show_body()
        self._offer_reweighting(any(row.reweighted is not None for row in update.rows))
        self.table.set_update(update)
        self.plot.set_histogram(update.histogram)
        self.canvas.arrange()
        self._subtitle()

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

    def _offer_reweighting(self, offered: bool) -> None:
        self.reweight.setProperty("wanted", offered)
        if not offered:
            self.reweight.setChecked(False)
        self.header.arrange()

    def _set_reweighted(self, on: bool) -> None:
        self.table.set_reweighted(on)
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
