"""The bundled type: Inter for text (tabular figures), STIX italic for symbols."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from PySide6.QtGui import QFont, QFontDatabase

from nrg_app.resources import fonts_dir

SYMBOL_GROWTH = 2  # STIX looks smaller than Inter at the same size, in pixels
TEMPERATURE, TITLE, BODY, CAPTION, RULER = 26, 13, 12, 11, 10  # sizes in pixels

_TEXT = ("Inter", "Noto Sans", "DejaVu Sans")
_SYMBOLS = ("STIXGeneral", "STIX", "STIX Two Text", "DejaVu Serif")


@lru_cache(maxsize=1)
def load() -> tuple[str, ...]:
    """Register the bundled font files once and return the families that they hold."""
    families: list[str] = []
    for path in _font_files(fonts_dir()):
        number = QFontDatabase.addApplicationFont(str(path))
        families += QFontDatabase.applicationFontFamilies(number) if number >= 0 else []
    return tuple(families)


def _font_files(folder: Path) -> list[Path]:
    if not folder.is_dir():
        return []
    return sorted(p for p in folder.iterdir() if p.suffix.lower() in {".otf", ".ttf"})


@lru_cache(maxsize=64)
def text_font(px: int = BODY, weight: int = 400) -> QFont:
    """Return Inter with tabular figures at a size in logical pixels."""
    font = QFont(list(_TEXT))
    font.setPixelSize(px)
    font.setWeight(QFont.Weight(weight))
    font.setFeature(QFont.Tag.fromString("tnum"), 1)
    # Unhinted outlines keep the letter spacing of the design at every scale.
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    return font


@lru_cache(maxsize=64)
def symbol_font(px: int = BODY, weight: int = 400) -> QFont:
    """Return STIX italic for symbols beside text of ``px``."""
    font = QFont(list(_SYMBOLS))
    font.setPixelSize(px + SYMBOL_GROWTH)
    font.setItalic(True)
    font.setWeight(QFont.Weight(700 if weight >= 600 else 400))
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    return font
