"""The checks of ``nrg verify`` pass for a bijection and notice one that is none."""

from dataclasses import replace
from typing import Any

import pytest
import torch
from torch import Tensor

from nrg_app import __version__
from nrg_app.analysis.checks import check_model
from nrg_app.flows.architecture import Architecture
from nrg_app.flows.card import ModelCard
from nrg_app.flows.decimator import Decimator
from nrg_app.flows.hierarchy import HierarchicalFlow, Hierarchy
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

    def wrong(*a: Any) -> tuple[Tensor, Tensor]:
        latents, log_density = real(*a)
        return latents + 1e-8, log_density

    monkeypatch.setattr(Decimator, "read", wrong)
    assert failed(make_model()) == ["encoding inverts decoding"]


def test_a_wrong_density_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    real = Decimator.log_density
    monkeypatch.setattr(Decimator, "log_density", lambda *a: real(*a) + 1e-6)
    assert failed(make_model()) == ["ln q matches the brute-force Jacobian"]


def test_a_broken_symmetry_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    real = HierarchicalFlow.decode

    def wrong(*a: Any) -> Hierarchy:
        view = real(*a)
        return replace(view, coarse={scale: rows.abs() for scale, rows in view.coarse.items()})

    monkeypatch.setattr(HierarchicalFlow, "decode", wrong)
    names = failed(make_model())
    assert "x -> -x goes with z -> -z" in names
    assert "both signs of the magnetization are sampled" in names
