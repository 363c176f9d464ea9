"""Model files and checkpoints."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nrg_app.errors import NRGError
from nrg_app.flows.neural_rg import NeuralRG
from nrg_app.training.recipe import standard_recipe
from nrg_app.training.trainer import Trainer
from nrg_app.ui.model_list import read_entry

from .damage import altered, damaged, fuzz, json_bytes

Judge = Callable[[Callable[[], object]], None]


def _files(folder: Path) -> dict[str, bytes]:
    recipe = standard_recipe(4, 1.0, steps=1, width=4, radius=1, pairs=1, colours=2)
    trainer = Trainer(recipe, "small", checkpoint=folder / "small.checkpoint")
    for _ in trainer.run():
        pass
    trainer.model().save(folder / "small.safetensors")
    return {path.suffix: path.read_bytes() for path in folder.iterdir()}


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    return _files(tmp_path_factory.mktemp("sound"))


def head_of(content: bytes) -> tuple[dict[str, Any], bytes]:
    """The header of a safetensors file and what follows."""
    length = int.from_bytes(content[:8], "little")
    return json.loads(content[8 : 8 + length]), content[8 + length :]


def with_head(head: object, rest: bytes) -> bytes:
    text = json_bytes(head)
    text += b" " * (-len(text) % 8)
    return len(text).to_bytes(8, "little") + text + rest


def with_card(content: bytes, card: object) -> bytes:
    """The same numbers under another card, without the checksum that would give it away."""
    head, rest = head_of(content)
    return with_head(head | {"__metadata__": {"card": json.dumps(card)}}, rest)


def card_of(content: bytes) -> dict[str, Any]:
    card: dict[str, Any] = json.loads(head_of(content)[0]["__metadata__"]["card"])
    return card


def read_model(path: Path) -> None:
    NeuralRG.load(path)


def read_card(path: Path) -> None:
    entry = read_entry(str(path))
    entry.gap_near(2.3)


def resume(path: Path) -> None:
    next(Trainer.resume(path).run())


@pytest.mark.parametrize(
    ("suffix", "reader"),
    [(".safetensors", read_model), (".safetensors", read_card), (".checkpoint", resume)],
)
@fuzz
@given(data=st.data())
def test_damaged_files(
    suffix: str, reader: Callable[[Path], None], data: st.DataObject,
    judge: Judge, tmp_path: Path, files: dict[str, bytes],
) -> None:  # fmt: skip
    path = tmp_path / f"model{suffix}"
    path.write_bytes(data.draw(damaged(files[suffix])))
    judge(lambda: reader(path))


@pytest.mark.parametrize("reader", [read_model, read_card])
@fuzz
@given(data=st.data())
def test_altered_cards(
    reader: Callable[[Path], None], data: st.DataObject,
    judge: Judge, tmp_path: Path, files: dict[str, bytes],
) -> None:  # fmt: skip
    content = files[".safetensors"]
    path = tmp_path / "model.safetensors"
    path.write_bytes(with_card(content, data.draw(altered(card_of(content)))))
    judge(lambda: reader(path))


@fuzz
@given(data=st.data())
def test_altered_checkpoints(
    data: st.DataObject, judge: Judge, tmp_path: Path, files: dict[str, bytes]
) -> None:
    content = files[".checkpoint"]
    card = card_of(content)
    part = data.draw(st.sampled_from(["recipe", "counters", "moment_steps"]))
    training = card["training"] | {part: data.draw(altered(card["training"][part]))}
    path = tmp_path / "model.checkpoint"
    path.write_bytes(with_card(content, card | {"training": training}))
    judge(lambda: resume(path))


@fuzz
@given(data=st.data())
def test_altered_headers(
    data: st.DataObject, judge: Judge, tmp_path: Path, files: dict[str, bytes]
) -> None:
    suffix = data.draw(st.sampled_from([".safetensors", ".checkpoint"]))
    head, rest = head_of(files[suffix])
    changed = data.draw(altered(head))
    if isinstance(changed, dict) and isinstance(changed.get("__metadata__"), dict):
        changed["__metadata__"].pop("sha256", None)
    path = tmp_path / f"model{suffix}"
    path.write_bytes(with_head(changed, rest))
    judge(lambda: (resume if suffix == ".checkpoint" else read_model)(path))


def test_a_header_that_promises_much_is_refused(tmp_path: Path, files: dict[str, bytes]) -> None:
    path = tmp_path / "model.safetensors"
    for length in (2**63, 2**40, 2**27):
        path.write_bytes(length.to_bytes(8, "little") + b"{}")
        for reader in (read_model, read_card):
            with pytest.raises(NRGError):
                reader(path)
    content = files[".safetensors"]
    card = card_of(content)
    for size, width, shared in ((1024, 4, False), (4, 512, False), (1024, 512, True)):
        shape = card["architecture"] | {"size": size, "width": width, "shared": shared}
        path.write_bytes(with_card(content, card | {"architecture": shape}))
        with pytest.raises(NRGError):
            read_model(path)
