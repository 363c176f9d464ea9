"""Boxes for numbers: a frame, an optional symbol, the editor and two step arrows."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QLocale, QObject, QRectF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QGuiApplication,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QResizeEvent,
    QValidator,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractSpinBox, QDoubleSpinBox, QSpinBox, QWidget

from nrg_app.ui.fonts import text_font
from nrg_app.ui.icons import draw_icon
from nrg_app.ui.panels.controls import draw_box, draw_focus_ring
from nrg_app.ui.panels.numbers import thousands
from nrg_app.ui.panels.text import draw_line, sym
from nrg_app.ui.theme import Theme

_ARROWS, _SMALL_ARROWS = 24, 17


class FineSpinBox(QDoubleSpinBox):
    """A spin box that steps ten times finer with Shift and keeps whole multiples of the step."""

    _turned: Qt.KeyboardModifier | None = None  # modifiers of the wheel while it is turned

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Step with the modifiers of the event, not of the moment when it is handled."""
        self._turned = event.modifiers()
        super().wheelEvent(event)
        self._turned = None

    def stepBy(self, steps: int) -> None:
        """Step by 0.01, with Shift by 0.001."""
        held = QGuiApplication.keyboardModifiers() if self._turned is None else self._turned
        shift = held & Qt.KeyboardModifier.ShiftModifier
        step = self.singleStep() * (0.1 if shift else 1.0)
        self.setValue(round(self.value() + steps * step, self.decimals()))


class GroupedSpinBox(QSpinBox):
    """A spin box for whole numbers written in groups of three."""

    def textFromValue(self, value: int) -> str:
        """Return the number with thin spaces."""
        return thousands(value)

    def valueFromText(self, text: str) -> int:
        """Return the number of a text, whatever spaces it has."""
        return int("".join(text.split()) or 0)

    def validate(self, text: str, position: int) -> object:
        """Accept digits and spaces up to the maximum."""
        digits = "".join(text.split())
        states = QValidator.State
        if not digits:
            return states.Intermediate, text, position
        good = digits.isascii() and digits.isdigit() and int(digits) <= self.maximum()
        return (states.Acceptable if good else states.Invalid), text, position


class NumberField(QWidget):
    """A framed spin box.

    ``edited`` carries the value that the user typed or stepped to; ``set_value`` is silent.
    """

    edited = Signal(object)

    def __init__(
        self,
        theme: Theme,
        editor: QDoubleSpinBox | QSpinBox,
        *,
        symbol: str = "",
        px: int = 12,
        weight: int = 400,
        height: int = 28,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.theme = theme
        self._symbol = symbol
        self._px, self._weight = px, weight
        self.editor = editor
        editor.setParent(self)
        editor.setFrame(False)
        editor.setButtonSymbols(QAbstractSpinBox.ButtonSymbols.NoButtons)
        editor.setFont(text_font(px, weight))
        editor.setLocale(QLocale.c())
        editor.setKeyboardTracking(False)
        editor.lineEdit().setProperty("bare", True)
        editor.lineEdit().installEventFilter(self)
        editor.valueChanged.connect(self.edited.emit)
        editor.lineEdit().returnPressed.connect(editor.clearFocus)
        self.setFocusProxy(editor)
        self.setFixedHeight(height)
        self.set_theme(theme)

    def set_px(self, px: int) -> None:
        """Change the size of the text."""
        self._px = px
        # Once a style sheet has touched the line edit it no longer inherits the font.
        for widget in (self.editor, self.editor.lineEdit()):
            widget.setFont(text_font(px, self._weight))
        self._place()

    def set_name(self, name: str, tip: str = "") -> None:
        """Tell screen readers what the number is, and the mouse what it may be."""
        for widget in (self.editor, self.editor.lineEdit()):
            widget.setAccessibleName(name)
            if tip:
                widget.setToolTip(tip)

    def value(self) -> float:
        """Return the number on show."""
        return self.editor.value()

    def set_value(self, value: float) -> None:
        """Show a number without emitting ``edited``."""
        blocked = self.editor.blockSignals(True)
        self.editor.setValue(value)  # type: ignore[arg-type]
        self.editor.blockSignals(blocked)

    def set_theme(self, theme: Theme) -> None:
        """Repaint in another theme."""
        self.theme = theme
        palette = QPalette(self.editor.palette())
        palette.setColor(QPalette.ColorRole.Base, Qt.GlobalColor.transparent)
        palette.setColor(QPalette.ColorRole.Text, QColor(theme.text))
        self.editor.setPalette(palette)
        # The style sheet gave the line inside colours of its own, which outlive a new sheet.
        self.editor.lineEdit().setPalette(palette)
        self.update()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Repaint the frame when the editor gains or loses the focus."""
        if event.type() in (QEvent.Type.FocusIn, QEvent.Type.FocusOut):
            self.update()
        return False

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Place the editor between symbol and arrows."""
        self._place()

    def _place(self) -> None:
        left = 5 + (round(0.75 * self._px) if self._symbol else 0)
        room = self.width() - left - self._arrows() + 3
        self.editor.setGeometry(left, 2, room, self.height() - 4)

    def _arrows(self) -> int:
        return _ARROWS if self.height() > 32 else _SMALL_ARROWS

    def _arrow_box(self, up: bool) -> QRectF:
        half, width = self.height() / 2, self._arrows()
        inset = 3 if half > 16 else 1
        return QRectF(self.width() - width, inset if up else half, width - 3, half - inset)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Step when an arrow is pressed."""
        for up in (True, False):
            if self._arrow_box(up).contains(event.position()):
                self.editor.stepBy(1 if up else -1)
                event.accept()
                return
        self.editor.setFocus(Qt.FocusReason.MouseFocusReason)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Step with the wheel over the arrows as over the editor."""
        self.editor.wheelEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw frame, symbol and arrows."""
        theme = self.theme
        painter = QPainter(self)
        rect = QRectF(self.rect())
        fill = theme.raised if theme.dark else theme.panel
        draw_box(painter, rect, fill, theme.strong_line)
        if self.editor.lineEdit().hasFocus():
            draw_focus_ring(painter, rect, theme.accent)
        if self._symbol:
            box = QRectF(10, 0, self._px, rect.height())
            draw_line(painter, box, (sym(self._symbol),), theme.text2, px=min(18, self._px))
        for up in (True, False):
            name = "chevron-up" if up else "chevron-down"
            draw_icon(painter, self._arrow_box(up), name, theme.text2, 12)


def real_field(
    theme: Theme,
    name: str,
    limits: tuple[float, float],
    value: float,
    decimals: int,
    step: float,
    *,
    unit: str = "",
) -> NumberField:
    """Return a field for a number with so many decimals; ``unit`` is said in the tool tip."""
    editor = QDoubleSpinBox()
    editor.setDecimals(decimals)
    editor.setRange(*limits)
    editor.setSingleStep(step)
    editor.setValue(value)
    return _named(NumberField(theme, editor), name, limits, unit)


def whole_field(
    theme: Theme, name: str, limits: tuple[int, int], value: int, step: int = 1
) -> NumberField:
    """Return a field for a whole number."""
    editor = GroupedSpinBox()
    editor.setRange(*limits)
    editor.setSingleStep(step)
    editor.setValue(value)
    return _named(NumberField(theme, editor), name, limits, "")


def _named(field: NumberField, name: str, limits: tuple[float, float], unit: str) -> NumberField:
    low, high = (thousands(n) if isinstance(n, int) else f"{n:g}" for n in limits)
    field.set_name(name, f"{name}, {low} to {high} {unit}".strip())
    return field
