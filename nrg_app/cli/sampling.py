"""``nrg sample``: independent samples with their weights."""

from __future__ import annotations

import io
import json
from pathlib import Path

import numpy as np
import torch
from rich.progress import Progress

from nrg_app import __version__
from nrg_app.analysis.importance import Draws, batch_size, join, keep, summarize
from nrg_app.analysis.references import exact_values
from nrg_app.cli.reports import console, load, print_observables
from nrg_app.errors import NRGError
from nrg_app.files import write_bytes
from nrg_app.physics.lattice import validate_temperature

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

    The NPZ file holds ``spins`` (n, L, L) int8, ``fields`` (n, L, L) and ``latents`` (n, L^2)
    float32, ``log_weights`` (n,) float64 and a JSON text ``metadata``.

    Raises:
        NRGError: for a bad model, temperature or place.
    """
    torch.set_num_threads(threads)
    value = validate_temperature(temperature)
    model = load(name, size)
    if out is not None and not out.parent.is_dir():
        raise NRGError(f"There is no folder '{out.parent}'; make it or choose another.")
    low, high = model.card.temperature_range
    if not low <= value <= high:
        console.print(
            f"[yellow]T = {value:g} lies outside the trained range {low:g} … {high:g}: "
            "the network extrapolates.[/]"
        )
    generator = torch.Generator().manual_seed(seed)
    parts: list[Draws] = []
    arrays: dict[str, list[np.ndarray]] = {"spins": [], "fields": [], "latents": []}
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
            arrays["spins"].append(spins)
            arrays["fields"].append(drawn.field.numpy())
            arrays["latents"].append(drawn.latents.numpy())
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
        metadata = {
            "program": f"NRG {__version__}",
            "model": name,
            "temperature": value,
            "seed": seed,
            "units": "k_B = J = 1; log_weights = -U - ln q, in nats",
        }
        buffer = io.BytesIO()
        np.savez_compressed(
            buffer,
            spins=np.concatenate(arrays["spins"]),
            fields=np.concatenate(arrays["fields"]),
            latents=np.concatenate(arrays["latents"]),
            log_weights=draws.log_weights,
            metadata=np.array(json.dumps(metadata)),
        )
        write_bytes(_with_suffix(out), buffer.getvalue())
        console.print(f"wrote {_with_suffix(out)}")


def _with_suffix(out: Path) -> Path:
    return out if out.suffix == ".npz" else out.with_name(out.name + ".npz")
