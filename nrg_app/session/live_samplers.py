"""Every sampler measured live: acceptance, memory and independent samples per second.

The chains grow in short slices while the worker has nothing else to do. A step of the exact
correction is a partial refresh, which keeps a random number of coarse scales (none of them in a
step of independence Metropolis); a step of latent HMC is a trajectory, of Wolff's algorithm the
number of clusters that flips about N sites, of Metropolis a sweep.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from nrg_app.session.live import pair
from nrg_app.session.messages import SamplerName, SamplerUpdate
from nrg_app.session.sampling import FALLBACK_SIZE

if TYPE_CHECKING:
    import torch

    from nrg_app.analysis.chain_series import Chains
    from nrg_app.session.live import LiveObservables
    from nrg_app.session.sampling import LoadedModel

Series = NDArray[np.float64]

MAX_SAMPLES = 32_768
ENOUGH_STEPS = 64
"""Below this length of its chains nothing is said of a sampler."""
_SLICE = 0.02  # seconds
_CHAINS = {"corrected": 16, "hmc": 2}
_ADAPTING = 24  # trajectories of latent HMC before the first recorded one
_BURN_IN = 16  # steps of the correction before the first recorded one
_KEYS = ("energy", "specific_heat", "abs_magnetization", "susceptibility", "binder")


class Step(NamedTuple):
    """What some steps of a sampler's chains left: (chains, steps) each, and acceptances."""

    energies: Series
    magnetizations: Series
    accepted: int | None


class Stepper(Protocol):
    """A sampler that can go on for some steps."""

    def advance(self, count: int) -> Step:
        """Make ``count`` steps of every chain."""
        ...


class LiveSampler:
    """One sampler at one temperature.

    Args:
        name: which sampler, any but "flow".
        loaded: the model; None for Monte Carlo on a lattice of side ``FALLBACK_SIZE``.
        temperature: T in J/k_B.
    """

    def __init__(self, name: SamplerName, loaded: LoadedModel | None, temperature: float) -> None:
        self.name = name
        self._loaded, self._temperature = loaded, temperature
        self._size = FALLBACK_SIZE if loaded is None else loaded.model.size
        self._stepper: Stepper | None = None
        self._steps: list[Step] = []
        self._count = 1
        self.seconds = 0.0
        self.samples = 0

    @property
    def finished(self) -> bool:
        """Whether there are enough samples."""
        return self.samples >= MAX_SAMPLES

    def extend(self) -> None:
        """Work for one slice; the first call prepares the chains."""
        if self._stepper is None:
            self._stepper = _make(self.name, self._loaded, self._temperature)
        start = time.perf_counter()
        step = self._stepper.advance(self._count)
        elapsed = time.perf_counter() - start
        self._steps.append(step)
        self.samples += step.energies.size
        self.seconds += elapsed
        self._count = max(1, round(self._count * min(2.0, _SLICE / max(elapsed, 1e-6))))

    def update(self) -> SamplerUpdate:
        """Return what is known so far."""
        from nrg_app.analysis.chain_series import ChainSeries, summarize_chains

        steps = self._merged()
        summary = None
        if steps is not None and steps.energies.shape[1] >= ENOUGH_STEPS:
            series = ChainSeries(
                self._size, self._temperature, steps.energies, steps.magnetizations
            )
            summary = summarize_chains(series)
        accepted = None if steps is None else steps.accepted
        return SamplerUpdate(
            model="" if self._loaded is None else self._loaded.name,
            temperature=self._temperature,
            sampler=self.name,
            samples=self.samples,
            acceptance=None if accepted is None else accepted / self.samples,
            tau_energy=None if summary is None else pair(summary.tau["energy"]),
            tau_magnetization=None if summary is None else pair(summary.tau["abs_magnetization"]),
            effective_per_second=(
                None
                if summary is None or not np.isfinite(summary.efficiency)
                else self._share() * summary.efficiency * self.samples / self.seconds
            ),
            estimates=(
                {} if summary is None else {key: pair(summary.estimates[key]) for key in _KEYS}
            ),
            note="" if summary is None else " ".join(summary.warnings),
        )

    def _share(self) -> float:
        """Return the share of the samples that count after correcting their weights, 0..1."""
        return 1.0

    def _merged(self) -> Step | None:
        if not self._steps:
            return None
        energies = np.concatenate([step.energies for step in self._steps], axis=1)
        magnetizations = np.concatenate([step.magnetizations for step in self._steps], axis=1)
        parts = [step.accepted for step in self._steps]
        accepted = sum(part for part in parts if part is not None)
        merged = Step(energies, magnetizations, None if parts[0] is None else accepted)
        self._steps = [merged]
        return merged


class LiveFlow(LiveSampler):
    """Independent samples of the flow itself, as a chain without memory.

    Args:
        loaded: the model.
        observables: draw the samples.
    """

    def __init__(self, loaded: LoadedModel, observables: LiveObservables) -> None:
        super().__init__("flow", loaded, observables.temperature)
        self._observables = observables
        self._log_weights = np.zeros(1)

    @property
    def finished(self) -> bool:
        """Whether there is nothing to be drawn here."""
        return True

    def update(self) -> SamplerUpdate:
        """Return what is known so far."""
        self.samples, self.seconds = self._observables.drawn
        if self.samples:
            draws = self._observables.draws()
            self._log_weights = draws.log_weights
            self._steps = [Step(draws.energies[None], draws.magnetizations[None], None)]
        return super().update()

    def _share(self) -> float:
        from nrg_app.physics.observables import effective_sample_size

        return effective_sample_size(self._log_weights)


def _make(name: SamplerName, loaded: LoadedModel | None, temperature: float) -> Stepper:
    if name in ("wolff", "metropolis"):
        return _MonteCarlo(
            name, FALLBACK_SIZE if loaded is None else loaded.model.size, temperature
        )
    if loaded is None:
        raise ValueError(f"the sampler {name} needs a model")
    return _FlowChains(name, loaded, temperature)


class _MonteCarlo:
    """One chain of Wolff's algorithm or of Metropolis, from a configuration in equilibrium."""

    def __init__(self, name: SamplerName, size: int, temperature: float) -> None:
        from nrg_app.physics.monte_carlo import metropolis, wolff

        self._function = wolff if name == "wolff" else metropolis
        self._size, self._temperature = size, temperature
        self._last = wolff(size, temperature, 1, seed=0)[0]
        self._seed = 0

    def advance(self, count: int) -> Step:
        from nrg_app.physics.observables import energies, magnetizations

        self._seed += 1
        spins = self._function(
            self._size, self._temperature, count, seed=self._seed,
            n_thermal=0, steps_between=1, start=self._last,
        )  # fmt: skip
        self._last = spins[-1]
        return Step(energies(spins)[None], magnetizations(spins)[None], None)


class _FlowChains:
    """Parallel chains that correct the flow exactly."""

    def __init__(self, name: SamplerName, loaded: LoadedModel, temperature: float) -> None:
        import torch

        from nrg_app.analysis.latent_density import LatentDensity

        self._model, self._temperature = loaded.model, temperature
        self._generator = torch.Generator().manual_seed(2)
        density = LatentDensity(loaded.model, temperature)
        latents = density.normal(_CHAINS[name], self._generator)
        self._chains = flow_chains(name, loaded, temperature, latents, self._generator)
        for _ in range(_ADAPTING if name == "hmc" else _BURN_IN):
            self._chains.advance()

    def advance(self, count: int) -> Step:
        from nrg_app.analysis.chain_series import record_chains

        series, accepted = record_chains(
            self._chains, self._model, self._temperature, count, 0, self._generator
        )
        return Step(series.energies, series.magnetizations, accepted)


def flow_chains(
    name: SamplerName,
    loaded: LoadedModel,
    temperature: float,
    latents: torch.Tensor,
    generator: torch.Generator,
) -> Chains:
    """Return chains of the samplers "corrected" or "hmc" that start from latents ``(n, L^2)``."""
    from nrg_app.analysis.latent_density import LatentDensity
    from nrg_app.analysis.latent_hmc import HmcChains
    from nrg_app.analysis.refresh import RefreshChains

    if name == "corrected":
        return RefreshChains(loaded.model, temperature, latents, generator)
    density = LatentDensity(loaded.model, temperature)
    return HmcChains(density, latents, generator, adapting=_ADAPTING)
