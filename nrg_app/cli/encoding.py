"""``nrg encode``: configurations from a file as latents and coarse fields of every scale."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from nrg_app.cli.options import command_line
from nrg_app.cli.reports import console, load
from nrg_app.errors import NRGError
from nrg_app.physics.lattice import validate_temperature
from nrg_app.session import streams
from nrg_app.session.array_files import check_place, write_arrays
from nrg_app.session.pictures import spins_of_picture
from nrg_app.session.sample_arrays import Batch, sample_arrays, sample_origin
from nrg_app.session.spin_files import SPIN_FILES, read_spins


def encode_file(
    name: str,
    file: Path,
    temperature: float,
    threshold: float | None,
    seed: int,
    out: Path | None,
    threads: int,
    size: int = 0,
) -> None:
    """Encode the spins of a file, say how likely they are and save everything if asked to.

    The field is drawn given the spins, from the seed; encoding is exact and in double precision.

    Raises:
        NRGError: for a bad model, file, temperature or place.
    """
    torch.set_num_threads(threads)
    value = validate_temperature(temperature)
    model = load(name, size).to(torch.float64)
    if out is not None:
        check_place(out)
    spins = _spins(file, model.size, threshold)
    field = model.target.field_from_spins(
        torch.from_numpy(spins),
        torch.tensor([value], dtype=torch.float64),
        torch.from_numpy(streams.field_noise(model.size, len(spins), seed)),
    )
    code = model.encode(field, value)
    log_weights = model.log_weight(code, value).numpy()
    excess = log_weights - model.log_partition_target(value)
    count = "1 configuration" if len(spins) == 1 else f"{len(spins)} configurations"
    console.print(
        f"{count}, L = {model.size}, T = {value:g} J/k_B: "
        f"magnetization {spins.mean():.4f}, ln w - ln Z from {excess.min():.2f} to "
        f"{excess.max():.2f} nats, mean {excess.mean():.2f}"
    )
    if out is not None:
        origin = sample_origin(
            name, model.size, value, seed, command_line(),
            spins_from=file.name, model_version=model.card.program_version,
        )  # fmt: skip
        write_arrays(out, sample_arrays(Batch.of(model, spins, code), log_weights), origin)
        console.print(f"wrote {out}")


def _spins(file: Path, size: int, threshold: float | None) -> NDArray[np.int8]:
    if file.suffix.lower() in SPIN_FILES:
        if threshold is not None:
            raise NRGError(f"'{file.name}' holds spins: --threshold is for pictures, leave it out.")
        found = read_spins(file, size)
        if found.note:
            console.print(found.note, style="yellow", markup=False)
        return found.spins
    # Qt reads pictures; it is needed for them alone.
    from nrg_app.ui.encode_job import read_picture

    grey = read_picture(file, size)
    return spins_of_picture(grey, float(np.median(grey)) if threshold is None else threshold)[None]
