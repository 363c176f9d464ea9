"""The painted table of observables: estimate, reference, and deviation where there is room."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt
from PySide6.QtGui import (
    QColor,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QToolTip, QWidget

from nrg_app.session.messages import ObservableRow, ObservablesUpdate
from nrg_app.ui.panels.base import Canvas
from nrg_app.ui.panels.controls import draw_focus_ring
from nrg_app.ui.panels.definitions import DEFINITIONS
from nrg_app.ui.panels.observable_text import (
    deviation_text,
    estimate_text,
    reference_text,
    row_tooltip,
)
from nrg_app.ui.panels.text import Line, draw_line, draw_text, line_width, sym, text_width
from nrg_app.ui.theme import Theme

HEADER, ROW = 26, 24
_PADDING, _GAP = 11, 12
_PER_SITE, _EXTRAPOLATED = "per site", "extrapolated"
_OUTSIDE = "Extrapolated: the model was not trained for this temperature."
_RIGHT = Qt.AlignmentFlag.AlignRight


@dataclass(frozen=True)
class Column:
    """One column of numbers, and what it needs in width."""

    title: str
    cells: tuple[str, ...]
    token: str
    weight: int = 400

    @property
    def width(self) -> float:
        """Width of the widest cell, in logical pixels."""
        widths = [text_width(cell, 12, self.weight) for cell in self.cells]
        return max([text_width(self.title, 12, 500), *widths])


def _symbol(row: ObservableRow) -> Line:
    definition = DEFINITIONS.get(row.key)
    return definition.symbol if definition else (sym(row.symbol),)


def _name_width(row: ObservableRow) -> float:
    return text_width(row.name, 12) + 8 + line_width(_symbol(row), 12)


class ObservablesTable(Canvas):
    """Paints the rows of an update; up and down move a cursor that screen readers follow."""

    KEYS = frozenset((Qt.Key.Key_Up, Qt.Key.Key_Down))

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Observables, per site")
        self._update: ObservablesUpdate | None = None
        self._reweighted = self._extrapolated = False
        self._cursor: int | None = None
        self._columns: list[Column] = []

    def set_update(self, update: ObservablesUpdate) -> None:
        """Show new numbers."""
        self._update = update
        self._refresh()

    def set_reweighted(self, on: bool) -> None:
        """Lead with the importance-weighted estimates instead of the raw ones."""
        if on != self._reweighted:
            self._reweighted = on
            self._refresh()

    def set_extrapolated(self, on: bool) -> None:
        """Say that the model was not trained for this temperature."""
        if on != self._extrapolated:
            self._extrapolated = on
            self._refresh()

    def preferred_height(self) -> int:
        """Return the height of the header and all rows."""
        return HEADER + ROW * len(self._rows())

    def columns(self) -> list[Column]:
        """Return the columns on show, from left to right."""
        return list(self._columns)

    def _rows(self) -> tuple[ObservableRow, ...]:
        return () if self._update is None else self._update.rows

    def _refresh(self) -> None:
        self._columns = self._fitting_columns()
        self._describe()
        self.update()

    # -- columns --------------------------------------------------------------------------

    def _estimate_column(self, reweighted: bool, token: str, weight: int = 400) -> Column:
        draws = 0 if self._update is None else self._update.draws
        cells = tuple(
            estimate_text(row.reweighted if reweighted else row.network, draws)
            for row in self._rows()
        )
        return Column("reweighted" if reweighted else "network", cells, token, weight)

    def _deviation_column(self) -> Column:
        draws = 0 if self._update is None else self._update.draws
        cells = tuple(
            deviation_text(
                row.reweighted if self._reweighted else row.network, row, draws
            ).removesuffix(" \u03c3")
            for row in self._rows()
        )
        return Column("\u0394/\u03c3", cells, "text3")

    def _fitting_columns(self) -> list[Column]:
        """Return estimate and reference, then what fits: the deviation, the other estimate."""
        rows = self._rows()
        chosen = [
            self._estimate_column(self._reweighted, "text", 600),
            Column("reference", tuple(reference_text(row) for row in rows), "text2"),
        ]
        extra = [(2, self._deviation_column())]
        if any(row.reweighted is not None for row in rows):
            extra.append((1, self._estimate_column(not self._reweighted, "text2")))
        for position, column in extra:
            wider = [*chosen[:position], column, *chosen[position:]]
            if self._needed_width(wider) <= self.width() - 2 * _PADDING:
                chosen = wider
        return chosen

    def _needed_width(self, columns: list[Column]) -> float:
        names = max((_name_width(row) for row in self._rows()), default=0.0)
        return names + sum(column.width + _GAP for column in columns)

    def _right_edges(self) -> list[float]:
        """Return the right ends of the columns; spare width goes between them evenly."""
        spare = self.width() - 2 * _PADDING - self._needed_width(self._columns)
        step = max(0.0, min(48.0, spare / max(1, len(self._columns))))
        edges, right = [], self.width() - float(_PADDING)
        for column in reversed(self._columns):
            edges.append(right)
            right -= column.width + _GAP + step
        return edges[::-1]

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Choose the columns that fit."""
        super().resizeEvent(event)
        self._refresh()

    # -- drawing --------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the header, the rows and the cursor's ring."""
        painter = QPainter(self)
        edges = self._right_edges()
        self._draw_header(painter, edges)
        painter.setOpacity(self.image_opacity())
        for index, row in enumerate(self._rows()):
            self._draw_row(painter, index, row, edges)
        if self.ring and self._cursor is not None:
            top = HEADER + self._cursor * ROW
            box = QRectF(_PADDING - 5, top, self.width() - 2 * _PADDING + 10, ROW - 1)
            draw_focus_ring(painter, box, self.theme.accent)

    def _draw_header(self, painter: QPainter, edges: list[float]) -> None:
        theme = self.theme
        box = QRectF(_PADDING, 0, 80, HEADER - 2)
        if self._extrapolated:
            draw_text(painter, box, _EXTRAPOLATED, theme.warning, weight=600)
        else:
            draw_text(painter, box, _PER_SITE, theme.text3)
        for number, (column, edge) in enumerate(zip(self._columns, edges, strict=True)):
            lead = theme.warning if self._extrapolated else theme.accent
            color, weight = (theme.text3, 400) if number else (lead, 500)
            box = QRectF(0, 0, edge, HEADER - 2)
            draw_text(painter, box, column.title, color, weight=weight, align=_RIGHT)

    def _draw_row(
        self, painter: QPainter, index: int, row: ObservableRow, edges: list[float]
    ) -> None:
        theme = self.theme
        top, width = HEADER + index * ROW, self.width() - 2 * _PADDING
        rule = QRectF(_PADDING, top - 1, width, 1 / self.devicePixelRatioF())
        painter.fillRect(rule, QColor(theme.line if index else theme.strong_line))
        area = QRectF(_PADDING, top, width, ROW - 1)
        area.setLeft(draw_text(painter, area, row.name, theme.text2) + 8)
        room = edges[0] - self._columns[0].width - area.left()
        if line_width(_symbol(row), 12) <= room:
            draw_line(painter, area, _symbol(row), theme.text3)
        for column, edge in zip(self._columns, edges, strict=True):
            color, cell = getattr(theme, column.token), QRectF(0, top, edge, ROW - 1)
            text, weight = column.cells[index], column.weight
            draw_text(painter, cell, text, color, weight=weight, align=_RIGHT)

    # -- input ----------------------------------------------------------------------------

    def row_at(self, position: QPointF) -> ObservableRow | None:
        """Return the row under a point."""
        index = int((position.y() - HEADER) // ROW)
        return self._rows()[index] if 0 <= index < len(self._rows()) else None

    def tooltip_at(self, position: QPointF) -> str:
        """Return the tooltip for a point, "" where there is none."""
        row = self.row_at(position)
        if row is not None and self._update is not None:
            text = row_tooltip(row, self._update.draws)
            return f"{text}<br>{_OUTSIDE}" if self._extrapolated else text
        return ""

    def event(self, event: QEvent) -> bool:
        """Show the definition of a quantity as a tooltip."""
        if isinstance(event, QHelpEvent):
            QToolTip.showText(event.globalPos(), self.tooltip_at(QPointF(event.pos())))
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move the cursor."""
        if Qt.Key(event.key()) not in self.KEYS or not self._rows():
            super().keyPressEvent(event)
            return
        step = 1 if event.key() == Qt.Key.Key_Down else -1
        start = -step if self._cursor is None else self._cursor
        self._cursor = min(max(start + step, 0), len(self._rows()) - 1)
        self._describe()
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose what was clicked."""
        self._cursor = None
        super().mousePressEvent(event)

    def _describe(self) -> None:
        numbers = range(len(self._rows()))
        if self._cursor is not None and self._cursor in numbers:
            numbers = range(self._cursor, self._cursor + 1)
        self.setAccessibleDescription("; ".join(self.row_text(number) for number in numbers))

    def row_text(self, index: int) -> str:
        """Return one row in words."""
        cells = (f"{column.title} {column.cells[index]}" for column in self._columns)
        marks = (_EXTRAPOLATED,) if self._extrapolated else ()
        return ", ".join((self._rows()[index].name, *marks, *cells))
