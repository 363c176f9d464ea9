"""Places of panels as plain data."""

from __future__ import annotations

import json
import math
import random

import pytest

from nrg_app.session.layout import (
    VERSION,
    PanelPlace,
    arrangement_text,
    read_arrangement,
)

PLACES = (
    PanelPlace("sample", 0.0, 0.0, 0.5, 0.6, "docked"),
    PanelPlace("samples", 0.5, 0.0, 0.5, 0.6, "docked", front=False),
    PanelPlace("strip", -40, 900, 700, 300, "floating"),
    PanelPlace("observables"),
)


def test_an_arrangement_comes_back_from_its_text() -> None:
    assert read_arrangement(arrangement_text(PLACES)) == PLACES
    assert read_arrangement(arrangement_text(())) == ()


@pytest.mark.parametrize(
    "place",
    [
        {"x": 0.8, "width": 0.4, "height": 0.5, "state": "docked"},
        {"width": 0.0, "height": 0.5, "state": "docked"},
        {"x": -0.1, "width": 0.5, "height": 0.5, "state": "docked"},
        {"x": math.nan, "width": 0.5, "height": 0.5, "state": "docked"},
        {"x": 1e9, "width": 300, "height": 300, "state": "floating"},
        {"width": 0, "height": 300, "state": "floating"},
        {"state": "upside down"},
        {"width": "wide"},
    ],
)
def test_a_place_that_is_no_rectangle_is_refused(place: dict) -> None:
    with pytest.raises(ValueError, match="a panel's place"):
        PanelPlace("strip", **place)


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", "null", '{"version": 1, "places": [7]}', "[" * 9999]
)
def test_other_texts_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"no arrangement|Expecting|decode"):
        read_arrangement(text)


def test_another_version_is_refused() -> None:
    data = json.loads(arrangement_text(PLACES)) | {"version": VERSION + 1}
    with pytest.raises(ValueError, match="version"):
        read_arrangement(json.dumps(data))


def test_a_damaged_text_gives_an_arrangement_or_a_value_error() -> None:
    rng = random.Random(7)
    text = arrangement_text(PLACES)
    refused = 0
    for _ in range(500):
        damaged = list(text)
        for _ in range(rng.randint(1, 4)):
            damaged[rng.randrange(len(text))] = chr(rng.randrange(32, 127))
        try:
            read_arrangement("".join(damaged))
        except ValueError:
            refused += 1
    assert refused > 100
