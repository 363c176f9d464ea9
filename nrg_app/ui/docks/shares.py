"""Places of docks in pixels, and the shares of a workspace that layouts remember."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from PySide6.QtCore import QRect, QSize

from nrg_app.session.layout import Arrangement, PanelPlace, rounded
from nrg_app.ui.docks.tree import Node, decompose

Places = Mapping[str, QRect]
"""Docked panels by name; those that are missing are hidden, those at the same place are tabs."""
Found = Mapping[str, QRect | str]
"""Where every panel is: a rectangle with its tabs, or "floating" or "hidden"."""
_SLACK = 4  # pixels, or thousandths of the workspace, by which edges may miss each other


def rectangles(found: Found) -> dict[str, QRect]:
    """Return the rectangles of the docked panels."""
    return {name: place for name, place in found.items() if isinstance(place, QRect)}


def as_tree(places: Places) -> Node | None:
    """Return the rows and columns that places form, None for no places or unsound ones."""
    boxes = {name: (r.x(), r.y(), r.width(), r.height()) for name, r in places.items()}
    return decompose(boxes, _SLACK) if boxes else None


def is_sound(places: Arrangement, names: Iterable[str]) -> bool:
    """Return whether remembered places name every panel once and docks can be built from them."""
    if sorted(place.panel for place in places) != sorted(names):
        return False
    boxes = {p.panel: (p.x, p.y, p.width, p.height) for p in places if p.state == "docked"}
    return not boxes or decompose(boxes, _SLACK / 1000) is not None


def recorded(found: Found, whole: QSize) -> Arrangement:
    """Return places in a workspace of a size as its shares."""
    width, height = max(1, whole.width()), max(1, whole.height())
    places = []
    for name, place in found.items():
        if isinstance(place, QRect):
            low = max(0.0, place.x() / width), max(0.0, place.y() / height)
            size = (
                min(place.width() / width, 1.0 - low[0]),
                min(place.height() / height, 1.0 - low[1]),
            )
            places.append(PanelPlace(name, *low, *size, "docked"))
        elif place == "floating":
            places.append(PanelPlace(name, 0, 0, 1, 1, "floating"))
        else:
            places.append(PanelPlace(name))
    return tuple(map(rounded, places))


def spread_out(places: Arrangement, whole: QSize) -> dict[str, QRect]:
    """Return the rectangles of the docked panels in a workspace of a size.

    >>> half = (PanelPlace("strip", 0, 0.5, 1, 0.5, "docked"),)
    >>> spread_out(half, QSize(400, 300))
    {'strip': PySide6.QtCore.QRect(0, 150, 400, 150)}
    """
    width, height = whole.width(), whole.height()
    return {
        place.panel: QRect(
            round(place.x * width),
            round(place.y * height),
            round(place.width * width),
            round(place.height * height),
        )
        for place in places
        if place.state == "docked"
    }
