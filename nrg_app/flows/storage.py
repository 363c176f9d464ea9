"""Model files: safetensors with the card as JSON in the header.  Nothing is ever unpickled.

A checksum beside the card tells a damaged number from a trained one; files of older programs have
none.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import torch
from pydantic import ValidationError
from safetensors import SafetensorError, safe_open
from safetensors.torch import save
from torch import Tensor

from nrg_app.errors import NRGError
from nrg_app.files import write_bytes
from nrg_app.flows.card import CARD_VERSION, ModelCard
from nrg_app.flows.hierarchy import Architecture, HierarchicalFlow

# A model of L = 256 and width 128 is far below this; a larger file is not one of ours.
MAX_FILE_BYTES = 512 * 2**20


def write_tensors(path: Path, tensors: dict[str, Tensor], card: ModelCard) -> None:
    """Write named tensors with a card, atomically.

    Raises:
        NRGError: if the file cannot be written.
    """
    plain = {name: tensor.detach().cpu().contiguous() for name, tensor in tensors.items()}
    text = card.model_dump_json()
    metadata = {"card": text, "sha256": _checksum(plain, text)}
    write_bytes(path, save(plain, metadata=metadata))


def read_tensors(path: Path) -> tuple[dict[str, Tensor], ModelCard]:
    """Read what :func:`write_tensors` wrote.

    Raises:
        NRGError: if the file is missing, damaged, or from a newer version.
    """
    try:
        if path.stat().st_size > MAX_FILE_BYTES:
            raise NRGError(f"'{path}' is too large to be a model of this program.")
        with safe_open(path, framework="pt") as stream:
            metadata = stream.metadata() or {}
            tensors = {name: stream.get_tensor(name) for name in stream.keys()}  # noqa: SIM118
        if metadata.get("sha256", expected := _checksum(tensors, metadata["card"])) != expected:
            raise NRGError(f"'{path}' is damaged; copy it again or choose another.")
        card = ModelCard.model_validate(json.loads(metadata["card"]))
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
    except (KeyError, ValueError, RecursionError) as error:
        if isinstance(error, ValidationError) and _newer(metadata):
            raise NRGError(f"'{path}' is from a newer version; update the program.") from error
        raise NRGError(f"'{path}' holds no model card of this program; choose another.") from error
    return tensors, card


def write_model(path: Path, flow: HierarchicalFlow, card: ModelCard) -> None:
    """Write a model file.

    Raises:
        NRGError: if the file cannot be written.
    """
    write_tensors(path, flow.weights(), card)


def read_model(path: Path) -> tuple[HierarchicalFlow, ModelCard]:
    """Read a model file.

    Raises:
        NRGError: if the file is missing, damaged or does not fit its card.
    """
    tensors, card = read_tensors(path)
    return flow_from(tensors, card, path), card


def flow_from(tensors: dict[str, Tensor], card: ModelCard, path: Path) -> HierarchicalFlow:
    """The flow of a card with the given parameters.

    Raises:
        NRGError: if the tensors do not fit the card or are not finite.
    """
    shape = card.architecture
    if shape.size & (shape.size - 1):
        raise NRGError(f"'{path}' has side {card.size}, which is not a power of two.")
    try:
        _check_outline(tensors, shape)
        if shape.shared:
            # The parameters are those of a small lattice, and it takes little room to look.
            HierarchicalFlow(shape.model_copy(update={"size": min(shape.size, 8)})).load_weights(
                tensors
            )
        flow = HierarchicalFlow(shape)
        flow.load_weights(tensors)
    except ValueError as error:
        raise NRGError(f"'{path}' does not fit its own card; copy it again.") from error
    if not all(bool(torch.isfinite(p).all()) for p in flow.parameters()):
        raise NRGError(f"'{path}' holds numbers that are not finite; copy it again.")
    return flow.requires_grad_(False)


def _check_outline(tensors: dict[str, Tensor], shape: Architecture) -> None:
    """Refuse a card that promises much more than its file holds, before room is made for it.

    Raises:
        ValueError: if the octaves or the hidden width are not those of the tensors.
    """
    octaves = {name.split(".")[1] for name in tensors if name.startswith("octaves.")}
    own = shape.size.bit_length() - 1
    widths = {side for tensor in tensors.values() for side in tensor.shape}
    if len(octaves) != (min(own, 2) if shape.shared else own) or shape.width not in widths:
        raise ValueError("the card is that of another model")
    if not all(tensor.is_floating_point() for tensor in tensors.values()):
        raise ValueError("the parameters are not real numbers")


def _newer(metadata: dict[str, str]) -> bool:
    try:
        return int(json.loads(metadata["card"])["card_version"]) > CARD_VERSION
    except (KeyError, ValueError, TypeError):
        return False


def _checksum(tensors: dict[str, Tensor], card: str) -> str:
    """SHA-256 of the card and of the names, shapes and numbers of tensors on the processor."""
    total = hashlib.sha256(card.encode())
    for name, tensor in sorted(tensors.items()):
        total.update(f"\n{name} {tensor.dtype} {tuple(tensor.shape)}\n".encode())
        total.update(tensor.reshape(-1).view(torch.uint8).numpy().tobytes())
    return total.hexdigest()
