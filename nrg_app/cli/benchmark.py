"""``nrg bench``: the network beside Metropolis and Wolff, in samples per second of one core."""

from __future__ import annotations

import platform
from collections.abc import Callable
from pathlib import Path

import torch
from pydantic import TypeAdapter
from rich.progress import Progress
from rich.table import Table

from nrg_app import __version__
from nrg_app.analysis import benchmark as bench
from nrg_app.analysis.benchmark import Benchmark, NetworkCost, Speed
from nrg_app.cli.reports import console, load
from nrg_app.errors import NRGError
from nrg_app.figures.benchmark_figure import benchmark_figure, benchmark_metadata
from nrg_app.figures.export import save_figure
from nrg_app.files import write_bytes
from nrg_app.flows.card import ModelCard
from nrg_app.flows.hierarchy import Architecture, HierarchicalFlow, grow
from nrg_app.flows.neural_rg import NeuralRG
from nrg_app.flows.storage import read_tensors
from nrg_app.physics.lattice import validate_size, validate_temperature
from nrg_app.session.models import model_path, shipped_models
from nrg_app.training.objective import draw_temperatures, path_gradient_step
from nrg_app.training.recipe import standard_recipe

_SMALLEST, _LARGEST = 4, 128
_MEASUREMENTS = 4


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
    """
    value, sides = validate_temperature(temperature), parse_sizes(sizes)
    for path in (json, figure):
        if path is not None and not path.parent.is_dir():
            raise NRGError(f"There is no folder '{path.parent}'; make it or choose another.")
    if figure is not None and figure.suffix.lower() not in (".pdf", ".svg", ".png"):
        raise NRGError(f"The figure '{figure.name}' needs a name that ends in .pdf, .svg or .png.")
    torch.set_num_threads(threads)
    result = _measure(value, sides, seconds, threads)
    print_benchmark(result)
    if json is not None:
        write_bytes(json, TypeAdapter(Benchmark).dump_json(result, indent=2) + b"\n")
        console.print(f"wrote {json}")
    if figure is not None:
        save_figure(benchmark_figure(result), figure, benchmark_metadata(result))
        console.print(f"wrote {figure}")


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


def _measure(temperature: float, sides: tuple[int, ...], seconds: float, threads: int) -> Benchmark:
    speeds: list[Speed] = []
    costs: list[NetworkCost] = []
    with Progress(console=console, transient=True) as progress:
        task = progress.add_task("measuring", total=_MEASUREMENTS * len(sides))
        for side in sides:
            model, name, trained = _model_of_size(side)
            progress.update(task, description=f"L = {side}")
            speeds.append(bench.network_speed(model, temperature, seconds, trained=trained))
            progress.advance(task)
            for method in ("metropolis", "wolff"):
                speeds.append(bench.chain_speed(method, side, temperature, seconds))
                progress.advance(task)
            costs.append(_cost(model, name, trained, temperature, seconds))
            progress.advance(task)
    return Benchmark(
        temperature=temperature,
        seconds=seconds,
        threads=threads,
        clock=bench.CLOCK,
        processor=_processor(),
        program_version=__version__,
        speeds=tuple(speeds),
        costs=tuple(costs),
        growths=bench.growths(speeds, costs),
    )


def _cost(
    model: NeuralRG, name: str, trained: bool, temperature: float, seconds: float
) -> NetworkCost:
    step, batch = _training_step(model)
    return bench.network_cost(
        model,
        temperature,
        seconds,
        name=name,
        trained=trained,
        training_step=step,
        training_batch=batch,
    )


def _model_of_size(side: int) -> tuple[NeuralRG, str, bool]:
    """A shipped model, or the next smaller one grown to the size, which is good for its speed."""
    cards = {name: read_tensors(model_path(name))[1].size for name in shipped_models()}
    smaller = {name: size for name, size in cards.items() if size <= side}
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


# -- tables ---------------------------------------------------------------------------------------


def print_benchmark(result: Benchmark) -> None:
    """Both rates side by side and as ratios, what else the network costs, and the growth."""
    console.print(
        f"T = {result.temperature:.6g} J/k_B, {result.clock}, {result.threads} thread(s), "
        f"{result.processor}"
    )
    for kind, independent in (("Samples", False), ("Independent samples", True)):
        console.print(_speed_table(result, f"{kind} per second", independent=independent))
    console.print(_memory_table(result))
    console.print(
        "Independent: Metropolis and Wolff divided by 2 τ of the slower of e and |m|, the "
        "network times its ESS. < and >: the chain is too short for its τ, which is longer."
    )
    grown = [cost for cost in result.costs if not cost.trained]
    if grown:
        text = ", ".join(f"L = {cost.size} ({cost.model})" for cost in grown)
        console.print(f"[yellow]No trained model for {text}: only the speed has a meaning.[/]")
    console.print(_cost_table(result))
    if result.growths:
        table = Table("time of", "exponent of N", title="Growth, time ~ N^exponent")
        for growth in result.growths:
            error = "" if growth.error is None else f" ± {growth.error:.2f}"
            table.add_row(growth.quantity, f"{growth.exponent:.2f}{error}")
        console.print(table)


def _speed_table(result: Benchmark, title: str, *, independent: bool) -> Table:
    headers = ["L", "network", "Metropolis", "Wolff", "÷ Metropolis", "÷ Wolff"]
    table = _table(title, *headers)
    for cost in result.costs:
        speeds = [result.speed(method, cost.size) for method in bench.METHODS]
        rates = [_rate(speed, independent) for speed in speeds]
        bounds = [independent and speed.bound for speed in speeds]
        cells = [
            ("<" if bound else "") + _number(rate)
            for rate, bound in zip(rates, bounds, strict=True)
        ]
        for rate, bound in zip(rates[1:], bounds[1:], strict=True):
            ratio = rates[0] / rate if rates[0] and rate else None
            cells.append((">" if bound and ratio else "") + _number(ratio))
        table.add_row(str(cost.size), *cells)
    return table


def _memory_table(result: Benchmark) -> Table:
    headers = ("L", "ESS", "τ(e) Metrop.", "τ(|m|) Metrop.", "τ(e) Wolff", "τ(|m|) Wolff")
    table = _table("What independence costs: effective share, and τ in samples", *headers)
    for cost in result.costs:
        network, *chains = (result.speed(method, cost.size) for method in bench.METHODS)
        cells = [
            (">" if chain.bound and tau else "") + _number(tau)
            for chain in chains
            for tau in (chain.tau_energy, chain.tau_magnetization)
        ]
        ess = "–" if network.ess is None else f"{network.ess:.3f}"
        table.add_row(str(cost.size), ess, *cells)
    return table


def _cost_table(result: Benchmark) -> Table:
    headers = ("L", "model", "ms / single", "encoded / s", "train steps / s", "MiB", "MiB train")
    table = _table("The network: times, and peak memory of the process", *headers)
    for cost in result.costs:
        table.add_row(
            str(cost.size),
            cost.model,
            f"{1e3 * cost.latency:.2f}",
            _number(cost.encoded_per_second),
            f"{_number(cost.training_steps_per_second)} × {cost.training_batch}",
            _mebibytes(cost.sampling_memory),
            _mebibytes(cost.training_memory),
        )
    return table


def _table(title: str, *headers: str) -> Table:
    table = Table(title=title)
    for header in headers:
        table.add_column(header, justify="left" if header == "model" else "right")
    return table


def _rate(speed: Speed, independent: bool) -> float | None:
    return speed.independent_per_second if independent else speed.per_second


def _number(value: float | None) -> str:
    if value is None:
        return "–"
    return f"{value:,.0f}" if value >= 100.0 else f"{value:.3g}"


def _mebibytes(value: int | None) -> str:
    return "–" if value is None else f"{value / 2**20:,.0f}"
