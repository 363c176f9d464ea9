"""Checks that a model file is the bijection it claims to be, each against an exact property."""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch

from nrg_app.flows.card import ModelCard
from nrg_app.flows.neural_rg import NeuralRG
from nrg_app.physics.exact import CRITICAL_TEMPERATURE

CARD_TEMPERATURES = (1.6, 1.8, 2.0, 2.2, float(CRITICAL_TEMPERATURE), 2.35, 2.6, 3.0, 3.4)
"""Where the quality of a model is measured, in J/k_B, if it was trained there."""
INVERSE_TOLERANCE = 1e-9
_LARGEST_JACOBIAN = 32
_CHUNK = 128
_SIGN_DRAWS = 4096


@dataclass(frozen=True)
class Check:
    """One checked property.

    Attributes:
        name: What was checked.
        passed: Whether it holds.
        detail: The measured figure with its tolerance.
    """

    name: str
    passed: bool
    detail: str


def card_temperatures(card: ModelCard) -> tuple[float, ...]:
    """The temperatures of :data:`CARD_TEMPERATURES` that a model was trained for.

    A model of one temperature is measured there.
    """
    low, high = card.temperature_range
    return tuple(t for t in CARD_TEMPERATURES if low <= t <= high) or (0.5 * (low + high),)


def check_model(model: NeuralRG, seed: int = 0) -> list[Check]:
    """Check inverse, determinant, symmetry and signs, in double precision where it matters.

    Args:
        model: The model.
        seed: Seed of the test latents.
    """
    double = model.to(torch.float64)
    generator = torch.Generator().manual_seed(seed)
    checks = [_inverse(double, generator)]
    if model.size <= _LARGEST_JACOBIAN:
        checks.append(_determinant(double, generator))
    return [*checks, _symmetry(model, generator), _signs(model, generator)]


def _inverse(model: NeuralRG, generator: torch.Generator) -> Check:
    error = 0.0
    for temperature in card_temperatures(model.card):
        sample = model.sample(temperature, 8, generator=generator)
        view = model.encode(sample.field, temperature)
        error = max(error, float((view.latents - sample.latents).abs().max()))
    return Check(
        "encoding inverts decoding",
        error < INVERSE_TOLERANCE,
        f"largest error of z {error:.1e}, allowed {INVERSE_TOLERANCE:.0e}",
    )


def _determinant(model: NeuralRG, generator: torch.Generator) -> Check:
    """The log-determinant of one sample against that of its whole Jacobian matrix."""
    n = model.size**2
    temperature = torch.tensor([CRITICAL_TEMPERATURE], dtype=torch.float64)
    controls = model.target.controls(temperature)
    scale = model.target.field_scale(temperature)
    z = torch.randn(n, 1, generator=generator, dtype=torch.float64)
    rows = []
    for start in range(0, n, _CHUNK):
        # Copy b of the sample yields row b of the matrix in one backward pass.
        count = min(_CHUNK, n - start)
        copies = z.expand(n, count).clone().requires_grad_()
        field = model.flow.generate(copies, controls, scale)[model.size]
        picked = field[start : start + count].diagonal().sum()
        rows.append(torch.autograd.grad(picked, copies)[0].T)
    log_det = torch.linalg.slogdet(torch.cat(rows))[1]
    with torch.no_grad():
        field = model.flow.generate(z, controls, scale)[model.size]
        log_prob = model.flow.log_prob(field, controls, scale)[0]
    normal = -0.5 * float((z**2).sum()) - 0.5 * n * math.log(2.0 * math.pi)
    error = abs(float(log_prob) - (normal - float(log_det)))
    allowed = INVERSE_TOLERANCE * n
    return Check(
        "ln q matches the brute-force Jacobian",
        error < allowed,
        f"error {error:.1e} nats, allowed {allowed:.0e}",
    )


def _symmetry(model: NeuralRG, generator: torch.Generator) -> Check:
    latents = torch.randn(16, model.size**2, generator=generator)
    up = model.decode(latents, float(CRITICAL_TEMPERATURE)).field
    down = model.decode(-latents, float(CRITICAL_TEMPERATURE)).field
    exact = torch.equal(up, -down)
    return Check("x -> -x goes with z -> -z", exact, "exactly" if exact else "violated")


def _signs(model: NeuralRG, generator: torch.Generator) -> Check:
    coldest, up = card_temperatures(model.card)[0], 0
    for _ in range(0, _SIGN_DRAWS, 256):
        field = model.sample(coldest, 256, generator=generator).field
        up += int((field.mean((1, 2)) > 0).sum())
    share, error = up / _SIGN_DRAWS, 0.5 / math.sqrt(_SIGN_DRAWS)
    return Check(
        "both signs of the magnetization are sampled",
        abs(share - 0.5) < 4.0 * error,
        f"{share:.3f} up, expected 0.500 ± {error:.3f}",
    )
