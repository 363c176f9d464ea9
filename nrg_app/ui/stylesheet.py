"""Style sheet for the few stock Qt widgets that are used as they come."""

from __future__ import annotations

from string import Template
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nrg_app.ui.theme import Theme

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
QListWidget[plain="true"] { background: transparent; border: none; outline: none; }
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
QMainWindow > QTabBar::tab:hover { color: $text; }
QMainWindow > QTabBar::tab:selected { background: $tint; color: $accent; border-color: $accent; }
QMainWindow > QTabBar::tab:focus { border: 2px solid $accent; }
QMainWindow > QTabBar::close-button { image: none; }
""")


def style_sheet(theme: Theme) -> str:
    """Return the style sheet of a theme."""
    tokens = {name: getattr(theme, name) for name in theme.__slots__}
    return _TEMPLATE.substitute(tokens)
