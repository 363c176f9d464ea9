"""What the training worker measures beside training: pictures and gaps of the averaged flow.

The work is cut into short slices and takes a fixed share of the time, so that the training goes
on and commands are heard. torch is imported inside the functions, as in the sampler.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from nrg_app.physics.exact import CRITICAL_TEMPERATURE
from nrg_app.session.live import magnetization_edges
from nrg_app.session.messages import SampleRequest
from nrg_app.session.training_messages import (
    AbsMagnetization,
    Diagnostic,
    FixedNoise,
    GapsByScale,
    GapsByTemperature,
)

if TYPE_CHECKING:
    from nrg_app.flows.card import GapRecord
    from nrg_app.flows.neural_rg import NeuralRG
    from nrg_app.training.trainer import Trainer

SHARE = 0.2  # of the training time
SHOWN = 12
TEMPERATURES = (1.6, 1.8, 2.0, 2.2, CRITICAL_TEMPERATURE, 2.35, 2.6, 3.0, 3.4)
_NOISE_SEED = 1
_SAMPLES_EVERY, _CYCLE_EVERY = 1.0, 10.0  # seconds
_LONGEST = 5.0  # seconds charged for a slice: the first ones may wait for a compiler
_BATCH = 64
_MAGNETIZATIONS, _PER_TEMPERATURE = 512, 64
_WOLFF_BATCH, _WOLFF_DRAWS = 256, 4096
_OUTER, _INNER = 32, 16
_CARD_TEMPERATURES = (1.6, 2.0, CRITICAL_TEMPERATURE, 2.6, 3.2)
_CARD_DRAWS = 512


class Diagnostics:
    """Measures a trainer's averaged flow whenever its share of the time allows it."""

    def __init__(self) -> None:
        import torch

        self._generator = torch.Generator().manual_seed(0)
        self._wolff = _WolffReference()
        self._work: Iterator[Diagnostic | None] = iter(())
        self._spent = 0.0
        self._first_seconds: float | None = None
        self._next_samples = self._next_cycle = 0.0

    def slice(self, trainer: Trainer) -> Diagnostic | None:
        """Do one short piece of work, if any is due, and return what came of it."""
        trained = trainer.counters.seconds
        if self._first_seconds is None:
            self._first_seconds = trained
        if self._spent > SHARE * (trained - self._first_seconds):
            return None
        start = time.perf_counter()
        result = self._piece(trainer, start)
        self._spent += min(time.perf_counter() - start, _LONGEST)
        return result

    def _piece(self, trainer: Trainer, now: float) -> Diagnostic | None:
        steps = trainer.counters.steps
        if now >= self._next_samples:
            self._next_samples = now + _SAMPLES_EVERY
            return FixedNoise(steps, fixed_noise_spins(trainer.model()))
        try:
            return next(self._work)
        except StopIteration:
            if now >= self._next_cycle:
                self._next_cycle = now + _CYCLE_EVERY
                self._work = self._cycle(trainer.model(), steps)
            return None

    def _cycle(self, model: NeuralRG, steps: int) -> Iterator[Diagnostic | None]:
        yield from self._magnetization(model, steps)
        yield from self._temperatures(model, steps)
        yield from self._scales(model, steps)

    def _magnetization(self, model: NeuralRG, steps: int) -> Iterator[Diagnostic | None]:
        from nrg_app.analysis.importance import draw

        edges = abs_magnetization_edges(model.size)
        values = []
        for _ in range(_MAGNETIZATIONS // _BATCH):
            draws = draw(model, CRITICAL_TEMPERATURE, _BATCH, self._generator)
            values.append(np.abs(draws.magnetizations))
            yield None
        for _ in range(_WOLFF_DRAWS // _WOLFF_BATCH):
            if self._wolff.extend(model.size):
                yield None
        yield AbsMagnetization(
            steps=steps,
            draws=_MAGNETIZATIONS,
            edges=edges,
            network=np.histogram(np.concatenate(values), edges, density=True)[0],
            wolff=self._wolff.density(edges),
        )

    def _temperatures(self, model: NeuralRG, steps: int) -> Iterator[Diagnostic | None]:
        from nrg_app.analysis.importance import draw, mean

        low, high = model.card.temperature_range
        chosen = [t for t in TEMPERATURES if low <= t <= high] or [0.5 * (low + high)]
        estimates = []
        for temperature in chosen:
            draws = draw(model, temperature, _PER_TEMPERATURE, self._generator)
            estimates.append(
                mean((model.log_partition_target(temperature) - draws.log_weights) / model.size**2)
            )
            yield None
        yield GapsByTemperature(
            steps=steps,
            temperatures=np.array(chosen),
            gaps=np.array([estimate.value for estimate in estimates]),
            errors=np.array([estimate.error for estimate in estimates]),
        )

    def _scales(self, model: NeuralRG, steps: int) -> Iterator[Diagnostic | None]:
        from nrg_app.analysis.scale_gaps import running_scale_gaps

        running = running_scale_gaps(
            model, CRITICAL_TEMPERATURE, outer=_OUTER, inner=_INNER, generator=self._generator
        )
        for result in running:
            shares = {scale: (gap.value, gap.error) for scale, gap in result.shares.items()}
            yield GapsByScale(steps, shares)


def fixed_noise_spins(model: NeuralRG) -> NDArray[np.int8]:
    """Return spins (12, L, L) at Tc from the same latents for every model.

    A larger lattice shares its coarse latents with a smaller one, so that the pictures survive
    the growth of the lattice.
    """
    from nrg_app.session.sampling import LoadedModel, sample

    request = SampleRequest(0, "", CRITICAL_TEMPERATURE, _NOISE_SEED, count=SHOWN)
    return sample(request, LoadedModel("", model)).spins


def card_gaps(model: NeuralRG) -> list[GapRecord]:
    """Return the measured quality of a model for its card."""
    import torch

    from nrg_app.analysis.importance import evaluate
    from nrg_app.flows.card import GapRecord

    generator = torch.Generator().manual_seed(1)
    records = []
    low, high = model.card.temperature_range
    for temperature in (t for t in _CARD_TEMPERATURES if low <= t <= high):
        found = evaluate(model, temperature, _CARD_DRAWS, _BATCH, generator)
        records.append(
            GapRecord(
                temperature=temperature,
                gap=found.gap.value,
                error=found.gap.error,
                ess=found.ess,
                largest_weight_share=found.largest_weight_share,
                draws=_CARD_DRAWS,
            )
        )
    return records


def abs_magnetization_edges(size: int) -> NDArray[np.float64]:
    """Return bin edges (b + 1,) for |m|: the halves of the bins for m, which are symmetric."""
    edges = magnetization_edges(size)
    return np.concatenate([[0.0], edges[edges > 0.0]])


class _WolffReference:
    """|m| at Tc from Wolff's algorithm, grown in batches, anew for each lattice."""

    def __init__(self) -> None:
        self._size = 0
        self._parts: list[NDArray[np.float64]] = []
        self._last: NDArray[np.int8] | None = None
        self._ready = threading.Event()
        threading.Thread(target=self._compile, daemon=True).start()

    def extend(self, size: int) -> bool:
        """Draw a batch if some are missing and the algorithm is compiled; say whether it did."""
        from nrg_app.physics.monte_carlo import wolff
        from nrg_app.physics.observables import magnetizations

        if size != self._size:
            self._size, self._parts, self._last = size, [], None
        count = sum(len(part) for part in self._parts)
        if count >= _WOLFF_DRAWS or not self._ready.is_set():
            return False
        thermal = 50 if self._last is None else 2
        spins = wolff(
            size,
            CRITICAL_TEMPERATURE,
            _WOLFF_BATCH,
            seed=count,
            n_thermal=thermal,
            start=self._last,
        )
        self._last = spins[-1]
        self._parts.append(np.abs(magnetizations(spins)))
        return True

    def density(self, edges: NDArray[np.float64]) -> NDArray[np.float64] | None:
        """Return the distribution over bins, None before the first batch."""
        if not self._parts:
            return None
        return np.asarray(np.histogram(np.concatenate(self._parts), edges, density=True)[0])

    def _compile(self) -> None:
        from nrg_app.physics.monte_carlo import wolff

        wolff(2, 2.0, 1, seed=0)
        self._ready.set()
