"""All snapshots as thumbnails in rows, newest first: a list that scrolls."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QPointF,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import (
    QContextMenuEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QMenu,
    QSizePolicy,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from nrg_app.session.snapshots import Snapshot
from nrg_app.ui.fonts import CAPTION
from nrg_app.ui.painting import draw_image, fill_frame, lattice_image, spin_colors
from nrg_app.ui.panels.base import ARROWS
from nrg_app.ui.panels.controls import claims_key, draw_focus_ring
from nrg_app.ui.panels.numbers import fixed
from nrg_app.ui.panels.text import draw_line, plain, sym
from nrg_app.ui.theme import Theme

_SIDE, _EDGE = 48, 2  # of a picture, and the room for a frame around it
_LABEL, _GAP = 16, 3
_WIDTH, _HEIGHT = _SIDE + 2 * _EDGE, _SIDE + _EDGE + _GAP + _LABEL + 2
_RESTORE = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)
_DELETE = (Qt.Key.Key_Delete, Qt.Key.Key_Backspace)
_KEYS = frozenset((*ARROWS, *_RESTORE, *_DELETE, Qt.Key.Key_Home, Qt.Key.Key_End))

Index = QModelIndex | QPersistentModelIndex


class _Model(QAbstractListModel):
    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.snapshots: tuple[Snapshot, ...] = ()

    def set_snapshots(self, snapshots: tuple[Snapshot, ...]) -> None:
        self.beginResetModel()
        self.snapshots = snapshots
        self.endResetModel()

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.snapshots)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        snapshot = self.snapshots[index.row()]
        words = f"{fixed(snapshot.temperature, 3)}, seed {snapshot.seed}"
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"Snapshot, temperature {words}"
        if role == Qt.ItemDataRole.ToolTipRole:
            return f"Restore T = {words}; right-click for more"
        return None


class _Delegate(QStyledItemDelegate):
    """Draws a thumbnail; pictures are kept, since they are drawn anew with every scrolled line."""

    def __init__(self, view: SnapshotList) -> None:
        super().__init__(view)
        self._view = view
        self._images: dict[Snapshot, QImage] = {}

    def forget(self) -> None:
        """Make the pictures anew: colours or snapshots are others."""
        self._images.clear()

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return self._view.gridSize()

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        theme = self._view.theme
        snapshot = self._view.snapshots()[index.row()]
        box = QRectF(option.rect)
        state = option.state
        image = self._image(snapshot)
        side = image.width() / image.devicePixelRatio()
        corner = draw_image(painter, box.topLeft() + QPointF(_EDGE, _EDGE), image)
        picture = QRectF(corner.x(), corner.y(), side, side)
        if state & QStyle.StateFlag.State_MouseOver:
            fill_frame(painter, picture, theme.accent, 1.0)
        label = QRectF(corner.x(), picture.bottom() + _GAP, max(side, 36), _LABEL)
        text = (sym("T"), plain(f"\N{THIN SPACE}{fixed(snapshot.temperature, 2)}"))
        center = Qt.AlignmentFlag.AlignHCenter
        draw_line(painter, label, text, theme.text3, px=CAPTION, align=center)
        if state & QStyle.StateFlag.State_HasFocus:
            ring = QRectF(box.left(), box.top(), _SIDE + 2 * _EDGE, label.bottom() - box.top() + 2)
            draw_focus_ring(painter, ring, theme.accent)

    def _image(self, snapshot: Snapshot) -> QImage:
        dpr = self._view.devicePixelRatioF()
        known = self._images.get(snapshot)
        if known is None or known.devicePixelRatio() != dpr:
            known = self._images[snapshot] = _render(snapshot, self._view.theme, dpr)
        return known


def _render(snapshot: Snapshot, theme: Theme, dpr: float) -> QImage:
    spins = snapshot.thumbnail
    # Large lattices are thinned out: a thumbnail is for recognising, not for reading.
    thinning = max(1, -(-spins.shape[0] // round(_SIDE * dpr)))
    spins = spins[::thinning, ::thinning]
    scale = max(1, round(_SIDE * dpr) // spins.shape[0])
    return lattice_image(spin_colors(spins, theme.spin_down, theme.spin_up), scale, dpr)


class SnapshotList(QListView):
    """Thumbnails. ``restore`` and ``delete`` carry the snapshot that the user wants to."""

    restore = Signal(object)
    delete = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme = theme
        self.setProperty("plain", True)
        self.setAccessibleName("Snapshots")
        self.setAccessibleDescription("Enter restores one, Delete removes it")
        self._model, self._painter = _Model(self), _Delegate(self)
        self.menu = QMenu(self)
        self.menu.setAccessibleName("Snapshot")
        self.setModel(self._model)
        self.setItemDelegate(self._painter)
        self.setViewMode(QListView.ViewMode.IconMode)
        self.setMovement(QListView.Movement.Static)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.verticalScrollBar().setSingleStep(_HEIGHT // 3)  # a notch of the wheel is a row
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Expanding)
        # A click restores and needs no ring: the keyboard alone brings the focus.
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setMinimumHeight(_HEIGHT)
        self.viewport().setAutoFillBackground(False)

    def set_theme(self, theme: Theme) -> None:
        """Repaint in another theme."""
        self.theme = theme
        self._painter.forget()
        self.viewport().update()

    def snapshots(self) -> tuple[Snapshot, ...]:
        """Return what is listed."""
        return self._model.snapshots

    def set_snapshots(self, snapshots: tuple[Snapshot, ...]) -> None:
        """List other snapshots; the keyboard stays where it was in the list."""
        row = max(0, self.currentIndex().row())
        self._painter.forget()
        self._model.set_snapshots(snapshots)
        self.setCurrentIndex(self._model.index(min(row, len(snapshots) - 1)))

    def sizeHint(self) -> QSize:
        """Return the room of one row."""
        return QSize(4 * _WIDTH, _HEIGHT)

    # -- Qt -------------------------------------------------------------------------------

    def event(self, event: QEvent) -> bool:
        """Keep the keys of the list from the window's shortcuts."""
        return claims_key(event, _KEYS) or super().event(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Divide the width among as many thumbnails as have room side by side."""
        # Qt begins another row for what fills the width to the last pixel.
        width = self.viewport().width() - 1
        self.setGridSize(QSize(width // max(1, width // _WIDTH), _HEIGHT))
        super().resizeEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Restore what was clicked."""
        super().mouseReleaseEvent(event)
        index = self.indexAt(event.position().toPoint())
        if event.button() == Qt.MouseButton.LeftButton and index.isValid():
            self.restore.emit(self.snapshots()[index.row()])

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Restore or delete the current snapshot."""
        index, key = self.currentIndex(), Qt.Key(event.key())
        if index.isValid() and key in _RESTORE:
            self.restore.emit(self.snapshots()[index.row()])
        elif index.isValid() and key in _DELETE:
            self.delete.emit(self.snapshots()[index.row()])
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Offer what can be done with a snapshot."""
        by_key = event.reason() == QContextMenuEvent.Reason.Keyboard
        index = self.currentIndex() if by_key else self.indexAt(event.pos())
        if not index.isValid():
            return
        snapshot = self.snapshots()[index.row()]
        self.menu.clear()
        self.menu.addAction("Restore").triggered.connect(lambda: self.restore.emit(snapshot))
        self.menu.addAction("Delete").triggered.connect(lambda: self.delete.emit(snapshot))
        middle = self.viewport().mapToGlobal(self.visualRect(index).center())
        self.menu.popup(middle if by_key else event.globalPos())
