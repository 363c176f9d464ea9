"""Wavelets as a content of figures: mean patterns of every scale in three rows."""

from __future__ import annotations

import numpy as np

from nrg_app.figures.contents import ColorScale, Tiles
from nrg_app.session.holography.messages import WaveletsResult

_ROWS = ("|∂$x$/∂$z$|", "|∂$z$/∂$x$|", "Haar")


def wavelet_tiles(found: WaveletsResult) -> Tiles:
    """Return what latents write and read beside Haar's wavelet, the finest scale first."""
    patterns = np.stack([found.responses, found.readings, found.haar])[:, ::-1]
    return Tiles(
        "wavelets", "Wavelets", "", patterns, ColorScale("share", 0.0, 1.0, "share of largest"),
        _ROWS, tuple(f"$ℓ$ = {scale}" for scale in found.scales[::-1]), alone=True,
        provenance=found.provenance,
    )  # fmt: skip
