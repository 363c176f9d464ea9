"""What a scan over temperature finds, and what was run to find it.

Plain results without torch, so that a window can hold and draw them.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from nrg_app import __version__
from nrg_app.errors import NRGError
from nrg_app.physics.lattice import validate_side, validate_temperature
from nrg_app.physics.observables import Estimate

FloatArray = NDArray[np.float64]

Estimator = Literal["raw", "reweighted", "independence", "refresh", "wolff"]
ESTIMATORS: tuple[Estimator, ...] = ("raw", "reweighted", "independence", "refresh", "wolff")
ESTIMATOR_LABELS: dict[Estimator, str] = {
    "raw": "network, raw",
    "reweighted": "network, reweighted",
    "independence": "flow Monte Carlo, fresh proposals",
    "refresh": "flow Monte Carlo, partial refresh",
    "wolff": "Wolff clusters",
}
FEWEST_SAMPLES = 128


@dataclass(frozen=True)
class Quantity:
    """One measured quantity.

    Attributes:
        label: Its name in words, per site where it is extensive.
        symbol: Its symbol.
        unit: Its unit with k_B = J = 1; empty for a pure number.
    """

    label: str
    symbol: str
    unit: str


QUANTITIES: dict[str, Quantity] = {
    "free_energy": Quantity("free energy", "f", "J"),
    "energy": Quantity("energy", "e", "J"),
    "specific_heat": Quantity("specific heat", "c", "k_B"),
    "entropy": Quantity("entropy", "s", "k_B"),
    "abs_magnetization": Quantity("magnetization", "⟨|m|⟩", ""),
    "magnetization_squared": Quantity("squared magnetization", "⟨m²⟩", ""),
    "susceptibility": Quantity("susceptibility", "N⟨m²⟩", ""),
    "binder": Quantity("Binder cumulant", "U₄", ""),
    # By the second moment.
    "correlation_length": Quantity("correlation length", "ξ₂", "sites"),
}
"""Everything in :attr:`ScanPoint.values`, in the order of tables."""


@dataclass(frozen=True)
class ScanSettings:
    """What to run.

    Attributes:
        size: Lattice side L.
        temperatures: T in J/k_B, measured from the highest down, each once.
        estimator: Where the spins come from.
        samples: Configurations per temperature, at least 128.
        seed: Of all random numbers; point ``i`` draws those of ``(seed, i)``. Free energies and
            entropies of Wolff step down from the hotter points.
        model: Name of the network, empty for Wolff.

    Raises:
        NRGError: if an entry is out of its range.
    """

    size: int
    temperatures: tuple[float, ...]
    estimator: Estimator = "wolff"
    samples: int = 4096
    seed: int = 0
    model: str = ""

    def __post_init__(self) -> None:
        validate_side(self.size)
        if not self.temperatures:
            raise NRGError("A scan needs at least one temperature.")
        for temperature in self.temperatures:
            validate_temperature(temperature)
        if self.estimator not in ESTIMATORS:
            raise NRGError(
                f"There is no estimator '{self.estimator}'; choose {', '.join(ESTIMATORS)}."
            )
        if self.samples < FEWEST_SAMPLES:
            raise NRGError(
                f"A point needs at least {FEWEST_SAMPLES} samples for its errors, not "
                f"{self.samples}."
            )
        if self.seed < 0:
            raise NRGError(f"The seed must be a whole number of at least 0, not {self.seed}.")


def temperature_range(low: float, high: float, points: int) -> tuple[float, ...]:
    """Temperatures from ``low`` to ``high``, both included, at equal distances.

    Raises:
        NRGError: if a temperature is not above zero, their order is wrong or there is no point.

    Example:
        >>> temperature_range(2.0, 2.5, 3)
        (2.0, 2.25, 2.5)
    """
    first, last = validate_temperature(low), validate_temperature(high)
    if points < 1 or last < first or (points == 1 and last > first):
        raise NRGError(
            f"{points} points from T = {first:g} to {last:g} are no range; name a lower and a "
            "higher temperature and two points at least."
        )
    return tuple(float(t) for t in np.linspace(first, last, points).round(12))


@dataclass(frozen=True)
class Measured:
    """An estimate beside what is known exactly.

    Attributes:
        estimate: Value and standard error; NaN where the samples say nothing.
        exact: Exact value on this torus, None where none is known: Kaufman's for free energy,
            energy, specific heat and entropy; for the rest a transfer matrix up to L = 8.
        infinite: Exact value on the infinite lattice (Onsager, Yang), None where none is known;
            infinite for the specific heat at Tc.
    """

    estimate: Estimate
    exact: float | None = None
    infinite: float | None = None

    @property
    def deviation(self) -> float | None:
        """``estimate - exact`` in standard errors; None without an exact value or an error."""
        if self.exact is None or not math.isfinite(self.estimate.value + self.estimate.error):
            return None
        return self.estimate.deviation(self.exact)


@dataclass(frozen=True, eq=False)
class SpinSeries:
    """What is kept of every configuration, float64.

    Chains are rows; independent samples of a network are one row.

    Attributes:
        energies: Total energy, (chains, steps), in J.
        magnetizations: Per site, with sign, (chains, steps).
        smallest_wave: ``|sum_x s(x) exp(i k x)|^2 / N`` at ``k = 2 pi / L``, averaged over the
            two axes, (chains, steps).
        correlations: ``s(x) s(x + r)`` averaged over sites and axes, (chains, steps, L // 2 + 1).
        log_weights: Logarithms of importance weights, (chains, steps), in nats; None for chains
            and for a network that is taken as it is.
    """

    energies: FloatArray
    magnetizations: FloatArray
    smallest_wave: FloatArray
    correlations: FloatArray
    log_weights: FloatArray | None = None


@dataclass(frozen=True, eq=False)
class ScanPoint:
    """One finished temperature.

    Attributes:
        size: Lattice side L.
        temperature: T in J/k_B.
        estimator: Where the spins came from.
        samples: Number of configurations.
        seed: What the random numbers of this point began with.
        values: The keys of :data:`QUANTITIES`.
        distances: r = 0 ... L // 2, (k,), in lattice spacings.
        correlations: G(r) = <s(0) s(r)> along the axes, nothing subtracted, (k,).
        correlation_errors: Their standard errors, (k,); strongly correlated with each other.
        exact_correlations: Exact G(r) of this torus, (k,); None above L = 8.
        tau: Integrated autocorrelation time in steps of the slower of energy and |m|; None where
            samples are independent.
        ess: Effective sample size of the network's samples as a fraction; None for Wolff.
        warnings: Plain sentences on what makes the estimates doubtful.
        seconds: Wall time that the point took.
        series: What :mod:`nrg_app.analysis.multi_histogram` needs of every configuration.
    """

    size: int
    temperature: float
    estimator: Estimator
    samples: int
    seed: tuple[int, int]
    values: Mapping[str, Measured]
    distances: NDArray[np.int64]
    correlations: FloatArray
    correlation_errors: FloatArray
    exact_correlations: FloatArray | None
    tau: Estimate | None
    ess: float | None
    warnings: tuple[str, ...]
    seconds: float
    series: SpinSeries = field(repr=False)


@dataclass(frozen=True)
class Provenance:
    """What was run to get numbers; written into every file.

    Attributes:
        settings: Of the scans, one for each lattice side.
        command: The command line that repeats it.
        program: Name and version of the program.
        units: Of all numbers.
    """

    settings: tuple[ScanSettings, ...]
    command: str
    program: str = f"NRG {__version__}"
    units: str = "k_B = J = 1; per site where extensive; errors are one standard error"
