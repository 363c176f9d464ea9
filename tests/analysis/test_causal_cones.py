"""Cones are the supports of the Jacobians, no more and no less."""

from __future__ import annotations

import functools
from typing import Any

import numpy as np
import pytest

from nrg_app.analysis.bulk import bulk_points, latent_index
from nrg_app.analysis.causal_cones import descendants, influence_cone, reading_cone, source_cone
from nrg_app.flows.geometry import generation_order
from nrg_app.flows.neural_rg import NeuralRG

from .generic_flows import (
    SHAPES,
    TEMPERATURE,
    generic_flow,
    generic_latents,
    read,
    sites_of,
    written,
)

CHOSEN = 10


@functools.cache
def flow_of(name: str) -> NeuralRG:
    return generic_flow(**SHAPES[name])


@pytest.fixture(params=SHAPES)
def model(request: Any) -> NeuralRG:
    return flow_of(request.param)


def chosen_of(model: NeuralRG) -> list[int]:
    """The first latents, one of each finer scale, and others at random."""
    found = {0, 1, *(scale * scale // 2 for scale in model.scales[1:])}
    rng = np.random.default_rng(2)
    while len(found) < CHOSEN:
        found.add(int(rng.integers(model.size**2)))
    return sorted(found)


def test_a_site_depends_on_the_latents_of_its_cone(model: NeuralRG) -> None:
    sites = chosen_of(model)
    moved = written(model, generic_latents(model), sites).numpy() != 0.0
    order = generation_order(model.size)
    for row, site in zip(moved, sites, strict=True):
        np.testing.assert_array_equal(row, source_cone(model.flow.shape, *order[site]))
    assert moved.any()
    assert not moved.all()


def test_a_latent_moves_the_sites_of_its_cone(model: NeuralRG) -> None:
    sites = chosen_of(model)
    moved = written(model, generic_latents(model), sites).numpy() != 0.0
    cones = np.stack([influence_cone(model.flow.shape, k) for k in range(model.size**2)])
    np.testing.assert_array_equal(moved, sites_of(cones, model.size)[:, sites].T)


def test_a_latent_is_read_from_the_sites_of_its_cone(model: NeuralRG) -> None:
    latents = chosen_of(model)
    field = model.decode(generic_latents(model), TEMPERATURE).field[0]
    seen = read(model, field, latents).numpy() != 0.0
    cones = np.stack([reading_cone(model.flow.shape, k) for k in latents])
    np.testing.assert_array_equal(seen, sites_of(cones, model.size))
    assert not seen.all()


def test_cones_from_both_ends_agree() -> None:
    shape = flow_of("plain").flow.shape
    forward = np.stack([influence_cone(shape, k) for k in range(64)])
    backward = np.stack([source_cone(shape, row, column) for row, column in np.ndindex(8, 8)])
    np.testing.assert_array_equal(forward.reshape(64, 64), backward.T)


def test_descendants_tile_the_lattice_at_every_scale() -> None:
    points = bulk_points(8)
    for scale in (2, 4, 8):
        cells = sum(descendants(8, k).astype(int) for k in np.flatnonzero(points.scales == scale))
        # Three latents of every cell.
        np.testing.assert_array_equal(cells, np.full((8, 8), 3))
    assert descendants(8, 0).all()
    corner = descendants(8, latent_index(8, 4, 1, 3))
    assert [ends.tolist() for ends in np.nonzero(corner)] == [
        [0] * 4 + [1] * 4 + [2] * 4 + [3] * 4,
        [4, 5, 6, 7] * 4,
    ]


def test_a_cone_holds_the_latents_own_site() -> None:
    shape = flow_of("plain").flow.shape
    for k, (row, column) in enumerate(bulk_points(8).positions.astype(int)):
        assert influence_cone(shape, k)[row, column]
