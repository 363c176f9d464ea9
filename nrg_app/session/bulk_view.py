"""How the Holography workspace looks at the bulk: which line of the lattice, and from where."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Literal, get_args

from nrg_app.errors import NRGError
from nrg_app.session.latents import MAX_SCALE

Direction = Literal["horizontal", "vertical", "diagonal"]
Layers = Literal["field", "latents"]
TILTS = (10.0, 80.0)
SPREADS = (0.2, 2.0)
DIRECTIONS: tuple[Direction, ...] = get_args(Direction)


@dataclass(frozen=True)
class BulkView:
    """View of the bulk.

    Attributes:
        direction: of the lattice line on the rim of the disk.
        row: which of the parallel lines; it counts modulo the lattice side.
        tilt: of the layers towards the eye, in degrees: 90 is straight from above.
        turn: of the layers about the vertical, in degrees, 0 to 360.
        spread: distance of the layers, 1 as designed.
        layers: what the layers show.
    """

    direction: Direction = "horizontal"
    row: int = 0
    tilt: float = 25.0
    turn: float = 45.0
    spread: float = 1.0
    layers: Layers = "field"


def checked_bulk(value: Any) -> BulkView:
    """Return a view.

    Raises:
        NRGError: if a part of it is impossible.
    """
    if not isinstance(value, BulkView) or value.direction not in DIRECTIONS:
        raise NRGError(f"The direction of the lattice line must be one of {', '.join(DIRECTIONS)}.")
    if not isinstance(value.row, int) or not 0 <= value.row < MAX_SCALE:
        raise NRGError("The lattice line must be a whole number from 0.")
    if value.layers not in get_args(Layers):
        raise NRGError("The layers must show the field or the latents.")
    for name, number, (low, high) in (
        ("tilt", value.tilt, TILTS),
        ("turn", value.turn, (0.0, 360.0)),
        ("spread", value.spread, SPREADS),
    ):
        if not (isinstance(number, float | int) and math.isfinite(number)):
            raise NRGError(f"The {name} of the layers must be a number.")
        if not low <= number <= high:
            raise NRGError(f"The {name} of the layers must lie between {low:g} and {high:g}.")
    return value
