"""Session files, ``*.nrg``: a zip archive of a JSON text and the thumbnails of the snapshots.

``session.json`` holds :class:`~nrg_app.session.schema.SessionData`; ``thumbnails.npz`` an int8
array (L, L) of spins +1 or -1 per snapshot, named "0", "1", ... Only these names are ever read,
nothing is unpacked to the disk or unpickled, and sizes are checked before anything is inflated.
"""

from __future__ import annotations

import dataclasses
import io
import json
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

from nrg_app import __version__
from nrg_app.errors import NRGError
from nrg_app.files import write_bytes
from nrg_app.session.document import Layout, Session, Snapshot
from nrg_app.session.latents import Blend, Edit, Source
from nrg_app.session.schema import SessionData, SnapshotData, SourceData, parse

MAX_FILE_BYTES = 2**25
_JSON, _THUMBNAILS = "session.json", "thumbnails.npz"
_MAX_JSON_BYTES, _MAX_NPZ_BYTES = 2**22, 2**25
_MAX_SIDE = 1024
_COMPRESSIONS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
# What the readers of zip, JSON and NPY files raise when the bytes make no sense to them.
_DAMAGE = (
    zipfile.BadZipFile, zlib.error, ValueError, LookupError, EOFError, OSError, RuntimeError,
    ArithmeticError, MemoryError, TypeError,
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class SavedSession:
    """What a session file holds: values for ``Session.assign``, and the window's layout.

    ``original`` is the session file that an autosave belongs to, "" for none.
    """

    values: dict[str, Any]
    layout: Layout
    original: str


def save_session(
    path: Path, session: Session, layout: Layout | None = None, *, original: str = ""
) -> None:
    """Write a session under a temporary name and rename it.

    Raises:
        NRGError: if the file cannot be written.
    """
    write_bytes(path, encode(session, layout or Layout(), original))


def load_session(path: Path) -> SavedSession:
    """Read a session file.

    Raises:
        NRGError: one sentence, whatever is wrong with the file.
    """
    try:
        with path.open("rb") as stream:
            content = stream.read(MAX_FILE_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise NRGError(f"Cannot read '{path}': {reason}.") from error
    if len(content) > MAX_FILE_BYTES:
        raise NRGError(f"'{path}' is too large to be a session of NRG.")
    try:
        return decode(content)
    except NRGError as error:
        raise NRGError(f"Cannot open '{path}': {error}") from error
    except _DAMAGE as error:
        raise NRGError(
            f"'{path}' is damaged or not a session of NRG; open another file."
        ) from error


def encode(session: Session, layout: Layout, original: str = "") -> bytes:
    """Return the bytes of a session file."""
    data = SessionData(
        program_version=__version__,
        seed=session.seed,
        redraws=session.redraws,
        snapshots=tuple(_without_thumbnail(snapshot) for snapshot in session.snapshots),
        layout=layout,
        original=original,
        **_plain(
            {
                name: value
                for name, value in session.values().items()
                if name not in ("draw", "snapshots")
            }
        ),
    )
    text = json.dumps(data.model_dump(mode="json"), indent=1, allow_nan=False)
    thumbnails = io.BytesIO()
    np.savez_compressed(
        thumbnails,
        allow_pickle=False,
        **{
            str(number): np.ascontiguousarray(snapshot.thumbnail)
            for number, snapshot in enumerate(session.snapshots)
        },
    )
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(_JSON, text)
        archive.writestr(_THUMBNAILS, thumbnails.getvalue(), zipfile.ZIP_STORED)
    return stream.getvalue()


def decode(content: bytes) -> SavedSession:
    """Return what the bytes of a session file hold.

    Raises:
        NRGError: if the file is from a newer version or has a value that a session refuses.
        Exception: one of ``_DAMAGE`` if the bytes are no session file.
    """
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        data = parse(_member(archive, _JSON, _MAX_JSON_BYTES))
        packed = _member(archive, _THUMBNAILS, _MAX_NPZ_BYTES)
    thumbnails = _thumbnails(packed, len(data.snapshots))
    values = _typed(
        data.model_dump(exclude={"version", "program_version", "layout", "original", "bulk"})
    )
    values["bulk"] = data.bulk
    values["draw"] = (values.pop("seed"), values.pop("redraws"))
    values["snapshots"] = _snapshots(data.snapshots, thumbnails)
    # A session of its own tries the values out, so that bad ones change nothing in the window.
    trial = Session()
    trial.assign(values)
    for snapshot in trial.snapshots:
        trial.restore(snapshot)
    return SavedSession(values, data.layout, data.original)


def _without_thumbnail(snapshot: Snapshot) -> SnapshotData:
    values = {name: getattr(snapshot, name) for name in SnapshotData.model_fields}
    return SnapshotData(**_plain(values))


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    """Return values of a session or a snapshot as the schema takes them."""
    source, blend = values["source"], values["blend"]
    return {
        **values,
        "source": None if source is None else SourceData(**dataclasses.asdict(source)),
        "blend": None if blend is None else tuple(blend),
        "latent_edits": tuple(tuple(edit) for edit in values["latent_edits"]),
    }


def _typed(values: dict[str, Any]) -> dict[str, Any]:
    """Return values of the schema as a session or a snapshot takes them."""
    source, blend = values["source"], values["blend"]
    return {
        **values,
        "source": None if source is None else Source(**source),
        "blend": None if blend is None else Blend(*blend),
        "latent_edits": tuple(Edit(*edit) for edit in values["latent_edits"]),
    }


def _snapshots(
    data: Sequence[SnapshotData], thumbnails: Sequence[NDArray[np.int8]]
) -> tuple[Snapshot, ...]:
    return tuple(
        Snapshot(**_typed(entry.model_dump()), thumbnail=thumbnail)
        for entry, thumbnail in zip(data, thumbnails, strict=True)
    )


def _member(archive: zipfile.ZipFile, name: str, limit: int) -> bytes:
    """Return one member of at most ``limit`` bytes; more are never inflated."""
    info = archive.getinfo(name)
    if info.file_size > limit or info.compress_type not in _COMPRESSIONS:
        raise ValueError(f"{name} is too large or packed in an unknown way")
    with archive.open(info) as stream:
        return stream.read(limit)


def _thumbnails(packed: bytes, count: int) -> list[NDArray[np.int8]]:
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        infos = [archive.getinfo(f"{number}.npy") for number in range(count)]
        if sum(info.file_size for info in infos) > _MAX_NPZ_BYTES:
            raise ValueError("the thumbnails are too large")
        limit = _MAX_SIDE**2 + npy.BUFFER_SIZE
        return [_spins(_member(archive, info.filename, limit)) for info in infos]


def _spins(data: bytes) -> NDArray[np.int8]:
    """Return the (L, L) spins of an NPY file's bytes.

    ``numpy.load`` would make room for whatever shape the header claims.
    """
    stream = io.BytesIO(data)
    if npy.read_magic(stream) != (1, 0):
        raise ValueError("unknown version of the NPY format")
    try:
        shape, _, dtype = npy.read_array_header_1_0(stream)
    except Exception as error:  # the header is a Python literal: nearly anything can go wrong
        raise ValueError("damaged NPY header") from error
    side = shape[0] if shape else 0
    if dtype != np.int8 or shape != (side, side) or not 0 < side <= _MAX_SIDE:
        raise ValueError("a thumbnail must be a square of int8")
    spins = np.frombuffer(stream.read(), np.int8).reshape(shape)
    if not (np.abs(spins) == 1).all():
        raise ValueError("a spin must be +1 or -1")
    return spins
