"""The order of the sites and what a new site can see."""

import itertools

import numpy as np
import pytest

from nrg_app.flows.geometry import (
    block_stage,
    generation_order,
    octave_stages,
    raster_to_generation,
)


@pytest.mark.parametrize("size", [1, 2, 4, 8, 16])
def test_order_visits_every_site_once(size: int) -> None:
    order = generation_order(size)
    assert sorted(map(tuple, order.tolist())) == [(x, y) for x in range(size) for y in range(size)]
    ranks = raster_to_generation(size)
    assert (order[ranks] == np.array([(x, y) for x in range(size) for y in range(size)])).all()


@pytest.mark.parametrize("size", [2, 4, 8, 16])
def test_coarse_lattice_is_the_prefix(size: int) -> None:
    coarse = generation_order(size // 2)
    assert (generation_order(size)[: len(coarse)] == 2 * coarse).all()


@pytest.mark.parametrize("colours", [2, 4])
@pytest.mark.parametrize("size", [2, 4, 8, 16])
def test_stages_append_all_new_sites_and_see_only_known_ones(size: int, colours: int) -> None:
    stages = octave_stages(size, 3, colours)
    assert len(stages) == (3 if size == 2 else 3 * colours)
    assert stages[0].start == size * size // 4
    assert stages[-1].start + stages[-1].count == size * size
    for before, after in itertools.pairwise(stages):
        assert after.start == before.start + before.count
    for stage in stages:
        assert stage.neighbours.min() >= 0
        assert stage.neighbours.max() < stage.start


@pytest.mark.parametrize("colours", [2, 4])
@pytest.mark.parametrize("size", [8, 16])
def test_every_row_of_a_stencil_is_one_displacement_within_the_radius(
    size: int, colours: int
) -> None:
    order = generation_order(size)
    for stage in octave_stages(size, 3, colours):
        targets = order[stage.start : stage.start + stage.count]
        for row, displacement in zip(stage.neighbours, stage.displacements, strict=True):
            shift = (order[row] - targets + size // 2) % size - size // 2
            assert (shift == (np.array(displacement) + size // 2) % size - size // 2).all()
            assert np.abs(shift).max() <= 3


def test_all_octaves_beyond_the_first_have_equal_stencils() -> None:
    shapes = {
        size: [len(stage.neighbours) for stage in octave_stages(size, 3)] for size in (4, 8, 16)
    }
    assert shapes[4] == shapes[8] == shapes[16] == [16, 20, 24, 28, 40, 44]
    stencils = {
        size: [stage.displacements for stage in octave_stages(size, 3, 4)] for size in (4, 8, 16)
    }
    assert stencils[4] == stencils[8] == stencils[16]


def test_sites_of_one_of_four_colours_lie_four_apart() -> None:
    order = generation_order(16)
    for stage in octave_stages(16, 3, 4):
        sites = order[stage.start : stage.start + stage.count]
        assert ((sites - sites[0]) % 4 == 0).all()


def test_block_variables_see_every_site_around_them_but_the_coarse_ones() -> None:
    order = generation_order(8)
    stage, cell = block_stage(8, 2)
    assert (order[: stage.count] % 2 == 0).all()
    assert (order[stage.neighbours] % 2).any(-1).all()
    assert len(stage.neighbours) == 5 * 5 - 3 * 3
    # The marked rows are the rest of the 2 x 2 cell that begins at the coarse site.
    moved = (order[stage.neighbours[cell]] - order[: stage.count]) % 8
    assert sorted(map(tuple, moved[:, 0])) == [(0, 1), (1, 0), (1, 1)]
    assert (moved == moved[:, :1]).all()
