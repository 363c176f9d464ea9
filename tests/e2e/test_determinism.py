"""Equal seeds, models and settings give equal bytes, in one process or another."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from nrg_app.flows.storage import read_tensors

ROOT = Path(__file__).parents[2]
RECIPE = """
seed = 4
draws = 64

[[stages]]
size = 4
batch = 16
learning_rate = 5e-3
steps = 12

[[stages]]
size = 8
batch = 16
learning_rate = 5e-3
steps = 6
forward = 0.3
"""


def nrg(folder: Path, *arguments: str) -> None:
    """Run a command in a process of its own, whose hashes are unlike those of any other."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONHASHSEED": "random"}
    command = [sys.executable, "-m", "nrg_app", *arguments]
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=280, cwd=folder, env=environment,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


@pytest.fixture
def folders(tmp_path: Path) -> list[Path]:
    folders = [tmp_path / name for name in ("first", "second")]
    for folder in folders:
        folder.mkdir()
    return folders


@pytest.mark.parametrize(
    "arguments",
    [
        ("sample", "ising-8", "-n", "50", "--seed", "3", "--out", "s.npz"),
        ("sample", "ising-8", "-n", "50", "--seed", "3", "--out", "s.h5"),
        ("sample", "ising-8", "-n", "50", "--seed", "3", "--out", "s.csv"),
        ("measure", "scan", "--sizes", "4", "-n", "200", "-T", "2.2", "--out", "s.npz"),
        ("figure", "--model", "ising-8", "--seed", "3", "--out", "f.pdf"),
        ("figure", "--model", "ising-8", "--seed", "3", "--out", "f.svg"),
        ("figure", "--model", "ising-8", "--seed", "3", "--out", "f.png"),
    ],
    ids=lambda arguments: f"{arguments[0]} {arguments[-1]}",
)
def test_files_are_equal_to_the_last_byte(folders: list[Path], arguments: tuple[str, ...]) -> None:
    for folder in folders:
        nrg(folder, *arguments)
    names = {path.name for folder in folders for path in folder.iterdir()}
    assert arguments[-1] in names
    for name in names:
        assert (folders[0] / name).read_bytes() == (folders[1] / name).read_bytes()


def test_another_seed_gives_other_samples(folders: list[Path]) -> None:
    for folder, seed in zip(folders, "34", strict=True):
        nrg(folder, "sample", "ising-8", "-n", "50", "--seed", seed, "--out", "s.csv")
    first, second = ((folder / "s.csv").read_text().splitlines()[-1] for folder in folders)
    assert first != second


def test_a_training_by_steps_gives_the_same_parameters(folders: list[Path]) -> None:
    trained = []
    for folder in folders:
        (folder / "recipe.toml").write_text(RECIPE)
        nrg(folder, "train", "--recipe", "recipe.toml", "--out", "mine")
        tensors, card = read_tensors(folder / "mine.safetensors")
        trained.append((tensors, [gap.gap for gap in card.gaps]))
    (first, gaps), (second, others) = trained
    assert first.keys() == second.keys()
    assert all(torch.equal(first[name], second[name]) for name in first)
    assert gaps == others
