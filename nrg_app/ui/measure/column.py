"""The Measurement panel: what to measure, how far it is, its numbers, and what was run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from nrg_app.figures.plot_spec import PlotSpec
from nrg_app.session.document import Session
from nrg_app.session.measure.orders import Progress
from nrg_app.session.measure.rows import Table
from nrg_app.ui.actions import Actions
from nrg_app.ui.buttons import ActionButton
from nrg_app.ui.fonts import CAPTION, text_font
from nrg_app.ui.math_text import MathLabel
from nrg_app.ui.measure.forms import ScanForm
from nrg_app.ui.measure.key import KeyList
from nrg_app.ui.measure.order_form import OrderForm
from nrg_app.ui.measure.values import ValuesTable
from nrg_app.ui.panels.base import Panel
from nrg_app.ui.panels.controls import TextButton
from nrg_app.ui.panels.scroll_body import ScrollBody
from nrg_app.ui.section import Section
from nrg_app.ui.theme import Theme
from nrg_app.ui.themed import Themed
from nrg_app.ui.train.run_panel import duration
from nrg_app.ui.train.widgets import ProgressBar

_EXPORTS = (("figure", "Figure"), ("csv", "CSV"), ("npz", "NPZ"), ("table", "Copy"))


class _Told(QLabel):
    """Plain words in several lines, in the colour of captions."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(True)
        self.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.setFont(text_font(CAPTION))
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.setAccessibleName("What was run")
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        self.setStyleSheet(f"color: {theme.text2}; background: transparent;")

    def set_words(self, told: Mapping[str, str]) -> None:
        text = "\n".join(f"{name}: {words}" for name, words in told.items())
        self.setText(text or "Nothing has been measured yet.")
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Take the height that the width asks for."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        self.setFixedHeight(max(0, self.heightForWidth(self.width())))  # -1: no width yet


class MeasurePanel(Panel):
    """Shows the form of a kind of measurement, its progress and its results.

    ``export_asked`` carries the key of a way to export the whole page.
    """

    export_asked = Signal(str)

    def __init__(
        self,
        session: Session,
        actions: Actions,
        form: OrderForm,
        theme: Theme,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(session, theme, "Measurement", parent)
        self.body_ = ScrollBody(theme)
        self.form = form
        self.start = ActionButton(theme, actions["measure"], "primary", height=32)
        self.start.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.clear = ActionButton(theme, actions["measure_clear"], height=32, text=False)
        self.values = ValuesTable(theme)
        self.key = KeyList(theme)
        self.told = _Told(theme)
        self.exports = [TextButton(theme, text) for _, text in _EXPORTS]
        for (key, text), button in zip(_EXPORTS, self.exports, strict=True):
            name = "Copy the values" if key == "table" else f"Export the page, {text}"
            button.setAccessibleName(name)
            button.setToolTip(name)
            button.clicked.connect(lambda _=False, chosen=key: self.export_asked.emit(chosen))
        self._build(theme)
        self._key_section.setVisible(isinstance(form, ScanForm))
        self.set_body(self.body_)

    def _build(self, theme: Theme) -> None:
        column = self.body_.column
        self.progress = self._make_progress(theme)
        column.addWidget(self.progress)
        buttons = QHBoxLayout()
        buttons.setSpacing(6)
        buttons.addWidget(self.start, 1)
        buttons.addWidget(self.clear)
        column.addLayout(buttons)
        column.addSpacing(10)
        column.addWidget(self.form)
        column.addSpacing(2)
        column.addWidget(self.values)
        export = Section(theme, "Export all plots")
        row = QHBoxLayout()
        row.setSpacing(6)
        for button in self.exports:
            row.addWidget(button)
        row.addStretch(1)
        export.body.addLayout(row)
        self._key_section = Section(theme, "Key")
        self._key_section.body.addWidget(self.key)
        told = Section(theme, "What was run")
        told.body.addWidget(self.told)
        for section in (self._key_section, export, told):
            column.addWidget(section)
            column.addSpacing(2)
        column.addStretch(1)

    def _make_progress(self, theme: Theme) -> Themed:
        part = Themed(theme)
        column = QVBoxLayout(part)
        column.setContentsMargins(0, 2, 0, 8)
        column.setSpacing(5)
        head = QHBoxLayout()
        self.state = MathLabel(theme)
        right = Qt.AlignmentFlag.AlignRight
        self.percent = MathLabel(theme, role="accent", weight=600, align=right)
        head.addWidget(self.state, 1)
        head.addWidget(self.percent)
        column.addLayout(head)
        self.bar = ProgressBar(theme)
        column.addWidget(self.bar)
        self.left = MathLabel(theme, role="text2", px=CAPTION)
        column.addWidget(self.left)
        return part

    # -- content --------------------------------------------------------------------------

    def set_job(self, progress: Progress | None, name: str, remaining: float | None) -> None:
        """Show how far the job is, None for no job."""
        self.progress.setVisible(progress is not None)
        self.form.setEnabled(progress is None)
        if progress is None:
            return
        self.state.set_text(progress.words)
        self.percent.set_text(f"{100 * progress.fraction:.0f} %")
        self.bar.set_fraction(progress.fraction)
        time_left = "" if remaining is None else f", {duration(remaining)} left"
        self.left.set_text(f"{name}{time_left}")

    def set_results(
        self, tables: Sequence[Table], plots: list[PlotSpec], told: Mapping[str, str]
    ) -> None:
        """Show numbers, the key of the curves and what was run."""
        self.values.set_tables(tables)
        self.values.setVisible(bool(tables))
        self.key.set_plots(plots)
        self.told.set_words(told)
