"""The small controls of panel headers: segmented choice, icon button, text button, text line."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QEnterEvent, QFocusEvent, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QHBoxLayout, QSizePolicy, QWidget

from nrg_app.ui.icons import draw_icon
from nrg_app.ui.panels.text import Line, draw_line, draw_text, line_width, text_width
from nrg_app.ui.theme import Theme

CONTROL_HEIGHT = 24
RADIUS = 4.0
_PLAIN = (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
_STEPS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Up: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Down: 1}
_KEYBOARD = (
    Qt.FocusReason.TabFocusReason,
    Qt.FocusReason.BacktabFocusReason,
    Qt.FocusReason.ShortcutFocusReason,
)


def claims_key(event: QEvent, keys: Collection[Qt.Key]) -> bool:
    """Accept a key that a window's shortcut would take otherwise, and return whether it was one.

    The window uses plain arrow keys for the temperature; a focused control comes first.
    """
    if (
        event.type() != QEvent.Type.ShortcutOverride
        or not isinstance(event, QKeyEvent)
        or event.modifiers() not in _PLAIN
        or event.key() not in keys
    ):
        return False
    event.accept()
    return True


def draw_box(
    painter: QPainter, rect: QRectF, fill: str | QColor, border: str | QColor | None = None
) -> None:
    """Draw a control's rounded box with a 1 px border inside the rectangle."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(QColor(fill))
    if border is None:
        painter.setPen(Qt.PenStyle.NoPen)
    else:
        painter.setPen(QPen(QColor(border), 1.0))
        rect = rect.adjusted(0.5, 0.5, -0.5, -0.5)
    painter.drawRoundedRect(rect, RADIUS, RADIUS)


def draw_focus_ring(painter: QPainter, rect: QRectF, color: str) -> None:
    """Draw the 2 px accent ring of a control that the keyboard reached."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(QColor(color), 2.0))
    painter.drawRoundedRect(rect.adjusted(1, 1, -1, -1), RADIUS, RADIUS)


class PaintedButton(QAbstractButton):
    """A button that paints itself from theme tokens; subclasses draw the face."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme = theme
        self._ring = False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def set_theme(self, theme: Theme) -> None:
        """Repaint in another theme."""
        self.theme = theme
        self.update()

    def draw_face(self, painter: QPainter, rect: QRectF) -> None:
        """Draw everything but the focus ring."""
        raise NotImplementedError

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the face, and the ring after keyboard focus."""
        painter = QPainter(self)
        self.draw_face(painter, QRectF(self.rect()))
        if self._ring:
            draw_focus_ring(painter, QRectF(self.rect()), self.theme.accent)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show the ring if the keyboard brought the focus."""
        # A mouse click needs no ring: it shows where it went.
        self._ring = event.reason() in _KEYBOARD
        super().focusInEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Hide the ring."""
        self._ring = False
        super().focusOutEvent(event)

    def enterEvent(self, event: QEnterEvent) -> None:
        """Light up under the mouse."""
        super().enterEvent(event)
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        """Go back to rest."""
        super().leaveEvent(event)
        self.update()


class IconButton(PaintedButton):
    """A square button with one icon; if checkable, the accent tint shows that it is on."""

    def __init__(
        self,
        theme: Theme,
        icon: str,
        label: str,
        *,
        checkable: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(theme, parent)
        self.icon_name = icon
        self.setCheckable(checkable)
        self.setAccessibleName(label)
        self.setToolTip(label)
        self.setFixedSize(CONTROL_HEIGHT, CONTROL_HEIGHT)

    def sizeHint(self) -> QSize:
        """Return the width of the content and a fixed height."""
        return QSize(CONTROL_HEIGHT, CONTROL_HEIGHT)

    def draw_face(self, painter: QPainter, rect: QRectF) -> None:
        """Draw the box, the icon and the text."""
        theme, color = self.theme, self.theme.text2
        if self.isChecked():
            draw_box(painter, rect, theme.tint)
            color = theme.accent
        elif self.isEnabled() and (self.underMouse() or self.isDown()):
            draw_box(painter, rect, theme.hover)
        if not self.isEnabled():
            color = theme.text3
        draw_icon(painter, rect, self.icon_name, color, 16)


class TextButton(PaintedButton):
    """A raised button with an optional icon and a label of weight 600."""

    def __init__(
        self, theme: Theme, label: str, icon: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(theme, parent)
        self.icon_name = icon
        self.setText(label)
        self.setAccessibleName(label)
        self.setFixedHeight(CONTROL_HEIGHT)

    def sizeHint(self) -> QSize:
        """Return the width of the content and a fixed height."""
        gap = 6 if self.text() else 0
        icon_width = 16 + gap if self.icon_name else 0
        return QSize(round(text_width(self.text(), 12, 600)) + icon_width + 20, CONTROL_HEIGHT)

    def draw_face(self, painter: QPainter, rect: QRectF) -> None:
        """Draw the box, the icon and the text."""
        theme = self.theme
        lit = self.isEnabled() and (self.underMouse() or self.isDown())
        draw_box(painter, rect, theme.hover if lit else theme.raised, theme.strong_line)
        color = theme.text if self.isEnabled() else theme.text3
        label = rect.adjusted(10, 0, -10, 0)
        if self.icon_name:
            box = QRectF(label.left(), label.top(), 16, label.height())
            draw_icon(painter, box, self.icon_name, color, 16)
            label.setLeft(label.left() + 22)
        draw_text(painter, label, self.text(), color, weight=600)


class _Segment(PaintedButton):
    stepped = Signal(int)

    def __init__(self, theme: Theme, label: str, name: str, padding: int, parent: QWidget) -> None:
        super().__init__(theme, parent)
        self._padding = padding
        self.setText(label)
        self.setAccessibleName(name)
        self.setCheckable(True)
        self.setFixedHeight(CONTROL_HEIGHT)

    def event(self, event: QEvent) -> bool:
        return claims_key(event, _STEPS) or super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = _STEPS.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
        else:
            self.stepped.emit(step)

    def sizeHint(self) -> QSize:
        return QSize(round(text_width(self.text(), 12, 600)) + self._padding, CONTROL_HEIGHT)

    def draw_face(self, painter: QPainter, rect: QRectF) -> None:
        theme = self.theme
        color, weight = theme.text2, 400
        if self.isChecked():
            draw_box(painter, rect, theme.tint, theme.accent)
            color, weight = theme.accent, 600
        elif self.underMouse():
            color = theme.text
        center = Qt.AlignmentFlag.AlignCenter
        draw_text(painter, rect, self.text(), color, weight=weight, align=center)


class Segmented(QWidget):
    """A row of choices of which one is on; arrow keys move between them.

    ``changed`` carries the key that the user chose; ``set_current`` is silent.
    """

    changed = Signal(str)

    def __init__(
        self,
        theme: Theme,
        choices: Sequence[tuple[str, str]],
        label: str,
        parent: QWidget | None = None,
        *,
        tips: Mapping[str, str] | None = None,
        padding: int = 18,
    ) -> None:
        super().__init__(parent)
        self.theme = theme
        self.setAccessibleName(label)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._segments: dict[str, _Segment] = {}
        group = QButtonGroup(self)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        for key, text in choices:
            segment = _Segment(theme, text, f"{label}, {text}", padding, self)
            segment.toggled.connect(self.update)
            segment.stepped.connect(self._step)
            segment.setProperty("key", key)
            segment.setToolTip((tips or {}).get(key, f"{label}: {text}"))
            group.addButton(segment)
            layout.addWidget(segment)
            self._segments[key] = segment
        group.buttonToggled.connect(self._toggled)
        self._silent = False

    def current(self) -> str:
        """Return the key that is on, "" if none is."""
        return next((key for key, s in self._segments.items() if s.isChecked()), "")

    def set_current(self, key: str) -> None:
        """Turn a choice on without emitting ``changed``."""
        self._silent = True
        self._segments[key].setChecked(True)
        self._silent = False

    def button(self, key: str) -> QAbstractButton:
        """Return the button of one choice."""
        return self._segments[key]

    def set_theme(self, theme: Theme) -> None:
        """Repaint in another theme."""
        self.theme = theme
        for segment in self._segments.values():
            segment.set_theme(theme)
        self.update()

    def _step(self, step: int) -> None:
        keys = list(self._segments)
        start = keys.index(self.current()) if self.current() else -step
        index = min(max(start + step, 0), len(keys) - 1)
        segment = self._segments[keys[index]]
        segment.setChecked(True)
        segment.setFocus(Qt.FocusReason.TabFocusReason)

    def _toggled(self, button: QAbstractButton, on: bool) -> None:
        if on and not self._silent:
            self.changed.emit(button.property("key"))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the face, and the ring after keyboard focus."""
        painter = QPainter(self)
        draw_box(painter, QRectF(self.rect()), self.theme.raised, self.theme.strong_line)


class TextLine(QWidget):
    """One painted line with symbols; ``color_token`` names a colour of the theme."""

    def __init__(
        self,
        theme: Theme,
        line: Line = (),
        *,
        px: int = 12,
        weight: int = 400,
        color_token: str = "text3",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.theme = theme
        self._px, self._weight, self._token = px, weight, color_token
        self._line: Line = line
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    @property
    def line(self) -> Line:
        """The runs on show."""
        return self._line

    def set_line(self, line: Line) -> None:
        """Show another line."""
        if line != self._line:
            self._line = line
            self.updateGeometry()
            self.update()

    def set_theme(self, theme: Theme) -> None:
        """Repaint in another theme."""
        self.theme = theme
        self.update()

    def sizeHint(self) -> QSize:
        """Return the width of the content and a fixed height."""
        return QSize(round(line_width(self._line, self._px, self._weight) + 1.5), CONTROL_HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the face, and the ring after keyboard focus."""
        painter = QPainter(self)
        color = getattr(self.theme, self._token)
        draw_line(painter, QRectF(self.rect()), self._line, color, px=self._px, weight=self._weight)
