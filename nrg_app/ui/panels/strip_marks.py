"""The marks of the renormalization strip: locks, arrows, label columns."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QWidget

from nrg_app.ui.fonts import scaled
from nrg_app.ui.icons import draw_icon
from nrg_app.ui.painting import draw_color_bar, fill_frame, gradient
from nrg_app.ui.panels.controls import PaintedButton
from nrg_app.ui.panels.numbers import fixed, signed_integer
from nrg_app.ui.panels.text import ELL, draw_line, draw_text, plain, sub, sym, text_width
from nrg_app.ui.theme import Theme

ICON = 20


class LockButton(PaintedButton):
    """The caption of a latent tile: a click freezes its scale or thaws it.

    ``chosen`` carries the scale, and whether Shift was held: then all coarser scales go along.
    """

    chosen = Signal(int, bool)

    def __init__(self, theme: Theme, scale: int, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self.scale = scale
        self.frozen = False
        self.with_text = True
        self._with_coarser = False
        self.clicked.connect(lambda: self.chosen.emit(self.scale, self._with_coarser))
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.set_frozen(False)

    def set_frozen(self, frozen: bool) -> None:
        """Show the scale as frozen or resampled."""
        self.frozen = frozen
        self.setText("frozen" if frozen else "resampled")
        self.setAccessibleName(f"Freeze scale {self.scale}, {'on' if frozen else 'off'}")
        self.setToolTip(
            f"Scale {self.scale} is {self.text()}. Click to "
            + ("resample it" if frozen else "keep it")
            + ", Shift-click for all coarser scales as well."
        )
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Take the modifiers along."""
        self._with_coarser = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        super().mouseReleaseEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        """Take the modifiers along."""
        self._with_coarser = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        super().keyReleaseEvent(event)

    def sizeHint(self) -> QSize:
        """Return the size of the icon and the word."""
        text = text_width(self.text(), 12, 500) if self.with_text else 0
        return QSize(round(ICON + text) + 2, 20)

    def draw_face(self, painter: QPainter, rect: QRectF) -> None:
        """Draw the lock and, where it fits, the word."""
        theme = self.theme
        lit = self.underMouse()
        color = theme.accent if self.frozen else (theme.text if lit else theme.text2)
        name = "lock" if self.frozen else "lock-open-variant-outline"
        draw_icon(painter, QRectF(0, 0, 16, rect.height()), name, color, 14)
        if self.with_text:
            label = rect.adjusted(ICON, 0, 0, 0)
            draw_text(painter, label, self.text(), color, weight=500 if self.frozen else 400)


def draw_edit_marks(painter: QPainter, cells: list[QRectF], color: str) -> None:
    """Mark latents that were set by hand: a triangle in the upper left corner of each cell."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(color))
    for cell in cells:
        side = min(9.0, max(3.0, cell.width() / 2))
        corner = cell.topLeft()
        painter.drawPolygon(
            QPolygonF([corner, corner + QPointF(side, 0), corner + QPointF(0, side)])
        )
    painter.restore()


def draw_arrow(painter: QPainter, start: QPointF, end: QPointF, color: str) -> None:
    """Draw a straight arrow along an axis, with a filled head at its end."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    direction = end - start
    length = abs(direction.x()) + abs(direction.y())
    along = QPointF(direction.x() / length, direction.y() / length)
    across = QPointF(-along.y(), along.x()) * 3.7
    base = end - along * 6.5
    painter.setPen(QPen(QColor(color), 1.5, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap))
    painter.drawLine(start, base)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(color))
    painter.drawPolygon(QPolygonF([end, base + across, base - across]))
    painter.restore()


@dataclass(frozen=True)
class RowLabel:
    """The label column of a row of tiles: a symbol, a caption and a key of the colours.

    The key is a colour bar from -limit to +limit, or two swatches if ``limit`` is 0. A reading
    takes the place of the caption's first line.
    """

    symbol: str
    caption: tuple[str, ...]
    limit: float
    reading: str = ""


def draw_label(painter: QPainter, area: QRectF, theme: Theme, label: RowLabel) -> None:
    """Draw a label column, centred beside its tiles; a low area has one line of caption."""
    caption = label.caption[:1] if area.height() < 78 else label.caption
    height = 26 + 17 * len(caption) + 9 + 8 + 15
    y = area.top() + max(0.0, (area.height() - height) / 2)
    name = (sym(label.symbol), sub(ELL, symbol=True))
    draw_line(painter, QRectF(area.left(), y, area.width(), 22), name, theme.text, px=18)
    y += 26
    for number, line in enumerate(caption):
        box = QRectF(area.left(), y, area.width(), 16)
        if label.reading and number == 0:
            draw_text(painter, box, label.reading, theme.text, px=11)
        else:
            draw_text(painter, box, line, theme.text3 if number else theme.text2)
        y += 17
    key = QRectF(area.left(), round(y + 7), scaled(64), 8)
    if label.limit:
        _draw_scale(painter, key, theme, label.limit)
    else:
        _draw_swatches(painter, key, theme)


def _draw_scale(painter: QPainter, bar: QRectF, theme: Theme, limit: float) -> None:
    draw_color_bar(painter, bar, gradient(theme.diverging), theme.strong_line)
    ticks = QRectF(bar.left(), bar.bottom() + 3, bar.width(), 12)
    for value, align in (
        (-limit, Qt.AlignmentFlag.AlignLeft),
        (0.0, Qt.AlignmentFlag.AlignHCenter),
        (limit, Qt.AlignmentFlag.AlignRight),
    ):
        draw_text(painter, ticks, fixed(value, 0, plus=True), theme.text2, px=11, align=align)


def _draw_swatches(painter: QPainter, area: QRectF, theme: Theme) -> None:
    hair = 1 / painter.device().devicePixelRatioF()
    x = area.left()
    for spin, color in ((1, theme.spin_up), (-1, theme.spin_down)):
        box = QRectF(x, area.top(), 10, 10)
        painter.fillRect(box, QColor(color))
        fill_frame(painter, box, theme.strong_line, hair)
        text = QRectF(x + 15, area.top() - 1, 24, 12)
        x = draw_text(painter, text, signed_integer(spin), theme.text2, px=11) + 8


def draw_title(painter: QPainter, area: QRectF, scale: int, theme: Theme) -> None:
    """Draw "l = 32" and, where it fits, "32 x 32"."""
    name = (sym(ELL), plain(f" = {scale}"))
    end = draw_line(painter, area, name, theme.text, weight=600)
    extent = f"{scale} \u00d7 {scale}"
    if area.right() - end > text_width(extent, 12) + 6:
        draw_text(painter, area, extent, theme.text3, align=Qt.AlignmentFlag.AlignRight)
