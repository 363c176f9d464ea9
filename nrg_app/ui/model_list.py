"""The models that can be chosen, with the cards read from the heads of their files.

A safetensors file starts with the length of a JSON header (eight bytes, little endian) and the
header, so that a card can be read without the weights and without torch.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from nrg_app.errors import NRGError
from nrg_app.session.models import model_path, shipped_models

_MAX_HEADER = 2**24


class _Part(BaseModel):
    model_config = ConfigDict(strict=True, allow_inf_nan=False)


class _Shape(_Part):
    size: int = Field(ge=2, le=1024)
    width: int = 32
    radius: int = 3
    colours: int = 2
    disentanglers: bool = False


class _Gap(_Part):
    temperature: float
    gap: float
    ess: float


class _Card(_Part):
    """What the window shows of a card; the rest is the sampler's business."""

    name: str = Field(min_length=1, max_length=200)
    temperature_range: list[float] = Field(min_length=2, max_length=2)
    architecture: _Shape
    gaps: list[_Gap] = []


@dataclass(frozen=True)
class ModelEntry:
    """One model: ``model`` is what the session calls it, ``card`` the card as plain data."""

    model: str
    name: str
    size: int
    temperature_range: tuple[float, float]
    card: dict[str, Any]

    def gap_near(self, temperature: float) -> float | None:
        """Return the measured gap per site within 0.05 of a temperature, None without one."""
        near = [
            (abs(entry["temperature"] - temperature), entry["gap"])
            for entry in self.card.get("gaps", [])
        ]
        distance, gap = min(near, default=(math.inf, None))
        return gap if distance < 0.05 else None


def read_entry(model: str) -> ModelEntry:
    """Read a model's card.

    Raises:
        NRGError: if the file is missing or holds no card.
    """
    path = model_path(model)
    try:
        card = json.loads(_header(path)["__metadata__"]["card"])
        checked = _Card.model_validate(card)
        low, high = checked.temperature_range
        return ModelEntry(
            model=model,
            name=checked.name,
            size=checked.architecture.size,
            temperature_range=(low, high),
            card=card,
        )
    except OSError as error:
        raise NRGError(f"Cannot read '{path}': {error.strerror or error}.") from error
    except (KeyError, TypeError, ValueError, RecursionError) as error:
        raise NRGError(f"'{path}' is not a model of this program; choose another.") from error


def shipped_entries() -> list[ModelEntry]:
    """Return the models that come with the program, small lattices first; damaged ones left out."""
    entries = readable_entries(shipped_models())
    return sorted(entries, key=lambda entry: (entry.size, entry.name))


def readable_entries(models: Iterable[str]) -> list[ModelEntry]:
    """Return the entries of models; damaged ones are left out."""
    entries = []
    for model in models:
        try:
            entries.append(read_entry(model))
        except NRGError:
            continue
    return entries


def with_entry(entries: list[ModelEntry], entry: ModelEntry) -> list[ModelEntry]:
    """Return the list with an entry in the place of the same model's, or at the end."""
    if all(other.model != entry.model for other in entries):
        return [*entries, entry]
    return [entry if other.model == entry.model else other for other in entries]


def _header(path: Path) -> Any:
    with path.open("rb") as stream:
        length = int.from_bytes(stream.read(8), "little")
        if not 0 < length <= _MAX_HEADER:
            raise ValueError("no header")
        return json.loads(stream.read(length))
