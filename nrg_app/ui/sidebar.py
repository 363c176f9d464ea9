"""The sidebar: temperature, model, sampler, run, snapshots; it scrolls when short."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from nrg_app.session.document import Session
from nrg_app.ui.actions import Actions
from nrg_app.ui.fonts import scaled
from nrg_app.ui.model_section import ModelSection, SamplerSection
from nrg_app.ui.painting import hairline
from nrg_app.ui.run_section import RunSection
from nrg_app.ui.snapshot_section import SnapshotSection
from nrg_app.ui.temperature import TemperatureSection
from nrg_app.ui.theme import Theme
from nrg_app.ui.themed import Separator, Themed

WIDE, NARROW = 272, 232
_PADDING = 16
_SCROLL_BAR = 8
_ABOVE, _BELOW = 12, 8  # space around the lines between sections


class Sidebar(Themed):
    """All the controls of a session."""

    def __init__(
        self, session: Session, actions: Actions, theme: Theme, parent: QWidget | None = None
    ) -> None:
        super().__init__(theme, parent)
        self.setAccessibleName("Controls")
        self.temperature = TemperatureSection(session, actions, theme)
        self.model = ModelSection(session, actions, theme)
        self.sampler = SamplerSection(session, theme)
        self.run = RunSection(session, actions, theme)
        self.snapshots = SnapshotSection(session, actions, theme)
        content = Themed(theme)
        content.setProperty("plain", True)
        column = self._column = QVBoxLayout(content)
        column.setSpacing(0)
        column.addWidget(self.temperature)
        for section in (self.model, self.sampler, self.run, self.snapshots):
            column.addWidget(Separator(theme, _ABOVE, _BELOW))
            column.addWidget(section)
        column.setStretchFactor(self.snapshots, 1)
        scroll = QScrollArea(self)
        scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(content)
        scroll.verticalScrollBar().rangeChanged.connect(self._make_room)
        scroll.viewport().setAutoFillBackground(False)
        content.setAutoFillBackground(False)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 1, 0)
        layout.addWidget(scroll)
        self._make_room(0, 0)
        self.set_narrow(False)

    def _make_room(self, low: int, high: int) -> None:
        """Let the scroll bar take its room from the padding, not from the controls."""
        bar = _SCROLL_BAR if high > low else 0
        self._column.setContentsMargins(_PADDING, 8, _PADDING - 1 - bar, 12)

    def set_narrow(self, narrow: bool) -> None:
        """Take the width of small windows and leave out the facts of the model, or not."""
        self.setFixedWidth(scaled(NARROW if narrow else WIDE))
        self.model.facts.setVisible(not narrow)
        self.temperature.set_narrow(narrow)
        self.run.set_narrow(narrow)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the ground and the line at the right."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(self.theme.bar))
        painter.setPen(hairline(self.theme.line))
        painter.drawLine(self.width() - 1, 0, self.width() - 1, self.height())
