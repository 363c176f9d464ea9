"""Reading model files as far as that goes without torch: the card, checked against its numbers."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

from pydantic import ValidationError
from safetensors import SafetensorError, safe_open

from nrg_app.errors import NRGError
from nrg_app.flows.card import CARD_VERSION, ModelCard

# A model of L = 256 and width 128 is far below this; a larger file is not one of ours.
MAX_FILE_BYTES = 512 * 2**20
Part = tuple[str, str, tuple[int, ...], bytes]
"""Name, type as torch calls it, shape and content of an array of numbers; they come by name."""


def read_card(path: Path) -> tuple[ModelCard, int]:
    """Read the card of a model file, and count its parameters.

    Raises:
        NRGError: if the file is missing, damaged, or from a newer version.
    """
    with opened(path, "numpy") as stream:
        arrays = {name: stream.get_tensor(name) for name in stream.keys()}  # noqa: SIM118
        parts = (
            (name, f"torch.{array.dtype}", array.shape, array.tobytes())
            for name, array in sorted(arrays.items())
        )
        card = checked_card(path, stream.metadata() or {}, parts)
    return card, sum(array.size for array in arrays.values())


@contextmanager
def opened(path: Path, framework: Literal["numpy", "pt"]) -> Iterator[Any]:
    """Open a model file; what cannot be read or used inside ends in a sentence.

    Raises:
        NRGError: whatever is wrong.
    """
    try:
        if path.stat().st_size > MAX_FILE_BYTES:
            raise NRGError(f"'{path}' is too large to be a model of this program.")
        with safe_open(path, framework=framework) as stream:
            yield stream
    except FileNotFoundError as error:
        raise NRGError(
            f"There is no model file '{path}'; 'nrg models' lists those here."
        ) from error
    except OSError as error:
        raise NRGError(f"Cannot read '{path}': {error.strerror or error}.") from error
    except SafetensorError as error:
        raise NRGError(
            f"'{path}' is damaged or not a model file; copy it again or choose another."
        ) from error
    except (KeyError, TypeError, ValueError, ArithmeticError, RecursionError) as error:
        raise NRGError(f"'{path}' holds no model card of this program; choose another.") from error


def checked_card(path: Path, metadata: Mapping[str, str], parts: Iterable[Part]) -> ModelCard:
    """Return the card, if the numbers are those that it was written with.

    Raises:
        NRGError: if the file is damaged or from a newer version.
        KeyError: if there is no card.
        ValueError: if it is none of this program.
    """
    text = metadata["card"]
    if metadata.get("sha256", expected := checksum(text, parts)) != expected:
        raise NRGError(f"'{path}' is damaged; copy it again or choose another.")
    try:
        return ModelCard.model_validate(json.loads(text))
    except ValidationError as error:
        if _newer(text):
            raise NRGError(f"'{path}' is from a newer version; update the program.") from error
        raise


def checksum(card: str, parts: Iterable[Part]) -> str:
    """Return the SHA-256 of a card and of the names, shapes and numbers that belong to it."""
    total = hashlib.sha256(card.encode())
    for name, kind, shape, content in parts:
        total.update(f"\n{name} {kind} {shape}\n".encode())
        total.update(content)
    return total.hexdigest()


def _newer(card: str) -> bool:
    try:
        return int(json.loads(card)["card_version"]) > CARD_VERSION
    except (KeyError, ValueError, TypeError, OverflowError):
        return False
