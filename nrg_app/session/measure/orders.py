"""What can be measured, and what comes of it. Temperatures are in J/k_B."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from nrg_app import __version__
from nrg_app.analysis.finite_size_results import CentralCharge, Collapse, CriticalPoint
from nrg_app.analysis.multi_histogram import ThermalCurve
from nrg_app.analysis.race_results import DynamicalExponent, RaceRow
from nrg_app.analysis.rg_results import CouplingPath, RGExponents, Rule
from nrg_app.analysis.scan_results import ScanPoint, ScanSettings
from nrg_app.physics.observables import Estimate

Kind = Literal["scan", "scaling", "mcrg", "race"]
KINDS: tuple[Kind, ...] = ("scan", "scaling", "mcrg", "race")


@dataclass(frozen=True)
class ScanOrder:
    """A scan over temperature.

    Attributes:
        settings: what to run.
        reference: configurations per temperature of a Wolff run to compare with, 0 for none.
    """

    settings: ScanSettings
    reference: int = 0


@dataclass(frozen=True)
class ScalingOrder:
    """Wolff scans of several lattices around Tc.

    Attributes:
        sizes: lattice sides, rising.
        temperatures: of every lattice; Tc is among them.
        samples: configurations per point.
        seed: of all random numbers.
        models: names of networks whose weights give the free energy at Tc, far more precisely
            than Wolff's samples; at most one for each side.
    """

    sizes: tuple[int, ...]
    temperatures: tuple[float, ...]
    samples: int
    seed: int
    models: tuple[str, ...] = ()


@dataclass(frozen=True)
class McrgOrder:
    """Monte Carlo RG: exponents at Tc, and paths of couplings from three temperatures.

    Attributes:
        size: lattice side.
        rules: how spins are coarse-grained, one after the other.
        model: name of the network, "" without one.
        temperatures: where paths of couplings begin.
        samples: configurations for the exponents of a rule.
        path_samples: configurations for every path.
        seed: of all random numbers.
    """

    size: int
    rules: tuple[Rule, ...]
    model: str
    temperatures: tuple[float, ...]
    samples: int
    path_samples: int
    seed: int


@dataclass(frozen=True)
class RaceOrder:
    """A race of samplers.

    Attributes:
        models: names of networks, one for each lattice side.
        temperature: of all samplers.
        seconds: CPU time for one sampler at one side.
        seed: of all random numbers.
    """

    models: tuple[str, ...]
    temperature: float
    seconds: float
    seed: int


Order = ScanOrder | ScalingOrder | McrgOrder | RaceOrder


@dataclass(frozen=True)
class Made:
    """When and with what a result was made.

    Attributes:
        program: name and version.
        date: UTC, as ``2026-01-31 12:00``.
        seconds: wall time so far.
        finished: whether the job came to its end.
    """

    program: str
    date: str
    seconds: float
    finished: bool

    @classmethod
    def now(cls, seconds: float, *, finished: bool = False) -> Made:
        """Made at this moment, by this program."""
        date = datetime.now(UTC).strftime("%Y-%m-%d %H:%M")
        return cls(f"NRG {__version__}", date, seconds, finished)


@dataclass(frozen=True)
class Peak:
    """Where a quantity is largest: T in J/k_B; ``exact`` is None where that is not known."""

    quantity: str
    temperature: Estimate
    exact: float | None


@dataclass(frozen=True, eq=False)
class ScanResult:
    """Points so far and those of the Wolff reference; at the end curve and peaks between them."""

    order: ScanOrder
    made: Made
    points: tuple[ScanPoint, ...] = ()
    reference: tuple[ScanPoint, ...] = ()
    curve: ThermalCurve | None = None
    peaks: tuple[Peak, ...] = ()


@dataclass(frozen=True, eq=False)
class ScalingResult:
    """Points so far, and what follows from them at the end; ``notes`` say what did not."""

    order: ScalingOrder
    made: Made
    points: tuple[ScanPoint, ...] = ()
    critical: CriticalPoint | None = None
    collapses: tuple[Collapse, ...] = ()
    charge: CentralCharge | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class McrgResult:
    """Exponents of every rule so far, and paths of couplings."""

    order: McrgOrder
    made: Made
    exponents: tuple[RGExponents, ...] = ()
    operators: tuple[str, ...] = ()
    paths: tuple[CouplingPath, ...] = ()


@dataclass(frozen=True, eq=False)
class RaceResult:
    """Rows so far, and the dynamical exponents that follow from them."""

    order: RaceOrder
    made: Made
    rows: tuple[RaceRow, ...] = ()
    exponents: tuple[DynamicalExponent, ...] = ()


Result = ScanResult | ScalingResult | McrgResult | RaceResult
_KINDS: dict[type, Kind] = {
    ScanOrder: "scan",
    ScanResult: "scan",
    ScalingOrder: "scaling",
    ScalingResult: "scaling",
    McrgOrder: "mcrg",
    McrgResult: "mcrg",
    RaceOrder: "race",
    RaceResult: "race",
}


def kind_of(thing: Order | Result) -> Kind:
    """Return which measurement an order or a result belongs to."""
    return _KINDS[type(thing)]


@dataclass(frozen=True)
class Progress:
    """How far a job is: a share from 0 to 1, and words on what it does now."""

    fraction: float
    words: str


@dataclass(frozen=True)
class Failure:
    """The job cannot go on, in one plain sentence; the process is gone."""

    message: str


@dataclass(frozen=True)
class Ended:
    """The job has come to its end."""

    seconds: float


Message = Progress | Result | Failure | Ended
