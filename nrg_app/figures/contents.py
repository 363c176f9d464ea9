"""What the panels of the window show, in plain data, for print: pictures, tables and plots.

A panel's content is made once, from samples or results, and then drawn (``compose``), written as
numbers (``content_tables``) or kept in a session file. Markup is that of ``plot_spec``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from nrg_app.figures.markup import plain_words
from nrg_app.figures.plot_spec import Array, PlotSpec

Values = NDArray[np.floating[Any] | np.integer[Any]]
ColorKind = Literal["spins", "clusters", "diverging", "share"]
Direction = Literal["horizontal", "vertical", "diagonal"]
FIELD_LIMIT, LATENT_LIMIT = 10.0, 3.0


@dataclass(frozen=True)
class ColorScale:
    """How values become colours.

    Attributes:
        kind: two colours for "spins", one for every cluster of spins, a "diverging" map around
            zero or that of a "share", which is not negative.
        low: value of the first colour.
        high: value of the last colour.
        symbol: markup of what is shown.
        log: whether the colours are even in the logarithm.
    """

    kind: ColorKind
    low: float = -1.0
    high: float = 1.0
    symbol: str = ""
    log: bool = False


SPINS = ColorScale("spins", symbol="$s$")
FIELD = ColorScale("diverging", -FIELD_LIMIT, FIELD_LIMIT, "$x$")
LATENTS = ColorScale("diverging", -LATENT_LIMIT, LATENT_LIMIT, "$z$")


@dataclass(frozen=True, eq=False)
class Picture:
    """One square lattice.

    Attributes:
        key: short name, for files and templates.
        title: words of the heading.
        symbol: markup after the title.
        values: (l, l), of spins for "clusters".
        colors: how they become colours.
        walls: draw the walls between unlike signs.
        waves: the cells are wave vectors in units of pi, not sites.
        note: a line below.
        provenance: what was run, as words by name.
    """

    key: str
    title: str
    symbol: str
    values: Values
    colors: ColorScale
    walls: bool = False
    waves: bool = False
    note: str = ""
    provenance: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Tiles:
    """Small lattices in rows.

    Attributes:
        values: (rows, columns, l, l); a tile of NaN is left out.
        colors: of all tiles.
        row_labels: markup beside the rows, none or one for each.
        column_labels: markup above the columns, likewise.
        alone: every tile is as bright as its own largest value.
    """

    key: str
    title: str
    symbol: str
    values: Values
    colors: ColorScale
    row_labels: tuple[str, ...] = ()
    column_labels: tuple[str, ...] = ()
    alone: bool = False
    note: str = ""
    provenance: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class FlowPicture:
    """A sample at every scale above the latents that each scale takes.

    Attributes:
        upper: scale l -> (l, l) field, spins or block spins.
        colors: of the upper row.
        latents: scale l -> (l, l), NaN on kept cells.
    """

    key: str
    title: str
    symbol: str
    upper: Mapping[int, Values]
    colors: ColorScale
    latents: Mapping[int, Values]
    provenance: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class DiskPicture:
    """The latents of one lattice line on the Poincaré disk.

    Attributes:
        direction: of the line, "horizontal", "vertical" or "diagonal".
        row: which of its kind.
        spins: (L,) along the line.
        latents: scale l -> (max(1, l / 2),) of its nodes.
        response: (L,) of the sites to one latent, None for none.
    """

    key: str
    title: str
    symbol: str
    direction: str
    row: int
    spins: Values
    latents: Mapping[int, Values]
    response: Array | None = None
    provenance: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class StackPicture:
    """The scales as layers seen from the side, the finest at the bottom; angles in degrees."""

    key: str
    title: str
    symbol: str
    layers: Mapping[int, Values]
    colors: ColorScale
    tilt: float = 25.0
    turn: float = 45.0
    spread: float = 1.0
    provenance: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class TableSpec:
    """A table of words, the first column on the left.

    Attributes:
        columns: markup of the heads.
        rows: markup of the cells, as many in every row.
        numbers: name -> (rows,), NaN where unknown: what stands behind the words.
        note: a line below.
    """

    key: str
    title: str
    symbol: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numbers: Mapping[str, Array] = field(default_factory=dict)
    note: str = ""
    provenance: Mapping[str, str] = field(default_factory=dict)


Content = PlotSpec | Picture | Tiles | FlowPicture | DiskPicture | StackPicture | TableSpec


def is_empty(content: Content) -> bool:
    """Return whether there is nothing to see yet."""
    if isinstance(content, PlotSpec):
        return content.is_empty()
    return isinstance(content, TableSpec) and not content.rows


def contents_metadata(contents: Sequence[Content]) -> dict[str, str]:
    """Title and description of a figure: what it shows, and what was run to get it."""
    groups: dict[str, list[str]] = {}
    for content in contents:
        told = "; ".join(f"{name}: {words}" for name, words in content.provenance.items())
        groups.setdefault(told, []).append(plain_words(content.title))
    titles = dict.fromkeys(plain_words(content.title) for content in contents)
    parts = [
        f"{', '.join(dict.fromkeys(shown))} ({told})" if len(groups) > 1 else told
        for told, shown in groups.items()
    ]
    return {"Title": ", ".join(titles), "Description": ". ".join(parts)}
