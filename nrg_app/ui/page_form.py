"""What a figure's page is like: width, height, look and letters. Both figure dialogs have it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QWidget

from nrg_app.figures.look import LookName
from nrg_app.ui.math_text import MathLabel
from nrg_app.ui.number_field import NumberField, real_field
from nrg_app.ui.panels.controls import Segmented
from nrg_app.ui.theme import Theme
from nrg_app.ui.themed import Themed

WIDTHS = (("86", "one column"), ("178", "two columns"), ("254", "slide"), ("", "other"))
HEIGHTS = (("auto", "as needed"), ("16:9", "16 : 9"), ("", "other"))
LOOKS = (("paper", "Paper"), ("slides", "Slides"))
LETTERS = (("none", "None"), ("all", "(a), (b)"))
WIDTH_MM, HEIGHT_MM = (60.0, 400.0), (30.0, 400.0)
_SLIDE, _SLIDE_LEAST = "254", 128.0


class PageForm(Themed):
    """Rows of controls; ``changed`` whenever the page is another one."""

    changed = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self.widths = self._choice(WIDTHS, "Width", "86", self._width_chosen)
        self.width_mm = self._length("Width", WIDTH_MM, 86.0, self._width_typed)
        self.heights = self._choice(HEIGHTS, "Height", "auto", self._height_chosen)
        self.height_mm = self._length("Height", HEIGHT_MM, 60.0, self._height_typed)
        self.height_mm.setEnabled(False)
        self.looks = self._choice(LOOKS, "Theme", "paper", self._look_chosen)
        self.letters = self._choice(
            LETTERS, "Letters of the panels", "none", lambda _: self.changed.emit()
        )
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(10)
        grid.setColumnMinimumWidth(0, 104)
        grid.setColumnStretch(1, 1)
        rows: tuple[tuple[str, tuple[QWidget, ...]], ...] = (
            ("Width", (self.widths, self.width_mm, MathLabel(theme, "mm", "text2"))),
            ("Height", (self.heights, self.height_mm, MathLabel(theme, "mm", "text2"))),
            ("Theme", (self.looks,)),
            ("Letters", (self.letters,)),
        )
        for row, (name, parts) in enumerate(rows):
            grid.addWidget(MathLabel(theme, name, "text2"), row, 0)
            line = QHBoxLayout()
            line.setSpacing(8)
            for part in parts:
                if isinstance(part, MathLabel):
                    part.setMinimumWidth(part.sizeHint().width())
                line.addWidget(part, 0, Qt.AlignmentFlag.AlignLeft)
            line.addStretch(1)
            grid.addLayout(line, row, 1)

    def _choice(
        self,
        choices: Sequence[tuple[str, str]],
        name: str,
        first: str,
        slot: Callable[[str], object],
    ) -> Segmented:
        row = Segmented(self.theme, choices, name, self)
        row.set_current(first)
        row.changed.connect(slot)
        return row

    def _length(
        self,
        name: str,
        limits: tuple[float, float],
        first: float,
        slot: Callable[[object], object],
    ) -> NumberField:
        field = real_field(self.theme, name, limits, first, 1, 1.0, unit="mm")
        field.setFixedWidth(80)
        field.edited.connect(slot)
        return field

    def page_width(self) -> float:
        """Return the width in millimetres."""
        return float(self.width_mm.value())

    def page_height(self) -> float | None:
        """Return the height in millimetres, None for what suits the panels."""
        if self.heights.current() == "auto":
            return None
        if self.heights.current() == "16:9":
            return round(self.page_width() * 9.0 / 16.0, 1)
        return float(self.height_mm.value())

    def look(self) -> LookName:
        """Return "paper" or "slides"."""
        return "slides" if self.looks.current() == "slides" else "paper"

    def with_letters(self) -> bool:
        """Return whether panels have letters."""
        return self.letters.current() == "all"

    def set_page(
        self, width_mm: float, height_mm: float | None, look: str, *, letters: bool
    ) -> None:
        """Show another page, silently."""
        self.width_mm.set_value(width_mm)
        self.widths.set_current(_key_of(width_mm))
        wide = height_mm is not None and abs(height_mm - width_mm * 9.0 / 16.0) < 0.06
        self.heights.set_current("auto" if height_mm is None else "16:9" if wide else "")
        if height_mm is not None:
            self.height_mm.set_value(height_mm)
        self.height_mm.setEnabled(self.heights.current() == "")
        self.looks.set_current(look)
        self.letters.set_current("all" if letters else "none")

    def _width_chosen(self, key: str) -> None:
        if not key:
            self.width_mm.editor.setFocus()
            return
        self.width_mm.set_value(float(key))
        if key == _SLIDE:
            self.heights.set_current("16:9")
        elif self.heights.current() == "16:9":
            self.heights.set_current("auto")
        self.changed.emit()

    def _width_typed(self, _width: object) -> None:
        self.widths.set_current(_key_of(self.page_width()))
        self.changed.emit()

    def _look_chosen(self, look: str) -> None:
        # The large type of slides has no room in a column of a journal.
        if look == "slides" and self.page_width() < _SLIDE_LEAST:
            self.widths.set_current(_SLIDE)
            self._width_chosen(_SLIDE)
        else:
            self.changed.emit()

    def _height_chosen(self, key: str) -> None:
        self.height_mm.setEnabled(not key)
        if not key:
            self.height_mm.editor.setFocus()
        self.changed.emit()

    def _height_typed(self, _height: object) -> None:
        self.changed.emit()


def _key_of(width_mm: float) -> str:
    key = f"{width_mm:g}"
    return key if key in dict(WIDTHS) else ""
