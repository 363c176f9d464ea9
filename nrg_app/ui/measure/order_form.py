"""The base of the forms of the Measurement panel, and what several of them need."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from nrg_app.analysis.scan_results import temperature_range
from nrg_app.errors import NRGError
from nrg_app.physics.exact import CRITICAL_TEMPERATURE
from nrg_app.session.document import MAX_SEED
from nrg_app.session.measure.orders import Order
from nrg_app.ui.fonts import CAPTION
from nrg_app.ui.math_text import MathLabel
from nrg_app.ui.model_list import ModelEntry
from nrg_app.ui.number_field import NumberField, real_field, whole_field
from nrg_app.ui.temperature import ALLOWED
from nrg_app.ui.theme import Theme
from nrg_app.ui.themed import Themed
from nrg_app.ui.train.form import FIELD, Choice

SIZES = (4, 8, 16, 32, 64, 128)
_SPREAD = 0.7  # how densely the points of a dense scan lie near Tc


def dense_temperatures(low: float, high: float, points: int) -> tuple[float, ...]:
    """Return temperatures from ``low`` to ``high`` that lie closer together near Tc, Tc included.

    >>> [round(t, 2) for t in dense_temperatures(1.5, 3.5, 5)]
    [1.5, 1.96, 2.27, 2.76, 3.5]
    """
    even = temperature_range(low, high, points)
    if points < 3 or not low < CRITICAL_TEMPERATURE < high:
        return even
    # T = Tc + a sinh(b u): steps are smallest at u = 0; u runs evenly, with 0 among its values.
    share = (CRITICAL_TEMPERATURE - low) / (high - low)
    below = min(max(round(share * (points - 1)), 1), points - 2)
    left = -np.sinh(np.linspace(2.0 * _SPREAD, 0.0, below + 1)) / np.sinh(2.0 * _SPREAD)
    right = np.sinh(np.linspace(0.0, 2.0 * _SPREAD, points - below)) / np.sinh(2.0 * _SPREAD)
    found = [CRITICAL_TEMPERATURE + (CRITICAL_TEMPERATURE - low) * u for u in left[:-1]]
    found += [CRITICAL_TEMPERATURE + (high - CRITICAL_TEMPERATURE) * u for u in right]
    return tuple(
        CRITICAL_TEMPERATURE if k == below else round(float(t), 6) for k, t in enumerate(found)
    )


class OrderForm(Themed):
    """A column of labelled fields; ``changed`` says that something was edited."""

    changed = Signal()
    title = ""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self.setAccessibleName(self.title)
        self.entries: dict[str, ModelEntry] = {}
        self._session_model: str | None = None
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(5)
        self.note = MathLabel(theme, role="text2", px=CAPTION)

    def add_row(self, label: str, *fields: QWidget) -> None:
        """Append a line: a label and one field or two."""
        row = QHBoxLayout()
        row.setSpacing(6)
        row.addWidget(MathLabel(self.theme, label, "text2"), 1)
        width = (FIELD - 6 * (len(fields) - 1)) // len(fields)
        for field in fields:
            field.setFixedWidth(width)
            field.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
            row.addWidget(field, 0, Qt.AlignmentFlag.AlignRight)
            if isinstance(field, NumberField):
                field.edited.connect(self._edited)
            elif isinstance(field, Choice):
                field.activated.connect(self._edited)
        self.column.addLayout(row)

    def add_choice(self, label: str, name: str, choices: Sequence[tuple[str, str]]) -> Choice:
        """Append a line with a list to choose from."""
        choice = Choice(self.theme, name)
        choice.set_choices(list(choices))
        self.add_row(label, choice)
        return choice

    def finish(self) -> None:
        """Append the line that says what is wrong or what to expect."""
        self.column.addWidget(self.note)
        self._say()

    def set_models(self, entries: Sequence[ModelEntry], current: str) -> bool:
        """Offer models; ``current`` is the one of the session.

        Returns:
            Whether the session has another one than before: only then the form takes it.
        """
        self.entries = {entry.model: entry for entry in entries}
        is_new = current != self._session_model
        # One that cannot be read yet is new once it can.
        self._session_model = current if current in self.entries else None
        return is_new

    def order(self) -> Order:
        """Return what is asked for.

        Raises:
            NRGError: if it does not fit together.
        """
        raise NotImplementedError

    def problem(self) -> str:
        """Return in one sentence what does not fit together, "" if all is well."""
        try:
            self.order()
        except NRGError as error:
            return str(error)
        return ""

    def hint(self) -> str:
        """Return what to expect, as markup."""
        return ""

    def _edited(self, _: object = None) -> None:
        self._say()
        self.changed.emit()

    def _say(self) -> None:
        problem = self.problem()
        self.note.set_role("warning" if problem else "text2")
        text = problem or self.hint()
        self.note.set_text(text)
        self.note.setToolTip(text if problem else "")

    def range_fields(self, low: float, high: float) -> tuple[NumberField, NumberField]:
        """Return fields for the lowest and the highest temperature."""
        return (
            real_field(self.theme, "Lowest temperature", ALLOWED, low, 3, 0.05, unit="J/k_B"),
            real_field(self.theme, "Highest temperature", ALLOWED, high, 3, 0.05, unit="J/k_B"),
        )

    def seed_field(self) -> NumberField:
        """Return a field for the seed."""
        return whole_field(self.theme, "Seed of the measurement", (0, MAX_SEED), 0)


def models_by_size(entries: Sequence[ModelEntry], current: str) -> dict[int, str]:
    """Return one model for every lattice side: ``current`` where it fits, else the first one."""
    chosen: dict[int, str] = {}
    for entry in entries:
        if entry.size not in chosen or entry.model == current:
            chosen[entry.size] = entry.model
    return chosen
