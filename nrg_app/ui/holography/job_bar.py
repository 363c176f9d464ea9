"""The controls of an analysis: temperature, number of samples, start and end, progress."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy

from nrg_app.session.document import Session
from nrg_app.session.holography.messages import Progress
from nrg_app.ui.fonts import scaled
from nrg_app.ui.holography.job_settings import NOW, JobChoices, JobSettings
from nrg_app.ui.panels.base import follow
from nrg_app.ui.panels.controls import CONTROL_HEIGHT, TextButton
from nrg_app.ui.panels.header import PADDING
from nrg_app.ui.panels.numbers import fixed, thousands
from nrg_app.ui.theme import Theme
from nrg_app.ui.themed import Themed
from nrg_app.ui.train.form import Choice

HEIGHT = 34
_ESTIMATORS = [("gaussian", "Gaussian"), ("ksg", "KSG")]
_ABOVE = 4  # room for the line that runs under the header of a panel that waits
_SPACING = 6
_LEAST = 56  # width of a choice where there is no room at all


class _BarChoice(Choice):
    """A choice in the height of header controls, narrower where room is short."""

    def __init__(self, theme: Theme, label: str, width: int, least: int) -> None:
        super().__init__(theme, label)
        self._width, self._least = width, least
        self.setFixedHeight(CONTROL_HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """Return the given width, which grows with the letters, and the height of controls."""
        return QSize(scaled(self._width), CONTROL_HEIGHT)

    def least_width(self) -> int:
        """Return the width in which all words can be read."""
        return scaled(self._least)

    def minimumSizeHint(self) -> QSize:
        """Return a width that still shows the beginning of the words."""
        return QSize(_LEAST, CONTROL_HEIGHT)


class JobBar(Themed):
    """Shows and edits ``JobSettings``, starts and cancels.

    Args:
        session: the document, whose temperature is one of the choices.
        theme: the colours.
        settings: what is chosen here and perhaps in other bars.
        what: is measured.
        with_estimator: whether there is a choice of estimators.

    Signals:
        started: the button was pressed while nothing ran.
        cancelled: it was pressed while an analysis ran.
    """

    started = Signal()
    cancelled = Signal()

    def __init__(
        self,
        session: Session,
        theme: Theme,
        settings: JobSettings,
        what: str,
        *,
        with_estimator: bool = False,
    ) -> None:
        super().__init__(theme)
        self._session, self._settings, self._what = session, settings, what
        self._progress: Progress | None = None
        self._word = "Measure"
        self.setAccessibleName(f"Measure {what}")
        self.setFixedHeight(HEIGHT)
        self.temperatures = _BarChoice(theme, f"Temperature of {what}", 106, 84)
        self.counts = _BarChoice(theme, f"Samples for {what}", 80, 70)
        self.counts.set_choices([(str(count), thousands(count)) for count in settings.counts])
        self.estimators = _BarChoice(theme, f"Estimator for {what}", 92, 86)
        self.estimators.set_choices(_ESTIMATORS)
        self.estimators.setToolTip("Linear dependence alone, or nearest neighbours (slow)")
        self.estimators.setVisible(with_estimator)
        self.button = TextButton(theme, "Measure", "play")
        self.button.clicked.connect(self._pressed)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(PADDING, _ABOVE, PADDING - 2, HEIGHT - CONTROL_HEIGHT - _ABOVE)
        layout.setSpacing(_SPACING)
        for part in (self.temperatures, self.counts, self.estimators):
            part.activated.connect(self._chosen)
            layout.addWidget(part)
        layout.addStretch(1)
        layout.addWidget(self.button)
        settings.changed.connect(self._show_choices)
        follow(self, session.events.temperature, self._name_now)
        self._name_now()
        self._show_choices()
        self.show_job(None, mine=False)

    def _name_now(self, _: object = None) -> None:
        """Say what the present temperature is, while that can be seen."""
        if self.temperatures.count() and not self.isVisible():
            return
        now = fixed(self._session.temperature, 3)
        self.temperatures.set_choices(
            [
                (NOW, f"T = {now}"),
                ("critical", "T = Tc"),
                ("ordered", "T = 2.0"),
                ("disordered", "T = 2.6"),
            ]
        )

    def _show_choices(self) -> None:
        choices = self._settings.choices
        self.temperatures.set_current(choices.point)
        self.counts.set_current(str(choices.count))
        self.estimators.set_current(choices.estimator)

    def _chosen(self, _: int) -> None:
        self._settings.choices = JobChoices(
            int(self.counts.current()),
            self.temperatures.current(),
            self.estimators.current(),  # type: ignore[arg-type]
        )

    def show_job(
        self, progress: Progress | None, *, mine: bool, possible: bool = True, left: str = ""
    ) -> None:
        """Show how an analysis goes, None if nothing runs.

        Args:
            progress: of the analysis.
            mine: whether it is this bar's.
            possible: whether one can be started.
            left: how long it still takes, in words.
        """
        self._progress = progress if mine else None
        running = progress is not None
        self._word = "Cancel" if mine else "Measure"
        self.button.icon_name = "close" if mine else "play"
        self.button.setEnabled(possible and (mine or not running))
        name = f"{self._word} {self._what}"
        if progress is not None and mine:
            name += f", {100 * progress.fraction:.0f} percent, {progress.words}"
            self.button.setToolTip(", ".join(filter(None, (progress.words, left))))
        elif running:
            self.button.setToolTip("Another analysis runs; wait for it or cancel it")
        else:
            self.button.setToolTip(f"Measure {self._what}")
        self.button.setAccessibleName(name)
        self._fit()
        self.update()

    def _fit(self) -> None:
        """Leave the button's word out where the choices need the room."""
        self.button.setText(self._word)
        choices = (self.temperatures, self.counts, self.estimators)
        shown = [choice for choice in choices if not choice.isHidden()]
        need = sum(choice.least_width() + _SPACING for choice in shown)
        if need + self.button.sizeHint().width() > self.width() - 2 * PADDING:
            self.button.setText("")
        self.button.updateGeometry()
        self.button.update()

    def _pressed(self) -> None:
        if self._progress is not None:
            self.cancelled.emit()
        else:
            self.started.emit()

    def showEvent(self, event: QShowEvent) -> None:
        """Say what the temperature is now."""
        super().showEvent(event)
        self._name_now()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Make room for the choices."""
        super().resizeEvent(event)
        self._fit()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the progress below the controls."""
        if self._progress is None:
            return
        painter = QPainter(self)
        painter.setPen(Qt.PenStyle.NoPen)
        track = QRectF(PADDING, self.height() - 4, self.width() - 2 * PADDING + 2, 2)
        painter.fillRect(track, QColor(self.theme.strong_line))
        track.setWidth(self._progress.fraction * track.width())
        painter.fillRect(track, QColor(self.theme.accent))
