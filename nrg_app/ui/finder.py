"""The command palette: type a few letters, choose with the arrow keys, run with Enter."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from nrg_app.ui.fonts import CAPTION, text_font
from nrg_app.ui.fuzzy import score
from nrg_app.ui.icons import draw_icon
from nrg_app.ui.math_text import parse, plain
from nrg_app.ui.panels.controls import draw_box
from nrg_app.ui.panels.text import draw_line, draw_text
from nrg_app.ui.theme import Theme
from nrg_app.ui.themed import Themed

WIDTH, ROW, SHOWN = 560, 30, 10
_FIELD, _TOP, _EDGE = 44, 56, 6
_NOTHING = "Nothing fits. Try a word such as export, a model's name, or a temperature."


@dataclass(frozen=True)
class Entry:
    """One line of the palette: ``text`` may hold symbols as in ``math_text``."""

    text: str
    section: str
    keys: str
    run: Callable[[], object]


class _Row(QStyledItemDelegate):
    """Paints section, text and keys of an entry."""

    def __init__(self, finder: Finder) -> None:
        super().__init__(finder)
        self._finder = finder

    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        return QSize(0, ROW)

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        theme = self._finder.theme
        entry = self._finder.entry(index.row())
        rect = QRectF(option.rect)
        painter.save()
        if option.state & QStyle.StateFlag.State_Selected:
            draw_box(painter, rect, theme.tint, theme.accent)
        muted, right = theme.text3, Qt.AlignmentFlag.AlignRight
        draw_text(painter, rect.adjusted(10, 0, 0, 0), entry.section, muted, px=CAPTION)
        draw_line(painter, rect.adjusted(96, 0, -110, 0), parse(entry.text), theme.text, px=13)
        draw_text(painter, rect.adjusted(0, 0, -10, 0), entry.keys, theme.text2, align=right)
        painter.restore()


class Finder(Themed):
    """Lies over the top of a window while it is open.

    Args:
        theme: the colours.
        offers: returns all entries for what is typed; those that take a number from it first.
        parent: the window.
    """

    def __init__(
        self, theme: Theme, offers: Callable[[str], Sequence[Entry]], parent: QWidget
    ) -> None:
        super().__init__(theme, parent)
        self._offers = offers
        self._entries: list[Entry] = []
        self._before: QWidget | None = None
        self.setAccessibleName("Find action")
        self.field = QLineEdit(self)
        self.field.setProperty("bare", True)
        self.field.setFont(text_font(15))
        self.field.setFixedHeight(_FIELD - 2 * _EDGE)
        self.field.setPlaceholderText("Find an action, a model, T = 2.1")
        self.field.setAccessibleName("Find action")
        self.field.textChanged.connect(self._search)
        self.field.installEventFilter(self)
        self.list = QListWidget(self)
        self.list.setFrameShape(QListWidget.Shape.NoFrame)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setAccessibleName("Actions")
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setUniformItemSizes(True)
        self.list.setItemDelegate(_Row(self))
        self.list.setProperty("plain", True)
        self.list.itemClicked.connect(lambda _: self.run())
        layout = QVBoxLayout(self)
        layout.setContentsMargins(_EDGE + 34, _EDGE, _EDGE, _EDGE)
        layout.setSpacing(_EDGE)
        layout.addWidget(self.field)
        layout.addStretch(1)
        self.hide()

    def entry(self, row: int) -> Entry:
        """Return the entry of a row."""
        return self._entries[row]

    def texts(self) -> list[str]:
        """Return the texts on show."""
        return [plain(entry.text) for entry in self._entries]

    def open(self) -> None:
        """Show the palette and wait for letters; close it if it is open."""
        if self.isVisible():
            self.close_()
            return
        self._before = self.window().focusWidget()
        self.field.clear()
        self._search("")
        self.show()
        self.raise_()
        self.field.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def close_(self) -> None:
        """Hide the palette and give the focus back."""
        before, self._before = self._before, None
        had_focus = self.field.hasFocus()
        self.hide()
        if before is not None and had_focus:
            before.setFocus(Qt.FocusReason.OtherFocusReason)

    def run(self) -> None:
        """Run the chosen entry."""
        row = self.list.currentRow()
        if 0 <= row < len(self._entries):
            entry = self._entries[row]
            self.close_()
            entry.run()

    def _search(self, query: str) -> None:
        ranked = []
        for number, entry in enumerate(self._offers(query)):
            fit = score(query, f"{plain(entry.text)} {entry.section}")
            if fit is not None:
                ranked.append((-fit, number, entry))
        # Equal fits stay in the order of the table.
        self._entries = [entry for _, _, entry in sorted(ranked, key=lambda item: item[:2])]
        self.list.clear()
        for entry in self._entries:
            words = (plain(entry.text), entry.section, entry.keys)
            self.list.addItem(QListWidgetItem(", ".join(word for word in words if word)))
        self.list.setCurrentRow(0)
        self._place()

    def _place(self) -> None:
        rows = min(max(len(self._entries), 1), SHOWN)
        window = self.window()
        width = min(WIDTH, window.width() - 32)
        height = _FIELD + rows * ROW + 2 * _EDGE
        self.setGeometry((window.width() - width) // 2, _TOP, width, height)
        self.list.setGeometry(_EDGE, _FIELD + _EDGE, width - 2 * _EDGE, rows * ROW)
        self.list.setVisible(bool(self._entries))
        self.update()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Move in the list with the keys of the field, and close when it loses the focus."""
        if event.type() == QEvent.Type.FocusOut and self.isVisible():
            # A click elsewhere; the focus stays where it went.
            self._before = None
            self.hide()
        if event.type() != QEvent.Type.KeyPress or not isinstance(event, QKeyEvent):
            return False
        steps = {
            Qt.Key.Key_Down: 1,
            Qt.Key.Key_Up: -1,
            Qt.Key.Key_PageDown: SHOWN,
            Qt.Key.Key_PageUp: -SHOWN,
        }
        key = Qt.Key(event.key())
        if key in steps and self._entries:
            row = self.list.currentRow() + steps[key]
            self.list.setCurrentRow(min(max(row, 0), len(self._entries) - 1))
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.run()
        elif key == Qt.Key.Key_Escape:
            self.close_()
        else:
            return False
        return True

    def set_theme(self, theme: Theme) -> None:
        """Repaint in another theme."""
        super().set_theme(theme)
        self.list.viewport().update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the box, the magnifier and the line below the field."""
        theme, rect = self.theme, QRectF(self.rect())
        painter = QPainter(self)
        draw_box(painter, rect, theme.panel, theme.strong_line)
        draw_icon(painter, QRectF(_EDGE + 6, _EDGE, 22, _FIELD - 12), "magnify", theme.text2, 18)
        painter.fillRect(QRectF(1, _FIELD, rect.width() - 2, 1), QColor(theme.line))
        if not self._entries:
            text = rect.adjusted(16, _FIELD + _EDGE, -16, -_EDGE)
            draw_text(painter, text, _NOTHING, theme.text2)
