"""The two looks of a figure: ink on paper, or light on a dark slide."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, get_args

from nrg_app.errors import NRGError
from nrg_app.figures.palette import DIVERGING

LookName = Literal["paper", "slides"]
LOOKS: tuple[LookName, ...] = get_args(LookName)
BLUE_ORANGE = "blue-orange"


@dataclass(frozen=True)
class Look:
    """Colours as ``#RRGGBB``, and how large words are.

    Attributes:
        name: "paper" or "slides".
        ground: of the page.
        ink: of text, axes and what is exact.
        muted: of what is of less weight.
        faint: of bands and of the cells that a coarser scale keeps.
        wall: of domain walls.
        accent: of what the network says.
        cold: one side of something.
        warm: the other side.
        diverging: stops of the colour map of fields, negative ones first.
        family: an ordered family, such as lattice sides.
        size: of type and margins, 1 on paper.
    """

    name: LookName
    ground: str
    ink: str
    muted: str
    faint: str
    wall: str
    accent: str
    cold: str
    warm: str
    diverging: tuple[str, ...]
    family: tuple[str, ...]
    size: float

    def color(self, meaning: str) -> str:
        """Return the colour of what a ``plot_spec.Series`` calls its colour by."""
        if meaning.isdigit():
            return self.family[int(meaning)]
        return {
            "network": self.accent,
            "muted": self.muted,
            "cold": self.cold,
            "warm": self.warm,
        }.get(meaning, self.ink)


@lru_cache(maxsize=8)
def look_of(name: str, color_map: str = BLUE_ORANGE) -> Look:
    """Return a look by name, with one of the colour maps of ``palette.DIVERGING``.

    Raises:
        NRGError: if there is no such look.
    """
    light, dark = DIVERGING.get(color_map, DIVERGING[BLUE_ORANGE])
    if name == "paper":
        return Look(
            name="paper", ground="#FFFFFF", ink="#181D23", muted="#6B7783", faint="#DFE4E9",
            wall="#10151B", accent="#0A7568", cold="#0B5CA3", warm="#8F4200", diverging=light,
            family=("#4D9960", "#008A77", "#007387", "#00588B", "#2B3B7F", "#3D1F63"), size=1.0,
        )  # fmt: skip
    if name == "slides":
        return Look(
            name="slides", ground="#161A20", ink="#E6EAEF", muted="#A9B4C0", faint="#3A4552",
            wall="#FFFFFF", accent="#35C7B0", cold="#88CEFF", warm="#FDB769", diverging=dark,
            family=("#9274C3", "#6F96E1", "#40B7E2", "#43D2C9", "#8DE3A5", "#DBE889"), size=1.6,
        )  # fmt: skip
    raise NRGError(f"A figure looks like {' or '.join(LOOKS)}, not like '{name}'.")


PAPER = look_of("paper")
