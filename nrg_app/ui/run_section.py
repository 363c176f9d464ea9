"""The sidebar's Run section: play, step, reseed, restart, speed, seed."""

from __future__ import annotations

import math

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractSlider, QHBoxLayout, QSizePolicy, QWidget

from nrg_app.session.document import MAX_SEED, MAX_SPEED, Session
from nrg_app.ui.actions import Actions
from nrg_app.ui.buttons import ActionButton, Switch
from nrg_app.ui.fonts import CAPTION
from nrg_app.ui.math_text import MathLabel
from nrg_app.ui.number_field import GroupedSpinBox, NumberField
from nrg_app.ui.panels.base import follow
from nrg_app.ui.panels.controls import draw_focus_ring
from nrg_app.ui.panels.numbers import fixed, thousands
from nrg_app.ui.section import Section
from nrg_app.ui.theme import Theme

_SLOWEST = 1.0


class SpeedSlider(QAbstractSlider):
    """Draws per second on a logarithmic track; ``moved`` carries what the user chose."""

    moved = Signal(float)
    _STEPS = 60

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme = theme
        self.setRange(0, self._STEPS)
        self.setSingleStep(1)
        self.setPageStep(10)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setFixedHeight(20)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Speed")
        self.setToolTip("Draws per second while playing")
        self.valueChanged.connect(lambda value: self.moved.emit(self.speed_of(value)))

    def set_theme(self, theme: Theme) -> None:
        """Repaint in another theme."""
        self.theme = theme
        self.update()

    def speed_of(self, value: int) -> float:
        """Return the speed of a slider position: 1 to 60 per second."""
        return float(round(_SLOWEST * (MAX_SPEED / _SLOWEST) ** (value / self._STEPS)))

    def set_speed(self, speed: float) -> None:
        """Show a speed without emitting ``moved``."""
        if self.speed_of(self.value()) == speed:
            return
        share = math.log(max(speed, _SLOWEST) / _SLOWEST) / math.log(MAX_SPEED / _SLOWEST)
        blocked = self.blockSignals(True)
        self.setValue(round(share * self._STEPS))
        self.blockSignals(blocked)
        self.update()

    def sizeHint(self) -> QSize:
        """Return a comfortable width."""
        return QSize(120, 20)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Jump to the pressed place and start a drag."""
        self.setSliderDown(True)
        self._drag_to(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Follow a drag."""
        self._drag_to(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End a drag."""
        self.setSliderDown(False)

    def _drag_to(self, event: QMouseEvent) -> None:
        share = (event.position().x() - 6) / max(1, self.width() - 12)
        self.setValue(round(min(max(share, 0.0), 1.0) * self._STEPS))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw track and knob."""
        theme = self.theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        y = self.height() / 2
        x = 6 + (self.width() - 12) * self.value() / self._STEPS
        for end, color in ((float(self.width()), theme.strong_line), (x, theme.text3)):
            painter.setBrush(QColor(color))
            painter.drawRoundedRect(QRectF(0, y - 2, end, 4), 2, 2)
        for radius, color in ((8, theme.bar), (6, theme.text2)):
            painter.setBrush(QColor(color))
            painter.drawEllipse(QRectF(x - radius, y - radius, 2 * radius, 2 * radius))
        if self.hasFocus():
            draw_focus_ring(painter, QRectF(self.rect()), theme.accent)


class RunSection(Section):
    """Shows and sets how draws follow each other."""

    def __init__(
        self, session: Session, actions: Actions, theme: Theme, parent: QWidget | None = None
    ) -> None:
        super().__init__(theme, "Run", parent)
        self._session = session
        self.draws = MathLabel(theme, role="text3", px=CAPTION)
        self.head.addWidget(self.draws)
        self.play = ActionButton(theme, actions["play"], "primary", height=32)
        self.play.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._small = [
            (ActionButton(theme, actions[name], text=False, height=32), width)
            for name, width in (("step", 44), ("reseed", 44), ("restart", 37))
        ]
        self.speed = SpeedSlider(theme)
        self.speed.moved.connect(lambda speed: setattr(session, "speed", speed))
        self.speed_text = MathLabel(theme, align=Qt.AlignmentFlag.AlignRight)
        self.speed_text.setFixedWidth(48)
        editor = GroupedSpinBox()
        editor.setRange(0, MAX_SEED)
        self.seed = NumberField(theme, editor)
        self.seed.set_name("Seed", f"Seed of all random numbers, 0 to {thousands(MAX_SEED)}")
        self._seed_label = MathLabel(theme, "Seed", "text2")
        self.seed.edited.connect(lambda seed: setattr(session, "seed", int(seed)))
        self.lock = ActionButton(theme, actions["lock"], "flat", text=False, height=24)
        self.auto = Switch(theme, actions["auto"])
        self._arrange(theme)
        follow(self, session.events.speed, self._show_speed)
        follow(self, session.events.seed, self._show_seed)
        self._show_speed(session.speed)
        self._show_seed(session.seed)
        self.set_draws(0)

    def _arrange(self, theme: Theme) -> None:
        buttons = QHBoxLayout()
        buttons.setSpacing(6)
        buttons.addWidget(self.play, 1)
        for button, _ in self._small:
            buttons.addWidget(button)
        speed = QHBoxLayout()
        speed.setSpacing(10)
        speed.addWidget(MathLabel(theme, "Speed", "text2"))
        speed.addWidget(self.speed, 1)
        speed.addWidget(self.speed_text)
        seed = self._seed_row = QHBoxLayout()
        seed.addWidget(self._seed_label)
        seed.addWidget(self.seed, 1)
        seed.addWidget(self.lock)
        seed.addWidget(MathLabel(theme, "Auto", "text2"))
        seed.addWidget(self.auto)
        self.body.addLayout(buttons)
        self.body.addSpacing(7)
        self.body.addLayout(speed)
        self.body.addSpacing(4)
        self.body.addLayout(seed)

    def set_narrow(self, narrow: bool) -> None:
        """Take less width, or the usual."""
        self._seed_label.setVisible(not narrow)
        self._seed_row.setSpacing(3 if narrow else 5)
        for button, width in self._small:
            button.set_icon_width(32 if narrow else width)

    def set_draws(self, draws: int) -> None:
        """Show how many configurations were drawn since the start."""
        self.draws.set_text(f"draw {thousands(draws)}")

    def _show_speed(self, speed: float) -> None:
        self.speed.set_speed(speed)
        self.speed_text.set_text(f"{fixed(speed, 0)} / s")
        self.speed.setAccessibleName(f"Speed, {fixed(speed, 0)} draws per second")

    def _show_seed(self, seed: int) -> None:
        self.seed.set_value(seed)
