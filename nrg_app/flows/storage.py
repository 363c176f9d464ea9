"""Model files: safetensors with the card as JSON in the header.  Nothing is ever unpickled.

A checksum beside the card tells a damaged number from a trained one; files of older programs have
none.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import torch
from safetensors.torch import save
from torch import Tensor

from nrg_app.errors import NRGError
from nrg_app.files import write_bytes
from nrg_app.flows.architecture import Architecture
from nrg_app.flows.card import ModelCard
from nrg_app.flows.card_files import Part, checked_card, checksum, opened
from nrg_app.flows.hierarchy import HierarchicalFlow


def write_tensors(path: Path, tensors: dict[str, Tensor], card: ModelCard) -> None:
    """Write named tensors with a card, atomically.

    Raises:
        NRGError: if the file cannot be written.
    """
    plain = {name: tensor.detach().cpu().contiguous() for name, tensor in tensors.items()}
    text = card.model_dump_json()
    metadata = {"card": text, "sha256": checksum(text, _parts(plain))}
    write_bytes(path, save(plain, metadata=metadata))


def read_tensors(path: Path) -> tuple[dict[str, Tensor], ModelCard]:
    """Read what :func:`write_tensors` wrote.

    Raises:
        NRGError: if the file is missing, damaged, or from a newer version.
    """
    with opened(path, "pt") as stream:
        tensors = {name: stream.get_tensor(name) for name in stream.keys()}  # noqa: SIM118
        return tensors, checked_card(path, stream.metadata() or {}, _parts(tensors))


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


def _parts(tensors: Mapping[str, Tensor]) -> Iterator[Part]:
    for name, tensor in sorted(tensors.items()):
        content = tensor.reshape(-1).view(torch.uint8).numpy().tobytes()
        yield name, str(tensor.dtype), tuple(tensor.shape), content
