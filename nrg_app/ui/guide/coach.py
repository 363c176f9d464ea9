"""What the tour lays over the window: a frame around a widget and a card with words."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QAction, QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from nrg_app.ui.buttons import ActionButton
from nrg_app.ui.fonts import BODY, CAPTION, TITLE, text_font
from nrg_app.ui.painting import blend
from nrg_app.ui.theme import Theme
from nrg_app.ui.themed import Themed

FRAME = 6  # distance of the frame from the framed widget
GAP = 12  # distance of the card from the frame
EDGE = 8  # distance of the card from the edges of the window
_WIDTH = 320
_RADIUS = 7.0


class CoachMark(Themed):
    """A rounded accent frame; the mouse goes through it."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(theme, parent)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the frame and a paler one around it."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rect = QRectF(self.rect())
        theme = self.theme
        for inset, width, color in (
            (1.0, 2.0, blend(theme.window, theme.accent, 0.35)),
            (2.5, 2.0, QColor(theme.accent)),
        ):
            painter.setPen(QPen(color, width))
            painter.drawRoundedRect(rect.adjusted(inset, inset, -inset, -inset), _RADIUS, _RADIUS)


class TourCard(Themed):
    """Title, two sentences, the number of the step, and Skip, Back, Next."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(theme, parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.skip_action = QAction("Skip", self)
        self.back_action = QAction("Back", self)
        self.next_action = QAction("Next", self)
        self.title = _label(TITLE, 600)
        self.text = _label(BODY, 400)
        self.text.setWordWrap(True)
        self.number = _label(CAPTION, 400)
        self.skip = ActionButton(theme, self.skip_action, "flat", px=BODY, weight=500)
        self.back = ActionButton(theme, self.back_action, px=BODY)
        self.next = ActionButton(theme, self.next_action, "primary", px=BODY)
        self._arrange()
        self.set_theme(theme)
        self.hide()

    def _arrange(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 14, 14, 12)
        column.setSpacing(0)
        column.addWidget(self.title)
        column.addSpacing(6)
        column.addWidget(self.text)
        column.addSpacing(12)
        row = QHBoxLayout()
        row.setSpacing(6)
        row.addWidget(self.number)
        row.addStretch(1)
        for button in self.buttons():
            row.addWidget(button)
        column.addLayout(row)

    def buttons(self) -> tuple[ActionButton, ...]:
        """Return Skip, Back and Next."""
        return (self.skip, self.back, self.next)

    def set_step(self, title: str, text: str, number: int, count: int) -> None:
        """Show a step by its number from 0, in as much height as its words need."""
        self.title.setText(title)
        self.text.setText(text)
        self.number.setText(f"{number + 1} of {count}")
        self.setAccessibleName(f"Tour, step {number + 1} of {count}: {title}")
        self.setAccessibleDescription(text)
        self.back_action.setEnabled(number > 0)
        last = number == count - 1
        self.next_action.setText("Done" if last else "Next")
        self.skip.setVisible(not last)
        self.resize(self.sizeHint())

    def sizeHint(self) -> QSize:
        """Return a fixed width and the height of the words."""
        layout = self.layout()
        assert layout is not None
        return QSize(_WIDTH, layout.heightForWidth(_WIDTH))

    def set_theme(self, theme: Theme) -> None:
        """Repaint in another theme."""
        super().set_theme(theme)
        for label, color in (
            (self.title, theme.text),
            (self.text, theme.text2),
            (self.number, theme.text3),
        ):
            label.setStyleSheet(f"color: {color}; background: transparent;")

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the ground with an accent border."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(QColor(self.theme.raised))
        painter.setPen(QPen(QColor(self.theme.accent), 1.0))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)


def _label(px: int, weight: int) -> QLabel:
    label = QLabel()
    label.setFont(text_font(px, weight))
    label.setTextFormat(Qt.TextFormat.PlainText)
    return label


def card_place(card: QSize, framed: QRect, window: QRect) -> QPoint:
    """Return the corner of a card beside a framed rectangle: right, below, left or above.

    Where no side has room, the card lies in the lower right corner of the frame, or of the window
    for an empty frame.
    """
    room = window.adjusted(EDGE, EDGE, -EDGE, -EDGE)
    top, left = framed.top() + GAP, framed.left() + GAP
    corners = (
        QPoint(framed.right() + 1 + GAP, top),
        QPoint(left, framed.bottom() + 1 + GAP),
        QPoint(framed.left() - GAP - card.width(), top),
        QPoint(left, framed.top() - GAP - card.height()),
    )
    if not framed.isEmpty():
        for corner in corners:
            place = _inside(QRect(corner, card), room)
            if not place.intersects(framed):
                return place.topLeft()
    around = framed.intersected(room) if not framed.isEmpty() else room
    corner = around.bottomRight() - QPoint(card.width() + GAP, card.height() + GAP)
    return _inside(QRect(corner, card), room).topLeft()


def _inside(rect: QRect, room: QRect) -> QRect:
    """Return a rectangle moved as little as possible to lie in a room."""
    x = max(min(rect.left(), room.right() + 1 - rect.width()), room.left())
    y = max(min(rect.top(), room.bottom() + 1 - rect.height()), room.top())
    return QRect(QPoint(x, y), rect.size())
