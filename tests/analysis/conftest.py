"""Flows from useless to good, and the exact averages that chains with any of them must find."""

from __future__ import annotations

import functools
from collections.abc import Callable

import numpy as np
import pytest
import torch

from nrg_app.flows.architecture import Architecture
from nrg_app.flows.card import ModelCard
from nrg_app.flows.hierarchy import HierarchicalFlow
from nrg_app.flows.neural_rg import NeuralRG
from nrg_app.physics.observables import energies, magnetizations
from nrg_app.resources import models_dir
from nrg_app.training.recipe import Recipe, Stage
from nrg_app.training.trainer import Trainer

Observables = dict[str, float]


@functools.cache
def _enumerate(size: int, temperature: float) -> Observables:
    n_sites = size**2
    bits = np.arange(2**n_sites)[:, None] >> np.arange(n_sites) & 1
    spins = (2 * bits - 1).astype(np.int8).reshape(-1, size, size)
    energy, m = energies(spins), magnetizations(spins)
    p = np.exp(-(energy - energy.min()) / temperature)
    p /= p.sum()
    second, fourth = p @ m**2, p @ m**4
    return {
        "energy": p @ energy / n_sites,
        "specific_heat": (p @ energy**2 - (p @ energy) ** 2) / (n_sites * temperature**2),
        "abs_magnetization": p @ np.abs(m),
        "magnetization_squared": second,
        "susceptibility": n_sites * second,
        "binder": 1.0 - fourth / (3.0 * second**2),
    }


@pytest.fixture(scope="session")
def enumeration() -> Callable[[int, float], Observables]:
    """Exact averages of the torus of side 2 or 4 by listing every configuration."""
    return _enumerate


@pytest.fixture(scope="session")
def untrained() -> Callable[[int], NeuralRG]:
    """Makes a flow that knows nothing but the shape of its target."""

    def make(size: int) -> NeuralRG:
        shape = Architecture(size=size, width=8, radius=1)
        with torch.random.fork_rng():
            torch.manual_seed(0)
            flow = HierarchicalFlow(shape).requires_grad_(False)
        card = ModelCard(name="untrained", architecture=shape, program_version="test")
        return NeuralRG(flow, card)

    return make


@pytest.fixture(scope="session")
def small_model() -> NeuralRG:
    """A flow of side 4 that was trained for a few seconds only."""
    stage = Stage(size=4, batch=64, learning_rate=5e-3, steps=100)
    recipe = Recipe(stages=[stage], width=8, radius=2, pairs=1, colours=2, seed=1)
    trainer = Trainer(recipe, "small")
    list(trainer.run())
    return trainer.model()


@pytest.fixture(scope="session")
def shipped_model() -> NeuralRG:
    """The flow of side 16 that the program comes with."""
    return NeuralRG.load(models_dir() / "ising-16.safetensors")
