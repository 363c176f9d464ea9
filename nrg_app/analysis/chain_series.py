"""What is kept of Markov chains, and the estimates that follow with their honest errors."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from nrg_app.analysis.autocorrelation import MIN_STEPS, Autocorrelation, autocorrelation
from nrg_app.analysis.latent_density import LatentState
from nrg_app.errors import NRGError
from nrg_app.flows.neural_rg import NeuralRG
from nrg_app.physics.lattice import validate_temperature
from nrg_app.physics.observables import Estimate, energies, magnetizations, measure_series

FloatArray = NDArray[np.float64]

SMALLEST_EFFICIENCY = 0.01
"""Below this effective share of samples their errors can no longer be trusted."""


@dataclass(frozen=True, eq=False)
class ChainSeries:
    """Parallel chains after their burn-in; arrays (chains, steps), float64.

    Attributes:
        size: lattice side L.
        temperature: T in J/k_B.
        energies: total energy of the spins drawn from the field of each step, in J.
        magnetizations: magnetization per site of the same spins.
    """

    size: int
    temperature: float
    energies: FloatArray
    magnetizations: FloatArray


@dataclass(frozen=True)
class ChainSummary:
    """Estimates from chains.

    Attributes:
        estimates: "energy", "specific_heat", "abs_magnetization", "magnetization_squared",
            "susceptibility", "binder" as in :func:`nrg_app.physics.observables.measure`, with
            errors by the Gamma method.
        tau: integrated autocorrelation times of "energy" and "abs_magnetization", in steps.
        efficiency: smallest 1 / (2 tau), the share of independent samples among all steps.
        warnings: plain sentences on what makes the estimates doubtful.
    """

    estimates: Mapping[str, Estimate]
    tau: Mapping[str, Estimate]
    efficiency: float
    warnings: tuple[str, ...]


class Recorder:
    """Collects the series of chains, step by step.

    Args:
        model: the flow whose fields are recorded.
        temperature: T in J/k_B.
        generator: source of the spins.
    """

    def __init__(self, model: NeuralRG, temperature: float, generator: torch.Generator) -> None:
        self._target = model.target
        self._temperature = validate_temperature(temperature)
        self._generator = generator
        self._energies: list[FloatArray] = []
        self._magnetizations: list[FloatArray] = []

    def record(self, fields: Tensor) -> None:
        """Draw spins from the fields (chains, L, L) of one step and keep what they say."""
        uniform = torch.rand(fields.shape, generator=self._generator)
        spins = self._target.spins_from_field(fields, uniform).numpy()
        self._energies.append(energies(spins))
        self._magnetizations.append(magnetizations(spins))

    def series(self) -> ChainSeries:
        """Everything recorded so far, at least one step."""
        return ChainSeries(
            self._target.size,
            self._temperature,
            np.stack(self._energies, axis=1),
            np.stack(self._magnetizations, axis=1),
        )


class Chains(Protocol):
    """Parallel Markov chains on the latents of a flow."""

    @property
    def state(self) -> LatentState:
        """Where the chains stand."""
        ...

    def advance(self) -> int:
        """Make one step of every chain; the number of accepted proposals."""
        ...


def record_chains(
    chains: Chains,
    model: NeuralRG,
    temperature: float,
    steps: int,
    burn_in: int,
    generator: torch.Generator,
) -> tuple[ChainSeries, int]:
    """Run chains and keep their series.

    Args:
        chains: the chains.
        model: the flow whose latents they move.
        temperature: T in J/k_B.
        steps: recorded steps.
        burn_in: steps before them.
        generator: source of the spins.

    Returns:
        The series and the number of accepted proposals, both after the burn-in.
    """
    for _ in range(burn_in):
        chains.advance()
    recorder = Recorder(model, temperature, generator)
    accepted = 0
    for _ in range(steps):
        accepted += chains.advance()
        recorder.record(chains.state.fields)
    return recorder.series(), accepted


def validate_lengths(chains: int, steps: int, burn_in: int) -> None:
    """Check the extent of a run.

    Raises:
        NRGError: if there is no chain, or too few steps for an autocorrelation time.
    """
    if chains < 1 or steps < MIN_STEPS or burn_in < 0:
        raise NRGError(
            f"A run needs at least 1 chain, {MIN_STEPS} steps and 0 burn-in steps, but "
            f"{chains}, {steps} and {burn_in} were given."
        )


def summarize_chains(series: ChainSeries) -> ChainSummary:
    """Estimate everything from chains, with errors by the Gamma method.

    An estimate that is a function of means, ``F(<a>, <b>, ...)``, fluctuates as the scalar
    ``dF/da a + dF/db b + ...`` does: Wolff, hep-lat/0306017, section 3.

    Raises:
        NRGError: if the chains have fewer than 8 steps.
    """
    values = measure_series(
        series.size, series.temperature, series.energies.ravel(), series.magnetizations.ravel()
    )
    memory = {key: autocorrelation(psi) for key, psi in _influences(series).items()}
    tau = {key: memory[key].tau for key in ("energy", "abs_magnetization")}
    efficiency = float(np.min([0.5 / t.value for t in tau.values()]))
    return ChainSummary(
        estimates={key: Estimate(values[key].value, memory[key].error) for key in memory},
        tau=tau,
        efficiency=efficiency,
        warnings=_warnings(memory, efficiency),
    )


def efficiency_warning(share: float, what: str) -> tuple[str, ...]:
    """A sentence if less than 1 % of ``what`` ("steps of the chain" ...) counts."""
    if share >= SMALLEST_EFFICIENCY:
        return ()
    return (
        f"Only {share:.2%} of the {what} count as independent samples, so the errors may be far "
        "too small; train the model longer or use Wolff's clusters instead.",
    )


def _warnings(memory: Mapping[str, Autocorrelation], efficiency: float) -> tuple[str, ...]:
    shown = [memory["energy"], memory["abs_magnetization"]]
    if any(np.isnan(m.tau.value) for m in shown):
        return ("The spins never changed, so that no error can be given; run longer chains.",)
    short = (
        ()
        if all(m.closed for m in shown)
        else (
            "The chains are shorter than their memory, so the errors are too small; take more "
            "steps.",
        )
    )
    return (*short, *efficiency_warning(efficiency, "steps of the chain"))


def _influences(series: ChainSeries) -> dict[str, FloatArray]:
    """The scalar with whose mean each estimate fluctuates, (chains, steps)."""
    n_sites, energy = series.size**2, series.energies
    squared = series.magnetizations**2
    second, fourth = squared.mean(), (squared**2).mean()
    curvature = squared**2 / second**2 - 2.0 * fourth * squared / second**3
    return {
        "energy": energy / n_sites,
        "specific_heat": (energy - energy.mean()) ** 2 / (n_sites * series.temperature**2),
        "abs_magnetization": np.abs(series.magnetizations),
        "magnetization_squared": squared,
        "susceptibility": n_sites * squared,
        "binder": -curvature / 3.0,
    }
