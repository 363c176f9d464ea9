"""Two read-only dialogs: the keyboard shortcuts and the details of a model."""

from __future__ import annotations

from itertools import groupby

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from nrg_app.ui.actions import TABLE, keys_text
from nrg_app.ui.fonts import CAPTION, TITLE
from nrg_app.ui.math_text import MathLabel
from nrg_app.ui.model_list import ModelEntry
from nrg_app.ui.panels.numbers import DASH, fixed, thousands
from nrg_app.ui.theme import Theme
from nrg_app.ui.themed import retheme

_COLUMNS = 3
POINTER_HINTS = (
    ("Wheel over the slider", "T by 0.01, with Shift 0.001"),
    ("Alt while dragging T", "Do not snap to the critical temperature"),
    ("Wheel, drag, double click on the sample", "Zoom, move the torus, all of it again"),
    ("Double-click a panel's title", "Give it the whole window, and back"),
    ("Drag a panel's title", "Move it, float it, or put it into tabs"),
    ("Click a latent, turn the wheel", "Its value by 0.1, with Shift 0.01"),
    ("Shift-click a lock", "Freeze or thaw all coarser scales as well"),
    ("Ctrl-click a sample, Ctrl+arrows", "Interpolate from the shown one to it"),
)


class Sheet(QDialog):
    """A non-modal dialog of captioned two-column lists."""

    def __init__(self, theme: Theme, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setWindowTitle(title)
        self.setModal(False)

    def set_theme(self, theme: Theme) -> None:
        """Repaint in another theme."""
        for child in self.findChildren(QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly):
            retheme(child, theme)

    def make_list(self, caption: str, rows: list[tuple[str, str]]) -> QVBoxLayout:
        """Return a captioned list of (strong, plain) pairs."""
        column = QVBoxLayout()
        column.setSpacing(6)
        column.addWidget(MathLabel(self._theme, caption.upper(), "text3", px=CAPTION, weight=600))
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(5)
        grid.setColumnStretch(1, 1)
        for row, (left, right) in enumerate(rows):
            labels = (
                MathLabel(self._theme, left, weight=600),
                MathLabel(self._theme, right, "text2"),
            )
            for position, label in enumerate(labels):
                label.setMinimumWidth(label.sizeHint().width())
                grid.addWidget(label, row, position)
        column.addLayout(grid)
        column.addSpacing(10)
        return column


class ShortcutsSheet(Sheet):
    """All shortcuts, made from the table of actions."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, "Keyboard shortcuts", parent)
        columns = QHBoxLayout(self)
        columns.setContentsMargins(24, 20, 24, 12)
        columns.setSpacing(40)
        parts = [QVBoxLayout() for _ in range(_COLUMNS)]
        with_keys = [spec for spec in TABLE if spec.keys]
        for number, (group, specs) in enumerate(groupby(with_keys, lambda spec: spec.group)):
            rows = [(keys_text(spec.keys), spec.text) for spec in specs]
            parts[min(number // 3, _COLUMNS - 1)].addLayout(self.make_list(group, rows))
        parts[1].addLayout(self.make_list("Pointer", list(POINTER_HINTS)))
        for column in parts:
            column.setSpacing(0)
            column.addStretch(1)
            columns.addLayout(column)


class ModelSheet(Sheet):
    """What a model's card says."""

    def __init__(self, theme: Theme, entry: ModelEntry, parent: QWidget | None = None) -> None:
        super().__init__(theme, "Model details", parent)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 20, 24, 12)
        layout.addWidget(MathLabel(theme, entry.name, px=TITLE, weight=600))
        layout.addSpacing(8)
        card = entry.card
        low, high = entry.temperature_range
        rows = [
            ("Lattice", f"{entry.size} \N{MULTIPLICATION SIGN} {entry.size}, periodic"),
            ("Trained for", f"$T$ from {fixed(low, 2)} to {fixed(high, 2)}"),
            ("Written by", f"version {card.get('program_version', DASH)}"),
        ]
        layout.addLayout(self.make_list("Model", rows))
        for caption in ("architecture", "training"):
            rows = _facts(card.get(caption, {}))
            if rows:
                layout.addLayout(self.make_list(caption, rows))
        gaps = sorted(card.get("gaps", []), key=lambda gap: gap["temperature"])
        if gaps:
            rows = [(f"$T$ = {fixed(gap['temperature'], 3)}", _quality(gap)) for gap in gaps]
            layout.addLayout(self.make_list("Measured", rows))


def _quality(gap: dict[str, float]) -> str:
    return f"gap {fixed(gap['gap'], 5)} per site, ESS {fixed(gap['ess'], 2)}"


def _facts(values: object) -> list[tuple[str, str]]:
    """Return the plain numbers and words of a part of the card."""
    if not isinstance(values, dict):
        return []
    rows = []
    for key, value in values.items():
        name = key.replace("_", " ").capitalize()
        if isinstance(value, bool | str):
            rows.append((name, str(value)))
        elif isinstance(value, int):
            rows.append((name, thousands(value)))
        elif isinstance(value, float):
            rows.append((name, f"{value:g}"))
    return rows
