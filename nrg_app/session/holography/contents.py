"""Holographic analyses as contents of figures, by the names of their panels."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from nrg_app.figures.contents import ColorScale, Content, Tiles
from nrg_app.session.holography.messages import PlotsResult, Result, WaveletsResult

_ROWS = ("|∂$x$/∂$z$|", "|∂$z$/∂$x$|", "Haar")


def bulk_contents(result: Result) -> dict[str, Content]:
    """Return the plots of a result, and the tiles of wavelets."""
    if isinstance(result, WaveletsResult):
        return {"wavelets": wavelet_tiles(result), "radii": result.radii}
    assert isinstance(result, PlotsResult)
    return {key: replace(plot, key=key) for key, plot in result.plots.items()}


def wavelet_tiles(found: WaveletsResult) -> Tiles:
    """Return what latents write and read beside Haar's wavelet, the finest scale first."""
    patterns = np.stack([found.responses, found.readings, found.haar])[:, ::-1]
    return Tiles(
        "wavelets", "Wavelets", "", patterns, ColorScale("share", 0.0, 1.0, "share of largest"),
        _ROWS, tuple(f"$ℓ$ = {scale}" for scale in found.scales[::-1]), alone=True,
        provenance=found.provenance,
    )  # fmt: skip
