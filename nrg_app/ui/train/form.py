"""The form of a new training: what to train, for how long, and what that may give."""

from __future__ import annotations

import shutil

from pydantic import ValidationError
from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from nrg_app.errors import NRGError
from nrg_app.resources import recipes_dir
from nrg_app.session.document import MAX_SEED
from nrg_app.session.training_settings import SIZES, STANDARD, RunSettings
from nrg_app.training.recipe import Recipe, read_recipe
from nrg_app.ui.fonts import CAPTION
from nrg_app.ui.math_text import MathLabel
from nrg_app.ui.model_list import ModelEntry
from nrg_app.ui.model_section import ComboBox
from nrg_app.ui.number_field import real_field, whole_field
from nrg_app.ui.panels.controls import Segmented
from nrg_app.ui.theme import Theme
from nrg_app.ui.themed import Themed
from nrg_app.ui.train.axes import power_text

FIELD = 138
_HIGHEST = 10.0


class Choice(ComboBox):
    """A combo box of keys with texts; ``current`` returns the key."""

    def __init__(self, theme: Theme, label: str, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        # On Linux Qt calls a combo box by its text; screen readers then read the tool tip too.
        self.setAccessibleName(label)
        self.setToolTip(label)

    def sizeHint(self) -> QSize:
        """Return the width of a field."""
        return QSize(FIELD, self.height())

    def set_choices(self, choices: list[tuple[str, str]]) -> None:
        """Offer (key, text) pairs; the choice stays if it is among them."""
        current = self.current()
        blocked = self.blockSignals(True)
        self.clear()
        for key, text in choices:
            self.addItem(text, key)
        self.blockSignals(blocked)
        self.set_current(current)

    def set_current(self, key: str) -> None:
        """Choose a key, the first one if there is none such."""
        self.setCurrentIndex(max(0, self.findData(key)))

    def current(self) -> str:
        """Return the chosen key."""
        return str(self.currentData() or "")


class TrainingForm(Themed):
    """Edits a ``RunSettings``; ``changed`` says that something was edited."""

    changed = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self.setAccessibleName("Settings of a new training")
        self._entries: dict[str, ModelEntry] = {}
        column = self._column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(5)
        self.start = Choice(theme, "Start from")
        self.recipe = Choice(theme, "Recipe")
        names = sorted(path.stem for path in recipes_dir().glob("*.toml"))
        self.recipe.set_choices([(STANDARD, "Timed growth"), *((n, n) for n in names)])
        self.lattice = Segmented(
            theme, [(str(size), str(size)) for size in SIZES], "Lattice side L"
        )
        self.lattice.set_current("8")
        self.low = real_field(
            theme, "Lowest temperature", (0.1, _HIGHEST), 1.5, 1, 0.1, unit="J/k_B"
        )
        self.high = real_field(
            theme, "Highest temperature", (0.1, _HIGHEST), 3.5, 1, 0.1, unit="J/k_B"
        )
        self.minutes = real_field(theme, "Time", (0.1, 10_000.0), 3.0, 1, 1.0, unit="minutes")
        self.hidden = whole_field(theme, "Hidden width", (1, 512), 32)
        self.seed = whole_field(theme, "Seed of the training", (0, MAX_SEED), 0)
        self.device = Choice(theme, "Device")
        devices = [("cpu", "CPU, one thread")]
        if shutil.which("nvidia-smi"):
            devices.append(("cuda", "GPU"))
        self.device.set_choices(devices)
        self.note = MathLabel(theme, role="text2", px=CAPTION)
        self._arrange()
        for choice in (self.start, self.recipe, self.device):
            choice.activated.connect(self._edited)
        self.lattice.changed.connect(self._edited)
        for field in (self.low, self.high, self.minutes, self.hidden, self.seed):
            field.edited.connect(self._edited)
        self.set_models([])

    def _arrange(self) -> None:
        temperatures = QWidget()
        pair = QHBoxLayout(temperatures)
        pair.setContentsMargins(0, 0, 0, 0)
        pair.setSpacing(6)
        pair.addWidget(self.low)
        pair.addWidget(self.high)
        for label, field in (
            ("Start from", self.start),
            ("Recipe", self.recipe),
            ("Lattice side $L$", self.lattice),
            ("Temperatures", temperatures),
            ("Time, minutes", self.minutes),
            ("Hidden width", self.hidden),
            ("Seed", self.seed),
            ("Device", self.device),
        ):
            row = QHBoxLayout()
            row.setSpacing(6)
            row.addWidget(MathLabel(self.theme, label, "text2"), 1)
            if field is not self.lattice:
                field.setFixedWidth(FIELD)
            field.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
            row.addWidget(field, 0, Qt.AlignmentFlag.AlignRight)
            self._column.addLayout(row)
        self._column.addSpacing(3)
        self._column.addWidget(self.note)

    # -- values ---------------------------------------------------------------------------

    def set_models(self, entries: list[ModelEntry]) -> None:
        """Offer models to start from."""
        self._entries = {entry.model: entry for entry in entries}
        self.start.set_choices([("", "New flow"), *((e.model, e.name) for e in entries)])
        self._follow()

    def set_settings(self, settings: RunSettings) -> None:
        """Show settings, as far as the form has a place for them."""
        self.start.set_current(settings.start)
        self.recipe.set_current(settings.recipe)
        self.lattice.set_current(str(settings.size))
        self.low.set_value(settings.temperature_range[0])
        self.high.set_value(settings.temperature_range[1])
        self.minutes.set_value(settings.minutes)
        self.hidden.set_value(settings.width)
        self.seed.set_value(settings.seed)
        self.device.set_current(settings.device)
        self._follow()

    def settings(self) -> RunSettings:
        """Return what was asked for.

        Raises:
            NRGError: if it does not fit together.
        """
        low, high = self.low.value(), self.high.value()
        if not low < high:
            raise NRGError("The highest training temperature must lie above the lowest.")
        start = self._entries.get(self.start.current())
        size = int(self.lattice.current())
        if start is not None and start.size > size:
            raise NRGError(f"A model of side {start.size} cannot continue on a smaller lattice.")
        shape = {} if start is None else start.card.get("architecture", {})
        try:
            settings = RunSettings(
                size=size,
                temperature_range=(low, high),
                width=int(self.hidden.value()),
                recipe=self.recipe.current(),
                seed=int(self.seed.value()),
                device=self.device.current(),
                minutes=self.minutes.value(),
                start="" if start is None else start.model,
                start_size=0 if start is None else start.size,
                disentanglers=bool(shape.get("disentanglers", False)),
            )
            settings.make_recipe()
        except ValidationError as error:
            raise NRGError(
                f"These settings cannot be used ({error.errors()[0]['msg']})."
            ) from error
        return settings

    # -- consequences ---------------------------------------------------------------------

    def _edited(self, _: object = None) -> None:
        self._follow()
        self.changed.emit()

    def _follow(self) -> None:
        """Let a recipe or a start decide what they decide, and say what to expect."""
        recipe = self._shipped_recipe()
        start = None if recipe else self._entries.get(self.start.current())
        if recipe is not None:
            self.start.set_current("")
            self.lattice.set_current(str(recipe.size))
            self.low.set_value(recipe.temperature_range[0])
            self.high.set_value(recipe.temperature_range[1])
            self.hidden.set_value(recipe.width)
        elif start is not None:
            self.hidden.set_value(int(start.card["architecture"].get("width", 32)))
            if int(self.lattice.current()) < start.size:
                self.lattice.set_current(str(start.size))
        for field in (self.start, self.lattice, self.low, self.high, self.minutes):
            field.setEnabled(recipe is None)
        for size in SIZES:
            self.lattice.button(str(size)).setEnabled(
                recipe is None and (start is None or size >= start.size)
            )
        self.hidden.setEnabled(recipe is None and start is None)
        self._say()

    def _shipped_recipe(self) -> Recipe | None:
        name = self.recipe.current()
        try:
            return None if name == STANDARD else read_recipe(name)
        except NRGError:
            return None

    def _say(self) -> None:
        try:
            settings = self.settings()
        except NRGError as error:
            self.note.set_text(str(error))
            self.note.set_role("warning")
            return
        self.note.set_role("text2")
        gap = settings.expected_gap()
        if gap is None:
            steps = sum(stage.steps or 0 for stage in settings.make_recipe().stages)
            self.note.set_text(f"{steps:,} steps in all".replace(",", "\N{THIN SPACE}"))
            return
        self.note.set_text(f"Gap at $T$_{{c}} then: about {power_text(gap)} per site")
