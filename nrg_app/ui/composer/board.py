"""The grid of the composer: a tile for every panel, dragged or moved with the keyboard."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QApplication, QSizePolicy

from nrg_app.session.figure_panels import PANELS
from nrg_app.ui.composer.arrangement import BLANK, Arrangement, Item
from nrg_app.ui.panels.base import ARROWS
from nrg_app.ui.panels.controls import PaintedButton, draw_box
from nrg_app.ui.panels.text import draw_text
from nrg_app.ui.theme import Theme
from nrg_app.ui.themed import Themed

_GAP, _EMPTY_ROWS = 6, 2
_FREE = "Free place"
_HINT = "Add panels from the list on the left."
_MISSING = "nothing to show"


def item_title(item: Item) -> str:
    """Return what an item is called."""
    panel = PANELS.get(item.panel)
    return _FREE if item.panel == BLANK else item.panel if panel is None else panel.title


class Tile(PaintedButton):
    """One panel.

    ``moved`` and ``stepped`` carry a direction, down and right, in which it is to go or the focus
    is; ``dragged`` and ``dropped`` a place on the board.
    """

    moved = Signal(int, int)
    stepped = Signal(int, int)
    dropped = Signal(QPoint)
    dragged = Signal(QPoint)
    deleted = Signal()

    def __init__(self, theme: Theme, parent: Board) -> None:
        super().__init__(theme, parent)
        self.setCheckable(True)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        self.setCursor(Qt.CursorShape.OpenHandCursor)
        self._title, self._note, self._letter = "", "", ""
        self._pressed: QPoint | None = None
        self._dragging = False

    def show_item(self, title: str, note: str, letter: str, place: str) -> None:
        """Show a panel; ``place`` says in words where it stands."""
        self._title, self._note, self._letter = title, note, letter
        words = ", ".join(part for part in (title, note, place) if part)
        self.setAccessibleName(words)
        self.setToolTip(f"{words}. Drag it, or move it with Alt and the arrow keys.")
        self.update()

    def draw_face(self, painter: QPainter, rect: QRectF) -> None:
        """Draw letter, title and what is wrong."""
        theme = self.theme
        fill = (
            theme.tint if self.isChecked() else theme.hover if self.underMouse() else theme.raised
        )
        line = theme.accent if self.isChecked() else theme.strong_line
        draw_box(painter, rect, fill, line)
        inner = rect.adjusted(8, 4, -8, -4)
        top = QRectF(inner.left(), inner.top(), inner.width(), 18)
        if self._letter:
            draw_text(painter, top, f"({self._letter})", theme.text, weight=600)
        flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
        painter.setPen(QColor(theme.text if self._note == "" else theme.text2))
        middle = inner.adjusted(0, 16 if self._letter and inner.height() > 44 else 0, 0, 0)
        painter.setFont(self.font())
        words = f"{self._title}\n{self._note}" if self._note else self._title
        painter.drawText(middle, flags, words)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move with Alt and an arrow, go to another tile with an arrow alone, or delete."""
        key = Qt.Key(event.key())
        if key in ARROWS:
            down, right = ARROWS[key]
            alt = event.modifiers() & Qt.KeyboardModifier.AltModifier
            (self.moved if alt else self.stepped).emit(down, right)
        elif key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.deleted.emit()
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose the panel, and perhaps begin to drag it."""
        super().mousePressEvent(event)
        if event.button() == Qt.MouseButton.LeftButton:
            self._pressed = event.position().toPoint()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag the panel."""
        if self._pressed is None:
            return
        moved = event.position().toPoint() - self._pressed
        if self._dragging or moved.manhattanLength() >= QApplication.startDragDistance():
            self._dragging = True
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
            self.dragged.emit(self.mapToParent(event.position().toPoint()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Drop the panel."""
        super().mouseReleaseEvent(event)
        dragging, self._dragging, self._pressed = self._dragging, False, None
        self.setCursor(Qt.CursorShape.OpenHandCursor)
        if dragging:
            self.dropped.emit(self.mapToParent(event.position().toPoint()))


class Board(Themed):
    """Shows an arrangement; ``changed`` carries another one, ``chosen`` the index of a tile.

    ``missing`` are the names of panels that have nothing to show now.
    """

    changed = Signal(object)
    chosen = Signal(int)

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self.setMinimumSize(320, 250)
        self.setAccessibleName("Grid of the figure")
        self.arrangement = Arrangement()
        self.missing: frozenset[str] = frozenset()
        self.tiles: list[Tile] = []
        self.selected = -1
        self._letters = True
        self._target = -1

    def show_arrangement(
        self, arrangement: Arrangement, missing: frozenset[str], *, letters: bool
    ) -> None:
        """Show panels where they stand; the chosen tile stays chosen."""
        self.arrangement, self.missing, self._letters = arrangement, missing, letters
        while len(self.tiles) > len(arrangement.items):
            self.tiles.pop().deleteLater()
        while len(self.tiles) < len(arrangement.items):
            self.tiles.append(self._make(len(self.tiles)))
        self.selected = min(self.selected, len(self.tiles) - 1)
        self._describe()
        self._place()
        self.update()

    def select(self, index: int, *, focus: bool = False) -> None:
        """Choose a tile, -1 for none."""
        self.selected = index
        for number, tile in enumerate(self.tiles):
            tile.setChecked(number == index)
        if focus and index >= 0:
            self.tiles[index].setFocus(Qt.FocusReason.TabFocusReason)
        self.chosen.emit(index)

    def sizeHint(self) -> QSize:
        """Return a comfortable size."""
        return QSize(380, 300)

    def _make(self, index: int) -> Tile:
        tile = Tile(self.theme, self)
        tile.clicked.connect(lambda: self.select(index))
        tile.moved.connect(
            lambda down, right: self._move(index, index + right + down * self.arrangement.columns)
        )
        tile.stepped.connect(lambda down, right: self._step(index, down, right))
        tile.deleted.connect(lambda: self._delete(index))
        tile.dragged.connect(lambda at: self._aim(self.index_at(at)))
        tile.dropped.connect(lambda at: self._drop(index, at))
        tile.show()
        return tile

    def _describe(self) -> None:
        letters = iter("abcdefghijklmnopqrstuvwxyz")
        places = self.arrangement.places()
        order = sorted(range(len(places)), key=lambda k: places[k])
        names = {
            k: next(letters, "")
            for k in order
            if self._letters and self.arrangement.items[k].panel != BLANK
        }
        for number, (item, (row, column)) in enumerate(
            zip(self.arrangement.items, places, strict=True)
        ):
            words = f"row {row + 1}, column {column + 1}"
            words += f", {item.columns} columns wide" if item.columns > 1 else ""
            words += f", {item.rows} rows high" if item.rows > 1 else ""
            note = _MISSING if item.panel in self.missing else ""
            tile = self.tiles[number]
            tile.show_item(item_title(item), note, names.get(number, ""), words)
            tile.setChecked(number == self.selected)

    # -- changes --------------------------------------------------------------------------

    def move_selected(self, step: int) -> None:
        """Move the chosen tile in the order."""
        if self.selected >= 0:
            self._move(self.selected, self.selected + step)

    def delete_selected(self) -> None:
        """Take the chosen tile off the grid."""
        if self.selected >= 0:
            self._delete(self.selected)

    def resize_selected(self, columns: int, rows: int) -> None:
        """Make the chosen tile wider or taller."""
        if self.selected >= 0:
            self.changed.emit(self.arrangement.resized(self.selected, columns, rows))

    def _move(self, index: int, to: int) -> None:
        to = min(max(to, 0), len(self.tiles) - 1)
        if to != index:
            self.changed.emit(self.arrangement.moved(index, to))
            self.select(to, focus=True)

    def _delete(self, index: int) -> None:
        self.changed.emit(self.arrangement.removed(index))
        self.select(min(index, len(self.tiles) - 1), focus=True)

    def _step(self, index: int, down: int, right: int) -> None:
        """Go to the next tile in a direction."""
        row, column = self.arrangement.places()[index]
        item = self.arrangement.items[index]
        row += item.rows if down > 0 else down
        column += item.columns if right > 0 else right
        for number, (other, (top, left)) in enumerate(
            zip(self.arrangement.items, self.arrangement.places(), strict=True)
        ):
            if 0 <= row - top < other.rows and 0 <= column - left < other.columns:
                self.select(number, focus=True)

    def _aim(self, target: int) -> None:
        if target != self._target:
            self._target = target
            self.update()

    def _drop(self, index: int, at: QPoint) -> None:
        target = self.index_at(at)
        self._aim(-1)
        if target >= 0:
            self._move(index, target)

    def index_at(self, at: QPoint) -> int:
        """Return the tile at a point, -1 beside all."""
        hits = (k for k, tile in enumerate(self.tiles) if tile.geometry().contains(at))
        return next(hits, -1)

    # -- drawing --------------------------------------------------------------------------

    def _cell(self, row: int, column: int) -> QRect:
        rows, columns = max(self.arrangement.rows, _EMPTY_ROWS), self.arrangement.columns
        width = (self.width() - _GAP * (columns - 1)) / columns
        height = (self.height() - _GAP * (rows - 1)) / rows
        left, top = column * (width + _GAP), row * (height + _GAP)
        return QRect(round(left), round(top), round(width), round(height))

    def _place(self) -> None:
        for tile, item, (row, column) in zip(
            self.tiles, self.arrangement.items, self.arrangement.places(), strict=True
        ):
            first = self._cell(row, column)
            last = self._cell(row + item.rows - 1, column + item.columns - 1)
            tile.setGeometry(first.united(last))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Place the tiles anew."""
        self._place()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the free places of the grid, and where a dragged panel would go."""
        painter, theme = QPainter(self), self.theme
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pen = QPen(QColor(theme.line), 1.0, Qt.PenStyle.DashLine)
        painter.setPen(pen)
        for row in range(max(self.arrangement.rows, _EMPTY_ROWS)):
            for column in range(self.arrangement.columns):
                box = QRectF(self._cell(row, column)).adjusted(0.5, 0.5, -0.5, -0.5)
                painter.drawRoundedRect(box, 4, 4)
        if not self.tiles:
            draw_text(
                painter, QRectF(self.rect()), _HINT, theme.text3,
                align=Qt.AlignmentFlag.AlignHCenter,
            )  # fmt: skip
        if self._target >= 0:
            frame = QRectF(self.tiles[self._target].geometry()).adjusted(-2, -2, 2, 2)
            painter.setPen(QPen(QColor(theme.accent), 2.0))
            painter.drawRoundedRect(frame, 5, 5)
