"""Sessions, spins, pictures, measurements, trainings, settings in TOML, and the command line."""

from __future__ import annotations

import ast
import contextlib
import io
import json
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QBuffer, QIODevice
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

import nrg_app
from nrg_app.cli import main
from nrg_app.cli.measuring import MeasureOptions
from nrg_app.cli.options import read_options
from nrg_app.errors import NRGError
from nrg_app.figures.template_files import load_template
from nrg_app.resources import measurements_dir, recipes_dir, templates_dir
from nrg_app.session.archive import encode, load_session
from nrg_app.session.array_files import Described, write_arrays
from nrg_app.session.arrays import DAMAGE
from nrg_app.session.csv_reading import read_table
from nrg_app.session.document import Session
from nrg_app.session.layout import Layout, read_arrangement
from nrg_app.session.measure.store import load_result
from nrg_app.session.spin_files import read_spins
from nrg_app.session.training_messages import FixedNoise, GapsByScale, TrainingMark
from nrg_app.session.training_runs import RunFolder, RunRecord, read_events, write_event
from nrg_app.session.training_settings import RunSettings
from nrg_app.training.recipe import read_recipe
from nrg_app.ui.encode_job import read_picture

from .damage import altered, damaged, fuzz, json_bytes, scalars, slow_fuzz, values

Judge = Callable[[Callable[[], object]], None]
KINDS = ("scan", "scaling", "mcrg", "race")


def _session() -> bytes:
    session = Session()
    session.model = "ising-16"
    session.take_snapshot(np.ones((16, 16), np.int8))
    session.results = tuple(
        load_result(measurements_dir() / f"{kind}.json") for kind in ("mcrg", "race")
    )
    return encode(session, Layout())


SESSION = _session()
with zipfile.ZipFile(io.BytesIO(SESSION)) as _archive:
    MEMBERS = {name: _archive.read(name) for name in _archive.namelist()}


def _packed(members: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return stream.getvalue()


@fuzz
@given(data=st.data())
def test_sessions(data: st.DataObject, judge: Judge, tmp_path: Path) -> None:
    path = tmp_path / "some.nrg"
    name = data.draw(st.sampled_from(["session.json", "results/0.json", "results/1.json"]))
    content = json.loads(MEMBERS[name])
    path.write_bytes(
        data.draw(
            damaged(SESSION)
            | altered(content).map(lambda c: _packed(MEMBERS | {name: json_bytes(c)}))
        )
    )
    judge(lambda: load_session(path))


TEMPLATE = (templates_dir() / "paper-two-column.json").read_bytes()


@fuzz
@given(data=st.data())
def test_figure_templates(data: st.DataObject, judge: Judge, tmp_path: Path) -> None:
    path = tmp_path / "some.json"
    changed = altered(json.loads(TEMPLATE)).map(json_bytes)
    path.write_bytes(data.draw(damaged(TEMPLATE) | changed))
    judge(lambda: load_template(str(path)))


arrays = st.one_of(
    st.integers(0, 9).map(lambda n: np.ones((n, 8, 8), np.int8)),
    st.sampled_from([np.nan, np.inf, 0.5, 2**62]).map(lambda x: np.full((8, 8), x)),
    st.sampled_from(["<U4", "|O", "<c16", "|V3", "<M8[s]", "|S2", "<f2", "?"]).map(
        lambda kind: np.zeros((8, 8), kind)
    ),
)


@fuzz
@given(data=st.data())
def test_spins(data: st.DataObject, judge: Judge, tmp_path: Path) -> None:
    stream = io.BytesIO()
    name = data.draw(st.sampled_from(["spins", "../spins", "/spins", "other"]))
    np.savez_compressed(stream, **{name: data.draw(arrays)})
    content = stream.getvalue()
    path = tmp_path / "spins.npz"
    path.write_bytes(data.draw(st.just(content) | damaged(content)))
    judge(lambda: read_spins(path, 8))


# Numbers, words of the program's own tables, and what separates them.
csv_parts = st.sampled_from(
    ["1", "-1", "0", "+1.0", "nan", "inf", "1e999", "0x1", "1_0", "\u0661", "9" * 5000, "#",
     "spins", "spins_0_0", "spins_0_1", "spins_1_0", "spins_1_1", "spins_9999_9999", "", ",", ";",
     " ", "\n", "\r", "\0", "\ufeff", '"']
)  # fmt: skip


@fuzz
@given(data=st.data())
def test_spins_as_text(data: st.DataObject, judge: Judge, tmp_path: Path) -> None:
    side = data.draw(st.sampled_from([1, 2, 8]))
    table = {"spins": Described(np.ones((2, side, side), np.int8), "spins", "1", ("n", "y", "x"))}
    path = tmp_path / "spins.csv"
    write_arrays(path, table, {"L": side})
    text = st.lists(csv_parts, max_size=40).map(lambda parts: "".join(parts).encode())
    lines = st.lists(st.lists(csv_parts, min_size=side, max_size=side).map(",".join), max_size=9)
    path.write_bytes(
        data.draw(damaged(path.read_bytes()) | text | lines.map(lambda x: "\n".join(x).encode()))
    )

    def read() -> None:
        # Here and not in a process of its own: a reader that crashes would be hidden.
        with contextlib.suppress(*DAMAGE):
            read_table(str(path), "spins", 2**20)

    judge(read)


def _hdf5(values: np.ndarray, name: str, **options: Any) -> bytes:
    stream = io.BytesIO()
    with h5py.File(stream, "w") as file:
        file.create_dataset(name, data=values, **options)
    return stream.getvalue()


@slow_fuzz
@given(data=st.data())
def test_spins_as_hdf5(data: st.DataObject, judge: Judge, tmp_path: Path) -> None:
    values = data.draw(arrays.filter(lambda array: array.dtype.kind not in "UOM"))
    options = st.sampled_from(
        [{}, {"compression": "gzip"}, {"compression": "lzf", "shuffle": True}]
    )
    packed = data.draw(options) if values.size else {}
    name = data.draw(st.sampled_from(["spins", "spins", "spins/spins", "other"]))
    content = _hdf5(values, name, **packed)
    path = tmp_path / "spins.h5"
    path.write_bytes(data.draw(st.just(content) | damaged(content) | damaged(content)))
    judge(lambda: read_spins(path, 8))


def _picture(kind: str) -> bytes:
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image = QImage(40, 30, QImage.Format.Format_RGB32)
    image.fill(0x336699)
    assert image.save(buffer, kind)
    return bytes(buffer.data().data())


@fuzz
@given(data=st.data())
def test_pictures(data: st.DataObject, judge: Judge, tmp_path: Path, qapp: QApplication) -> None:
    kind = data.draw(st.sampled_from(["png", "jpg", "bmp"]))
    content = _picture(kind)
    if kind == "png" and data.draw(st.booleans()):
        # The size that the header claims.
        side = data.draw(st.sampled_from([0, 1, 20_000, 2**31 - 1, 2**32 - 1]))
        content = content[:16] + side.to_bytes(4, "big") * 2 + content[24:]
    path = tmp_path / f"picture.{data.draw(st.sampled_from([kind, 'gif', 'webp', 'svg']))}"
    path.write_bytes(data.draw(st.just(content) | damaged(content)))
    judge(lambda: read_picture(path, 16))


@fuzz
@given(data=st.data())
def test_measurements(data: st.DataObject, judge: Judge, tmp_path: Path) -> None:
    content = (measurements_dir() / f"{data.draw(st.sampled_from(KINDS))}.json").read_bytes()
    path = tmp_path / "result.json"
    path.write_bytes(data.draw(damaged(content) | altered(json.loads(content)).map(json_bytes)))
    judge(lambda: load_result(path))


@fuzz
@given(data=st.data())
def test_trainings(data: st.DataObject, judge: Judge, tmp_path: Path) -> None:
    run = RunFolder(tmp_path)
    settings = RunSettings(size=4, minutes=1.0)
    run.store(RunRecord(name="run", settings=settings, created="2026-01-01T00:00:00+00:00"))
    with run.events.open("w") as stream:
        write_event(stream, TrainingMark(3, "growth", "grown", 4))
        write_event(stream, GapsByScale(3, {1: (0.1, 0.01)}))
        write_event(stream, FixedNoise(3, np.ones((2, 4, 4), np.int8)))
    record, lines = run.record.read_bytes(), run.events.read_bytes()
    run.record.write_bytes(data.draw(damaged(record) | altered(json.loads(record)).map(json_bytes)))
    line = altered(json.loads(lines.splitlines()[data.draw(st.integers(0, 2))])).map(json_bytes)
    run.events.write_bytes(data.draw(damaged(lines) | line))
    judge(run.load)
    judge(lambda: [repr(message) for message in read_events(run)])


def _toml(value: Any) -> str:
    """A value as TOML; what it has no word for as a string."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, list):
        return f"[{', '.join(map(_toml, value))}]"
    return json.dumps(str(value))


tables = st.dictionaries(
    st.sampled_from(
        [*MeasureOptions.model_fields, "threads", "device", "width", "start", "unknown"]
    ),
    values,
    max_size=3,
).map(lambda table: "\n".join(f"{name} = {_toml(value)}" for name, value in table.items()))


@fuzz
@given(data=st.data())
def test_settings_and_recipes(data: st.DataObject, judge: Judge, tmp_path: Path) -> None:
    recipe = (recipes_dir() / "ising-8.toml").read_bytes()
    path = tmp_path / "some.toml"
    text = tables.map(lambda t: t.encode("utf-8", "surrogatepass"))
    path.write_bytes(data.draw(text | text.map(lambda t: t + b"\n" + recipe) | damaged(recipe)))
    judge(lambda: read_recipe(str(path)))
    judge(lambda: read_options(MeasureOptions, path, {}))


@fuzz
@given(data=st.data())
def test_arrangements(data: st.DataObject, judge: Judge) -> None:
    places = [{"panel": "strip", "x": 0, "y": 0.5, "width": 1, "height": 0.5, "state": "docked"}]
    sound = {"version": 1, "places": places}

    def read() -> None:
        try:
            read_arrangement(json.dumps(data.draw(altered(sound))))
        except ValueError:
            raise NRGError("There is no arrangement.") from None

    judge(read)


# Each of these ends with exit code 2, whatever else is asked for: its model or place is missing.
DOOMED = (
    ("sample", "gone"), ("verify", "gone"), ("holography", "gone"), ("open", "/gone/it.nrg"),
    ("train", "--recipe", "gone", "--out", "x"), ("train", "--resume", "--out", "gone"),
    ("measure", "--model", "gone"), ("measure", "--out", "/gone/x.csv"),
    ("encode", "ising-8", "gone.csv"), ("sample", "ising-8", "--out", "x.pickle"),
    ("figure", "--model", "gone", "--out", "x.pdf"), ("bench", "--sizes", "7"), ("nothing",),
)  # fmt: skip
OPTIONS = (
    "-T", "-n", "--size", "--seed", "--threads", "--draws", "--width", "--device", "--minutes",
    "--low", "--high", "--points", "--window", "--estimator", "--latent", "--what", "--from",
    "--sizes", "--settings", "--scale", "--unknown", "",
)  # fmt: skip


@fuzz
@given(
    doomed=st.sampled_from(DOOMED),
    more=st.lists(st.tuples(st.sampled_from(OPTIONS), scalars), max_size=3),
)
def test_command_lines(
    doomed: tuple[str, ...], more: list[tuple[str, object]], tmp_path: Path,
    judge: Judge, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    # What a shell can pass on.
    words = [
        str(word).replace("\0", "").encode("utf-8", "replace").decode() for p in more for word in p
    ]
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    monkeypatch.setattr(sys, "argv", ["nrg", *doomed, *words])

    def run() -> None:
        with pytest.raises(SystemExit) as end:
            main()
        assert end.value.code == 2

    judge(run)
    assert "Traceback" not in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_nothing_is_ever_unpickled() -> None:
    """No module loads a format that can hold code; an array is read without objects."""
    banned = {"pickle", "cPickle", "dill", "cloudpickle", "shelve", "marshal", "joblib"}
    calls = {("torch", "load"), ("np", "load"), ("numpy", "load"), ("pd", "read_pickle")}
    root = Path(nrg_app.__file__).parent
    for path in root.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                assert not banned & {name.name for name in node.names}, path
            elif isinstance(node, ast.ImportFrom):
                assert node.module not in banned, path
            elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                owner = getattr(node.func.value, "id", "")
                if (owner, node.func.attr) in calls:
                    words = {word.arg: ast.unparse(word.value) for word in node.keywords}
                    assert words.get("allow_pickle") == "False", (path, node.lineno)
