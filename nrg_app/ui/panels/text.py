"""Text with symbols: Inter with tabular figures, and STIX italic two pixels larger.

A line is a sequence of :class:`Run`; ``draw_line`` paints it at a baseline and returns where it
ended. This is all the mathematics the panels need, without HTML documents.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter

from nrg_app.ui.fonts import percent, symbol_font, text_font

ELL = "\N{SCRIPT SMALL L}"


@dataclass(frozen=True)
class Run:
    """A piece of a line: plain text or a symbol, on the line, below it or above it."""

    text: str
    symbol: bool = False
    subscript: bool = False
    superscript: bool = False


Line = Sequence[Run]


def plain(text: str) -> Run:
    """Return upright text."""
    return Run(text)


def sym(text: str) -> Run:
    """Return an italic symbol."""
    return Run(text, symbol=True)


def sub(text: str, *, symbol: bool = False) -> Run:
    """Return a subscript."""
    return Run(text, symbol=symbol, subscript=True)


def _run_font(run: Run, px: int, weight: int) -> QFont:
    size = px - 3 if run.subscript or run.superscript else px
    return symbol_font(size, weight) if run.symbol else text_font(size, weight)


@lru_cache(maxsize=4096)
def _measured(run: Run, px: int, weight: int, percent: int) -> float:
    # Measuring costs as much as drawing, and the same words come again in every frame.
    return QFontMetricsF(_run_font(run, px, weight)).horizontalAdvance(run.text)


@lru_cache(maxsize=64)
def _measured_cap(px: int, percent: int) -> float:
    return QFontMetricsF(text_font(px)).capHeight()


def _run_width(run: Run, px: int, weight: int) -> float:
    return _measured(run, px, weight, percent())


def _cap_height(px: int) -> float:
    return _measured_cap(px, percent())


def text_width(text: str, px: int, weight: int = 400) -> float:
    """Return the advance of plain text in logical pixels."""
    return _run_width(Run(text), px, weight)


def line_width(line: Line, px: int, weight: int = 400) -> float:
    """Return the advance of a line in logical pixels."""
    return sum(_run_width(run, px, weight) for run in line)


def line_text(line: Line) -> str:
    """Return a line as plain text, for accessible names and the clipboard."""
    return "".join(run.text for run in line)


def baseline(rect: QRectF, px: int) -> float:
    """Return the baseline that centres capitals of a pixel size in a rectangle."""
    return rect.center().y() + _cap_height(px) / 2


def draw_line(
    painter: QPainter,
    rect: QRectF,
    line: Line,
    color: str | QColor,
    *,
    px: int = 12,
    weight: int = 400,
    align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
) -> float:
    """Draw a line, vertically centred by its capitals, and return its right end."""
    x = rect.left()
    if align != Qt.AlignmentFlag.AlignLeft:
        spare = rect.width() - line_width(line, px, weight)
        x += spare if align == Qt.AlignmentFlag.AlignRight else spare / 2
    base = baseline(rect, px)
    painter.setPen(QColor(color))
    for run in line:
        painter.setFont(_run_font(run, px, weight))
        rise = px / 4 if run.subscript else -px / 3 if run.superscript else 0
        painter.drawText(QPointF(x, base + rise), run.text)
        x += _run_width(run, px, weight)
    return x


def draw_text(
    painter: QPainter,
    rect: QRectF,
    text: str,
    color: str | QColor,
    *,
    px: int = 12,
    weight: int = 400,
    align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
) -> float:
    """Draw plain text, vertically centred by its capitals, and return its right end."""
    return draw_line(painter, rect, (plain(text),), color, px=px, weight=weight, align=align)
