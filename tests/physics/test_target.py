"""The continuous dual against quadrature, dense matrices and enumerated spins."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from nrg_app.errors import NRGError
from nrg_app.physics import exact
from nrg_app.physics.observables import energies, measure
from nrg_app.physics.target import DualIsing, make_target

GAP = 3.0


def dense_coupling(size: int, temperature: float) -> np.ndarray:
    """The matrix ``K = beta A + alpha I``, bond by bond."""
    n_sites = size**2
    adjacency = np.zeros((n_sites, n_sites))
    for row in range(size):
        for column in range(size):
            here = row * size + column
            for other in ((row + 1) % size * size + column, row * size + (column + 1) % size):
                adjacency[here, other] += 1.0
                adjacency[other, here] += 1.0
    return adjacency / temperature + (4.0 / temperature + GAP) * np.eye(n_sites)


def one(temperature: float) -> torch.Tensor:
    return torch.tensor([temperature], dtype=torch.float64)


@pytest.fixture
def generator() -> torch.Generator:
    return torch.Generator().manual_seed(20240607)


@pytest.mark.parametrize("size", [2, 4])
@pytest.mark.parametrize("temperature", [1.5, 3.5])
def test_energy_is_that_of_the_dense_matrix(generator, size, temperature):
    target = DualIsing(size, GAP)
    field = 4.0 * torch.randn(7, size, size, generator=generator, dtype=torch.float64)
    x = field.numpy().reshape(7, -1)
    quadratic = 0.5 * np.einsum(
        "bi,bi->b", x, np.linalg.solve(dense_coupling(size, temperature), x.T).T
    )
    expected = quadratic - np.log(2.0 * np.cosh(x)).sum(1)
    np.testing.assert_allclose(target.energy(field, one(temperature)), expected, rtol=1e-12)


@pytest.mark.parametrize("temperature", [1.5, exact.CRITICAL_TEMPERATURE, 3.5])
def test_log_partition_is_the_integral(temperature):
    """All four sites of the 2 x 2 torus on a grid.

    exp(-U) is a sum of Gaussians whose widths are at least sqrt(g): the trapezoidal rule of step h
    errs by exp(-2 pi^2 g / h^2).
    """
    target, step, n_half = DualIsing(2, GAP), 1.5, 18
    axis = step * torch.arange(-n_half, n_half + 1, dtype=torch.float64)
    log_integral = -math.inf
    for x in axis:
        rest = torch.cartesian_prod(axis, axis, axis)
        field = torch.cat((x.expand(len(rest), 1), rest), dim=1).reshape(-1, 2, 2)
        term = torch.logsumexp(-target.energy(field, one(temperature)), 0)
        log_integral = np.logaddexp(log_integral, float(term))
    log_integral += 4 * math.log(step)
    found = target.log_partition(np.array([temperature]))
    assert found == pytest.approx(log_integral, rel=1e-10)


@pytest.mark.parametrize("size", [2, 8])
def test_log_partition_is_kaufmans_plus_the_gaussian_volume(size):
    t = np.array([1.5, 2.5])
    n_sites = size**2
    expected = [
        exact.kaufman_log_partition(size, x)
        + 0.5 * n_sites * (4.0 / x + GAP + math.log(2.0 * math.pi))
        + 0.5 * np.linalg.slogdet(dense_coupling(size, x))[1]
        for x in t
    ]
    np.testing.assert_allclose(DualIsing(size, GAP).log_partition(t), expected, rtol=1e-12)


def test_force_is_the_gradient_of_the_energy(generator):
    target = DualIsing(4, GAP)
    field = 4.0 * torch.randn(3, 4, 4, generator=generator, dtype=torch.float64)
    t = torch.tensor([1.5, 2.3, 3.5], dtype=torch.float64)
    step = 1e-5
    slopes = torch.empty_like(field)
    for i in range(4):
        for j in range(4):
            above, below = field.clone(), field.clone()
            above[:, i, j] += step
            below[:, i, j] -= step
            slopes[:, i, j] = (target.energy(above, t) - target.energy(below, t)) / (2.0 * step)
    force = target.force(field, t)
    np.testing.assert_allclose(force, slopes, atol=1e-8)
    field.requires_grad_()
    (automatic,) = torch.autograd.grad(target.energy(field, t).sum(), field)
    np.testing.assert_allclose(force, automatic, atol=1e-13)


def test_solve_inverts_the_coupling(generator):
    field = torch.randn(2, 4, 4, generator=generator, dtype=torch.float64)
    solved = DualIsing(4, GAP).solve(field, one(2.0)).reshape(2, -1).numpy()
    np.testing.assert_allclose(solved @ dense_coupling(4, 2.0), field.reshape(2, -1), atol=1e-13)


def test_flipped_field_has_the_same_energy(generator):
    target = DualIsing(8, GAP)
    field = 5.0 * torch.randn(4, 8, 8, generator=generator, dtype=torch.float64)
    torch.testing.assert_close(target.energy(field, one(2.0)), target.energy(-field, one(2.0)))


def test_field_of_fixed_spins_has_the_known_mean_and_covariance(generator):
    """Every entry of 16 means and 136 covariances within 5 standard errors, n = 100,000."""
    n, temperature = 100_000, 2.0
    spins = np.random.default_rng(1).choice(np.array([-1, 1], dtype=np.int8), (4, 4))
    noise = torch.randn(n, 4, 4, generator=generator, dtype=torch.float64)
    many = torch.as_tensor(spins).expand(n, 4, 4)
    field = DualIsing(4, GAP).field_from_spins(many, one(temperature), noise)
    assert field.dtype == torch.float64
    x = field.reshape(n, -1).numpy()
    coupling = dense_coupling(4, temperature)
    variances = np.diag(coupling)
    assert (np.abs(x.mean(0) - coupling @ spins.ravel()) < 5.0 * np.sqrt(variances / n)).all()
    # Of Gaussian variables: var(x_i x_j) = K_ii K_jj + K_ij^2.
    spread = np.sqrt((np.outer(variances, variances) + coupling**2) / n)
    assert (np.abs(np.cov(x.T) - coupling) < 5.0 * spread).all()


def test_spins_follow_the_field_with_the_logistic_probability(generator):
    n = 100_000
    field = torch.tensor([[-1.0, -0.2], [0.0, 0.7]], dtype=torch.float64)
    uniform = torch.rand(n, 2, 2, generator=generator, dtype=torch.float64)
    spins = DualIsing(2, GAP).spins_from_field(field.expand(n, 2, 2), uniform)
    assert spins.dtype == torch.int8
    assert set(spins.unique().tolist()) == {-1, 1}
    mean = spins.double().mean(0)
    # <s> = tanh x, within 4 standard errors.
    tolerance = 4.0 * torch.sqrt((1.0 - torch.tanh(field) ** 2) / n)
    assert (torch.abs(mean - torch.tanh(field)) < tolerance).all()


@pytest.mark.parametrize("temperature", [1.8, 3.0])
def test_spins_to_field_to_spins_leaves_ising_unchanged(enumeration, generator, temperature):
    """One step of the exact Gibbs chain; all observables within 4 standard errors."""
    n, listed, target = 20_000, enumeration(4), DualIsing(4, GAP)
    before = torch.from_numpy(listed.draw(temperature, n, seed=2))
    noise = torch.randn(n, 4, 4, generator=generator, dtype=torch.float64)
    field = target.field_from_spins(before, one(temperature), noise)
    uniform = torch.rand(n, 4, 4, generator=generator, dtype=torch.float64)
    after = target.spins_from_field(field, uniform).numpy()
    assert (energies(after) != energies(before.numpy())).any()
    expected = listed.observables(temperature)
    for key, estimate in measure(after, temperature).items():
        assert abs(estimate.deviation(expected[key])) < 4.0, key
    # <tanh x_i tanh x_j> = <s_i s_j>: here of neighbours, as the energy per site.
    rounded = torch.tanh(field)
    bonds = -(rounded * (rounded.roll(1, 1) + rounded.roll(1, 2))).mean((1, 2))
    error = float(bonds.std()) / math.sqrt(n)
    assert abs(float(bonds.mean()) - expected["energy"]) < 4.0 * error


def test_virial_of_exact_fields(enumeration, generator):
    """<x . dU/dx> = N for any density exp(-U), within 4 standard errors."""
    n, temperature, target = 20_000, 2.2, DualIsing(4, GAP)
    spins = torch.from_numpy(enumeration(4).draw(temperature, n, seed=3))
    noise = torch.randn(n, 4, 4, generator=generator, dtype=torch.float64)
    field = target.field_from_spins(spins, one(temperature), noise)
    virial = (field * target.force(field, one(temperature))).sum((1, 2))
    assert abs(float(virial.mean()) - 16.0) < 4.0 * float(virial.std()) / math.sqrt(n)


def test_single_precision_stays_single(generator):
    target = DualIsing(8, GAP)
    field = torch.randn(2, 8, 8, generator=generator)
    t = torch.tensor([2.0, 3.0])
    assert target.energy(field, t).dtype == torch.float32
    exactly = target.energy(field.double(), t.double())
    torch.testing.assert_close(target.energy(field, t).double(), exactly, rtol=1e-5, atol=1e-4)


def test_controls_and_scale_have_one_column_a_temperature():
    target = DualIsing(8, GAP)
    t = torch.linspace(1.5, 3.5, 11, dtype=torch.float64)
    assert target.controls(t).shape == (target.n_controls, 11)
    torch.testing.assert_close(target.field_scale(t) ** 2, 4.0 / t + GAP)


def test_targets_are_found_by_name():
    assert make_target("ising-dual", 16, gap=2.0).gap == 2.0
    with pytest.raises(NRGError, match="phi4"):
        make_target("phi4", 16)
    with pytest.raises(NRGError, match="power of two"):
        DualIsing(12)
