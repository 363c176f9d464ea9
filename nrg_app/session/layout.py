"""What a window shows of its panels, as plain data that settings and session files hold.

Places are rectangles and not Qt's own record of a window's docks: that one means nothing outside
the program that wrote it, and reading a damaged one ends the process.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Literal

PlaceState = Literal["docked", "floating", "hidden"]
VERSION = 1
MAX_PANELS = 64
_MAX_PIXELS = 2**15
_LEAST_SHARE = 0.01


@dataclass(frozen=True)
class PanelPlace:
    """Where one panel of a workspace is; panels at the same place are tabs of it.

    Attributes:
        panel: its name in the workspace.
        x: left edge; like the next three a share (0 to 1) of the workspace for a docked panel,
            in logical pixels of the desktop for a floating one, 0 for a hidden one.
        y: upper edge.
        width: width.
        height: height.
        state: "docked", "floating" or "hidden".
        front: whether it lies before the other panels at its place.

    Raises:
        ValueError: if the numbers make no rectangle.
    """

    panel: str
    x: float = 0.0
    y: float = 0.0
    width: float = 0.0
    height: float = 0.0
    state: PlaceState = "hidden"
    front: bool = True

    def __post_init__(self) -> None:
        numbers = (self.x, self.y, self.width, self.height)
        if not isinstance(self.panel, str) or not isinstance(self.front, bool):
            raise ValueError("a panel's place has a name and says whether it is in front")
        if not all(isinstance(n, int | float) and math.isfinite(n) for n in numbers):
            raise ValueError("a panel's place has four finite numbers")
        if self.state == "docked":
            inside = min(numbers) >= 0 and max(self.x + self.width, self.y + self.height) <= 1.001
            sound = inside and min(self.width, self.height) >= _LEAST_SHARE
        elif self.state == "floating":
            sound = max(map(abs, numbers)) <= _MAX_PIXELS and min(self.width, self.height) >= 1
        else:
            sound = self.state == "hidden"
        if not sound:
            raise ValueError("a panel's place is no rectangle of a workspace or a screen")


Arrangement = tuple[PanelPlace, ...]
"""The places of a workspace's panels; empty for those that the workspace chooses itself."""


@dataclass(frozen=True)
class Layout:
    """What the window shows.

    Attributes:
        maximised: the panel that fills Explore, "" for none.
        tab: which of "samples" and "observables" is in front where they share a place.
        panels: arrangement by the name of the workspace; those not named stay as they are.
    """

    maximised: str = ""
    tab: str = ""
    panels: Mapping[str, Arrangement] = field(default_factory=dict)


def arrangement_text(places: Arrangement) -> str:
    """Return an arrangement as JSON."""
    return json.dumps({"version": VERSION, "places": [asdict(place) for place in places]})


def read_arrangement(text: str) -> Arrangement:
    """Return the arrangement of :func:`arrangement_text`.

    Raises:
        ValueError: if it is damaged or of another version.

    >>> read_arrangement(arrangement_text((PanelPlace("strip", 0, 0.5, 1, 0.5, "docked"),)))
    (PanelPlace(panel='strip', x=0, y=0.5, width=1, height=0.5, state='docked', front=True),)
    """
    try:
        data = json.loads(text)
        if data["version"] != VERSION or len(data["places"]) > MAX_PANELS:
            raise ValueError("another version")
        return tuple(PanelPlace(**place) for place in data["places"])
    except (KeyError, TypeError, RecursionError) as error:
        raise ValueError("no arrangement of panels") from error


def rounded(place: PanelPlace) -> PanelPlace:
    """Return a place with as many digits as matter."""
    x, y, width, height = (round(n, 5) for n in (place.x, place.y, place.width, place.height))
    return replace(place, x=x, y=y, width=width, height=height)
