"""The sidebar's Temperature section: number box, phase, slider, presets, sweep."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from nrg_app.physics.exact import CRITICAL_TEMPERATURE, correlation_length
from nrg_app.session.document import Session
from nrg_app.ui.actions import Actions
from nrg_app.ui.buttons import ActionButton
from nrg_app.ui.fonts import CAPTION, TEMPERATURE
from nrg_app.ui.math_text import MathLabel, parse, plain
from nrg_app.ui.number_field import FineSpinBox, NumberField
from nrg_app.ui.panels.base import follow
from nrg_app.ui.panels.controls import PaintedButton, draw_box
from nrg_app.ui.panels.numbers import fixed, is_within
from nrg_app.ui.panels.text import draw_line, draw_text, line_width, text_width
from nrg_app.ui.section import Section
from nrg_app.ui.sweep_menu import SweepButton
from nrg_app.ui.temperature_slider import HIGH, LOW, STEP, TemperatureSlider
from nrg_app.ui.theme import Theme
from nrg_app.ui.themed import Themed

CRITICAL_WIDTH = 0.05
_BOX, _BOX_NARROW, _PX_NARROW = 128, 120, 24
ALLOWED = (0.1, 10.0)  # what the number box takes, wider than the slider
PRESETS = (("1.5", LOW), ("$T$_{c}", CRITICAL_TEMPERATURE), ("3.5", HIGH))
XI, ALMOST, MIDDOT = "$\N{GREEK SMALL LETTER XI}$", "\N{ALMOST EQUAL TO}", "\N{MIDDLE DOT}"
BETA = "$\N{GREEK SMALL LETTER BETA}$"


def phase(temperature: float) -> str:
    """Return the name of the phase at a temperature."""
    if abs(temperature - CRITICAL_TEMPERATURE) < CRITICAL_WIDTH:
        return "Critical"
    return "Ordered" if temperature < CRITICAL_TEMPERATURE else "Disordered"


def correlation_markup(temperature: float, size: int) -> str:
    """Return the correlation length of the infinite lattice, or that it reaches the side L."""
    length = float(correlation_length(temperature))
    # At Tc the length is infinite; the lattice cuts it off.
    return f"{XI} {fixed(length, 1)}" if length < size else f"{XI} {ALMOST} $L$"


class PhaseLabel(Themed):
    """The phase as a chip, on the accent's tint when critical."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self.phase = ""
        self.setToolTip(f"Critical within {CRITICAL_WIDTH:g} J/k_B of the critical temperature")
        self.setFixedHeight(21)

    def set_phase(self, name: str) -> None:
        """Show a phase."""
        if name != self.phase:
            self.phase = name
            self.setAccessibleName(name)
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the chip; the dot is left out where the name needs the room."""
        theme, rect = self.theme, QRectF(self.rect())
        painter = QPainter(self)
        critical = self.phase == "Critical"
        color = theme.accent if critical else theme.text2
        draw_box(painter, rect, theme.tint if critical else theme.raised)
        name_width = text_width(self.phase, 12, 600)
        if name_width + 26 <= rect.width():
            painter.setBrush(QColor(color))
            painter.drawEllipse(QRectF(8, rect.center().y() - 3.5, 7, 7))
            rect.setLeft(21)
        else:
            rect.setLeft((rect.width() - name_width) / 2)
        draw_text(painter, rect, self.phase, color, weight=600)


class _Preset(PaintedButton):
    def __init__(self, theme: Theme, markup: str, name: str) -> None:
        super().__init__(theme)
        self._markup = markup
        self.setCheckable(True)
        self.setAccessibleName(name)
        self.setToolTip(f"{name} J/k_B")
        self.setFixedHeight(26)

    def nextCheckState(self) -> None:
        """Leave the state to the temperature."""

    def sizeHint(self) -> QSize:
        return QSize(round(line_width(parse(self._markup), 12)) + 19, 26)

    def draw_face(self, painter: QPainter, rect: QRectF) -> None:
        theme, color = self.theme, self.theme.text2
        if self.isChecked():
            draw_box(painter, rect, theme.tint, theme.accent)
            color = theme.accent
        elif self.underMouse():
            color = theme.text
        weight = 600 if self.isChecked() else 400
        center = Qt.AlignmentFlag.AlignHCenter
        draw_line(painter, rect, parse(self._markup), color, weight=weight, align=center)


class PresetBar(Themed):
    """Buttons for the ends of the scale and Tc; the one that T equals is lit."""

    def __init__(self, session: Session, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        self.buttons: list[tuple[float, _Preset]] = []
        for markup, temperature in PRESETS:
            button = _Preset(theme, markup, f"Temperature {plain(markup)}")
            button.clicked.connect(
                lambda _=False, value=temperature: setattr(session, "temperature", value)
            )
            layout.addWidget(button)
            self.buttons.append((temperature, button))

    def set_temperature(self, temperature: float) -> None:
        """Light the preset of this temperature."""
        for value, button in self.buttons:
            button.setChecked(abs(value - temperature) < 5e-4)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the frame around the buttons."""
        painter = QPainter(self)
        fill = self.theme.bar if self.theme.dark else self.theme.raised
        draw_box(painter, QRectF(self.rect()), fill, self.theme.strong_line)


class TemperatureSection(Section):
    """Shows and sets ``session.temperature``."""

    def __init__(
        self, session: Session, actions: Actions, theme: Theme, parent: QWidget | None = None
    ) -> None:
        super().__init__(theme, "Temperature", parent)
        self._session = session
        self._size = 0
        self._narrow = False
        self._trained: tuple[float, float] | None = None
        self.head.addWidget(MathLabel(theme, "$T$ in $J$/$k$_{B}", "text3", px=CAPTION))
        editor = FineSpinBox()
        editor.setDecimals(3)
        editor.setSingleStep(STEP)
        editor.setRange(*ALLOWED)
        self.box = NumberField(theme, editor, symbol="T", px=TEMPERATURE, weight=500, height=44)
        self.box.edited.connect(self._choose)
        self.box.set_name(
            "Temperature", f"Temperature T in J/k_B, {ALLOWED[0]:g} to {ALLOWED[1]:g}"
        )
        self.phase_label = PhaseLabel(theme)
        self.facts = MathLabel(theme, role="text2")
        self.facts.setToolTip("Correlation length ξ in sites, and β = 1/T in k_B/J")
        self.slider = TemperatureSlider(theme)
        self.slider.moved.connect(self._choose)
        self.slider.setToolTip(
            "Temperature T in J/k_B under the exact specific heat c(T) of this lattice"
        )
        self.warning = MathLabel(theme, role="warning", px=CAPTION)
        self.warning.hide()
        self.presets = PresetBar(session, theme)
        self.sweep = ActionButton(theme, actions["sweep"], px=12)
        self.sweep_options = SweepButton(session, theme)
        self._arrange()
        self.set_size(32)
        follow(self, session.events.temperature, self._show)
        self._show(session.temperature)

    def _arrange(self) -> None:
        right = QVBoxLayout()
        right.setSpacing(2)
        right.addWidget(self.phase_label)
        right.addWidget(self.facts)
        right.addStretch(1)
        top = self._top = QHBoxLayout()
        top.addWidget(self.box)
        top.addLayout(right, 1)
        bottom = QHBoxLayout()
        bottom.addWidget(self.presets)
        bottom.addStretch(1)
        bottom.addWidget(self.sweep)
        bottom.addWidget(self.sweep_options)
        bottom.setSpacing(4)
        self.body.addLayout(top)
        self.body.addWidget(self.slider)
        self.body.addWidget(self.warning)
        self.body.addSpacing(4)
        self.body.addLayout(bottom)

    def set_narrow(self, narrow: bool) -> None:
        """Take less width for the number box, or the usual."""
        self._narrow = narrow
        self._top.setSpacing(8 if narrow else 12)
        self.sweep.set_with_text(not narrow)
        self.box.setFixedWidth(_BOX_NARROW if narrow else _BOX)
        self.box.set_px(_PX_NARROW if narrow else TEMPERATURE)
        self._show(self._session.temperature)

    def set_size(self, size: int) -> None:
        """Draw c(T) and judge the correlation length for a lattice of this side."""
        if size != self._size:
            self._size = size
            self.slider.set_size(size)
            self._show(self._session.temperature)

    def set_trained_range(self, trained: tuple[float, float] | None) -> None:
        """Warn at temperatures outside this range."""
        self._trained = trained
        self._show(self._session.temperature)

    def _choose(self, temperature: float) -> None:
        self._session.temperature = temperature

    def _show(self, temperature: float) -> None:
        self.box.set_value(temperature)
        self.slider.set_temperature(temperature)
        self.presets.set_temperature(temperature)
        name = phase(temperature)
        self.phase_label.set_phase(name)
        length = correlation_markup(temperature, self._size)
        beta = f"\u2002{MIDDOT}\u2002{BETA}\u2009{fixed(1 / temperature, 4)}"
        self.facts.set_text(length if self._narrow else length + beta)
        self.slider.setAccessibleName(
            f"Temperature, {fixed(temperature, 3)} J per k_B, {name.lower()}"
        )
        self._warn(temperature)

    def _warn(self, temperature: float) -> None:
        outside = not is_within(temperature, self._trained)
        if outside and self._trained is not None:
            low, high = self._trained
            self.warning.set_text(f"Extrapolated: trained from {fixed(low, 1)} to {fixed(high, 1)}")
        self.warning.setVisible(outside)
