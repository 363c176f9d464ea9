"""Buttons bound to actions: text, icon, tool tip and state come from the action."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QAction, QColor, QPainter
from PySide6.QtWidgets import QWidget

from nrg_app.ui.icons import draw_icon
from nrg_app.ui.panels.controls import PaintedButton, draw_box
from nrg_app.ui.panels.text import draw_text, text_width
from nrg_app.ui.theme import Theme

_PADDING = 12
_GAP = 8
_ICON = 14


class ActionButton(PaintedButton):
    """A button that triggers an action.

    Args:
        theme: the colours.
        action: what it does.
        kind: "primary" (accent), "raised" (framed) or "flat" (only lit under the mouse).
        text: False for an icon alone.
        height: of the button; an icon alone is as wide.
        icon: another icon than the action's.
        px: text size.
        weight: text weight.
    """

    def __init__(
        self,
        theme: Theme,
        action: QAction,
        kind: str = "raised",
        *,
        text: bool = True,
        height: int = 26,
        icon: str = "",
        px: int = 13,
        weight: int = 600,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(theme, parent)
        self.action = action
        self._kind, self._with_text = kind, text
        self._px, self._weight = px, weight
        self._icon_size = QSize(height, height)
        self._icon = icon
        self.setFixedHeight(height)
        self.setCheckable(action.isCheckable())
        self.clicked.connect(lambda: action.trigger())
        action.changed.connect(self._follow)
        action.toggled.connect(self.setChecked)
        self._follow()

    def _follow(self) -> None:
        action = self.action
        self.setText(action.text())
        self.setAccessibleName(action.text())
        self.setToolTip(action.toolTip())
        self.setEnabled(action.isEnabled())
        self.setChecked(action.isChecked())
        self.updateGeometry()
        self.update()

    def set_with_text(self, with_text: bool) -> None:
        """Show the text beside the icon, or the icon alone."""
        if with_text != self._with_text:
            self._with_text = with_text
            self.updateGeometry()
            self.update()

    def set_icon_width(self, width: int) -> None:
        """Make a button with an icon alone wider than high."""
        self._icon_size.setWidth(width)
        self.updateGeometry()

    def nextCheckState(self) -> None:
        """Leave the state to the action, which a click triggers."""

    @property
    def icon_name(self) -> str:
        """The Material Design name of the icon, "" for none."""
        return self._icon or str(self.action.property("icon_name") or "")

    def sizeHint(self) -> QSize:
        """Return the width of icon, text and padding."""
        if not self._with_text:
            return self._icon_size
        icon = _ICON + _GAP if self.icon_name else 0
        text = text_width(self.text(), self._px, self._weight)
        return QSize(round(text) + icon + 2 * _PADDING, self.height())

    def minimumSizeHint(self) -> QSize:
        """Return the size hint: a button never cuts off its text."""
        return self.sizeHint()

    def draw_face(self, painter: QPainter, rect: QRectF) -> None:
        """Draw the box, the icon and the text."""
        color = self._draw_box(painter, rect)
        icon, text = self.icon_name, self.text()
        if not self._with_text:
            draw_icon(painter, rect, icon, color, _ICON)
            return
        width = text_width(text, self._px, self._weight) + (_ICON + _GAP if icon else 0)
        x = rect.center().x() - width / 2
        if icon:
            draw_icon(painter, QRectF(x, rect.top(), _ICON, rect.height()), icon, color, _ICON)
            x += _ICON + _GAP
        label = QRectF(x, rect.top(), rect.right() - x, rect.height())
        draw_text(painter, label, text, color, px=self._px, weight=self._weight)

    def _draw_box(self, painter: QPainter, rect: QRectF) -> str:
        """Draw the box and return the colour of what comes on it."""
        theme = self.theme
        lit = self.isEnabled() and (self.underMouse() or self.isDown())
        if self._kind == "primary":
            fill = QColor(theme.accent)
            if lit:
                fill = fill.lighter(108) if theme.dark else fill.darker(108)
            if not self.isEnabled():
                draw_box(painter, rect, theme.raised, theme.line)
                return theme.text3
            draw_box(painter, rect, fill)
            return theme.on_accent
        if self.isChecked():
            framed = theme.accent if self._kind == "raised" else None
            draw_box(painter, rect, theme.tint, framed)
            return theme.accent
        if self._kind == "raised":
            draw_box(painter, rect, theme.hover if lit else theme.raised, theme.strong_line)
            return theme.text if self.isEnabled() else theme.text3
        if lit:
            draw_box(painter, rect, theme.hover)
        return theme.text2 if self.isEnabled() else theme.text3


class Switch(PaintedButton):
    """A sliding on/off switch bound to a checkable action."""

    def __init__(self, theme: Theme, action: QAction, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self.setCheckable(True)
        self.setFixedSize(28, 16)
        self.setCursor(Qt.CursorShape.ArrowCursor)
        self.setAccessibleName(action.text())
        self.setToolTip(action.toolTip())
        self.setChecked(action.isChecked())
        action.toggled.connect(self.setChecked)
        self.toggled.connect(action.setChecked)

    def draw_face(self, painter: QPainter, rect: QRectF) -> None:
        """Draw the track and the knob, right when on."""
        theme, on = self.theme, self.isChecked()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.accent if on else theme.strong_line))
        painter.drawRoundedRect(rect, rect.height() / 2, rect.height() / 2)
        painter.setBrush(QColor(theme.on_accent if on else theme.text2))
        side = rect.height() - 5
        x = rect.right() - side - 2.5 if on else rect.left() + 2.5
        painter.drawEllipse(QRectF(x, rect.top() + 2.5, side, side))
