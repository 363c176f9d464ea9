"""Session files, ``*.nrg``: a zip archive of JSON texts and the thumbnails of the snapshots.

``session.json`` holds :class:`~nrg_app.session.schema.SessionData`; ``thumbnails.npz`` an int8
array (L, L) of spins +1 or -1 per snapshot, named "0", "1", ...; ``results/0.json``, ... what was
measured, see ``session.results``. Only these names are ever read, nothing is unpacked to the disk
or unpickled, and sizes are checked before anything is inflated.
"""

from __future__ import annotations

import dataclasses
import io
import json
import logging
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nrg_app import __version__
from nrg_app.errors import NRGError
from nrg_app.files import write_bytes
from nrg_app.session.arrays import DAMAGE, HEADER_BYTES, array_of, open_zip, read_member
from nrg_app.session.document import Session
from nrg_app.session.holography.contents import bulk_contents
from nrg_app.session.latents import Blend, Edit, Source
from nrg_app.session.layout import Layout
from nrg_app.session.measure.orders import Result as Measurement
from nrg_app.session.measure.result_contents import measured_contents
from nrg_app.session.results import Result, pack, unpack
from nrg_app.session.schema import (
    MAX_RESULTS,
    LayoutData,
    SessionData,
    SnapshotData,
    SourceData,
    parse,
)
from nrg_app.session.snapshots import Snapshot

_log = logging.getLogger(__name__)
MAX_FILE_BYTES = 2**26
_JSON, _THUMBNAILS = "session.json", "thumbnails.npz"
_MAX_JSON_BYTES, _MAX_NPZ_BYTES, _MAX_RESULTS_BYTES = 2**22, 2**25, 2**25
_MAX_SIDE = 1024
_WHOLE = ("bulk", "sweep", "zoom", "measure")
"""Fields of the schema that are what the session holds."""


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
        NRGError: if the file cannot be written, or the session is larger than what is read again.
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
    except DAMAGE as error:
        raise NRGError(
            f"'{path}' is damaged or not a session of NRG; open another file."
        ) from error


def encode(session: Session, layout: Layout, original: str = "") -> bytes:
    """Return the bytes of a session file, with the newest results that have room in it.

    Raises:
        NRGError: if the rest is larger than what :func:`decode` takes.
    """
    results = _newest_packed(session.results)
    data = SessionData(
        program_version=__version__,
        seed=session.seed,
        redraws=session.redraws,
        snapshots=tuple(_without_thumbnail(snapshot) for snapshot in session.snapshots),
        results=len(results),
        layout=LayoutData(**vars(layout)),
        original=original,
        **_plain(
            {
                name: value
                for name, value in session.values().items()
                if name not in ("draw", "snapshots", "results")
            }
        ),
    )
    text = json.dumps(data.model_dump(mode="json"), indent=1, allow_nan=False)
    spins = sum(snapshot.thumbnail.size + HEADER_BYTES for snapshot in session.snapshots)
    if len(text) > _MAX_JSON_BYTES or spins > _MAX_NPZ_BYTES:
        raise NRGError("The session is too large for a file; delete some of its snapshots.")
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
        for number, result in enumerate(results):
            archive.writestr(_result_name(number), result)
    return stream.getvalue()


def decode(content: bytes) -> SavedSession:
    """Return what the bytes of a session file hold.

    Raises:
        NRGError: if the file is from a newer version or has a value that a session refuses.
        Exception: one of ``DAMAGE`` if the bytes are no session file.
    """
    with open_zip(content) as archive:
        data = parse(read_member(archive, _JSON, _MAX_JSON_BYTES))
        packed = read_member(archive, _THUMBNAILS, _MAX_NPZ_BYTES)
        results = _results(archive, data.results)
    thumbnails = _thumbnails(packed, len(data.snapshots))
    values = _typed(
        data.model_dump(exclude={"version", "program_version", "layout", "original", *_WHOLE})
    )
    values |= {name: getattr(data, name) for name in _WHOLE}
    values["results"] = results
    values["draw"] = (values.pop("seed"), values.pop("redraws"))
    values["snapshots"] = _snapshots(data.snapshots, thumbnails)
    # A session of its own tries the values out, so that bad ones change nothing in the window.
    trial = Session()
    trial.assign(values)
    for snapshot in trial.snapshots:
        trial.restore(snapshot)
    return SavedSession(values, Layout(**dict(data.layout)), data.original)


def _result_name(number: int) -> str:
    return f"results/{number}.json"


def _newest_packed(results: Sequence[Result]) -> list[bytes]:
    """Return the newest results, packed, as many as a file takes, oldest first."""
    kept: list[bytes] = []
    room = _MAX_RESULTS_BYTES
    for result in reversed(results[-MAX_RESULTS:]):
        packed = pack(result)
        room -= len(packed)
        if room < 0:
            _log.warning("The session file leaves out older results: they are too large.")
            break
        kept.insert(0, packed)
    return kept


def _results(archive: zipfile.ZipFile, count: int) -> tuple[Result, ...]:
    names = [_result_name(number) for number in range(count)]
    if sum(archive.getinfo(name).file_size for name in names) > _MAX_RESULTS_BYTES:
        raise ValueError("the results are too large")
    results = tuple(unpack(read_member(archive, name, _MAX_RESULTS_BYTES)) for name in names)
    # To draw them once tries them out: what is inconsistent is refused here and not in the window.
    with np.errstate(all="ignore"):
        for result in results:
            if isinstance(result, Measurement):
                measured_contents(result, None, 2.0)
            else:
                bulk_contents(result)
    return results


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


def _thumbnails(packed: bytes, count: int) -> list[NDArray[np.int8]]:
    names = [f"{number}.npy" for number in range(count)]
    with open_zip(packed) as archive:
        if sum(archive.getinfo(name).file_size for name in names) > _MAX_NPZ_BYTES:
            raise ValueError("the thumbnails are too large")
        limit = _MAX_SIDE**2 + HEADER_BYTES
        return [_spins(read_member(archive, name, limit)) for name in names]


def _spins(data: bytes) -> NDArray[np.int8]:
    """Return the (L, L) spins of an NPY file's bytes."""
    spins = array_of(data)
    side = len(spins) if spins.ndim else 0
    if spins.dtype != np.int8 or spins.shape != (side, side) or not 0 < side <= _MAX_SIDE:
        raise ValueError("a thumbnail must be a square of int8")
    if not (np.abs(spins) == 1).all():
        raise ValueError("a spin must be +1 or -1")
    return spins.astype(np.int8)
