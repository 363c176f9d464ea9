"""The checks of ``nrg verify`` pass for a bijection and notice one that is none."""

import pytest
import torch

from nrg_app import __version__
from nrg_app.analysis.checks import check_model
from nrg_app.flows.card import ModelCard
from nrg_app.flows.decimator import Decimator
from nrg_app.flows.hierarchy import Architecture, HierarchicalFlow
from nrg_app.flows.neural_rg import NeuralRG


def make_model() -> NeuralRG:
    torch.manual_seed(4)
    flow = HierarchicalFlow(Architecture(size=4, width=8)).requires_grad_(False)
    for parameter in flow.parameters():
        parameter += 0.05 * torch.randn_like(parameter)
    card = ModelCard(name="test", architecture=flow.shape, program_version=__version__)
    return NeuralRG(flow, card)


def failed(model: NeuralRG) -> list[str]:
    return [check.name for check in check_model(model) if not check.passed]


def test_a_bijection_passes() -> None:
    assert failed(make_model()) == []


def test_a_wrong_inverse_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    real = Decimator.read
    monkeypatch.setattr(Decimator, "read", lambda *a: real(*a) + 1e-8)
    assert failed(make_model()) == ["encoding inverts decoding"]


def test_a_wrong_density_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    real = Decimator.log_density
    monkeypatch.setattr(Decimator, "log_density", lambda *a: real(*a) + 1e-6)
    assert failed(make_model()) == ["ln q matches the brute-force Jacobian"]


def test_a_broken_symmetry_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    real = HierarchicalFlow.generate
    monkeypatch.setattr(
        HierarchicalFlow,
        "generate",
        lambda *a: {scale: rows.abs() for scale, rows in real(*a).items()},
    )
    names = failed(make_model())
    assert "x -> -x goes with z -> -z" in names
    assert "both signs of the magnetization are sampled" in names
