"""``nrg demo``: the main job of the program on a machine without a display."""

from __future__ import annotations

from pathlib import Path

from nrg_app.cli.pictures import write_figure, write_screenshot
from nrg_app.cli.reports import console, default_model
from nrg_app.cli.sampling import sample_model
from nrg_app.errors import NRGError
from nrg_app.physics.exact import CRITICAL_TEMPERATURE

TEMPERATURES = (1.8, float(CRITICAL_TEMPERATURE), 3.0)
_DRAWS = 2048
_SEED = 1


def run_demo(out: Path) -> None:
    """Samples at three temperatures beside the exact values, a picture of the window, a figure.

    Raises:
        NRGError: if the folder cannot be written.
    """
    model = default_model()
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise NRGError(f"Cannot make the folder '{out}': {error.strerror}; use --out.") from error
    for temperature in TEMPERATURES:
        file = out / f"samples-T{temperature:.3f}.npz"
        sample_model(model, temperature, _DRAWS, _SEED, file, threads=1)
    critical = TEMPERATURES[1]
    write_figure(out / "renormalization-flow.pdf", model, critical, _SEED, 86.0)
    write_figure(out / "renormalization-flow.png", model, critical, _SEED, 86.0)
    write_screenshot(out / "window.png", model, critical, _SEED, (1440, 900), 1, "light", "explore")
    console.print(f"Everything is in {out.resolve()}.")
