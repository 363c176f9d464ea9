"""Type, colours and Matplotlib settings that all figures share.

Nothing global is changed but the list of known fonts: settings live in :func:`drawing`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib import font_manager, rc_context, rcdefaults, rcParams
from matplotlib.colors import Colormap, ListedColormap
from matplotlib.font_manager import FontProperties
from numpy.typing import NDArray

from nrg_app.errors import NRGError
from nrg_app.figures.look import PAPER, Look
from nrg_app.figures.palette import CIVIDIS, Colors, gradient
from nrg_app.resources import fonts_dir

DOTS_PER_INCH = 600
"""Resolution of PNG files; layouts are whole dots so that every lattice cell is too."""
DOTS_PER_MM = DOTS_PER_INCH / 25.4

TEXT_POINTS = 7.0
SYMBOL_POINTS = 9.0
LABEL_POINTS = 9.0
LINE_POINTS = 0.5
FAMILY = "Inter"

INK = PAPER.ink
SPIN_COLORS = ("#2C5C9E", "#F3C480")

RC: Any = {
    "pdf.fonttype": 42,  # whole TrueType outlines: text stays text
    "svg.fonttype": "none",
    "svg.hashsalt": "nrg",
    "axes.unicode_minus": True,
    "path.simplify": False,
    # Pixels of any number per inch have letters as wide as the layout expects.
    "text.hinting": "none",
}


@contextmanager
def drawing(look: Look = PAPER) -> Iterator[None]:
    """Draw and write figures of a look; what a user's matplotlibrc says changes none."""
    with rc_context():
        rcdefaults()
        rcParams.update(RC | _settings(look))
        yield


def _settings(look: Look) -> Any:
    return {
        "axes.linewidth": LINE_POINTS * look.size,
        "axes.edgecolor": look.ink,
        "axes.facecolor": look.ground,
        "axes.labelcolor": look.ink,
        "text.color": look.ink,
        "xtick.color": look.ink,
        "ytick.color": look.ink,
    }


def field_colors(look: Look = PAPER) -> Colormap:
    """Return the diverging colour map of fields, as on the screen; kept cells are faint."""
    return _table(look.diverging).with_extremes(bad=look.faint)


def share_colors(look: Look = PAPER) -> Colormap:
    """Return the colour map of what is not negative, as on the screen: cividis."""
    return _table(CIVIDIS).with_extremes(bad=look.faint)


def spin_colors(look: Look = PAPER) -> Colormap:
    """Return the two spin colours, -1 first."""
    return ListedColormap(SPIN_COLORS).with_extremes(bad=look.faint)


def rgb(colors: Colors) -> NDArray[np.float64]:
    """Return colours (...) 0xFFRRGGBB as shares (..., 3) of red, green and blue."""
    shifts = np.array([16, 8, 0], dtype=np.uint32)
    return ((colors[..., None] >> shifts) & 0xFF) / 255.0


@lru_cache(maxsize=8)
def _table(stops: tuple[str, ...]) -> ListedColormap:
    return ListedColormap(rgb(gradient(stops)))


def text_font(points: float = TEXT_POINTS, *, bold: bool = False) -> FontProperties:
    """Return Inter, with STIX for what stands between dollar signs."""
    _register_fonts()
    return FontProperties(
        family=[FAMILY, "DejaVu Sans"],
        weight=600 if bold else 400,
        size=points,
        # The very file, so that another version on the system changes no figure.
        fname=str(font_file(bold)),
        math_fontfamily="stix",
    )


@lru_cache(maxsize=1)
def _register_fonts() -> None:
    # The SVG writer looks the family up by name.
    for bold in (False, True):
        path = font_file(bold)
        try:
            font_manager.fontManager.addfont(path)
        except (OSError, RuntimeError) as error:
            raise NRGError(f"The font '{path}' is damaged: install NRG again.") from error


def font_file(bold: bool = False) -> Path:
    """Return the program's own file of the letters of figures."""
    # TrueType outlines: a PDF file cannot hold PostScript ones as Type 42.
    return fonts_dir() / "pdf" / f"{FAMILY}-{'SemiBold' if bold else 'Regular'}.ttf"
