"""Arrays in files: the same numbers and the same words in every format."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
import torch

from nrg_app.errors import NRGError
from nrg_app.flows.neural_rg import NeuralRG
from nrg_app.session.array_files import SUFFIXES, Described, check_place, write_arrays
from nrg_app.session.document import Session
from nrg_app.session.models import model_path
from nrg_app.session.sample_arrays import arrays_of_set, flat_latents
from nrg_app.session.sampling import load_model, sample

RNG = np.random.default_rng(1)
GRID = RNG.normal(size=(5, 2, 2)).astype(np.float32)
GRID[:, 0, 0] = np.nan
ARRAYS = {
    "spins": Described(
        RNG.choice([-1, 1], (5, 4, 4)).astype(np.int8), "spins", "1", ("n", "y", "x")
    ),
    "log_weights": Described(RNG.normal(size=5), "ln w", "nat", ("n",)),
    "latents_scale_2": Described(GRID, "latents", "1", ("n", "y", "x")),
}
ORIGIN: dict[str, Any] = {
    "model": "κ \N{MINUS SIGN} é",
    "L": 4,
    "temperature": 2.3,
    "pairs": [[1, 2]],
}


def read_back(path: Path) -> tuple[dict[str, np.ndarray], dict[str, Any]]:
    """Arrays and metadata as any other program reads them."""
    if path.suffix == ".npz":
        with np.load(path, allow_pickle=False) as data:
            metadata = json.loads(str(data["metadata"]))
            arrays = {name: data[name] for name in data.files if name != "metadata"}
        words = metadata.pop("arrays")
        return arrays, {**metadata, **words}
    if path.suffix == ".csv":
        lines = path.read_text(encoding="utf-8").splitlines()
        told = dict(line[2:].split(" ", 1) for line in lines if line.startswith("#"))
        rows = list(csv.DictReader(line for line in lines if not line.startswith("#")))
        arrays = {}
        for name, array in ARRAYS.items():
            values = (
                np.full(array.values.shape, np.nan, array.values.dtype.newbyteorder("="))
                if array.values.dtype.kind == "f"
                else np.zeros_like(array.values)
            )
            for index in np.ndindex(array.values.shape[1:]):
                column = "_".join(map(str, (name, *index)))
                if column in rows[0]:
                    values[(slice(None), *index)] = [row[column] for row in rows]
            arrays[name] = values
        return arrays, {key: json.loads(text) for key, text in told.items()}
    with h5py.File(path, "r") as file:
        arrays = {name: data[()] for name, data in file.items()}
        told = {
            key: json.loads(value) if key == "pairs" else value for key, value in file.attrs.items()
        }
        for name, data in file.items():
            told[name] = {
                key: list(value) if key == "axes" else value for key, value in data.attrs.items()
            }
        return arrays, told


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_numbers_and_words_come_back_bit_for_bit(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"a{suffix}"
    write_arrays(path, ARRAYS, ORIGIN)
    arrays, told = read_back(path)
    assert arrays.keys() == ARRAYS.keys()
    for name, array in ARRAYS.items():
        assert arrays[name].dtype == array.values.dtype
        assert np.array_equal(arrays[name], array.values, equal_nan=array.values.dtype.kind == "f")
        assert told.pop(name) == {
            "meaning": array.meaning, "unit": array.unit, "axes": list(array.axes),
        }  # fmt: skip
    assert told == ORIGIN


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_equal_arrays_give_equal_bytes(tmp_path: Path, suffix: str) -> None:
    paths = [tmp_path / f"{name}{suffix}" for name in "ab"]
    for path in paths:
        write_arrays(path, ARRAYS, ORIGIN)
    assert paths[0].read_bytes() == paths[1].read_bytes()
    assert sorted(tmp_path.iterdir()) == paths


def test_a_bad_place_is_refused_before_anything_is_made(tmp_path: Path) -> None:
    with pytest.raises(NRGError, match=r"ends in \.npz, \.h5 or \.csv\.$"):
        check_place(tmp_path / "a.pickle")
    with pytest.raises(NRGError, match="There is no folder"):
        check_place(tmp_path / "missing" / "a.npz")


@pytest.mark.parametrize("sampler", ["flow", "corrected", "wolff"])
def test_samples_of_the_window_have_the_weights_of_their_latents(sampler: Any) -> None:
    session = Session()
    session.model, session.temperature, session.sampler = "ising-8", 2.1, sampler
    samples = sample(session.sample_request(0, count=6), load_model("ising-8"))
    arrays, origin = arrays_of_set(samples)
    assert {array.values.shape[0] for array in arrays.values()} == {6}
    model = NeuralRG.load(model_path("ising-8")).to(torch.float64)
    latents = torch.as_tensor(arrays["latents"].values, dtype=torch.float64)
    view = model.decode(latents, 2.1)
    assert np.allclose(view.field.numpy(), arrays["fields"].values, atol=1e-3)
    expected = model.log_weight(view, 2.1).numpy()
    assert np.allclose(arrays["log_weights"].values, expected, atol=1e-9)
    assert arrays["coarse_fields_scale_4"].values.shape == (6, 4, 4)
    assert arrays["latents_scale_8"].unit == "1"
    assert (origin["seed"], origin["temperature"], origin["L"]) == (session.seed, 2.1, 8)
    assert (origin["sampler"], len(origin["model_sha256"])) == (sampler, 64)


def test_samples_without_a_model_have_spins_and_fields_alone() -> None:
    session = Session()
    session.sampler = "wolff"
    arrays, origin = arrays_of_set(sample(session.sample_request(0, count=2), None))
    assert set(arrays) == {"spins", "fields"}
    assert "model_sha256" not in origin


def test_another_model_under_the_same_name_is_noticed(tmp_path: Path) -> None:
    path = tmp_path / "mine.safetensors"
    path.write_bytes(model_path("ising-8").read_bytes())
    session = Session()
    session.model = str(path)
    samples = sample(session.sample_request(0, count=2), load_model(session.model))
    for other in ("ising-8-mera", "ising-16"):
        path.write_bytes(model_path(other).read_bytes())
        with pytest.raises(NRGError, match="has changed since"):
            arrays_of_set(samples)


def test_latents_of_all_scales_are_in_the_order_of_the_model() -> None:
    model = NeuralRG.load(model_path("ising-8"))
    latents = torch.randn(3, 64, generator=torch.Generator().manual_seed(2))
    grids = {scale: model.latent_grid(latents, scale).numpy() for scale in model.scales}
    assert np.array_equal(flat_latents(grids), latents.numpy())
