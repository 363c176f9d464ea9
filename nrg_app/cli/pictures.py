"""``nrg figure`` and ``nrg screenshot``: pictures without a display."""

from __future__ import annotations

from pathlib import Path

from nrg_app.cli.reports import console, default_model
from nrg_app.figures.export import save_figure
from nrg_app.figures.strip_figure import figure_metadata, rg_figure
from nrg_app.session.document import Session
from nrg_app.session.models import lasting_name
from nrg_app.session.sampling import load_model, sample


def make_session(model: str, temperature: float, seed: int) -> Session:
    """A session that shows one model, the largest shipped one by default.

    Raises:
        NRGError: for a bad temperature or if there is no model.
    """
    session = Session()
    session.model = lasting_name(model or default_model())
    session.temperature = temperature
    session.seed = seed
    return session


def write_figure(out: Path, model: str, temperature: float, seed: int, width_mm: float) -> None:
    """Draw one sample and its renormalization flow.

    Raises:
        NRGError: for bad input or a place that cannot be written.
    """
    session = make_session(model, temperature, seed)
    samples = sample(session.sample_request(0, count=1), load_model(session.model))
    save_figure(rg_figure(samples, 0, width_mm=width_mm), out, figure_metadata(samples, 0))
    console.print(f"wrote {out}")


def write_screenshot(
    out: Path,
    model: str,
    temperature: float,
    seed: int,
    size: tuple[int, int],
    scale: int,
    theme: str,
    workspace: str,
) -> None:
    """Draw the window offscreen.

    Raises:
        NRGError: for bad input or a place that cannot be written.
    """
    # Qt is needed for this command alone.
    from nrg_app.ui.screenshot import render_window

    session = make_session(model, temperature, seed)
    session.playing = False
    render_window(
        out,
        size[0],
        size[1],
        scale,
        theme,
        session,
        measure_s=_MEASURE_SECONDS,
        workspace=workspace,
    )
    console.print(f"wrote {out}")


_MEASURE_SECONDS = 4.0
