"""Geometry of the bulk, its fits, and energies of latents against known answers."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from nrg_app.analysis.bulk import geodesic_distance
from nrg_app.analysis.bulk_geometry import bulk_geometry, fit_power_law
from nrg_app.analysis.exact_latents import exact_latents
from nrg_app.analysis.mutual_information import Information
from nrg_app.analysis.renormalised_energy import renormalised_energy
from nrg_app.flows.neural_rg import NeuralRG
from nrg_app.physics.exact import CRITICAL_TEMPERATURE
from nrg_app.resources import models_dir

SIZE = 64


def information(scales, others, separations, values, relative: float) -> Information:
    values = np.asarray(values, float)
    return Information(
        np.asarray(scales), np.asarray(others), np.asarray(separations, float), values,
        relative * values, np.zeros_like(values), np.ones(len(values), bool), "gaussian", 100, 1.0,
    )  # fmt: skip


def path_length(start: complex, end: complex) -> float:
    """Length of the arc about a centre on the boundary, by quadrature of sqrt(dr^2 + du^2) / u."""
    if start.real == end.real:
        return abs(math.log(end.imag / start.imag))
    centre = (abs(end) ** 2 - abs(start) ** 2) / (2 * (end.real - start.real))
    angles = [math.atan2(point.imag, point.real - centre) for point in (start, end)]
    grid = np.linspace(min(angles), max(angles), 200_001)
    integrand = 1.0 / np.sin(grid)
    return float(np.sum((integrand[1:] + integrand[:-1]) / 2) * (grid[1] - grid[0]))


@pytest.mark.parametrize(("r", "u", "v"), [(3.0, 2.0, 2.0), (5.0, 1.0, 4.0), (0.0, 2.0, 16.0)])
def test_geodesics_are_arcs_of_circles(r: float, u: float, v: float) -> None:
    expected = path_length(complex(0.0, u), complex(r, v))
    assert float(geodesic_distance(r, u, v)) == pytest.approx(expected, rel=1e-7)


def pairs() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Scales and separations of cells beside each other."""
    found = []
    for fine in (8, 16, 32, 64):
        for coarse in (8, 16, 32, 64):
            if coarse <= fine:
                found += [(fine, coarse, 2.0 * SIZE / coarse * k) for k in (1.0, 1.5, 2.5)]
    scales, others, separations = (np.array(column) for column in zip(*found, strict=True))
    return scales, others, separations


def test_a_decay_along_geodesics_gives_back_its_length() -> None:
    scales, others, separations = pairs()
    lengths = geodesic_distance(separations, 2.0 * SIZE / scales, 2.0 * SIZE / others)
    rng = np.random.default_rng(4)
    xi, amplitude, relative = 0.45, 0.2, 0.05
    values = amplitude * np.exp(-lengths / xi + relative * rng.standard_normal(len(lengths)))
    found = bulk_geometry(
        information(scales, others, separations, values, relative), SIZE, CRITICAL_TEMPERATURE
    )
    assert abs(found.xi.value - xi) < 3 * found.xi.error
    assert found.xi.error < 0.02
    assert found.r_squared > 0.98
    assert abs(found.log_amplitude.value - math.log(amplitude)) < 3 * found.log_amplitude.error
    assert not found.beyond.any()


def test_a_power_law_of_all_scales_is_fitted_with_one_exponent() -> None:
    scale, ratio = np.meshgrid([16, 32, 64], [2.0, 2.5, 3.0, 4.0])
    scales = scale.ravel().astype(int)
    separations = ratio.ravel() * 2.0 * SIZE / scales
    kept = separations <= 0.375 * SIZE
    rng = np.random.default_rng(5)
    relative = 0.05
    noise = np.exp(relative * rng.standard_normal(kept.sum()))
    values = 0.03 * ratio.ravel()[kept] ** -4.5 * noise
    law = fit_power_law(
        information(scales[kept], scales[kept], separations[kept], values, relative), SIZE
    )
    assert law.least == 2.0
    assert abs(law.exponent.value + 4.5) < 3 * law.exponent.error
    assert law.exponent.error < 0.2


def test_beyond_the_correlation_length_the_geometry_ends() -> None:
    scales, others, separations = pairs()
    values = np.full(len(scales), 0.01)
    found = bulk_geometry(information(scales, others, separations, values, 0.1), SIZE, 2.0)
    # xi = 2.192 at T = 2.0: only the finest pairs are nearer.
    assert np.array_equal(found.beyond, separations > found.correlation_length)
    assert found.correlation_length == pytest.approx(2.192, abs=5e-4)


def test_what_latents_share_is_bounded_by_the_forward_divergence() -> None:
    model = NeuralRG.load(models_dir() / "ising-8.safetensors")
    bound = exact_latents(model, 2.3, samples=2000, seed=3).information_bound()
    # E_p[ln p - ln q] by importance weights from samples of the flow: E_q[w ln w], E_q[w] = 1.
    sample = model.sample(2.3, 20_000, generator=torch.Generator().manual_seed(1))
    logs = model.log_weight(sample, 2.3).double().numpy() - model.log_partition_target(2.3)
    # w ln w - w + 1 has the same mean and no negative values.
    terms = np.exp(logs) * logs - np.exp(logs) + 1.0
    error = math.hypot(bound.error, float(terms.std()) / math.sqrt(len(terms)))
    assert abs(bound.value - terms.mean()) < 4 * error
    assert 0.0 < bound.value < 0.05


def test_energies_of_a_good_flow_are_gaussian_and_of_a_bad_temperature_not() -> None:
    model = NeuralRG.load(models_dir() / "ising-8.safetensors")
    found = renormalised_energy(model, 2.4, samples=2048, seed=2)
    # The identity E_eff = |z|^2 / 2 - (w - ln Z), and its mean: |z|^2 is chi-squared.
    assert abs(found.total_gaussian.mean() - 32) < 4 * math.sqrt(32 / 2048)
    gap = (found.total_effective - found.total_gaussian).mean()
    assert 0.0 < gap < 0.03
    for slope in found.slopes:
        assert abs(slope.value - 1) < 0.02
    # Rescaling the energy of the latents by 2 doubles the slope exactly.
    doubled = np.polyfit(found.total_gaussian, 2 * found.total_effective, 1)[0]
    assert doubled == pytest.approx(2 * found.total_slope.value, rel=1e-9)
