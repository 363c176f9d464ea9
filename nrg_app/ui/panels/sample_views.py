"""The views of the Sample panel: colours of the cells, legend, and what one cell reads."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from nrg_app.figures.cluster_colors import cluster_colors
from nrg_app.physics.clusters import Clusters, spin_clusters
from nrg_app.physics.structure import structure_factor
from nrg_app.ui import painting
from nrg_app.ui.panels.numbers import MINUS, fixed, signed_integer, thousands
from nrg_app.ui.panels.text import Line, Run, plain, sub, sym
from nrg_app.ui.theme import Theme

# The median of |x| is 6 at Tc and 8 at T = 1.6; 95 % lie below 10 and 12.
FIELD_RANGE = 10.0
# At T = 1.5 the structure factor away from k = 0 is about 0.03.
LEAST_STRUCTURE = 0.01
Cell = tuple[int, int]


@dataclass(frozen=True, eq=False)
class Ensemble:
    """A set of samples: (n, L, L) spins and the fields x that they were drawn from."""

    spins: NDArray[np.int8]
    fields: NDArray[np.float32]

    @cached_property
    def structure(self) -> NDArray[np.float64]:
        """The structure factor of the whole set, (L, L), k = 0 at index L // 2."""
        return structure_factor(self.spins)


@dataclass(frozen=True, eq=False)
class Shown:
    """One sample of a set."""

    ensemble: Ensemble
    index: int

    @property
    def spins(self) -> NDArray[np.int8]:
        """Its (L, L) spins."""
        return self.ensemble.spins[self.index]

    @property
    def field(self) -> NDArray[np.float32]:
        """Its (L, L) field."""
        return self.ensemble.fields[self.index]

    @cached_property
    def clusters(self) -> Clusters:
        """Its clusters of equal spins."""
        return spin_clusters(self.spins)


@dataclass(frozen=True)
class Swatches:
    """A legend of colours with a text each."""

    items: tuple[tuple[str, str], ...]


@dataclass(frozen=True, eq=False)
class Bar:
    """A legend of one colour bar between two labels."""

    table: painting.Colors
    labels: tuple[str, str]
    symbol: Run


class SampleView:
    """How one view looks; ``reciprocal`` if its cells are wave vectors and not sites."""

    reciprocal = False

    def colors(self, shown: Shown, theme: Theme) -> painting.Colors:
        """Return the colours of the cells, (L, L)."""
        raise NotImplementedError

    def legend(self, shown: Shown, theme: Theme) -> Swatches | Bar:
        """Return what explains the colours."""
        raise NotImplementedError

    def summary(self, shown: Shown) -> Sequence[Line]:
        """Return what the legend reads without a cursor, from long to short."""
        return [(sym("m"), plain(f" = {fixed(float(shown.spins.mean()), 3)}"))]

    def reading(self, shown: Shown, cell: Cell) -> Sequence[Line]:
        """Return what one cell reads, from long to short."""
        site, spin = _site(shown, cell)
        x = float(shown.field[cell])
        field = (sym("x"), plain(f" = {fixed(x, 2)}"))
        return [(*site, *spin, *field, *_probability(x)), (*site, *spin, *field)]


def _site(shown: Shown, cell: Cell) -> tuple[Line, Line]:
    row, column = cell
    spin = signed_integer(int(shown.spins[cell]))
    return (plain(f"site ({column}, {row})  "),), (sym("s"), plain(f" = {spin}  "))


def _probability(x: float) -> Line:
    probability = 0.5 * (1.0 + math.tanh(x))
    return (sym("  P"), plain("(+1)"), plain(f" = {fixed(probability, 3)}"))


class SpinsView(SampleView):
    """The spins in two colours."""

    def colors(self, shown: Shown, theme: Theme) -> painting.Colors:
        """Return the colours of the spins."""
        return painting.spin_colors(shown.spins, theme.spin_down, theme.spin_up)

    def legend(self, shown: Shown, theme: Theme) -> Swatches:
        """Return a colour for each spin."""
        pairs = ((theme.spin_up, 1), (theme.spin_down, -1))
        return Swatches(tuple((color, signed_integer(spin)) for color, spin in pairs))


class FieldView(SampleView):
    """The continuous field x."""

    def colors(self, shown: Shown, theme: Theme) -> painting.Colors:
        """Return diverging colours between -10 and 10."""
        table = painting.gradient(theme.diverging)
        return painting.colorize(shown.field, -FIELD_RANGE, FIELD_RANGE, table)

    def legend(self, shown: Shown, theme: Theme) -> Bar:
        """Return the colour bar of x."""
        labels = (f"\u2212{FIELD_RANGE:.0f}", f"+{FIELD_RANGE:.0f}")
        return Bar(painting.gradient(theme.diverging), labels, sym("x"))


class ProbabilityView(SampleView):
    """The probability of s = +1 given the field."""

    def colors(self, shown: Shown, theme: Theme) -> painting.Colors:
        """Return cividis between 0 and 1."""
        with np.errstate(over="ignore"):
            probability = 1 / (1 + np.exp(-2 * shown.field))
        return painting.colorize(probability, 0, 1, painting.gradient(painting.CIVIDIS))

    def legend(self, shown: Shown, theme: Theme) -> Bar:
        """Return the colour bar of P."""
        return Bar(painting.gradient(painting.CIVIDIS), ("0", "1"), sym("P"))

    def reading(self, shown: Shown, cell: Cell) -> Sequence[Line]:
        """Lead with the probability where the field does not fit."""
        site, spin = _site(shown, cell)
        short = (*site, *spin, *_probability(float(shown.field[cell])))
        return [super().reading(shown, cell)[0], short]


class ClustersView(SampleView):
    """The clusters of equal neighbouring spins."""

    def colors(self, shown: Shown, theme: Theme) -> painting.Colors:
        """Return a colour for each cluster."""
        return cluster_colors(shown.clusters, shown.spins)[shown.clusters.labels]

    def legend(self, shown: Shown, theme: Theme) -> Swatches:
        """Return the colour of the largest cluster."""
        color = int(cluster_colors(shown.clusters, shown.spins)[0]) & 0xFFFFFF
        return Swatches(((f"#{color:06X}", "largest"),))

    def summary(self, shown: Shown) -> Sequence[Line]:
        """Return the number of clusters and what the largest is like."""
        clusters = shown.clusters
        count = f"{thousands(len(clusters))} cluster" + ("s" if len(clusters) > 1 else "")
        share = f"largest {100 * clusters.sizes[0] / shown.spins.size:.0f} %"
        wraps = wrapping(clusters.wraps[0])
        parts = (count, share, wraps)
        return [(plain(" \u00b7 ".join(parts[:n])),) for n in (3, 2, 1)]

    def reading(self, shown: Shown, cell: Cell) -> Sequence[Line]:
        """Return the size of the cell's cluster, and whether it wraps."""
        site, spin = _site(shown, cell)
        clusters = shown.clusters
        label = clusters.labels[cell]
        size = f"size {thousands(int(clusters.sizes[label]))}"
        short = (*site, *spin, plain(size))
        wraps = clusters.wraps[label]
        return [(*short, plain(f"  {wrapping(wraps)}")), short] if wraps.any() else [short]


def wrapping(wraps: NDArray[np.bool_]) -> str:
    """Return in words around which axes a cluster winds."""
    axes = [name for name, on in zip("xy", wraps, strict=True) if on]
    return f"wraps {' and '.join(axes)}" if axes else "does not wrap"


class StructureView(SampleView):
    """The structure factor of all samples of the set, on a logarithmic scale."""

    reciprocal = True

    def colors(self, shown: Shown, theme: Theme) -> painting.Colors:
        """Return cividis between 0.01 and the number of sites."""
        structure = shown.ensemble.structure
        low, high = math.log10(LEAST_STRUCTURE), math.log10(structure.size)
        values = np.log10(np.maximum(structure, LEAST_STRUCTURE))
        return painting.colorize(values, low, high, painting.gradient(painting.CIVIDIS))

    def legend(self, shown: Shown, theme: Theme) -> Bar:
        """Return the logarithmic colour bar of S."""
        top = thousands(shown.spins.size)
        return Bar(painting.gradient(painting.CIVIDIS), (f"{LEAST_STRUCTURE:g}", top), sym("S"))

    def summary(self, shown: Shown) -> Sequence[Line]:
        """Return over how many samples the mean goes."""
        count = len(shown.ensemble.spins)
        mean = f"log scale, mean of {count} sample" + ("s" if count > 1 else "")
        return [(plain(mean),), (plain("log scale"),)]

    def reading(self, shown: Shown, cell: Cell) -> Sequence[Line]:
        """Return k and S(k)."""
        size = len(shown.spins)
        kx, ky = (wave_text(index, size) for index in reversed(cell))
        value = f"{shown.ensemble.structure[cell]:.3g}"
        k = (sym("k"), plain(f" = ({kx}, {ky}) "), sym("\u03c0"))
        return [(*k, sym("  S"), plain(f" = {value}"))]


def wave_number(index: int, size: int) -> float:
    """Return the wave number of a row or column of the structure factor, in units of pi.

    >>> [wave_number(index, 4) for index in range(4)]
    [-1.0, -0.5, 0.0, 0.5]
    """
    return 2.0 * (index - size // 2) / size


def wave_text(index: int, size: int) -> str:
    """Return a wave number in units of pi as text, exactly.

    >>> wave_text(24, 32), wave_text(17, 32)
    ('0.5', '0.0625')
    """
    return f"{wave_number(index, size):g}".replace("-", MINUS)


def axis_title(*, vertical: bool) -> Line:
    """Return the title of an axis of wave numbers."""
    return (sym("k"), sub("y" if vertical else "x", symbol=True), plain("/"), sym("\u03c0"))


VIEWS: dict[str, SampleView] = {
    "spins": SpinsView(),
    "field": FieldView(),
    "probability": ProbabilityView(),
    "clusters": ClustersView(),
    "structure": StructureView(),
}
