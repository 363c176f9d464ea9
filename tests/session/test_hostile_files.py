"""Five hundred session files that were damaged or made to harm: each gives one sentence."""

from __future__ import annotations

import io
import json
import random
import tracemalloc
import zipfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nrg_app.errors import NRGError
from nrg_app.session.archive import encode, load_session
from nrg_app.session.document import Session
from nrg_app.session.layout import Layout

FILES = 500
Members = dict[str, bytes]
Damage = Callable[[random.Random], bytes]


def _session() -> bytes:
    session = Session()
    session.model, session.temperature = "ising-16", 2.1
    for side in (4, 16):
        session.take_snapshot(np.ones((side, side), np.int8))
    return encode(session, Layout())


SOUND = _session()
with zipfile.ZipFile(io.BytesIO(SOUND)) as _archive:
    MEMBERS = {name: _archive.read(name) for name in _archive.namelist()}
DATA = json.loads(MEMBERS["session.json"])


def pack(members: Members, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return stream.getvalue()


def with_json(text: str | bytes) -> bytes:
    data = text.encode() if isinstance(text, str) else text
    return pack({**MEMBERS, "session.json": data})


def with_thumbnails(content: bytes) -> bytes:
    return pack({**MEMBERS, "thumbnails.npz": content})


def npy(header: str, content: bytes = b"", version: bytes = b"\x01\x00") -> bytes:
    text = header.encode("latin1")
    width = 2 if version == b"\x01\x00" else 4
    return b"\x93NUMPY" + version + len(text).to_bytes(width, "little") + text + content


def truncated(rng: random.Random) -> bytes:
    return SOUND[: rng.randrange(len(SOUND))]


def flipped(rng: random.Random) -> bytes:
    content = bytearray(SOUND)
    for _ in range(rng.randint(1, 12)):
        content[rng.randrange(len(content))] ^= 1 << rng.randrange(8)
    return bytes(content)


def swapped(rng: random.Random) -> bytes:
    first, second = MEMBERS.values()
    names = rng.choice([("thumbnails.npz", "session.json"), ("session.json", "other.json")])
    return pack(dict(zip(names, (first, second), strict=True)))


@cache
def bombs() -> tuple[bytes, ...]:
    zeros = bytes(2**25 + 1)
    text = b" " * 2**25
    arrays = pack({"0.npy": zeros, "1.npy": zeros})
    return with_json(text), with_thumbnails(arrays), with_thumbnails(zeros)


def bomb(rng: random.Random) -> bytes:
    """Members that are small when packed and enormous when not."""
    stream = io.BytesIO(rng.choice(bombs()))
    with zipfile.ZipFile(stream, "a") as archive:
        archive.writestr("padding", rng.randbytes(rng.randrange(1000)))
    return stream.getvalue()


@cache
def long_text() -> bytes:
    return with_json(b" " * 2**23)


def understated(rng: random.Random) -> bytes:
    """Deny the true size of a member in the table of contents."""
    content = bytearray(long_text())
    at = content.rfind(b"PK\x01\x02", 0, content.rfind(b"PK\x01\x02"))
    at = at if at >= 0 else content.rfind(b"PK\x01\x02")
    content[at + 24 : at + 28] = rng.randrange(1, 2**20).to_bytes(4, "little")
    return bytes(content)


def escaping(rng: random.Random) -> bytes:
    """Names and paths that reach out of the file."""
    away = rng.choice(["../../outside", "/tmp/outside", "..\\outside", "C:\\outside"])
    if rng.random() < 0.5:
        return pack({f"{away}/session.json": MEMBERS["session.json"]})
    return with_json(json.dumps(DATA | {"model": f"{away}/passwd"}))


def not_finite(rng: random.Random) -> bytes:
    number = rng.choice(["NaN", "Infinity", "-Infinity", "1e999", "-1e999"])
    name = rng.choice(["temperature", "speed", "seed"])
    text = json.dumps(DATA | {name: "HERE"}).replace('"HERE"', number)
    return with_json(text)


def out_of_range(rng: random.Random) -> bytes:
    values: list[Any] = [None, [], {}, "", -1, 10**400, True, "1" * 5000, [[[]]], 2**63, 0.5]
    name = rng.choice([name for name in DATA if name not in ("original", "layout")])
    value = rng.choice([value for value in values if value != DATA[name]])
    if name in ("auto", "seed_locked", "show_walls") and value is True:
        value = "yes"
    if name in ("source", "blend") and value is None:
        value = 1
    if name in ("locks", "redraws", "latent_edits", "snapshots") and value == []:
        value = [0.5]
    if (name in ("temperature", "speed") and value == 0.5) or (name == "model" and value == ""):
        value = "warm\0"
    if name in ("bulk", "zoom", "sweep", "measure") and value == {}:
        value = {"row": "here"}  # what these leave out is as usual
    if name == "program_version":
        value = ["0.1"]
    return with_json(json.dumps(DATA | {name: value}))


def nested(rng: random.Random) -> bytes:
    depth = rng.randrange(2_000, 200_000)
    text = rng.choice(["[", '{"a":']) * depth
    return with_json(text if rng.random() < 0.5 else json.dumps(DATA)[:-1] + ',"x":' + text)


def huge_header(rng: random.Random) -> bytes:
    """Arrays whose header promises what is not there."""
    side = rng.choice([2**31, 2**62, 10**30, -1, 0, 1025])
    shape = rng.choice([f"({side}, {side})", f"({side},)", "(" + "1, " * 4000 + ")", "(4, 4, 4)"])
    dtype = rng.choice(["|i1", "<f8", "|O", "|V" + "9" * 9, "<U" + "9" * 8])
    header = f"{{'descr': '{dtype}', 'fortran_order': False, 'shape': {shape}, }}"
    if rng.random() < 0.2:
        header = "(" * 3_000
    version = rng.choice([b"\x01\x00", b"\x02\x00", b"\x03\x00", b"\x09\x00"])
    array = npy(header, bytes(16), version)
    return with_thumbnails(pack({"0.npy": array, "1.npy": array}))


def crowded(rng: random.Random) -> bytes:
    """A table of contents that would fill the memory."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("session.json", MEMBERS["session.json"])
    content = stream.getvalue()
    start = content.index(b"PK\x01\x02")
    end = content.index(b"PK\x05\x06")
    count = rng.randrange(5_000, 20_000)
    table = content[start:end] * count
    closing = bytearray(content[end:])
    closing[8:12] = min(count, 65_535).to_bytes(2, "little") * 2
    closing[12:16] = len(table).to_bytes(4, "little")
    return content[:start] + table + bytes(closing)


def unusual(rng: random.Random) -> bytes:
    if rng.random() < 0.5:
        return pack(MEMBERS, rng.choice([zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA]))
    content = bytearray(SOUND)
    at = content.rfind(b"PK\x01\x02")
    content[at + 8] |= 1  # says that it is encrypted
    return bytes(content)


def other_text(rng: random.Random) -> bytes:
    return with_json(
        rng.choice(
            [b"", b"null", b"[]", b"\xff\xfe\x00", b"{}", b'{"version": 1}', b'{"version": 1e3}']
        )
        + rng.randbytes(rng.randrange(3)).replace(b" ", b"x")
        + b"!"
    )


def anything(rng: random.Random) -> bytes:
    return rng.choice([b"", b"PK\x05\x06" + bytes(18), b"\x80\x04N."]) + rng.randbytes(64)


KINDS: tuple[Damage, ...] = (
    truncated, flipped, swapped, bomb, understated, escaping, not_finite, out_of_range, nested,
    huge_header, crowded, unusual, other_text, anything,
)  # fmt: skip
MAY_BE_HARMLESS = (flipped,)
"""A flipped bit may lie where nothing is read."""


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_damaged_file_gives_one_sentence(kind: Damage, tmp_path: Path) -> None:
    rng = random.Random(kind.__name__)
    path = tmp_path / "some.nrg"
    for _ in range(-(-FILES // len(KINDS))):
        path.write_bytes(kind(rng))
        try:
            load_session(path)
        except NRGError as error:
            sentence = str(error)
            assert str(path) in sentence
            assert "\n" not in sentence
            assert len(sentence) < 400
            assert sentence.endswith(".")
        else:
            assert kind in MAY_BE_HARMLESS
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("kind", [bomb, understated, huge_header, crowded, nested])
def test_no_file_makes_much_room_for_itself(kind: Damage, tmp_path: Path) -> None:
    """A sound file of the largest size takes about 64 MiB; none may take several times that."""
    rng = random.Random(7)
    path = tmp_path / "some.nrg"
    for _ in range(4):
        path.write_bytes(kind(rng))
        tracemalloc.start()
        with pytest.raises(NRGError):
            load_session(path)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert peak < 2**27
