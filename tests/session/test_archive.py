"""Session files: what is saved comes back, and nothing else ever gets in."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nrg_app.errors import NRGError
from nrg_app.figures.plot_spec import PlotSpec, Scale, Series
from nrg_app.session import archive
from nrg_app.session.archive import MAX_FILE_BYTES, encode, load_session, save_session
from nrg_app.session.bulk_view import BulkView
from nrg_app.session.document import Session
from nrg_app.session.holography.messages import JobOrder, WaveletsResult
from nrg_app.session.latents import Blend, Edit, Source
from nrg_app.session.layout import Layout, PanelPlace
from nrg_app.session.measure.orders import Made, RaceOrder, RaceResult
from nrg_app.session.results import pack as pack_result
from nrg_app.session.schema import VERSION, migrate, parse
from nrg_app.session.snapshots import MAX_SNAPSHOTS
from nrg_app.session.views import MeasureView, SweepSettings, Zoom

FIXTURE = Path(__file__).parent / "fixtures" / "session-1.nrg"


def make_session() -> Session:
    session = Session()
    session.assign(
        {
            "model": "ising-16",
            "sampler": "wolff",
            "locks": frozenset({1, 2, 4}),
            "draw": (7, ((2, 9), (4, 11))),
            "temperature": 2.1,
            "selected": 3,
            "seed_locked": True,
            "auto": False,
            "speed": 30.0,
            "view": "field",
            "show_walls": False,
            "strip_view": "spins",
        }
    )
    for side in (4, 16):
        spins = np.where(np.arange(side**2).reshape(side, side) % 3, 1, -1)
        session.take_snapshot(spins.astype(np.int8))
        session.temperature += 0.25
    return session


def assert_same(values: dict[str, Any], session: Session) -> None:
    expected = session.values()
    snapshots, others = values.pop("snapshots"), expected.pop("snapshots")
    assert values == expected
    assert len(snapshots) == len(others)
    for one, other in zip(snapshots, others, strict=True):
        np.testing.assert_array_equal(one.thumbnail, other.thumbnail)
        assert {**vars(one), "thumbnail": None} == {**vars(other), "thumbnail": None}


def pack(text: bytes | str, thumbnails: bytes | None = None) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("session.json", text)
        archive.writestr("thumbnails.npz", pack_arrays() if thumbnails is None else thumbnails)
    return stream.getvalue()


def pack_arrays(**arrays: Any) -> bytes:
    stream = io.BytesIO()
    np.savez_compressed(stream, **arrays)
    return stream.getvalue()


def data_of(content: bytes) -> dict[str, Any]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        data: dict[str, Any] = json.loads(archive.read("session.json"))
    return data


def load(content: bytes, folder: Path) -> Any:
    path = folder / "some.nrg"
    path.write_bytes(content)
    return load_session(path)


def test_a_saved_session_comes_back(tmp_path: Path) -> None:
    session, path = make_session(), tmp_path / "mine.nrg"
    layout = Layout(maximised="strip", tab="observables")
    save_session(path, session, layout, original="/somewhere/else.nrg")
    saved = load_session(path)
    assert_same(saved.values, session)
    assert saved.layout == layout
    assert saved.original == "/somewhere/else.nrg"
    assert list(tmp_path.iterdir()) == [path]


def test_an_opened_session_can_be_assigned_to_another(tmp_path: Path) -> None:
    path = tmp_path / "mine.nrg"
    save_session(path, make_session())
    session = Session()
    heard = []
    session.events.connect(lambda info: heard.append(info.signal.name))
    session.assign(load_session(path).values)
    assert session.draw == (7, ((2, 9), (4, 11)))
    assert session.snapshots[1].temperature == 2.1
    assert {"temperature", "model", "snapshots"} <= set(heard)


def test_a_file_of_the_first_version_still_opens() -> None:
    saved = load_session(FIXTURE)
    assert_same(saved.values, make_session())
    assert saved.layout == Layout(maximised="sample", tab="samples")


def with_latents() -> Session:
    session = make_session()
    session.source = Source(3, 2.2, 5, 4, bytes((170, 15)), frozenset({4}))
    session.blend = Blend(1, 2, 0.25)
    session.latent_edits = (Edit(3, 4, 2, 3, -1.5), Edit(3, 8, 0, 1, 0.5))
    session.take_snapshot(np.ones((4, 4), np.int8))
    return session


def test_changes_of_single_latents_come_back(tmp_path: Path) -> None:
    save_session(tmp_path / "mine.nrg", with_latents())
    assert_same(load_session(tmp_path / "mine.nrg").values, with_latents())


def test_a_file_of_the_second_version_still_opens() -> None:
    assert_same(load_session(FIXTURE.with_name("session-2.nrg")).values, with_latents())


def looked_at() -> Session:
    session = with_latents()
    session.rival = "metropolis"
    session.sweep = SweepSettings("loop", 0.5)
    session.zoom = Zoom(2.5, 0.25, 0.75)
    session.bulk = BulkView("diagonal", 3, 40.0, 90.0, 1.5, "latents")
    session.measure = MeasureView("mcrg", ("energy", *MeasureView().quantities[1:]))
    return session


PLACES = {"explore": (PanelPlace("strip", 0.0, 0.5, 1.0, 0.5, "docked"),)}


def test_a_file_of_the_third_version_still_opens() -> None:
    saved = load_session(FIXTURE.with_name("session-3.nrg"))
    expected = with_latents()
    expected.bulk = looked_at().bulk
    assert_same(saved.values, expected)
    assert saved.layout == Layout("", "observables", PLACES)


def test_a_file_of_the_fourth_version_still_opens() -> None:
    saved = load_session(FIXTURE.with_name("session-4.nrg"))
    (race, wavelets) = saved.values["results"]
    assert isinstance(race, RaceResult)
    assert race.order == RaceOrder((), 2.25, 1.0, 3)
    assert isinstance(wavelets, WaveletsResult)
    np.testing.assert_array_equal(wavelets.haar, make_wavelets().haar)
    assert_same(saved.values | {"results": ()}, looked_at())


def make_race() -> RaceResult:
    return RaceResult(
        RaceOrder((), 2.25, 1.0, 3), Made("NRG 0.1.0", "2026-01-31 12:00", 42.0, True)
    )


def make_wavelets() -> WaveletsResult:
    pattern = np.arange(12.0).reshape(3, 2, 2)[:2]
    points = Series("rms radius", np.array([1.0, 2.0]), np.array([0.5, np.nan]), "points")
    radii = PlotSpec("radii", "Reach", "$r$", Scale("scale", log=True), Scale("$r$"), (points,))
    order = JobOrder("wavelets", "ising-16", 2.1, 64)
    return WaveletsResult(order, {"T": "2.1"}, (1, 2), pattern, pattern, pattern, radii, 1.0)


def test_results_come_back(tmp_path: Path) -> None:
    session = looked_at()
    session.results = (make_race(), make_wavelets())
    save_session(tmp_path / "mine.nrg", session)
    race, wavelets = load_session(tmp_path / "mine.nrg").values["results"]
    assert race.made == make_race().made
    assert wavelets.order == make_wavelets().order
    np.testing.assert_array_equal(wavelets.radii.series[0].y, [0.5, np.nan])


def test_results_that_cannot_be_drawn_are_refused(tmp_path: Path) -> None:
    session = Session()
    session.results = (make_wavelets(),)
    content = encode(session, Layout())
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        members = {name: packed.read(name) for name in packed.namelist()}
    members["results/0.json"] = members["results/0.json"].replace(b'"shape":[2]', b'"shape":[1,2]')
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as packed:
        for name, member in members.items():
            packed.writestr(name, member)
    with pytest.raises(NRGError, match="damaged or not a session"):
        load(stream.getvalue(), tmp_path)


def test_older_results_are_left_out_where_all_are_too_large(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    session = Session()
    session.results = (make_race(), make_wavelets())
    monkeypatch.setattr(archive, "_MAX_RESULTS_BYTES", len(pack_result(session.results[1])))
    (kept,) = load(encode(session, Layout()), tmp_path).values["results"]
    assert isinstance(kept, WaveletsResult)


def test_the_same_session_gives_the_same_data() -> None:
    assert data_of(encode(make_session(), Layout())) == data_of(encode(make_session(), Layout()))


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("")
    path = tmp_path / "taken" / "mine.nrg"
    with pytest.raises(NRGError, match=r"Cannot write .*mine\.nrg"):
        save_session(path, Session())


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(NRGError, match=r"Cannot read .*none\.nrg"):
        load_session(tmp_path / "none.nrg")


def test_a_newer_file_asks_for_an_update(tmp_path: Path) -> None:
    data = data_of(encode(Session(), Layout())) | {"version": VERSION + 1}
    with pytest.raises(NRGError, match="newer version of NRG; update"):
        load(pack(json.dumps(data)), tmp_path)


def test_migrations_lead_from_any_version_to_the_newest() -> None:
    steps = (lambda data: {**data, "b": 2}, lambda data: {**data, "c": data["b"] + 1})
    assert migrate({"version": 1}, steps) == {"version": 3, "b": 2, "c": 3}
    assert migrate({"version": 3, "b": 5}, steps) == {"version": 3, "b": 5}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("temperature", float("nan")),
        ("temperature", float("inf")),
        ("temperature", -1.0),
        ("temperature", "2.0"),
        ("seed", 2**31),
        ("seed", 1.5),
        ("redraws", [[3, 1]]),
        ("redraws", [[4, 1], [2, 1]]),
        ("locks", [6]),
        ("blend", [0, 0, 0.5]),
        ("blend", [0, 1, 1.5]),
        ("latent_edits", [[0, 4, 2, 2, 0.0]]),
        ("latent_edits", [[0, 4, 2, 3, 9.0]]),
        ("source", {"sample": 0}),
        ("speed", 1e9),
        ("selected", 25),
        ("view", "pink"),
        ("sampler", ""),
        ("model", "../../secret"),
        ("model", "nul\0.safetensors"),
        ("show_walls", 1),
        ("version", 0),
        ("version", True),
        ("unknown", 1),
        ("snapshots", [{}]),
        ("results", 1),
        ("zoom", {"factor": 0.5, "row": 0.5, "column": 0.5}),
        ("sweep", {"mode": "loop", "rate": 0.0}),
        ("measure", {"page": "scan", "quantities": ["energy"]}),
        ("rival", "nobody"),
    ],
)
def test_bad_values_are_refused(tmp_path: Path, name: str, value: object) -> None:
    data = data_of(encode(Session(), Layout())) | {name: value}
    with pytest.raises(NRGError, match=r"some\.nrg"):
        load(pack(json.dumps(data)), tmp_path)


@pytest.mark.parametrize(
    "thumbnail",
    [
        np.ones((4, 3), np.int8),
        np.ones(4, np.int8),
        np.ones((4, 4), np.float32),
        np.zeros((4, 4), np.int8),
        np.ones((0, 0), np.int8),
    ],
    ids=["oblong", "flat", "float", "zeros", "empty"],
)
def test_bad_thumbnails_are_refused(tmp_path: Path, thumbnail: Any) -> None:
    session = Session()
    session.take_snapshot(np.ones((4, 4), np.int8))
    text = json.dumps(data_of(encode(session, Layout())))
    with pytest.raises(NRGError, match="damaged or not a session"):
        load(pack(text, pack_arrays(**{"0": thumbnail})), tmp_path)


def test_pickles_are_never_loaded(tmp_path: Path) -> None:
    session = Session()
    session.take_snapshot(np.ones((1, 1), np.int8))
    text = json.dumps(data_of(encode(session, Layout())))
    packed = pack_arrays(**{"0": np.array([[print]], dtype=object)})
    with pytest.raises(NRGError, match="damaged or not a session"):
        load(pack(text, packed), tmp_path)


@pytest.mark.parametrize("member", ["session.json", "thumbnails.npz"])
def test_bombs_are_not_inflated(tmp_path: Path, member: str) -> None:
    bomb = b"0" * 2**26
    content = pack(bomb) if member == "session.json" else pack(b"{}", bomb)
    assert len(content) < 2**18
    with pytest.raises(NRGError, match="damaged or not a session"):
        load(content, tmp_path)


def test_a_huge_file_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "huge.nrg"
    with path.open("wb") as stream:
        stream.truncate(MAX_FILE_BYTES + 1)
    with pytest.raises(NRGError, match="too large"):
        load_session(path)


def test_deep_nesting_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NRGError, match="damaged or not a session"):
        load(pack("[" * 200_000), tmp_path)


def test_old_snapshots_make_room_for_new_ones() -> None:
    session = Session()
    for number in range(MAX_SNAPSHOTS + 2):
        session.selected = number % 25
        session.take_snapshot(np.ones((1, 1), np.int8))
    assert len(session.snapshots) == MAX_SNAPSHOTS
    assert session.snapshots[0].selected == (MAX_SNAPSHOTS + 1) % 25
    encode(session, Layout())


def test_a_session_that_would_not_open_again_is_not_saved(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    session, path = make_session(), tmp_path / "large.nrg"
    save_session(path, session)
    before = path.read_bytes()
    for limit in ("_MAX_JSON_BYTES", "_MAX_NPZ_BYTES"):
        with monkeypatch.context() as context:
            context.setattr(archive, limit, 100)
            with pytest.raises(NRGError, match="delete some of its snapshots"):
                save_session(path, session)
    assert path.read_bytes() == before


SAMPLE = encode(make_session(), Layout())
JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=5,
)


@st.composite
def mutated(draw: st.DrawFn) -> bytes:
    """The bytes of a session file, cut short, overwritten or grown in a few places."""
    content = bytearray(SAMPLE)
    for _ in range(draw(st.integers(1, 4))):
        place = draw(st.integers(0, len(content)))
        piece = draw(st.binary(max_size=6))
        length = draw(st.sampled_from([0, 1, len(piece), 40, len(content)]))
        content[place : place + length] = piece
    return bytes(content)


@st.composite
def rewritten(draw: st.DrawFn) -> bytes:
    """A sound archive whose JSON part or thumbnails say something else."""
    data = data_of(SAMPLE)
    for name in draw(st.lists(st.sampled_from([*data, "other"]), max_size=3)):
        data[name] = draw(JSON_VALUES)
    text = draw(st.one_of(st.just(json.dumps(data)), st.binary(max_size=40)))
    with zipfile.ZipFile(io.BytesIO(SAMPLE)) as archive:
        packed = bytearray(archive.read("thumbnails.npz"))
    if draw(st.booleans()):
        place = draw(st.integers(0, len(packed) - 1))
        packed[place : place + 3] = draw(st.binary(max_size=3))
    return pack(text, bytes(packed))


@settings(max_examples=700, deadline=None, suppress_health_check=list(HealthCheck))
@given(content=st.one_of(mutated(), rewritten(), st.binary(max_size=200)))
def test_damage_gives_a_sentence_or_a_valid_session(
    content: bytes, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.getbasetemp() / "fuzz.nrg"
    path.write_bytes(content)
    try:
        saved = load_session(path)
    except NRGError as error:
        sentence = str(error)
    else:
        sentence = ""
    if sentence:
        assert str(path) in sentence
        assert "\n" not in sentence
        return
    session = Session()
    session.assign(saved.values)
    assert parse(json.dumps(data_of(encode(session, saved.layout))).encode())
