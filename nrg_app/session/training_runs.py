"""Trainings on the disk: one folder each, so that none is lost with the window.

A run's folder holds ``run.json`` (settings and state), ``model.checkpoint`` (everything needed to
resume), ``model.safetensors`` (the averaged weights, as of the last checkpoint or export) and
``events.jsonl`` (what it said). A process that trains it holds ``run.lock``. Files are written to a
temporary name and renamed.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TextIO

import numpy as np
from platformdirs import user_data_dir
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from nrg_app.errors import NRGError
from nrg_app.files import write_bytes
from nrg_app.session import training_messages as messages
from nrg_app.session.training_messages import TrainingMessage, TrainingStatus
from nrg_app.session.training_settings import RunSettings
from nrg_app.session.typed import fits
from nrg_app.training.log import cut_log

_SAVED = (
    messages.TrainingPoint,
    messages.TrainingMark,
    messages.FixedNoise,
    messages.AbsMagnetization,
    messages.GapsByTemperature,
    messages.GapsByScale,
)
_MAX_LINE = 2**22  # characters; a line of spins has some thousand
_KINDS = {kind.__name__: kind for kind in _SAVED}


class RunRecord(BaseModel):
    """The content of ``run.json``.

    Attributes:
        name: of the run and of its folder.
        settings: what was asked for.
        created: when, ISO 8601 in UTC.
        status: the last known; a run that says "running" without a process was interrupted.
        steps: done.
        seconds: spent training.
        fraction: finished share, 0..1.
        size: lattice side L now.
        gap: last mean gap per site over the training temperatures, in nats.
    """

    model_config = ConfigDict(extra="forbid")

    name: str = Field(min_length=1, max_length=100)
    settings: RunSettings
    created: str
    status: TrainingStatus = "new"
    steps: int = 0
    seconds: float = 0.0
    fraction: float = 0.0
    size: int = 0
    gap: float | None = None


class RunFolder:
    """The files of one run."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.record = path / "run.json"
        self.checkpoint = path / "model.checkpoint"
        self.model = path / "model.safetensors"
        self.events = path / "events.jsonl"
        self.lock = path / "run.lock"

    @property
    def name(self) -> str:
        """Name of the run."""
        return self.path.name

    def load(self) -> RunRecord:
        """Read the record.

        Raises:
            NRGError: if it is missing or damaged.
        """
        try:
            return RunRecord.model_validate_json(self.record.read_bytes())
        except OSError as error:
            raise NRGError(f"Cannot read '{self.record}': {error.strerror or error}.") from error
        except ValidationError as error:
            raise NRGError(f"'{self.record}' is damaged; delete the folder of this run.") from error

    def store(self, record: RunRecord) -> None:
        """Write the record atomically.

        Raises:
            NRGError: if it cannot be written.
        """
        write_bytes(self.record, record.model_dump_json(indent=1).encode())


def runs_dir() -> Path:
    """Return the folder of all runs, which may not exist yet."""
    return Path(user_data_dir("nrg", appauthor=False)) / "runs"


def list_runs() -> list[RunRecord]:
    """Return the records of all runs, newest first; damaged ones are left out."""
    records = []
    for path in runs_dir().glob("*/run.json"):
        try:
            records.append(RunFolder(path.parent).load())
        except NRGError:
            continue
    return sorted(records, key=lambda record: (record.created, record.name), reverse=True)


def create_run(settings: RunSettings) -> RunFolder:
    """Make the folder of a new run, named ising-L-a, ising-L-b ...

    Raises:
        NRGError: if it cannot be made.
    """
    size = settings.make_recipe().size
    root = runs_dir()
    for name in _names(f"ising-{size}"):
        folder = RunFolder(root / name)
        try:
            folder.path.mkdir(parents=True)
        except FileExistsError:
            continue
        except OSError as error:
            reason = error.strerror or str(error)
            raise NRGError(f"Cannot make the folder '{folder.path}': {reason}.") from error
        created = datetime.now(UTC).isoformat(timespec="seconds")
        folder.store(RunRecord(name=name, settings=settings, created=created))
        return folder
    raise AssertionError("names never end")


def _names(stem: str) -> Iterator[str]:
    number = 0
    while True:
        letters, rest = "", number
        while True:
            letters = chr(ord("a") + rest % 26) + letters
            rest = rest // 26 - 1
            if rest < 0:
                break
        yield f"{stem}-{letters}"
        number += 1


def forget_undone(folder: RunFolder, steps: int) -> None:
    """Remove what a run said after the checkpoint that it goes on from.

    Raises:
        NRGError: if its events cannot be written.
    """
    cut_log(folder.events, lambda content: int(content["steps"]) <= steps)


def write_event(stream: TextIO, message: TrainingMessage) -> None:
    """Append a message to a run's events as one line; those that say nothing later are left out."""
    if isinstance(message, _SAVED):
        content = {"event": type(message).__name__} | asdict(message)
        print(json.dumps(content, default=_plain), file=stream, flush=True)


def read_events(folder: RunFolder) -> Iterator[TrainingMessage]:
    """Yield what a run said; lines that were cut off or are unknown are left out."""
    try:
        with folder.events.open(encoding="utf-8", errors="replace") as stream:
            while line := stream.readline(_MAX_LINE):
                message = _message(line)
                if message is not None:
                    yield message
    except OSError:
        return


def _plain(value: Any) -> Any:
    if isinstance(value, np.ndarray):
        if value.dtype == np.int8:
            # Spins are bits: a sixteenth of the size of a list.
            bits = np.packbits(value > 0).tobytes().hex()
            return {"spins": bits, "shape": list(value.shape)}
        return [float(f"{number:.6g}") for number in value]
    raise TypeError(f"no JSON for {type(value)}")


def _array(value: Any) -> Any:
    if isinstance(value, list):
        return np.array(value, dtype=np.float64)
    if isinstance(value, dict) and "spins" in value:
        shape = tuple(value["shape"])
        bits = np.frombuffer(bytes.fromhex(value["spins"]), np.uint8)
        if not 0 <= math.prod(shape) <= 8 * len(bits):
            raise ValueError("fewer bits than spins")
        ones = np.unpackbits(bits, count=int(np.prod(shape))).reshape(shape)
        return np.where(ones > 0, 1, -1).astype(np.int8)
    if isinstance(value, dict):
        return {int(key): (float(pair[0]), float(pair[1])) for key, pair in value.items()}
    return value


def _message(line: str) -> TrainingMessage | None:
    try:
        content = json.loads(line)
        kind = _KINDS[content.pop("event")]
        message: TrainingMessage = kind(**{key: _array(value) for key, value in content.items()})
    except (ValueError, LookupError, TypeError, AttributeError, ArithmeticError, RecursionError):
        return None
    return message if fits(message, kind) else None
