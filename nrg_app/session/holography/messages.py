"""Orders and results of the Holography workspace; T is in J/k_B, information in nats."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from nrg_app.figures.plot_spec import PlotSpec

Array = NDArray[np.float64]
Kind = Literal["wavelets", "information", "energy"]
KINDS: tuple[Kind, ...] = get_args(Kind)
Estimator = Literal["gaussian", "ksg"]


@dataclass(frozen=True, eq=False)
class ResponseOrder:
    """Ask how the field of one sample answers to one latent.

    Attributes:
        number: counts the orders; the answer carries it.
        model: as in ``messages.SampleRequest``.
        temperature: T.
        latents: scale l -> (l, l) of the sample, NaN on kept cells.
        place: scale, row and column of the latent.
    """

    number: int
    model: str
    temperature: float
    latents: dict[int, NDArray[np.float32]]
    place: tuple[int, int, int]


@dataclass(frozen=True, eq=False)
class Response:
    """The derivative dx / dz of the field (L, L) with respect to the latent at ``place``."""

    number: int
    place: tuple[int, int, int]
    response: Array
    seconds: float


@dataclass(frozen=True)
class JobOrder:
    """An analysis.

    Attributes:
        kind: which one.
        model: as in ``messages.SampleRequest``.
        temperature: T.
        samples: exact samples to encode, or samples of the flow for "wavelets" and "energy".
        estimator: of mutual information; counts for "information" alone.
        seed: of all random numbers.
    """

    kind: Kind
    model: str
    temperature: float
    samples: int
    estimator: Estimator = "gaussian"
    seed: int = 1


@dataclass(frozen=True)
class Progress:
    """How far a job is: a share from 0 to 1, and words on what it does now."""

    fraction: float
    words: str


@dataclass(frozen=True, eq=False)
class WaveletsResult:
    """Mean patterns of every scale, the latent's own site at ``(L / 2, L / 2)``.

    Attributes:
        order: what was asked for.
        provenance: what was run, as words by name.
        scales: 1, 2, 4 ... L.
        responses: mean ``|dx / dz|``, (scales, L, L).
        readings: mean ``|dz / dx|`` likewise.
        haar: modulus of the Haar wavelet likewise.
        radii: root-mean-square radii of the three against the scale, with errors.
        done: share of the samples.

    Raises:
        ValueError: if the patterns do not belong to the scales.
    """

    order: JobOrder
    provenance: dict[str, str]
    scales: tuple[int, ...]
    responses: Array
    readings: Array
    haar: Array
    radii: PlotSpec
    done: float

    def __post_init__(self) -> None:
        side = max(self.scales, default=0)
        shape = (len(self.scales), side, side)
        if any(part.shape != shape for part in (self.responses, self.readings, self.haar)):
            raise ValueError("there must be a pattern of the lattice for every scale")


@dataclass(frozen=True, eq=False)
class PlotsResult:
    """Plots by name, and for each a line for the header, as markup.

    ``done`` is the share of the work that they rest on.
    """

    order: JobOrder
    plots: dict[str, PlotSpec]
    headlines: dict[str, str] = field(default_factory=dict)
    done: float = 1.0


Result = WaveletsResult | PlotsResult


@dataclass(frozen=True)
class Failure:
    """Something went wrong, in one plain sentence.

    ``number`` names the response that failed, None if it was the job; ``fatal`` says that the
    process is gone.
    """

    message: str
    number: int | None = None
    fatal: bool = False


@dataclass(frozen=True)
class Ended:
    """The job has come to its end."""

    seconds: float


Message = Response | Progress | Result | Failure | Ended
