"""Changes of a session: what belongs together, what goes on, and what they are called."""

from __future__ import annotations

import numpy as np
import pytest

from nrg_app.session.bulk_view import BulkView
from nrg_app.session.changes import Change, ChangeRecorder
from nrg_app.session.document import DOCUMENT, Session
from nrg_app.session.latents import Blend, Edit, Source
from nrg_app.session.measure.orders import Made, RaceOrder, RaceResult
from nrg_app.session.views import MeasureView, SweepSettings, Zoom


@pytest.fixture
def session() -> Session:
    return Session()


@pytest.fixture
def recorder(session: Session) -> ChangeRecorder:
    return ChangeRecorder(session)


OTHER = {
    "model": "ising-8",
    "sampler": "wolff",
    "rival": "metropolis",
    "locks": frozenset({1, 2}),
    "draw": (5, ((2, 9),)),
    "temperature": 2.31,
    "selected": 4,
    "source": Source(0, 2.0, 7),
    "blend": Blend(0, 1, 0.5),
    "latent_edits": (Edit(0, 4, 2, 3, 1.0),),
    "seed_locked": True,
    "auto": False,
    "speed": 30.0,
    "sweep": SweepSettings("loop", 0.5),
    "view": "field",
    "zoom": Zoom(2.0, 0.25, 0.75),
    "show_walls": False,
    "strip_view": "spins",
    "bulk": BulkView("diagonal", 3),
    "measure": MeasureView("mcrg"),
    "results": (RaceResult(RaceOrder((), 2.25, 1.0, 3), Made("NRG", "2026-01-31", 1.0, True)),),
}


@pytest.mark.parametrize("name", OTHER)
def test_every_attribute_can_be_undone(
    session: Session, recorder: ChangeRecorder, name: str
) -> None:
    before = session.values()
    session.assign({name: OTHER[name]})
    change = recorder.take()
    assert change is not None
    assert dict(change.new) == {name: OTHER[name]}
    with recorder.paused():
        session.assign(change.old)
    assert session.values() == before
    assert recorder.take() is None


def test_no_attribute_is_forgotten() -> None:
    assert {*OTHER, "snapshots"} == set(DOCUMENT)


def test_snapshots_can_be_undone(session: Session, recorder: ChangeRecorder) -> None:
    session.take_snapshot(np.ones((2, 2), np.int8))
    change = recorder.take()
    assert change is not None
    assert change.text() == "snapshot"
    session.assign(change.old)
    assert session.snapshots == ()


def test_what_changes_in_one_round_is_one_change(
    session: Session, recorder: ChangeRecorder
) -> None:
    session.model, session.sampler = "ising-8", "wolff"
    session.temperature = 3.0
    recorder.call("three things")
    change = recorder.take()
    assert change is not None
    assert set(change.new) == {"model", "sampler", "temperature"}
    assert change.text() == "three things"


def test_to_and_fro_is_no_change(session: Session, recorder: ChangeRecorder) -> None:
    session.show_walls = not session.show_walls
    session.show_walls = not session.show_walls
    assert recorder.take() is None


def test_playing_gives_one_change_when_it_ends(session: Session, recorder: ChangeRecorder) -> None:
    first = session.draw
    session.playing = True
    for _ in range(50):
        session.advance()
        assert recorder.take() is None
    session.temperature = 2.0
    during = recorder.take()
    assert during is not None
    assert set(during.new) == {"temperature"}
    session.playing = False
    change = recorder.take()
    assert change is not None
    assert change.old == {"draw": first}
    assert change.new == {"draw": session.draw}


@pytest.mark.parametrize(
    ("name", "old", "new", "text"),
    [
        ("temperature", 2.269185, 2.31, "temperature 2.269 → 2.310"),
        ("locks", frozenset(), frozenset({1, 2}), "locked scales none → 1, 2"),
        ("latent_edits", (), (Edit(0, 4, 2, 3, 1.0),), "latents set by hand"),
        ("show_walls", True, False, "domain walls on → off"),
        ("draw", (1, ()), (2, ()), "seed 1 → 2"),
        ("draw", (1, ()), (1, ((2, 5),)), "resampling of fine scales"),
        ("model", "ising-8", "/a/b/mine.safetensors", "model ising-8 → mine"),
        ("view", "spins", "field", "view spins → field"),
        ("selected", 0, 4, "selected 1 → 5"),
    ],
)
def test_changes_are_named(name: str, old: object, new: object, text: str) -> None:
    assert Change({name: old}, {name: new}).text() == text


def test_only_changes_of_the_same_kind_go_on() -> None:
    first = Change({"temperature": 2.0}, {"temperature": 2.1})
    second = Change({"temperature": 2.1}, {"temperature": 2.2})
    assert second.continues(first, 0.5)
    assert first.merged(second) == Change({"temperature": 2.0}, {"temperature": 2.2})
    assert not second.continues(first, 2.0)
    assert not first.continues(second, 0.0)
    assert not Change({"view": "spins"}, {"view": "field"}).continues(first, 0.0)
    walls = Change({"show_walls": True}, {"show_walls": False})
    assert not Change({"show_walls": False}, {"show_walls": True}).continues(walls, 0.0)
