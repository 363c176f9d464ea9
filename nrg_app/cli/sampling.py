"""``nrg sample``: independent samples with their weights."""

from __future__ import annotations

from pathlib import Path

import torch
from rich.progress import Progress

from nrg_app.analysis.importance import Draws, batch_size, join, keep, summarize
from nrg_app.analysis.references import exact_values
from nrg_app.cli.options import command_line
from nrg_app.cli.reports import console, load, print_observables, warn_beyond_training
from nrg_app.files import file_name
from nrg_app.physics.lattice import validate_temperature
from nrg_app.session.array_files import check_place, write_arrays
from nrg_app.session.sample_arrays import Batch, sample_arrays, sample_origin

_SMALLEST_USEFUL_ESS = 0.01


def sample_model(
    name: str,
    temperature: float,
    count: int,
    seed: int,
    out: Path | None,
    threads: int,
    size: int = 0,
) -> None:
    """Draw samples, print raw and reweighted observables and save everything if asked to.

    The file, in the format that its suffix names (NPZ without one), holds the arrays of
    :func:`~nrg_app.session.sample_arrays.sample_arrays`.

    Raises:
        NRGError: for a bad model, temperature or place.
    """
    torch.set_num_threads(threads)
    value = validate_temperature(temperature)
    model = load(name, size)
    if out is not None:
        out = out if out.suffix else out.with_name(f"{file_name(out)}.npz")
        check_place(out)
    warn_beyond_training(model, (value,))
    generator = torch.Generator().manual_seed(seed)
    parts: list[Draws] = []
    kept: list[Batch] = []
    with Progress(console=console, transient=True) as progress:
        task = progress.add_task("sampling", total=count)
        batch = batch_size(model.size)
        for start in range(0, count, batch):
            n = min(batch, count - start)
            drawn = model.sample(value, n, generator=generator)
            uniform = torch.rand(drawn.field.shape, generator=generator)
            spins = model.target.spins_from_field(drawn.field, uniform).numpy()
            weights = model.log_weight(drawn, value).double().numpy()
            parts.append(keep(weights, spins))
            if out is not None:
                kept.append(Batch.of(model, spins, drawn))
            progress.advance(task, n)
    draws = join(parts)
    evaluation = summarize(model, value, draws)
    print_observables(model.size, value, evaluation, count, exact_values(model.size, value))
    console.print(
        f"gap {evaluation.gap.value:.5f} ± {evaluation.gap.error:.5f} nats per site, "
        f"ESS {evaluation.ess:.3f}, largest weight {100 * evaluation.largest_weight_share:.2f} %"
    )
    if evaluation.ess < _SMALLEST_USEFUL_ESS:
        console.print("[yellow]Few samples carry the weights: trust no reweighted figure here.[/]")
    if out is not None:
        whole = Batch.joined(kept)
        origin = sample_origin(
            name, model.size, value, seed, command_line(), model_version=model.card.program_version
        )
        write_arrays(out, sample_arrays(whole, draws.log_weights), origin)
        console.print(f"wrote {out}")
