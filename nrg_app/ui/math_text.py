"""Short texts with symbols: ``$T$`` is set in STIX italic, ``_{c}`` below, ``^{ν}`` above the line.

A QLabel with rich text would do the same through a whole document, which is too slow for a
number that follows a drag.
"""

from __future__ import annotations

import re
from functools import lru_cache

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from nrg_app.ui import fonts
from nrg_app.ui.panels.text import Run, draw_line, line_text, line_width
from nrg_app.ui.theme import Theme

_TOKEN = re.compile(
    r"\$(?P<symbol>[^$]*)\$|_\{(?P<sub>[^}]*)\}|\^\{(?P<sup>[^}]*)\}|(?P<plain>[^$_^]+|[$_^])"
)


@lru_cache(maxsize=512)
def parse(markup: str) -> tuple[Run, ...]:
    """Split a markup into runs of one font each.

    >>> [run.text for run in parse("$T$_{c} = 2.269")]
    ['T', 'c', ' = 2.269']
    """
    return tuple(
        Run(
            match[kind],
            symbol=kind in ("symbol", "sup"),
            subscript=kind == "sub",
            superscript=kind == "sup",
        )
        for match in _TOKEN.finditer(markup)
        if (kind := match.lastgroup) and match[kind]
    )


def plain(markup: str) -> str:
    """Return the text without markup, for screen readers."""
    return line_text(parse(markup))


class MathLabel(QWidget):
    """A label of one line with symbols. ``role`` names a colour token of the theme."""

    def __init__(
        self,
        theme: Theme,
        markup: str = "",
        role: str = "text",
        *,
        px: int = fonts.BODY,
        weight: int = 400,
        align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.theme = theme
        self._markup = ""
        self._role = role
        self._px, self._weight, self._align = px, weight, align
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.set_text(markup)

    def text(self) -> str:
        """Return the shown text without markup."""
        return plain(self._markup)

    def set_text(self, markup: str) -> None:
        """Show another text."""
        if markup == self._markup:
            return
        before = self.sizeHint()
        self._markup = markup
        self.setAccessibleName(plain(markup))
        if self.sizeHint() != before:
            self.updateGeometry()
        self.update()

    def set_role(self, role: str) -> None:
        """Change the colour to another token of the theme."""
        if role != self._role:
            self._role = role
            self.update()

    def set_theme(self, theme: Theme) -> None:
        """Repaint in another theme."""
        self.theme = theme
        self.update()

    def sizeHint(self) -> QSize:
        """Return the size of the text."""
        width = line_width(parse(self._markup), self._px, self._weight)
        return QSize(int(width) + 2, round(self._px * 1.5))

    def minimumSizeHint(self) -> QSize:
        """Let layouts squeeze the label: it is cut off rather than stretching the window."""
        return QSize(0, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the runs."""
        draw_line(
            QPainter(self),
            QRectF(self.rect()),
            parse(self._markup),
            getattr(self.theme, self._role),
            px=self._px,
            weight=self._weight,
            align=self._align,
        )
