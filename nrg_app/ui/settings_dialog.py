"""The Settings dialog: theme, colour map of the fields, font size, layout."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QAction, QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from nrg_app.ui import fonts
from nrg_app.ui.buttons import ActionButton
from nrg_app.ui.color_maps import COLOR_MAPS
from nrg_app.ui.math_text import MathLabel
from nrg_app.ui.painting import draw_color_bar, gradient
from nrg_app.ui.panels.controls import Segmented
from nrg_app.ui.preferences import APPEARANCES, FONT_SIZES, Preferences
from nrg_app.ui.sheets import Sheet
from nrg_app.ui.theme import Theme
from nrg_app.ui.themed import Themed

_THEME_NAMES = {"dark": "Dark", "light": "Light", "system": "As the system"}


class ColorBar(Themed):
    """The colour map of the fields, from negative to positive."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self.setAccessibleName("Colour map, negative to positive")
        self.setFixedHeight(14)

    def sizeHint(self) -> QSize:
        """Return a comfortable width."""
        return QSize(240, 14)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the bar."""
        bar = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        table = gradient(self.theme.diverging)
        draw_color_bar(QPainter(self), bar, table, self.theme.strong_line)


class SettingsDialog(Sheet):
    """Writes to the preferences; ``changed`` asks the window to follow.

    ``layout_reset`` asks it to put panels and window back to where they were at first.
    """

    changed = Signal()
    layout_reset = Signal()

    def __init__(
        self, theme: Theme, preferences: Preferences, parent: QWidget | None = None
    ) -> None:
        super().__init__(theme, "Settings", parent)
        self._preferences = preferences
        choices = [(name, _THEME_NAMES[name]) for name in APPEARANCES]
        self.themes = Segmented(theme, choices, "Theme", self)
        self.themes.set_current(preferences.appearance)
        self.themes.changed.connect(self._set_appearance)
        self.maps = Segmented(theme, COLOR_MAPS, "Colours of the fields", self)
        self.maps.set_current(preferences.color_map)
        self.maps.changed.connect(self._set_color_map)
        sizes = [(str(size), f"{size} %") for size in FONT_SIZES]
        self.sizes = Segmented(theme, sizes, "Font size", self)
        self.sizes.set_current(str(preferences.font_size))
        self.sizes.changed.connect(self._set_font_size)
        self.note = MathLabel(theme, role="text3", px=fonts.CAPTION)
        reset = QAction("Reset layout", self)
        reset.triggered.connect(self.layout_reset)
        self.reset = ActionButton(theme, reset, height=28)
        self._arrange(theme)
        self._show_note()

    def _arrange(self, theme: Theme) -> None:
        grid = QGridLayout()
        grid.setHorizontalSpacing(20)
        grid.setVerticalSpacing(10)
        grid.setColumnStretch(1, 1)
        left = Qt.AlignmentFlag.AlignLeft
        rows: tuple[tuple[str, QWidget], ...] = (
            ("Theme", self.themes),
            ("Colours of the fields", self.maps),
            ("", ColorBar(theme)),
            ("Font size", self.sizes),
            ("", self.note),
            ("Panels and window", self.reset),
        )
        for row, (name, widget) in enumerate(rows):
            label = MathLabel(theme, name, "text2")
            label.setMinimumWidth(label.sizeHint().width())
            grid.addWidget(label, row, 0)
            stretched = isinstance(widget, ColorBar)
            grid.addWidget(widget, row, 1, Qt.AlignmentFlag(0) if stretched else left)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 20, 24, 20)
        layout.addLayout(grid)

    def follow_preferences(self) -> None:
        """Show the theme that was chosen elsewhere."""
        self.themes.set_current(self._preferences.appearance)

    def _set_appearance(self, name: str) -> None:
        self._preferences.appearance = name
        self.changed.emit()

    def _set_color_map(self, name: str) -> None:
        self._preferences.color_map = name
        self.changed.emit()

    def _set_font_size(self, size: str) -> None:
        self._preferences.font_size = int(size)
        self._show_note()

    def _show_note(self) -> None:
        # Fixed sizes of controls are computed once, so that letters change with the next start.
        same = self._preferences.font_size == fonts.percent()
        self.note.set_text("In use" if same else "From the next start of the program")
