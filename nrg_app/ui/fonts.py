"""The bundled type: Inter for text (tabular figures), STIX italic for symbols."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from PySide6.QtGui import QFont, QFontDatabase

from nrg_app.errors import NRGError
from nrg_app.resources import fonts_dir

SYMBOL_GROWTH = 2  # STIX looks smaller than Inter at the same size, in pixels
TEMPERATURE, TITLE, BODY, CAPTION, RULER = 26, 13, 12, 11, 10  # sizes in pixels

_LARGE = 20

_TEXT = ("Inter", "Noto Sans", "DejaVu Sans")
_SYMBOLS = ("STIXGeneral", "STIX", "STIX Two Text", "DejaVu Serif")


@lru_cache(maxsize=1)
def load() -> tuple[str, ...]:
    """Register the bundled font files once and return the families that they hold."""
    families: list[str] = []
    try:
        files = _font_files(fonts_dir())
    except NRGError:
        return ()
    for path in files:
        number = QFontDatabase.addApplicationFont(str(path))
        families += QFontDatabase.applicationFontFamilies(number) if number >= 0 else []
    return tuple(families)


def are_complete() -> bool:
    """Return whether the letters for text and those for symbols are there."""
    return {_TEXT[0], _SYMBOLS[0]} <= set(load())


def _font_files(folder: Path) -> list[Path]:
    if not folder.is_dir():
        return []
    return sorted(p for p in folder.iterdir() if p.suffix.lower() in {".otf", ".ttf"})


_percent = 100


def percent() -> int:
    """Return the size of letters in percent of the design's."""
    return _percent


def set_percent(value: int) -> None:
    """Choose the size of letters, before the first widget is made."""
    global _percent
    _percent = value
    text_font.cache_clear()
    symbol_font.cache_clear()


def scaled(px: int) -> int:
    """Return a size in pixels grown with the letters, for what has to hold them."""
    return round(px * _percent / 100)


def _size(px: int) -> int:
    # The temperature is large enough and fills its box.
    return px if px >= _LARGE else scaled(px)


@lru_cache(maxsize=64)
def text_font(px: int = BODY, weight: int = 400) -> QFont:
    """Return Inter with tabular figures at a size of the design in logical pixels."""
    font = QFont(list(_TEXT))
    font.setPixelSize(_size(px))
    font.setWeight(QFont.Weight(weight))
    font.setFeature(QFont.Tag.fromString("tnum"), 1)
    # Unhinted outlines keep the letter spacing of the design at every scale.
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    return font


@lru_cache(maxsize=64)
def symbol_font(px: int = BODY, weight: int = 400) -> QFont:
    """Return STIX italic for symbols beside text of ``px``."""
    font = QFont(list(_SYMBOLS))
    font.setPixelSize(_size(px) + SYMBOL_GROWTH)
    font.setItalic(True)
    font.setWeight(QFont.Weight(700 if weight >= 600 else 400))
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    return font
