"""What a session file says, as typed data, and how old versions are read.

A change of the fields adds a function to ``MIGRATIONS`` and so raises ``VERSION``; it must turn
every file of the version before into one that :class:`SessionData` takes.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from nrg_app.errors import NRGError
from nrg_app.session.bulk_view import BulkView
from nrg_app.session.document import StripViewName, ViewName
from nrg_app.session.layout import MAX_PANELS, PanelPlace
from nrg_app.session.messages import SamplerName
from nrg_app.session.models import is_model_name
from nrg_app.session.snapshots import MAX_SNAPSHOTS
from nrg_app.session.views import MeasureView, SweepSettings, Zoom

Migration = Callable[[dict[str, Any]], dict[str, Any]]


def _with_locks(data: dict[str, Any]) -> dict[str, Any]:
    """Version 1 froze all scales up to one and knew no change of single latents."""
    frozen = int(data.pop("frozen_scale"))
    scales = [2**k for k in range(32) if 2**k <= frozen]
    return {**data, "locks": scales, "source": None, "blend": None, "latent_edits": []}


def _to_version_2(data: dict[str, Any]) -> dict[str, Any]:
    changed = _with_locks(dict(data))
    return {**changed, "snapshots": [_with_locks(dict(entry)) for entry in data["snapshots"]]}


def _to_version_3(data: dict[str, Any]) -> dict[str, Any]:
    """Version 2 knew no view of the bulk, and panels that stayed where they were."""
    layout = {**data.get("layout", {}), "panels": {}}
    return {**data, "bulk": asdict(BulkView()), "layout": layout}


def _to_version_4(data: dict[str, Any]) -> dict[str, Any]:
    """Version 3 held no results and forgot the sampler to compare with, sweep, zoom and plots."""
    return {
        **data,
        "rival": "wolff",
        "sweep": asdict(SweepSettings()),
        "zoom": asdict(Zoom()),
        "measure": asdict(MeasureView()),
        "results": 0,
    }


MIGRATIONS: tuple[Migration, ...] = (_to_version_2, _to_version_3, _to_version_4)
"""The k-th function (from 1) turns the data of version k into those of version k + 1."""
VERSION = len(MIGRATIONS) + 1


def _safe_model(model: str) -> str:
    """Take a bare name or the path of a model file, nothing that reaches other files."""
    if not is_model_name(model):
        raise ValueError("neither a model's name nor the path of a model file")
    return model


ModelName = Annotated[str, Field(max_length=4096), AfterValidator(_safe_model)]
Redraw = tuple[int, int]
Locks = Annotated[frozenset[int], Field(max_length=32)]
MAX_EDITS = 2**16
MAX_RESULTS = 64
Redraws = Annotated[tuple[Redraw, ...], Field(max_length=32)]


class _Data(BaseModel):
    model_config = ConfigDict(strict=True, frozen=True, extra="forbid", allow_inf_nan=False)


class SourceData(_Data):
    """An encoded configuration; the bits of its spins in base 64."""

    model_config = ConfigDict(ser_json_bytes="base64", val_json_bytes="base64")

    sample: int
    temperature: float
    seed: int
    size: int
    bits: Annotated[bytes, Field(max_length=2**17)]
    redrawn: Locks


class LatentData(_Data):
    """What was done to latents by hand, of a session or of a snapshot."""

    locks: Locks
    source: SourceData | None
    blend: tuple[int, int, float] | None
    latent_edits: Annotated[
        tuple[tuple[int, int, int, int, float], ...], Field(max_length=MAX_EDITS)
    ]


class SnapshotData(LatentData):
    """A snapshot without its thumbnail, which lies in the NPZ part of the file."""

    temperature: float
    model: ModelName
    seed: int
    redraws: Redraws
    sampler: SamplerName
    selected: int


class LayoutData(_Data):
    """What the window shows; see ``layout.Layout``."""

    maximised: str = Field(default="", max_length=64)
    tab: str = Field(default="", max_length=64)
    panels: Annotated[
        dict[str, Annotated[tuple[PanelPlace, ...], Field(max_length=MAX_PANELS)]],
        Field(max_length=MAX_PANELS),
    ] = {}


class SessionData(LatentData):
    """The JSON part of a session file; units and meanings as in ``document.Session``.

    ``results`` is the number of results, which lie in members of their own; ``original`` is only
    set in autosaves: the file that the session was opened from or saved to.
    """

    version: int = VERSION
    program_version: str = Field(max_length=64)
    temperature: float
    model: ModelName
    seed: int
    redraws: Redraws
    sampler: SamplerName
    rival: SamplerName
    selected: int
    seed_locked: bool
    auto: bool
    speed: float
    sweep: SweepSettings
    view: ViewName
    zoom: Zoom
    show_walls: bool
    strip_view: StripViewName
    bulk: BulkView
    measure: MeasureView
    results: Annotated[int, Field(ge=0, le=MAX_RESULTS)]
    snapshots: Annotated[tuple[SnapshotData, ...], Field(max_length=MAX_SNAPSHOTS)]
    layout: LayoutData = LayoutData()
    original: str = Field(default="", max_length=4096)


def migrate(data: object, migrations: Sequence[Migration] = MIGRATIONS) -> dict[str, Any]:
    """Return the data of any known version as those of the newest.

    Raises:
        NRGError: if the data are of a newer version than this program knows.
        ValueError: if they name no version.
    """
    newest = len(migrations) + 1
    version = data.get("version") if isinstance(data, dict) else None
    if not isinstance(data, dict) or type(version) is not int or version < 1:
        raise ValueError("no version")
    if version > newest:
        raise NRGError("it is from a newer version of NRG; update the program.")
    for step in migrations[version - 1 :]:
        data = step(data)
    return {**data, "version": newest}


def parse(text: bytes) -> SessionData:
    """Return the data of a session file's JSON part.

    Raises:
        NRGError: if it is from a newer version.
        ValueError: if it is anything but the data of a session; numbers must be finite.
    """
    data = migrate(json.loads(text, parse_constant=_no_constant))
    return SessionData.model_validate_json(json.dumps(data))


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} is no finite number")
