"""The tables of ``nrg bench``."""

from __future__ import annotations

from rich.table import Table

from nrg_app.analysis.benchmark import METHODS, Benchmark, LearningCurve, Speed
from nrg_app.cli.reports import console
from nrg_app.physics.observables import Estimate

# Lines of the learning curve, each at about half the time of the next.
_LINES = 6
# Columns of words; the others hold numbers.
_WORDS = ("model", "time of", "sizes")


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
    if result.learning is not None and result.learning.points:
        console.print(_learning_table(result.learning))
    if result.growths:
        console.print(_growth_table(result))
        console.print(
            "Fits leave out small sizes where a fixed overhead is over a tenth of the time, but "
            "keep three."
        )


def _speed_table(result: Benchmark, title: str, *, independent: bool) -> Table:
    headers = ["L", "network", "Metropolis", "Wolff", "÷ Metropolis", "÷ Wolff"]
    table = _table(title, *headers)
    for cost in result.costs:
        speeds = [result.speed(method, cost.size) for method in METHODS]
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
    headers = (
        "L", "ESS", "gap / site", "τ(e) Metrop.", "τ(|m|) Metrop.", "τ(e) Wolff", "τ(|m|) Wolff",
    )  # fmt: skip
    table = _table("What independence costs: effective share, and τ in samples", *headers)
    for cost in result.costs:
        network, *chains = (result.speed(method, cost.size) for method in METHODS)
        cells = [
            (">" if chain.bound and tau else "") + _number(tau)
            for chain in chains
            for tau in (chain.tau_energy, chain.tau_magnetization)
        ]
        ess = "–" if network.ess is None else f"{network.ess:.3f}"
        table.add_row(str(cost.size), ess, _gap(network.gap, network.gap_error), *cells)
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


def _learning_table(curve: LearningCurve) -> Table:
    table = _table(
        f"A short training: L = {curve.size}, batch {curve.batch}",
        "CPU seconds",
        "steps",
        "gap / site",
    )
    chosen: list[int] = []
    index = len(curve.points) - 1
    while index >= 0 and len(chosen) < _LINES:
        chosen.append(index)
        half = 0.5 * curve.points[index].seconds
        index = max((i for i in range(index) if curve.points[i].seconds <= half), default=-1)
    for point in (curve.points[i] for i in reversed(chosen)):
        gap = _gap(point.gap, point.gap_error)
        table.add_row(f"{point.seconds:.1f}", f"{point.steps:,}", gap)
    return table


def _growth_table(result: Benchmark) -> Table:
    table = _table("Growth, time ~ N^exponent", "time of", "exponent of N", "sizes")
    for growth in result.growths:
        error = "" if growth.error is None else f" ± {growth.error:.2f}"
        sizes = ", ".join(str(size) for size in growth.sizes)
        table.add_row(growth.quantity, f"{growth.exponent:.2f}{error}", sizes)
    return table


def _table(title: str, *headers: str) -> Table:
    table = Table(title=title)
    for header in headers:
        table.add_column(header, justify="left" if header in _WORDS else "right")
    return table


def _rate(speed: Speed, independent: bool) -> float | None:
    return speed.independent_per_second if independent else speed.per_second


def _number(value: float | None) -> str:
    if value is None:
        return "–"
    return f"{value:,.0f}" if value >= 100.0 else f"{value:.3g}"


def _gap(gap: float | None, error: float | None) -> str:
    return "–" if gap is None or error is None else Estimate(gap, error).brackets()


def _mebibytes(value: int | None) -> str:
    return "–" if value is None else f"{value / 2**20:,.0f}"
