"""Type, colours and Matplotlib settings that all figures share. Figures are always light.

Nothing global is changed but the list of known fonts: settings live in ``rc_context(RC)``.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

from matplotlib import font_manager
from matplotlib.colors import Colormap, LinearSegmentedColormap, ListedColormap
from matplotlib.font_manager import FontProperties

from nrg_app.resources import fonts_dir

DOTS_PER_INCH = 600
"""Resolution of PNG files; layouts are whole dots so that every lattice cell is too."""
DOTS_PER_MM = DOTS_PER_INCH / 25.4

TEXT_POINTS = 7.0
SYMBOL_POINTS = 9.0
LABEL_POINTS = 9.0
LINE_POINTS = 0.5

INK = "#181D23"
SPIN_COLORS = ("#2C5C9E", "#F3C480")
WALL = "#10151B"
KEPT = "#DFE4E9"
KEPT_DOT = "#6B7783"
DIVERGING = (
    "#0B5CA3", "#4C82BD", "#85A9D2", "#BDCFE5", "#F7F7F7",
    "#E0C8BA", "#C89A7F", "#AE6D45", "#8F4200",
)  # fmt: skip

RC: Any = {
    "pdf.fonttype": 42,  # whole TrueType outlines: text stays text
    "svg.fonttype": "none",
    "svg.hashsalt": "nrg",
    "axes.linewidth": LINE_POINTS,
    "axes.edgecolor": INK,
    "text.color": INK,
    "axes.unicode_minus": True,
    "path.simplify": False,
}


def field_colors() -> Colormap:
    """Return the diverging colour map: blue below zero, orange above, kept cells grey."""
    return LinearSegmentedColormap.from_list("nrg-field", DIVERGING).with_extremes(bad=KEPT)


def spin_colors() -> ListedColormap:
    """Return the two spin colours, -1 first."""
    return ListedColormap(SPIN_COLORS)


def text_font(points: float = TEXT_POINTS, *, bold: bool = False) -> FontProperties:
    """Return Inter, with STIX for what stands between dollar signs."""
    _register_fonts()
    return FontProperties(
        family=["Inter", "DejaVu Sans"],
        weight=600 if bold else 400,
        size=points,
        # The very file, so that another version on the system changes no figure.
        fname=str(_font_file(bold)),
        math_fontfamily="stix",
    )


@lru_cache(maxsize=1)
def _register_fonts() -> None:
    # The SVG writer looks the family up by name.
    for bold in (False, True):
        font_manager.fontManager.addfont(_font_file(bold))


def _font_file(bold: bool) -> Path:
    # TrueType outlines: a PDF file cannot hold PostScript ones as Type 42.
    return fonts_dir() / "pdf" / f"Inter-{'SemiBold' if bold else 'Regular'}.ttf"
