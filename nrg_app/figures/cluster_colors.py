"""Colours of clusters: a hue for each, light for spin +1 and dark for -1, the largest vivid."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from nrg_app.figures.palette import Colors, from_oklab
from nrg_app.physics.clusters import Clusters

# OKLCH lightness and chroma. Neighbouring clusters have unlike spins, so lightness alone
# separates them and also tells the spin.
_LIGHTNESS = {1: 0.80, -1: 0.47}
_LARGEST_LIGHTNESS = {1: 0.80, -1: 0.60}
_CHROMA, _LARGEST_CHROMA, _LARGEST_HUE = 0.055, 0.165, 62.0
_GOLDEN = 0.6180339887498949


def cluster_colors(clusters: Clusters, spins: NDArray[np.int8]) -> Colors:
    """Return the colour of each cluster (n,) as 0xFFRRGGBB.

    The hue follows from a cluster's first site, so that a cluster keeps its colour while the
    others change.
    """
    up = spins.ravel()[clusters.first_sites] > 0
    lightness = np.where(up, _LIGHTNESS[1], _LIGHTNESS[-1])
    chroma = np.full(len(clusters), _CHROMA)
    hue = 2.0 * np.pi * ((clusters.first_sites + 1) * _GOLDEN % 1.0)
    lightness[0] = _LARGEST_LIGHTNESS[1 if up[0] else -1]
    chroma[0], hue[0] = _LARGEST_CHROMA, np.radians(_LARGEST_HUE)
    lab = np.stack([lightness, chroma * np.cos(hue), chroma * np.sin(hue)], axis=1)
    return from_oklab(lab)
