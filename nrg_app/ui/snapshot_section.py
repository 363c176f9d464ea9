"""The sidebar's Snapshots section: the four newest, a click restores one."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QHBoxLayout, QWidget

from nrg_app.session.document import Session
from nrg_app.session.snapshots import Snapshot
from nrg_app.ui.actions import Actions
from nrg_app.ui.buttons import ActionButton
from nrg_app.ui.fonts import CAPTION
from nrg_app.ui.math_text import MathLabel
from nrg_app.ui.painting import draw_image, fill_frame, lattice_image, spin_colors
from nrg_app.ui.panels.base import follow
from nrg_app.ui.panels.controls import PaintedButton
from nrg_app.ui.panels.numbers import fixed
from nrg_app.ui.panels.text import draw_line, plain, sym
from nrg_app.ui.section import Section
from nrg_app.ui.theme import Theme

SHOWN = 4
_SIDE = 48


class _Thumbnail(PaintedButton):
    def __init__(self, theme: Theme, snapshot: Snapshot) -> None:
        super().__init__(theme)
        self.snapshot = snapshot
        self._image: QImage | None = None
        temperature = fixed(snapshot.temperature, 3)
        self.setAccessibleName(f"Snapshot, temperature {temperature}, seed {snapshot.seed}")
        self.setToolTip(f"Restore T = {temperature}, seed {snapshot.seed}")
        self.setFixedSize(self.sizeHint())

    def sizeHint(self) -> QSize:
        return QSize(_SIDE, _SIDE + 22)

    def set_theme(self, theme: Theme) -> None:
        """Repaint in another theme."""
        self._image = None
        super().set_theme(theme)

    def _render(self, dpr: float) -> QImage:
        spins = self.snapshot.thumbnail
        cells = spins.shape[0]
        # Large lattices are thinned out: a thumbnail is for recognising, not for reading.
        thinning = max(1, -(-cells // round(_SIDE * dpr)))
        spins = spins[::thinning, ::thinning]
        scale = max(1, round(_SIDE * dpr) // spins.shape[0])
        colors = spin_colors(spins, self.theme.spin_down, self.theme.spin_up)
        return lattice_image(colors, scale, dpr)

    def draw_face(self, painter: QPainter, rect: QRectF) -> None:
        theme, dpr = self.theme, self.devicePixelRatioF()
        if self._image is None or self._image.devicePixelRatio() != dpr:
            self._image = self._render(dpr)
        side = self._image.width() / dpr
        corner = draw_image(painter, QPointF(0, 0), self._image)
        if self.underMouse():
            fill_frame(painter, QRectF(corner.x(), corner.y(), side, side), theme.accent, 1.0)
        label = QRectF(0, side + 3, max(side, 36), 16)
        text = (sym("T"), plain(f"\N{THIN SPACE}{fixed(self.snapshot.temperature, 2)}"))
        center = Qt.AlignmentFlag.AlignHCenter
        draw_line(painter, label, text, theme.text3, px=CAPTION, align=center)


class SnapshotSection(Section):
    """Shows ``session.snapshots``. ``restore`` carries the snapshot that was clicked."""

    restore = Signal(object)

    def __init__(
        self, session: Session, actions: Actions, theme: Theme, parent: QWidget | None = None
    ) -> None:
        super().__init__(theme, "Snapshots", parent)
        button = ActionButton(
            theme, actions["snapshot"], "flat", text=False, height=24, icon="camera-plus-outline"
        )
        self.head.addWidget(button)
        self._empty = MathLabel(theme, "None yet", "text3")
        self._row = QHBoxLayout()
        self._row.setSpacing(0)
        self.body.addLayout(self._row)
        self.body.addWidget(self._empty)
        self.thumbnails: list[_Thumbnail] = []
        follow(self, session.events.snapshots, self._show)
        self._show(session.snapshots)

    def _show(self, snapshots: tuple[Snapshot, ...]) -> None:
        for old in self.thumbnails:
            self._row.removeWidget(old)
            old.deleteLater()
        while self._row.takeAt(0):
            pass
        self.thumbnails = [_Thumbnail(self.theme, snapshot) for snapshot in snapshots[:SHOWN]]
        for number, thumbnail in enumerate(self.thumbnails):
            thumbnail.clicked.connect(
                lambda _=False, chosen=thumbnail.snapshot: self.restore.emit(chosen)
            )
            if number:
                self._row.addSpacing(15)
            self._row.addWidget(thumbnail)
        self._row.addStretch(1)
        self._empty.setVisible(not self.thumbnails)
