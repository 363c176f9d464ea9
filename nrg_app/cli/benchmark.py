"""``nrg bench``: the network beside Metropolis and Wolff, in samples per second of one core."""

from __future__ import annotations

import platform
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Literal

import torch
from pydantic import TypeAdapter
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
)

from nrg_app import __version__
from nrg_app.analysis import timing
from nrg_app.analysis.benchmark import (
    CLOCK,
    Benchmark,
    LearningCurve,
    LearningPoint,
    NetworkCost,
    Speed,
    growths,
)
from nrg_app.cli.benchmark_tables import print_benchmark
from nrg_app.cli.reports import console, load
from nrg_app.errors import NRGError
from nrg_app.figures.benchmark_figure import benchmark_figure, benchmark_metadata
from nrg_app.figures.export import save_figure
from nrg_app.files import write_bytes
from nrg_app.flows.architecture import Architecture
from nrg_app.flows.card import ModelCard
from nrg_app.flows.card_files import read_card
from nrg_app.flows.hierarchy import HierarchicalFlow, grow
from nrg_app.flows.neural_rg import NeuralRG
from nrg_app.physics.exact import CRITICAL_TEMPERATURE
from nrg_app.physics.lattice import validate_size, validate_temperature
from nrg_app.session.models import model_path, shipped_models
from nrg_app.training.events import Progress as TrainingProgress
from nrg_app.training.objective import draw_temperatures, path_gradient_step
from nrg_app.training.recipe import standard_recipe
from nrg_app.training.trainer import Trainer

_SMALLEST, _LARGEST = 4, 128
_MEASUREMENTS = 4
# Metropolis needs a longer chain to find its long autocorrelation time.
_METROPOLIS = 4.0
# The short training takes this many times the time of a measurement and has about so many points.
_TRAINING = 10.0
_POINTS = 40
_FEWEST_STEPS = 5
_QUICK_SIDES, _QUICK_SECONDS, _QUICK_TRAINING = (8, 16, 32, 64), 0.3, 20.0


def run_benchmark(
    temperature: float,
    sizes: str,
    seconds: float,
    threads: int,
    json: Path | None,
    figure: Path | None,
) -> None:
    """Measure, print tables and write a JSON file and a figure if asked to.

    Raises:
        NRGError: for a bad temperature, size or place.
        KeyboardInterrupt: if the user stopped it, after all that with what had been measured.
    """
    value, sides = validate_temperature(temperature), parse_sizes(sizes)
    for path in (json, figure):
        if path is not None and not path.parent.is_dir():
            raise NRGError(f"There is no folder '{path.parent}'; make it or choose another.")
    if figure is not None and figure.suffix.lower() not in (".pdf", ".svg", ".png"):
        raise NRGError(f"The figure '{figure.name}' needs a name that ends in .pdf, .svg or .png.")
    torch.set_num_threads(threads)
    run = _Run(value, sides, seconds, _TRAINING * seconds)
    complete = run.measure()
    result = run.result(threads, complete)
    print_benchmark(result)
    if json is not None:
        write_bytes(json, TypeAdapter(Benchmark).dump_json(result, indent=2) + b"\n")
        console.print(f"wrote {json}")
    if figure is not None:
        save_figure(benchmark_figure(result), figure, benchmark_metadata(result))
        console.print(f"wrote {figure}")
    if not complete:
        console.print("[yellow]Stopped before the end: only what had been measured is here.[/]")
        raise KeyboardInterrupt


def quick_benchmark() -> Benchmark:
    """Measure small lattices in half a minute: the rates are right to some percent.

    Raises:
        KeyboardInterrupt: if the user stopped it.
    """
    run = _Run(float(CRITICAL_TEMPERATURE), _QUICK_SIDES, _QUICK_SECONDS, _QUICK_TRAINING)
    if not run.measure():
        raise KeyboardInterrupt
    return run.result(torch.get_num_threads(), complete=True)


def parse_sizes(text: str) -> tuple[int, ...]:
    """Lattice sides of a list such as "8,16,32", in rising order.

    Raises:
        NRGError: if one is not a power of two from 4 to 128.
    """
    try:
        sides = sorted({int(part) for part in text.split(",")})
    except ValueError:
        raise NRGError(
            f"The sizes '{text}' are not whole numbers; write --sizes 8,16,32."
        ) from None
    for side in sides:
        if not _SMALLEST <= validate_size(side) <= _LARGEST:
            raise NRGError(
                f"A size must be a power of two from {_SMALLEST} to {_LARGEST}, not {side}."
            )
    return tuple(sides)


class _Run:
    """The measurements so far, so that an interrupted run still has something to say."""

    def __init__(
        self, temperature: float, sides: tuple[int, ...], seconds: float, training: float
    ) -> None:
        self._temperature, self._sides = temperature, sides
        self._seconds, self._training = seconds, training
        self._speeds: list[Speed] = []
        self._costs: list[NetworkCost] = []
        self._learning: LearningCurve | None = None

    def measure(self) -> bool:
        """Measure everything; False if the user stopped it."""
        columns = (
            TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(),
            TimeElapsedColumn(),
        )  # fmt: skip
        with Progress(*columns, console=console, transient=True) as progress:
            task = progress.add_task("", total=_MEASUREMENTS * len(self._sides) + 1)
            try:
                for side in self._sides:
                    for what in self._at_size(side):
                        progress.update(task, description=f"L = {side}: {what}")
                        progress.advance(task)
                progress.update(task, description=f"L = {self._sides[0]}: a short training")
                self._learn()
            except KeyboardInterrupt:
                return False
        return True

    def _at_size(self, side: int) -> Iterator[str]:
        """Measure one thing after the other, announcing each."""
        temperature, seconds = self._temperature, self._seconds
        model, name, trained = _model_of_size(side, temperature)
        yield "network"
        self._speeds.append(timing.network_speed(model, temperature, seconds, trained=trained))
        methods: tuple[Literal["metropolis", "wolff"], ...] = ("metropolis", "wolff")
        for method in methods:
            yield method.capitalize()
            budget = _METROPOLIS * seconds if method == "metropolis" else seconds
            self._speeds.append(timing.chain_speed(method, side, temperature, budget))
        yield "latency, encoding, training steps"
        self._costs.append(_cost(model, name, trained, temperature, seconds))

    def _learn(self) -> None:
        """A short training from random weights at the smallest size, limited by CPU time."""
        cost = self._costs[0]
        budget = self._training
        steps = max(_FEWEST_STEPS, round(budget * cost.training_steps_per_second))
        recipe = standard_recipe(cost.size, 1.0, first=cost.size, steps=steps)
        trainer = Trainer(recipe, "benchmark", report_interval=budget / _POINTS)
        points: list[LearningPoint] = []
        began = time.process_time()
        for event in trainer.run():
            if isinstance(event, TrainingProgress):
                spent = time.process_time() - began
                points.append(LearningPoint(spent, event.step, event.gap, event.gap_error))
                batch = recipe.stages[0].batch
                self._learning = LearningCurve(cost.size, batch, tuple(points))

    def result(self, threads: int, complete: bool) -> Benchmark:
        """The sizes that were measured to their end.

        Raises:
            KeyboardInterrupt: if there are none.
        """
        if not self._costs:
            raise KeyboardInterrupt
        done = {cost.size for cost in self._costs}
        speeds = tuple(speed for speed in self._speeds if speed.size in done)
        return Benchmark(
            temperature=self._temperature,
            seconds=self._seconds,
            threads=threads,
            clock=CLOCK,
            processor=_processor(),
            program_version=__version__,
            speeds=speeds,
            costs=tuple(self._costs),
            growths=growths(speeds, self._costs),
            learning=self._learning,
            complete=complete,
        )


def _cost(
    model: NeuralRG, name: str, trained: bool, temperature: float, seconds: float
) -> NetworkCost:
    step, batch = _training_step(model)
    return timing.network_cost(
        model,
        temperature,
        seconds,
        name=name,
        trained=trained,
        training_step=step,
        training_batch=batch,
    )


def _model_of_size(side: int, temperature: float) -> tuple[NeuralRG, str, bool]:
    """A shipped model of the side, or of one network for all scales if it knows the temperature.

    Without one, the next smaller model is grown to the side, which is good for its speed.
    """
    cards = {name: read_card(model_path(name))[0] for name in shipped_models()}
    smaller = {name: card.size for name, card in cards.items() if card.size <= side}
    shared = [
        name
        for name, card in cards.items()
        if card.architecture.shared
        and card.temperature_range[0] - 1e-6 <= temperature <= card.temperature_range[1] + 1e-6
    ]
    if shared and side not in smaller.values():
        return load(shared[0], side), f"{shared[0]}, L = {side}", True
    if not smaller:
        flow = HierarchicalFlow(Architecture(size=side)).requires_grad_(False)
        card = ModelCard(name="new", architecture=flow.shape, program_version=__version__)
        return NeuralRG(flow, card), "new", False
    name = max(smaller, key=lambda key: smaller[key])
    model = load(name)
    if model.size == side:
        return model, name, True
    flow = model.flow
    while flow.shape.size < side:
        flow = grow(flow)
    card = model.card.model_copy(update={"architecture": flow.shape, "gaps": []})
    return NeuralRG(flow.requires_grad_(False), card), f"{name}, grown", False


def _training_step(model: NeuralRG) -> tuple[Callable[[], object], int]:
    """A step of the trainer on a copy of the flow, and its number of samples."""
    stage = standard_recipe(model.size, 1.0).stages[-1]
    flow = model.to(torch.float32).flow.requires_grad_(True)
    optimizer = torch.optim.Adam(flow.parameters(), lr=1e-4)
    generator = torch.Generator().manual_seed(0)

    def step() -> None:
        temperatures = draw_temperatures(stage.batch, *model.card.temperature_range, generator)
        latents = torch.randn(model.size**2, stage.batch, generator=generator)
        optimizer.zero_grad(set_to_none=True)
        path_gradient_step(flow, model.target, temperatures, latents)
        optimizer.step()

    return step, stage.batch


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()
