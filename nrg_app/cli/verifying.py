"""``nrg verify``: what a model file is worth."""

from __future__ import annotations

import torch
from rich.progress import Progress

from nrg_app.analysis.checks import card_temperatures, check_model
from nrg_app.analysis.coarse_fields import measure_coarse_fields
from nrg_app.analysis.importance import Evaluation, batch_size, evaluate
from nrg_app.analysis.references import reference_values
from nrg_app.analysis.scale_gaps import running_scale_gaps
from nrg_app.cli.reports import (
    console,
    gap_record,
    load,
    print_coarse_fields,
    print_gaps,
    print_observables,
    print_scale_gaps,
)
from nrg_app.flows.card import GapRecord
from nrg_app.flows.neural_rg import NeuralRG
from nrg_app.physics.exact import CRITICAL_TEMPERATURE
from nrg_app.physics.lattice import validate_temperature

_WOLFF_SAMPLES = 20_000
# Completions of every coarse field for the gap by scale.
_COMPLETIONS = 64


def measure(
    model: NeuralRG, draws: int, temperatures: list[float], seed: int
) -> dict[float, Evaluation]:
    """Evaluate a model at each temperature, with a progress bar.

    Raises:
        NRGError: if a temperature is not a positive number.
    """
    checked = [validate_temperature(t) for t in temperatures]
    generator = torch.Generator().manual_seed(seed)
    evaluations = {}
    with Progress(console=console, transient=True) as progress:
        task = progress.add_task("measuring the gap", total=len(checked))
        for temperature in checked:
            evaluations[temperature] = evaluate(
                model, temperature, draws, batch_size(model.size), generator
            )
            progress.advance(task)
    return evaluations


def measure_gaps(
    model: NeuralRG, draws: int, temperatures: list[float], seed: int
) -> list[GapRecord]:
    """The free-energy gap at each temperature, with a progress bar.

    Raises:
        NRGError: if a temperature is not a positive number.
    """
    evaluations = measure(model, draws, temperatures, seed)
    return [gap_record(t, evaluation, draws) for t, evaluation in evaluations.items()]


def show_scale_gaps(model: NeuralRG, draws: int, temperature: float, seed: int) -> None:
    """Measure and print the gap of every scale with ``draws`` completions of each."""
    outer = max(2, draws // _COMPLETIONS)
    generator = torch.Generator().manual_seed(seed)
    with Progress(console=console, transient=True) as progress:
        task = progress.add_task("measuring the gap by scale", total=outer)
        for gaps in running_scale_gaps(
            model, temperature, outer=outer, inner=_COMPLETIONS, generator=generator
        ):
            progress.update(task, completed=gaps.outer)
    print_scale_gaps(model.size, temperature, gaps)


def verify_model(
    name: str,
    draws: int,
    temperatures: list[float],
    seed: int,
    threads: int,
    *,
    observables: bool,
    scales: bool,
    coarse: bool,
    size: int,
) -> bool:
    """Print all checks and the gap at every temperature; False if a check failed.

    With ``observables`` also thermodynamics at every temperature, raw and reweighted, beside
    exact values and Wolff simulations.  With ``scales`` the gap of every scale and with
    ``coarse`` the comparison with block variables, both at Tc if no temperature is given.

    Raises:
        NRGError: if the model cannot be read or a temperature is not a positive number.
    """
    torch.set_num_threads(threads)
    model = load(name, size)
    chosen = [validate_temperature(t) for t in temperatures] or list(card_temperatures(model.card))
    checks = check_model(model, seed)
    for check in checks:
        mark = "[green]ok  [/]" if check.passed else "[red]FAIL[/]"
        console.print(f"{mark} {check.name}: {check.detail}")
    evaluations = measure(model, draws, chosen, seed)
    gaps = [gap_record(t, evaluation, draws) for t, evaluation in evaluations.items()]
    print_gaps(model.size, gaps)
    if observables:
        for temperature, evaluation in evaluations.items():
            reference = reference_values(model.size, temperature, _WOLFF_SAMPLES, seed)
            print_observables(model.size, temperature, evaluation, draws, reference)
    for temperature in chosen if temperatures else [float(CRITICAL_TEMPERATURE)]:
        if scales:
            show_scale_gaps(model, draws, temperature, seed)
        if coarse:
            found = measure_coarse_fields(model, temperature, samples=draws, seed=seed)
            print_coarse_fields(model.size, temperature, found, draws)
    bounded = all(g.gap > -4.0 * g.error for g in gaps)
    if not bounded:
        console.print("[red]FAIL[/] the variational free energy lies below the exact one")
    return bounded and all(check.passed for check in checks)
