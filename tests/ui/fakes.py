"""Stand-ins for the sampler, so that the window can be tested without torch."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np

from nrg_app.session.messages import (
    Correlation,
    Histogram,
    Message,
    ObservableRow,
    ObservablesUpdate,
    SampleRequest,
    SampleSet,
    WorkerReady,
)
from nrg_app.session.training_messages import (
    TrainingCommand,
    TrainingMessage,
    TrainingPoint,
    TrainingState,
    TrainingStatus,
)


def make_card(size: int = 8) -> dict:
    """Return the card of a model that was never trained."""
    gaps = [
        {
            "temperature": 2.269185,
            "gap": 0.00031,
            "error": 2e-5,
            "ess": 0.96,
            "largest_weight_share": 0.001,
            "draws": 4096,
        }
    ]
    return {
        "name": f"Ising {size} × {size} · pretrained",
        "temperature_range": [1.5, 3.5],
        "architecture": {"size": size, "width": 32},
        "training": {"steps": 1000, "seed": 1},
        "gaps": gaps,
        "program_version": "0.1.0",
    }


def write_model_head(path: Path, size: int = 8) -> Path:
    """Write a file that has the head of a model and no weights."""
    header = json.dumps({"__metadata__": {"card": json.dumps(make_card(size))}}).encode()
    path.write_bytes(len(header).to_bytes(8, "little") + header)
    return path


def make_samples(request: SampleRequest, size: int = 8) -> SampleSet:
    """Return smooth random fields that depend on T and seed as real samples would."""
    rng = np.random.default_rng(request.seed)
    shape = (request.count, size, size)
    noise = np.fft.rfft2(rng.normal(size=shape))
    ky, kx = np.fft.fftfreq(size)[:, None], np.fft.rfftfreq(size)[None, :]
    stiffness = 0.004 * request.temperature**4 + kx**2 + ky**2
    fields = np.fft.irfft2(noise / stiffness, s=shape[1:])
    fields = (2.5 * fields / fields.std()).astype(np.float32)
    scales = [2**k for k in range(size.bit_length())]
    coarse, latents = {}, {}
    for scale in scales:
        step = size // scale
        coarse[scale] = np.ascontiguousarray(fields[:, ::step, ::step])
        latents[scale] = rng.normal(size=(request.count, scale, scale)).astype(np.float32)
        if scale > 1:
            latents[scale][:, ::2, ::2] = np.nan
    return SampleSet(
        request_id=request.request_id,
        model=request.model,
        temperature=request.temperature,
        seed=request.seed,
        sampler=request.sampler,
        spins=np.where(fields > 0, 1, -1).astype(np.int8),
        fields=fields,
        coarse_fields=coarse,
        latents=latents if request.model else {},
        seconds=0.01,
        redraws=request.redraws,
    )


def make_observables(request: SampleRequest) -> ObservablesUpdate:
    """Return plausible numbers; they were not computed."""
    rows = (
        ("log_partition", "Free energy", "f", -2.1051, 2e-4, -2.1110, None, "exact"),
        ("energy", "Energy", "e", -1.427, 3e-3, -1.4340, None, "exact"),
        ("specific_heat", "Specific heat", "c", 1.81, 0.04, 1.8460, None, "exact"),
        ("abs_magnetization", "Magnetization", "⟨|m|⟩", 0.652, 0.006, 0.6486, 0.004, "wolff"),
        ("susceptibility", "Susceptibility", "χ", 14.7, 0.4, 14.57, 0.3, "wolff"),
        ("binder", "Binder", "U4", 0.606, 0.004, 0.6077, 0.003, "wolff"),
    )
    edges = np.linspace(-1, 1, 42)
    center = (edges[1:] + edges[:-1]) / 2
    density = np.exp(-((abs(center) - 0.75) ** 2) / 0.02) + 0.06
    density /= density.sum() * (edges[1] - edges[0])
    return ObservablesUpdate(
        model=request.model,
        temperature=request.temperature,
        draws=16384,
        wolff_draws=4096,
        rows=tuple(
            ObservableRow(key, name, symbol, "", (value, error), reference, spread, kind)
            for key, name, symbol, value, error, reference, spread, kind in rows
        ),
        ess=0.24,
        largest_weight_share=0.01,
        gap=(0.00031, 0.00002),
        histogram=Histogram(edges, density, density),
        correlation=make_correlation(),
    )


def make_correlation(reweighted: bool = False) -> Correlation:
    """Return a plausible correlation function of a lattice of side 32."""
    distances = np.arange(17)
    wolff = 0.7 * np.maximum(distances, 0.25) ** -0.25 + 0.06 * (distances / 16) ** 2
    errors = 0.002 + 0.01 * distances / 16
    wolff[0] = 1.0
    errors[0] = 0.0
    network = wolff + 1.5 * errors
    pair = (network - 0.5 * errors, 2 * errors) if reweighted else None
    return Correlation(distances, (network, errors), pair, (wolff, errors))


class FakeClient:
    """Answers every request at once; ``requests`` remembers them.

    With ``silent`` set it stays quiet, like a worker that is busy.
    """

    def __init__(self, on_message: Callable[[Message], None], size: int = 8) -> None:
        self.on_message = on_message
        self.size = size
        self.requests: list[SampleRequest] = []
        self.silent = False
        self.closed = False
        self.restarts = 0
        on_message(WorkerReady("CPU", 1))

    def request(self, request: SampleRequest) -> None:
        """Remember and answer a request."""
        self.requests.append(request)
        if not self.silent:
            self.on_message(make_samples(request, self.size))
            self.on_message(make_observables(request))

    def restart(self) -> None:
        """Count a restart."""
        self.restarts += 1
        self.on_message(WorkerReady("CPU", 1))

    def close(self) -> None:
        """Remember the end."""
        self.closed = True


def make_point(steps: int, size: int = 8) -> TrainingPoint:
    """Return figures that fall with the number of steps; they were not computed."""
    gap = 4e-4 + 0.3 / steps
    return TrainingPoint(
        steps=steps,
        size=size,
        stage=0 if size == 4 else 1,
        gap=gap,
        gap_error=0.1 * gap,
        critical_gap=1.5 * gap,
        critical_gap_error=0.3 * gap,
        ess=0.5,
        learning_rate=1e-3,
        gradient_norm=0.2,
        steps_per_second=14.7,
        fraction=0.5,
        seconds=10.0,
        remaining=10.0,
    )


class FakeTrainings:
    """A training client without a process: obeys at once and remembers what it was asked."""

    def __init__(self, on_message: Callable[[TrainingMessage], None]) -> None:
        self.say = on_message
        self.started: list[Path] = []
        self.commands: list[TrainingCommand] = []
        self.closed = False

    def start(self, folder: Path) -> None:
        """Say that the run is on, with a first point."""
        self.started.append(folder)
        self.say(TrainingState("running"))
        self.say(make_point(1))

    def send(self, command: TrainingCommand) -> None:
        """Answer with the state that the command leads to."""
        self.commands.append(command)
        states: dict[TrainingCommand, TrainingStatus] = {
            "pause": "paused",
            "resume": "running",
            "stop": "stopped",
        }
        if command in states:
            self.say(TrainingState(states[command]))

    def close(self) -> None:
        """Remember the end."""
        self.closed = True
