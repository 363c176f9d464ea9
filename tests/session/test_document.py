"""The document: what it accepts, what it announces, and how draws follow from its seeds."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nrg_app.errors import NRGError
from nrg_app.session.document import MAX_SEED, Session
from nrg_app.session.messages import seed_of_scale

SCALES = (1, 2, 4, 8, 16, 32)


@pytest.fixture
def session() -> Session:
    return Session()


def seeds(session: Session) -> list[int]:
    return [seed_of_scale(scale, session.seed, session.redraws) for scale in SCALES]


def listen(session: Session) -> list[tuple[str, Any]]:
    heard: list[tuple[str, Any]] = []
    session.events.connect(lambda info: heard.append((info.signal.name, info.args[0])))
    return heard


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("temperature", 3.0),
        ("model", "ising-16"),
        ("seed", 7),
        ("seed_locked", True),
        ("auto", False),
        ("playing", True),
        ("speed", 30.0),
        ("view", "field"),
        ("show_walls", False),
        ("strip_view", "spins"),
        ("sampler", "wolff"),
        ("frozen_scale", 8),
        ("selected", 3),
    ],
)
def test_a_change_is_announced_once(session: Session, name: str, value: object) -> None:
    heard = listen(session)
    setattr(session, name, value)
    setattr(session, name, value)
    assert getattr(session, name) == value
    assert [event for event in heard if event[0] == name] == [(name, value)]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("temperature", 0.0),
        ("temperature", -1.0),
        ("temperature", float("nan")),
        ("temperature", float("inf")),
        ("temperature", "warm"),
        ("temperature", 1e6),
        ("model", 3),
        ("seed", -1),
        ("seed", MAX_SEED + 1),
        ("seed", 1.5),
        ("speed", 0.0),
        ("speed", 1000.0),
        ("view", "sound"),
        ("strip_view", "probability"),
        ("sampler", "gibbs"),
        ("frozen_scale", 3),
        ("frozen_scale", -2),
        ("selected", 25),
        ("selected", -1),
    ],
)
def test_a_bad_value_is_refused_in_a_sentence(session: Session, name: str, value: object) -> None:
    before = getattr(session, name)
    heard = listen(session)
    with pytest.raises(NRGError, match=r"^The .+\.$"):
        setattr(session, name, value)
    assert getattr(session, name) == before
    assert heard == []


def test_freezing_a_scale_changes_no_latent(session: Session) -> None:
    session.frozen_scale = 4
    session.resample_fine()
    before = seeds(session)
    for scale in (16, 8, 2, 0):
        session.frozen_scale = scale
        assert seeds(session) == before


def test_resampling_keeps_the_frozen_scales_and_redraws_the_others(session: Session) -> None:
    for frozen in (4, 16, 8, 1):
        session.frozen_scale = frozen
        before = seeds(session)
        session.resample_fine()
        for scale, old, new in zip(SCALES, before, seeds(session), strict=True):
            assert (old == new) == (scale <= frozen)


def test_resampling_with_nothing_frozen_redraws_every_scale(session: Session) -> None:
    session.resample_fine()
    assert seeds(session) == [session.seed] * len(SCALES)
    assert session.redraws == ()
    assert session.fine_seed == session.seed == 2


@given(st.lists(st.sampled_from((0, 1, 2, 4, 8, 16, 32)), max_size=30))
def test_the_list_of_redraws_stays_short_and_increasing(frozen_scales: list[int]) -> None:
    session = Session()
    for frozen in frozen_scales:
        session.frozen_scale = frozen
        session.resample_fine()
    kept = [scale for scale, _ in session.redraws]
    assert kept == sorted(set(kept))


def test_resampling_is_announced_with_the_fine_seed(session: Session) -> None:
    session.frozen_scale = 8
    heard = listen(session)
    session.resample_fine()
    assert heard == [("fine_seed", session.fine_seed)]


def test_setting_the_seed_forgets_what_was_resampled(session: Session) -> None:
    session.frozen_scale = 8
    session.resample_fine()
    session.seed = 5
    assert seeds(session) == [5] * len(SCALES)


def test_a_locked_seed_stays_while_playing(session: Session) -> None:
    session.seed_locked = True
    session.advance()
    assert session.seed == 1
    session.seed_locked = False
    session.advance()
    assert session.seed == 2


def test_seeds_wrap_around(session: Session) -> None:
    session.seed = MAX_SEED
    session.resample_fine()
    assert session.seed == 0


def test_reseeding_takes_another_seed_within_range(session: Session) -> None:
    drawn = set()
    for _ in range(5):
        session.reseed()
        drawn.add(session.seed)
    assert len(drawn) > 1
    assert all(0 <= seed <= MAX_SEED for seed in drawn)


def test_a_snapshot_brings_the_picture_back(session: Session) -> None:
    session.model, session.temperature, session.sampler = "ising-16", 1.9, "wolff"
    session.frozen_scale, session.selected = 8, 4
    session.resample_fine()
    spins = np.ones((4, 4), dtype=np.int8)
    snapshot = session.take_snapshot(spins)
    request = session.sample_request(1)

    session.model, session.temperature, session.sampler = "", 3.0, "flow"
    session.seed, session.frozen_scale, session.selected = 99, 0, 0
    session.restore(snapshot)
    assert session.sample_request(1) == request
    assert (session.frozen_scale, session.selected) == (8, 4)


def test_snapshots_are_newest_first_and_own_their_thumbnail(session: Session) -> None:
    heard = listen(session)
    spins = np.ones((4, 4), dtype=np.int8)
    first = session.take_snapshot(spins)
    second = session.take_snapshot(spins)
    spins[:] = -1
    assert session.snapshots == (second, first)
    assert first.thumbnail.min() == 1
    assert [name for name, _ in heard] == ["snapshots", "snapshots"]


def test_a_request_carries_what_the_session_says(session: Session) -> None:
    session.frozen_scale = 2
    session.resample_fine()
    request = session.sample_request(12, count=3)
    assert (request.request_id, request.count) == (12, 3)
    assert (request.seed, request.redraws) == (session.seed, session.redraws)
    assert (request.model, request.temperature) == (session.model, session.temperature)


def test_the_document_and_the_client_do_without_torch_and_qt() -> None:
    code = (
        "import sys, nrg_app.session.client, nrg_app.session.document, nrg_app.session.models;"
        "print([name for name in ('torch', 'numba', 'PySide6') if name in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"
