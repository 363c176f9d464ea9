"""Colours of the window: two themes, and how one is applied to the application."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication

from nrg_app.figures.palette import DIVERGING
from nrg_app.ui import fonts
from nrg_app.ui.stylesheet import ROLES, apply_style


@dataclass(frozen=True, slots=True)
class Theme:
    """Named colours as ``#RRGGBB``.

    ``accent`` marks the network, selection and live things, never a data value. ``diverging``
    runs from negative to positive with an odd number of stops; ``scale_colors`` maps a scale's
    lattice side to its colour.
    """

    name: str
    dark: bool
    window: str
    bar: str
    panel: str
    plot: str
    raised: str
    hover: str
    line: str
    strong_line: str
    text: str
    text2: str
    text3: str
    accent: str
    tint: str
    on_accent: str
    warning: str
    error: str
    ok: str
    wall: str
    kept: str
    diverging: tuple[str, ...]
    scale_colors: MappingProxyType[int, str]
    spin_down: str = "#2C5C9E"
    spin_up: str = "#F3C480"


def _scales(*colors: str) -> MappingProxyType[int, str]:
    return MappingProxyType(dict(zip((32, 16, 8, 4, 2, 1), colors, strict=True)))


DARK = Theme(
    name="dark",
    dark=True,
    window="#12151A",
    bar="#171B21",
    panel="#1B2027",
    plot="#161A20",
    raised="#242B34",
    hover="#2C3540",
    line="#2B333E",
    strong_line="#3A4552",
    text="#E6EAEF",
    text2="#A9B4C0",
    text3="#7C8896",
    accent="#35C7B0",
    tint="#163A38",
    on_accent="#06201C",
    warning="#E9B949",
    error="#F0786E",
    ok="#6FCF8E",
    wall="#FFFFFF",
    kept="#12151A",
    diverging=DIVERGING["blue-orange"][True],
    scale_colors=_scales("#9274C3", "#6F96E1", "#40B7E2", "#43D2C9", "#8DE3A5", "#DBE889"),
)  # fmt: skip

LIGHT = Theme(
    name="light",
    dark=False,
    window="#E9ECEF",
    bar="#F7F8F9",
    panel="#FFFFFF",
    plot="#FFFFFF",
    raised="#F0F2F4",
    hover="#E6E9EC",
    line="#D5DAE0",
    strong_line="#B9C1CA",
    text="#181D23",
    text2="#4A5663",
    text3="#6B7783",
    accent="#0A7568",
    tint="#DDF1EE",
    on_accent="#FFFFFF",
    warning="#9A6700",
    error="#B3342B",
    ok="#1F7A3D",
    wall="#10151B",
    kept="#DFE4E9",
    diverging=DIVERGING["blue-orange"][False],
    scale_colors=_scales("#4D9960", "#008A77", "#007387", "#00588B", "#2B3B7F", "#3D1F63"),
)  # fmt: skip

THEMES = {theme.name: theme for theme in (DARK, LIGHT)}


def palette(theme: Theme) -> QPalette:
    """Return the Qt palette of a theme, for everything that the Fusion style draws itself."""
    roles = QPalette.ColorRole
    colors = {
        roles.WindowText: theme.text,
        roles.Button: theme.raised,
        roles.ButtonText: theme.text,
        roles.BrightText: theme.error,
        roles.ToolTipBase: theme.raised,
        roles.ToolTipText: theme.text,
        roles.Link: theme.accent,
        roles.Accent: theme.accent,
        **{role: getattr(theme, token) for token, (role, _) in ROLES.items()},
    }
    result = QPalette()
    for role, color in colors.items():
        result.setColor(role, QColor(color))
    for role in (roles.WindowText, roles.Text, roles.ButtonText):
        result.setColor(QPalette.ColorGroup.Disabled, role, QColor(theme.text3))
    return result


def apply(app: QApplication, theme: Theme) -> None:
    """Give the whole application a theme: Fusion, palette, style sheet and base font."""
    fonts.load()
    app.setFont(fonts.text_font(fonts.BODY))
    # Otherwise a style sheet would keep the palette from the widgets.
    app.setAttribute(Qt.ApplicationAttribute.AA_UseStyleSheetPropagationInWidgetStyles)
    app.setPalette(palette(theme))
    apply_style(app)
