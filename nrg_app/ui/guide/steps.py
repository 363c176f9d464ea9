"""One sample's way through the scales, step by step, with a sentence for each step.

Generation goes from coarse to fine: the latents of a scale are drawn, then its field follows from
them and the next coarser field. Renormalization is the same map read backwards. What the sentences
say of correlations holds for the infinite lattice at the sample's temperature (Onsager 1944; McCoy
and Wu 1973); what they say of numbers is read off the sample.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nrg_app.physics.block_spins import is_decimation
from nrg_app.physics.exact import CRITICAL_TEMPERATURE, correlation_length
from nrg_app.ui.panels.numbers import MINUS, fixed, thousands

Values = NDArray[np.float32]
Tile = tuple[str, int]
"""A tile of the strip: "x" for the field or "z" for the latents, and the scale."""
Arrow = tuple[Tile, Tile]
"""From where to where something goes."""
GENERATE, REVERSE = "generate", "reverse"


@dataclass(frozen=True, eq=False)
class SampleFlow:
    """One sample at every scale.

    Attributes:
        temperature: in J/k_B.
        spins: (L, L), +1 or -1.
        fields: scale l -> (l, l), the field x_l.
        latents: scale l -> (l, l), z_l, NaN on the cells that are kept.
    """

    temperature: float
    spins: NDArray[np.int8]
    fields: dict[int, Values]
    latents: dict[int, Values]

    @property
    def size(self) -> int:
        """Lattice side L."""
        return len(self.spins)

    @property
    def scales(self) -> tuple[int, ...]:
        """The scales, coarsest first."""
        return tuple(sorted(self.fields))

    def decimates(self, scale: int) -> bool:
        """Return whether the next coarser field is one site in four of a scale's field."""
        return is_decimation(self.fields[scale], self.fields[scale // 2])


@dataclass(frozen=True)
class Step:
    """What one step shows.

    Attributes:
        shown: the tiles that are there, the active one included.
        active: the tile that this step brings.
        arrows: what goes where in this step.
        sentence: what happens, for people.
    """

    shown: frozenset[Tile]
    active: Tile
    arrows: tuple[Arrow, ...]
    sentence: str


def steps(flow: SampleFlow, direction: str) -> tuple[Step, ...]:
    """Return the steps of the generation, or with ``REVERSE`` of the renormalization.

    Both have two steps for every scale: one brings the field, one the latents.
    """
    parts = _generation(flow) if direction == GENERATE else _renormalization(flow)
    tiles = [tile for tile, _, _ in parts]
    return tuple(
        Step(frozenset(tiles[: number + 1]), tile, arrows, sentence)
        for number, (tile, arrows, sentence) in enumerate(parts)
    )


_Part = tuple[Tile, tuple[Arrow, ...], str]


def _generation(flow: SampleFlow) -> list[_Part]:
    parts: list[_Part] = []
    for scale in flow.scales:
        latents, field = ("z", scale), ("x", scale)
        inject: Arrow = (latents, field)
        parts.append((latents, (inject,), _latents_come(flow, scale)))
        arrows = (inject,) if scale == 1 else (inject, (("x", scale // 2), field))
        parts.append((field, arrows, _field_comes(flow, scale)))
    return parts


def _renormalization(flow: SampleFlow) -> list[_Part]:
    sites = thousands(flow.size**2)
    finest = f"Scale {flow.size}: the field at all {sites} sites. "
    parts: list[_Part] = [
        (("x", flow.size), (), finest + "Now the same map is read backwards, from fine to coarse.")
    ]
    for scale in flow.scales[:0:-1]:
        fine, coarse = ("x", scale), ("x", scale // 2)
        parts.append((coarse, ((fine, coarse),), _field_halves(flow, scale)))
        latents = ("z", scale)
        parts.append((latents, ((fine, latents),), _latents_go(flow, scale)))
    last = f"Scale 1: the last site becomes the last latent. {sites} sites have become {sites} "
    last += "normal random numbers; nothing is lost."
    parts.append((("z", 1), ((("x", 1), ("z", 1)),), last))
    return parts


def latent_count(scale: int) -> int:
    """Return how many latents a scale has: three quarters of its cells, one at scale 1."""
    return scale**2 - scale**2 // 4


def _latents_come(flow: SampleFlow, scale: int) -> str:
    if scale == 1:
        value = fixed(float(flow.latents[1][0, 0]), 2)
        return (
            f"Scale 1: one latent, a normal random number with mean 0 and variance 1: z = {value}."
        )
    carried = "keep the field" if flow.decimates(scale) else "carry the block variables"
    if scale == 2:
        return (
            "Scale 2: 3 fresh latents fill the three new sites; "
            f"the blank cell {carried.replace('keep', 'keeps').replace('carry', 'carries')} "
            "of scale 1."
        )
    return (
        f"Scale {scale}: {thousands(latent_count(scale))} fresh latents fill the three new sites "
        f"of every cell; the blank cells {carried} of scale {scale // 2}."
    )


def _field_comes(flow: SampleFlow, scale: int) -> str:
    if scale == 1:
        return _first_field(flow)
    if scale == flow.size:
        return (
            f"Scale {scale}: the field at all {thousands(scale**2)} sites, with its fine "
            f"structure. Each spin is then +1 with probability 1 / (1 + exp({MINUS}2x))."
        )
    spacing = flow.size // scale
    sites = all(flow.decimates(finer) for finer in flow.scales if finer > scale)
    blocks = f"of blocks of {spacing} \N{MULTIPLICATION SIGN} {spacing} sites"
    start = f"Scale {scale}: the field {f'at sites {spacing} apart' if sites else blocks}. "
    length = float(correlation_length(flow.temperature))
    if length >= spacing:
        return start + (
            f"Domains wider than about {spacing} sites have their place now; finer scales draw "
            "their edges."
        )
    xi = f"the correlation length, \N{GREEK SMALL LETTER XI} = {fixed(length, 1)}"
    if flow.temperature > CRITICAL_TEMPERATURE:
        return start + f"That is more than {xi}: they are nearly independent."
    return start + f"That is more than {xi}: they share the sign of the magnetization, little else."


def _first_field(flow: SampleFlow) -> str:
    value = float(flow.fields[1][0, 0])
    mean = float(flow.spins.mean(dtype=np.float64))
    start = f"Scale 1: the coarsest field, x = {fixed(value, 2)}. "
    length = float(correlation_length(flow.temperature))
    if flow.temperature > CRITICAL_TEMPERATURE and length < flow.size / 4:
        return start + (
            f"With \N{GREEK SMALL LETTER XI} = {fixed(length, 1)}, far below L = {flow.size}, "
            "it says little about the magnetization."
        )
    m = f"m = {fixed(mean, 2)}"
    if value * mean > 0:
        return start + f"Its sign is already that of the sample's magnetization, {m}."
    return start + f"Here the finer scales overrule its sign: the sample's magnetization is {m}."


def _field_halves(flow: SampleFlow, scale: int) -> str:
    start = f"Scale {scale} to {scale // 2}: "
    share = f"{thousands(scale**2 // 4)} of {thousands(scale**2)}"
    if flow.decimates(scale):
        what = f"of the four sites of every cell one stays, {share}. "
    else:
        what = f"every cell leaves one learned block variable, {share} numbers. "
    return start + what + "Lengths halve in units of the new spacing; large structures remain."


def _latents_go(flow: SampleFlow, scale: int) -> str:
    count = thousands(latent_count(scale))
    if scale == 2:
        return (
            "Scale 2: the other three sites, given what stays, become normal latents: 3 are put "
            "aside."
        )
    return (
        f"Scale {scale}: the other three sites of every cell, given what stays, become normal "
        f"latents: {count} are put aside."
    )
