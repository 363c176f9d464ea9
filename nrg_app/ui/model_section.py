"""The sidebar's Model and Sampler sections."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QButtonGroup,
    QComboBox,
    QHBoxLayout,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from nrg_app.physics.exact import CRITICAL_TEMPERATURE
from nrg_app.physics.observables import Estimate
from nrg_app.session.document import Session
from nrg_app.session.messages import MODEL_SAMPLERS, SamplerName, SamplerUpdate
from nrg_app.ui.actions import Actions
from nrg_app.ui.buttons import ActionButton
from nrg_app.ui.icons import draw_icon
from nrg_app.ui.math_text import MathLabel
from nrg_app.ui.model_list import ModelEntry
from nrg_app.ui.panels.base import follow
from nrg_app.ui.panels.controls import PaintedButton, draw_box, draw_focus_ring
from nrg_app.ui.panels.numbers import DASH, fixed, thousands
from nrg_app.ui.panels.text import draw_text
from nrg_app.ui.section import Section
from nrg_app.ui.theme import Theme
from nrg_app.ui.themed import Themed

# Key, name, and what is said of it until it was measured.
SAMPLERS: tuple[tuple[SamplerName, str, str], ...] = (
    ("flow", "Flow", "independent"),
    ("corrected", "Flow, corrected", DASH),
    ("hmc", "Latent HMC", DASH),
    ("wolff", "Wolff cluster", DASH),
    ("metropolis", "Metropolis", DASH),
)
SAMPLER_TIPS: dict[SamplerName, str] = {
    "flow": "Samples of the network, each independent of the others",
    "corrected": "Proposals of the network, accepted or not so that the samples are exact",
    "hmc": "Hamiltonian Monte Carlo on the latents; exact, moves continuously",
    "wolff": "Wolff's cluster algorithm; exact",
    "metropolis": "Single spin flips; exact, slow at the critical temperature",
}


class ComboBox(QComboBox):
    """A combo box with the painted face of the other controls."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme = theme
        self.setFixedHeight(28)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def set_theme(self, theme: Theme) -> None:
        """Repaint in another theme."""
        self.theme = theme
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw frame, text and arrow."""
        theme, rect = self.theme, QRectF(self.rect())
        painter = QPainter(self)
        draw_box(painter, rect, theme.raised if theme.dark else theme.panel, theme.strong_line)
        if self.hasFocus():
            draw_focus_ring(painter, rect, theme.accent)
        room = rect.width() - 34
        text = self.fontMetrics().elidedText(
            self.currentText(), Qt.TextElideMode.ElideMiddle, round(room)
        )
        draw_text(painter, QRectF(8, 0, room, rect.height()), text, theme.text)
        arrow = QRectF(rect.right() - 24, 0, 20, rect.height())
        draw_icon(painter, arrow, "chevron-down", theme.text2, 15)


class ModelSection(Section):
    """Chooses ``session.model`` and shows what is known of it."""

    def __init__(
        self, session: Session, actions: Actions, theme: Theme, parent: QWidget | None = None
    ) -> None:
        super().__init__(theme, "Model", parent)
        self._session = session
        for name in ("open_model", "model_details"):
            self.head.addWidget(ActionButton(theme, actions[name], "flat", text=False, height=24))
        self.combo = ComboBox(theme)
        self.combo.setAccessibleName("Model")
        self.combo.setToolTip("The network that is sampled")
        self.combo.activated.connect(self._chosen)
        self.body.addWidget(self.combo)
        self.facts = Themed(theme)
        self._values: dict[str, MathLabel] = {}
        self._build_facts(theme)
        self.body.addWidget(self.facts)
        follow(self, session.events.model, self._show)

    def _build_facts(self, theme: Theme) -> None:
        column = QVBoxLayout(self.facts)
        column.setContentsMargins(0, 5, 0, 2)
        column.setSpacing(2)
        for key, label in (
            ("size", "Lattice"),
            ("range", "Trained for"),
            ("gap", "Gap at $T$_{c}"),
        ):
            row = QHBoxLayout()
            row.addWidget(MathLabel(theme, label, "text3"))
            row.addStretch(1)
            self._values[key] = MathLabel(theme, DASH, "text2", align=Qt.AlignmentFlag.AlignRight)
            row.addWidget(self._values[key])
            column.addLayout(row)

    def set_entries(self, entries: list[ModelEntry]) -> None:
        """List the models on offer."""
        self.combo.clear()
        for entry in entries:
            self.combo.addItem(entry.name, entry.model)
        if not entries:
            self.combo.setPlaceholderText("No model")
        self._show(self._session.model)

    def set_entry(self, entry: ModelEntry | None) -> None:
        """Show the facts of a model."""
        if entry is None:
            for value in self._values.values():
                value.set_text(DASH)
            return
        low, high = entry.temperature_range
        self._values["size"].set_text(f"$L$ = {entry.size}, periodic")
        self._values["range"].set_text(
            f"{fixed(low, 1)} \N{LESS-THAN OR EQUAL TO} $T$ \N{LESS-THAN OR EQUAL TO} "
            f"{fixed(high, 1)}"
        )
        gap = entry.gap_near(CRITICAL_TEMPERATURE)
        self._values["gap"].set_text(DASH if gap is None else f"{fixed(gap, 5)} per site")

    def _chosen(self, index: int) -> None:
        self._session.model = self.combo.itemData(index)

    def _show(self, model: str) -> None:
        self.combo.setCurrentIndex(self.combo.findData(model))


class _SamplerRow(PaintedButton):
    def __init__(self, theme: Theme, text: str, note: str) -> None:
        super().__init__(theme)
        self.setText(text)
        self._note = ""
        self.set_note(note)
        self.setCheckable(True)
        self.setFixedHeight(26)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_note(self, note: str) -> None:
        # While T moves nothing is known for long: most calls change nothing.
        if note == self._note:
            return
        self._note = note
        self.setAccessibleName(f"{self.text()}, {note}")
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(180, 26)

    def draw_face(self, painter: QPainter, rect: QRectF) -> None:
        theme, on = self.theme, self.isChecked()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if on:
            draw_box(painter, rect, theme.tint)
        elif self.underMouse():
            draw_box(painter, rect, theme.hover)
        ring = theme.accent if on else theme.text3
        center = QRectF(7.5, rect.center().y() - 6, 12, 12)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(ring), 1.5))
        painter.drawEllipse(center)
        if on:
            painter.setBrush(QColor(ring))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.drawEllipse(center.adjusted(3, 3, -3, -3))
        color = theme.text if self.isEnabled() else theme.text3
        weight = 600 if on else 400
        draw_text(painter, rect.adjusted(28, 0, 0, 0), self.text(), color, weight=weight)
        note = theme.accent if on else theme.text3
        right = Qt.AlignmentFlag.AlignRight
        draw_text(painter, rect.adjusted(0, 0, -8, 0), self._note, note, px=11, align=right)


class SamplerSection(Section):
    """Chooses ``session.sampler``; number keys do so while the list has the focus."""

    def __init__(self, session: Session, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, "Sampler", parent)
        self.body.setSpacing(2)
        self._group = QButtonGroup(self)
        self.rows: dict[str, _SamplerRow] = {}
        for key, text, note in SAMPLERS:
            row = _SamplerRow(theme, text, note)
            row.clicked.connect(lambda _=False, name=key: setattr(session, "sampler", name))
            self._group.addButton(row)
            self.body.addWidget(row)
            self.rows[key] = row
        self.forget()
        follow(self, session.events.sampler, self._show)
        follow(self, session.events.model, self.forget)
        follow(self, session.events.temperature, self.forget)
        self._show(session.sampler)

    def set_flow_available(self, available: bool) -> None:
        """Allow or forbid the samplers that need the flow of a model."""
        for name in MODEL_SAMPLERS:
            self.rows[name].setEnabled(available)
            self.rows[name].setToolTip(
                SAMPLER_TIPS[name] if available else "Open a model to sample with its flow."
            )

    def set_update(self, update: SamplerUpdate) -> None:
        """Show what was measured of a sampler: acceptance or memory, and its speed."""
        row = self.rows[update.sampler]
        tau, speed = update.tau_magnetization, update.effective_per_second
        if update.sampler == "flow":
            note = "independent"
        elif update.acceptance is not None:
            note = f"accepts {fixed(update.acceptance, 2)}"
        else:
            note = DASH if tau is None else f"τ {fixed(tau[0], 1)}"
        row.set_note(note)
        lines = [SAMPLER_TIPS[update.sampler]]
        if tau is not None:
            lines.append(f"Autocorrelation time of |m|: {Estimate(*tau).brackets()} steps")
        if speed is not None:
            lines.append(f"Independent samples per second: {thousands(round(speed))}")
        row.setToolTip("\n".join([*lines, *filter(None, [update.note])]))

    def forget(self, _: object = None) -> None:
        """Show that nothing has been measured yet."""
        for name, _, note in SAMPLERS:
            row = self.rows[name]
            row.set_note(note)
            if row.toolTip() != SAMPLER_TIPS[name]:
                row.setToolTip(SAMPLER_TIPS[name])

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Choose a sampler with 1 to 5."""
        index = event.key() - Qt.Key.Key_1
        rows = list(self.rows.values())
        if 0 <= index < len(rows) and rows[index].isEnabled():
            rows[index].click()
        else:
            super().keyPressEvent(event)

    def _show(self, sampler: str) -> None:
        self.rows[sampler].setChecked(True)
