"""The table of a measurement: estimate with its error in brackets, exact value, deviation."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QHelpEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from nrg_app.session.measure.rows import Row, Table
from nrg_app.ui.math_text import parse
from nrg_app.ui.math_text import plain as words
from nrg_app.ui.painting import hairline
from nrg_app.ui.panels.controls import draw_focus_ring
from nrg_app.ui.panels.numbers import DASH, fixed
from nrg_app.ui.panels.text import draw_line, draw_text, line_width
from nrg_app.ui.theme import Theme
from nrg_app.ui.themed import Themed

_ROW, _CAPTION, _GAP = 23, 24, 8
_DEVIATION = 44  # width of the last column
_NUMBER = 72  # width of the column before it
_ALARM = 3.0
_RIGHT = Qt.AlignmentFlag.AlignRight


def deviation_text(row: Row) -> str:
    """Return a deviation in standard errors, a dash where it is unknown."""
    off = row.deviation
    return DASH if off is None else f"{fixed(off, 1, plus=True)} σ"


def reference_text(row: Row) -> str:
    """Return an exact value with five digits, one with an error in brackets."""
    if row.reference is None:
        return DASH
    if row.reference.error:
        return row.reference.brackets()
    return fixed(row.reference.value, 4 if abs(row.reference.value) < 10 else 2)


class ValuesTable(Themed):
    """Paints tables one under the other."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self.tables: tuple[Table, ...] = ()
        self.setAccessibleName("Values")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_tables(self, tables: Sequence[Table]) -> None:
        """Show other tables."""
        height = self.sizeHint().height()
        self.tables = tuple(tables)
        told = [
            f"{words(row.symbol)} {row.estimate.brackets()}, {table.reference} "
            f"{reference_text(row)}, deviation {deviation_text(row)}"
            for table in tables
            for row in table.rows
        ]
        self.setAccessibleDescription("; ".join(told))
        if self.sizeHint().height() != height:
            self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """Return the height of all tables."""
        rows = sum(len(table.rows) * _ROW + _CAPTION + _GAP for table in self.tables)
        return QSize(240, max(rows, 1))

    def _lines(self) -> list[tuple[float, Row]]:
        """Return the top of every row."""
        y, found = 0.0, []
        for table in self.tables:
            y += _CAPTION
            for row in table.rows:
                found.append((y, row))
                y += _ROW
            y += _GAP
        return found

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw captions and rows."""
        painter, y = QPainter(self), 0.0
        for table in self.tables:
            self._draw_caption(painter, y, table)
            y += _CAPTION
            for row in table.rows:
                self._draw_row(painter, y, row, compared=table.is_compared())
                y += _ROW
            y += _GAP
        if self.hasFocus():
            draw_focus_ring(painter, QRectF(self.rect()), self.theme.accent)

    def _draw_caption(self, painter: QPainter, y: float, table: Table) -> None:
        theme, width = self.theme, self.width()
        head = QRectF(0, y, width, _CAPTION)
        draw_line(painter, head, parse(table.caption), theme.text3, px=11, weight=600)
        if table.is_compared():
            right = QRectF(0, y, width - _DEVIATION, _CAPTION)
            draw_text(painter, right, table.reference, theme.text3, px=11, align=_RIGHT)
        painter.setPen(hairline(theme.strong_line))
        bottom = round(y + _CAPTION) - 1
        painter.drawLine(0, bottom, width, bottom)

    def _draw_row(self, painter: QPainter, y: float, row: Row, *, compared: bool) -> None:
        theme, width = self.theme, self.width()
        box = QRectF(0, y, width, _ROW)
        symbol = parse(row.symbol)
        draw_line(painter, box, symbol, theme.text)
        text = row.estimate.brackets()
        right = width - (_DEVIATION + _NUMBER if compared else 0)
        # A long name takes room from the number rather than covering it.
        least = line_width(symbol, 12) + 6
        room = QRectF(least, y, max(right - least, 0), _ROW)
        draw_text(painter, room, text, theme.text, weight=600, align=_RIGHT)
        if compared:
            known = QRectF(0, y, width - _DEVIATION, _ROW)
            draw_text(painter, known, reference_text(row), theme.text2, align=_RIGHT)
            off = row.deviation
            color = theme.warning if off is not None and abs(off) > _ALARM else theme.text2
            draw_text(painter, box, deviation_text(row), color, px=11, align=_RIGHT)
        painter.setPen(hairline(QColor(theme.line)))
        bottom = round(y + _ROW) - 1
        painter.drawLine(0, bottom, width, bottom)

    def event(self, event: QEvent) -> bool:
        """Show a row in full as a tooltip."""
        if isinstance(event, QHelpEvent):
            y = event.pos().y()
            row = next((r for top, r in self._lines() if top <= y < top + _ROW), None)
            if row is None:
                QToolTip.hideText()
                return True
            text = f"{words(row.symbol)} = {row.estimate.value:.6g} ± {row.estimate.error:.2g}"
            if row.reference is not None:
                text += f"\nexpected {row.reference.value:.8g}"
                if row.reference.error:
                    text += f" ± {row.reference.error:.2g}"
                text += f"\ndeviation {deviation_text(row)}"
            QToolTip.showText(event.globalPos(), text)
            return True
        return super().event(event)
