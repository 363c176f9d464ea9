"""The line below the strip's header in slow motion: what happens, and the controls."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QFontMetrics, QHideEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from nrg_app.ui.fonts import BODY, CAPTION, RULER, text_font
from nrg_app.ui.guide.steps import GENERATE, REVERSE
from nrg_app.ui.painting import hairline
from nrg_app.ui.panels.controls import IconButton, Segmented, TextButton, draw_focus_ring
from nrg_app.ui.panels.header import PADDING
from nrg_app.ui.theme import Theme
from nrg_app.ui.themed import Themed

HEIGHT = 36
PACES = (0.5, 1.0, 2.0, 4.0)  # seconds for a step
FIRST_PACE = 2.0
_WRAPPED = Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextWordWrap


class Sentence(Themed):
    """A sentence of at most two lines: the largest letters that fit are taken."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self._text = ""
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Expanding)

    def text(self) -> str:
        """Return the sentence."""
        return self._text

    def set_text(self, text: str) -> None:
        """Show another sentence."""
        self._text = text
        self.setAccessibleName(text)
        self.setToolTip(text)
        self.update()

    def needed(self, px: int) -> QRect:
        """Return the room that the sentence takes at a size of letters."""
        room = QRect(0, 0, self.width(), 1000)
        return QFontMetrics(text_font(px)).boundingRect(room, int(_WRAPPED), self._text)

    def letters(self) -> int:
        """Return the size of letters that is used, in pixels."""
        fitting = (px for px in (BODY, CAPTION) if self.needed(px).height() <= self.height())
        return next(fitting, RULER)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the sentence."""
        painter = QPainter(self)
        painter.setFont(text_font(self.letters()))
        painter.setPen(QColor(self.theme.text))
        painter.drawText(self.rect(), int(_WRAPPED), self._text)


class SlowBar(Themed):
    """Buttons, sentence, direction and pace.

    Signals:
        stepped: by how many steps the user moves, -1 or +1.
        play_pressed: play or pause.
        direction_changed: the direction that the user chose.
        pace_changed: the seconds for a step that the user chose.
        ended: the slow motion is to end.
    """

    stepped = Signal(int)
    play_pressed = Signal()
    direction_changed = Signal(str)
    pace_changed = Signal(float)
    ended = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self.setFixedHeight(HEIGHT)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.back = IconButton(theme, "skip-previous", "Step back (\N{LEFTWARDS ARROW})")
        self.play = IconButton(theme, "pause", "Pause (Space)")
        self.forward = IconButton(theme, "skip-next", "Step forward (\N{RIGHTWARDS ARROW})")
        self.sentence = Sentence(theme)
        self.direction = TextButton(theme, "", "swap-horizontal")
        self.pace = Segmented(theme, [(str(p), _seconds(p)) for p in PACES], "Time for a step")
        self.pace.setToolTip("Time for a step")
        self.pace.set_current(str(FIRST_PACE))
        self.end = IconButton(theme, "close", "End slow motion (Esc)")
        self._direction = GENERATE
        self.set_direction(GENERATE)
        self.back.clicked.connect(lambda: self.stepped.emit(-1))
        self.forward.clicked.connect(lambda: self.stepped.emit(1))
        self.play.clicked.connect(self.play_pressed)
        self.direction.clicked.connect(lambda: self.direction_changed.emit(self._other()))
        self.pace.changed.connect(lambda pace: self.pace_changed.emit(float(pace)))
        self.end.clicked.connect(self.ended)
        self._arrange()
        self.hide()

    def _arrange(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(PADDING, 1, PADDING - 2, 1)
        row.setSpacing(4)
        for button in self.buttons()[:3]:
            row.addWidget(button)
        row.addSpacing(6)
        row.addWidget(self.sentence, 1)
        row.addSpacing(6)
        row.addWidget(self.direction)
        row.addSpacing(4)
        row.addWidget(self.pace)
        row.addWidget(self.end)

    def buttons(self) -> tuple[QWidget, ...]:
        """Return the buttons that have no use for arrow keys."""
        return (self.back, self.play, self.forward, self.direction, self.end)

    def _other(self) -> str:
        return REVERSE if self._direction == GENERATE else GENERATE

    def set_direction(self, direction: str) -> None:
        """Offer the other direction than the present one."""
        self._direction = direction
        reverse = direction == REVERSE
        self.direction.setText("Generate" if reverse else "Reverse")
        self.direction.setAccessibleName(self.direction.text())
        self.direction.setToolTip(
            "Show how the sample is generated, from coarse to fine"
            if reverse
            else "Show the renormalization of the sample, from fine to coarse"
        )
        self.direction.updateGeometry()

    def set_step(self, number: int, count: int, sentence: str) -> None:
        """Show a step by its number from 0."""
        self.sentence.set_text(sentence)
        self.setAccessibleName(f"Slow motion, step {number + 1} of {count}: {sentence}")
        self.back.setEnabled(number > 0)
        self.forward.setEnabled(number < count - 1)

    def set_playing(self, playing: bool, *, allowed: bool) -> None:
        """Show whether steps follow by themselves, and whether they may."""
        label = "Pause (Space)" if playing else "Play (Space)"
        self.play.icon_name = "pause" if playing else "play"
        self.play.setEnabled(allowed)
        self.play.setAccessibleName(label)
        self.play.setToolTip(label if allowed else "Reduced motion: steps only by hand")
        self.pace.setEnabled(allowed)
        self.play.update()

    def minimumSizeHint(self) -> QSize:
        """Let the sentence wrap rather than widen the panel."""
        return QSize(0, HEIGHT)

    def hideEvent(self, event: QHideEvent) -> None:
        """End when something else takes the panel's place, or else the keys would act unseen."""
        super().hideEvent(event)
        if not event.spontaneous() and not self.isHidden():
            self.ended.emit()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show the ring."""
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Hide the ring."""
        super().focusOutEvent(event)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw a tinted ground between two lines, and the ring while the keys come here."""
        painter, theme = QPainter(self), self.theme
        painter.fillRect(self.rect(), QColor(theme.tint))
        painter.setPen(hairline(theme.accent))
        painter.drawLine(0, self.height() - 1, self.width(), self.height() - 1)
        if self.hasFocus():
            draw_focus_ring(painter, QRectF(self.rect()), theme.accent)


def _seconds(pace: float) -> str:
    return f"{pace:g} s"
