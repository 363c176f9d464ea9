"""The forms of the Measurement panel: each edits one order."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QWidget

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
from nrg_app.session.measure.mcrg_plots import FAMILIES
from nrg_app.session.measure.orders import McrgOrder, RaceOrder, ScalingOrder, ScanOrder
from nrg_app.ui.measure.order_form import SIZES, OrderForm, dense_temperatures, models_by_size
from nrg_app.ui.model_list import ModelEntry
from nrg_app.ui.number_field import real_field, whole_field
from nrg_app.ui.temperature import ALLOWED
from nrg_app.ui.theme import Theme
from nrg_app.ui.train.form import Choice

_CHAINED = ("independence", "refresh")
_NO, _YES = "no", "yes"
WOLFF = "wolff"


class ScanForm(OrderForm):
    """Edits a scan over temperature."""

    title = "Settings of a temperature scan"

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self.estimator = self.add_choice(
            "Estimator", "Estimator", [(key, _short(key)) for key in ESTIMATORS]
        )
        self.model = self.add_choice("Model", "Model of the measurement", [])
        self.side = self.add_choice(
            "Lattice side $L$", "Lattice side L", [(str(s), str(s)) for s in SIZES]
        )
        self.side.set_current("16")
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
        self.estimator.set_current("reweighted")
        self.finish()
        self._follow()

    def set_models(self, entries: Sequence[ModelEntry], current: str) -> bool:
        """Offer models; the session's is chosen until another one was."""
        is_new = super().set_models(entries, current)
        self.model.set_choices([(e.model, e.name) for e in entries])
        if is_new and current in self.entries:
            self.model.set_current(current)
        if not entries:
            self.estimator.set_current(WOLFF)
        self._edited()
        return is_new

    def _edited(self, _: object = None) -> None:
        self._follow()
        super()._edited()

    def _follow(self) -> None:
        """Let the estimator decide what else is needed."""
        network = self.estimator.current() != WOLFF
        self.model.setEnabled(network)
        self.side.setEnabled(not network)
        self.reference.setEnabled(network)
        entry = self.entries.get(self.model.current())
        if network and entry is not None:
            self.side.set_current(str(entry.size))

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
            size=entry.size if network and entry is not None else int(self.side.current()),
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
        "raw": "raw network",
        "reweighted": "reweighted",
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
        self._models: dict[int, str] = {}
        sizes = [(str(s), str(s)) for s in SIZES]
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

    def set_models(self, entries: Sequence[ModelEntry], current: str) -> bool:
        """Take one model for every lattice side, for its free energy."""
        self._models = models_by_size(entries, current)
        return super().set_models(entries, current)

    def order(self) -> ScalingOrder:
        """Return the measurement that is asked for."""
        first, last = int(self.smallest.current()), int(self.largest.current())
        sizes = tuple(size for size in SIZES if first <= size <= last)
        if len(sizes) < 2:
            raise NRGError("Finite-size scaling needs two lattices at least.")
        low, high = self.low.value(), self.high.value()
        if not low < CRITICAL_TEMPERATURE < high:
            raise NRGError("The range of temperatures must hold the critical one, 2.269.")
        return ScalingOrder(
            sizes,
            dense_temperatures(low, high, int(self.points.value())),
            int(self.samples.value()),
            int(self.seed.value()),
            tuple(self._models[size] for size in sizes if size in self._models),
        )

    def hint(self) -> str:
        """Say where the points come from."""
        return "Wolff clusters; Tc is one of the points"


class McrgForm(OrderForm):
    """Edits a measurement of Monte Carlo RG."""

    title = "Settings of Monte Carlo RG"

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self.model = self.add_choice("Coarse fields of", "Model of the measurement", [("", "none")])
        self.side = self.add_choice(
            "Lattice side $L$", "Lattice side L", [(str(s), str(s)) for s in SIZES[2:]]
        )
        self.side.set_current("32")
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

    def set_models(self, entries: Sequence[ModelEntry], current: str) -> bool:
        """Offer models and none; the session's is chosen until another one was."""
        is_new = super().set_models(entries, current)
        self.model.set_choices([("", "none"), *((e.model, e.name) for e in entries)])
        entry = self.entries.get(current)
        if is_new:
            self.model.set_current(current if entry is not None and entry.size >= 16 else "")
        self._edited()
        return is_new

    def _edited(self, _: object = None) -> None:
        entry = self.entries.get(self.model.current())
        self.side.setEnabled(entry is None)
        if entry is not None:
            self.side.set_current(str(entry.size))
        super()._edited()

    def order(self) -> McrgOrder:
        """Return the measurement that is asked for."""
        entry = self.entries.get(self.model.current())
        size = entry.size if entry is not None else int(self.side.current())
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
        entry = self.entries.get(self.model.current())
        if entry is None:
            return "Majority blocks of Wolff samples"
        learned = bool(entry.card["architecture"].get("disentanglers", False))
        return f"Majority blocks, and the model's: {FAMILIES[learned]}"


class RaceForm(OrderForm):
    """Edits a race of samplers."""

    title = "Settings of a race of samplers"

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self._models: dict[int, str] = {}
        self.largest = self.add_choice(
            "Largest $L$", "Largest lattice side", [(str(s), str(s)) for s in SIZES[1:5]]
        )
        self.largest.set_current("32")
        self.temperature = real_field(
            theme,
            "Temperature of the race",
            ALLOWED,
            round(CRITICAL_TEMPERATURE, 4),
            4,
            0.01,
            unit="J/k_B",
        )
        self.add_row("Temperature", self.temperature)
        self.seconds = real_field(
            theme, "CPU seconds for each sampler and side", (0.2, 3600.0), 5.0, 1, 1.0
        )
        self.add_row("Seconds each", self.seconds)
        self.seed = self.seed_field()
        self.add_row("Seed", self.seed)
        self.finish()

    def set_models(self, entries: Sequence[ModelEntry], current: str) -> bool:
        """Take one model for every lattice side: the session's, else the first one."""
        is_new = super().set_models(entries, current)
        self._models = models_by_size(entries, current)
        self._edited()
        return is_new

    def models(self) -> tuple[str, ...]:
        """Return a model for every side, small lattices first."""
        most = int(self.largest.current())
        return tuple(self._models[size] for size in sorted(self._models) if size <= most)

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
