"""The forms of the Measurement panel: each edits one order."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from nrg_app.analysis.rg_results import Rule
from nrg_app.analysis.scan_results import (
    ESTIMATOR_LABELS,
    ESTIMATORS,
    FEWEST_SAMPLES,
    Estimator,
    ScanSettings,
    temperature_range,
)
from nrg_app.errors import NRGError
from nrg_app.physics.exact import CRITICAL_TEMPERATURE
from nrg_app.session.document import MAX_SEED
from nrg_app.session.measure.orders import (
    McrgOrder,
    Order,
    RaceOrder,
    ScalingOrder,
    ScanOrder,
)
from nrg_app.ui.fonts import CAPTION
from nrg_app.ui.math_text import MathLabel
from nrg_app.ui.model_list import ModelEntry
from nrg_app.ui.number_field import NumberField, real_field, whole_field
from nrg_app.ui.temperature import ALLOWED
from nrg_app.ui.theme import Theme
from nrg_app.ui.themed import Themed
from nrg_app.ui.train.form import FIELD, Choice

_SIZES = (4, 8, 16, 32, 64, 128)
_CHAINED = ("independence", "refresh")
_SPREAD = 0.7  # how densely the points of a dense scan lie near Tc
_NO, _YES = "no", "yes"
WOLFF = "wolff"


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

    def set_models(self, entries: Sequence[ModelEntry], current: str) -> None:
        """Offer models; ``current`` is the one of the session."""
        self.entries = {entry.model: entry for entry in entries}

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
            real_field(self.theme, "Lowest temperature", ALLOWED, low, 3, 0.05),
            real_field(self.theme, "Highest temperature", ALLOWED, high, 3, 0.05),
        )

    def seed_field(self) -> NumberField:
        """Return a field for the seed."""
        return whole_field(self.theme, "Seed of the measurement", (0, MAX_SEED), 0)


class ScanForm(OrderForm):
    """Edits a scan over temperature."""

    title = "Settings of a temperature scan"

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self.estimator = self.add_choice(
            "Estimator", "Estimator", [(key, _short(key)) for key in ESTIMATORS]
        )
        self.model = self.add_choice("Model", "Model of the measurement", [])
        self.size = self.add_choice(
            "Lattice side $L$", "Lattice side L", [(str(s), str(s)) for s in _SIZES]
        )
        self.size.set_current("16")
        self.low, self.high = self.range_fields(1.5, 3.5)
        self.add_row("Range of $T$", self.low, self.high)
        self.points = whole_field(theme, "Number of temperatures", (2, 201), 33)
        self.add_row("Temperatures", self.points)
        self.spacing = self.add_choice(
            "Spacing", "Spacing", [("dense", "dense near Tc"), ("even", "even")]
        )
        self.samples = whole_field(
            theme, "Samples per temperature", (FEWEST_SAMPLES, 10_000_000), 4096, 1024
        )
        self.add_row("Samples each", self.samples)
        self.seed = self.seed_field()
        self.add_row("Seed", self.seed)
        self.reference = self.add_choice(
            "Wolff reference", "Wolff reference", [(_YES, "measured too"), (_NO, "none")]
        )
        self.estimator.set_current(WOLFF)
        self.finish()
        self._follow()

    def set_models(self, entries: Sequence[ModelEntry], current: str) -> None:
        """Offer models; the session's is chosen until another one was."""
        super().set_models(entries, current)
        self.model.set_choices([(e.model, e.name) for e in entries])
        if current in self.entries:
            self.model.set_current(current)
        self._follow()
        self._edited()

    def _edited(self, _: object = None) -> None:
        self._follow()
        super()._edited()

    def _follow(self) -> None:
        """Let the estimator decide what else is needed."""
        network = self.estimator.current() != WOLFF
        self.model.setEnabled(network)
        self.size.setEnabled(not network)
        self.reference.setEnabled(network)
        entry = self.entries.get(self.model.current())
        if network and entry is not None:
            self.size.set_current(str(entry.size))

    def temperatures(self) -> tuple[float, ...]:
        """Return the temperatures of the scan."""
        low, high, points = self.low.value(), self.high.value(), int(self.points.value())
        if self.spacing.current() == "dense":
            return dense_temperatures(low, high, points)
        return temperature_range(low, high, points)

    def order(self) -> ScanOrder:
        """Return the scan that is asked for."""
        estimator: Estimator = self.estimator.current()  # type: ignore[assignment]
        network = estimator != WOLFF
        entry = self.entries.get(self.model.current())
        if network and entry is None:
            raise NRGError("This estimator needs a model; open one or choose Wolff clusters.")
        samples = int(self.samples.value())
        settings = ScanSettings(
            size=entry.size if network and entry is not None else int(self.size.current()),
            temperatures=self.temperatures(),
            estimator=estimator,
            samples=samples,
            seed=int(self.seed.value()),
            model=entry.model if network and entry is not None else "",
        )
        compared = network and self.reference.current() == _YES
        return ScanOrder(settings, samples if compared else 0)

    def hint(self) -> str:
        """Warn of temperatures for which the model was not trained."""
        entry = self.entries.get(self.model.current())
        if self.estimator.current() == WOLFF or entry is None:
            return "Exact in the limit of many samples"
        low, high = entry.temperature_range
        if self.low.value() < low - 1e-9 or self.high.value() > high + 1e-9:
            return f"Extrapolated: trained from {low:g} to {high:g}"
        return "Flow Monte Carlo is exact" if self.estimator.current() in _CHAINED else ""


def _short(key: Estimator) -> str:
    names = {
        "raw": "network, raw",
        "reweighted": "network, reweighted",
        "independence": "flow MC, fresh",
        "refresh": "flow MC, refresh",
        "wolff": "Wolff clusters",
    }
    return names.get(key, ESTIMATOR_LABELS[key])


class ScalingForm(OrderForm):
    """Edits a measurement of finite-size scaling."""

    title = "Settings of finite-size scaling"

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        sizes = [(str(s), str(s)) for s in _SIZES]
        self.smallest = Choice(theme, "Smallest lattice side")
        self.largest = Choice(theme, "Largest lattice side")
        for choice, size in ((self.smallest, "8"), (self.largest, "32")):
            choice.set_choices(sizes)
            choice.set_current(size)
        self.add_row("$L$ from, to", self.smallest, self.largest)
        self.low, self.high = self.range_fields(2.1, 2.45)
        self.add_row("Range of $T$", self.low, self.high)
        self.points = whole_field(theme, "Number of temperatures", (3, 101), 11)
        self.add_row("Temperatures", self.points)
        self.samples = whole_field(
            theme, "Samples per temperature", (FEWEST_SAMPLES, 10_000_000), 8192, 1024
        )
        self.add_row("Samples each", self.samples)
        self.seed = self.seed_field()
        self.add_row("Seed", self.seed)
        self.finish()

    def order(self) -> ScalingOrder:
        """Return the measurement that is asked for."""
        first, last = int(self.smallest.current()), int(self.largest.current())
        sizes = tuple(size for size in _SIZES if first <= size <= last)
        if len(sizes) < 2:
            raise NRGError("Finite-size scaling needs two lattices at least.")
        low, high = self.low.value(), self.high.value()
        if not low < CRITICAL_TEMPERATURE < high:
            raise NRGError("The range of temperatures must hold the critical one, 2.269.")
        temperatures = dense_temperatures(low, high, int(self.points.value()))
        return ScalingOrder(sizes, temperatures, int(self.samples.value()), int(self.seed.value()))

    def hint(self) -> str:
        """Say where the points come from."""
        return "Wolff clusters; Tc is one of the points"


class McrgForm(OrderForm):
    """Edits a measurement of Monte Carlo RG."""

    title = "Settings of Monte Carlo RG"

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self.model = self.add_choice("Coarse fields of", "Model of the measurement", [("", "none")])
        self.size = self.add_choice(
            "Lattice side $L$", "Lattice side L", [(str(s), str(s)) for s in _SIZES[2:]]
        )
        self.size.set_current("32")
        self.samples = whole_field(
            theme, "Samples for the exponents", (500, 10_000_000), 8000, 1000
        )
        self.add_row("Samples", self.samples)
        self.low, self.high = self.range_fields(2.15, 2.4)
        self.add_row("Paths from $T$", self.low, self.high)
        self.path_samples = whole_field(
            theme, "Samples for each path of couplings", (200, 1_000_000), 2000, 500
        )
        self.add_row("Samples each", self.path_samples)
        self.seed = self.seed_field()
        self.add_row("Seed", self.seed)
        self.finish()

    def set_models(self, entries: Sequence[ModelEntry], current: str) -> None:
        """Offer models and none; the session's is chosen until another one was."""
        super().set_models(entries, current)
        self.model.set_choices([("", "none"), *((e.model, e.name) for e in entries)])
        entry = self.entries.get(current)
        self.model.set_current(current if entry is not None and entry.size >= 16 else "")
        self._edited()

    def _edited(self, _: object = None) -> None:
        entry = self.entries.get(self.model.current())
        self.size.setEnabled(entry is None)
        if entry is not None:
            self.size.set_current(str(entry.size))
        super()._edited()

    def order(self) -> McrgOrder:
        """Return the measurement that is asked for."""
        entry = self.entries.get(self.model.current())
        size = entry.size if entry is not None else int(self.size.current())
        if size < 16:
            raise NRGError("Monte Carlo RG needs a lattice of side 16 or more; choose another.")
        low, high = self.low.value(), self.high.value()
        if not low < CRITICAL_TEMPERATURE < high:
            raise NRGError("One path must begin below the critical temperature, one above.")
        rules: tuple[Rule, ...] = ("majority",) if entry is None else ("majority", "encoded")
        return McrgOrder(
            size,
            rules,
            "" if entry is None else entry.model,
            (low, CRITICAL_TEMPERATURE, high),
            int(self.samples.value()),
            int(self.path_samples.value()),
            int(self.seed.value()),
        )

    def hint(self) -> str:
        """Say what is compared."""
        both = bool(self.model.current())
        return "Majority blocks and coarse fields" if both else "Majority blocks of Wolff samples"


class RaceForm(OrderForm):
    """Edits a race of samplers."""

    title = "Settings of a race of samplers"

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self.largest = self.add_choice(
            "Largest $L$", "Largest lattice side", [(str(s), str(s)) for s in _SIZES[1:5]]
        )
        self.largest.set_current("32")
        self.temperature = real_field(
            theme, "Temperature of the race", ALLOWED, round(CRITICAL_TEMPERATURE, 4), 4, 0.01
        )
        self.add_row("Temperature", self.temperature)
        self.seconds = real_field(
            theme, "CPU seconds for each sampler and side", (0.2, 3600.0), 5.0, 1, 1.0
        )
        self.add_row("Seconds each", self.seconds)
        self.seed = self.seed_field()
        self.add_row("Seed", self.seed)
        self.finish()

    def set_models(self, entries: Sequence[ModelEntry], current: str) -> None:
        """Take one model for every lattice side: the session's, else the first one."""
        super().set_models(entries, current)
        self._current = current
        self._edited()

    def models(self) -> tuple[str, ...]:
        """Return a model for every side, small lattices first."""
        most = int(self.largest.current())
        chosen: dict[int, str] = {}
        for model, entry in self.entries.items():
            if entry.size <= most and (entry.size not in chosen or model == self._current):
                chosen[entry.size] = model
        return tuple(chosen[size] for size in sorted(chosen))

    _current = ""

    def order(self) -> RaceOrder:
        """Return the race that is asked for."""
        models = self.models()
        if not models:
            raise NRGError("There is no model this small; choose a larger lattice side.")
        temperature = self.temperature.value()
        if abs(temperature - CRITICAL_TEMPERATURE) < 1e-4:
            temperature = CRITICAL_TEMPERATURE
        return RaceOrder(models, temperature, self.seconds.value(), int(self.seed.value()))

    def hint(self) -> str:
        """Say which lattices take part."""
        sizes = sorted({self.entries[m].size for m in self.models()})
        return "Lattices $L$ = " + ", ".join(str(size) for size in sizes)
