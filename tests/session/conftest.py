"""A small untrained model, and samples made without any model."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from nrg_app.flows.architecture import Architecture
from nrg_app.flows.card import ModelCard
from nrg_app.flows.hierarchy import HierarchicalFlow
from nrg_app.flows.neural_rg import NeuralRG
from nrg_app.session.sampling import LoadedModel, load_model

SIZE = 4


@pytest.fixture(scope="session")
def model_file(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The path of an untrained flow on a 4 x 4 lattice."""
    path: Path = tmp_path_factory.mktemp("models") / "untrained.safetensors"
    shape = Architecture(size=SIZE, width=8, radius=1)
    with torch.random.fork_rng():
        torch.manual_seed(1)
        flow = HierarchicalFlow(shape)
    card = ModelCard(name="untrained", architecture=shape, program_version="test")
    NeuralRG(flow, card).save(path)
    return str(path)


@pytest.fixture(scope="session")
def loaded(model_file: str) -> LoadedModel:
    return load_model(model_file)
