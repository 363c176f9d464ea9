"""How the latents of single samples differ from those that the seeds give.

A sample may be replaced by an encoded configuration (:class:`Source`), turned towards another
sample (:class:`Blend`) and changed latent by latent (:class:`Edit`), in this order. All three are
plain values: they are part of the document and of every request.
"""

from __future__ import annotations

import math
import numbers
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from nrg_app.errors import NRGError

LATENT_LIMIT = 5.0
"""Largest |z| that an edit may set; beyond it single precision has no digits left."""
MAX_SCALE = 2**15


class Edit(NamedTuple):
    """One latent set by hand: sample index, scale l, row and column (0 .. l - 1), z."""

    sample: int
    scale: int
    row: int
    column: int
    value: float

    @property
    def place(self) -> tuple[int, int, int, int]:
        """Which latent it is: (sample, scale, row, column)."""
        return self[:4]


Edits = tuple[Edit, ...]
"""At most one edit per latent, in order."""


class Blend(NamedTuple):
    """A sample on its way (0 to 1) to another one; see :func:`interpolate`."""

    sample: int
    target: int
    amount: float


@dataclass(frozen=True)
class Source:
    """A configuration that takes the place of a sample: encoded, then decoded like the others.

    Attributes:
        sample: index of the sample whose place it takes.
        temperature: T at which it was encoded, in J/k_B; its latents stay when T moves.
        seed: of the noise of its field given its spins, and of Wolff's algorithm.
        size: lattice side of the spins, 0 for a sample of Wolff's algorithm.
        bits: the spins from the first row on, one bit each, 1 for +1; empty for a Wolff sample.
        redrawn: scales whose latents are the network's again because they were resampled.
    """

    sample: int
    temperature: float
    seed: int
    size: int = 0
    bits: bytes = field(default=b"", repr=False)
    redrawn: frozenset[int] = frozenset()

    @property
    def spins(self) -> NDArray[np.int8] | None:
        """Spins (L, L), +1 or -1; None if Wolff's algorithm draws them."""
        if not self.size:
            return None
        bits = np.unpackbits(np.frombuffer(self.bits, np.uint8), count=self.size**2)
        return (2 * bits.astype(np.int8) - 1).reshape(self.size, self.size)


def alterations(size: int, source: Source | None, blend: Blend | None, edits: Edits) -> str:
    """Return in words what of samples was not drawn but chosen, "" for nothing.

    Args:
        size: Lattice side; what does not fit it is left out, as it is in the samples.
        source: What takes the place of one.
        blend: What is on its way to another one.
        edits: What was set by hand.
    """
    told = []
    if source is not None and source.size in (0, size):
        what = "given spins" if source.size else "a Wolff sample"
        place = f"sample {source.sample + 1}"
        told.append(f"{place} is {what}, encoded at T = {source.temperature:.6g} J/k_B")
    if blend is not None:
        place = f"sample {blend.sample + 1}"
        told.append(f"{place} is {blend.amount:.3g} of the way to sample {blend.target + 1}")
    counts = Counter(edit.sample for edit in edits if edit.scale <= size)
    for index, count in sorted(counts.items()):
        told.append(f"latents of sample {index + 1} set by hand: {count}")
    return "; ".join(told)


def after_redraw(source: Source, kept: frozenset[int]) -> Source | None:
    """Return a source after all scales but some were redrawn; None if nothing is left of it."""
    if not kept - source.redrawn:
        return None
    scales = {2**k for k in range(MAX_SCALE.bit_length())}
    return replace(source, redrawn=source.redrawn | scales - kept)


def pack_spins(spins: NDArray[np.int8]) -> bytes:
    """Return the bits of spins (L, L) for :class:`Source`."""
    return np.packbits(spins.ravel() > 0).tobytes()


def interpolate(
    start: NDArray[np.float64], end: NDArray[np.float64], amount: float
) -> NDArray[np.float64]:
    """Return cos(a) z1 + sin(a) z2 with a = amount * pi / 2.

    For independent normal z1 and z2 the result is normal at every amount, unlike on a straight
    line, where it would have less variance between them.

    >>> interpolate(np.array([3.0, 0.0]), np.array([0.0, 3.0]), 0.5).round(3).tolist()
    [2.121, 2.121]
    """
    angle = amount * math.pi / 2
    return np.asarray(math.cos(angle) * start + math.sin(angle) * end)


def norm_excess(latents: Iterable[NDArray[np.floating[Any]]]) -> float:
    """Return how far the squared norm of N latents is from its mean N, in its deviations.

    It says how typical a configuration is for the network: |z|^2 is a chi-squared number of
    mean N and variance 2N for its own samples. NaN counts as no latent.

    >>> round(norm_excess([np.full((2, 2), 2.0), np.array([[np.nan, 1.0]])]), 3)
    3.795
    """
    z = np.concatenate([values.ravel() for values in latents]).astype(np.float64)
    z = z[np.isfinite(z)]
    return float((np.sum(z**2) - z.size) / math.sqrt(2 * z.size))


def is_scale(value: object) -> bool:
    """Return whether a value is the side of a lattice of the flow: 1, 2, 4, ...

    >>> [is_scale(value) for value in (1, 8, 0, 3, 2.0)]
    [True, True, False, False, False]
    """
    return (
        isinstance(value, numbers.Integral)
        and 0 < int(value) <= MAX_SCALE
        and not int(value) & (int(value) - 1)
    )


def scales_up_to(scale: int) -> frozenset[int]:
    """Return a scale and all coarser ones.

    >>> sorted(scales_up_to(4)), sorted(scales_up_to(0))
    ([1, 2, 4], [])
    """
    return frozenset(2**k for k in range(scale.bit_length()))


def checked_locks(value: Iterable[Any]) -> frozenset[int]:
    """Return locked scales as a set.

    Raises:
        NRGError: if one of them is no scale.
    """
    scales = frozenset(value)
    if not all(map(is_scale, scales)):
        raise NRGError("The locked scales must be powers of two such as 8.")
    return frozenset(map(int, scales))


def checked_edits(value: Iterable[Any], samples: int) -> Edits:
    """Return edits in order; of two of the same latent the later counts.

    Raises:
        NRGError: if one of them names no latent of the first ``samples`` samples, or its value
            is beyond ``LATENT_LIMIT``.
    """
    edits: dict[tuple[int, int, int, int], Edit] = {}
    for entry in value:
        edit = Edit(*entry)
        if not (_is_index(edit.sample, samples) and is_latent(*edit.place[1:])):
            raise NRGError("The edited latents must be cells that hold a latent.")
        # NaN fails the comparison.
        if not (isinstance(edit.value, float | int) and abs(edit.value) <= LATENT_LIMIT):
            raise NRGError(f"The value of a latent must lie within ±{LATENT_LIMIT:g}.")
        sample, scale, row, column = map(int, edit.place)
        edits[edit.place] = Edit(sample, scale, row, column, float(edit.value))
    return tuple(sorted(edits.values()))


def is_latent(scale: int, row: int, column: int) -> bool:
    """Return whether a cell holds a latent: not those kept for the next coarser scale.

    >>> is_latent(1, 0, 0), is_latent(4, 2, 2), is_latent(4, 2, 3), is_latent(4, 4, 1)
    (True, False, True, False)
    """
    inside = is_scale(scale) and _is_index(row, scale) and _is_index(column, scale)
    return inside and (scale == 1 or bool(row % 2 or column % 2))


def checked_blend(value: Any, samples: int) -> Blend | None:
    """Return a blend of two of the first ``samples`` samples.

    Raises:
        NRGError: if the samples are the same or unknown, or the amount is not from 0 to 1.
    """
    if value is None:
        return None
    blend = Blend(*value)
    if not all(_is_index(index, samples) for index in blend[:2]) or blend.sample == blend.target:
        raise NRGError("The samples to interpolate between must be two of those on show.")
    if not (isinstance(blend.amount, float | int) and 0.0 <= blend.amount <= 1.0):
        raise NRGError("The way to the other sample must be a number from 0 to 1.")
    return Blend(int(blend.sample), int(blend.target), float(blend.amount))


def checked_source(value: Any, samples: int) -> Source | None:
    """Return an encoded configuration.

    Raises:
        NRGError: if its place, temperature, seed or the number of its spins is impossible.
    """
    if value is None:
        return None
    if not isinstance(value, Source) or not _is_index(value.sample, samples):
        raise NRGError("The encoded configuration must take the place of a sample on show.")
    if not 0.0 < value.temperature <= 1000.0:
        raise NRGError("The temperature of an encoding must be above 0 and at most 1000.")
    if not 0 <= value.seed < 2**31:
        raise NRGError("The seed of an encoding must be a whole number from 0 to 2147483647.")
    if (value.size and not is_scale(value.size)) or len(value.bits) != -(-(value.size**2) // 8):
        raise NRGError("The encoded spins must fill a square of a side such as 32.")
    checked_locks(value.redrawn)
    return value


def _is_index(value: object, count: int) -> bool:
    return isinstance(value, numbers.Integral) and 0 <= int(value) < count
