"""Clusters on the torus, against a flood fill that walks over the unrolled lattice."""

from __future__ import annotations

from collections import deque

import numpy as np
import pytest

from nrg_app.errors import NRGError
from nrg_app.physics.clusters import spin_clusters

ONE_COLUMN = np.array([[1, -1, 1], [1, -1, 1], [1, -1, 1]])
STAIRS = np.array([[1, 1, -1], [-1, 1, 1], [1, -1, 1]])  # a loop of winding (1, 1)


def walk(spins: np.ndarray, start: tuple[int, int]) -> tuple[set, set]:
    """Return the sites of a cluster and the axes along which it meets itself displaced."""
    size = len(spins)
    seen, axes = {start: (0, 0)}, set()
    queue = deque([(start, (0, 0))])
    while queue:
        (row, column), (down, right) = queue.popleft()
        for dr, dc in ((1, 0), (-1, 0), (0, 1), (0, -1)):
            y, x = row + dr, column + dc
            site = (y % size, x % size)
            lap = (down + y // size, right + x // size)
            if spins[site] != spins[row, column]:
                continue
            if site not in seen:
                seen[site] = lap
                queue.append((site, lap))
            elif seen[site] != lap:
                axes |= {name for name, a, b in zip("yx", seen[site], lap, strict=True) if a != b}
    return set(seen), axes


@pytest.mark.parametrize("size", [1, 2, 3, 8, 13])
@pytest.mark.parametrize("density", [0.4, 0.5, 0.6])
def test_labels_sizes_and_windings_agree_with_a_walk(size: int, density: float) -> None:
    rng = np.random.default_rng(size)
    for _ in range(10):
        spins = np.where(rng.random((size, size)) < density, 1, -1).astype(np.int8)
        found = spin_clusters(spins)
        assert found.sizes.sum() == size**2
        assert (np.diff(found.sizes) <= 0).all()
        for label, first in enumerate(found.first_sites.tolist()):
            sites, axes = walk(spins, divmod(first, size))
            assert set(map(tuple, np.argwhere(found.labels == label).tolist())) == sites
            assert min(row * size + column for row, column in sites) == first
            assert found.sizes[label] == len(sites)
            assert {name for name, on in zip("xy", found.wraps[label], strict=True) if on} == axes


@pytest.mark.parametrize(
    ("spins", "wraps"),
    [(ONE_COLUMN, [[False, True]] * 2), (ONE_COLUMN.T, [[True, False]] * 2),
     (STAIRS, [[True, True], *[[False, False]] * 3]), (np.ones((4, 4)), [[True, True]])],
)  # fmt: skip
def test_windings_of_simple_patterns(spins: np.ndarray, wraps: list[list[bool]]) -> None:
    assert spin_clusters(spins).wraps.tolist() == wraps


def test_a_spiral_is_one_cluster() -> None:
    spins = -np.ones((9, 9), dtype=int)
    turns = [(1, 1, 1, 7), (1, 7, 7, 7), (7, 3, 7, 7), (3, 3, 7, 3), (3, 3, 3, 5), (3, 5, 5, 5)]
    for top, left, bottom, right in turns:
        spins[top : bottom + 1, left : right + 1] = 1
    found = spin_clusters(spins)
    assert len(found) == 2
    assert found.wraps.tolist() == [[True, True], [False, False]]


def test_only_one_square_lattice_is_taken() -> None:
    with pytest.raises(NRGError, match="one square lattice"):
        spin_clusters(np.ones((2, 4, 4)))
