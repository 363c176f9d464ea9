"""Two samplers side by side on the same observables, with their memory and speed."""

from __future__ import annotations

import math
from collections.abc import Callable

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from nrg_app.physics.observables import Estimate
from nrg_app.session.document import Session
from nrg_app.session.messages import SamplerName, SamplerUpdate
from nrg_app.ui.model_section import SAMPLERS, ComboBox
from nrg_app.ui.panels.base import Canvas, follow
from nrg_app.ui.panels.definitions import DEFINITIONS
from nrg_app.ui.panels.numbers import DASH, fixed, thousands
from nrg_app.ui.panels.text import Line, draw_line, draw_text, plain, sub, sym
from nrg_app.ui.theme import Theme

NAMES: dict[SamplerName, str] = {key: name for key, name, _ in SAMPLERS}
_HEADER, _ROW, _PADDING = 27, 18, 11
_RIGHT = Qt.AlignmentFlag.AlignRight
_KEYS = ("energy", "specific_heat", "abs_magnetization", "susceptibility", "binder")
_COMBO = 112


def _tau(update: SamplerUpdate, which: str) -> str:
    tau = update.tau_energy if which == "energy" else update.tau_magnetization
    return DASH if tau is None or not math.isfinite(tau[0]) else Estimate(*tau).brackets()


def _acceptance(update: SamplerUpdate) -> str:
    return DASH if update.acceptance is None else fixed(update.acceptance, 3)


def _speed(update: SamplerUpdate) -> str:
    speed = update.effective_per_second
    return DASH if speed is None else thousands(round(speed))


_FACTS: tuple[tuple[Line, Callable[[SamplerUpdate], str]], ...] = (
    ((plain("memory "), sym("τ"), sub("e", symbol=True)), lambda u: _tau(u, "energy")),
    ((plain("memory "), sym("τ"), sub("|m|", symbol=True)), lambda u: _tau(u, "magnetization")),
    ((plain("accepted"),), _acceptance),
    ((plain("independent / s"),), _speed),
)


class SamplerComparison(Canvas):
    """A painted table of the session's sampler and its rival, which is chosen here."""

    def __init__(self, session: Session, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self._session = session
        self._updates: dict[SamplerName, SamplerUpdate] = {}
        self.setAccessibleName("Two samplers on the same observables")
        self.rival = ComboBox(theme, self)
        self.rival.setAccessibleName("Sampler to compare with")
        self.rival.setToolTip("The sampler to compare with")
        self.rival.setFixedHeight(24)
        for key, name, _ in SAMPLERS:
            self.rival.addItem(name, key)
        self.rival.activated.connect(self._choose)
        for event in (session.events.sampler, session.events.rival):
            follow(self, event, self._show)
        for event in (session.events.model, session.events.temperature):
            follow(self, event, self.forget)
        self._show()

    @property
    def updates(self) -> dict[SamplerName, SamplerUpdate]:
        """What was measured of each sampler at this model and temperature."""
        return dict(self._updates)

    def set_update(self, update: SamplerUpdate) -> None:
        """Show what was measured of one of the two."""
        self._updates[update.sampler] = update
        self._describe()
        self.update()

    def forget(self, _: object = None) -> None:
        """Forget what was measured elsewhere."""
        self._updates.clear()
        self._describe()
        self.update()

    def set_theme(self, theme: Theme) -> None:
        """Repaint in another theme."""
        self.rival.set_theme(theme)
        super().set_theme(theme)

    @staticmethod
    def preferred_height() -> int:
        """Return the height of the header and all rows."""
        return _HEADER + _ROW * (len(_KEYS) + len(_FACTS)) + 2

    def rows(self) -> list[tuple[Line, str, str, str]]:
        """Label, left number, right number and their distance in joint standard errors."""
        pair = [self._updates.get(name) for name in (self._session.sampler, self._session.rival)]
        lines = []
        for key in _KEYS:
            found = [None if u is None else u.estimates.get(key) for u in pair]
            cells = [DASH if e is None else Estimate(*e).brackets() for e in found]
            lines.append((DEFINITIONS[key].symbol, *cells, _distance(*found)))
        for label, text in _FACTS:
            cells = [DASH if u is None else text(u) for u in pair]
            lines.append((label, *cells, ""))
        return lines  # type: ignore[return-value]

    def _choose(self, index: int) -> None:
        self._session.rival = self.rival.itemData(index)

    def _show(self, _: object = None) -> None:
        self.rival.setCurrentIndex(self.rival.findData(self._session.rival))
        self._describe()
        self.update()

    def _describe(self) -> None:
        names = NAMES[self._session.sampler], NAMES[self._session.rival]
        text = "; ".join(
            f"{''.join(run.text for run in label)}: {left}, {right}"
            for label, left, right, _ in self.rows()
        )
        self.setAccessibleDescription(f"{names[0]}, {names[1]}. {text}")

    def _edges(self) -> tuple[float, float, float]:
        """Right ends of the three columns of numbers."""
        width = self.width() - float(_PADDING)
        second = width - 44.0
        return second - max(_COMBO + 10.0, 0.3 * width), second, width

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Place the choice of the rival over its column."""
        right = round(self._edges()[1])
        self.rival.setGeometry(QRect(right - _COMBO, 1, _COMBO + 8, 24))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw names and numbers."""
        theme, painter = self.theme, QPainter(self)
        first, second, third = self._edges()
        header = QRectF(0, 0, first, _HEADER - 2)
        name = NAMES[self._session.sampler]
        draw_text(painter, header, name, theme.accent, weight=500, align=_RIGHT)
        far = QRectF(0, 0, third, _HEADER - 2)
        draw_text(painter, far, "Δ/σ", theme.text3, align=_RIGHT)
        painter.setOpacity(self.image_opacity())
        for index, (label, *cells) in enumerate(self.rows()):
            top = _HEADER + index * _ROW
            rule = QRectF(_PADDING, top, third - _PADDING, 1 / self.devicePixelRatioF())
            painter.fillRect(rule, QColor(theme.line if index else theme.strong_line))
            draw_line(painter, QRectF(_PADDING, top, 160, _ROW), label, theme.text2)
            colors = (theme.text, theme.text2, theme.text3)
            for cell, edge, color in zip(cells, (first, second, third), colors, strict=True):
                draw_text(painter, QRectF(0, top, edge, _ROW), cell, color, align=_RIGHT)


def _distance(left: tuple[float, float] | None, right: tuple[float, float] | None) -> str:
    if left is None or right is None:
        return DASH
    error = math.hypot(left[1], right[1])
    return DASH if error == 0.0 else fixed((left[0] - right[0]) / error, 1, plus=True)
