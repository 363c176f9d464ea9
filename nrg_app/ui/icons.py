"""Icons drawn from the Material Design font that comes with qtawesome.

Only the font file of that package is used: importing the package would load eleven fonts and
cost a third of a second before the window shows.
"""

from __future__ import annotations

import json
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QIcon, QPainter, QPixmap

from nrg_app.errors import NRGError
from nrg_app.resources import icons_dir

_FONT = "materialdesignicons6-webfont-*.ttf"
_NAMES = "materialdesignicons6-webfont-charmap-*.json"


def _font_file(pattern: str) -> Path:
    spec = find_spec("qtawesome")
    for folder in (spec.submodule_search_locations or []) if spec else []:
        for path in Path(folder, "fonts").glob(pattern):
            return path
    raise NRGError("The icon font is missing; install the program again.")


@lru_cache(maxsize=1)
def _family() -> str:
    number = QFontDatabase.addApplicationFont(str(_font_file(_FONT)))
    families = QFontDatabase.applicationFontFamilies(number)
    if not families:
        raise NRGError("The icon font is damaged; install the program again.")
    return families[0]


@lru_cache(maxsize=1)
def _codepoints() -> dict[str, str]:
    names: dict[str, str] = json.loads(_font_file(_NAMES).read_text(encoding="utf-8"))
    return names


@lru_cache(maxsize=128)
def glyph(name: str) -> str:
    """Return the character of an icon.

    Raises:
        KeyError: if the font has no icon of this name.
    """
    return chr(int(_codepoints()[name], 16))


@lru_cache(maxsize=16)
def icon_font(px: int) -> QFont:
    """Return the icon font at a size in logical pixels."""
    font = QFont(_family())
    font.setPixelSize(px)
    return font


def draw_icon(
    painter: QPainter, rect: QRectF, name: str, color: str | QColor, px: int = 16
) -> None:
    """Draw an icon, by its Material Design name, centred in a rectangle.

    Raises:
        KeyError: if the font has no icon of this name.
    """
    painter.setFont(icon_font(px))
    painter.setPen(QColor(color))
    painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, glyph(name))


def icon(name: str, color: str, px: int = 16) -> QIcon:
    """Return an icon for stock widgets, sharp on screens of up to 3x."""
    result = QIcon()
    for ratio in (1, 2, 3):
        pixmap = QPixmap(px * ratio, px * ratio)
        pixmap.setDevicePixelRatio(ratio)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        draw_icon(painter, QRectF(0, 0, px, px), name, color, px)
        painter.end()
        result.addPixmap(pixmap)
    return result


def window_icon() -> QIcon:
    """Return the program's own icon."""
    return QIcon(str(icons_dir() / "nrg.svg"))
