"""Second moments of all pairs of a pyramid, averaged over the translations of its cells.

Between the coefficients ``a`` of coarse cells and ``b`` of finer ones (or of the same scale),
each fine cell counted by its place inside the coarse one, all pairs are products ``a(c) b(c + d)``
at a displacement ``d`` of coarse cells.  Their sums over ``c`` are one cross-correlation by
Fourier transform; where cells of different colours differ, over the ``c`` of one colour.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from nrg_app.analysis.bulk import torus_separation
from nrg_app.analysis.pyramids import Pyramid

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]


class CellPairs:
    """All kinds of pairs between two scales, and their moments by blocks of samples.

    Attributes:
        samples: Number of samples.
        separations: Distance along the lattice of every kind of pairs in spacings, an array of
            axes (coarse coefficient and colour, fine coefficient, displacement, displacement).
        alike: Whether a kind pairs equal coefficients of two cells on one axis of the lattice,
            same shape; only within a scale.
        itself: Whether a kind pairs every coefficient with itself, likewise.

    Args:
        pyramid: The coefficients.
        fine: The finer scale.
        coarse: The coarser one, or the same.
        blocks: Number of blocks of samples.

    Example:
        >>> from nrg_app.analysis.pyramids import haar_pyramid
        >>> pyramid = haar_pyramid(np.random.default_rng(1).standard_normal((8, 4, 4)))
        >>> pairs = CellPairs(pyramid, 4, 4, blocks=2)  # 2 x 2 cells of three coefficients
        >>> pairs.separations.shape, int(pairs.itself.sum()), int(pairs.alike.sum())
        ((3, 3, 2, 2), 3, 6)
    """

    def __init__(self, pyramid: Pyramid, fine: int, coarse: int, blocks: int) -> None:
        cells = pyramid.cells[coarse]
        side = cells.shape[-1]
        self.samples = pyramid.samples
        inside = _inside(pyramid.cells[fine], side)
        self._colour = pyramid.colour
        colour = self._colour(*np.indices((side, side)))
        masks = np.stack([colour == k for k in range(1 + colour.max())]).astype(np.float64)
        # Coarse coefficient a of colour p is number a * colours + p.
        split = (cells[:, :, None] * masks).reshape(len(cells), -1, side, side)
        self._left = np.fft.rfft2(split).conj()
        self._right = np.fft.rfft2(inside)
        edges = np.linspace(0, len(cells), blocks + 1).astype(int)
        self._blocks = [slice(*pair) for pair in pairwise(edges.tolist())]
        self._squares = self._sum_squares(split, inside, masks)
        self._describe(pyramid, fine, coarse, len(masks))

    def products(self, chosen: IntArray, order: IntArray | None = None) -> FloatArray:
        """Sums of products of chosen kinds, ``(blocks, chosen)``.

        Args:
            chosen: Places of the kinds in the raveled arrays of kinds.
            order: Permutation of the samples of the fine coefficients.
        """
        right = self._right if order is None else self._right[order]
        side = self.separations.shape[-1]
        sums = []
        for part in self._blocks:
            spectrum = np.einsum("naxy,nbxy->abxy", self._left[part], right[part], optimize=True)
            sums.append(np.fft.irfft2(spectrum, s=(side, side)).ravel()[chosen])
        return np.stack(sums)

    def exchanged(self, rng: np.random.Generator) -> IntArray:
        """A permutation that exchanges the samples of every block two by two, at random.

        Half a turn of the torus leads to the same pair from both of its ends, and neighbours may
        be correlated on both sides: so are the pairs that exchanged samples make, which those of
        any other permutation are not.
        """
        order = np.arange(self.samples)
        for part in self._blocks:
            drawn = rng.permutation(order[part])
            half = len(drawn) // 2
            first, second = drawn[:half], drawn[half : 2 * half]
            order[first], order[second] = second, first
        return order

    def squares(self, chosen: IntArray) -> tuple[FloatArray, FloatArray]:
        """Sums of squares of the first and of the second member, each ``(blocks, chosen)``."""
        first, second = self._squares
        a, b, *step = np.unravel_index(chosen, self.separations.shape)
        # The first cell of the colour stands for all of them.
        side, colours = self.separations.shape[-1], second.shape[1]
        every = self._colour(*np.indices((side, side))).ravel()
        starts = np.array([np.flatnonzero(every == k)[0] for k in range(colours)])[a % colours]
        target = self._colour((starts // side + step[0]) % side, (starts % side + step[1]) % side)
        return first[:, a], second[:, target, b]

    def _sum_squares(
        self, split: FloatArray, inside: FloatArray, masks: FloatArray
    ) -> tuple[FloatArray, FloatArray]:
        """Of coarse ones ``(blocks, a)`` and of fine ones by colour ``(blocks, colour, b)``."""
        first = [(split[part] ** 2).sum((0, 2, 3)) for part in self._blocks]
        second = [
            np.einsum("nbxy,pxy->pb", inside[part] ** 2, masks, optimize=True)
            for part in self._blocks
        ]
        return np.stack(first), np.stack(second)

    def _describe(self, pyramid: Pyramid, fine: int, coarse: int, colours: int) -> None:
        side = coarse // 2
        ratio = fine // coarse
        steps = np.stack(np.meshgrid(np.arange(side), np.arange(side), indexing="ij"), -1)
        sub = np.stack(np.meshgrid(np.arange(ratio), np.arange(ratio), indexing="ij"), -1)
        # In the order of _inside: coefficient, row and column inside the coarse cell.
        second = pyramid.places[fine][:, None, None] + sub * float(pyramid.depth(fine))
        first = pyramid.places[coarse].repeat(colours, axis=0)
        target = second.reshape(-1, 2)[:, None, None] + steps * float(pyramid.depth(coarse))
        self.separations = torus_separation(first[:, None, None, None], target, pyramid.size)
        same = np.zeros(self.separations.shape[:2], dtype=bool)
        if ratio == 1:
            same = np.repeat(np.eye(3, dtype=bool), colours, axis=0)
        on_axis = (steps == 0).any(-1) & (steps <= side // 2).all(-1)
        self.itself: BoolArray = same[:, :, None, None] & (steps == 0).all(-1)
        self.alike: BoolArray = same[:, :, None, None] & on_axis & ~self.itself


def _inside(cells: FloatArray, side: int) -> FloatArray:
    """Fine coefficients ``(n, 3, m, m)`` by their place in coarse cells: ``(n, b, side, side)``."""
    n, _, m, _ = cells.shape
    ratio = m // side
    cut = cells.reshape(n, 3, side, ratio, side, ratio)
    return cut.transpose(0, 1, 3, 5, 2, 4).reshape(n, 3 * ratio * ratio, side, side)
