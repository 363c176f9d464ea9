"""The colour maps of the fields: which there are, and a theme with another than its own."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

from nrg_app.figures.palette import DIVERGING
from nrg_app.ui.theme import THEMES, Theme

COLOR_MAPS = (
    ("blue-orange", "Blue\N{EN DASH}orange"),
    ("purple-green", "Purple\N{EN DASH}green"),
    ("cividis", "Cividis"),
)
DEFAULT = "blue-orange"


@lru_cache(maxsize=8)
def with_color_map(theme_name: str, color_map: str) -> Theme:
    """Return a theme by name ("dark" or "light") whose fields have a colour map."""
    theme = THEMES[theme_name]
    stops = DIVERGING.get(color_map, DIVERGING[DEFAULT])[theme.dark]
    return theme if stops == theme.diverging else replace(theme, diverging=stops)
