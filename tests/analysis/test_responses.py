"""Derivatives between bulk and boundary: against finite differences and their own inverse."""

from __future__ import annotations

import functools
from typing import Any

import numpy as np
import pytest
import torch

from nrg_app.analysis.responses import LinearisedFlow
from nrg_app.errors import NRGError
from nrg_app.flows.geometry import generation_order
from nrg_app.flows.neural_rg import NeuralRG

from .generic_flows import (
    SHAPES,
    TEMPERATURE,
    generic_flow,
    generic_latents,
    sites_of,
)

STEP = 1e-5
# Relative to the largest derivative: the error of a central difference is of order STEP^2, that
# of rounding 1e-16 / STEP.
TOLERANCE = 1e-6


@functools.cache
def flow_of(name: str) -> NeuralRG:
    return generic_flow(**SHAPES[name])


@pytest.fixture(params=SHAPES)
def model(request: Any) -> NeuralRG:
    return flow_of(request.param)


def fields(model: NeuralRG, latents: torch.Tensor) -> np.ndarray:
    return model.decode(latents, TEMPERATURE).field.numpy()


def test_responses_are_central_differences(model: NeuralRG) -> None:
    latents, n = generic_latents(model), model.size**2
    chosen = np.unique(np.linspace(0, n - 1, 40).astype(int))
    flow = LinearisedFlow(model, latents, TEMPERATURE)
    shifts = STEP * torch.eye(n, dtype=torch.float64)[chosen]
    difference = fields(model, latents + shifts) - fields(model, latents - shifts)
    responses = flow.responses(chosen)
    largest = np.abs(responses).max()
    assert largest > 1.0
    np.testing.assert_allclose(responses, difference / (2 * STEP), rtol=0, atol=TOLERANCE * largest)
    np.testing.assert_allclose(flow.fields, fields(model, latents), rtol=1e-12, atol=1e-12)


def test_readings_are_central_differences(model: NeuralRG) -> None:
    flow = LinearisedFlow(model, generic_latents(model), TEMPERATURE)
    field = torch.as_tensor(flow.fields)
    sites = [(0, 0), (1, 2), (5, 3), (7, 7)]
    readings = sites_of(flow.readings(np.arange(model.size**2)), model.size)
    largest = np.abs(readings).max()
    order = {tuple(site): k for k, site in enumerate(generation_order(model.size).tolist())}
    for site in sites:
        shift = torch.zeros_like(field)
        shift[0, site[0], site[1]] = STEP
        up, down = (
            model.encode(field + sign * shift, TEMPERATURE).latents[0].numpy() for sign in (1, -1)
        )
        # Reading a latent solves for it to about 1e-12, which the step magnifies.
        np.testing.assert_allclose(
            readings[:, order[site]], (up - down) / (2 * STEP), rtol=0, atol=TOLERANCE * largest
        )


def test_reading_undoes_writing(model: NeuralRG) -> None:
    everything = np.arange(model.size**2)
    flow = LinearisedFlow(model, generic_latents(model), TEMPERATURE)
    written = sites_of(flow.responses(everything), model.size)
    read = sites_of(flow.readings(everything), model.size)
    # Relative to the products of which the sums are made.
    unit = (np.abs(read) @ np.abs(written).T).max()
    np.testing.assert_allclose(read @ written.T, np.eye(len(everything)), rtol=0, atol=1e-13 * unit)


def test_sources_are_the_rows_of_the_responses(model: NeuralRG) -> None:
    flow = LinearisedFlow(model, generic_latents(model), TEMPERATURE)
    responses = flow.responses(np.arange(model.size**2))
    for row, column in ((0, 0), (3, 6)):
        np.testing.assert_allclose(
            flow.sources(row, column)[0], responses[:, row, column], rtol=1e-10, atol=1e-12
        )


def test_several_samples_are_each_on_their_own() -> None:
    model = flow_of("plain")
    latents = generic_latents(model, 3)
    together = LinearisedFlow(model, latents, TEMPERATURE)
    chosen = [5, 0, 63]
    for k, one in enumerate(latents):
        alone = LinearisedFlow(model, one[None], TEMPERATURE)
        np.testing.assert_allclose(together.responses(chosen)[k], alone.responses(chosen[k])[0])
        np.testing.assert_allclose(together.readings(chosen)[k], alone.readings(chosen[k])[0])
        np.testing.assert_allclose(together.sources(1, 1)[k], alone.sources(1, 1)[0])


def test_the_log_determinant_is_that_of_the_density() -> None:
    model = flow_of("plain")
    latents = generic_latents(model)
    flow = LinearisedFlow(model, latents, TEMPERATURE)
    responses = flow.responses(np.arange(64)).reshape(64, 64)
    normal = -0.5 * float((latents**2).sum()) - 32.0 * np.log(2.0 * np.pi)
    log_prob = float(model.decode(latents, TEMPERATURE).log_prob[0])
    assert np.linalg.slogdet(responses)[1] == pytest.approx(normal - log_prob, abs=1e-9)


def test_what_does_not_fit_is_refused() -> None:
    model = flow_of("plain")
    with pytest.raises(NRGError, match="64 latents"):
        LinearisedFlow(model, torch.zeros(1, 16, dtype=torch.float64), TEMPERATURE)
    with pytest.raises(NRGError, match="temperature"):
        LinearisedFlow(model, generic_latents(model), 0.0)
    flow = LinearisedFlow(model, generic_latents(model, 2), TEMPERATURE)
    with pytest.raises(NRGError, match="numbered from 0 to 63"):
        flow.responses([0, 64])
    with pytest.raises(NRGError, match="one latent for each"):
        flow.readings([0])
