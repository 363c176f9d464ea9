"""The colour maps of the fields: which there are, and a theme with another than its own.

Both diverging maps are linear and symmetric in OKLab lightness, with the dark or light centre of
the theme. Seen with any of the three colour blindnesses (simulated after Machado, Oliveira and
Fernandes, IEEE TVCG 15, 1291 (2009)) the two ends of the blue-orange map stay at least 0.19
apart in OKLab and those of the purple-green one 0.12, where 0.02 can just be told apart; cividis
was made to look the same to all.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

from nrg_app.ui.painting import CIVIDIS
from nrg_app.ui.theme import THEMES, Theme

COLOR_MAPS = (
    ("blue-orange", "Blue\N{EN DASH}orange"),
    ("purple-green", "Purple\N{EN DASH}green"),
    ("cividis", "Cividis"),
)
DEFAULT = "blue-orange"
_DARK_PURPLE_GREEN = (
    "#D7B6FE", "#AA85D4", "#785F95", "#493D59", "#221D18",
    "#324A33", "#4B7A4D", "#67AC69", "#85E189",
)  # fmt: skip
_LIGHT_PURPLE_GREEN = (
    "#6D389E", "#8F67B9", "#B195D3", "#D5C5E9", "#F7F7F7",
    "#B8D6B8", "#7FB480", "#46904B", "#006B19",
)  # fmt: skip


@lru_cache(maxsize=8)
def with_color_map(theme_name: str, color_map: str) -> Theme:
    """Return a theme by name ("dark" or "light") whose fields have a colour map."""
    theme = THEMES[theme_name]
    if color_map == "purple-green":
        stops = _DARK_PURPLE_GREEN if theme.dark else _LIGHT_PURPLE_GREEN
        return replace(theme, diverging=stops)
    return replace(theme, diverging=CIVIDIS) if color_map == "cividis" else theme
