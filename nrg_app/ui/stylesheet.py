"""Style sheet for the few stock Qt widgets that are used as they come.

It names colours by roles of the palette, and stays when the theme changes: a style or a style
sheet set anew takes Qt a tenth of a second, in which the window stands still.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from string import Template

from PySide6.QtCore import Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import (
    QAbstractScrollArea,
    QApplication,
    QDialog,
    QLineEdit,
    QMainWindow,
    QMenu,
    QScrollBar,
    QTabBar,
    QWidget,
)
from shiboken6 import isValid

from nrg_app.ui.turns import in_turns

_Role = QPalette.ColorRole
ROLES = {
    "window": (_Role.Shadow, "shadow"),
    "bar": (_Role.Window, "window"),
    "panel": (_Role.Base, "base"),
    "raised": (_Role.AlternateBase, "alternate-base"),
    "hover": (_Role.Light, "light"),
    "line": (_Role.Mid, "mid"),
    "strong_line": (_Role.Dark, "dark"),
    "text": (_Role.Text, "text"),
    "text2": (_Role.LinkVisited, "link-visited"),
    "text3": (_Role.PlaceholderText, "placeholder-text"),
    "accent": (_Role.Highlight, "highlight"),
    "tint": (_Role.Midlight, "midlight"),
    "on_accent": (_Role.HighlightedText, "highlighted-text"),
}
"""Colour of a theme -> the palette's role that has it, and the role's name in style sheets."""

_AT_A_TIME = 20  # widgets that are styled anew without a pause
# What the rules are about, but for tool tips.
_KINDS = (QDialog, QLineEdit, QAbstractScrollArea, QMenu, QScrollBar, QMainWindow, QTabBar)

_TEMPLATE = Template("""
QToolTip {
    background: $raised; color: $text; border: 1px solid $strong_line; padding: 4px 6px;
}
QMenu { background: $panel; color: $text; border: 1px solid $strong_line; padding: 4px; }
QMenu::item { padding: 5px 24px 5px 12px; border-radius: 4px; }
QMenu::item:selected { background: $hover; }
QMenu::item:disabled { color: $text3; }
QMenu::separator { height: 1px; background: $line; margin: 4px 8px; }
QLineEdit, QPlainTextEdit {
    background: $panel; color: $text; border: 1px solid $strong_line; border-radius: 4px;
    padding: 2px 8px; selection-background-color: $accent; selection-color: $on_accent;
}
QLineEdit:focus, QPlainTextEdit:focus { border-color: $accent; }
QLineEdit[bare="true"] { background: transparent; border: none; padding: 0; }
QComboBox QAbstractItemView {
    background: $panel; color: $text; border: 1px solid $strong_line; outline: none; padding: 3px;
    selection-background-color: $hover; selection-color: $text;
}
QComboBox QAbstractItemView::item { min-height: 24px; padding: 0 8px; }
QScrollArea, QScrollArea > QWidget > QWidget[plain="true"] {
    background: transparent; border: none;
}
QListView[plain="true"] { background: transparent; border: none; outline: none; }
QScrollBar:vertical { background: transparent; width: 8px; margin: 0; }
QScrollBar:horizontal { background: transparent; height: 8px; margin: 0; }
QScrollBar::handle { background: $strong_line; border-radius: 3px; margin: 1px; }
QScrollBar::handle:vertical { min-height: 28px; }
QScrollBar::handle:horizontal { min-width: 28px; }
QScrollBar::handle:hover { background: $text3; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QDialog { background: $bar; }
QMainWindow { background: $window; }
QMainWindow::separator { width: 8px; height: 8px; background: transparent; }
QMainWindow::separator:hover { background: $strong_line; }
QMainWindow > QTabBar::tab {
    background: $raised; color: $text2; border: 1px solid $strong_line; border-radius: 4px;
    padding: 3px 10px; margin: 0 4px 6px 0;
}
QMainWindow > QTabBar[tight="true"]::tab { padding: 3px 3px; margin: 0 2px 6px 0; }
QMainWindow > QTabBar::tab:hover { color: $text; }
QMainWindow > QTabBar::tab:selected { background: $tint; color: $accent; border-color: $accent; }
QMainWindow > QTabBar::tab:focus { border: 2px solid $accent; }
QMainWindow > QTabBar::close-button { image: none; }
""")


STYLE_SHEET = _TEMPLATE.substitute({token: f"palette({css})" for token, (_, css) in ROLES.items()})


def apply_style(app: QApplication) -> None:
    """Give the application its style, or the palette's new colours to what the sheet styles."""
    if app.styleSheet() != STYLE_SHEET:
        app.setStyle("Fusion")
        app.setStyleSheet(STYLE_SHEET)
        return
    styled: list[QWidget] = [widget for widget in app.allWidgets() if isinstance(widget, _KINDS)]
    tips = Qt.WindowType.ToolTip
    styled += [widget for widget in app.topLevelWidgets() if widget.windowType() == tips]
    _polish([widget for widget in styled if widget.isVisible()])
    # What is not on show can wait for moments in which nothing else is done.
    hidden = [widget for widget in styled if not widget.isVisible()]
    in_turns(app, _polish_slowly(hidden), lambda: None)


def _polish_slowly(widgets: Sequence[QWidget]) -> Iterator[None]:
    for first in range(0, len(widgets), _AT_A_TIME):
        yield
        _polish(widgets[first : first + _AT_A_TIME])


def _polish(widgets: Sequence[QWidget]) -> None:
    for widget in widgets:
        if isValid(widget):
            style = widget.style()
            style.unpolish(widget)
            style.polish(widget)
