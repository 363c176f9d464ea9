"""Letters inside SVG files, so that they look the same where the fonts are not installed."""

from __future__ import annotations

import base64
import re
import xml.etree.ElementTree as ElementTree
from collections import defaultdict
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Literal, NamedTuple

from fontTools import subset
from fontTools.ttLib import TTFont
from matplotlib import font_manager
from matplotlib.font_manager import FontProperties

from nrg_app.figures.style import FAMILY, font_file

_STYLE_END = b"</style>"
_DECLARATION = re.compile(r"([\w-]+): ([^;]+)")


class Face(NamedTuple):
    """One font of a family, as CSS names it."""

    family: str
    style: Literal["normal", "italic"]
    weight: str


def embed_fonts(svg: bytes) -> bytes:
    """Return a drawing of Matplotlib's SVG writer with the fonts of its texts inside.

    Every font holds the letters in use alone, as a web font (WOFF) in the style sheet
    (CSS Fonts, @font-face); texts stay texts.
    """
    letters = _letters(svg)
    rules = "".join(_rule(face, letters[face]) for face in sorted(letters))
    # The first style sheet is the one that the writer begins with.
    return svg.replace(_STYLE_END, rules.encode() + _STYLE_END, 1)


def _letters(svg: bytes) -> dict[Face, frozenset[str]]:
    """Return the letters of every font: a text takes each from its first family that has it."""
    found: dict[Face, set[str]] = defaultdict(set)
    for element in ElementTree.fromstring(svg).iter():
        style = dict(_DECLARATION.findall(element.get("style", "")))
        missing = set(element.text or "")
        for family in style.get("font-family", "").split(","):
            face = Face(
                family.strip(" '\""),
                "italic" if style.get("font-style") == "italic" else "normal",
                style.get("font-weight", "400"),
            )
            if missing and face.family:
                here = missing & _repertoire(_file(face))
                missing -= here
                found[face] |= here
    return {face: frozenset(letters) for face, letters in found.items() if letters}


def _file(face: Face) -> Path:
    if face.family == FAMILY:
        return font_file(bold=face.weight == "600")
    properties = FontProperties(family=[face.family], style=face.style, weight=face.weight)
    return Path(font_manager.findfont(properties))


@lru_cache(maxsize=16)
def _repertoire(file: Path) -> frozenset[str]:
    with TTFont(file) as font:
        return frozenset(map(chr, font.getBestCmap()))


def _rule(face: Face, letters: frozenset[str]) -> str:
    # FFTM is a note of the font editor, and would be complained of.
    options = subset.Options(flavor="woff", drop_tables=[*subset.Options().drop_tables, "FFTM"])
    with subset.load_font(str(_file(face)), options) as font:
        subsetter = subset.Subsetter(options)
        subsetter.populate(text="".join(sorted(letters)))
        subsetter.subset(font)
        buffer = BytesIO()
        subset.save_font(font, buffer, options)
    data = base64.b64encode(buffer.getvalue()).decode()
    return (
        f"@font-face{{font-family: '{face.family}'; font-style: {face.style}; "
        f"font-weight: {face.weight}; src: url(data:font/woff;base64,{data}) format('woff')}}"
    )
