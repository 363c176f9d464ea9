"""The document: what it accepts, what it announces, and how draws follow from its seeds."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nrg_app.errors import NRGError
from nrg_app.session.document import MAX_SEED, Session
from nrg_app.session.latents import Blend, Edit, Source
from nrg_app.session.messages import seed_of_scale
from nrg_app.session.models import lasting_name

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
        ("locks", frozenset({1, 16})),
        ("strip_view", "majority"),
        ("source", Source(2, 2.3, 5)),
        ("blend", Blend(0, 4, 0.25)),
        ("latent_edits", (Edit(1, 4, 0, 1, 0.5),)),
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
        ("locks", {3}),
        ("locks", {0}),
        ("source", Source(25, 2.3, 5)),
        ("source", Source(0, 0.0, 5)),
        ("source", Source(0, 2.3, -1)),
        ("source", Source(0, 2.3, 5, 4, b"1")),
        ("source", Source(0, 2.3, 5, 3, b"12")),
        ("source", "picture"),
        ("blend", Blend(0, 0, 0.5)),
        ("blend", Blend(0, 25, 0.5)),
        ("blend", Blend(0, 1, 1.5)),
        ("blend", Blend(0, 1, float("nan"))),
        ("latent_edits", (Edit(0, 4, 2, 2, 0.5),)),
        ("latent_edits", (Edit(0, 4, 1, 4, 0.5),)),
        ("latent_edits", (Edit(25, 4, 1, 1, 0.5),)),
        ("latent_edits", (Edit(0, 4, 1, 1, 6.0),)),
        ("latent_edits", (Edit(0, 4, 1, 1, float("nan")),)),
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


def test_fine_scales_can_stay_while_the_coarse_ones_move(session: Session) -> None:
    session.locks = frozenset({16, 32})
    for _ in range(2):
        before = seeds(session)
        session.resample_fine()
        for scale, old, new in zip(SCALES, before, seeds(session), strict=True):
            assert (old == new) == (scale >= 16)


@given(st.lists(st.sets(st.sampled_from(SCALES)), max_size=8))
def test_locked_scales_keep_their_seed_and_all_others_get_a_new_one(
    all_locks: list[set[int]],
) -> None:
    session = Session()
    for locks in all_locks:
        session.locks = frozenset(locks)
        before = seeds(session)
        session.resample_fine()
        for scale, old, new in zip(SCALES, before, seeds(session), strict=True):
            assert (old == new) == (scale in locks)


def test_the_frozen_scale_is_the_largest_of_those_locked_from_the_coarsest_on(
    session: Session,
) -> None:
    heard = listen(session)
    session.locks = frozenset({1, 2, 8})
    assert session.frozen_scale == 2
    session.frozen_scale = 4
    assert session.locks == {1, 2, 4}
    assert [value for name, value in heard if name == "frozen_scale"] == [2, 4]


def changed(session: Session) -> None:
    """Give a session one change of each kind."""
    session.source = Source(0, 2.3, 5)
    session.blend = Blend(0, 1, 0.5)
    session.edit_latent(4, 0, 1, 0.5)
    session.edit_latent(8, 0, 1, 1.5)


def test_an_edit_replaces_the_one_before_it_and_reset_takes_those_of_the_sample(
    session: Session,
) -> None:
    session.edit_latent(4, 0, 1, 0.5)
    session.edit_latent(4, 0, 1, -1.0)
    session.selected = 3
    session.edit_latent(2, 1, 1, 2.0)
    assert session.latent_edits == (Edit(0, 4, 0, 1, -1.0), Edit(3, 2, 1, 1, 2.0))
    session.reset_latents()
    assert session.latent_edits == (Edit(0, 4, 0, 1, -1.0),)


def test_the_temperature_leaves_all_changes_of_latents(session: Session) -> None:
    changed(session)
    before = session.source, session.blend, session.latent_edits
    session.temperature = 1.8
    assert (session.source, session.blend, session.latent_edits) == before


@pytest.mark.parametrize("way", ["reseed", "resample_fine", "seed"])
def test_a_new_draw_of_all_scales_forgets_all_changes(session: Session, way: str) -> None:
    changed(session)
    states = []
    session.events.seed.connect(lambda _: states.append(session.sample_request(1)))
    if way == "seed":
        session.seed = 77
    else:
        getattr(session, way)()
    assert (session.source, session.blend, session.latent_edits) == (None, None, ())
    # Whoever hears of the new seed already finds the changes gone.
    assert [(state.source, state.edits) for state in states] == [(None, ())]


def test_a_redraw_keeps_what_was_done_to_locked_scales(session: Session) -> None:
    changed(session)
    session.frozen_scale = 4
    session.resample_fine()
    assert session.latent_edits == (Edit(0, 4, 0, 1, 0.5),)
    assert session.blend == Blend(0, 1, 0.5)
    assert session.source is not None
    assert {4, 8, 16} & session.source.redrawn == {8, 16}
    session.locks = frozenset({8})
    session.resample_fine()
    assert session.source is None


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
    session.locks, session.selected = frozenset({1, 2, 4, 8, 32}), 4
    session.resample_fine()
    changed(session)
    spins = np.ones((4, 4), dtype=np.int8)
    snapshot = session.take_snapshot(spins)
    request = session.sample_request(1)

    session.model, session.temperature, session.sampler = "", 3.0, "flow"
    session.seed, session.frozen_scale, session.selected = 99, 0, 0
    session.restore(snapshot)
    assert session.sample_request(1) == request
    assert (session.locks, session.selected) == ({1, 2, 4, 8, 32}, 4)


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


@pytest.mark.parametrize(
    "model", [7, "folder/ising-8", "/tmp/mine", "a\0.safetensors", "caf\udce9.safetensors"]
)
def test_a_model_that_no_file_could_name_is_refused(session: Session, model: object) -> None:
    with pytest.raises(NRGError, match="name or the path of its file"):
        session.model = model  # type: ignore[assignment]


def test_a_path_to_a_model_lasts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert lasting_name("ising-8") == "ising-8"
    assert lasting_name("mine.safetensors") == str(tmp_path / "mine.safetensors")
    assert lasting_name("./mine") == str(tmp_path / "mine.safetensors")
    assert lasting_name("/other/mine") == "/other/mine.safetensors"


def test_the_document_and_the_client_do_without_torch_and_qt() -> None:
    code = (
        "import sys, nrg_app.session.client, nrg_app.session.document, nrg_app.session.models;"
        "print([name for name in ('torch', 'numba', 'PySide6') if name in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"
