"""The sidebar's Snapshots section: a button that takes one, and the list of all."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from nrg_app.session.document import Session
from nrg_app.session.snapshots import Snapshot
from nrg_app.ui.actions import Actions
from nrg_app.ui.buttons import ActionButton
from nrg_app.ui.fonts import CAPTION
from nrg_app.ui.math_text import MathLabel
from nrg_app.ui.panels.base import follow
from nrg_app.ui.section import Section
from nrg_app.ui.snapshot_list import SnapshotList
from nrg_app.ui.theme import Theme


class SnapshotSection(Section):
    """Shows ``session.snapshots``."""

    def __init__(
        self, session: Session, actions: Actions, theme: Theme, parent: QWidget | None = None
    ) -> None:
        super().__init__(theme, "Snapshots", parent)
        self._count = MathLabel(theme, role="text3", px=CAPTION)
        self.head.addWidget(self._count)
        button = ActionButton(
            theme, actions["snapshot"], "flat", text=False, height=24, icon="camera-plus-outline"
        )
        self.head.addWidget(button)
        self._empty = MathLabel(theme, "None yet", "text3")
        self.list = SnapshotList(theme)
        self.body.addWidget(self.list, 1)
        self.body.addWidget(self._empty)
        self.body.addStretch(0)
        follow(self, session.events.snapshots, self._show)
        self._show(session.snapshots)

    def _show(self, snapshots: tuple[Snapshot, ...]) -> None:
        self.list.set_snapshots(snapshots)
        self.list.setVisible(bool(snapshots))
        self._empty.setVisible(not snapshots)
        self._count.set_text(str(len(snapshots)) if snapshots else "")
