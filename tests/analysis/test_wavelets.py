"""Mean patterns and radii of a linear pyramid whose wavelets are Haar's, with known answers."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from nrg_app.analysis import wavelets as module
from nrg_app.analysis.bulk import bulk_points
from nrg_app.analysis.causal_cones import descendants
from nrg_app.analysis.wavelets import centred_distances, haar_modulus, running_wavelets, wavelets
from nrg_app.errors import NRGError
from nrg_app.flows.neural_rg import NeuralRG
from nrg_app.resources import models_dir

SIZE = 16
LIMIT = 4.0  # standard errors


class HaarFlow:
    """Stands for a linearised flow: a latent writes and reads one on its cell of side u, over u."""

    def __init__(self, model: NeuralRG, latents: torch.Tensor, temperature: float) -> None:
        assert latents.shape[1] == SIZE**2

    def responses(self, chosen: np.ndarray) -> np.ndarray:
        sides = bulk_points(SIZE).depths[chosen]
        cells = np.stack([descendants(SIZE, int(k)) for k in chosen])
        return -1.0 * cells / sides[:, None, None]

    readings = responses


def mean_square(side: int) -> float:
    """Mean of r^2 over a cell and its three latents, at half a side from the corner or at it."""
    middle, edge = (side**2 + 2) / 12, (side - 1) * (2 * side - 1) / 6
    return (2 * middle + 2 * (middle + edge)) / 3


def test_a_haar_pyramid_has_its_radii_and_patterns(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "LinearisedFlow", HaarFlow)
    model = NeuralRG.load(models_dir() / "ising-16.safetensors")
    found = wavelets(model, 2.3, samples=64, seed=1)
    # On the coarsest scales a cell is the torus, and distances those of the nearest images.
    for k, scale in enumerate(found.scales):
        side = 2 * SIZE // scale
        if scale >= 4:
            for radius in (found.response_radii[k], found.reading_radii[k]):
                exact = math.sqrt(mean_square(side))
                # The three latents of a cell of side 2 are equal in this, so that none scatter.
                assert radius.error < 0.1 * exact
                assert abs(radius.value - exact) < LIMIT * radius.error + 1e-12
        # The mean pattern holds 1 / u on u^2 sites, wherever its latents lie.
        assert found.responses[k].sum() == pytest.approx(min(side, SIZE))
    np.testing.assert_array_equal(found.responses, found.readings)


@pytest.mark.parametrize("scale", [1, 2, 4, 8, 16])
def test_haar_radii_are_those_of_their_patterns(scale: int) -> None:
    pattern = haar_modulus(SIZE, scale) ** 2
    assert pattern.sum() == pytest.approx(1.0)
    rows, columns = np.indices(pattern.shape)
    centre = [(pattern * axis).sum() for axis in (rows, columns)]
    square = (pattern * ((rows - centre[0]) ** 2 + (columns - centre[1]) ** 2)).sum()
    found = wavelets(NeuralRG.load(models_dir() / "ising-16.safetensors"), 2.3, samples=2, seed=1)
    assert found.haar_radii[found.scales.index(scale)] == pytest.approx(math.sqrt(square))


def test_distances_are_those_of_the_nearest_images() -> None:
    rows, columns = np.indices((8, 8))
    apart = [np.minimum(abs(axis - 4), 8 - abs(axis - 4)) for axis in (rows, columns)]
    np.testing.assert_allclose(centred_distances(8), np.hypot(*apart))


def test_results_come_as_samples_do_and_the_last_is_of_all() -> None:
    model = NeuralRG.load(models_dir() / "ising-8.safetensors")
    found = list(running_wavelets(model, 2.3, samples=20, seed=3))
    assert [(f.samples, f.total) for f in found] == [(8, 20), (16, 20), (20, 20)]
    again = wavelets(model, 2.3, samples=20, seed=3)
    np.testing.assert_array_equal(found[-1].responses, again.responses)


def test_a_single_sample_is_refused() -> None:
    model = NeuralRG.load(models_dir() / "ising-8.safetensors")
    with pytest.raises(NRGError, match="at least 2"):
        wavelets(model, 2.3, samples=1, seed=1)
