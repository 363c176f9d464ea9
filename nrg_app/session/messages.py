"""Messages between the window and the sampler worker: frozen dataclasses of numpy arrays.

Everything here is picklable, immutable and free of torch and Qt. Temperatures are in J/k_B
(k_B = J = 1), lattices are square tori of side ``L`` and ``n`` counts independent samples.
Scales are named by their lattice side l = 1, 2, 4, ..., L.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal, NamedTuple, get_args

import numpy as np
from numpy.typing import NDArray

from nrg_app.session.latents import MAX_SCALE, Blend, Edits, Source

SamplerName = Literal["flow", "corrected", "hmc", "wolff", "metropolis"]
SAMPLERS: tuple[SamplerName, ...] = get_args(SamplerName)
MODEL_SAMPLERS: frozenset[SamplerName] = frozenset({"flow", "corrected", "hmc"})
"""Samplers that need the flow of a model."""
ReferenceKind = Literal["exact", "wolff", "none"]
Redraws = tuple[tuple[int, int], ...]
"""Pairs (kept scale, seed), kept scales increasing: scales above it were redrawn from that seed."""


def seed_of_scale(scale: int, seed: int, redraws: Redraws = ()) -> int:
    """Return the seed that the latents of one scale come from.

    The rule: every scale starts from ``seed``; each pair (kept, new_seed) of ``redraws`` in turn
    gives all scales above ``kept`` the new seed. Freezing a scale therefore changes no latent.

    >>> [seed_of_scale(scale, 7, ((2, 9), (8, 11))) for scale in (1, 2, 4, 8, 16)]
    [7, 7, 9, 9, 11]
    """
    chosen = seed
    for kept, new_seed in redraws:
        if scale > kept:
            chosen = new_seed
    return chosen


def redraw(
    seed: int, redraws: Redraws, locks: frozenset[int], new_seed: int
) -> tuple[int, Redraws]:
    """Return the seed and the redraws after all scales but the locked ones got a new seed.

    >>> redraw(7, (), frozenset({1, 2, 4}), 9)
    (7, ((4, 9),))
    >>> redraw(7, (), frozenset({16, 32}), 9)  # the coarse scales move, the fine ones stay
    (9, ((8, 7), (32, 9)))
    """
    seeds = {
        scale: seed_of_scale(scale, seed, redraws) if scale in locks else new_seed
        for scale in (2**k for k in range(MAX_SCALE.bit_length()))
    }
    changes = (
        (scale, seeds[2 * scale])
        for scale in seeds
        if scale < MAX_SCALE and seeds[2 * scale] != seeds[scale]
    )
    return seeds[1], tuple(changes)


@dataclass(frozen=True)
class SampleRequest:
    """Ask the worker for ``count`` samples; the same numbers give the same samples everywhere.

    ``model`` is a shipped model's name, the path of a ``.safetensors`` file, or "" for none
    (only Monte Carlo works then). ``measured`` are the samplers whose speed and memory are to be
    measured between the requests. ``source``, ``blend`` and ``edits`` change
    single samples; what does not fit the model's lattice is left out. Build it with
    ``Session.sample_request``.
    """

    request_id: int
    model: str
    temperature: float
    seed: int
    count: int = 25
    redraws: Redraws = ()
    sampler: SamplerName = "flow"
    measured: tuple[SamplerName, ...] = ()
    source: Source | None = None
    blend: Blend | None = None
    edits: Edits = ()


@dataclass(frozen=True, eq=False)
class SampleSet:
    """The answer to a :class:`SampleRequest`.

    Attributes:
        spins: (n, L, L) int8, +1 or -1.
        fields: (n, L, L) float32, the continuous dual x; P(s = +1 | x) = sigmoid(2x).
        coarse_fields: scale l -> (n, l, l) float32, x_l of the renormalization flow; the entry
            of scale L is ``fields``. Empty without a model.
        latents: scale l -> (n, l, l) float32, z_l; NaN on the cells that the next coarser scale
            keeps (scale 1 keeps none). Empty without a model.
        seconds: time the worker spent on the request.
        source_log_weight: ln w - ln Z of the encoded sample as it is shown, in nats; ln Z is
            exact. None without one.
        altered: in words, what of them was not drawn but chosen.
    """

    request_id: int
    model: str
    temperature: float
    seed: int
    sampler: SamplerName
    spins: NDArray[np.int8]
    fields: NDArray[np.float32]
    coarse_fields: dict[int, NDArray[np.float32]]
    latents: dict[int, NDArray[np.float32]]
    seconds: float
    redraws: Redraws = ()
    source_log_weight: float | None = None
    altered: str = ""

    @property
    def size(self) -> int:
        """Lattice side L."""
        return int(self.spins.shape[-1])


@dataclass(frozen=True)
class ObservableRow:
    """One line of the observables table, per site.

    ``network`` and ``reweighted`` are (value, standard error): the plain mean over the flow's
    samples and the mean with importance weights; None means too little data (show a dash).
    ``reference_error`` is None for an exact reference.
    """

    key: str
    name: str
    symbol: str
    unit: str
    network: tuple[float, float] | None
    reference: float | None
    reference_error: float | None
    reference_kind: ReferenceKind
    reweighted: tuple[float, float] | None = None


class Histogram(NamedTuple):
    """Distribution P(m) of the magnetization per site: densities (b,) over ``edges`` (b + 1,)."""

    edges: NDArray[np.float64]
    network_density: NDArray[np.float64]
    wolff_density: NDArray[np.float64] | None


class Correlation(NamedTuple):
    """The two-point function G(r) = <s(x) s(x + r)> along the axes, nothing subtracted.

    ``distances`` are r = 0 ... L // 2; every other entry holds values and standard errors, each
    (L // 2 + 1,), or None for too little data.
    """

    distances: NDArray[np.intp]
    network: tuple[NDArray[np.float64], NDArray[np.float64]] | None
    reweighted: tuple[NDArray[np.float64], NDArray[np.float64]] | None
    wolff: tuple[NDArray[np.float64], NDArray[np.float64]] | None


@dataclass(frozen=True, eq=False)
class ObservablesUpdate:
    """Observables accumulated so far at one (model, temperature).

    Attributes:
        draws: number of network samples behind the rows.
        wolff_draws: number of Wolff samples behind the Monte Carlo references.
        ess: effective sample size as a fraction 0..1, None until enough draws.
        largest_weight_share: share of the largest importance weight, 0..1, or None.
        gap: free-energy gap per site (exact lnZ - ELBO)/N in nats, (value, error), or None.
        correlation: the two-point function, None until there is some.
    """

    model: str
    temperature: float
    draws: int
    wolff_draws: int
    rows: tuple[ObservableRow, ...]
    ess: float | None
    largest_weight_share: float | None
    gap: tuple[float, float] | None
    histogram: Histogram | None
    correlation: Correlation | None = None


@dataclass(frozen=True, eq=False)
class SamplerUpdate:
    """What one sampler has shown so far at one (model, temperature).

    Attributes:
        sampler: which one.
        samples: recorded samples, of all its chains together.
        acceptance: share of accepted proposals, 0..1; None where nothing is proposed.
        tau_energy: integrated autocorrelation time of the energy in steps of the chain, (value,
            error); 0.5 for independent samples, None until it can be told.
        tau_magnetization: the same of abs(m).
        effective_per_second: independent samples per second of work, None likewise.
        estimates: key of an :class:`ObservableRow` -> (value, error by the Gamma method).
        note: a plain sentence on what makes the numbers doubtful, or "".
    """

    model: str
    temperature: float
    sampler: SamplerName
    samples: int
    acceptance: float | None
    tau_energy: tuple[float, float] | None
    tau_magnetization: tuple[float, float] | None
    effective_per_second: float | None
    estimates: dict[str, tuple[float, float]]
    note: str = ""


def weight_excess(samples: SampleSet, update: ObservablesUpdate) -> tuple[float, float] | None:
    """Return ln w of the encoded sample beyond its mean over the network's, in nats and in σ.

    The gap is (ln Z - <ln w>) / N, and its error the spread of ln w / N over the root of the
    number of draws. None while one of them is not known at the samples' model and temperature.
    """
    same = (update.model, update.temperature) == (samples.model, samples.temperature)
    if samples.source_log_weight is None or update.gap is None or not same:
        return None
    n_sites = samples.size**2
    excess = samples.source_log_weight + n_sites * update.gap[0]
    spread = n_sites * update.gap[1] * math.sqrt(update.draws)
    return excess, excess / spread


@dataclass(frozen=True)
class ModelReady:
    """A model was loaded. ``gap_at_tc`` is per site in nats, None if its card has no such entry."""

    model: str
    size: int
    temperature_range: tuple[float, float]
    gap_at_tc: float | None
    card_json: str


@dataclass(frozen=True)
class WorkerReady:
    """The worker has loaded its libraries. ``device`` is a word for the status bar ("CPU")."""

    device: str
    threads: int


@dataclass(frozen=True)
class WorkerFailure:
    """Something went wrong, in one plain sentence.

    ``fatal`` means that the worker process is gone and must be restarted. ``request_id`` names
    the request that failed, if it was one.
    """

    message: str
    fatal: bool
    request_id: int | None = None


Message = SampleSet | ObservablesUpdate | SamplerUpdate | ModelReady | WorkerReady | WorkerFailure
