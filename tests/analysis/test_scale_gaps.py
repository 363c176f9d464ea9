"""The gap by scale against the exact marginal of the target on a 2 x 2 lattice."""

from __future__ import annotations

import functools
import math

import numpy as np
import pytest
import torch

from nrg_app.analysis.importance import evaluate
from nrg_app.analysis.scale_gaps import log_mean_weights, running_scale_gaps, scale_gaps
from nrg_app.errors import NRGError
from nrg_app.flows.neural_rg import NeuralRG
from nrg_app.physics.lattice import ising_energy
from nrg_app.physics.observables import Estimate
from nrg_app.resources import models_dir
from nrg_app.training.recipe import Recipe, Stage
from nrg_app.training.trainer import Trainer

TEMPERATURE = 2.4
LIMIT = 4.0  # standard errors
BOTH = pytest.mark.parametrize("disentanglers", [False, True])


@functools.cache
def flawed_model(disentanglers: bool) -> NeuralRG:
    """A fair flow of side 2, but for a root whose modes lie too far apart."""
    stage = Stage(size=2, batch=32, learning_rate=1e-2, steps=40)
    settings = {"width": 8, "radius": 1, "seed": 1, "warmup": 10, "ema_decay": 0.9}
    recipe = Recipe(stages=[stage], disentanglers=disentanglers, **settings)
    trainer = Trainer(recipe, "flawed")
    list(trainer.run())
    model = trainer.model()
    with torch.no_grad():
        model.flow.root.parameters_of.bias[2:4] += 0.8
    return model


def seeded(seed: int = 1) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def all_states() -> tuple[np.ndarray, np.ndarray]:
    """The 16 spin configurations of side 2 with their probabilities."""
    bits = np.arange(16)[:, None] >> np.arange(4) & 1
    spins = (2 * bits - 1).astype(np.int8).reshape(-1, 2, 2)
    p = np.exp(-ising_energy(spins) / TEMPERATURE)
    return spins, p / p.sum()


def test_scale_1_has_the_divergence_that_quadrature_finds() -> None:
    model = flawed_model(disentanglers=False)
    t = torch.tensor([TEMPERATURE], dtype=torch.float64)
    spins, p = all_states()
    # Given the spins one site is normal with mean (K s)_0 and variance K_00 = alpha.
    quiet = torch.zeros(16, 2, 2, dtype=torch.float64)
    centres = model.target.field_from_spins(torch.as_tensor(spins), t, quiet)[:, 0, 0].numpy()
    alpha = float(model.target.alpha(t))
    x = np.linspace(-30.0, 30.0, 6001)
    normals = np.exp(-((x[:, None] - centres) ** 2) / (2 * alpha)) @ p
    log_p = np.log(normals / math.sqrt(2 * math.pi * alpha))
    flow, scale = model.to(torch.float64).flow, math.sqrt(alpha)
    embedding = flow.root_embedding(model.target.controls(t))
    with torch.no_grad():
        log_q = flow.root.log_density(torch.as_tensor(x[None] / scale), embedding).numpy()
    log_q -= math.log(scale)
    divergence = float(np.trapezoid(np.exp(log_q) * (log_q - log_p), x))
    gaps = scale_gaps(model, TEMPERATURE, outer=800, inner=32, generator=seeded())
    assert divergence / 4 > 8 * gaps.shares[1].error
    assert abs(gaps.shares[1].deviation(divergence / 4)) < LIMIT


@BOTH
def test_scale_1_has_the_divergence_of_the_latents_of_exact_samples(disentanglers: bool) -> None:
    """KL between flow and target of the coarse field is that of its latent, seen in bins."""
    model = flawed_model(disentanglers)
    spins, p = all_states()
    drawn = torch.as_tensor(np.random.default_rng(2).choice(16, 100_000, p=p))
    noise = torch.randn(100_000, 2, 2, generator=seeded(3))
    t = torch.tensor([TEMPERATURE])
    field = model.target.field_from_spins(torch.as_tensor(spins)[drawn], t, noise)
    z = model.encode(field, TEMPERATURE).latents[:, 0].abs()
    # Bins of equal probability under the flow, whose latents are normal.
    bins = 50
    cell = (torch.special.erf(z / math.sqrt(2.0)) * bins).long().clamp(max=bins - 1)
    share = np.bincount(cell.numpy(), minlength=bins) / len(z)
    divergence = -np.log(share * bins).mean()
    # Of counts with relative variance 1 / (n p_k): bias and error of the mean of -ln p_k.
    relative = 1 / (len(z) * share)
    expected = Estimate(
        (divergence - relative.mean() / 2) / 4, math.sqrt(relative.sum()) / bins / 4
    )
    found = scale_gaps(model, TEMPERATURE, outer=800, inner=32, generator=seeded()).shares[1]
    joint = math.hypot(found.error, expected.error)
    assert expected.value > 8 * joint
    assert abs(found.value - expected.value) < LIMIT * joint


@BOTH
def test_the_shares_add_up_to_the_gap_of_the_same_samples(
    disentanglers: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    model, log_weights = flawed_model(disentanglers), []
    real = NeuralRG.log_weight

    def recorded(self: NeuralRG, *arguments: object) -> torch.Tensor:
        log_weights.append(real(self, *arguments))  # type: ignore[arg-type]
        return log_weights[-1]

    monkeypatch.setattr(NeuralRG, "log_weight", recorded)
    gaps = scale_gaps(model, TEMPERATURE, outer=50, inner=64, generator=seeded())
    assert sum(share.value for share in gaps.shares.values()) == pytest.approx(gaps.total.value)
    # On a lattice of side 2 all samples are completions of scale 1.
    joined = torch.cat(log_weights).double()
    assert len(joined) == 50 * 64
    expected = (model.log_partition_target(TEMPERATURE) - float(joined.mean())) / 4
    assert gaps.total.value == pytest.approx(expected, rel=1e-9)


def test_the_total_is_the_gap_of_independent_samples(small_model: NeuralRG) -> None:
    gaps = scale_gaps(small_model, TEMPERATURE, outer=48, inner=32, generator=seeded())
    other = evaluate(small_model, TEMPERATURE, 4096, 512, seeded(2)).gap
    assert set(gaps.shares) == {1, 2, 4}
    assert abs(gaps.total.value - other.value) < LIMIT * math.hypot(gaps.total.error, other.error)


def test_a_flaw_shows_at_its_scale() -> None:
    model = NeuralRG.load(models_dir() / "ising-8.safetensors")
    before = scale_gaps(model, TEMPERATURE, outer=32, inner=32, generator=seeded())
    with torch.no_grad():
        for parameter in model.flow.octave(4).decimator.parameters():
            parameter *= 1.1
    after = scale_gaps(model, TEMPERATURE, outer=32, inner=32, generator=seeded())
    for scale, share in after.shares.items():
        change = share.value - before.shares[scale].value
        significance = change / math.hypot(share.error, before.shares[scale].error)
        assert (significance > 2 * LIMIT) if scale == 4 else (abs(significance) < LIMIT), scale


def test_the_jackknife_removes_the_bias_of_a_logarithm() -> None:
    rows, n, spread = 20_000, 16, 0.7
    log_weights = torch.randn(rows, n, generator=seeded(4), dtype=torch.float64) * spread - 500.0
    plain, corrected = (
        Estimate(float(values.mean()), float(values.std()) / math.sqrt(rows))
        for values in log_mean_weights(log_weights)
    )
    exact = -500.0 + spread**2 / 2
    assert plain.deviation(exact) < -2 * LIMIT
    assert abs(corrected.deviation(exact)) < LIMIT


def test_equal_weights_need_no_correction() -> None:
    for values in log_mean_weights(torch.full((3, 5), -1e4, dtype=torch.float64)):
        assert values == pytest.approx(-1e4)


def test_results_on_the_way_lead_to_the_last_one(small_model: NeuralRG) -> None:
    first, last = (
        list(running_scale_gaps(small_model, 2.0, outer=11, inner=64, generator=seeded(seed)))
        for seed in (5, 5)
    )
    assert [gaps.outer for gaps in first] == [4, 8, 11]
    assert first == last
    assert first[-1] == scale_gaps(small_model, 2.0, outer=11, inner=64, generator=seeded(5))
    assert first[-1].total.error < first[0].total.error


@pytest.mark.parametrize(("outer", "inner"), [(1, 8), (8, 1)])
def test_too_few_samples_are_refused(small_model: NeuralRG, outer: int, inner: int) -> None:
    with pytest.raises(NRGError, match="at least 2"):
        scale_gaps(small_model, 2.0, outer=outer, inner=inner, generator=seeded())


def test_a_bad_temperature_is_refused(small_model: NeuralRG) -> None:
    with pytest.raises(NRGError, match="temperature"):
        scale_gaps(small_model, -1.0, generator=seeded())
