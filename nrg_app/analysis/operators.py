"""Operators of a renormalization group: sums over the lattice of products of a few spins.

Every operator is a sum over all translations, and over the rotations and reflections of the square
that give different products.  The Hamiltonian is ``-H / k_B T = sum_a K_a S_a``, so that ``K`` of
the first even operator is ``J / k_B T`` where only nearest neighbours are coupled.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from nrg_app.compiling import cached
from nrg_app.physics.lattice import validate_size, validate_spins

FloatArray = npt.NDArray[np.float64]
Shape = tuple[tuple[int, int], ...]

_WORD = 64  # bits


@dataclass(frozen=True)
class Operator:
    """A sum of products of spins.

    Attributes:
        name: Under which results refer to it.
        label: In words.
        shapes: For every product per site the offsets ``(row, column)`` of its spins.
    """

    name: str
    label: str
    shapes: tuple[Shape, ...]


def _symmetric(name: str, label: str, shape: Shape) -> Operator:
    """The operator of all different images of a shape under the symmetries of the square."""
    images: dict[Shape, None] = {}
    for turn in range(8):
        points = [(c, r) if turn & 4 else (r, c) for r, c in shape]
        for _ in range(turn & 3):
            points = [(c, -r) for r, c in points]
        first = min(points)
        images[tuple(sorted((r - first[0], c - first[1]) for r, c in points))] = None
    return Operator(name, label, tuple(sorted(images)))


EVEN: tuple[Operator, ...] = (
    _symmetric("nearest", "nearest neighbours", ((0, 0), (0, 1))),
    _symmetric("next-nearest", "next-nearest neighbours", ((0, 0), (1, 1))),
    _symmetric("plaquette", "four spins of a plaquette", ((0, 0), (0, 1), (1, 0), (1, 1))),
    _symmetric("third", "third neighbours", ((0, 0), (0, 2))),
    _symmetric("ring", "four spins around a site", ((0, 1), (1, 0), (1, 2), (2, 1))),
    _symmetric("knight", "fourth neighbours", ((0, 0), (1, 2))),
    _symmetric("fifth", "fifth neighbours", ((0, 0), (2, 2))),
)
"""Operators that do not change when all spins flip, in the order in which they are added."""

ODD: tuple[Operator, ...] = (
    _symmetric("spin", "magnetization", ((0, 0),)),
    _symmetric("corner", "three spins of a plaquette", ((0, 0), (0, 1), (1, 0))),
    _symmetric("row", "three spins in a row", ((0, 0), (0, 1), (0, 2))),
    _symmetric("wedge", "three spins around a site", ((0, 1), (1, 0), (2, 1))),
)
"""Operators that change sign."""


def operator_sums(spins: npt.ArrayLike, operators: Sequence[Operator]) -> FloatArray:
    """The operators of every configuration.

    Spins are packed into bits, so that a product of whole rows is an exclusive or of words.

    Args:
        spins: ``(n, L, L)``, +1 or -1, with L a power of two.
        operators: ``k`` of them.

    Returns:
        ``(n, k)``, whole numbers.

    Raises:
        NRGError: if the spins have the wrong shape or values.

    Example:
        >>> operator_sums(np.ones((1, 4, 4)), EVEN[:3]).tolist()
        [[32.0, 32.0, 16.0]]
    """
    checked = validate_spins(spins)
    n, size = len(checked), validate_size(checked.shape[1])
    bits = min(size, _WORD)
    # Bit j of a word is set where spin j of its part of the row points down.
    places = np.uint64(1) << np.arange(bits, dtype=np.uint64)
    down = (checked < 0).reshape(n, size, size // bits, bits)
    words = (down * places).sum(3, dtype=np.uint64)
    result = np.empty((n, len(operators)))
    for column, operator in enumerate(operators):
        shapes = np.array(operator.shapes, dtype=np.int64)
        _sum_products(words, bits, shapes, result[:, column])
    return result


@cached()
def _count(word: np.uint64) -> np.int64:
    """Number of set bits (Warren, Hacker's Delight, section 5-1)."""
    word = word - ((word >> np.uint64(1)) & np.uint64(0x5555555555555555))
    pairs = np.uint64(0x3333333333333333)
    word = (word & pairs) + ((word >> np.uint64(2)) & pairs)
    word = (word + (word >> np.uint64(4))) & np.uint64(0x0F0F0F0F0F0F0F0F)
    return np.int64((word * np.uint64(0x0101010101010101)) >> np.uint64(56))


@cached()
def _shifted(row: npt.NDArray[np.uint64], part: int, offset: int, bits: int) -> np.uint64:
    """The word of a row whose spin j is that of column j + offset, ``abs(offset) <= bits``."""
    word: np.uint64 = row[part]
    if offset > 0:
        after = row[(part + 1) % len(row)]
        word = (word >> np.uint64(offset)) | (after << np.uint64(bits - offset))
    elif offset < 0:
        before = row[part - 1]
        word = (word << np.uint64(-offset)) | (before >> np.uint64(bits + offset))
    word &= np.uint64(0xFFFFFFFFFFFFFFFF) >> np.uint64(_WORD - bits)
    return word


@cached()
def _sum_products(
    words: npt.NDArray[np.uint64], bits: int, shapes: npt.NDArray[np.int64], sums: FloatArray
) -> None:
    """Sum the products of every configuration ``(n, rows, words per row)``."""
    n, rows, parts = words.shape
    for k in range(n):
        down = np.int64(0)
        for shape in range(shapes.shape[0]):
            for row in range(rows):
                for part in range(parts):
                    product = np.uint64(0)
                    for spin in range(shapes.shape[1]):
                        other = (row + shapes[shape, spin, 0]) % rows
                        product ^= _shifted(words[k, other], part, shapes[shape, spin, 1], bits)
                    down += _count(product)
        sums[k] = shapes.shape[0] * rows * parts * bits - 2 * down
