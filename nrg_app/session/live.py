"""Observables that grow in short slices while the worker has nothing else to do."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from nrg_app.session.messages import (
    Correlation,
    Histogram,
    ObservableRow,
    ObservablesUpdate,
    ReferenceKind,
)
from nrg_app.session.sampling import FALLBACK_SIZE

if TYPE_CHECKING:
    from nrg_app.analysis.importance import Draws
    from nrg_app.physics.observables import Estimate
    from nrg_app.session.sampling import LoadedModel

Series = NDArray[np.float64]

MAX_DRAWS = 16_384
ENOUGH_DRAWS = 32
"""Below this number an error bar says little, and nothing is shown."""
# Most of a short slice is overhead, a long one keeps the next request waiting.
_SLICE = 0.02  # seconds
_SMALLEST_BATCH = 8
_BLOCKS = 20

# Key, name, symbol and unit; per site.
_ROWS = (
    ("free_energy", "Free energy", "f", "J"),
    ("energy", "Energy", "e", "J"),
    ("specific_heat", "Specific heat", "c", "k_B"),
    ("abs_magnetization", "Magnetization", "⟨|m|⟩", ""),
    ("susceptibility", "Susceptibility", "χ", ""),
    ("binder", "Binder cumulant", "U₄", ""),
)


class LiveObservables:
    """Samples of the network and of Wolff's algorithm at one temperature, and what they say.

    Args:
        loaded: the model, None for Monte Carlo alone on a lattice of side ``FALLBACK_SIZE``.
        temperature: T in J/k_B.
    """

    def __init__(self, loaded: LoadedModel | None, temperature: float) -> None:
        import torch

        self.temperature = temperature
        self._loaded = loaded
        self._size = FALLBACK_SIZE if loaded is None else loaded.model.size
        self._generator = torch.Generator().manual_seed(0)
        self._network = _Growth()
        self._wolff = _Growth()
        self._draws: list[Draws] = []
        self._chain: list[tuple[Series, Series, Series]] = []
        self._last_spins: NDArray[np.int8] | None = None
        self._references = _WolffReferences()
        self._referenced = 0
        self._edges = magnetization_edges(self._size)
        self._exact = _exact_references(self._size, temperature)
        self._stopped = False

    @property
    def finished(self) -> bool:
        """Whether there are enough samples of both kinds, or it was stopped."""
        return self._stopped or (
            self._wolff.finished and (self._loaded is None or self._network.finished)
        )

    @property
    def seconds(self) -> float:
        """Time spent on sampling."""
        return self._network.seconds + self._wolff.seconds

    @property
    def drawn(self) -> tuple[int, float]:
        """Number of the network's samples, and the seconds that they took."""
        return self._network.count, self._network.seconds

    def stop(self) -> None:
        """Give up; what was measured stays."""
        self._stopped = True

    def extend(self, *, with_wolff: bool) -> None:
        """Work for one slice, on the kind of sample that has had less time.

        Args:
            with_wolff: whether Wolff's algorithm is compiled; calling it earlier would block.
        """
        network = self._loaded is not None and not self._network.finished
        wolff = with_wolff and not self._wolff.finished
        if network and (not wolff or self._network.seconds <= self._wolff.seconds):
            self._network.grow(self._draw)
        elif wolff:
            self._wolff.grow(self._continue_chain)
        else:
            time.sleep(_SLICE)

    def measure(self, count: int) -> ObservablesUpdate:
        """Draw ``count`` samples of both kinds at once, the same ones every time."""
        if self._loaded is not None:
            self._draw(count)
            self._network.count += count
        self._continue_chain(count)
        self._wolff.count += count
        return self.update()

    def _draw(self, count: int) -> None:
        from nrg_app.analysis.importance import draw

        assert self._loaded is not None
        self._draws.append(draw(self._loaded.model, self.temperature, count, self._generator))

    def _continue_chain(self, count: int) -> None:
        from nrg_app.physics.monte_carlo import wolff
        from nrg_app.physics.observables import correlations, energies, magnetizations

        seed = self._wolff.count
        if self._last_spins is None:
            spins = wolff(self._size, self.temperature, count, seed=seed)
        else:
            spins = wolff(
                self._size, self.temperature, count, seed=seed,
                n_thermal=2, start=self._last_spins,
            )  # fmt: skip
        self._last_spins = spins[-1]
        self._chain.append((energies(spins), magnetizations(spins), correlations(spins)))

    def draws(self) -> Draws:
        """Return all samples of the network, of which there must be some."""
        from nrg_app.analysis.importance import join

        self._draws = [join(self._draws)]
        return self._draws[0]

    def update(self) -> ObservablesUpdate:
        """Return what is known so far; what rests on too few samples is left out."""
        evaluation = raw = reweighted = None
        density = np.zeros(len(self._edges) - 1)
        if self._loaded is not None and self._network.count >= ENOUGH_DRAWS:
            from nrg_app.analysis.importance import summarize
            from nrg_app.physics.observables import mean_correlations

            draws = self.draws()
            evaluation = summarize(self._loaded.model, self.temperature, draws)
            density = _density(draws.magnetizations, self._edges)
            raw = mean_correlations(draws.correlations)
            reweighted = mean_correlations(draws.correlations, draws.log_weights)
        wolff = self._wolff_references()
        return ObservablesUpdate(
            model="" if self._loaded is None else self._loaded.name,
            temperature=self.temperature,
            draws=self._network.count,
            wolff_draws=self._wolff.count,
            rows=tuple(
                _row(
                    row,
                    None if evaluation is None else evaluation.raw,
                    None if evaluation is None else evaluation.reweighted,
                    self._exact,
                    wolff.estimates,
                )
                for row in _ROWS
            ),
            ess=None if evaluation is None else evaluation.ess,
            largest_weight_share=None if evaluation is None else evaluation.largest_weight_share,
            gap=None if evaluation is None else pair(evaluation.gap),
            histogram=Histogram(self._edges, density, wolff.density),
            correlation=Correlation(
                np.arange(self._size // 2 + 1), raw, reweighted, wolff.correlations
            ),
        )

    def _wolff_references(self) -> _WolffReferences:
        from nrg_app.analysis.chains import block_jackknife, block_means
        from nrg_app.physics.observables import measure_series

        count = self._wolff.count
        if count == self._referenced or count < _BLOCKS * ENOUGH_DRAWS:
            return self._references
        energy, magnetization, correlation = (
            np.concatenate(parts) for parts in zip(*self._chain, strict=True)
        )
        self._chain = [(energy, magnetization, correlation)]
        estimator = partial(measure_series, self._size, self.temperature)
        estimates = block_jackknife(estimator, energy, magnetization, blocks=_BLOCKS)
        self._references = _WolffReferences(
            estimates,
            _density(magnetization, self._edges),
            block_means(correlation, _BLOCKS),
        )
        self._referenced = count
        return self._references


class _WolffReferences(NamedTuple):
    """What Wolff's chain says so far; empty until it is long enough."""

    estimates: Mapping[str, Estimate] = MappingProxyType({})
    density: Series | None = None
    correlations: tuple[Series, Series] | None = None


class _Growth:
    """Counts samples and the time they took, and finds how many fit into a slice."""

    def __init__(self) -> None:
        self.count = 0
        self.seconds = 0.0
        self._batch = _SMALLEST_BATCH

    @property
    def finished(self) -> bool:
        return self.count >= MAX_DRAWS

    def grow(self, work: Callable[[int], None]) -> None:
        count = min(self._batch, MAX_DRAWS - self.count)
        start = time.perf_counter()
        work(count)
        elapsed = time.perf_counter() - start
        self.count += count
        self.seconds += elapsed
        pace = min(2.0, max(0.5, _SLICE / max(elapsed, 1e-6)))
        self._batch = max(_SMALLEST_BATCH, round(self._batch * pace))


def magnetization_edges(size: int) -> Series:
    """Return bin edges (b + 1,) for the magnetization per site, symmetric about 0.

    The magnetization takes the values -1, -1 + 2/N, ..., 1. Every bin holds the same odd number
    of them (but the two outermost), and no edge falls on one, so that the bins are comparable.
    """
    n_sites = size**2
    per_bin = 2 * (n_sites // 80) + 1
    reach = -(-(n_sites // 2 - per_bin // 2) // per_bin)
    edges = (np.arange(-reach, reach + 2) - 0.5) * per_bin * 2.0 / n_sites
    limit = 1.0 + 1.0 / n_sites
    return np.asarray(np.clip(edges, -limit, limit))


def _density(magnetization: Series, edges: Series) -> Series:
    density: Series = np.histogram(magnetization, edges, density=True)[0]
    return density


def _exact_references(size: int, temperature: float) -> dict[str, float]:
    from nrg_app.physics import exact

    log_z = float(exact.kaufman_log_partition(size, temperature))
    return {
        "free_energy": -temperature * log_z / size**2,
        "energy": float(exact.kaufman_energy(size, temperature)),
        "specific_heat": float(exact.kaufman_specific_heat(size, temperature)),
    }


def _row(
    row: tuple[str, str, str, str],
    raw: Mapping[str, Estimate] | None,
    reweighted: Mapping[str, Estimate] | None,
    exact: Mapping[str, float],
    wolff: Mapping[str, Estimate],
) -> ObservableRow:
    key, name, symbol, unit = row
    reference: float | None = None
    error: float | None = None
    kind: ReferenceKind = "none"
    if key in exact:
        reference, kind = exact[key], "exact"
    elif key in wolff:
        (reference, error), kind = pair(wolff[key]), "wolff"
    return ObservableRow(
        key=key,
        name=name,
        symbol=symbol,
        unit=unit,
        network=None if raw is None else pair(raw[key]),
        reference=reference,
        reference_error=error,
        reference_kind=kind,
        reweighted=None if reweighted is None else pair(reweighted[key]),
    )


def pair(estimate: Estimate) -> tuple[float, float]:
    """Return an estimate as the messages carry it: value and standard error."""
    return estimate.value, estimate.error
