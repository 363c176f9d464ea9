"""What analyses are measured with, which several panels may share."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from nrg_app.physics.exact import CRITICAL_TEMPERATURE
from nrg_app.session.document import Session
from nrg_app.session.holography.messages import Estimator
from nrg_app.ui.panels.base import follow

NOW = "now"
"""The point that follows the temperature of the session."""
_FIXED = {"critical": float(CRITICAL_TEMPERATURE), "ordered": 2.0, "disordered": 2.6}


@dataclass(frozen=True)
class JobChoices:
    """What was chosen.

    Attributes:
        count: number of samples.
        point: where to measure: "now", "critical", "ordered" or "disordered".
        estimator: of mutual information, "gaussian" or "ksg".
    """

    count: int
    point: str = "critical"
    estimator: Estimator = "gaussian"


class JobSettings(QObject):
    """Holds the choices; ``changed`` tells of others, and of another temperature at "now"."""

    changed = Signal()

    def __init__(self, session: Session, counts: tuple[int, ...], parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self.counts = counts
        self._choices = JobChoices(counts[len(counts) // 2])
        follow(self, session.events.temperature, self._moved)

    @property
    def choices(self) -> JobChoices:
        """What was chosen."""
        return self._choices

    @choices.setter
    def choices(self, choices: JobChoices) -> None:
        if choices != self._choices:
            self._choices = choices
            self.changed.emit()

    def temperature(self) -> float:
        """Return the chosen temperature."""
        return _FIXED.get(self._choices.point, self._session.temperature)

    def _moved(self, _: float) -> None:
        if self._choices.point == NOW:
            self.changed.emit()
