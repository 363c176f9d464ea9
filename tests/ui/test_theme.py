from __future__ import annotations

import re
from dataclasses import fields

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontInfo, QPalette
from PySide6.QtWidgets import QApplication, QLineEdit, QScrollArea, QWidget
from pytestqt.qtbot import QtBot

from nrg_app.ui import fonts
from nrg_app.ui.actions import TABLE
from nrg_app.ui.icons import glyph, window_icon
from nrg_app.ui.panels.text import text_width
from nrg_app.ui.stylesheet import ROLES, STYLE_SHEET
from nrg_app.ui.theme import DARK, LIGHT, THEMES, Theme, apply, palette


@pytest.mark.parametrize("theme", THEMES.values(), ids=lambda theme: theme.name)
def test_every_token_is_a_colour(theme: Theme) -> None:
    hexadecimal = re.compile("#[0-9A-F]{6}")
    tokens = [getattr(theme, field.name) for field in fields(theme) if field.type == "str"]
    colors = [token for token in tokens if token != theme.name]
    colors += [*theme.diverging, *theme.scale_colors.values()]
    assert all(hexadecimal.fullmatch(color) for color in colors)
    assert len(theme.diverging) % 2 == 1


def test_applying_a_theme_changes_the_palette_of_every_widget(
    qapp: QApplication, qtbot: QtBot
) -> None:
    apply(qapp, LIGHT)
    window = QWidget()
    qtbot.addWidget(window)
    line, area = QLineEdit("1", window), QScrollArea(window)
    window.show()
    for theme in (DARK, LIGHT):
        apply(qapp, theme)
        qapp.processEvents()
        for widget in (window, line, area.verticalScrollBar()):
            color = widget.palette().color(QPalette.ColorRole.WindowText).name().upper()
            assert color == theme.text


def test_applying_a_theme_recolours_what_the_style_sheet_styles(
    qapp: QApplication, qtbot: QtBot
) -> None:
    apply(qapp, LIGHT)
    line = QLineEdit()
    qtbot.addWidget(line)
    line.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    line.resize(80, 30)
    line.show()
    for theme in (DARK, LIGHT):
        apply(qapp, theme)
        qapp.processEvents()
        image = line.grab().toImage()
        assert image.pixelColor(6, 15).name().upper() == theme.panel
        assert image.pixelColor(40, 0).name().upper() == theme.strong_line


def test_every_colour_of_the_style_sheet_is_the_palettes() -> None:
    for theme in THEMES.values():
        colors = palette(theme)
        for token, (role, _) in ROLES.items():
            assert colors.color(role).name().upper() == getattr(theme, token)
    assert "#" not in STYLE_SHEET
    assert "$" not in STYLE_SHEET


def test_the_bundled_fonts_are_used(qapp: QApplication) -> None:
    assert "Inter" in fonts.load()
    assert QFontInfo(fonts.text_font()).family() == "Inter"
    assert QFontInfo(fonts.symbol_font()).family() == "STIXGeneral"
    assert QFontInfo(fonts.symbol_font()).italic()


def test_figures_are_tabular(qapp: QApplication) -> None:
    fonts.load()
    assert text_width("1111", 12) == pytest.approx(text_width("8888", 12), abs=1e-6)


def test_every_icon_of_the_actions_exists(qapp: QApplication) -> None:
    assert all(glyph(spec.icon) for spec in TABLE if spec.icon)
    assert not window_icon().isNull()
