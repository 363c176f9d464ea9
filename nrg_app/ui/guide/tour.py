"""The tour: five steps through the window, at the first start and whenever it is asked for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QSize, Qt, QTimer
from PySide6.QtWidgets import QScrollArea, QWidget

from nrg_app.ui.guide.coach import FRAME, CoachMark, TourCard, card_place
from nrg_app.ui.guide.keys import KeyCatcher
from nrg_app.ui.theme import Theme

_MOVES = frozenset({QEvent.Type.Resize, QEvent.Type.Move, QEvent.Type.Show, QEvent.Type.Hide})


@dataclass(frozen=True)
class TourStep:
    """A widget and what is said of it."""

    title: str
    text: str
    target: QWidget


class Tour(QObject):
    """Frames one widget after the other. The window stays usable all the while.

    While the card has the focus, the arrow keys and Enter turn the pages; Escape ends the tour.
    ``reveal`` brings a widget to the front of the window.
    """

    def __init__(
        self,
        window: QWidget,
        theme: Theme,
        steps: tuple[TourStep, ...],
        reveal: Callable[[QWidget], object],
    ) -> None:
        super().__init__(window)
        self._reveal = reveal
        self._window = window
        self._steps = steps
        self._number = 0
        self._watched: list[QWidget] = []
        self.mark = CoachMark(theme, window)
        self.card = card = TourCard(theme, window)
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.timeout.connect(self._place)
        card.next_action.triggered.connect(lambda: self.move(1))
        card.back_action.triggered.connect(lambda: self.move(-1))
        card.skip_action.triggered.connect(self.end)
        self._keys = KeyCatcher(
            (card, *card.buttons()),
            {
                Qt.Key.Key_Left: lambda: self.move(-1),
                Qt.Key.Key_Right: self._turn,
                Qt.Key.Key_Return: self._press,
                Qt.Key.Key_Enter: self._press,
                Qt.Key.Key_Space: self._press,
            },
            self,
        )
        self._escape = KeyCatcher(
            (window, card, *card.buttons()), {Qt.Key.Key_Escape: self.end}, self
        )

    def is_running(self) -> bool:
        """Return whether the tour is on show."""
        return not self.card.isHidden()

    @property
    def step(self) -> TourStep:
        """The step on show, or the one shown last."""
        return self._steps[self._number]

    def start(self) -> None:
        """Begin with the first step."""
        for keys in (self._keys, self._escape):
            keys.set_active(True)
        self._show(0)

    def end(self) -> None:
        """Leave the window as it is."""
        if not self.is_running():
            return
        had_focus = self.card.isAncestorOf(self._window.focusWidget() or self._window)
        for keys in (self._keys, self._escape):
            keys.set_active(False)
        self._watch(None)
        self._settle.stop()
        self.mark.hide()
        self.card.hide()
        if had_focus:
            self._window.setFocus()

    def move(self, by: int) -> None:
        """Turn pages; beyond the last one the tour ends, before the first there is nothing."""
        if self._number + by >= len(self._steps):
            self.end()
        elif self._number + by >= 0:
            self._show(self._number + by)

    def set_theme(self, theme: Theme) -> None:
        """Repaint in another theme."""
        self.mark.set_theme(theme)
        self.card.set_theme(theme)

    def _turn(self) -> None:
        """Go on, but do not leave by the key that is pressed many times."""
        if self._number < len(self._steps) - 1:
            self.move(1)

    def _press(self) -> None:
        """Press the button that has the focus, else Next."""
        focused = self._window.focusWidget()
        chosen = next((b for b in self.card.buttons() if b is focused), self.card.next)
        chosen.click()

    def _show(self, number: int) -> None:
        self._number = number
        step = self.step
        self._reveal(step.target)
        _scroll_to(step.target)
        self._watch(step.target)
        self.card.set_step(step.title, step.text, number, len(self._steps))
        self.card.show()
        self._place()
        self.card.next.setFocus(Qt.FocusReason.ShortcutFocusReason)

    # -- following the window -------------------------------------------------------------

    def _watch(self, target: QWidget | None) -> None:
        """Watch a widget and all that can move it, instead of what was watched before."""
        for widget in self._watched:
            widget.removeEventFilter(self)
        self._watched = []
        while target is not None:
            target.installEventFilter(self)
            self._watched.append(target)
            target = None if target is self._window else target.parentWidget()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the framed widget once everything has found its place."""
        if event.type() in _MOVES:
            self._settle.start(0)
        return False

    def _place(self) -> None:
        window = self._window.rect()
        framed = _visible_part(self.step.target, self._window)
        if not framed.isEmpty():
            framed = framed.adjusted(-FRAME, -FRAME, FRAME, FRAME).intersected(window)
        self.mark.setGeometry(framed)
        self.mark.setVisible(not framed.isEmpty())
        self.card.resize(self.card.sizeHint())
        self.card.move(card_place(self.card.size(), framed, window))
        self.mark.raise_()
        self.card.raise_()


def _visible_part(target: QWidget, window: QWidget) -> QRect:
    """Return what of a widget can be seen, in the window's coordinates; empty if nothing."""
    if not target.isVisible():
        return QRect()
    rect = QRect(target.mapTo(window, QPoint()), target.size())
    area = _scroll_area(target)
    if area is not None:
        view = area.viewport()
        rect &= QRect(view.mapTo(window, QPoint()), view.size())
    return rect


def _scroll_to(target: QWidget) -> None:
    """Scroll a widget into view, its upper edge first."""
    area = _scroll_area(target)
    content = area.widget() if area is not None else None
    if area is None or content is None:
        return
    corner = target.mapTo(content, QPoint())
    for place in (QSize(0, target.height()), QSize(0, 0)):
        area.ensureVisible(corner.x(), corner.y() + place.height(), 0, 2 * FRAME)


def _scroll_area(target: QWidget) -> QScrollArea | None:
    widget: QWidget | None = target
    while widget is not None and not isinstance(widget, QScrollArea):
        widget = widget.parentWidget()
    return widget
