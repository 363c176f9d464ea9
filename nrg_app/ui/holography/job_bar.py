"""The controls of an analysis: temperature, number of samples, start and end, progress."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from nrg_app.physics.exact import CRITICAL_TEMPERATURE
from nrg_app.session.document import Session
from nrg_app.session.holography.messages import Progress
from nrg_app.ui.panels.base import follow
from nrg_app.ui.panels.controls import TextButton
from nrg_app.ui.panels.numbers import fixed, thousands
from nrg_app.ui.theme import Theme
from nrg_app.ui.themed import Themed
from nrg_app.ui.train.form import Choice

HEIGHT = 32
_FIXED = {"critical": float(CRITICAL_TEMPERATURE), "ordered": 2.0, "disordered": 2.6}


class HeaderChoice(Choice):
    """A choice in the height of header controls."""

    def __init__(self, theme: Theme, label: str, width: int) -> None:
        super().__init__(theme, label)
        self._width = width
        self.setFixedHeight(24)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """Return the given width and the height of header controls."""
        return QSize(self._width, 24)


class JobBar(Themed):
    """Chooses temperature and number of samples, starts and cancels.

    Signals:
        started: the button was pressed while nothing ran.
        cancelled: it was pressed while an analysis ran.
        chosen: another temperature is to be shown.
    """

    started = Signal()
    cancelled = Signal()
    chosen = Signal()

    def __init__(
        self,
        session: Session,
        theme: Theme,
        counts: tuple[int, ...],
        what: str,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(theme, parent)
        self._session, self._what = session, what
        self._progress: Progress | None = None
        self.setAccessibleName(f"Measure {what}")
        self.setFixedHeight(HEIGHT)
        self.temperatures = HeaderChoice(theme, f"Temperature of {what}", 112)
        self.counts = HeaderChoice(theme, f"Samples for {what}", 84)
        self.counts.set_choices([(str(count), thousands(count)) for count in counts])
        self.counts.set_current(str(counts[len(counts) // 2]))
        self.counts.setToolTip("Number of samples")
        self.button = TextButton(theme, "Measure", "play")
        self.button.clicked.connect(self._pressed)
        self.temperatures.activated.connect(lambda _: self.chosen.emit())
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 4)
        layout.setSpacing(6)
        layout.addStretch(1)
        for part in (self.temperatures, self.counts, self.button):
            layout.addWidget(part)
        follow(self, session.events.temperature, self._name_now)
        self._name_now()
        self.temperatures.set_current("critical")
        self.show_job(None, mine=False)

    def _name_now(self, _: object = None) -> None:
        current = self.temperatures.current() or "critical"
        now = fixed(self._session.temperature, 3)
        self.temperatures.set_choices(
            [
                ("now", f"T = {now}"),
                ("critical", "T = Tc"),
                ("ordered", "T = 2.0"),
                ("disordered", "T = 2.6"),
            ]
        )
        self.temperatures.set_current(current)
        if current == "now":
            self.chosen.emit()

    def temperature(self) -> float:
        """Return the chosen temperature."""
        return _FIXED.get(self.temperatures.current(), self._session.temperature)

    def count(self) -> int:
        """Return the chosen number of samples."""
        return int(self.counts.current())

    def show_job(self, progress: Progress | None, *, mine: bool, possible: bool = True) -> None:
        """Show how an analysis goes, None if nothing runs; ``mine`` if this bar started it."""
        self._progress = progress if mine else None
        running = progress is not None
        self.button.setText("Cancel" if running and mine else "Measure")
        self.button.icon_name = "close" if running and mine else "play"
        self.button.setEnabled(possible and (mine or not running))
        name = f"{self.button.text()} {self._what}"
        if progress is not None and mine:
            name += f", {100 * progress.fraction:.0f} percent, {progress.words}"
            self.button.setToolTip(progress.words)
        elif running:
            self.button.setToolTip("Another analysis runs; wait for it or cancel it")
        else:
            self.button.setToolTip(f"Measure {self._what}")
        self.button.setAccessibleName(name)
        self.button.updateGeometry()
        self.button.update()
        self.update()

    def _pressed(self) -> None:
        if self._progress is not None:
            self.cancelled.emit()
        else:
            self.started.emit()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the progress below the controls."""
        if self._progress is None:
            return
        painter = QPainter(self)
        painter.setPen(Qt.PenStyle.NoPen)
        left = self.temperatures.x()
        width = self.width() - left
        track = QRectF(left, self.height() - 3, width, 2)
        painter.fillRect(track, QColor(self.theme.strong_line))
        track.setWidth(self._progress.fraction * width)
        painter.fillRect(track, QColor(self.theme.accent))
