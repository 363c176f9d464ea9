"""``nrg verify``: what a model file is worth."""

from __future__ import annotations

import torch
from rich.progress import Progress

from nrg_app.analysis.checks import CARD_TEMPERATURES, check_model
from nrg_app.analysis.importance import evaluate
from nrg_app.cli.reports import console, gap_record, load, print_gaps
from nrg_app.flows.card import GapRecord
from nrg_app.flows.neural_rg import NeuralRG
from nrg_app.physics.lattice import validate_temperature

_BATCH = 256


def measure_gaps(
    model: NeuralRG, draws: int, temperatures: list[float], seed: int
) -> list[GapRecord]:
    """The free-energy gap at each temperature, with a progress bar.

    Raises:
        NRGError: if a temperature is not a positive number.
    """
    checked = [validate_temperature(t) for t in temperatures]
    generator = torch.Generator().manual_seed(seed)
    records = []
    with Progress(console=console, transient=True) as progress:
        task = progress.add_task("measuring the gap", total=len(checked))
        for temperature in checked:
            evaluation = evaluate(model, temperature, draws, _BATCH, generator)
            records.append(gap_record(temperature, evaluation, draws))
            progress.advance(task)
    return records


def verify_model(name: str, draws: int, temperatures: list[float], seed: int, threads: int) -> bool:
    """Print all checks and the gap at every temperature; False if a check failed.

    Raises:
        NRGError: if the model cannot be read or a temperature is not a positive number.
    """
    torch.set_num_threads(threads)
    chosen = [validate_temperature(t) for t in temperatures] or list(CARD_TEMPERATURES)
    model = load(name)
    checks = check_model(model, seed)
    for check in checks:
        mark = "[green]ok  [/]" if check.passed else "[red]FAIL[/]"
        console.print(f"{mark} {check.name}: {check.detail}")
    gaps = measure_gaps(model, draws, chosen, seed)
    print_gaps(model.size, gaps)
    bounded = all(g.gap > -4.0 * g.error for g in gaps)
    if not bounded:
        console.print("[red]FAIL[/] the variational free energy lies below the exact one")
    return bounded and all(check.passed for check in checks)
