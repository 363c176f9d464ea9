"""Binder crossings, data collapse and the central charge against what is known."""

from __future__ import annotations

import math

import numpy as np
import pytest

from nrg_app.analysis.collapse import _model, _near, collapse
from nrg_app.analysis.finite_size import binder_crossings, central_charge, torus_constant
from nrg_app.analysis.multi_histogram import MultiHistogram
from nrg_app.analysis.scan import ScanSettings, scan
from nrg_app.analysis.scan_results import ScanPoint
from nrg_app.errors import NRGError
from nrg_app.flows.neural_rg import NeuralRG
from nrg_app.physics.exact import CRITICAL_TEMPERATURE, kaufman_log_partition
from nrg_app.physics.observables import Estimate
from nrg_app.resources import models_dir

from .thermal_points import point, wolff_point

TC = float(CRITICAL_TEMPERATURE)
SEEDS = 50
LIMIT = 4.0  # standard errors
CROSSING = 2.235747
"""Of the exact Binder cumulants of L = 4 and 8, by transfer matrices."""


def covered(deviations: list[float]) -> None:
    """68 % within one standard error and mean squares of one, to 4 standard errors."""
    n, share = len(deviations), math.erf(math.sqrt(0.5))
    inside = sum(abs(d) < 1.0 for d in deviations)
    assert abs(inside - n * share) < LIMIT * math.sqrt(n * share * (1.0 - share))
    assert np.square(deviations).mean() < 1.1 + LIMIT * math.sqrt(2.0 / n)
    assert abs(np.mean(deviations)) < LIMIT / math.sqrt(n)


def histogram(size: int, samples: int, seed: int) -> MultiHistogram:
    return MultiHistogram(
        [
            wolff_point(size, t, samples, (seed, 10 * size + i))
            for i, t in enumerate((2.05, 2.25, 2.4))
        ]
    )


def test_errors_of_a_crossing_cover_the_exact_one() -> None:
    found = [
        binder_crossings([histogram(size, 2000, seed) for size in (8, 4)]) for seed in range(SEEDS)
    ]
    covered([f.temperature.deviation(CROSSING) for f in found])
    assert found[0].crossings[0].sizes == (4, 8)


def test_crossings_are_extrapolated_to_tc() -> None:
    found = binder_crossings([histogram(size, 3000, 1) for size in (4, 8, 16)])
    # The last crossing is still off by about 0.006, and what the extrapolation leaves is less.
    last = found.crossings[-1].temperature
    assert TC - last.value > 0.0
    assert abs(found.temperature.value - TC) < LIMIT * found.temperature.error
    assert found.temperature.error > last.error


def test_what_does_not_cross_is_refused() -> None:
    with pytest.raises(NRGError, match="at least two"):
        binder_crossings([histogram(4, 200, 1)])
    hot = [
        MultiHistogram([wolff_point(size, t, 400, (2, size)) for t in (2.9, 3.0)])
        for size in (4, 8)
    ]
    with pytest.raises(NRGError, match="do not cross"):
        binder_crossings(hot)


def scaled_points(key: str, power: float, noise: float, seed: int) -> list[ScanPoint]:
    """Data that scale exactly with nu = 1 and the exact Tc, but for relative noise."""
    generator = np.random.default_rng(seed)
    points = []
    for size in (8, 16, 32):
        for x in np.linspace(-1.8, 1.8, 13):
            temperature = TC / (1.0 - x / (TC * size))
            value = size**power * math.exp(-0.3 * x - 0.1 * x**2 + 0.02 * x**3)
            noisy = value * (1.0 + noise * generator.standard_normal())
            points.append(point(size, temperature, {key: Estimate(noisy, noise * value)}))
    return points


@pytest.mark.parametrize(
    ("key", "power", "name", "exact"),
    [("abs_magnetization", -0.125, "beta", 0.125), ("susceptibility", 1.75, "gamma", 1.75)],
)
def test_errors_of_fitted_exponents_cover(key, power, name, exact) -> None:
    fits = [collapse(scaled_points(key, power, 0.004, seed), key) for seed in range(SEEDS)]
    covered([fit.exponents["nu"].deviation(1.0) for fit in fits])
    covered([fit.exponents[name].deviation(exact) for fit in fits])
    covered([fit.critical_temperature.deviation(TC) for fit in fits])


@pytest.fixture(scope="module")
def measured() -> list[ScanPoint]:
    """Wolff points of three lattices around Tc, few of them within the scaling window."""
    temperatures = (2.1, 2.174, 2.226, TC, 2.315, 2.371, 2.45)
    return [
        wolff_point(size, t, 4000, (9, 100 * size + i))
        for size in (8, 16, 32)
        for i, t in enumerate(temperatures)
    ]


@pytest.mark.parametrize("known", [None, TC])
@pytest.mark.parametrize(
    ("key", "name", "exact"),
    [
        ("abs_magnetization", "beta", 0.125),
        ("susceptibility", "gamma", 1.75),
        ("binder", "nu", 1.0),
    ],
)
def test_simulations_collapse_with_the_exact_exponents(measured, key, name, exact, known) -> None:
    fit = collapse(measured, key, critical_temperature=known)
    assert abs(fit.exponents["nu"].deviation(1.0)) < 3.0
    assert abs(fit.exponents[name].deviation(exact)) < 3.0
    assert fit.exponents["nu"].error < 0.1
    assert fit.exponents[name].error < 0.25 * exact
    if known is None:
        assert abs(fit.critical_temperature.deviation(TC)) < 3.0


def test_simulations_cross_at_tc(measured) -> None:
    sizes = (8, 16, 32)
    parts = [[p for p in measured if p.size == size] for size in sizes]
    found = binder_crossings([MultiHistogram(part) for part in parts])
    assert abs(found.temperature.deviation(TC)) < 3.0
    assert found.temperature.error < 0.01


def test_a_collapse_lies_on_its_curve() -> None:
    fit = collapse(scaled_points("susceptibility", 1.75, 1e-5, 1), "susceptibility")
    assert np.interp(fit.x, fit.curve_x, fit.curve_y) == pytest.approx(fit.y, rel=1e-3)
    assert fit.ratio.value == pytest.approx(1.75, abs=1e-3)
    assert fit.curve_y[100] == pytest.approx(math.exp(-0.1 * fit.curve_x[100] * 3.0), rel=0.5)


def test_derivatives_of_the_scaling_form_are_those_of_differences() -> None:
    points = scaled_points("susceptibility", 1.75, 0.01, 1)
    data = _near(points, "susceptibility", 2.0)
    parameters = np.array([2.25, 1.05, 1.7, 0.4, -0.3, 0.1, -0.3, -0.1, 0.02])
    _, slopes = _model(data, parameters)
    for k, slope in enumerate(slopes.T):
        shift = 1e-5 * np.eye(len(parameters))[k]
        difference = _model(data, parameters + shift)[0] - _model(data, parameters - shift)[0]
        np.testing.assert_allclose(slope, difference / 2e-5, rtol=1e-6, atol=1e-7)


def test_a_known_tc_sharpens_the_exponents() -> None:
    points = scaled_points("abs_magnetization", -0.125, 0.004, 3)
    free = collapse(points, "abs_magnetization")
    known = collapse(points, "abs_magnetization", critical_temperature=TC)
    assert known.critical_temperature == Estimate(TC, 0.0)
    assert known.exponents["beta"].error < free.exponents["beta"].error


def test_too_few_data_are_refused() -> None:
    points = scaled_points("susceptibility", 1.75, 0.01, 1)
    with pytest.raises(NRGError, match="two lattice sides"):
        collapse(points[:13], "susceptibility")
    with pytest.raises(NRGError, match="too few"):
        collapse(points, "susceptibility", window=0.2)


def test_the_torus_constant_is_the_limit_of_kaufman() -> None:
    points = [
        point(
            size, TC,
            {"free_energy": Estimate(-TC * float(kaufman_log_partition(size, TC)) / size**2, 1e-7)},
        )
        for size in (16, 32, 64)
    ]  # fmt: skip
    found = central_charge(points)
    assert torus_constant() == pytest.approx(0.63991, abs=5e-6)
    assert found.torus_constant.value == pytest.approx(torus_constant(), abs=2e-5)
    assert found.central_charge.value == pytest.approx(0.5, abs=4e-5)
    assert found.exact_constants == pytest.approx([c.value for c in found.constants], abs=1e-9)


def test_networks_know_the_central_charge() -> None:
    points = []
    for size in (8, 16):
        model = NeuralRG.load(models_dir() / f"ising-{size}.safetensors")
        points += scan(ScanSettings(size, (TC,), "reweighted", 1500, seed=4), model)
    charge = central_charge(points).central_charge
    assert abs(charge.deviation(0.5)) < LIMIT
    assert charge.error < 0.05


def test_free_energies_elsewhere_are_refused() -> None:
    free = {"free_energy": Estimate(-2.1, 0.01)}
    for points in ([], [point(8, TC, free)] * 2):
        with pytest.raises(NRGError, match="one point at Tc"):
            central_charge(points)
    with pytest.raises(NRGError, match=r"not at T = 2\.3"):
        central_charge([point(8, 2.3, free)])
