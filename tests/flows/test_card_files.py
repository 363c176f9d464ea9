"""Cards, read without torch."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file

from nrg_app.errors import NRGError
from nrg_app.flows.card_files import read_card
from nrg_app.flows.storage import read_tensors
from nrg_app.session.models import model_path, shipped_models


def test_a_card_is_that_of_the_whole_file() -> None:
    for name in shipped_models():
        tensors, card = read_tensors(model_path(name))
        assert read_card(model_path(name)) == (card, sum(t.numel() for t in tensors.values()))


@pytest.mark.parametrize("name", shipped_models())
def test_a_changed_number_and_a_changed_card_are_noticed(name: str, tmp_path: Path) -> None:
    content = bytearray(model_path(name).read_bytes())
    path = tmp_path / "changed.safetensors"
    for place in (content.index(b'\\"gap\\":0.') + 12, len(content) - 3):
        changed = content.copy()
        changed[place] ^= 1
        path.write_bytes(changed)
        with pytest.raises(NRGError, match=r"changed\.safetensors' is damaged"):
            read_card(path)


@pytest.mark.parametrize("version", ["Infinity", "1e999", "NaN", "[]"])
def test_a_version_that_is_no_number_is_refused(version: str, tmp_path: Path) -> None:
    path = tmp_path / "odd.safetensors"
    card = f'{{"card_version": {version}}}'
    save_file({"x": np.zeros(1)}, path, metadata={"card": card})
    with pytest.raises(NRGError, match="no model card of this program"):
        read_card(path)


def test_models_are_listed_without_torch() -> None:
    program = (
        "import sys\nsys.argv = ['nrg', 'models']\nfrom nrg_app.cli import main\n"
        "try: main()\nfinally: print({'torch', 'numba', 'PySide6'} & set(sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    assert "ising-8" in done.stdout
    assert done.stdout.splitlines()[-1] == "set()", done.stderr
